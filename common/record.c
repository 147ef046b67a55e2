/* SPDX-License-Identifier: BSD-2-Clause */
/* How phones, files and history lines are laid out in the state. */
#include "record.h"

#include <string.h>

#include "wire.h"

#define PHONE_VERSION 1
#define FILE_VERSION 1
#define LINE_VERSION 1

const char *
sl_status_name(enum sl_status status)
{
	static const char *const names[SL_STATUSES] = { "new", "booting",
		"loading", "flashing", "climbing", "done", "stuck", "silent",
		"held" };

	return (unsigned)status < SL_STATUSES ? names[status] : "?";
}

const char *
sl_outcome_name(enum sl_outcome outcome)
{
	static const char *const names[SL_OUTCOMES] = { "fetching", "fetched",
		"unconfirmed", "aborted", "refused" };

	return (unsigned)outcome < SL_OUTCOMES ? names[outcome] : "?";
}

const char *
sl_note_name(enum sl_note note)
{
	static const char *const names[SL_NOTES] = { "", "other-stage", "case",
		"missing", "unreadable", "clash", "outside" };

	return (unsigned)note < SL_NOTES ? names[note] : "?";
}

/* Ends an encoding: what did not fit is the caller's mistake. */
static enum sl_rc
finish(const struct sl_writer *w, size_t *length)
{
	*length = w->used;
	return w->failed ? SL_INVALID : SL_OK;
}

static enum sl_rc
check_version(struct sl_reader *r, uint8_t known)
{
	uint8_t version = sl_get_u8(r);

	if (r->failed || version == 0)
		return SL_INVALID;
	return version > known ? SL_VERSION : SL_OK;
}

enum sl_rc
sl_phone_encode(
    const struct sl_phone *p, uint8_t *out, size_t size, size_t *length)
{
	struct sl_writer w = { .data = out, .size = size };

	sl_put_u8(&w, PHONE_VERSION);
	sl_put_u8(&w, p->status);
	sl_put_u8(&w, p->held_from);
	sl_put_u8(&w, p->stage);
	sl_put_u8(&w, p->running);
	sl_put_u8(&w, p->way);
	sl_put_u8(&w, p->attempt_kind);
	sl_put_u8(&w, p->downs);
	sl_put_u8(&w, p->waits);
	sl_put_u8(&w, p->finding150);
	sl_put_u8(&w, p->finding66);
	sl_put_u16(&w, p->plan);
	sl_put_u16(&w, p->model);
	sl_put_u16(&w, p->attempts);
	sl_put_u16(&w, p->attempt_id);
	sl_put_u16(&w, p->leases);
	sl_put_u16(&w, p->reason);
	sl_put_u16(&w, p->images_got);
	sl_put_u16(&w, p->images_all);
	sl_put_u32(&w, p->addr);
	sl_put_u32(&w, p->history_seq);
	sl_put_u64(&w, p->bytes_done);
	sl_put_u64(&w, p->bytes_total);
	sl_put_u64(&w, (uint64_t)p->first_seen_us);
	sl_put_u64(&w, (uint64_t)p->last_heard_us);
	sl_put_u64(&w, (uint64_t)p->attempt_us);
	sl_put_u64(&w, (uint64_t)p->image_us);
	sl_put_u64(&w, (uint64_t)p->waiting_us);
	sl_put_u64(&w, (uint64_t)p->turn_us);
	sl_put_u64(&w, (uint64_t)p->due_us);
	sl_put_text(&w, p->load);
	return finish(&w, length);
}

/* An index or enumeration that nobody writes is damage, not data. */
static bool
phone_is_sane(const struct sl_phone *p)
{
	return p->status < SL_STATUSES && p->held_from < SL_STATUSES &&
	       p->way < SL_WAYS && p->attempt_kind <= SL_ATTEMPT_NAMED &&
	       p->stage < SL_STAGES_MAX &&
	       (p->running < SL_STAGES_MAX || p->running == SL_STAGE_NONE);
}

