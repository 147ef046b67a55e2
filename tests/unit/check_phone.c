/* SPDX-License-Identifier: BSD-2-Clause */
/* check_phone.c: each status with each event; attempts, images, signs of life.
 */
#include "phone.h"

#include "phone_world.h"

/* ---- the grid ---- */

enum { NOISE = 100, STAY }; /* no row fits; a row fits, the same status */

enum {
	NEW = SL_NEW,
	BOOTING = SL_BOOTING,
	LOADING = SL_LOADING,
	CLIMBING = SL_CLIMBING,
	HELD = SL_HELD
};

/*
 * Written by hand from the design contract, section 6.  The facts are
 * neutral: no window is open, no image was asked, nothing is complete.
 */
static const uint8_t grid[SL_STATUSES][SL_ONS] = {
	/* lease, boot, loads,
	 * image, acked, aborted, life,
	 * window, stage, retry, hold, release */
	[SL_NEW] = { STAY, BOOTING, BOOTING, /**/
	    LOADING, NOISE, NOISE, NOISE,    /**/
	    STAY, STAY, STAY, HELD, NOISE },
	[SL_BOOTING] = { NOISE, STAY, STAY,    /**/
	    LOADING, LOADING, NOISE, CLIMBING, /**/
	    STAY, NEW, NEW, HELD, NOISE },
	[SL_LOADING] = { NOISE, BOOTING, BOOTING, /**/
	    STAY, STAY, STAY, NOISE,              /**/
	    STAY, NEW, NEW, HELD, NOISE },
	[SL_FLASHING] = { NOISE, BOOTING, BOOTING, /**/
	    LOADING, LOADING, LOADING, NOISE,      /**/
	    STAY, NEW, NEW, HELD, NOISE },
	[SL_CLIMBING] = { NOISE, BOOTING, BOOTING, /**/
	    LOADING, NOISE, NOISE, NOISE,          /**/
	    STAY, NEW, NEW, HELD, NOISE },
	[SL_DONE] = { NOISE, BOOTING, STAY, /**/
	    LOADING, NOISE, NOISE, NOISE,   /**/
	    STAY, NEW, NOISE, HELD, NOISE },
	[SL_STUCK] = { NOISE, STAY, STAY,      /**/
	    LOADING, LOADING, NOISE, CLIMBING, /**/
	    STAY, NEW, NEW, HELD, NOISE },
	[SL_SILENT] = { NOISE, BOOTING, BOOTING, /**/
	    LOADING, NOISE, NOISE, NEW,          /**/
	    STAY, NEW, NEW, HELD, NOISE },
	[SL_HELD] = { NOISE, NOISE, NOISE, /**/
	    NOISE, NOISE, NOISE, NOISE,    /**/
	    STAY, STAY, NOISE, NOISE, BOOTING },
};

START_TEST(status_and_event_give_the_status_that_is_written_down)
{
	enum sl_status status = (enum sl_status)(_i / SL_ONS);
	enum sl_on on = (enum sl_on)(_i % SL_ONS);
	struct sl_phone phone = phone_in(status), before = phone;
	struct sl_step step = happens(&phone, on, NOW);
	unsigned want = grid[status][on];

	if (want == NOISE) {
		is_noise(&before, &phone, &step);
		return;
	}
	if (want == STAY)
		want = status;
	ck_assert_msg(step.matched, "%s on %s is noise", sl_status_name(status),
	    sl_on_name(on));
	ck_assert_msg(phone.status == want, "%s on %s: %s",
	    sl_status_name(status), sl_on_name(on),
	    sl_status_name((enum sl_status)phone.status));
	/* Whoever changes its status says why in its history. */
	if (want != status && on != SL_ON_ACKED)
		ck_assert(step.noteworthy && step.reason != SL_REASON_NONE);
	if (step.noteworthy)
		ck_assert_uint_eq(phone.reason, step.reason);
}
END_TEST

START_TEST(events_have_a_name)
{
	ck_assert_str_eq(sl_on_name(SL_ON_LEASE), "lease");
	ck_assert_str_eq(sl_on_name(SL_ON_RELEASE), "release");
	ck_assert_str_eq(sl_on_name(SL_ONS), "?");
	for (int i = 0; i < SL_ONS; i++)
		ck_assert_str_ne(sl_on_name((enum sl_on)i), "?");
}
END_TEST

