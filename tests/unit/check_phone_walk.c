/* SPDX-License-Identifier: BSD-2-Clause */
/* check_phone_walk.c: what holds whatever happens, over random events. */
#include "phone.h"

#include "suite.h"

#define S INT64_C(1000000)
#define EVENTS 100000
#define STAGES_TRIED 5

static uint64_t state;

/* xorshift64: the same seed gives the same walk on every machine. */
static unsigned
any(unsigned below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state % below);
}

struct walk {
	struct sl_phone phone;
	struct sl_facts facts;
	unsigned statuses; /* a bit for each that was seen */
};

/* Mostly forward, in steps around the window; now and then far, or back. */
static int64_t
next_time(int64_t now_us)
{
	switch (any(50)) {
	case 0:
		return now_us - (int64_t)any(3600) * S;
	case 1:
		return now_us + (int64_t)any(3600) * S;
	default:
		return now_us + (int64_t)any(30) * S;
	}
}

static void
next_facts(struct sl_facts *f)
{
	f->now_us = next_time(f->now_us);
	f->stage = any(8) == 0 ? SL_STAGE_NONE : (uint8_t)any(STAGES_TRIED + 1);
	f->repeated = any(4) == 0;
	f->names_target = any(4) == 0;
	f->images_asked = any(2) == 0 ? 0 : (uint16_t)any(6);
	f->images_acked = (uint16_t)any(f->images_asked + 1u);
	f->images_pending =
	    (uint16_t)any((unsigned)(f->images_asked - f->images_acked) + 1);
	f->complete = f->images_asked > 0 &&
	              f->images_acked == f->images_asked && any(4) != 0;
}

/* The requests of a phone are likelier than an administrator. */
static enum sl_on
next_event(const struct sl_phone *phone)
{
	if (phone->status == SL_HELD && any(4) == 0)
		return SL_ON_RELEASE;
	if (any(20) == 0)
		return (enum sl_on)any(SL_ONS);
	return (enum sl_on)any(SL_ON_WINDOW + 1);
}

static bool
may_be_judged(const struct sl_phone *p)
{
	return p->status == SL_BOOTING || p->status == SL_LOADING ||
	       p->status == SL_FLASHING || p->status == SL_STUCK ||
	       p->status == SL_NEW;
}

static void
holds(const struct walk *w, const struct sl_phone *was, enum sl_on on,
    const struct sl_step *step)
{
	const struct sl_phone *p = &w->phone;

	ck_assert_uint_lt(p->status, SL_STATUSES);
	ck_assert_uint_lt(p->stage, w->facts.stage_count);
	ck_assert(
	    p->running == SL_STAGE_NONE || p->running < w->facts.stage_count);
	ck_assert_uint_lt(p->way, SL_WAYS);
	ck_assert_uint_le(p->downs, w->facts.stage_count);
	ck_assert(p->attempts >= was->attempts || step->matched);
	ck_assert(p->due_us == 0 || may_be_judged(p));
	if (!step->matched)
		ck_assert_uint_eq(p->status, was->status);
	if (p->status == SL_DONE && was->status != SL_DONE)
		ck_assert(on == SL_ON_LIFE || on == SL_ON_RELEASE ||
		          step->reason == SL_REASON_ON_TARGET);
	if (p->status == SL_DONE)
		ck_assert_uint_eq(p->stage + 1, w->facts.stage_count);
	if (was->status == SL_HELD && on != SL_ON_RELEASE)
		ck_assert_uint_eq(p->status, SL_HELD);
	if (p->status != was->status && on != SL_ON_ACKED)
		ck_assert(step->noteworthy);
	/* What a phone does never takes it down; an image may take it up. */
	if (p->stage < was->stage)
		ck_assert(on == SL_ON_WINDOW || on == SL_ON_STAGE ||
		          on == SL_ON_RETRY ||
		          step->reason == SL_REASON_FOUND_LOWER);
	if (p->stage > was->stage)
		ck_assert(on == SL_ON_LIFE || on == SL_ON_ACKED ||
		          on == SL_ON_STAGE || on == SL_ON_RETRY ||
		          step->reason == SL_REASON_ON_TARGET);
	if (step->new_attempt)
		ck_assert_uint_eq(
		    p->attempt_id, (uint16_t)(was->attempt_id + 1));
	else
		ck_assert_uint_eq(p->attempt_id, was->attempt_id);
}

