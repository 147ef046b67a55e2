/* SPDX-License-Identifier: BSD-2-Clause */
/* preload_real.h: libc's own functions behind the interposed ones. */
#ifndef SL_PRELOAD_REAL_H
#define SL_PRELOAD_REAL_H

#include <poll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/types.h>

ssize_t __recv_chk(int, void *, size_t, size_t, int);
ssize_t __recvfrom_chk(
    int, void *, size_t, size_t, int, struct sockaddr *, socklen_t *);

struct sl_real {
	ssize_t (*recv)(int, void *, size_t, int);
	ssize_t (*recvfrom)(
	    int, void *, size_t, int, struct sockaddr *, socklen_t *);
	ssize_t (*recvmsg)(int, struct msghdr *, int);
	ssize_t (*recv_chk)(int, void *, size_t, size_t, int);
	ssize_t (*recvfrom_chk)(
	    int, void *, size_t, size_t, int, struct sockaddr *, socklen_t *);
	ssize_t (*send)(int, const void *, size_t, int);
	ssize_t (*sendto)(
	    int, const void *, size_t, int, const struct sockaddr *, socklen_t);
	ssize_t (*sendmsg)(int, const struct msghdr *, int);
	pid_t (*fork)(void);
	int (*select)(int, fd_set *, fd_set *, fd_set *, struct timeval *);
	int (*poll)(struct pollfd *, nfds_t, int);
	int (*ppoll)(
	    struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);
};

/* Never NULL, and no member is: one that libc lacks fails with ENOSYS. */
const struct sl_real *sl_real(void);

#endif