/* ---- attempts ---- */

static const uint8_t may_attempt[] = { SL_BOOTING, SL_LOADING, SL_FLASHING,
	SL_STUCK };

START_TEST(pair_of_boot_requests_is_one_attempt)
{
	struct sl_phone phone = phone_in((enum sl_status)may_attempt[_i]);
	struct sl_phone first;

	happens(&phone, SL_ON_BOOT, NOW);
	ck_assert_uint_eq(phone.attempt_id, 1);
	first = phone;
	happens(&phone, SL_ON_BOOT, NOW + S);
	happens(&phone, SL_ON_LOADS, NOW + WINDOW_US - 1);
	ck_assert_mem_eq(&phone, &first, sizeof(phone));
	happens(&phone, SL_ON_BOOT, NOW + WINDOW_US);
	ck_assert_uint_eq(phone.attempt_id, 2);
	ck_assert_int_eq(phone.attempt_us, NOW + WINDOW_US);
	ck_assert_int_eq(phone.due_us, NOW + 2 * WINDOW_US);
}
END_TEST

/* The phone asks its boot file, its window passes. */
static struct sl_step
vain_attempt(struct sl_phone *phone, int64_t *now_us)
{
	struct sl_step step;

	happens(phone, SL_ON_BOOT, *now_us);
	ck_assert_int_eq(phone->due_us, *now_us + WINDOW_US);
	*now_us += WINDOW_US;
	step = happens(phone, SL_ON_WINDOW, *now_us);
	*now_us += 30 * S;
	return step;
}

START_TEST(vain_attempts_lead_one_stage_down_and_then_to_stuck)
{
	struct sl_phone phone = phone_in(SL_NEW);
	int64_t now_us = NOW;
	struct sl_step step;

	for (unsigned i = 1; i < STUCK_AFTER; i++) {
		step = vain_attempt(&phone, &now_us);
		ck_assert_int_eq(step.reason, SL_REASON_NO_IMAGE);
		ck_assert_uint_eq(phone.attempts, i);
		ck_assert_uint_eq(phone.stage, 1);
	}
	step = vain_attempt(&phone, &now_us);
	ck_assert_int_eq(step.reason, SL_REASON_STEPPED_DOWN);
	ck_assert(step.new_stage);
	ck_assert_uint_eq(phone.stage, 0);
	ck_assert_uint_eq(phone.attempts, 0);
	ck_assert_uint_eq(phone.downs, 1);
	ck_assert_uint_eq(phone.status, SL_BOOTING);
	ck_assert_int_eq(phone.due_us, 0);
	for (unsigned i = 1; i < STUCK_AFTER; i++)
		vain_attempt(&phone, &now_us);
	ck_assert_uint_eq(phone.status, SL_BOOTING);
	step = vain_attempt(&phone, &now_us);
	ck_assert_int_eq(step.reason, SL_REASON_NO_STAGE_LEFT);
	ck_assert_uint_eq(phone.status, SL_STUCK);
	ck_assert_uint_eq(phone.attempts, STUCK_AFTER);
	/* It goes on asking; nothing is counted any more. */
	vain_attempt(&phone, &now_us);
	ck_assert_uint_eq(phone.status, SL_STUCK);
	ck_assert_uint_eq(phone.attempts, STUCK_AFTER);
}
END_TEST

START_TEST(steps_down_are_bounded)
{
	struct sl_phone phone = phone_in(SL_NEW);
	int64_t now_us = NOW;
	unsigned turns = 0;

	/* It runs the lower stage each time, and never takes the higher. */
	while (phone.status != SL_STUCK && turns++ < 100) {
		for (int i = 0; i < STUCK_AFTER; i++)
			vain_attempt(&phone, &now_us);
		if (phone.status == SL_STUCK)
			break;
		ck_assert_uint_eq(phone.stage, 0);
		happens(&phone, SL_ON_BOOT, now_us);
		happens(&phone, SL_ON_LIFE, now_us + S);
		ck_assert_uint_eq(phone.status, SL_CLIMBING);
		ck_assert_uint_eq(phone.stage, 1);
		now_us += 100 * S;
	}
	ck_assert_uint_eq(turns, STAGES + 1);
	ck_assert_uint_eq(phone.stage, 1);
	ck_assert_uint_eq(phone.downs, STAGES);
}
END_TEST

