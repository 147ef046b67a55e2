/* SPDX-License-Identifier: BSD-2-Clause */
/* What else an event shows that keeps a phone from moving. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine_impl.h"
#include "request.h"

#define TRUST_REQUESTS 5 /* of one name without a configuration: a loop */
#define TRUST_FILES 8    /* names of trust files of one phone */
#define TFTP_NOT_FOUND 1
#define TFTP_ACCESS 2

/* An event, and what is known about whom and what it is of. */
struct scene {
	struct sl_engine *engine;
	struct sl_phone *phone;
	const struct sl_event *event;
	struct sl_file file; /* the event is counted in it */
	const struct sl_route *route;
	char evidence[160]; /* filled by the condition that holds */
};

typedef bool condition(struct scene *s);

static void show(struct scene *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
show(struct scene *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(s->evidence, sizeof(s->evidence), format, args);
	va_end(args);
}

/* ---- conditions ---- */

static bool
boot_is_missing(struct scene *s)
{
	if (s->event->note != SL_NOTE_MISSING)
		return false;
	show(s, "%s is not in %s", s->event->name,
	    s->route->stage[s->phone->stage].directory);
	return true;
}

static bool
was_refused(const struct scene *s)
{
	return s->event->outcome == SL_REFUSED &&
	       (s->event->tftp_error == TFTP_NOT_FOUND ||
	           s->event->tftp_error == TFTP_ACCESS);
}

static bool
part_is_missing(struct scene *s)
{
	if (!was_refused(s) || s->file.note != SL_NOTE_MISSING ||
	    sl_is_serial_load(s->event->name))
		return false;
	show(s, "%s is in no directory of plan %s", s->event->name,
	    s->route->name);
	return true;
}

/* What the TFTP root says about it now, in the words of the look-up. */
static bool
look_again(struct scene *s)
{
	uint8_t count = s->route->stage_count;
	char path[512];

	for (uint8_t i = 0; s->engine->tree != NULL && i < count; i++) {
		uint8_t stage = (uint8_t)((s->phone->stage + i) % count);
		struct sl_err err = { "" };
		enum sl_rc rc = sl_tree_find(s->engine->tree,
		    s->route->stage[stage].directory, s->event->name, path,
		    sizeof(path), &err);

		if (rc == SL_OK || rc == SL_NONE)
			continue;
		show(s, "%s", err.text);
		return true;
	}
	return false;
}

static bool
is_barred(struct scene *s)
{
	static const char *const how[SL_NOTES] = {
		[SL_NOTE_UNREADABLE] = "in.tftpd may not read it",
		[SL_NOTE_CLASH] = "several differ in letter case only",
		[SL_NOTE_OUTSIDE] = "it leads out of the TFTP root",
	};

	if (s->file.note >= SL_NOTES || how[s->file.note] == NULL)
		return false;
	if (!look_again(s))
		show(s, "%s: %s", s->event->name, how[s->file.note]);
	return true;
}

static bool
part_is_barred(struct scene *s)
{
	return was_refused(s) && is_barred(s);
}

/* It was found and offered, and in.tftpd could not open it all the same. */
static bool
is_refused_in_stage(struct scene *s)
{
	if (!was_refused(s) || s->event->stage >= s->route->stage_count)
		return false;
	show(s, "in.tftpd answered error %u for %s in %s",
	    (unsigned)s->event->tftp_error, s->event->name,
	    s->route->stage[s->event->stage].directory);
	return true;
}

static bool
differs_in_case(struct scene *s)
{
	char path[512];

	if (s->event->note != SL_NOTE_CASE ||
	    s->event->stage >= s->route->stage_count)
		return false;
	if (s->engine->tree != NULL &&
	    sl_tree_find(s->engine->tree,
	        s->route->stage[s->event->stage].directory, s->event->name,
	        path, sizeof(path), NULL) == SL_OK)
		show(s, "asked %s, got %s", s->event->name, path);
	else
		show(s, "asked %s", s->event->name);
	return true;
}

static bool
is_damaged(struct scene *s)
{
	char addr[SL_ADDR_TEXT];

	if (!sl_is_serial_load(s->event->name))
		return false;
	sl_addr_print(s->event->addr, addr);
	show(s, "asked %s from %s", s->event->name, addr);
	return true;
}

static bool
loops(struct scene *s)
{
	if (s->file.streak < TRUST_REQUESTS)
		return false;
	show(s, "asked %s %u times, and no configuration", s->event->name,
	    s->file.streak);
	return true;
}

struct refusal {
	const char *name;
	bool seen;
};

static void
find_refusal(void *ctx, const struct sl_file *file)
{
	struct refusal *refusal = ctx;

	if (file->class == SL_CLASS_CONFIG && file->outcome == SL_REFUSED &&
	    file->tftp_error == TFTP_NOT_FOUND &&
	    sl_same_ignoring_case(file->name, refusal->name))
		refusal->seen = true;
}

/* By the TFTP root if it is seen from here, else by what was answered. */
static bool
is_absent(struct scene *s, const char *name)
{
	struct refusal refusal = { name, false };
	char path[512];

	if (s->engine->tree != NULL)
		return sl_tree_find(s->engine->tree, "", name, path,
		           sizeof(path), NULL) == SL_NONE;
	sl_store_each_file(s->engine->store, &s->phone->mac, SL_STAGE_NONE,
	    find_refusal, &refusal);
	return refusal.seen;
}

/* What one phone or another is content with; every phone asks the first two. */
static const struct {
	const char *start;
	bool has_mac;
	const char *end;
} configs[] = {
	{ "SEP", true, ".cnf.xml" },
	{ "XMLDefault", false, ".cnf.xml" },
	{ "SIP", true, ".cnf" },
	{ "SIPDefault", false, ".cnf" },
	{ "SEPDefault", false, ".cnf" },
	{ "gk", true, "" },
	{ "ld", true, "" },
};

static bool
has_no_config(struct scene *s)
{
	size_t count = 2;
	const uint8_t *o = s->phone->mac.octet;
	char digits[16], name[40];

	if (!was_refused(s) || s->event->tftp_error != TFTP_NOT_FOUND)
		return false;
	snprintf(digits, sizeof(digits), "%02X%02X%02X%02X%02X%02X", o[0], o[1],
	    o[2], o[3], o[4], o[5]);
	if (s->engine->tree != NULL)
		count = sizeof(configs) / sizeof(configs[0]);
	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%s%s%s", configs[i].start,
		    configs[i].has_mac ? digits : "", configs[i].end);
		if (!is_absent(s, name))
			return false;
	}
	show(
	    s, "neither SEP%s.cnf.xml nor XMLDefault.cnf.xml is there", digits);
	return true;
}

