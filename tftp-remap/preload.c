/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * preload.c: carry a remap module into a distribution's own in.tftpd.
 *
 * Loaded with LD_PRELOAD, it stands between in.tftpd and libc's datagram
 * functions.  In the listening process a received request is judged before
 * in.tftpd sees it; in the child that answers it the packets are watched.
 *   TFTPD_REMAP_MODULE   the module, absolute path
 *   TFTPD_REMAP_ARGS     text for the module
 */
/* Fortified headers define some of these functions themselves. */
#undef _FORTIFY_SOURCE

#include "preload_child.h"
#include "preload_host.h"
#include "preload_listener.h"
#include "preload_module.h"
#include "preload_real.h"

#include <errno.h>
#include <stdlib.h>
#include <syslog.h>

#define SL_EXPORT __attribute__((visibility("default")))
#define SL_CALLER __builtin_return_address(0)

enum role {
	BYSTANDER, /* not in.tftpd, or one that is not understood */
	STARTING,  /* in.tftpd before its first wait */
	LISTENER,
	CHILD
};

static enum role role;

static void
stand_aside(const char *why)
{
	sl_host_logf(LOG_ERR,
	    "remap preload: can not work in this in.tftpd (%s); "
	    "every request is served as asked",
	    why);
	/* in.tftpd opens the log in its own way afterwards. */
	closelog();
}

__attribute__((constructor)) static void
begin(int argc, char **argv)
{
	const char *misfit;

	if (!sl_host_is_tftpd())
		return;
	unsetenv("LD_PRELOAD");
	misfit = sl_host_misfit();
	if (misfit != NULL)
		stand_aside(misfit);
	else if (!sl_host_begin(argc, argv))
		stand_aside("directory unknown");
	else
		role = STARTING;
}

static void
end(void)
{
	if (role == CHILD)
		sl_child_exit();
	else if (role == LISTENER)
		sl_module_close();
}

/*
 * in.tftpd waits and receives only after it has become a daemon.  The exit
 * handler comes after the module's own, so that it runs before them.
 */
static void
listen_now(void)
{
	role = LISTENER;
	sl_module_open();
	atexit(end);
}

/* The part this process plays for this caller. */
static enum role
role_for(const void *caller)
{
	if (role == BYSTANDER || !sl_host_has_code(caller))
		return BYSTANDER;
	if (role == STARTING)
		listen_now();
	if (role == LISTENER && !sl_module_ready())
		return BYSTANDER;
	return role;
}

static void
child_received(int fd, const void *data, size_t capacity, ssize_t got)
{
	int saved = errno;

	if (got < 0)
		sl_child_failed(fd, errno);
	else
		sl_child_received(
		    fd, data, (size_t)got < capacity ? (size_t)got : capacity);
	errno = saved;
}

static ssize_t
sent(const void *caller, int fd, const struct sockaddr *to, socklen_t to_len,
    const void *packet, size_t len, ssize_t done)
{
	int saved = errno;

	if (role != CHILD || !sl_host_has_code(caller))
		return done;
	if (done < 0)
		sl_child_failed(fd, errno);
	else
		sl_child_sent(fd, to, to_len, packet, len);
	errno = saved;
	return done;
}

static ssize_t
received_from(
    enum role part, int flags, ssize_t got, const struct sl_datagram *datagram)
{
	struct sl_datagram whole = *datagram;

	if ((flags & MSG_PEEK) != 0)
		return got;
	if (part == CHILD) {
		child_received(
		    datagram->fd, datagram->data, datagram->capacity, got);
		return got;
	}
	if (part != LISTENER || got < 0)
		return got;
	whole.received = (size_t)got;
	return sl_listener_judge(&whole);
}

/* The kernel returns the length an address has, not what it wrote of it. */
static socklen_t
shorter(socklen_t room, socklen_t len)
{
	return len < room ? len : room;
}

SL_EXPORT ssize_t
recvmsg(int fd, struct msghdr *message, int flags)
{
	enum role part = role_for(SL_CALLER);
	struct sl_datagram datagram = { .fd = fd, .message = message };
	socklen_t room = part == BYSTANDER ? 0 : message->msg_namelen;
	ssize_t got = sl_real()->recvmsg(fd, message, flags);

	if (part == BYSTANDER || message->msg_iovlen != 1)
		return got;
	datagram.data = message->msg_iov->iov_base;
	datagram.capacity = message->msg_iov->iov_len;
	datagram.truncated = (message->msg_flags & MSG_TRUNC) != 0;
	datagram.peer = message->msg_name;
	datagram.peer_len = shorter(room, message->msg_namelen);
	return received_from(part, flags, got, &datagram);
}

