/* SPDX-License-Identifier: BSD-2-Clause */
/* check_turns.c: max-active: who may load, who waits, and for how long. */
#include "engine.h"

#include "turns_world.h"

START_TEST(who_comes_first_is_served_first)
{
	struct world w;

	five_for_two(&w);
	for (unsigned n = 1; n <= 5; n++) {
		ck_assert_int_eq(loads(&w, n), n <= 2);
		ck_assert_int_eq(waits(&w, n), n > 2);
		ck_status(phone(&w, n), SL_NEW);
	}
	/* Who asks again and again does not pass anybody. */
	for (int i = 0; i < 3; i++) {
		world_happens(&w, from(5, denied(a_boot())));
		boot(&w, 1);
		boot(&w, 2);
	}
	fetch(&w, 1, 0);
	ck_status(phone(&w, 1), SL_FLASHING);
	ck_assert(!loads(&w, 1) && !waits(&w, 1));
	ck_assert(loads(&w, 3) && waits(&w, 4) && waits(&w, 5));
	fetch(&w, 2, 0);
	ck_assert(loads(&w, 4) && waits(&w, 5));
	boot(&w, 3);
	ck_status(phone(&w, 3), SL_BOOTING);
	fetch(&w, 3, 0);
	ck_assert(loads(&w, 4) && loads(&w, 5));
	world_remove(&w);
}
END_TEST

/* It loads, but it does not get on. */
static void
keep_turn(struct world *w, unsigned n)
{
	boot(w, n);
	world_happens(w, from(n, a_request(SL_CLASS_IMAGE, 0, "low-cnu.sbn")));
	world_happens(w, from(n, an_end(0, "low-cnu.sbn", SL_FETCHED)));
	ck_assert(loads(w, n));
}

START_TEST(who_waits_makes_no_attempt)
{
	struct sl_phone p;
	struct world w;

	five_for_two(&w);
	for (int i = 0; i < 12; i++) {
		lease(&w, 3);
		world_happens(&w, from(3, denied(a_boot())));
		keep_turn(&w, 1);
		keep_turn(&w, 2);
		/* One that was answered before the engine knew. */
		boot(&w, 3);
		world_happens(
		    &w, from(3, a_request(SL_CLASS_IMAGE, 0, "low-apps.sbn")));
		world_happens(
		    &w, from(3, an_end(0, "low-apps.sbn", SL_FETCHED)));
		w.now_us += WINDOW_US;
	}
	p = phone(&w, 3);
	ck_status(p, SL_NEW);
	ck_assert_uint_eq(p.attempts, 0);
	ck_assert_uint_eq(p.attempt_id, 0);
	ck_assert_int_eq(p.due_us, 0);
	ck_assert_uint_eq(p.leases, 0);
	ck_assert_uint_eq(p.reason, SL_REASON_WAITING);
	ck_assert(waits(&w, 3));
	world_remove(&w);
}
END_TEST

START_TEST(history_tells_of_the_wait)
{
	struct sl_event third = from(3, a_lease());
	struct world_lines lines = { .count = 0 };
	struct sl_view *view;
	struct world w;
	enum sl_rc rc;

	five_for_two(&w);
	boot(&w, 1);
	fetch(&w, 1, 0);
	pass(&w, TURN_US);
	world_close(&w);
	view = sl_view_open(w.dir, &rc, NULL);
	ck_assert_ptr_nonnull(view);
	sl_view_history(view, &third.mac, world_take_line, &lines);
	sl_view_close(view);
	ck_assert_uint_eq(lines.count, 4);
	ck_assert_uint_eq(lines.line[0].reason, SL_REASON_FIRST_SEEN);
	for (size_t i = 1; i < 4; i++)
		ck_assert_uint_eq(lines.line[i].reason, SL_REASON_WAITING);
	ck_assert_ptr_nonnull(strstr(lines.line[1].text, "waits for its turn"));
	ck_assert_ptr_nonnull(strstr(lines.line[1].text, "[before it: 0]"));
	ck_assert_ptr_nonnull(strstr(lines.line[2].text, "turn to load has"));
	ck_assert_ptr_nonnull(strstr(lines.line[3].text, "let its turn"));
	world_remove(&w);
}
END_TEST

/* Phone 1 is brought to each status in which it has no use for its turn. */
static void
to_flashing(struct world *w)
{
	fetch(w, 1, 0);
	ck_status(phone(w, 1), SL_FLASHING);
}

/* It reads its boot file to the end, and asks no image: it runs that load. */
static void
runs(struct world *w, uint8_t stage)
{
	struct sl_event end = an_end(stage, "term06.default.loads", SL_FETCHED);

	end.class = SL_CLASS_BOOT;
	world_happens(w,
	    from(1, a_request(SL_CLASS_BOOT, stage, "term06.default.loads")));
	world_happens(w, from(1, end));
	world_happens(w, from(1, a_life()));
}

static void
to_climbing(struct world *w)
{
	runs(w, 0);
	ck_status(phone(w, 1), SL_CLIMBING);
}

