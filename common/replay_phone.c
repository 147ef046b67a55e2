/* SPDX-License-Identifier: BSD-2-Clause */
/* replay_phone.c: one phone's trace as events for the engine. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay_impl.h"
#include "serve.h"

/* No vendor's: a locally administered address. */
#define MADE_UP_OCTET 0x02
#define TEXT_MAX 512

static const struct sl_round *
current(const struct sl_lead *lead)
{
	return &lead->rounds.round[lead->at];
}

static const char *
stage_name(const struct sl_lead *lead, unsigned stage)
{
	const struct sl_plan *plan = lead->replay->plan;

	return stage < plan->stage_count ? plan->stages[stage].name : "";
}

static int64_t
window_us(const struct sl_lead *lead)
{
	return lead->replay->config->attempt_window_s * INT64_C(1000000);
}

/* ---- what is told of a step ---- */

static void
tell(struct sl_lead *lead, int64_t time_us, const char *line,
    const char *inferred, const char *serves, bool noted)
{
	char text[TEXT_MAX] = "";
	struct sl_replay_step step = { .time_us = time_us,
		.line = line,
		.inferred = inferred,
		.serves = serves,
		.text = text,
		.phone = &lead->phone,
		.stage = stage_name(lead, lead->phone.stage) };

	if (noted) {
		step.reason = (enum sl_reason)lead->phone.reason;
		sl_reason_text(step.reason, &lead->phone, &lead->answer.route,
		    text, sizeof(text));
	}
	lead->out->step(lead->out->ctx, &step);
}

/* The file for a request, by where the phone stands before it. */
static void
find_served(struct sl_lead *lead, const char *file, char *out, size_t size)
{
	struct sl_tree *tree = sl_rehearsal_tree(lead->replay->rehearsal);
	const struct sl_plan *plan = lead->replay->plan;
	struct sl_request request;
	struct sl_served served;

	out[0] = '\0';
	sl_request_classify(file, &request);
	if (tree != NULL) {
		lead->answer.phone = lead->phone;
		sl_serve_file(&lead->answer, &request, tree, &served);
		if (served.rewritten)
			sl_copy(out, size, served.path);
		return;
	}
	if (request.class != SL_CLASS_BOOT && request.class != SL_CLASS_LOADS &&
	    request.class != SL_CLASS_IMAGE)
		return;
	snprintf(out, size, "%s/%s", plan->stages[lead->phone.stage].directory,
	    request.base);
}

/* ---- events ---- */

/* True when the engine wrote a line of history for it. */
static bool
apply(struct sl_lead *lead, const struct sl_event *event)
{
	uint32_t seq = lead->phone.history_seq;

	sl_rehearsal_apply(lead->replay->rehearsal, event);
	(void)sl_rehearsal_phone(
	    lead->replay->rehearsal, &lead->phone.mac, &lead->phone);
	return lead->phone.history_seq != seq;
}

/*
 * An attempt counts against a stage only if the server gave that stage's
 * file: here it gave another one, or none.
 */
static bool
is_of_other_stage(const struct sl_lead *lead)
{
	const struct sl_round *round = current(lead);

	return round->fruitless &&
	       (round->missing || round->stage != lead->phone.stage);
}

static void
verdict(struct sl_lead *lead)
{
	struct sl_rehearsal *rehearsal = lead->replay->rehearsal;
	uint32_t seq = lead->phone.history_seq;
	int64_t due_us = lead->phone.due_us;
	char why[TEXT_MAX] = "";
	bool dropped = is_of_other_stage(lead);

	if (dropped) {
		sl_rehearsal_drop(rehearsal, &lead->phone);
		snprintf(why, sizeof(why),
		    current(lead)->missing
		        ? "no part was asked, as the server had no such file: "
		          "no attempt at \"%s\" is counted"
		        : "no part was asked: what was served is refused, so "
		          "it is taken for a higher stage's load, and no "
		          "attempt at \"%s\" is counted",
		    stage_name(lead, lead->phone.stage));
	} else {
		sl_rehearsal_fire(rehearsal, &lead->phone);
		lead->mark[lead->at].counted |= current(lead)->fruitless;
	}
	(void)sl_rehearsal_phone(rehearsal, &lead->phone.mac, &lead->phone);
	if (dropped || lead->phone.history_seq != seq)
		tell(lead, due_us, "", why, "", lead->phone.history_seq != seq);
}