START_TEST(hold_down_counts_no_attempt)
{
	struct sl_phone phone = phone_in(SL_FLASHING);
	int64_t now_us = NOW + 100 * S;

	phone.attempts = STUCK_AFTER - 1;
	phone.image_us = NOW;
	while (now_us + WINDOW_US < NOW + HOLD_DOWN_US) {
		struct sl_step step = vain_attempt(&phone, &now_us);

		ck_assert(step.matched && !step.noteworthy);
		ck_assert_uint_eq(phone.attempts, STUCK_AFTER - 1);
		ck_assert_uint_eq(phone.stage, 1);
		ck_assert_int_eq(phone.due_us, 0);
	}
	vain_attempt(&phone, &now_us);
	ck_assert_uint_eq(phone.stage, 0);
}
END_TEST

START_TEST(sign_of_life_ends_the_hold_down)
{
	struct sl_phone phone = phone_in(SL_LOADING);

	phone.image_us = NOW - S;
	happens(&phone, SL_ON_LIFE, NOW);
	ck_assert_uint_eq(phone.status, SL_LOADING);
	ck_assert_int_eq(phone.image_us, 0);
	happens(&phone, SL_ON_WINDOW, NOW + S);
	ck_assert_uint_eq(phone.attempts, 1);
}
END_TEST

START_TEST(pending_transfer_postpones_the_verdict_but_not_for_ever)
{
	struct sl_phone phone = phone_in(SL_NEW);
	struct sl_facts facts = facts_at(NOW);
	unsigned postponed = 0;

	sl_phone_step(&phone, SL_ON_BOOT, &facts);
	facts.images_asked = facts.images_pending = 1;
	sl_phone_step(&phone, SL_ON_IMAGE, &facts);
	while (phone.due_us != 0 && phone.attempts == 0 && postponed < 100) {
		facts.now_us = phone.due_us;
		sl_phone_step(&phone, SL_ON_WINDOW, &facts);
		postponed += phone.attempts == 0;
	}
	ck_assert_uint_eq(postponed, 4);
	ck_assert_uint_eq(phone.attempts, 1);
	ck_assert_int_eq(phone.due_us, 0);
	ck_assert_uint_eq(phone.status, SL_LOADING);
}
END_TEST

START_TEST(attempt_that_brought_an_image_is_none_in_vain)
{
	struct sl_phone phone = phone_in(SL_LOADING);
	struct sl_facts facts = facts_at(NOW);
	struct sl_step step;

	phone.attempts = STUCK_AFTER - 1;
	phone.due_us = NOW;
	facts.images_asked = 2;
	facts.images_acked = facts.images_pending = 1;
	step = sl_phone_step(&phone, SL_ON_WINDOW, &facts);
	ck_assert(step.matched && !step.noteworthy);
	ck_assert_uint_eq(phone.attempts, STUCK_AFTER - 1);
	ck_assert_int_eq(phone.due_us, 0);
	sl_phone_step(&phone, SL_ON_ACKED, &facts);
	ck_assert_uint_eq(phone.attempts, 0);
}
END_TEST

/* ---- signs of life ---- */

