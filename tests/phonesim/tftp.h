/* SPDX-License-Identifier: BSD-2-Clause */
/* tftp.h: reads one file from a TFTP server as a phone does. */
#ifndef PHONESIM_TFTP_H
#define PHONESIM_TFTP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop.h"

#define TFTP_HEAD_MAX 1024         /* octets always kept of a file */
#define TFTP_BODY_MAX (256 * 1024) /* at most kept when the body is wanted */

enum tftp_end {
	TFTP_FETCHED,
	TFTP_REFUSED,    /* the server sent ERROR */
	TFTP_SILENT,     /* no answer, or none any more */
	TFTP_BROKEN_OFF, /* by us, as asked */
};

/* Zero: an ordinary transfer. */
struct tftp_habits {
	bool want_body; /* else only the head is kept */
	bool duplicate; /* the first RRQ leaves twice */
	bool no_last_ack;
	bool break_off; /* ends midway with ERROR 0 */
	bool vanish;    /* ends midway without a word */
};

struct tftp_result {
	enum tftp_end end;
	const uint8_t *data; /* valid during the call; may be less than bytes */
	size_t kept;
	uint64_t bytes;
	uint64_t fnv;        /* FNV-1a of all octets */
	uint64_t rest_bytes; /* octets behind the second newline, */
	uint64_t rest_fnv;   /* and their FNV-1a */
	unsigned code;       /* of the ERROR */
	char text[128];
};

struct tftp_request {
	struct in_addr local;
	struct in_addr server;
	const char *name;
	struct tftp_habits habits;
	uint64_t timeout_us; /* before the first retransmission; then doubled */
	void (*done)(void *arg, const struct tftp_result *result);
	void *arg;
};

/*
 * Sends the RRQ from a new port. `done` is called once, never from within.
 * Returns the port, or 0 when no socket could be had (try again later).
 */
uint16_t tftp_fetch(struct loop *loop, const struct tftp_request *request);

/* At the end of a run: every transfer has its timer in the loop. */
void tftp_release_all(struct loop *loop);

#endif
