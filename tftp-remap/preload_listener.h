/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * preload_listener.h: judge each request in the listening process before
 * in.tftpd sees it.
 */
#ifndef SL_PRELOAD_LISTENER_H
#define SL_PRELOAD_LISTENER_H

#include "preload_peer.h"

#include <stdint.h>
#include <sys/types.h>

#define SL_SHOWN_NAME 256 /* octets of a name in the log */

/* A datagram as the kernel put it into in.tftpd's buffer. */
struct sl_datagram {
	int fd;
	void *data;
	size_t capacity;
	size_t received; /* may exceed capacity */
	bool truncated;
	const struct sockaddr *peer;
	socklen_t peer_len;
	const struct msghdr *message; /* from recvmsg, else NULL */
};

/* What the child that answers the last request has to know. */
struct sl_asked {
	bool judged; /* by a module which wants to hear of its end */
	bool rewritten;
	uint64_t token;
	union sl_peer client;
	char asked[SL_SHOWN_NAME], served[SL_SHOWN_NAME];
};

/*
 * The octets in.tftpd is to see, or -1 with errno EAGAIN: it shall see none,
 * for the client has been answered already.
 */
ssize_t sl_listener_judge(const struct sl_datagram *datagram);

/*
 * True, errno EAGAIN: in.tftpd must first be shown the client's address in
 * *known.  The release of 2024-06-10 takes the family of its answering
 * socket from there before it receives, and so loses the first request.
 */
bool sl_listener_prime(int fd, struct sockaddr *known, socklen_t *known_len);

const struct sl_asked *sl_listener_asked(void);
/* After the fork: the next one answers another request. */
void sl_listener_forget(void);

#endif
