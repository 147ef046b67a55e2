/* SPDX-License-Identifier: BSD-2-Clause */
/* One journal record: header, checksum and the members of its kind. */
#include "journal.h"

#include <string.h>
#include <time.h>

#include "wire.h"

#define EVENT_MAGIC 0x314a4c53u /* "SLJ1" */
#define EVENT_VERSION 1
#define CHECKED_FROM 8 /* the checksum covers what stands behind it */
#define HEADER_BYTES 20

static int64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
put_transfer(struct sl_writer *w, const struct sl_event *event)
{
	char name[SL_EVENT_NAME_MAX + 1];

	sl_put_u16(w, event->port);
	sl_put_u8(w, event->class);
	sl_put_u8(w, event->stage);
	sl_put_u8(w, event->by_name);
	sl_put_u8(w, event->denied);
	sl_put_u8(w, event->note);
	sl_copy(name, sizeof(name), event->name);
	sl_put_text(w, name);
	if (event->kind != SL_EVENT_DONE)
		return;
	sl_put_u8(w, event->outcome);
	sl_put_u32(w, event->tftp_error);
	sl_put_u64(w, event->bytes);
	sl_put_u64(w, event->usec);
}

static void
put_members(struct sl_writer *w, const struct sl_event *event)
{
	sl_put_bytes(w, event->mac.octet, sizeof(event->mac.octet));
	sl_put_u32(w, event->addr);
	switch ((enum sl_event_kind)event->kind) {
	case SL_EVENT_LEASE:
		sl_put_u8(w, event->lease);
		sl_put_u8(w, event->way);
		sl_put_u16(w, event->model);
		sl_put_u8(w, event->finding150);
		sl_put_u8(w, event->finding66);
		sl_put_u8(w, event->raw_length);
		sl_put_bytes(w, event->raw, sizeof(event->raw));
		sl_put_u8(w, event->left);
		break;
	case SL_EVENT_REQUEST:
	case SL_EVENT_DONE:
		put_transfer(w, event);
		break;
	case SL_EVENT_COMMAND:
		sl_put_u8(w, event->command);
		sl_put_text(w, event->argument);
		break;
	case SL_EVENT_UNBIND:
	case SL_EVENT_CONFIG:
		break;
	}
}

enum sl_rc
sl_event_encode(const struct sl_event *event, uint8_t out[SL_EVENT_BYTES_MAX],
    size_t *length)
{
	struct sl_writer w = { .data = out, .size = SL_EVENT_BYTES_MAX };
	struct sl_writer head = { .data = out, .size = HEADER_BYTES };
	int64_t time_us = event->time_us != 0 ? event->time_us : now_us();

	w.used = HEADER_BYTES;
	put_members(&w, event);
	if (w.failed)
		return SL_INVALID;
	sl_put_u32(&head, EVENT_MAGIC);
	sl_put_u32(&head, 0);
	sl_put_u16(&head, (uint16_t)w.used);
	sl_put_u8(&head, event->kind);
	sl_put_u8(&head, EVENT_VERSION);
	sl_put_u64(&head, (uint64_t)time_us);
	head.used = 4;
	sl_put_u32(&head, sl_crc32c(out + CHECKED_FROM, w.used - CHECKED_FROM));
	*length = w.used;
	return SL_OK;
}

static void
get_transfer(struct sl_reader *r, struct sl_event *event)
{
	event->port = sl_get_u16(r);
	event->class = sl_get_u8(r);
	event->stage = sl_get_u8(r);
	event->by_name = sl_get_u8(r) != 0;
	event->denied = sl_get_u8(r) != 0;
	event->note = sl_get_u8(r);
	if (!sl_copy(event->name, sizeof(event->name), sl_get_text(r)))
		r->failed = true;
	if (event->note >= SL_NOTES)
		r->failed = true;
	if (event->kind != SL_EVENT_DONE)
		return;
	event->outcome = sl_get_u8(r);
	event->tftp_error = sl_get_u32(r);
	event->bytes = sl_get_u64(r);
	event->usec = sl_get_u64(r);
	if (event->outcome >= SL_OUTCOMES)
		r->failed = true;
}

static enum sl_rc
get_members(struct sl_reader *r, struct sl_event *event)
{
	sl_get_bytes(r, event->mac.octet, sizeof(event->mac.octet));
	event->addr = sl_get_u32(r);
	switch ((enum sl_event_kind)event->kind) {
	case SL_EVENT_LEASE:
		event->lease = sl_get_u8(r);
		event->way = sl_get_u8(r);
		event->model = sl_get_u16(r);
		event->finding150 = sl_get_u8(r);
		event->finding66 = sl_get_u8(r);
		event->raw_length = sl_get_u8(r);
		sl_get_bytes(r, event->raw, sizeof(event->raw));
		event->left = sl_get_u8(r) != 0;
		if (event->raw_length > sizeof(event->raw))
			r->failed = true;
		break;
	case SL_EVENT_REQUEST:
	case SL_EVENT_DONE:
		get_transfer(r, event);
		break;
	case SL_EVENT_COMMAND:
		event->command = sl_get_u8(r);
		if (!sl_copy(event->argument, sizeof(event->argument),
		        sl_get_text(r)))
			r->failed = true;
		break;
	case SL_EVENT_UNBIND:
	case SL_EVENT_CONFIG:
		break;
	}
	return r->failed ? SL_INVALID : SL_OK;
}

/* Whether the octets there may become a record when more of them arrive. */
static bool
may_begin(const uint8_t *data, size_t available)
{
	static const uint8_t magic[4] = { 0x53, 0x4c, 0x4a, 0x31 };

	return memcmp(data, magic, available < 4 ? available : 4) == 0;
}

enum sl_rc
sl_event_decode(const uint8_t *data, size_t available, struct sl_event *event,
    size_t *length)
{
	struct sl_reader r = { .data = data, .size = HEADER_BYTES };
	uint32_t crc;
	uint8_t version;

	if (!may_begin(data, available))
		return SL_INVALID;
	if (available < HEADER_BYTES)
		return SL_NONE;
	memset(event, 0, sizeof(*event));
	sl_get_u32(&r);
	crc = sl_get_u32(&r);
	*length = sl_get_u16(&r);
	event->kind = sl_get_u8(&r);
	version = sl_get_u8(&r);
	event->time_us = (int64_t)sl_get_u64(&r);
	if (*length < HEADER_BYTES || *length > SL_EVENT_BYTES_MAX)
		return SL_INVALID;
	if (available < *length)
		return SL_NONE;
	if (crc != sl_crc32c(data + CHECKED_FROM, *length - CHECKED_FROM))
		return SL_INVALID;
	if (version != EVENT_VERSION || event->kind < SL_EVENT_LEASE ||
	    event->kind > SL_EVENT_CONFIG)
		return SL_VERSION;
	r.size = *length;
	return get_members(&r, event);
}