static void
to_done(struct world *w)
{
	world_happens(w, from(1, a_command(SL_COMMAND_STAGE, "high")));
	ck_assert(loads(w, 1));
	runs(w, 1);
	ck_status(phone(w, 1), SL_DONE);
}

static void
to_stuck(struct world *w)
{
	for (int i = 0; i < 3; i++) {
		boot(w, 1);
		pass(w, WINDOW_US);
	}
	ck_status(phone(w, 1), SL_STUCK);
}

static void
to_held(struct world *w)
{
	world_happens(w, from(1, a_command(SL_COMMAND_HOLD, "")));
	ck_status(phone(w, 1), SL_HELD);
}

static void
to_nothing(struct world *w)
{
	struct sl_event event = from(1, a_command(SL_COMMAND_FORGET, ""));
	struct sl_phone p;

	world_happens(w, event);
	ck_assert_int_eq(sl_store_begin(w->engine->store, NULL), SL_OK);
	ck_assert_int_eq(
	    sl_store_phone(w->engine->store, &event.mac, &p), SL_NONE);
	ck_assert_uint_eq(sl_store_marks(w->engine->store, SL_TABLE_TURN), 2);
	sl_store_abort(w->engine->store);
}

static void (*const through[])(struct world *) = { to_flashing, to_climbing,
	to_done, to_stuck, to_held, to_nothing };

START_TEST(who_is_through_gives_its_turn)
{
	struct world w;

	five_for_two(&w);
	if (through[_i] != to_stuck)
		boot(&w, 1);
	through[_i](&w);
	if (through[_i] != to_nothing)
		ck_assert(!loads(&w, 1));
	ck_assert(loads(&w, 3));
	ck_assert(waits(&w, 4));
	/* One that climbs needs another turn, behind those who wait. */
	if (through[_i] == to_climbing)
		ck_assert(waits(&w, 1));
	world_remove(&w);
}
END_TEST

START_TEST(silent_phone_gives_its_turn)
{
	struct world w;

	five_for_two(&w);
	boot(&w, 2);
	for (int i = 0; i < 20 && phone(&w, 1).status != SL_SILENT; i++)
		lease(&w, 1);
	ck_status(phone(&w, 1), SL_SILENT);
	ck_assert(!loads(&w, 1) && !waits(&w, 1));
	ck_assert(loads(&w, 3));
	/* It needs one again when it comes to life. */
	boot(&w, 1);
	ck_status(phone(&w, 1), SL_SILENT);
	ck_assert(waits(&w, 1));
	world_remove(&w);
}
END_TEST

START_TEST(turn_that_is_not_used_passes)
{
	struct sl_turn turn;
	struct world w;
	int64_t began_us;

	five_for_two(&w);
	boot(&w, 2);
	began_us = phone(&w, 1).turn_us;
	/* Leases alone are no use of it. */
	lease(&w, 1);
	ck_assert_int_eq(
	    sl_engine_turn(w.engine, w.now_us, &turn, NULL), SL_OK);
	w.now_us = began_us + TURN_US - 1;
	world_turn(&w);
	ck_assert(loads(&w, 1));
	w.now_us++;
	world_turn(&w);
	ck_assert(!loads(&w, 1) && !waits(&w, 1));
	ck_assert(loads(&w, 2) && loads(&w, 3));
	ck_assert_int_eq(phone(&w, 3).turn_us, began_us + TURN_US);
	/* It comes back: behind all others. */
	lease(&w, 1);
	ck_assert(waits(&w, 1));
	pass(&w, TURN_US);
	ck_assert(loads(&w, 4) && loads(&w, 5) && waits(&w, 1));
	pass(&w, TURN_US);
	ck_assert(loads(&w, 1));
	world_remove(&w);
}
END_TEST

START_TEST(turn_that_is_used_lasts)
{
	struct world w;

	five_for_two(&w);
	for (int i = 0; i < 8; i++) {
		keep_turn(&w, 1);
		pass(&w, TURN_US - 10 * S);
	}
	/* An image is asked, and takes longer than a turn lasts. */
	world_happens(
	    &w, from(1, a_request(SL_CLASS_IMAGE, 0, "low-apps.sbn")));
	pass(&w, 4 * TURN_US);
	ck_assert(loads(&w, 1));
	world_happens(&w, from(1, an_end(0, "low-apps.sbn", SL_ABORTED)));
	pass(&w, TURN_US - 2 * S);
	ck_assert(loads(&w, 1));
	/* Its end is never reported: not for ever. */
	world_happens(
	    &w, from(1, a_request(SL_CLASS_IMAGE, 0, "low-apps.sbn")));
	pass(&w, 40 * WINDOW_US);
	ck_assert(!loads(&w, 1));
	world_remove(&w);
}
END_TEST

START_TEST(restart_keeps_turns_and_places)
{
	struct sl_phone before[6];
	struct world w;

	five_for_two(&w);
	for (unsigned n = 1; n <= 5; n++)
		before[n] = phone(&w, n);
	world_close(&w);
	world_open(&w);
	for (unsigned n = 1; n <= 5; n++) {
		struct sl_phone after = phone(&w, n);

		ck_assert_mem_eq(&before[n], &after, sizeof(after));
	}
	world_close(&w);
	/* What was due while no engine ran. */
	w.now_us += TURN_US;
	world_open(&w);
	world_turn(&w);
	ck_assert(!loads(&w, 1) && !loads(&w, 2));
	ck_assert(loads(&w, 3) && loads(&w, 4) && waits(&w, 5));
	world_remove(&w);
}
END_TEST