/* What was due until then happens first. */
static void
pass_time(struct sl_lead *lead, int64_t until_us)
{
	while (lead->phone.due_us != 0 && lead->phone.due_us <= until_us)
		verdict(lead);
}

/* To be called when nothing more of the round is to come. */
static void
note_whole(struct sl_lead *lead)
{
	lead->mark[lead->at].whole = lead->phone.status == SL_FLASHING ||
	                             lead->phone.status == SL_CLIMBING ||
	                             lead->phone.status == SL_DONE;
}

static struct sl_event
event_of(const struct sl_lead *lead, enum sl_event_kind kind, int64_t time_us)
{
	return (struct sl_event){ .kind = (uint8_t)kind,
		.time_us = time_us,
		.mac = lead->phone.mac,
		.addr = lead->trace->addr };
}

static struct sl_event
file_event(const struct sl_lead *lead, enum sl_event_kind kind,
    const struct sl_trace_entry *entry, int64_t time_us)
{
	struct sl_event event = event_of(lead, kind, time_us);
	struct sl_request request;

	event.class = entry->class;
	event.stage = SL_STAGE_NONE;
	if (entry->class == SL_CLASS_IMAGE)
		event.stage = current(lead)->stage;
	else if (entry->class == SL_CLASS_BOOT ||
	         entry->class == SL_CLASS_LOADS)
		event.stage = lead->phone.stage;
	/* The engine would not take another phone's file for a sign of life. */
	sl_request_classify(entry->file, &request);
	sl_copy(event.name, sizeof(event.name),
	    !request.has_mac                   ? entry->file
	    : request.class == SL_CLASS_CONFIG ? "XMLDefault.cnf.xml"
	                                       : "ITLFile.tlv");
	return event;
}

/* The end of the image that is under way, concluded from what follows. */
static void
conclude(struct sl_lead *lead, enum sl_outcome outcome, int64_t time_us,
    const char *why)
{
	const struct sl_trace_entry *entry;
	struct sl_event event;
	bool noted;

	if (lead->image == 0)
		return;
	entry = &lead->trace->entry[lead->image - 1];
	lead->image = 0;
	pass_time(lead, time_us);
	event = file_event(lead, SL_EVENT_DONE, entry, time_us);
	event.outcome = (uint8_t)outcome;
	noted = apply(lead, &event);
	if (noted)
		tell(lead, time_us, "", why, "", true);
}

/* A boot file that the server did not refuse was read, so it seems. */
static void
conclude_boot(struct sl_lead *lead, const struct sl_trace_entry *entry)
{
	struct sl_event event;

	if (entry->class != SL_CLASS_BOOT || entry->ended ||
	    lead->replay->traces.tells_ends)
		return;
	event = file_event(lead, SL_EVENT_DONE, entry, entry->time_us);
	event.outcome = SL_FETCHED;
	(void)apply(lead, &event);
}

static void
take_request(struct sl_lead *lead, size_t at)
{
	const struct sl_trace_entry *entry = &lead->trace->entry[at];
	bool image = entry->class == SL_CLASS_IMAGE;
	bool again =
	    lead->image != 0 &&
	    strcmp(lead->trace->entry[lead->image - 1].file, entry->file) == 0;
	struct sl_event event;
	char serves[SL_PATH_MAX + 64];
	bool noted;

	if (!image)
		conclude(lead, SL_FETCHED, entry->time_us,
		    "it went on to other files, so it has the last part");
	find_served(lead, entry->file, serves, sizeof(serves));
	event = file_event(lead, SL_EVENT_REQUEST, entry, entry->time_us);
	noted = apply(lead, &event);
	if (noted || !image)
		tell(lead, entry->time_us, entry->text, "", serves, noted);
	/* Only now: until then it had all that it asked for. */
	if (image && !again)
		conclude(
		    lead, SL_FETCHED, entry->time_us, "it asked the next part");
	if (!noted && image)
		tell(lead, entry->time_us, entry->text, "", serves, false);
	conclude_boot(lead, entry);
	if (!image || again)
		return;
	if (!entry->ended && !lead->replay->traces.tells_ends)
		lead->image = (uint32_t)at + 1;
}

/* Whether the next request of this round is for another image. */
static bool
goes_on(const struct sl_lead *lead, size_t at)
{
	const struct sl_trace_entry *entry = lead->trace->entry;

	for (size_t i = at + 1; i < current(lead)->end; i++)
		if (entry[i].kind == SL_LOG_RRQ)
			return entry[i].class == SL_CLASS_IMAGE &&
			       strcmp(entry[i].file, entry[at].file) != 0;
	return false;
}

