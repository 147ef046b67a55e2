/* SPDX-License-Identifier: BSD-2-Clause */
/* preload_listener.c: ask the module, believe it only as far as it is sane. */
#include "preload_listener.h"

#include "preload_host.h"
#include "preload_module.h"
#include "preload_packet.h"
#include "preload_real.h"
#include "preload_reply.h"

#include <errno.h>
#include <string.h>
#include <syslog.h>

#define NAME_SIZE 1024
#define ILLEGAL_OPERATION 4 /* RFC 1350, error codes */

static struct sl_asked asked;

static ssize_t
hide(void)
{
	errno = EAGAIN;
	return -1;
}

static ssize_t
refuse(const struct sl_datagram *datagram, const char *why)
{
	char client[INET6_ADDRSTRLEN];

	if (sl_host_is_verbose())
		sl_host_logf(LOG_NOTICE, "request from %s refused: %s",
		    sl_peer_print(&asked.client, client), why);
	sl_reply_error(datagram, ILLEGAL_OPERATION, why);
	return hide();
}

static ssize_t
deny(const struct sl_datagram *datagram, const struct sl_packet *packet,
    const struct tftpd_remap_request *request)
{
	const char *text = request->deny_text;
	uint32_t code = request->deny_code;
	char client[INET6_ADDRSTRLEN], name[SL_SHOWN_NAME];
	char said[SL_SHOWN_NAME];

	if (text == NULL)
		text = "";
	sl_host_quote(name, sizeof(name), packet->filename);
	sl_host_quote(said, sizeof(said), text);
	sl_host_logf(LOG_NOTICE, "RRQ from %s filename %s denied: %s",
	    sl_peer_print(&asked.client, client), name, said);
	sl_reply_error(datagram, code <= UINT16_MAX ? (uint16_t)code : 0, said);
	return hide();
}

/* A module that talks nonsense does so often: said once. */
static void
complain(const char *why)
{
	static bool said;

	if (said)
		return;
	said = true;
	sl_host_logf(LOG_ERR,
	    "remap module answered %s; such requests are served as asked", why);
}

/* False: there is no room, though the module is right. */
static bool
rename_packet(struct sl_packet *packet, const char *name)
{
	size_t len;
	const char *why =
	    sl_packet_check_name(name, NAME_SIZE, sl_host_limit(), &len);

	if (why != NULL) {
		complain(why);
		return true;
	}
	if (len == packet->filename_len &&
	    memcmp(name, packet->filename, len) == 0)
		return true;
	sl_host_quote(asked.asked, sizeof(asked.asked), packet->filename);
	sl_host_quote(asked.served, sizeof(asked.served), name);
	asked.rewritten = sl_packet_rename(packet, name, len);
	return asked.rewritten;
}

/* Returns what in.tftpd is to see of this request. */
static ssize_t
ask(const struct sl_datagram *datagram, struct sl_packet *packet)
{
	char name[NAME_SIZE];
	struct tftpd_remap_request request = {
		.size = sizeof(request),
		.op = TFTPD_REMAP_RRQ,
		.peer = &asked.client.any,
		.filename = packet->filename,
		.mode = packet->mode,
		.options = packet->options,
		.options_len = packet->options_len,
		.name = name,
		.name_size = sizeof(name),
	};

	name[0] = '\0';
	switch (sl_module_rewrite(&request)) {
	case TFTPD_REMAP_DENY:
		return deny(datagram, packet, &request);
	case TFTPD_REMAP_REWRITE:
		/* Passing it would let padding decide what is served. */
		if (!rename_packet(packet, name))
			return refuse(
			    datagram, "no room for the name to be served");
		break;
	case TFTPD_REMAP_PASS:
		break;
	}
	asked.judged = true;
	asked.token = request.token;
	return (ssize_t)packet->len;
}

ssize_t
sl_listener_judge(const struct sl_datagram *datagram)
{
	size_t received = datagram->received;
	struct sl_packet packet;

	sl_listener_forget();
	if (!sl_peer_fold(&asked.client, datagram->peer, datagram->peer_len))
		return (ssize_t)received;
	if (datagram->truncated)
		received = datagram->capacity + 1;
	switch (sl_packet_read(
	    &packet, datagram->data, received, datagram->capacity)) {
	case SL_PACKET_OTHER:
		return (ssize_t)datagram->received;
	case SL_PACKET_RUNT:
		return hide();
	case SL_PACKET_REFUSE:
		return refuse(datagram, packet.why);
	case SL_PACKET_REQUEST:
		break;
	}
	if (packet.opcode == SL_TFTP_WRQ)
		return (ssize_t)packet.len;
	return ask(datagram, &packet);
}

bool
sl_listener_prime(int fd, struct sockaddr *known, socklen_t *known_len)
{
	/* A daemon that forgets what it is shown must not loop for ever. */
	static unsigned int in_a_row;
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);
	int saved = errno;
	char octet;
	ssize_t got = sl_real()->recvfrom(fd, &octet, sizeof(octet),
	    MSG_PEEK | MSG_DONTWAIT, (struct sockaddr *)&peer, &len);

	errno = saved;
	if (got < 0 || len > *known_len || in_a_row >= 4 ||
	    peer.ss_family == known->sa_family) {
		in_a_row = 0;
		return false;
	}
	in_a_row++;
	memcpy(known, &peer, len);
	*known_len = len;
	errno = EAGAIN;
	return true;
}

const struct sl_asked *
sl_listener_asked(void)
{
	return &asked;
}

void
sl_listener_forget(void)
{
	asked.judged = false;
	asked.rewritten = false;
}
