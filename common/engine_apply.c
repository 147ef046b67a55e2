/* SPDX-License-Identifier: BSD-2-Clause */
/* From an event of the journal to a step of its phone. */
#include "engine_impl.h"

#include <stdio.h>
#include <string.h>

#include "model.h"

static const struct sl_route *
route_of(struct sl_engine *engine, const struct sl_phone *phone,
    struct sl_route *route, uint8_t row[SL_ROUTE_BYTES_MAX])
{
	size_t length;

	if (phone->plan == SL_PLAN_NONE ||
	    sl_store_plan(engine->store, phone->plan, row, &length) != SL_OK ||
	    sl_route_decode(row, length, route) != SL_OK)
		return NULL;
	return route;
}

void
sl_engine_note(struct sl_engine *engine, struct sl_phone *phone,
    enum sl_reason reason, int64_t now_us, const char *evidence)
{
	uint8_t row[SL_ROUTE_BYTES_MAX];
	struct sl_route route;
	struct sl_line line = {
		.time_us = now_us,
		.status = phone->status,
		.stage = phone->stage,
		.reason = (uint16_t)reason,
	};
	size_t used;

	sl_reason_text(reason, phone, route_of(engine, phone, &route, row),
	    line.text, sizeof(line.text));
	used = strlen(line.text);
	if (evidence[0] != '\0')
		snprintf(line.text + used, sizeof(line.text) - used,
		    used > 0 ? " [%s]" : "%s", evidence);
	sl_store_add_line(engine->store, phone, &line);
}

/* Takes the step, and does in the state what the step asks for. */
static void
step(struct sl_engine *engine, struct sl_phone *phone, enum sl_on on,
    struct sl_facts *facts, const char *evidence)
{
	int64_t was_due_us = phone->due_us;
	uint8_t was = phone->status;
	struct sl_step done = sl_phone_step(phone, on, facts);

	/* An image of that stage was just counted: keep it. */
	if (done.new_stage && on != SL_ON_ACKED)
		sl_store_drop_files(engine->store, &phone->mac, phone->stage);
	if (done.reason == SL_REASON_NO_IMAGE) {
		done.reason = sl_engine_verdict(engine, phone);
		phone->reason = (uint16_t)done.reason;
	}
	if (done.noteworthy)
		sl_engine_note(
		    engine, phone, done.reason, facts->now_us, evidence);
	sl_store_move_due(engine->store, phone, was_due_us);
	sl_engine_next_turn(engine, phone, was, facts->now_us);
}

/* Gives a phone without a plan the one of the configuration. */
static void
place(struct sl_engine *engine, struct sl_phone *phone)
{
	const struct sl_plan *plan;

	phone->plan = sl_engine_plan_for(engine, phone, &plan);
	phone->stage = 0;
	if (plan != NULL)
		phone->stage =
		    sl_phone_first_stage(plan->strategy, plan->stage_count);
}

static void
make_phone(struct sl_engine *engine, const struct sl_event *event,
    struct sl_phone *phone)
{
	memset(phone, 0, sizeof(*phone));
	phone->mac = event->mac;
	phone->model = event->model;
	phone->running = SL_STAGE_NONE;
	phone->plan = SL_PLAN_NONE;
	phone->addr = event->lease == SL_LEASE_OFFER ? 0 : event->addr;
	phone->first_seen_us = event->time_us;
	place(engine, phone);
	phone->reason = phone->plan == SL_PLAN_NONE ? SL_REASON_NO_PLAN
	                                            : SL_REASON_FIRST_SEEN;
}

/* An address belongs to the phone that was given it last, and to no other. */
static void
move_address(struct sl_engine *engine, struct sl_phone *phone, uint32_t addr)
{
	struct sl_mac owner;
	struct sl_phone other;
	bool owned = sl_store_owner(engine->store, addr, &owner) == SL_OK;

	if (owned && !sl_mac_equal(&owner, &phone->mac) &&
	    sl_store_phone(engine->store, &owner, &other) == SL_OK) {
		other.addr = 0;
		sl_store_put_phone(engine->store, &other);
	}
	if (phone->addr != addr && phone->addr != 0 &&
	    sl_store_owner(engine->store, phone->addr, &owner) == SL_OK &&
	    sl_mac_equal(&owner, &phone->mac))
		sl_store_unbind(engine->store, phone->addr);
	sl_store_bind(engine->store, addr, &phone->mac);
	phone->addr = addr;
}

