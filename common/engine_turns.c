/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * max-active: who may load now, and whose turn is next.
 *
 * A phone has a turn, waits for one, or neither.  Both are marked in tables by
 * time, so that nothing here looks at all phones; a phone that has not got a
 * turn takes no step of an attempt, and its requests are denied.
 */
#include "engine_impl.h"

#include <stdio.h>

/* Who asks nothing for so many windows has gone away. */
#define WINDOWS_OF_A_TURN 5
/* ... unless a transfer is under way, which may take so many. */
#define WINDOWS_OF_A_TRANSFER 30
#define CLOCK_SLACK_US 1000000ll

static uint32_t
limit(const struct sl_engine *engine)
{
	return engine->config == NULL ? 0 : engine->config->max_active;
}

static int64_t
window_us(const struct sl_engine *engine)
{
	return engine->config->attempt_window_s * 1000000ll;
}

static bool
is_loading(uint8_t status)
{
	return status == SL_BOOTING || status == SL_LOADING;
}

/* It loads nothing now, and may never again. */
static bool
is_through(uint8_t status)
{
	return status == SL_FLASHING || status == SL_CLIMBING ||
	       status == SL_DONE || status == SL_STUCK || status == SL_SILENT ||
	       status == SL_HELD;
}

static void
set_turn(struct sl_engine *engine, struct sl_phone *phone, int64_t at_us)
{
	if (phone->turn_us == at_us)
		return;
	if (phone->turn_us != 0)
		sl_store_unmark(
		    engine->store, SL_TABLE_TURN, phone->turn_us, &phone->mac);
	if (at_us != 0)
		sl_store_mark(engine->store, SL_TABLE_TURN, at_us, &phone->mac);
	phone->turn_us = at_us;
}

static void
set_place(struct sl_engine *engine, struct sl_phone *phone, int64_t at_us)
{
	if (phone->waiting_us != 0)
		sl_store_unmark(engine->store, SL_TABLE_QUEUE,
		    phone->waiting_us, &phone->mac);
	if (at_us != 0)
		sl_store_mark(
		    engine->store, SL_TABLE_QUEUE, at_us, &phone->mac);
	phone->waiting_us = at_us;
	phone->waits = 0;
}

static void
give_turn(struct sl_engine *engine, struct sl_phone *phone, int64_t now_us)
{
	bool waited = phone->waits != 0;

	set_place(engine, phone, 0);
	set_turn(engine, phone, now_us);
	if (waited)
		sl_engine_note(engine, phone, SL_REASON_WAITING, now_us, "");
}

/*
 * Turns that are free go to those who wait longest.  `self` is the phone that
 * the caller holds and will write back: it must not be written behind its back.
 */
static void
hand_over(struct sl_engine *engine, uint32_t max_active, struct sl_phone *self,
    int64_t now_us)
{
	struct sl_store *store = engine->store;
	struct sl_phone other;
	struct sl_mac mac;
	int64_t since_us;

	while (sl_store_marks(store, SL_TABLE_TURN) < max_active &&
	       sl_store_first_mark(store, SL_TABLE_QUEUE, &since_us, &mac) ==
	           SL_OK) {
		sl_store_unmark(store, SL_TABLE_QUEUE, since_us, &mac);
		if (self != NULL && sl_mac_equal(&mac, &self->mac)) {
			give_turn(engine, self, now_us);
		} else if (sl_store_phone(store, &mac, &other) == SL_OK) {
			give_turn(engine, &other, now_us);
			sl_store_put_phone(store, &other);
		}
	}
}

/* Behind all who wait already.  True: it need not wait. */
static bool
ask_for_turn(struct sl_engine *engine, struct sl_phone *phone, int64_t now_us)
{
	bool waits_already = phone->waiting_us != 0;
	char evidence[64];

	if (!waits_already)
		set_place(engine, phone, now_us);
	hand_over(engine, limit(engine), phone, now_us);
	if (phone->turn_us != 0)
		return true;
	if (waits_already)
		return false;
	phone->waits = 1;
	phone->reason = SL_REASON_WAITING;
	snprintf(evidence, sizeof(evidence), "before it: %zu",
	    sl_store_marks(engine->store, SL_TABLE_QUEUE) - 1);
	sl_engine_note(engine, phone, SL_REASON_WAITING, now_us, evidence);
	return false;
}

/* Whether it would be loading after that, or is about to. */
static bool
needs_turn(
    const struct sl_phone *phone, enum sl_on on, const struct sl_facts *facts)
{
	struct sl_phone after = *phone;

	if (on == SL_ON_LEASE)
		return phone->status == SL_NEW || is_loading(phone->status) ||
		       phone->status == SL_CLIMBING;
	if (on != SL_ON_BOOT && on != SL_ON_LOADS && on != SL_ON_IMAGE)
		return false;
	(void)sl_phone_step(&after, on, facts);
	return is_loading(after.status);
}

bool
sl_engine_has_turn(struct sl_engine *engine, struct sl_phone *phone,
    enum sl_on on, const struct sl_facts *facts)
{
	if (limit(engine) == 0 || phone->plan == SL_PLAN_NONE ||
	    !needs_turn(phone, on, facts))
		return true;
	if (phone->turn_us == 0)
		return ask_for_turn(engine, phone, facts->now_us);
	/* A lease is no use of it: it may be all that the phone ever asks. */
	if (on != SL_ON_LEASE)
		sl_engine_turn_used(engine, phone, facts->now_us);
	return true;
}

void
sl_engine_turn_used(
    struct sl_engine *engine, struct sl_phone *phone, int64_t now_us)
{
	if (phone->turn_us != 0 && phone->turn_us < now_us)
		set_turn(engine, phone, now_us);
}