enum sl_rc
sl_phone_decode(const uint8_t *data, size_t length, struct sl_phone *p)
{
	struct sl_reader r = { .data = data, .size = length };
	enum sl_rc rc = check_version(&r, PHONE_VERSION);

	if (rc != SL_OK)
		return rc;
	p->status = sl_get_u8(&r);
	p->held_from = sl_get_u8(&r);
	p->stage = sl_get_u8(&r);
	p->running = sl_get_u8(&r);
	p->way = sl_get_u8(&r);
	p->attempt_kind = sl_get_u8(&r);
	p->downs = sl_get_u8(&r);
	p->waits = sl_get_u8(&r);
	p->finding150 = sl_get_u8(&r);
	p->finding66 = sl_get_u8(&r);
	p->plan = sl_get_u16(&r);
	p->model = sl_get_u16(&r);
	p->attempts = sl_get_u16(&r);
	p->attempt_id = sl_get_u16(&r);
	p->leases = sl_get_u16(&r);
	p->reason = sl_get_u16(&r);
	p->images_got = sl_get_u16(&r);
	p->images_all = sl_get_u16(&r);
	p->addr = sl_get_u32(&r);
	p->history_seq = sl_get_u32(&r);
	p->bytes_done = sl_get_u64(&r);
	p->bytes_total = sl_get_u64(&r);
	p->first_seen_us = (int64_t)sl_get_u64(&r);
	p->last_heard_us = (int64_t)sl_get_u64(&r);
	p->attempt_us = (int64_t)sl_get_u64(&r);
	p->image_us = (int64_t)sl_get_u64(&r);
	p->waiting_us = (int64_t)sl_get_u64(&r);
	p->turn_us = (int64_t)sl_get_u64(&r);
	p->due_us = (int64_t)sl_get_u64(&r);
	if (!sl_copy(p->load, sizeof(p->load), sl_get_text(&r)) || r.failed)
		return SL_INVALID;
	return phone_is_sane(p) ? SL_OK : SL_INVALID;
}

enum sl_rc
sl_file_encode(
    const struct sl_file *f, uint8_t *out, size_t size, size_t *length)
{
	struct sl_writer w = { .data = out, .size = size };

	sl_put_u8(&w, FILE_VERSION);
	sl_put_u8(&w, f->class);
	sl_put_u8(&w, f->note);
	sl_put_u8(&w, f->outcome);
	sl_put_u8(&w, f->acked);
	sl_put_u16(&w, f->attempt_id);
	sl_put_u16(&w, f->asked);
	sl_put_u16(&w, f->got);
	sl_put_u16(&w, f->failed);
	sl_put_u16(&w, f->told);
	sl_put_u16(&w, f->streak);
	sl_put_u32(&w, f->tftp_error);
	sl_put_u64(&w, f->bytes);
	sl_put_u64(&w, (uint64_t)f->asked_us);
	sl_put_u64(&w, (uint64_t)f->ended_us);
	return finish(&w, length);
}

enum sl_rc
sl_file_decode(const uint8_t *data, size_t length, struct sl_file *f)
{
	struct sl_reader r = { .data = data, .size = length };
	enum sl_rc rc = check_version(&r, FILE_VERSION);

	if (rc != SL_OK)
		return rc;
	f->class = sl_get_u8(&r);
	f->note = sl_get_u8(&r);
	f->outcome = sl_get_u8(&r);
	f->acked = sl_get_u8(&r) != 0;
	f->attempt_id = sl_get_u16(&r);
	f->asked = sl_get_u16(&r);
	f->got = sl_get_u16(&r);
	f->failed = sl_get_u16(&r);
	f->told = sl_get_u16(&r);
	f->streak = sl_get_u16(&r);
	f->tftp_error = sl_get_u32(&r);
	f->bytes = sl_get_u64(&r);
	f->asked_us = (int64_t)sl_get_u64(&r);
	f->ended_us = (int64_t)sl_get_u64(&r);
	return r.failed || f->note >= SL_NOTES || f->outcome >= SL_OUTCOMES
	           ? SL_INVALID
	           : SL_OK;
}

enum sl_rc
sl_line_encode(
    const struct sl_line *line, uint8_t *out, size_t size, size_t *length)
{
	struct sl_writer w = { .data = out, .size = size };

	sl_put_u8(&w, LINE_VERSION);
	sl_put_u8(&w, line->status);
	sl_put_u8(&w, line->stage);
	sl_put_u16(&w, line->reason);
	sl_put_u64(&w, (uint64_t)line->time_us);
	sl_put_text(&w, line->text);
	return finish(&w, length);
}

enum sl_rc
sl_line_decode(const uint8_t *data, size_t length, struct sl_line *line)
{
	struct sl_reader r = { .data = data, .size = length };
	enum sl_rc rc = check_version(&r, LINE_VERSION);

	if (rc != SL_OK)
		return rc;
	line->status = sl_get_u8(&r);
	line->stage = sl_get_u8(&r);
	line->reason = sl_get_u16(&r);
	line->time_us = (int64_t)sl_get_u64(&r);
	if (!sl_copy(line->text, sizeof(line->text), sl_get_text(&r)))
		return SL_INVALID;
	return r.failed || line->status >= SL_STATUSES ? SL_INVALID : SL_OK;
}
