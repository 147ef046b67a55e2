/* SPDX-License-Identifier: BSD-2-Clause */
/* preload_child.c: find the client's socket, watch it, report once. */
#include "preload_child.h"

#include "preload_host.h"
#include "preload_module.h"
#include "preload_watch.h"

#include <errno.h>
#include <syslog.h>
#include <time.h>

static struct sl_watch watch;
static union sl_peer client;
static int client_fd;
static uint64_t start_us;

static uint64_t
now_us(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* Here and not in the listener, which must not wait for the log. */
static void
log_rewrite(const struct sl_asked *asked)
{
	char address[INET6_ADDRSTRLEN];

	sl_host_logf(LOG_NOTICE, "RRQ from %s filename %s served as %s",
	    sl_peer_print(&asked->client, address), asked->asked,
	    asked->served);
}

void
sl_child_begin(const struct sl_asked *asked)
{
	start_us = now_us();
	client = asked->client;
	client_fd = -1;
	sl_watch_begin(&watch, asked->token);
	if (asked->rewritten)
		log_rewrite(asked);
	sl_module_start();
}

static void
report(void)
{
	watch.result.usec = now_us() - start_us;
	sl_module_done(&watch.result);
}

static bool
is_client(const struct sockaddr *address, socklen_t len)
{
	union sl_peer peer;

	return sl_peer_fold(&peer, address, len) &&
	       sl_peer_equal(&peer, &client);
}

/* in.tftpd has one socket for the client and connects it. */
static bool
is_client_socket(int fd)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);
	int saved = errno;

	if (fd == client_fd)
		return true;
	if (getpeername(fd, (struct sockaddr *)&peer, &len) == 0 &&
	    is_client((struct sockaddr *)&peer, len))
		client_fd = fd;
	errno = saved;
	return fd == client_fd;
}

void
sl_child_sent(int fd, const struct sockaddr *to, socklen_t to_len,
    const void *packet, size_t len)
{
	if (to == NULL ? !is_client_socket(fd) : !is_client(to, to_len))
		return;
	if (sl_watch_sent(&watch, packet, len))
		report();
}

void
sl_child_received(int fd, const void *packet, size_t len)
{
	if (is_client_socket(fd) && sl_watch_received(&watch, packet, len))
		report();
}

void
sl_child_failed(int fd, int error)
{
	/* A refused socket may have lost its peer; its number is enough. */
	if (fd == client_fd && sl_watch_failed(&watch, error))
		report();
}

void
sl_child_exit(void)
{
	if (sl_watch_exit(&watch))
		report();
}
