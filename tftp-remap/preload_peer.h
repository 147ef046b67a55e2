/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * preload_peer.h: a client's address, an IPv4-mapped one folded to IPv4 so
 * that it compares equal whatever socket it was seen on.
 */
#ifndef SL_PRELOAD_PEER_H
#define SL_PRELOAD_PEER_H

#include <stdbool.h>
#include <netinet/in.h>
#include <sys/socket.h>

union sl_peer {
	struct sockaddr any;
	struct sockaddr_in in4;
	struct sockaddr_in6 in6;
};

/* False: no Internet address; *peer is then AF_UNSPEC. */
bool sl_peer_fold(
    union sl_peer *peer, const struct sockaddr *address, socklen_t len);
bool sl_peer_equal(const union sl_peer *a, const union sl_peer *b);
/* The address in `text`, which has INET6_ADDRSTRLEN octets; returns it. */
const char *sl_peer_print(const union sl_peer *peer, char *text);

#endif
