/* SPDX-License-Identifier: BSD-2-Clause */
/* tftp.c: RFC 1350 reading side: octet, 512 octets a block, no options. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tftp.h"

enum {
	OP_RRQ = 1,
	OP_DATA = 3,
	OP_ACK = 4,
	OP_ERROR = 5,
	BLOCK = 512,
	TRIES = 5,
	MIDWAY_BLOCKS = 8,
	LINGER_US = 500 * 1000,
	/* A phone without power sends no ICMP: longer than a server repeats. */
	VANISHED_US = 40 * 1000 * 1000,
};

#define FNV_BASIS UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

enum phase { ACTIVE, LINGERING, DEAF };

struct transfer {
	struct loop *loop;
	struct watch watch;
	struct timer timer;
	int fd;
	enum phase phase;
	struct tftp_habits habits;
	struct sockaddr_in server;
	bool has_tid;
	uint32_t block; /* last one received in order */
	unsigned tries;
	uint64_t timeout_us;
	uint8_t *data;
	size_t room;
	unsigned newlines;
	struct tftp_result result;
	void (*done)(void *arg, const struct tftp_result *result);
	void *arg;
	uint8_t packet[BLOCK]; /* the RRQ or ACK that waits for an answer */
	size_t packet_length;
};

static void
release(void *arg)
{
	struct transfer *t = arg;

	timer_clear(t->loop, &t->timer);
	close(t->fd);
	free(t->data);
	free(t);
}

static void
send_packet(const struct transfer *t)
{
	/* A packet that could not be sent is a lost packet. */
	(void)!sendto(t->fd, t->packet, t->packet_length, 0,
	    (const struct sockaddr *)&t->server, sizeof(t->server));
}

static void
send_error(const struct transfer *t, const struct sockaddr_in *to,
    unsigned code, const char *text)
{
	uint8_t packet[64] = { 0, OP_ERROR, 0, (uint8_t)code };
	size_t n = strlen(text) + 1;

	memcpy(packet + 4, text, n);
	(void)!sendto(
	    t->fd, packet, 4 + n, 0, (const struct sockaddr *)to, sizeof(*to));
}

static void
set_ack(struct transfer *t)
{
	t->packet[0] = 0;
	t->packet[1] = OP_ACK;
	t->packet[2] = (uint8_t)(t->block >> 8);
	t->packet[3] = (uint8_t)t->block;
	t->packet_length = 4;
}

static void
finish(struct transfer *t, enum tftp_end end, enum phase phase)
{
	t->phase = phase;
	t->result.end = end;
	t->result.data = t->data;
	timer_set(t->loop, &t->timer,
	    t->habits.vanish && end == TFTP_BROKEN_OFF ? VANISHED_US
	                                               : LINGER_US,
	    release, t);
	t->done(t->arg, &t->result);
	free(t->data);
	t->data = NULL;
}

static void
repeat(void *arg)
{
	struct transfer *t = arg;

	if (t->tries >= TRIES) {
		finish(t, TFTP_SILENT, DEAF);
		return;
	}
	send_packet(t);
	t->tries++;
	t->timeout_us *= 2;
	timer_set(t->loop, &t->timer, t->timeout_us, repeat, t);
}

static void
keep(struct transfer *t, const uint8_t *data, size_t length)
{
	size_t limit = t->habits.want_body ? TFTP_BODY_MAX : TFTP_HEAD_MAX;

	if (t->result.kept + length > limit)
		length = limit - t->result.kept;
	if (t->result.kept + length > t->room) {
		size_t room = t->room ? t->room * 2 : TFTP_HEAD_MAX;
		uint8_t *grown = realloc(t->data, room);

		if (grown == NULL)
			return;
		t->data = grown;
		t->room = room;
	}
	if (length > 0)
		memcpy(t->data + t->result.kept, data, length);
	t->result.kept += length;
}

static void
hash(struct transfer *t, const uint8_t *data, size_t length)
{
	struct tftp_result *r = &t->result;

	for (size_t i = 0; i < length; i++) {
		r->fnv = (r->fnv ^ data[i]) * FNV_PRIME;
		if (t->newlines == 2) {
			r->rest_fnv = (r->rest_fnv ^ data[i]) * FNV_PRIME;
			r->rest_bytes++;
		} else if (data[i] == '\n') {
			t->newlines++;
		}
	}
	r->bytes += length;
}

static bool
breaks_off(struct transfer *t, bool last)
{
	if (!t->habits.break_off && !t->habits.vanish)
		return false;
	if (t->block < MIDWAY_BLOCKS && !last)
		return false;
	if (!t->habits.vanish)
		send_error(t, &t->server, 0, "transfer cancelled");
	finish(t, TFTP_BROKEN_OFF, DEAF);
	return true;
}