/*
 * Anybody may write any address into an INFORM: it never takes one from the
 * phone to which the server gave it.
 */
static bool
may_take(struct sl_engine *engine, const struct sl_event *event)
{
	struct sl_mac owner;

	return event->lease != SL_LEASE_INFORM ||
	       sl_store_owner(engine->store, event->addr, &owner) != SL_OK ||
	       sl_mac_equal(&owner, &event->mac);
}

static void
find_plan(struct sl_engine *engine, struct sl_phone *phone, int64_t now_us)
{
	place(engine, phone);
	if (phone->plan == SL_PLAN_NONE)
		return;
	phone->reason = SL_REASON_PLACED;
	sl_engine_note(engine, phone, SL_REASON_PLACED, now_us, "");
}

static void
learn_model(struct sl_engine *engine, struct sl_phone *phone, uint16_t model,
    int64_t now_us)
{
	const struct sl_plan *plan;
	bool was_known = phone->model != SL_MODEL_UNKNOWN;

	if (model == SL_MODEL_UNKNOWN || phone->model == model)
		return;
	phone->model = model;
	/* Its boot file may have been that of several models. */
	if (phone->plan != SL_PLAN_NONE &&
	    (was_known ||
	        sl_engine_plan_for(engine, phone, &plan) == phone->plan))
		return;
	find_plan(engine, phone, now_us);
}

/*
 * Several models ask this boot file, and the phone did not say which it is:
 * sl_engine_plan_for goes by the file.
 */
static void
learn_boot_file(struct sl_engine *engine, struct sl_phone *phone,
    const char *name, int64_t now_us)
{
	/* Option 60 knows better than a name that anybody may ask. */
	if (phone->model == SL_MODEL_UNKNOWN)
		learn_model(
		    engine, phone, sl_model_from_boot_file(name), now_us);
	if (phone->model != SL_MODEL_UNKNOWN || phone->plan != SL_PLAN_NONE)
		return;
	sl_copy(phone->load, sizeof(phone->load), name);
	find_plan(engine, phone, now_us);
}

static void
apply_lease(struct sl_engine *engine, const struct sl_event *event)
{
	struct sl_phone phone;
	struct sl_facts facts;
	char evidence[64], addr[SL_ADDR_TEXT];
	enum sl_rc rc = sl_store_phone(engine->store, &event->mac, &phone);

	sl_addr_print(event->addr, addr);
	snprintf(evidence, sizeof(evidence), "lease of %s", addr);
	if (event->lease == SL_LEASE_OFFER)
		sl_copy(evidence, sizeof(evidence), "an OFFER");
	if (rc == SL_NONE) {
		make_phone(engine, event, &phone);
		sl_engine_note(
		    engine, &phone, phone.reason, event->time_us, evidence);
	} else if (rc != SL_OK) {
		return;
	}
	learn_model(engine, &phone, event->model, event->time_us);
	phone.last_heard_us = event->time_us;
	if (event->lease == SL_LEASE_OFFER) {
		sl_engine_audit(engine, &phone, event);
		sl_store_put_phone(engine->store, &phone);
		return;
	}
	if (event->addr != 0 && may_take(engine, event))
		move_address(engine, &phone, event->addr);
	sl_engine_facts(engine, &phone, event->time_us, &facts);
	if (event->lease == SL_LEASE_BOOT) {
		(void)sl_engine_has_turn(engine, &phone, SL_ON_LEASE, &facts);
		step(engine, &phone, SL_ON_LEASE, &facts, evidence);
	}
	sl_engine_audit(engine, &phone, event);
	sl_engine_observe(engine, &phone, event, &facts);
	sl_store_put_phone(engine->store, &phone);
}

static void
apply_unbind(struct sl_engine *engine, const struct sl_event *event)
{
	struct sl_phone phone;
	struct sl_mac owner;

	if (sl_store_owner(engine->store, event->addr, &owner) != SL_OK ||
	    !sl_mac_equal(&owner, &event->mac))
		return;
	sl_store_unbind(engine->store, event->addr);
	if (sl_store_phone(engine->store, &owner, &phone) != SL_OK ||
	    phone.addr != event->addr)
		return;
	phone.addr = 0;
	sl_store_put_phone(engine->store, &phone);
}