static const struct {
	uint8_t from, stage;
	enum sl_attempt_kind kind;
	bool complete;
	uint8_t asked;
	uint8_t to, to_stage;
	enum sl_reason reason;
} lives[] = {
	/* Complete: one up, or done. */
	{ SL_FLASHING, 0, SL_ATTEMPT_BOOT, true, 2, SL_CLIMBING, 1,
	    SL_REASON_RUNS_STAGE },
	{ SL_FLASHING, 1, SL_ATTEMPT_NAMED, true, 2, SL_CLIMBING, 2,
	    SL_REASON_RUNS_STAGE },
	{ SL_LOADING, 1, SL_ATTEMPT_BOOT, true, 2, SL_CLIMBING, 2,
	    SL_REASON_RUNS_STAGE },
	{ SL_FLASHING, 2, SL_ATTEMPT_NAMED, true, 2, SL_DONE, 2,
	    SL_REASON_TARGET_REACHED },
	{ SL_LOADING, 2, SL_ATTEMPT_BOOT, true, 2, SL_DONE, 2,
	    SL_REASON_TARGET_REACHED },
	/* Incomplete: nothing. */
	{ SL_FLASHING, 1, SL_ATTEMPT_BOOT, false, 2, SL_FLASHING, 1, 0 },
	{ SL_LOADING, 2, SL_ATTEMPT_BOOT, false, 2, SL_LOADING, 2, 0 },
	{ SL_BOOTING, 2, SL_ATTEMPT_BOOT, false, 1, SL_BOOTING, 2, 0 },
	/* The boot file and no image: it runs that load already. */
	{ SL_BOOTING, 0, SL_ATTEMPT_BOOT, false, 0, SL_CLIMBING, 1,
	    SL_REASON_RAN_ALREADY },
	{ SL_BOOTING, 2, SL_ATTEMPT_BOOT, false, 0, SL_DONE, 2,
	    SL_REASON_TARGET_REACHED },
	/* A load by its name tells nothing of the kind. */
	{ SL_BOOTING, 0, SL_ATTEMPT_NAMED, false, 0, SL_BOOTING, 0, 0 },
	{ SL_BOOTING, 2, SL_ATTEMPT_NAMED, false, 0, SL_BOOTING, 2, 0 },
	{ SL_BOOTING, 2, SL_ATTEMPT_NONE, false, 0, SL_BOOTING, 2, 0 },
};

START_TEST(sign_of_life_advances_by_the_evidence)
{
	struct sl_phone phone = phone_in((enum sl_status)lives[_i].from);
	struct sl_facts facts = facts_at(NOW);
	struct sl_step step;

	phone.stage = lives[_i].stage;
	phone.attempt_kind = (uint8_t)lives[_i].kind;
	phone.attempts = 2;
	phone.downs = 1;
	phone.due_us = NOW + S;
	facts.complete = lives[_i].complete;
	facts.images_asked = lives[_i].asked;
	facts.images_acked = lives[_i].complete ? lives[_i].asked : 0;
	step = sl_phone_step(&phone, SL_ON_LIFE, &facts);
	ck_assert_int_eq(step.reason, lives[_i].reason);
	ck_assert_uint_eq(phone.status, lives[_i].to);
	ck_assert_uint_eq(phone.stage, lives[_i].to_stage);
	ck_assert(step.matched == (lives[_i].from != lives[_i].to));
	if (!step.matched)
		return;
	ck_assert_uint_eq(phone.running, lives[_i].stage);
	ck_assert_uint_eq(phone.attempts, 0);
	ck_assert_uint_eq(phone.downs, phone.status == SL_DONE ? 0 : 1);
	ck_assert_int_eq(phone.due_us, 0);
	ck_assert_uint_eq(phone.attempt_kind, SL_ATTEMPT_NONE);
	ck_assert(step.new_stage == (phone.status == SL_CLIMBING));
}
END_TEST

START_TEST(last_image_makes_it_flashing_and_one_more_loading_again)
{
	struct sl_phone phone = phone_in(SL_LOADING);
	struct sl_facts facts = facts_at(NOW);

	facts.complete = true;
	facts.images_asked = facts.images_acked = 1;
	sl_phone_step(&phone, SL_ON_ACKED, &facts);
	ck_assert_uint_eq(phone.status, SL_FLASHING);
	ck_assert_int_eq(phone.image_us, NOW);
	/* A duplicate of a request that failed takes nothing back. */
	sl_phone_step(&phone, SL_ON_ABORTED, &facts);
	sl_phone_step(&phone, SL_ON_ACKED, &facts);
	ck_assert_uint_eq(phone.status, SL_FLASHING);
	facts.repeated = true;
	sl_phone_step(&phone, SL_ON_IMAGE, &facts);
	ck_assert_uint_eq(phone.status, SL_FLASHING);
	facts.repeated = false;
	sl_phone_step(&phone, SL_ON_IMAGE, &facts);
	ck_assert_uint_eq(phone.status, SL_LOADING);
}
END_TEST