static bool
is_sent_away(struct scene *s)
{
	struct sl_named named;

	if (s->event->outcome != SL_FETCHED ||
	    !sl_engine_named(
	        s->engine, s->phone, s->event->stage, s->event->name, &named) ||
	    (named.server[0] == '\0' && !named.sharing))
		return false;
	if (named.server[0] != '\0')
		show(s, "%s: loadServer %s", named.path, named.server);
	else
		show(s, "%s: peerFirmwareSharing", named.path);
	return true;
}

/* ---- the table ---- */

#define BIT(n) (1u << (n))
#define FIRMWARE (BIT(SL_CLASS_LOADS) | BIT(SL_CLASS_IMAGE))

/* The class may be one that nobody knows: it was read from a file. */
static bool
is_of(uint8_t class, unsigned classes)
{
	return class <= SL_CLASS_TRUST && (classes & BIT(class)) != 0;
}

/* The first row that fits is taken. */
static const struct row {
	enum sl_event_kind kind;
	unsigned classes;
	condition *holds;
	enum sl_reason reason;
	bool told_only; /* it goes on: no reason to hide another */
} rows[] = {
	{ SL_EVENT_REQUEST, BIT(SL_CLASS_BOOT), boot_is_missing,
	    SL_REASON_BOOT_MISSING, false },
	{ SL_EVENT_REQUEST, BIT(SL_CLASS_BOOT), is_barred,
	    SL_REASON_PART_UNREADABLE, false },
	{ SL_EVENT_REQUEST, BIT(SL_CLASS_LOADS), is_damaged, SL_REASON_DAMAGED,
	    false },
	{ SL_EVENT_REQUEST, BIT(SL_CLASS_BOOT) | FIRMWARE, differs_in_case,
	    SL_REASON_PART_CASE, true },
	{ SL_EVENT_REQUEST, BIT(SL_CLASS_TRUST), loops, SL_REASON_TRUST_LOOP,
	    false },
	{ SL_EVENT_DONE, FIRMWARE, part_is_missing, SL_REASON_PART_MISSING,
	    false },
	{ SL_EVENT_DONE, FIRMWARE, part_is_barred, SL_REASON_PART_UNREADABLE,
	    false },
	{ SL_EVENT_DONE, BIT(SL_CLASS_BOOT) | FIRMWARE, is_refused_in_stage,
	    SL_REASON_PART_UNREADABLE, false },
	{ SL_EVENT_DONE, BIT(SL_CLASS_CONFIG), has_no_config,
	    SL_REASON_NO_CONFIG, false },
	{ SL_EVENT_DONE, BIT(SL_CLASS_CONFIG), is_sent_away,
	    SL_REASON_MOVED_AWAY, false },
};