static ssize_t
recvfrom_for(const void *caller, int fd, void *data, size_t size, int flags,
    struct sockaddr *peer, socklen_t *peer_len)
{
	enum role part = role_for(caller);
	struct sl_datagram datagram = {
		.fd = fd, .data = data, .capacity = size, .peer = peer
	};
	socklen_t room = peer_len == NULL ? 0 : *peer_len;
	ssize_t got;

	if (part == LISTENER && peer != NULL && peer_len != NULL &&
	    (flags & MSG_PEEK) == 0 && sl_listener_prime(fd, peer, peer_len))
		return -1;
	got = sl_real()->recvfrom(fd, data, size, flags, peer, peer_len);
	if (peer_len != NULL)
		datagram.peer_len = shorter(room, *peer_len);
	return received_from(part, flags, got, &datagram);
}

SL_EXPORT ssize_t
recvfrom(int fd, void *data, size_t size, int flags, __SOCKADDR_ARG address,
    socklen_t *address_len)
{
	return recvfrom_for(SL_CALLER, fd, data, size, flags,
	    address.__sockaddr__, address_len);
}

SL_EXPORT ssize_t
__recvfrom_chk(int fd, void *data, size_t size, size_t room, int flags,
    struct sockaddr *peer, socklen_t *peer_len)
{
	/* libc's own checks this and goes on to an inner recvfrom. */
	if (size > room)
		return sl_real()->recvfrom_chk(
		    fd, data, size, room, flags, peer, peer_len);
	return recvfrom_for(SL_CALLER, fd, data, size, flags, peer, peer_len);
}

SL_EXPORT ssize_t
recv(int fd, void *data, size_t size, int flags)
{
	ssize_t got = sl_real()->recv(fd, data, size, flags);

	if (role == CHILD && (flags & MSG_PEEK) == 0 &&
	    sl_host_has_code(SL_CALLER))
		child_received(fd, data, size, got);
	return got;
}

SL_EXPORT ssize_t
__recv_chk(int fd, void *data, size_t size, size_t room, int flags)
{
	ssize_t got = sl_real()->recv_chk(fd, data, size, room, flags);

	if (role == CHILD && (flags & MSG_PEEK) == 0 &&
	    sl_host_has_code(SL_CALLER))
		child_received(fd, data, size, got);
	return got;
}

SL_EXPORT ssize_t
send(int fd, const void *packet, size_t len, int flags)
{
	ssize_t done = sl_real()->send(fd, packet, len, flags);

	return sent(SL_CALLER, fd, NULL, 0, packet, len, done);
}

SL_EXPORT ssize_t
sendto(int fd, const void *packet, size_t len, int flags,
    __CONST_SOCKADDR_ARG address, socklen_t to_len)
{
	const struct sockaddr *to = address.__sockaddr__;
	ssize_t done = sl_real()->sendto(fd, packet, len, flags, to, to_len);

	return sent(SL_CALLER, fd, to, to_len, packet, len, done);
}

SL_EXPORT ssize_t
sendmsg(int fd, const struct msghdr *message, int flags)
{
	ssize_t done = sl_real()->sendmsg(fd, message, flags);

	if (role != CHILD || message->msg_iovlen != 1)
		return done;
	return sent(SL_CALLER, fd, message->msg_name, message->msg_namelen,
	    message->msg_iov->iov_base, message->msg_iov->iov_len, done);
}

/*
 * daemon(3) forks inside libc and does not come through here, which is what
 * makes this the fork of a child.
 */
SL_EXPORT pid_t
fork(void)
{
	enum role part = role;
	pid_t pid;

	if (part == LISTENER && !sl_host_has_code(SL_CALLER))
		part = BYSTANDER;
	pid = sl_real()->fork();
	if (pid != 0 || part == STARTING) {
		sl_listener_forget();
		return pid;
	}
	role = BYSTANDER;
	if (part == LISTENER && sl_listener_asked()->judged) {
		role = CHILD;
		sl_child_begin(sl_listener_asked());
	}
	return 0;
}

SL_EXPORT int
select(int count, fd_set *readable, fd_set *writable, fd_set *exceptional,
    struct timeval *timeout)
{
	(void)role_for(SL_CALLER);
	return sl_real()->select(
	    count, readable, writable, exceptional, timeout);
}

SL_EXPORT int
poll(struct pollfd *set, nfds_t count, int timeout)
{
	(void)role_for(SL_CALLER);
	return sl_real()->poll(set, count, timeout);
}

SL_EXPORT int
ppoll(struct pollfd *set, nfds_t count, const struct timespec *timeout,
    const sigset_t *mask)
{
	(void)role_for(SL_CALLER);
	return sl_real()->ppoll(set, count, timeout, mask);
}
