/* SPDX-License-Identifier: BSD-2-Clause */
/* preload_peer.c: fold, compare and print client addresses. */
#include "preload_peer.h"

#include <arpa/inet.h>
#include <string.h>

static void
unmap(union sl_peer *peer)
{
	struct sockaddr_in in4 = { .sin_family = AF_INET };

	if (!IN6_IS_ADDR_V4MAPPED(&peer->in6.sin6_addr))
		return;
	in4.sin_port = peer->in6.sin6_port;
	memcpy(&in4.sin_addr, &peer->in6.sin6_addr.s6_addr[12],
	    sizeof(in4.sin_addr));
	memset(peer, 0, sizeof(*peer));
	peer->in4 = in4;
}

bool
sl_peer_fold(union sl_peer *peer, const struct sockaddr *address, socklen_t len)
{
	memset(peer, 0, sizeof(*peer));
	if (address == NULL || len < sizeof(address->sa_family))
		return false;
	if (address->sa_family == AF_INET && len >= sizeof(peer->in4)) {
		memcpy(&peer->in4, address, sizeof(peer->in4));
		return true;
	}
	if (address->sa_family != AF_INET6 || len < sizeof(peer->in6))
		return false;
	memcpy(&peer->in6, address, sizeof(peer->in6));
	unmap(peer);
	return true;
}

bool
sl_peer_equal(const union sl_peer *a, const union sl_peer *b)
{
	if (a->any.sa_family != b->any.sa_family)
		return false;
	if (a->any.sa_family == AF_INET)
		return a->in4.sin_port == b->in4.sin_port &&
		       a->in4.sin_addr.s_addr == b->in4.sin_addr.s_addr;
	return a->any.sa_family == AF_INET6 &&
	       a->in6.sin6_port == b->in6.sin6_port &&
	       IN6_ARE_ADDR_EQUAL(&a->in6.sin6_addr, &b->in6.sin6_addr);
}

const char *
sl_peer_print(const union sl_peer *peer, char *text)
{
	const void *address = peer->any.sa_family == AF_INET
	                          ? (const void *)&peer->in4.sin_addr
	                          : (const void *)&peer->in6.sin6_addr;

	if (inet_ntop(peer->any.sa_family, address, text, INET6_ADDRSTRLEN) ==
	    NULL)
		memcpy(text, "?", 2);
	return text;
}