static const struct row *
find_row(struct scene *s)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].kind == (enum sl_event_kind)s->event->kind &&
		    is_of(s->event->class, rows[i].classes) && rows[i].holds(s))
			return &rows[i];
	return NULL;
}

/* Reasons that only say how far the phone is. */
static bool
is_progress(uint16_t reason)
{
	return reason == SL_REASON_NONE || reason == SL_REASON_FIRST_SEEN ||
	       reason == SL_REASON_PLACED || reason == SL_REASON_CONTACT ||
	       reason == SL_REASON_ASKED_BOOT ||
	       reason == SL_REASON_ASKED_LOAD || reason == SL_REASON_FETCHING ||
	       reason == SL_REASON_PART_CASE;
}

/* A phone that arrived has nowhere to move; only a loop keeps it down. */
static bool
replaces(const struct row *row, const struct sl_phone *phone)
{
	if (row->told_only)
		return is_progress(phone->reason);
	return phone->status != SL_DONE || row->reason == SL_REASON_TRUST_LOOP;
}

/* A line of history only when it is not the same for the same file again. */
static void
take_row(struct scene *s, const struct row *row)
{
	if (replaces(row, s->phone))
		s->phone->reason = (uint16_t)row->reason;
	if (s->file.told == row->reason)
		return;
	s->file.told = (uint16_t)row->reason;
	sl_store_put_file(s->engine->store, &s->phone->mac, &s->file);
	sl_engine_note(
	    s->engine, s->phone, row->reason, s->event->time_us, s->evidence);
}

/* ---- what is over ---- */

/* The reason that a status has by itself. */
static enum sl_reason
plain_reason(const struct sl_phone *phone)
{
	static const enum sl_reason reasons[SL_STATUSES] = {
		[SL_NEW] = SL_REASON_CONTACT,
		[SL_BOOTING] = SL_REASON_ASKED_BOOT,
		[SL_LOADING] = SL_REASON_FETCHING,
		[SL_FLASHING] = SL_REASON_ALL_SENT,
		[SL_CLIMBING] = SL_REASON_RUNS_STAGE,
		[SL_DONE] = SL_REASON_TARGET_REACHED,
		[SL_STUCK] = SL_REASON_NO_STAGE_LEFT,
		[SL_SILENT] = SL_REASON_NO_CONTACT,
		[SL_HELD] = SL_REASON_HELD,
	};

	return reasons[phone->status];
}

static void
end_reason(struct scene *s, enum sl_reason reason)
{
	if (s->phone->reason == reason)
		s->phone->reason = (uint16_t)plain_reason(s->phone);
}

/* It was delivered after all: when it fails again, that is news again. */
static void
forget_trouble(struct scene *s, uint8_t stage)
{
	struct sl_file file = { 0 };

	if (sl_store_file(s->engine->store, &s->phone->mac, stage,
	        s->event->name, &file) != SL_OK ||
	    file.told == 0 || file.note == SL_NOTE_CASE)
		return;
	end_reason(s, (enum sl_reason)file.told);
	file.told = 0;
	sl_store_put_file(s->engine->store, &s->phone->mac, &file);
}

static void
end_what_is_over(struct scene *s)
{
	end_reason(s, SL_REASON_UNKNOWN_ADDRESS);
	if (s->event->kind != SL_EVENT_DONE || s->event->outcome != SL_FETCHED)
		return;
	forget_trouble(s, s->event->stage);
	forget_trouble(s, SL_STAGE_NONE);
	if (s->event->class != SL_CLASS_CONFIG)
		return;
	end_reason(s, SL_REASON_NO_CONFIG);
	end_reason(s, SL_REASON_MOVED_AWAY);
	end_reason(s, SL_REASON_TRUST_LOOP);
}

/* ---- trust files ---- */

struct trust {
	struct sl_file file[TRUST_FILES];
	size_t count;
};

static void
take_trust(void *ctx, const struct sl_file *file)
{
	struct trust *trust = ctx;

	if (file->class == SL_CLASS_TRUST && file->streak > 0 &&
	    trust->count < TRUST_FILES)
		trust->file[trust->count++] = *file;
}

