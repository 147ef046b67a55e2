/* SPDX-License-Identifier: BSD-2-Clause */
/* dhcp.h: the relay agent in front of all phones, and the packets. */
#ifndef PHONESIM_DHCP_H
#define PHONESIM_DHCP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop.h"

enum {
	DHCP_DISCOVER = 1,
	DHCP_OFFER = 2,
	DHCP_REQUEST = 3,
	DHCP_ACK = 5,
	DHCP_NAK = 6,
};

/* One option's octets, put together from all its pieces. */
struct dhcp_option {
	bool present;
	uint8_t length; /* more than 255 octets are cut */
	uint8_t data[255];
};

struct dhcp_reply {
	uint8_t type; /* 0: the packet names none */
	uint32_t xid;
	uint8_t mac[6];
	struct in_addr yiaddr;
	struct in_addr siaddr;
	struct in_addr server_id;
	struct dhcp_option option66;
	struct dhcp_option option150;
	const uint8_t *raw; /* valid during the call */
	size_t raw_length;
};

struct dhcp_query {
	uint8_t type;
	uint32_t xid;
	uint8_t mac[6];
	struct in_addr requested; /* options 50 and 54 of a REQUEST */
	struct in_addr server_id;
	const uint8_t *vendor_class; /* option 60; none if its length is 0 */
	size_t vendor_class_length;
	const uint8_t *parameters; /* option 55 */
	size_t parameters_length;
};

struct dhcp_relay {
	int fd;
	struct in_addr giaddr;
	struct sockaddr_in server;
	struct watch watch;
	void (*take)(void *arg, const struct dhcp_reply *reply);
	void *arg;
};

/* False with errno set when giaddr:67 cannot be had. */
bool dhcp_relay_open(struct dhcp_relay *relay, struct loop *loop,
    struct in_addr giaddr, struct in_addr server,
    void (*take)(void *, const struct dhcp_reply *), void *arg);
void dhcp_relay_close(struct dhcp_relay *relay);

void dhcp_send(const struct dhcp_relay *relay, const struct dhcp_query *query);

/* False if it is no BOOTREPLY for an Ethernet client. */
bool dhcp_parse(const uint8_t *packet, size_t length, struct dhcp_reply *reply);

#endif