static void
leave(struct sl_engine *engine, struct sl_phone *phone)
{
	set_place(engine, phone, 0);
	set_turn(engine, phone, 0);
}

void
sl_engine_leave_turn(
    struct sl_engine *engine, struct sl_phone *phone, int64_t now_us)
{
	if (phone->turn_us == 0 && phone->waiting_us == 0)
		return;
	leave(engine, phone);
	hand_over(engine, limit(engine), NULL, now_us);
}

/* The next stage's load is asked soon, and must be denied then. */
static bool
must_queue(struct sl_engine *engine, const struct sl_phone *phone)
{
	return phone->status == SL_CLIMBING &&
	       sl_store_marks(engine->store, SL_TABLE_TURN) >= limit(engine);
}

void
sl_engine_next_turn(struct sl_engine *engine, struct sl_phone *phone,
    uint8_t was, int64_t now_us)
{
	if (limit(engine) == 0 || phone->status == was)
		return;
	if (is_through(phone->status))
		sl_engine_leave_turn(engine, phone, now_us);
	/* Released, or brought back by an end that was reported late. */
	if (phone->turn_us == 0 && phone->waiting_us == 0 &&
	    ((is_loading(phone->status) && !is_loading(was)) ||
	        must_queue(engine, phone)))
		(void)ask_for_turn(engine, phone, now_us);
}

struct transfer {
	const struct sl_phone *phone;
	int64_t asked_us; /* of the newest that is under way; 0: none */
};

static void
find_transfer(void *ctx, const struct sl_file *file)
{
	struct transfer *transfer = ctx;

	if (file->class == SL_CLASS_IMAGE && !file->acked &&
	    file->outcome == SL_FETCHING &&
	    file->attempt_id == transfer->phone->attempt_id &&
	    file->asked_us > transfer->asked_us)
		transfer->asked_us = file->asked_us;
}

static bool
is_fetching(
    struct sl_engine *engine, const struct sl_phone *phone, int64_t now_us)
{
	struct transfer transfer = { .phone = phone };

	sl_store_each_file(engine->store, &phone->mac, SL_STAGE_NONE,
	    find_transfer, &transfer);
	return transfer.asked_us != 0 &&
	       now_us - transfer.asked_us <
	           WINDOWS_OF_A_TRANSFER * window_us(engine);
}

int64_t
sl_engine_turn_due(struct sl_engine *engine)
{
	struct sl_mac mac;
	int64_t since_us;

	if (limit(engine) == 0 || sl_store_first_mark(engine->store,
	                              SL_TABLE_TURN, &since_us, &mac) != SL_OK)
		return 0;
	return since_us + WINDOWS_OF_A_TURN * window_us(engine);
}

bool
sl_engine_end_turn(struct sl_engine *engine, int64_t until_us)
{
	int64_t due_us = sl_engine_turn_due(engine), since_us;
	struct sl_phone phone;
	struct sl_mac mac;

	if (due_us == 0 || due_us > until_us ||
	    sl_store_first_mark(
	        engine->store, SL_TABLE_TURN, &since_us, &mac) != SL_OK)
		return false;
	if (sl_store_phone(engine->store, &mac, &phone) != SL_OK ||
	    phone.turn_us != since_us) {
		sl_store_unmark(engine->store, SL_TABLE_TURN, since_us, &mac);
	} else if (is_fetching(engine, &phone, due_us)) {
		set_turn(engine, &phone, due_us);
		sl_store_put_phone(engine->store, &phone);
	} else {
		leave(engine, &phone);
		sl_engine_note(engine, &phone, SL_REASON_WAITING, due_us, "");
		sl_store_put_phone(engine->store, &phone);
	}
	hand_over(engine, limit(engine), NULL, due_us);
	return true;
}

/* Of a clock that was ahead: they would be kept for as long as it was. */
void
sl_engine_turns_back(struct sl_engine *engine, int64_t now_us)
{
	struct sl_phone phone;
	struct sl_mac mac;
	int64_t since_us;

	while (limit(engine) != 0 &&
	       sl_store_last_mark(
	           engine->store, SL_TABLE_TURN, &since_us, &mac) == SL_OK &&
	       since_us > now_us + CLOCK_SLACK_US) {
		sl_store_unmark(engine->store, SL_TABLE_TURN, since_us, &mac);
		if (sl_store_phone(engine->store, &mac, &phone) != SL_OK)
			continue;
		phone.turn_us = 0;
		set_turn(engine, &phone, now_us);
		sl_store_put_phone(engine->store, &phone);
	}
}

bool
sl_engine_turns_overdue(const struct sl_engine *engine, int64_t now_us)
{
	return limit(engine) != 0 && engine->next_turn_us != 0 &&
	       (engine->next_turn_us <= now_us ||
	           engine->next_turn_us >
	               now_us + WINDOWS_OF_A_TURN * window_us(engine) +
	                   CLOCK_SLACK_US);
}

void
sl_engine_keep_turn(struct sl_engine *engine, struct sl_phone *phone,
    const struct sl_config *config, bool was_limited, int64_t now_us)
{
	if (config->max_active == 0 || phone->plan == SL_PLAN_NONE)
		leave(engine, phone);
	else if (!was_limited && is_loading(phone->status) &&
	         phone->waiting_us == 0 && phone->turn_us == 0)
		set_turn(engine, phone, now_us);
}

void
sl_engine_new_limit(
    struct sl_engine *engine, const struct sl_config *config, int64_t now_us)
{
	hand_over(engine, config->max_active, NULL, now_us);
	sl_store_put_meta(engine->store, SL_META_LIMIT, config->max_active);
}