START_TEST(image_of_a_higher_stage_takes_the_phone_there)
{
	struct sl_phone phone = phone_in(SL_BOOTING);
	struct sl_facts facts = facts_at(NOW);
	struct sl_step step;

	phone.attempts = 2;
	facts.stage = 2;
	step = sl_phone_step(&phone, SL_ON_ACKED, &facts);
	ck_assert_int_eq(step.reason, SL_REASON_OTHER_STAGE);
	ck_assert(step.new_stage);
	ck_assert_uint_eq(phone.stage, 2);
	ck_assert_uint_eq(phone.attempts, 0);
	ck_assert_uint_eq(phone.status, SL_LOADING);
	/* Neither a lower stage's nor one that is served as asked. */
	facts.stage = 0;
	sl_phone_step(&phone, SL_ON_ACKED, &facts);
	facts.stage = SL_STAGE_NONE;
	sl_phone_step(&phone, SL_ON_ACKED, &facts);
	ck_assert_uint_eq(phone.stage, 2);
}
END_TEST

/* ---- done ---- */

START_TEST(done_phone_that_is_reset_is_served_the_target)
{
	struct sl_phone phone = phone_in(SL_DONE);
	struct sl_step step;

	phone.stage = phone.running = STAGES - 1;
	step = happens(&phone, SL_ON_BOOT, NOW);
	ck_assert_int_eq(step.reason, SL_REASON_RESET);
	ck_assert_uint_eq(phone.stage, STAGES - 1);
	ck_assert_uint_eq(phone.running, SL_STAGE_NONE);
	ck_assert_uint_eq(phone.status, SL_BOOTING);
	ck_assert(step.new_attempt && step.new_stage);
	/* It runs the target: done again without an image. */
	happens(&phone, SL_ON_LIFE, NOW + S);
	ck_assert_uint_eq(phone.status, SL_DONE);
}
END_TEST

START_TEST(done_phone_that_asks_a_lower_load_starts_again_there)
{
	struct sl_phone phone = phone_in(SL_DONE);
	struct sl_facts facts = facts_at(NOW);
	struct sl_step step;

	phone.stage = phone.running = STAGES - 1;
	facts.stage = 0;
	step = sl_phone_step(&phone, SL_ON_LOADS, &facts);
	ck_assert_int_eq(step.reason, SL_REASON_FOUND_LOWER);
	ck_assert_uint_eq(phone.stage, 0);
	ck_assert_uint_eq(phone.status, SL_BOOTING);
	ck_assert(step.new_attempt && step.new_stage);
}
END_TEST

START_TEST(climbing_phone_that_is_reset_gets_the_next_stage)
{
	struct sl_phone phone = phone_in(SL_CLIMBING);
	struct sl_step step;

	phone.stage = 2;
	phone.running = 1;
	step = happens(&phone, SL_ON_BOOT, NOW);
	ck_assert_uint_eq(phone.stage, 2);
	ck_assert_uint_eq(phone.attempt_kind, SL_ATTEMPT_BOOT);
	ck_assert(step.new_attempt);
}
END_TEST

START_TEST(new_phone_that_asks_no_load_runs_what_its_configuration_names)
{
	struct sl_phone phone = phone_in(_i == 0 ? SL_NEW : SL_SILENT);
	struct sl_facts facts = facts_at(NOW);
	struct sl_step step;

	facts.names_target = true;
	sl_phone_step(&phone, SL_ON_LIFE, &facts);
	ck_assert_uint_eq(phone.status, SL_NEW);
	ck_assert_int_eq(phone.due_us, NOW + WINDOW_US);
	/* It asks again: that postpones nothing. */
	facts.now_us = NOW + S;
	sl_phone_step(&phone, SL_ON_LIFE, &facts);
	ck_assert_int_eq(phone.due_us, NOW + WINDOW_US);
	facts.now_us = NOW + WINDOW_US;
	step = sl_phone_step(&phone, SL_ON_WINDOW, &facts);
	ck_assert_int_eq(step.reason, SL_REASON_ON_TARGET);
	ck_assert(step.new_stage);
	ck_assert_uint_eq(phone.status, SL_DONE);
	ck_assert_uint_eq(phone.stage, STAGES - 1);
	ck_assert_uint_eq(phone.running, STAGES - 1);
	ck_assert_int_eq(phone.due_us, 0);
}
END_TEST

