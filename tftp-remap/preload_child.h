/* SPDX-License-Identifier: BSD-2-Clause */
/* preload_child.h: in the process that answers one request, tell its end. */
#ifndef SL_PRELOAD_CHILD_H
#define SL_PRELOAD_CHILD_H

#include "preload_listener.h"

/* Right after the fork, before chroot and setuid.  `asked` must stay. */
void sl_child_begin(const struct sl_asked *asked);

/*
 * What passed by on a socket: a packet and its octets, or NULL and the errno
 * of the failure.  `to` is NULL on a connected socket.
 */
void sl_child_sent(int fd, const struct sockaddr *to, socklen_t to_len,
    const void *packet, size_t len);
void sl_child_received(int fd, const void *packet, size_t len);
void sl_child_failed(int fd, int error);
void sl_child_exit(void);

#endif
