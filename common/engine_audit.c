/* SPDX-License-Identifier: BSD-2-Clause */
/* What was wrong with Kea's own options in a phone's newest reply. */
#include <stdio.h>
#include <string.h>

#include "audit.h"
#include "engine_impl.h"
#include "serve.h"

/*
 * The values that the hook compared the reply with: those of the phone's stage,
 * or of the configuration.
 */
static void
fill_intended(struct sl_engine *engine, const struct sl_phone *phone,
    struct sl_sent *sent)
{
	struct sl_answer answer = { .phone = *phone };
	size_t length;

	answer.planned =
	    phone->plan != SL_PLAN_NONE &&
	    sl_store_plan(engine->store, phone->plan, answer.route_bytes,
	        &length) == SL_OK &&
	    sl_route_decode(answer.route_bytes, length, &answer.route) == SL_OK;
	sl_serve_dhcp(&answer, &engine->config->servers,
	    engine->config->server_name, sent);
}

/*
 * The finding's own sentence, if the event has all octets of that option: they
 * must lead to the same finding again.  Else "".
 */
static void
sentence_of(struct sl_engine *engine, const struct sl_phone *phone,
    const struct sl_event *event, enum sl_reason reason, char *out, size_t size)
{
	bool as150 = reason == SL_REASON_MALFORMED_150;
	uint8_t finding = as150 ? event->finding150 : event->finding66;
	struct sl_audit_input in = { .has150 = as150, .has66 = !as150 };
	struct sl_sent sent;

	out[0] = '\0';
	if (event->raw_length >= SL_EVENT_RAW_MAX ||
	    (!as150 && event->finding150 != SL_FINDING_NONE))
		return;
	in.option150 = in.option66 = event->raw;
	in.option150_length = in.option66_length = event->raw_length;
	if (engine->config != NULL) {
		fill_intended(engine, phone, &sent);
		in.intended = &sent.servers;
		in.intended_name = sent.server_name;
	}
	if (finding == (uint8_t)(as150 ? sl_audit150(&in) : sl_audit66(&in)))
		sl_finding_text((enum sl_finding)finding, &in, out, size);
}

static void
note(struct sl_engine *engine, struct sl_phone *phone,
    const struct sl_event *event, enum sl_reason reason)
{
	char text[SL_FINDING_TEXT_MAX];
	struct sl_line line = {
		.time_us = event->time_us,
		.status = phone->status,
		.stage = phone->stage,
		.reason = (uint16_t)reason,
	};

	sentence_of(engine, phone, event, reason, text, sizeof(text));
	if (text[0] == '\0')
		sl_reason_text(reason, phone, NULL, text, sizeof(text));
	snprintf(line.text, sizeof(line.text), "%.*s [%s]",
	    (int)sizeof(line.text) - 32, text,
	    event->left ? "left as it is" : "mended in the reply");
	sl_store_add_line(engine->store, phone, &line);
}

static bool
is_about_options(uint16_t reason)
{
	return reason == SL_REASON_MALFORMED_150 ||
	       reason == SL_REASON_MALFORMED_66;
}

/* What a phone that never asked a file is told of otherwise. */
static enum sl_reason
other_reason(const struct sl_phone *phone)
{
	if (phone->plan == SL_PLAN_NONE)
		return SL_REASON_NO_PLAN;
	return phone->status == SL_SILENT ? SL_REASON_NO_CONTACT
	                                  : SL_REASON_FIRST_SEEN;
}

/*
 * A phone that asks files is past this.  Before, an option that went out as
 * it was explains the phone better than anything; one that was mended is only
 * news.
 */
static void
choose_reason(struct sl_phone *phone, bool left, bool news)
{
	enum sl_reason reason = phone->finding150 != SL_FINDING_NONE
	                            ? SL_REASON_MALFORMED_150
	                            : SL_REASON_MALFORMED_66;

	if (phone->status != SL_NEW && phone->status != SL_SILENT)
		return;
	if (phone->finding150 == SL_FINDING_NONE &&
	    phone->finding66 == SL_FINDING_NONE) {
		if (is_about_options(phone->reason))
			phone->reason = (uint16_t)other_reason(phone);
	} else if (left || (phone->reason != SL_REASON_NO_PLAN &&
	                       (news || is_about_options(phone->reason)))) {
		phone->reason = (uint16_t)reason;
	}
}

void
sl_engine_audit(struct sl_engine *engine, struct sl_phone *phone,
    const struct sl_event *event)
{
	bool news150 = event->finding150 != phone->finding150;
	bool news66 = event->finding66 != phone->finding66;

	phone->finding150 = event->finding150;
	phone->finding66 = event->finding66;
	news150 &= event->finding150 != SL_FINDING_NONE;
	news66 &= event->finding66 != SL_FINDING_NONE;
	if (news150)
		note(engine, phone, event, SL_REASON_MALFORMED_150);
	if (news66)
		note(engine, phone, event, SL_REASON_MALFORMED_66);
	choose_reason(phone, event->left, news150 || news66);
}
