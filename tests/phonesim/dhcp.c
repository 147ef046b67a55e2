/* SPDX-License-Identifier: BSD-2-Clause */
/* dhcp.c: relayed DISCOVER and REQUEST out, OFFER, ACK and NAK in. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dhcp.h"

enum {
	BOOTREQUEST = 1,
	BOOTREPLY = 2,
	FIXED = 236, /* octets before the magic cookie */
	OFFSET_XID = 4,
	OFFSET_YIADDR = 16,
	OFFSET_SIADDR = 20,
	OFFSET_GIADDR = 24,
	OFFSET_CHADDR = 28,
	SHORTEST = 300,
	PORT = 67,
	RECEIVE_BUFFER = 16 * 1024 * 1024,
};

static const uint8_t cookie[4] = { 0x63, 0x82, 0x53, 0x63 };

static uint8_t *
put(uint8_t *at, uint8_t code, const void *data, size_t length)
{
	at[0] = code;
	at[1] = (uint8_t)length;
	memcpy(at + 2, data, length);
	return at + 2 + length;
}

void
dhcp_send(const struct dhcp_relay *relay, const struct dhcp_query *query)
{
	static const uint8_t largest[2] = { 1500 >> 8, 1500 & 0xff };
	uint8_t packet[FIXED + 4 + 4 * 257 + 64] = { BOOTREQUEST, 1, 6, 1 };
	uint32_t xid = htonl(query->xid);
	uint8_t *at = packet + FIXED;
	size_t length;

	memcpy(packet + OFFSET_XID, &xid, 4);
	memcpy(packet + OFFSET_GIADDR, &relay->giaddr, 4);
	memcpy(packet + OFFSET_CHADDR, query->mac, 6);
	memcpy(at, cookie, 4);
	at = put(at + 4, 53, &query->type, 1);
	if (query->type == DHCP_REQUEST) {
		at = put(at, 50, &query->requested, 4);
		at = put(at, 54, &query->server_id, 4);
	}
	at = put(at, 57, largest, 2);
	if (query->vendor_class_length > 0)
		at = put(
		    at, 60, query->vendor_class, query->vendor_class_length);
	if (query->parameters_length > 0)
		at = put(at, 55, query->parameters, query->parameters_length);
	*at++ = 255;
	length = (size_t)(at - packet);
	/* A packet that could not be sent is a lost packet. */
	(void)!sendto(relay->fd, packet, length < SHORTEST ? SHORTEST : length,
	    0, (const struct sockaddr *)&relay->server, sizeof(relay->server));
}

static void
append(struct dhcp_option *option, const uint8_t *data, size_t length)
{
	size_t left = sizeof(option->data) - option->length;

	option->present = true;
	if (length > left)
		length = left;
	memcpy(option->data + option->length, data, length);
	option->length = (uint8_t)(option->length + length);
}

static void
take_option(
    struct dhcp_reply *reply, uint8_t code, const uint8_t *data, size_t length)
{
	if (code == 53 && length == 1)
		reply->type = data[0];
	else if (code == 54 && length == 4)
		memcpy(&reply->server_id, data, 4);
	else if (code == 66)
		append(&reply->option66, data, length);
	else if (code == 150)
		append(&reply->option150, data, length);
}

bool
dhcp_parse(const uint8_t *packet, size_t length, struct dhcp_reply *reply)
{
	size_t at = FIXED + 4;

	memset(reply, 0, sizeof(*reply));
	if (length < at || packet[0] != BOOTREPLY || packet[1] != 1 ||
	    packet[2] != 6 || memcmp(packet + FIXED, cookie, 4) != 0)
		return false;
	memcpy(&reply->xid, packet + OFFSET_XID, 4);
	reply->xid = ntohl(reply->xid);
	memcpy(&reply->yiaddr, packet + OFFSET_YIADDR, 4);
	memcpy(&reply->siaddr, packet + OFFSET_SIADDR, 4);
	memcpy(reply->mac, packet + OFFSET_CHADDR, 6);
	reply->raw = packet;
	reply->raw_length = length;
	while (at < length && packet[at] != 255) {
		if (packet[at] == 0) {
			at++;
			continue;
		}
		if (length - at < 2 || packet[at + 1] > length - at - 2)
			return false;
		take_option(reply, packet[at], packet + at + 2, packet[at + 1]);
		at += 2 + (size_t)packet[at + 1];
	}
	return true;
}

static void
receive(void *arg)
{
	struct dhcp_relay *relay = arg;
	uint8_t packet[4096];

	for (int i = 0; i < 512; i++) {
		struct dhcp_reply reply;
		ssize_t n =
		    recv(relay->fd, packet, sizeof(packet), MSG_DONTWAIT);

		if (n < 0 && errno != EINTR)
			return;
		if (n >= 0 && dhcp_parse(packet, (size_t)n, &reply))
			relay->take(relay->arg, &reply);
	}
}

bool
dhcp_relay_open(struct dhcp_relay *relay, struct loop *loop,
    struct in_addr giaddr, struct in_addr server,
    void (*take)(void *, const struct dhcp_reply *), void *arg)
{
	struct sockaddr_in name = {
		.sin_family = AF_INET,
		.sin_addr = giaddr,
		.sin_port = htons(PORT),
	};
	int size = RECEIVE_BUFFER;
	int on = 1;

	relay->giaddr = giaddr;
	relay->server = name;
	relay->server.sin_addr = server;
	relay->take = take;
	relay->arg = arg;
	relay->watch = (struct watch){ receive, relay };
	relay->fd =
	    socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (relay->fd < 0)
		return false;
	setsockopt(relay->fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof(on));
	if (setsockopt(
	        relay->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(
		    relay->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return bind(relay->fd, (struct sockaddr *)&name, sizeof(name)) == 0 &&
	       loop_watch(loop, relay->fd, &relay->watch);
}

void
dhcp_relay_close(struct dhcp_relay *relay)
{
	if (relay->fd >= 0)
		close(relay->fd);
}