START_TEST(restart_after_a_crash_counts_once)
{
	struct world w;

	five_for_two(&w);
	boot(&w, 1);
	world_append(&w, from(1, a_request(SL_CLASS_IMAGE, 0, "low-apps.sbn")));
	world_append(&w, from(1, an_end(0, "low-apps.sbn", SL_FETCHED)));
	world_close(&w);
	world_append(&w, from(1, a_request(SL_CLASS_IMAGE, 0, "low-cnu.sbn")));
	world_append(&w, from(1, an_end(0, "low-cnu.sbn", SL_FETCHED)));
	world_open(&w);
	world_turn(&w);
	ck_status(phone(&w, 1), SL_FLASHING);
	ck_assert(loads(&w, 2) && loads(&w, 3) && waits(&w, 4));
	world_remove(&w);
}
END_TEST

START_TEST(forgotten_phone_waits_no_more)
{
	struct world w;

	five_for_two(&w);
	world_happens(&w, from(3, a_command(SL_COMMAND_FORGET, "")));
	boot(&w, 1);
	fetch(&w, 1, 0);
	ck_assert(loads(&w, 4) && waits(&w, 5));
	lease(&w, 3);
	ck_assert(waits(&w, 3));
	world_remove(&w);
}
END_TEST

START_TEST(released_phone_waits_for_its_turn)
{
	struct world w;

	five_for_two(&w);
	boot(&w, 1);
	world_happens(&w, from(1, a_command(SL_COMMAND_HOLD, "")));
	ck_assert(loads(&w, 3));
	world_happens(&w, from(1, a_command(SL_COMMAND_RELEASE, "")));
	ck_status(phone(&w, 1), SL_BOOTING);
	ck_assert(waits(&w, 1));
	world_happens(&w, from(1, a_command(SL_COMMAND_HOLD, "")));
	ck_assert(!waits(&w, 1));
	world_remove(&w);
}
END_TEST

START_TEST(phones_that_do_not_load_need_no_turn)
{
	struct sl_event stranger = from(9, a_lease());
	struct world w;

	make(&w, 1);
	lease(&w, 1);
	boot(&w, 1);
	/* No plan is for its model. */
	stranger.model = 7970;
	world_happens(&w, stranger);
	world_happens(&w, from(9, a_request(SL_CLASS_BOOT, SL_STAGE_NONE,
	                              "term70.default.loads")));
	ck_assert(!waits(&w, 9) && !loads(&w, 9));
	/* Done: a look at the load that it runs is no load. */
	to_done(&w);
	lease(&w, 2);
	boot(&w, 2);
	ck_assert(loads(&w, 2));
	lease(&w, 1);
	world_happens(&w, from(1, a_life()));
	world_happens(&w, from(1, a_request(SL_CLASS_LOADS, 1, "HIGH.loads")));
	ck_status(phone(&w, 1), SL_DONE);
	ck_assert(!waits(&w, 1) && !loads(&w, 1));
	/* Reset: it is. */
	world_happens(
	    &w, from(1, a_request(SL_CLASS_BOOT, 1, "term06.default.loads")));
	ck_status(phone(&w, 1), SL_DONE);
	ck_assert(waits(&w, 1));
	world_remove(&w);
}
END_TEST

START_TEST(clock_that_was_ahead_keeps_no_turn)
{
	struct world w;

	make(&w, 1);
	w.now_us = START + 1000000 * S;
	lease(&w, 1);
	w.now_us = START;
	lease(&w, 2);
	ck_assert(loads(&w, 1) && waits(&w, 2));
	pass(&w, TURN_US + S);
	ck_assert(!loads(&w, 1) && loads(&w, 2));
	world_remove(&w);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("turns");
	TCase *turns = tcase_create("turns");

	tcase_add_test(turns, who_comes_first_is_served_first);
	tcase_add_test(turns, who_waits_makes_no_attempt);
	tcase_add_test(turns, history_tells_of_the_wait);
	tcase_add_loop_test(
	    turns, who_is_through_gives_its_turn, 0, (int)COUNT(through));
	tcase_add_test(turns, silent_phone_gives_its_turn);
	tcase_add_test(turns, turn_that_is_not_used_passes);
	tcase_add_test(turns, turn_that_is_used_lasts);
	tcase_add_test(turns, restart_keeps_turns_and_places);
	tcase_add_test(turns, restart_after_a_crash_counts_once);
	tcase_add_test(turns, forgotten_phone_waits_no_more);
	tcase_add_test(turns, released_phone_waits_for_its_turn);
	tcase_add_test(turns, phones_that_do_not_load_need_no_turn);
	tcase_add_test(turns, clock_that_was_ahead_keeps_no_turn);
	tcase_set_timeout(turns, 60);
	suite_add_tcase(suite, turns);
	return suite_run(suite);
}