static void
take_end(struct sl_lead *lead, size_t at)
{
	static const enum sl_outcome outcomes[] = {
		[SL_LOG_NAK] = SL_REFUSED,
		[SL_LOG_FINISHED] = SL_FETCHED,
		[SL_LOG_FAILED] = SL_ABORTED,
	};
	const struct sl_trace_entry *entry = &lead->trace->entry[at];
	struct sl_event event =
	    file_event(lead, SL_EVENT_DONE, entry, entry->time_us);
	bool noted;

	/* Between two parts it would look as if it had asked for all. */
	if (entry->kind == SL_LOG_FINISHED && entry->class == SL_CLASS_IMAGE &&
	    goes_on(lead, at)) {
		lead->image = entry->about + 1;
		lead->phone.images_got++;
		tell(lead, entry->time_us, entry->text, "", "", false);
		return;
	}
	event.outcome = (uint8_t)outcomes[entry->kind];
	event.tftp_error = (uint32_t)entry->code;
	noted = apply(lead, &event);
	tell(lead, entry->time_us, entry->text, "", "", noted);
}

static void
take_lease(struct sl_lead *lead, const struct sl_trace_entry *entry)
{
	struct sl_event event = event_of(lead, SL_EVENT_LEASE, entry->time_us);
	bool noted;

	event.addr = entry->addr;
	event.lease = SL_LEASE_BOOT;
	event.model = lead->trace->model;
	noted = apply(lead, &event);
	tell(lead, entry->time_us, entry->text, "", "", noted);
}

static void
take_entry(struct sl_lead *lead, size_t at)
{
	const struct sl_trace_entry *entry = &lead->trace->entry[at];

	pass_time(lead, entry->time_us);
	switch ((enum sl_log_kind)entry->kind) {
	case SL_LOG_RRQ:
		take_request(lead, at);
		break;
	case SL_LOG_NAK:
	case SL_LOG_FINISHED:
	case SL_LOG_FAILED:
		take_end(lead, at);
		break;
	case SL_LOG_LEASE:
		take_lease(lead, entry);
		break;
	case SL_LOG_OTHER:
	case SL_LOG_WRQ:
	case SL_LOG_CONNECT:
	case SL_LOG_DHCP:
		break;
	}
}

/* ---- between two rounds ---- */

/* The last image of a round, judged by when the phone comes back. */
static void
settle_last_image(struct sl_lead *lead, int64_t back_us)
{
	int64_t hold_us = lead->replay->config->hold_down_s * INT64_C(1000000);
	int64_t asked_us;
	char why[TEXT_MAX];

	if (lead->image == 0)
		return;
	asked_us = lead->trace->entry[lead->image - 1].time_us;
	if (back_us - asked_us >= hold_us) {
		conclude(lead, SL_FETCHED, asked_us + window_us(lead),
		    "nothing else was asked for a good while: it has all "
		    "parts");
		return;
	}
	snprintf(why, sizeof(why),
	    "it came back after %lld s, too soon to have written the load",
	    (long long)((back_us - asked_us) / 1000000));
	conclude(lead, SL_ABORTED, back_us, why);
}

static void
make_up(struct sl_lead *lead, struct sl_event *event, const char *why)
{
	if (apply(lead, event))
		tell(lead, event->time_us, "", why, "", true);
}

/*
 * The log shows from where the next load was really served: the engine is
 * brought there, by a sign of life if that explains it, else by hand.
 */
static void
follow_server(struct sl_lead *lead, const struct sl_round *next)
{
	int64_t now_us = lead->trace->entry[next->first].time_us;
	struct sl_event event;

	if ((next->images == 0 && !next->known) || next->stage == SL_STAGE_NONE)
		return;
	if (next->stage == lead->phone.stage + 1 &&
	    (lead->phone.status == SL_LOADING ||
	        lead->phone.status == SL_FLASHING)) {
		event = event_of(lead, SL_EVENT_REQUEST, now_us);
		event.class = SL_CLASS_CONFIG;
		event.stage = SL_STAGE_NONE;
		sl_copy(event.name, sizeof(event.name), "XMLDefault.cnf.xml");
		make_up(lead, &event,
		    "it takes the next stage's load now, so it ran this one, "
		    "though no configuration request shows it");
	}
	if (next->stage == lead->phone.stage)
		return;
	event = event_of(lead, SL_EVENT_COMMAND, now_us);
	event.command = SL_COMMAND_STAGE;
	sl_copy(event.argument, sizeof(event.argument),
	    stage_name(lead, next->stage));
	make_up(lead, &event,
	    "the server gives other files now: that was done by hand");
}