static void
begin(struct walk *w, uint8_t stages, enum sl_strategy strategy)
{
	memset(w, 0, sizeof(*w));
	w->facts = (struct sl_facts){
		.now_us = INT64_C(1795218822) * S,
		.window_us = 20 * S,
		.hold_down_us = 300 * S,
		.stuck_after = 3,
		.silent_after = 3,
		.stage_count = stages,
		.strategy = (uint8_t)strategy,
	};
	w->phone.running = SL_STAGE_NONE;
	w->phone.stage = sl_phone_first_stage(w->facts.strategy, stages);
}

static void
go(struct walk *w)
{
	for (int i = 0; i < EVENTS; i++) {
		struct sl_phone was = w->phone;
		enum sl_on on = next_event(&w->phone);
		struct sl_step step;

		next_facts(&w->facts);
		if (on == SL_ON_STAGE && any(2) == 0)
			w->facts.stage = 0;
		step = sl_phone_step(&w->phone, on, &w->facts);
		holds(w, &was, on, &step);
		w->statuses |= 1u << w->phone.status;
	}
}

START_TEST(walk_stays_within_its_bounds)
{
	uint8_t stages = (uint8_t)(1 + _i % STAGES_TRIED);
	struct walk w;

	state = 0x9e3779b97f4a7c15u + (unsigned)_i;
	begin(&w, stages, _i < STAGES_TRIED ? SL_CLIMB : SL_PROBE);
	go(&w);
	/* Silent is only reached before the first request: seen below. */
	for (unsigned status = 0; status < SL_STATUSES; status++)
		ck_assert_msg((w.statuses & 1u << status) ||
		                  status == SL_SILENT ||
		                  (stages == 1 && status == SL_CLIMBING),
		    "never %s", sl_status_name((enum sl_status)status));
}
END_TEST

/* A phone that only comes up is silent in the end, and stays so. */
START_TEST(leases_alone_end_in_silence)
{
	struct walk w;

	state = 7;
	begin(&w, 2, SL_CLIMB);
	for (int i = 0; i < 1000; i++) {
		struct sl_phone was = w.phone;
		struct sl_step step;

		next_facts(&w.facts);
		step = sl_phone_step(&w.phone, SL_ON_LEASE, &w.facts);
		holds(&w, &was, SL_ON_LEASE, &step);
	}
	ck_assert_uint_eq(w.phone.status, SL_SILENT);
}
END_TEST

START_TEST(phone_without_a_plan_only_can_be_held)
{
	struct walk w;

	state = 11;
	begin(&w, 0, SL_CLIMB);
	for (int i = 0; i < EVENTS; i++) {
		struct sl_phone was = w.phone;
		enum sl_on on = (enum sl_on)any(SL_ONS);

		next_facts(&w.facts);
		(void)sl_phone_step(&w.phone, on, &w.facts);
		if (w.phone.status != was.status)
			ck_assert(on == SL_ON_HOLD || on == SL_ON_RELEASE);
		ck_assert(
		    w.phone.status == SL_NEW || w.phone.status == SL_HELD);
		ck_assert_uint_eq(w.phone.way, SL_WAY_ALL);
		ck_assert_uint_eq(w.phone.stage, 0);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("phone walk");
	TCase *t = tcase_create("walk");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(
	    t, walk_stays_within_its_bounds, 0, 2 * STAGES_TRIED);
	tcase_add_test(t, leases_alone_end_in_silence);
	tcase_add_test(t, phone_without_a_plan_only_can_be_held);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