static bool
on_for_class(enum sl_class class, enum sl_on *on)
{
	switch (class) {
	case SL_CLASS_BOOT:
		*on = SL_ON_BOOT;
		return true;
	case SL_CLASS_LOADS:
		*on = SL_ON_LOADS;
		return true;
	case SL_CLASS_IMAGE:
		*on = SL_ON_IMAGE;
		return true;
	case SL_CLASS_CONFIG:
	case SL_CLASS_TRUST:
		*on = SL_ON_LIFE;
		return true;
	case SL_CLASS_OTHER:
		return false;
	}
	return false;
}

/*
 * A phone that never asked for firmware may run the target already: then it is
 * given a configuration that names the target, and asks for nothing more.
 */
static bool
names_target(struct sl_engine *engine, const struct sl_phone *phone,
    const struct sl_event *event)
{
	struct sl_named named;

	return event->class == SL_CLASS_CONFIG &&
	       (phone->status == SL_NEW || phone->status == SL_SILENT) &&
	       sl_engine_named(
	           engine, phone, event->stage, event->name, &named) &&
	       named.target;
}

/*
 * A name with a phone's MAC in it may be asked by anybody: only a request
 * from the phone's own address is evidence about it.  A refused one is none.
 */
static bool
is_evidence(const struct sl_event *event)
{
	struct sl_request request;

	sl_request_classify(event->name, &request);
	return !event->by_name && !event->denied &&
	       (!request.has_mac || sl_mac_equal(&request.mac, &event->mac));
}

/* A denied request asks for a turn as well as any other. */
static bool
may_ask(struct sl_engine *engine, struct sl_phone *phone,
    const struct sl_event *event, struct sl_facts *facts)
{
	enum sl_on on;

	if (event->by_name || !on_for_class(event->class, &on))
		return true;
	facts->stage = event->stage;
	facts->repeated = sl_engine_file_known(engine, phone, event);
	return sl_engine_has_turn(engine, phone, on, facts);
}

static void
take_request(struct sl_engine *engine, struct sl_phone *phone,
    const struct sl_event *event, struct sl_facts *facts)
{
	char evidence[SL_EVENT_NAME_MAX + 64], addr[SL_ADDR_TEXT];
	enum sl_on on;

	if (!is_evidence(event) || !on_for_class(event->class, &on))
		return;
	if (on == SL_ON_BOOT || on == SL_ON_LOADS)
		sl_copy(phone->load, sizeof(phone->load), event->name);
	sl_addr_print(event->addr, addr);
	snprintf(
	    evidence, sizeof(evidence), "asked %s from %s", event->name, addr);
	sl_engine_facts(engine, phone, event->time_us, facts);
	facts->stage = event->stage;
	facts->repeated = sl_engine_file_known(engine, phone, event);
	facts->names_target = names_target(engine, phone, event);
	step(engine, phone, on, facts, evidence);
}

/* It was told to wait: in contact, and not content with what it runs. */
static void
put_off(struct sl_engine *engine, struct sl_phone *phone)
{
	int64_t was_due_us = phone->due_us;

	phone->leases = 0;
	if (phone->status != SL_NEW)
		return;
	phone->due_us = 0;
	sl_store_move_due(engine->store, phone, was_due_us);
}

static void
apply_request(struct sl_engine *engine, const struct sl_event *event)
{
	struct sl_phone phone;
	struct sl_facts facts;

	if (sl_store_phone(engine->store, &event->mac, &phone) != SL_OK) {
		sl_engine_stranger(engine, event);
		return;
	}
	phone.last_heard_us = event->time_us;
	if (event->class == SL_CLASS_BOOT)
		learn_boot_file(engine, &phone, event->name, event->time_us);
	sl_engine_facts(engine, &phone, event->time_us, &facts);
	if (may_ask(engine, &phone, event, &facts)) {
		take_request(engine, &phone, event, &facts);
		sl_engine_file_asked(engine, &phone, event);
	} else {
		put_off(engine, &phone);
	}
	sl_engine_observe(engine, &phone, event, &facts);
	sl_store_put_phone(engine->store, &phone);
}