START_TEST(new_phone_that_asks_a_load_or_got_no_configuration_is_not_there)
{
	struct sl_phone phone = phone_in(SL_NEW);
	struct sl_facts facts = facts_at(NOW);

	facts.names_target = true;
	sl_phone_step(&phone, SL_ON_LIFE, &facts);
	facts.now_us = NOW + S;
	sl_phone_step(&phone, SL_ON_LOADS, &facts);
	ck_assert_uint_eq(phone.status, SL_BOOTING);
	facts.now_us = NOW + WINDOW_US;
	sl_phone_step(&phone, SL_ON_WINDOW, &facts);
	ck_assert_uint_eq(phone.status, SL_BOOTING);
	/* Its configuration was asked, but not delivered. */
	phone = phone_in(SL_NEW);
	sl_phone_step(&phone, SL_ON_LIFE, &facts);
	facts.names_target = false;
	facts.now_us = phone.due_us;
	sl_phone_step(&phone, SL_ON_WINDOW, &facts);
	ck_assert_uint_eq(phone.status, SL_NEW);
	ck_assert_int_eq(phone.due_us, 0);
}
END_TEST

START_TEST(strategy_says_where_a_phone_begins)
{
	ck_assert_uint_eq(sl_phone_first_stage(SL_CLIMB, 5), 0);
	ck_assert_uint_eq(sl_phone_first_stage(SL_PROBE, 5), 4);
	ck_assert_uint_eq(sl_phone_first_stage(SL_PROBE, 1), 0);
	ck_assert_uint_eq(sl_phone_first_stage(SL_PROBE, 0), 0);
}
END_TEST

static TCase *
guards(void)
{
	TCase *t = tcase_create("guards");

	tcase_add_loop_test(
	    t, pair_of_boot_requests_is_one_attempt, 0, COUNT(may_attempt));
	tcase_add_test(t, vain_attempts_lead_one_stage_down_and_then_to_stuck);
	tcase_add_test(t, steps_down_are_bounded);
	tcase_add_test(t, hold_down_counts_no_attempt);
	tcase_add_test(t, sign_of_life_ends_the_hold_down);
	tcase_add_test(
	    t, pending_transfer_postpones_the_verdict_but_not_for_ever);
	tcase_add_test(t, attempt_that_brought_an_image_is_none_in_vain);
	tcase_add_loop_test(
	    t, sign_of_life_advances_by_the_evidence, 0, COUNT(lives));
	tcase_add_test(
	    t, last_image_makes_it_flashing_and_one_more_loading_again);
	tcase_add_test(t, image_of_a_higher_stage_takes_the_phone_there);
	tcase_add_test(t, done_phone_that_is_reset_is_served_the_target);
	tcase_add_test(t, done_phone_that_asks_a_lower_load_starts_again_there);
	tcase_add_test(t, climbing_phone_that_is_reset_gets_the_next_stage);
	tcase_add_loop_test(t,
	    new_phone_that_asks_no_load_runs_what_its_configuration_names, 0,
	    2);
	tcase_add_test(
	    t, new_phone_that_asks_a_load_or_got_no_configuration_is_not_there);
	tcase_add_test(t, strategy_says_where_a_phone_begins);
	return t;
}

int
main(void)
{
	Suite *suite = suite_create("phone");
	TCase *t = tcase_create("grid");

	tcase_add_loop_test(t,
	    status_and_event_give_the_status_that_is_written_down, 0,
	    SL_STATUSES * SL_ONS);
	tcase_add_test(t, events_have_a_name);
	suite_add_tcase(suite, t);
	suite_add_tcase(suite, guards());
	return suite_run(suite);
}