static void
take_block(struct transfer *t, const uint8_t *data, size_t length)
{
	bool last = length < BLOCK;
	uint64_t first_timeout = t->timeout_us >> (t->tries - 1);

	t->block++;
	keep(t, data, length);
	hash(t, data, length);
	if (breaks_off(t, last))
		return;
	set_ack(t);
	if (last && t->habits.no_last_ack) {
		finish(t, TFTP_FETCHED, DEAF);
		return;
	}
	send_packet(t);
	if (last) {
		finish(t, TFTP_FETCHED, LINGERING);
		return;
	}
	t->tries = 1;
	t->timeout_us = first_timeout;
	timer_set(t->loop, &t->timer, t->timeout_us, repeat, t);
}

static void
take_data(struct transfer *t, const uint8_t *packet, size_t length)
{
	uint16_t number = (uint16_t)(packet[2] << 8 | packet[3]);

	if (length > 4 + BLOCK)
		return;
	if (t->phase == ACTIVE && number == (uint16_t)(t->block + 1))
		take_block(t, packet + 4, length - 4);
	else if (t->block > 0 && number == (uint16_t)t->block)
		send_packet(t); /* our ACK was lost */
}

static void
take_error(struct transfer *t, const uint8_t *packet, size_t length)
{
	size_t n = length - 4;

	if (n >= sizeof(t->result.text))
		n = sizeof(t->result.text) - 1;
	memcpy(t->result.text, packet + 4, n);
	t->result.text[n] = '\0';
	t->result.code = (unsigned)packet[2] << 8 | packet[3];
	finish(t, TFTP_REFUSED, DEAF);
}

static void
take_packet(struct transfer *t, const struct sockaddr_in *from,
    const uint8_t *packet, size_t length)
{
	if (length < 4 || packet[0] != 0 || t->phase == DEAF ||
	    from->sin_addr.s_addr != t->server.sin_addr.s_addr)
		return;
	if (t->has_tid && from->sin_port != t->server.sin_port) {
		if (packet[1] != OP_ERROR)
			send_error(t, from, 5, "unknown transfer ID");
		return;
	}
	if (packet[1] == OP_DATA) {
		/* Only a first block decides which server process is ours. */
		if (!t->has_tid && (packet[2] != 0 || packet[3] != 1))
			return;
		t->has_tid = true;
		t->server.sin_port = from->sin_port;
		take_data(t, packet, length);
	} else if (packet[1] == OP_ERROR && t->phase == ACTIVE) {
		take_error(t, packet, length);
	} else if (packet[1] != OP_ERROR) {
		send_error(t, from, 4, "not asked for");
	}
}

static void
receive(void *arg)
{
	struct transfer *t = arg;
	uint8_t packet[2048];

	for (;;) {
		struct sockaddr_in from = { .sin_port = 0 };
		socklen_t room = sizeof(from);
		ssize_t n = recvfrom(t->fd, packet, sizeof(packet),
		    MSG_DONTWAIT, (struct sockaddr *)&from, &room);

		if (n < 0) {
			if (errno == EINTR)
				continue;
			return;
		}
		take_packet(t, &from, packet, (size_t)n);
	}
}

static uint16_t
open_socket(struct transfer *t, struct in_addr local)
{
	struct sockaddr_in name = { .sin_family = AF_INET, .sin_addr = local };
	socklen_t room = sizeof(name);
	int on = 1;

	t->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (t->fd < 0)
		return 0;
	setsockopt(t->fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof(on));
	if (bind(t->fd, (struct sockaddr *)&name, sizeof(name)) < 0 ||
	    getsockname(t->fd, (struct sockaddr *)&name, &room) < 0 ||
	    !loop_watch(t->loop, t->fd, &t->watch)) {
		close(t->fd);
		return 0;
	}
	return ntohs(name.sin_port);
}

static void
set_rrq(struct transfer *t, const char *name)
{
	int n = snprintf((char *)t->packet + 2, sizeof(t->packet) - 2,
	    "%.400s%coctet", name, '\0');

	t->packet[0] = 0;
	t->packet[1] = OP_RRQ;
	t->packet_length = 2 + (size_t)n + 1;
}

uint16_t
tftp_fetch(struct loop *loop, const struct tftp_request *request)
{
	struct transfer *t = calloc(1, sizeof(*t));
	uint16_t port;

	if (t == NULL)
		return 0;
	t->loop = loop;
	t->watch = (struct watch){ receive, t };
	t->habits = request->habits;
	t->done = request->done;
	t->arg = request->arg;
	t->timeout_us = request->timeout_us;
	t->result.fnv = FNV_BASIS;
	t->result.rest_fnv = FNV_BASIS;
	t->server.sin_family = AF_INET;
	t->server.sin_addr = request->server;
	t->server.sin_port = htons(69);
	port = open_socket(t, request->local);
	if (port == 0) {
		free(t);
		return 0;
	}
	set_rrq(t, request->name);
	send_packet(t);
	if (t->habits.duplicate)
		send_packet(t);
	t->tries = 1;
	timer_set(loop, &t->timer, t->timeout_us, repeat, t);
	return port;
}

void
tftp_release_all(struct loop *loop)
{
	size_t slot = 1;

	while (slot <= loop->count) {
		const struct timer *timer = loop->heap[slot];

		if (timer->fire == repeat || timer->fire == release) {
			release(timer->arg);
			slot = 1;
		} else {
			slot++;
		}
	}
}
