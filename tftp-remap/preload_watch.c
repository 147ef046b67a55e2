/* SPDX-License-Identifier: BSD-2-Clause */
/* preload_watch.c: from packets seen to the end of a transfer. */
#include "preload_watch.h"

#include "preload_packet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HEADER 4 /* opcode and block number, or opcode and error code */

void
sl_watch_begin(struct sl_watch *watch, uint64_t token)
{
	*watch = (struct sl_watch){
		.blksize = 512,
		.result = { .size = sizeof(watch->result), .token = token },
	};
}

static bool
finish(struct sl_watch *watch, enum tftpd_remap_status status)
{
	if (watch->finished)
		return false;
	watch->finished = true;
	watch->result.status = status;
	watch->result.bytes = watch->acked * watch->blksize;
	if (watch->last != 0 && watch->acked == watch->last)
		watch->result.bytes -= watch->blksize - watch->short_len;
	return true;
}

static void
take_option(struct sl_watch *watch, const char *name, const char *value)
{
	unsigned long number = strtoul(value, NULL, 10);

	if (strcasecmp(name, "blksize") == 0 ||
	    strcasecmp(name, "blksize2") == 0) {
		if (number >= 8 && number <= 65464)
			watch->blksize = (uint32_t)number;
	} else if (strcasecmp(name, "rollover") == 0) {
		watch->rollover = (uint16_t)number;
	}
}

/* The OACK is the daemon's own writing, yet it is read with bounds. */
static void
sent_oack(struct sl_watch *watch, const char *packet, size_t len)
{
	const char *at = packet + 2, *end = packet + len;

	if (watch->oack_sent) {
		watch->result.retransmits++;
		return;
	}
	watch->oack_sent = true;
	while (at < end) {
		const char *name = at, *value;

		value = memchr(name, '\0', (size_t)(end - name));
		if (value == NULL || ++value >= end)
			return;
		at = memchr(value, '\0', (size_t)(end - value));
		if (at == NULL)
			return;
		at++;
		take_option(watch, name, value);
	}
}

static void
sent_data(struct sl_watch *watch, uint16_t block, size_t payload)
{
	uint16_t next = watch->top_block == UINT16_MAX
	                    ? watch->rollover
	                    : (uint16_t)(watch->top_block + 1);

	if (watch->last != 0 || (watch->top != 0 && block != next)) {
		watch->result.retransmits++;
		return;
	}
	watch->top++;
	watch->top_block = block;
	if (payload < watch->blksize) {
		watch->last = watch->top;
		watch->short_len = (uint32_t)payload;
		watch->result.last_sent = 1;
	}
}

bool
sl_watch_sent(struct sl_watch *watch, const void *packet, size_t len)
{
	if (watch->finished || len < HEADER)
		return false;
	watch->started = true;
	switch (sl_packet_u16(packet)) {
	case SL_TFTP_OACK:
		sent_oack(watch, packet, len);
		return false;
	case SL_TFTP_DATA:
		sent_data(watch, sl_packet_u16((const char *)packet + 2),
		    len - HEADER);
		return false;
	case SL_TFTP_ERROR:
		watch->result.tftp_error =
		    sl_packet_u16((const char *)packet + 2);
		return finish(watch, TFTPD_REMAP_LOCAL_ERROR);
	default:
		return false;
	}
}

/* An ACK names a block of the past; how many blocks behind the newest? */
static bool
received_ack(struct sl_watch *watch, uint16_t block)
{
	int64_t behind = watch->top_block - block;
	uint64_t acked;

	if (behind < 0)
		behind += 65536 - watch->rollover;
	if (behind < 0 || (uint64_t)behind > watch->top)
		return false;
	acked = watch->top - (uint64_t)behind;
	if (acked > watch->acked)
		watch->acked = acked;
	if (watch->last == 0 || watch->acked != watch->last)
		return false;
	return finish(watch, TFTPD_REMAP_OK);
}

bool
sl_watch_received(struct sl_watch *watch, const void *packet, size_t len)
{
	uint16_t word;

	if (watch->finished || len < HEADER)
		return false;
	word = sl_packet_u16((const char *)packet + 2);
	switch (sl_packet_u16(packet)) {
	case SL_TFTP_ACK:
		return received_ack(watch, word);
	case SL_TFTP_ERROR:
		watch->result.tftp_error = word;
		return finish(watch, TFTPD_REMAP_PEER_ERROR);
	default:
		return false;
	}
}

bool
sl_watch_failed(struct sl_watch *watch, int error)
{
	if (error != ECONNREFUSED)
		return false;
	return finish(watch, TFTPD_REMAP_PEER_GONE);
}

bool
sl_watch_exit(struct sl_watch *watch)
{
	return finish(watch,
	    watch->started ? TFTPD_REMAP_TIMEOUT : TFTPD_REMAP_NOT_STARTED);
}