/* A configuration request ends each row of trust requests. */
static void
count_streak(struct scene *s)
{
	struct trust trust = { .count = 0 };
	const struct sl_mac *mac = &s->phone->mac;

	if (s->event->class == SL_CLASS_TRUST) {
		if (s->file.streak < UINT16_MAX)
			s->file.streak++;
		sl_store_put_file(s->engine->store, mac, &s->file);
		return;
	}
	if (s->event->class != SL_CLASS_CONFIG)
		return;
	sl_store_each_file(
	    s->engine->store, mac, SL_STAGE_NONE, take_trust, &trust);
	for (size_t i = 0; i < trust.count; i++) {
		trust.file[i].streak = 0;
		trust.file[i].told = 0;
		sl_store_put_file(s->engine->store, mac, &trust.file[i]);
	}
	end_reason(s, SL_REASON_TRUST_LOOP);
}

/* ---- events ---- */

/* Lease and name tell of different phones: the lease wins. */
static void
note_other_name(struct scene *s)
{
	struct sl_request asked;
	char evidence[SL_EVENT_NAME_MAX + 128], addr[SL_ADDR_TEXT];

	sl_request_classify(s->event->name, &asked);
	if (!asked.has_mac || sl_mac_equal(&asked.mac, &s->phone->mac) ||
	    s->file.asked != 1)
		return;
	sl_addr_print(s->event->addr, addr);
	snprintf(evidence, sizeof(evidence),
	    "asked %s, a name of another phone; %s is leased to this one, and "
	    "the lease counts",
	    s->event->name, addr);
	sl_engine_note(
	    s->engine, s->phone, SL_REASON_NONE, s->event->time_us, evidence);
}

static bool
is_watched(const struct sl_phone *phone, const struct sl_event *event)
{
	return (event->kind == SL_EVENT_REQUEST ||
	           event->kind == SL_EVENT_DONE) &&
	       !event->by_name && !event->denied && phone->status != SL_HELD &&
	       phone->waits == 0;
}

void
sl_engine_observe(struct sl_engine *engine, struct sl_phone *phone,
    const struct sl_event *event, const struct sl_facts *facts)
{
	struct scene s = { .engine = engine, .phone = phone, .event = event };
	uint8_t bytes[SL_ROUTE_BYTES_MAX];
	struct sl_route route;
	const struct row *row;
	size_t length;

	if (!is_watched(phone, event) ||
	    sl_store_file(engine->store, &phone->mac, event->stage, event->name,
	        &s.file) != SL_OK)
		return;
	if (event->kind == SL_EVENT_REQUEST)
		note_other_name(&s);
	if (facts->stage_count == 0 || phone->stage >= facts->stage_count ||
	    sl_store_plan(engine->store, phone->plan, bytes, &length) !=
	        SL_OK ||
	    sl_route_decode(bytes, length, &route) != SL_OK)
		return;
	s.route = &route;
	if (event->kind == SL_EVENT_REQUEST)
		count_streak(&s);
	row = find_row(&s);
	if (row != NULL)
		take_row(&s, row);
	else
		end_what_is_over(&s);
}

/* ---- why an attempt was in vain ---- */

struct verdict {
	const struct sl_phone *phone;
	enum sl_reason reason; /* told of a file of the running attempt */
	bool delivered;        /* its boot file, or the load it asked */
};

static void
weigh(void *ctx, const struct sl_file *file)
{
	struct verdict *verdict = ctx;
	if (file->attempt_id != verdict->phone->attempt_id ||
	    !is_of(file->class, BIT(SL_CLASS_BOOT) | FIRMWARE))
		return;
	if (file->told != 0 && file->told != SL_REASON_PART_CASE &&
	    !file->acked)
		verdict->reason = (enum sl_reason)file->told;
	if (file->class != SL_CLASS_IMAGE && file->acked)
		verdict->delivered = true;
}

enum sl_reason
sl_engine_verdict(struct sl_engine *engine, const struct sl_phone *phone)
{
	struct verdict verdict = { phone, SL_REASON_NONE, false };

	sl_store_each_file(
	    engine->store, &phone->mac, SL_STAGE_NONE, weigh, &verdict);
	if (verdict.reason != SL_REASON_NONE)
		return verdict.reason;
	return verdict.delivered || phone->status == SL_LOADING
	           ? SL_REASON_NO_IMAGE
	           : SL_REASON_ABORTED;
}