static void
take_round(struct sl_lead *lead, size_t at)
{
	const struct sl_round *round = &lead->rounds.round[at];
	int64_t begin_us = lead->trace->entry[round->first].time_us;

	settle_last_image(lead, begin_us);
	pass_time(lead, begin_us);
	note_whole(lead);
	lead->mark[lead->at].after = lead->phone.stage;
	follow_server(lead, round);
	lead->at = at;
	lead->mark[at].before = lead->phone.stage;
	for (size_t i = round->first; i < round->end; i++)
		take_entry(lead, i);
	lead->mark[at].after = lead->phone.stage;
}

/* ---- the whole of it ---- */

static void
count(struct sl_lead *lead)
{
	const struct sl_trace *trace = lead->trace;

	lead->told.client = trace->client;
	lead->told.model = trace->model;
	lead->told.first_us = trace->entry[0].time_us;
	lead->told.last_us = trace->entry[trace->count - 1].time_us;
	for (size_t i = 0; i < trace->count; i++) {
		lead->told.requests += trace->entry[i].kind == SL_LOG_RRQ;
		lead->told.leases += trace->entry[i].kind == SL_LOG_LEASE;
	}
}

/* Known to the engine, as a lease would have made it. */
static void
introduce(struct sl_lead *lead)
{
	struct sl_event event;
	unsigned number = lead->told.number;

	lead->phone.mac =
	    (struct sl_mac){ { MADE_UP_OCTET, 0, 0, (uint8_t)(number >> 16),
		(uint8_t)(number >> 8), (uint8_t)number } };
	event = event_of(lead, SL_EVENT_LEASE, lead->told.first_us);
	event.lease = SL_LEASE_RENEW;
	event.model = lead->trace->model;
	(void)apply(lead, &event);
}

static enum sl_rc
prepare(struct sl_lead *lead, struct sl_err *err)
{
	struct sl_replay *replay = lead->replay;
	size_t length;
	enum sl_rc rc;

	rc = sl_rounds_find(lead->trace, replay->plan, replay->made_up,
	    sl_rehearsal_tree(replay->rehearsal), window_us(lead),
	    &lead->rounds, err);
	if (rc != SL_OK)
		return rc;
	lead->mark = calloc(lead->rounds.count, sizeof(*lead->mark));
	if (lead->mark == NULL)
		return sl_fail(err, SL_NOMEM, "no memory");
	rc = sl_route_encode(replay->plan, lead->answer.route_bytes,
	    sizeof(lead->answer.route_bytes), &length);
	if (rc == SL_OK)
		rc = sl_route_decode(
		    lead->answer.route_bytes, length, &lead->answer.route);
	lead->answer.planned = true;
	if (rc != SL_OK)
		return sl_fail(
		    err, rc, "plan %s: too large", replay->plan->name);
	return sl_rehearsal_begin(replay->rehearsal, err);
}

static void
lead_through(struct sl_lead *lead)
{
	char summary[4096];
	enum sl_replay_end end;

	introduce(lead);
	lead->out->phone(lead->out->ctx, &lead->told);
	for (size_t i = 0; i < lead->rounds.count; i++)
		take_round(lead, i);
	conclude(lead, SL_FETCHED, lead->told.last_us + window_us(lead),
	    "nothing follows in the log: taken for fetched");
	pass_time(lead, lead->replay->traces.last_us);
	note_whole(lead);
	lead->mark[lead->at].after = lead->phone.stage;
	end = sl_replay_tale(lead, summary, sizeof(summary));
	lead->out->end(lead->out->ctx, &lead->told, end, summary);
}

enum sl_rc
sl_replay_phone(struct sl_replay *replay, const struct sl_trace *trace,
    unsigned number, const struct sl_replay_out *out, struct sl_err *err)
{
	struct sl_lead *lead = calloc(1, sizeof(*lead));
	enum sl_rc rc;

	if (lead == NULL)
		return sl_fail(err, SL_NOMEM, "no memory");
	lead->replay = replay;
	lead->trace = trace;
	lead->out = out;
	lead->told.number = number;
	count(lead);
	rc = prepare(lead, err);
	if (rc == SL_OK) {
		lead_through(lead);
		rc = sl_rehearsal_check(replay->rehearsal, err);
	}
	free(lead->rounds.round);
	free(lead->mark);
	free(lead);
	return rc;
}