static void
apply_done(struct sl_engine *engine, const struct sl_event *event)
{
	struct sl_phone phone;
	struct sl_facts facts;
	char evidence[SL_EVENT_NAME_MAX + 96];

	if (sl_store_phone(engine->store, &event->mac, &phone) != SL_OK)
		return;
	phone.last_heard_us = event->time_us;
	if (!event->by_name)
		sl_engine_turn_used(engine, &phone, event->time_us);
	sl_engine_facts(engine, &phone, event->time_us, &facts);
	if (sl_engine_file_ended(engine, &phone, event) &&
	    sl_engine_class(event) == SL_CLASS_IMAGE && is_evidence(event)) {
		snprintf(evidence, sizeof(evidence), "%s: %s, %llu octets",
		    event->name, sl_outcome_name(event->outcome),
		    (unsigned long long)event->bytes);
		sl_engine_facts(engine, &phone, event->time_us, &facts);
		facts.stage = event->stage;
		step(engine, &phone,
		    event->outcome == SL_FETCHED ? SL_ON_ACKED : SL_ON_ABORTED,
		    &facts, evidence);
	}
	sl_engine_observe(engine, &phone, event, &facts);
	sl_store_put_phone(engine->store, &phone);
}

static uint8_t
stage_named(
    struct sl_engine *engine, const struct sl_phone *phone, const char *name)
{
	uint8_t row[SL_ROUTE_BYTES_MAX];
	struct sl_route route;

	if (route_of(engine, phone, &route, row) != NULL)
		for (uint8_t i = 0; i < route.stage_count; i++)
			if (strcmp(route.stage[i].name, name) == 0)
				return i;
	return SL_STAGE_NONE;
}

static void
apply_command(struct sl_engine *engine, const struct sl_event *event)
{
	static const enum sl_on ons[] = {
		[SL_COMMAND_STAGE] = SL_ON_STAGE,
		[SL_COMMAND_RETRY] = SL_ON_RETRY,
		[SL_COMMAND_HOLD] = SL_ON_HOLD,
		[SL_COMMAND_RELEASE] = SL_ON_RELEASE,
	};
	struct sl_phone phone;
	struct sl_facts facts;

	enum sl_rc rc = sl_store_phone(engine->store, &event->mac, &phone);

	if (event->command == SL_COMMAND_FORGET) {
		/* Also one whose record can not be read any more. */
		if (rc != SL_OK) {
			memset(&phone, 0, sizeof(phone));
			phone.mac = event->mac;
		} else {
			sl_engine_leave_turn(engine, &phone, event->time_us);
		}
		sl_store_forget(engine->store, &phone);
		return;
	}
	if (rc != SL_OK)
		return;
	if (event->command < SL_COMMAND_STAGE ||
	    event->command > SL_COMMAND_RELEASE)
		return;
	sl_engine_facts(engine, &phone, event->time_us, &facts);
	if (event->command == SL_COMMAND_STAGE)
		facts.stage = stage_named(engine, &phone, event->argument);
	step(engine, &phone, ons[event->command], &facts, event->argument);
	sl_store_put_phone(engine->store, &phone);
}

void
sl_engine_apply(struct sl_engine *engine, const struct sl_event *event)
{
	switch ((enum sl_event_kind)event->kind) {
	case SL_EVENT_LEASE:
		apply_lease(engine, event);
		break;
	case SL_EVENT_UNBIND:
		apply_unbind(engine, event);
		break;
	case SL_EVENT_REQUEST:
		apply_request(engine, event);
		break;
	case SL_EVENT_DONE:
		apply_done(engine, event);
		break;
	case SL_EVENT_COMMAND:
		apply_command(engine, event);
		break;
	case SL_EVENT_CONFIG: /* sl_engine_look sees the file itself */
		break;
	}
}

static void
judge(struct sl_engine *engine, int64_t due_us, const struct sl_mac *mac)
{
	struct sl_phone phone;
	struct sl_facts facts;

	sl_store_drop_due(engine->store, due_us, mac);
	if (sl_store_phone(engine->store, mac, &phone) != SL_OK)
		return;
	phone.due_us = 0;
	sl_engine_facts(engine, &phone, due_us, &facts);
	facts.names_target =
	    phone.status == SL_NEW && sl_engine_was_sent_to_target(engine,
	                                  &phone, due_us - facts.window_us);
	step(engine, &phone, SL_ON_WINDOW, &facts, "");
	sl_store_put_phone(engine->store, &phone);
}

void
sl_engine_fire(struct sl_engine *engine, int64_t until_us)
{
	for (;;) {
		struct sl_mac mac;
		int64_t due_us;
		bool due =
		    sl_store_first_due(engine->store, &due_us, &mac) == SL_OK &&
		    due_us <= until_us;

		if (sl_engine_end_turn(engine, due ? due_us : until_us))
			continue;
		if (!due)
			return;
		judge(engine, due_us, &mac);
	}
}
