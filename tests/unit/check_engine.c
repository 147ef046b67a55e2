/* SPDX-License-Identifier: BSD-2-Clause */
/* check_engine.c: from events in the journal to phones in the state. */
#include "engine.h"

#include "engine_world.h"

START_TEST(phone_climbs_to_done)
{
	struct world w;
	struct sl_phone p;

	world_make(&w);
	world_open(&w);
	world_happens(&w, a_lease());
	p = world_phone(&w);
	ck_status(p, SL_NEW);
	ck_assert_uint_eq(p.addr, ADDR);
	ck_assert_uint_eq(p.stage, 0);
	ck_assert_int_eq(p.first_seen_us, START);
	world_boots(&w, 0);
	ck_status(world_phone(&w), SL_BOOTING);
	world_fetches(&w, 0, "low-apps.sbn");
	p = world_phone(&w);
	ck_status(p, SL_LOADING);
	ck_assert_uint_eq(p.images_all, 2);
	ck_assert_uint_eq(p.images_got, 1);
	ck_assert_uint_eq(p.bytes_total, 20);
	ck_assert_uint_eq(p.bytes_done, 10);
	/* A configuration before the last part is no evidence. */
	world_lives(&w);
	ck_status(world_phone(&w), SL_LOADING);
	world_fetches(&w, 0, "low-cnu.sbn");
	ck_status(world_phone(&w), SL_FLASHING);
	world_lives(&w);
	p = world_phone(&w);
	ck_status(p, SL_CLIMBING);
	ck_assert_uint_eq(p.stage, 1);
	ck_assert_uint_eq(p.running, 0);
	world_happens(&w, a_request(SL_CLASS_LOADS, 1, "HIGH.loads"));
	ck_status(world_phone(&w), SL_BOOTING);
	world_fetches(&w, 1, "high-cnu.sbn");
	world_fetches(&w, 1, "high-apps.sbn");
	world_lives(&w);
	p = world_phone(&w);
	ck_status(p, SL_DONE);
	ck_assert_uint_eq(p.stage, 1);
	ck_assert_int_eq(p.due_us, 0);
	world_remove(&w);
}
END_TEST

START_TEST(history_tells_each_step_with_its_evidence)
{
	struct world_lines lines;
	struct world w;

	world_make(&w);
	world_open(&w);
	world_happens(&w, a_lease());
	world_boots(&w, 0);
	world_fetches(&w, 0, "low-apps.sbn");
	world_fetches(&w, 0, "low-cnu.sbn");
	world_lives(&w);
	world_history(&w, &lines);
	ck_assert_uint_eq(lines.count, 5);
	ck_assert_uint_eq(lines.line[0].reason, SL_REASON_FIRST_SEEN);
	ck_assert_ptr_nonnull(strstr(lines.line[0].text, "192.0.2.33"));
	ck_assert_uint_eq(lines.line[1].reason, SL_REASON_ASKED_BOOT);
	ck_assert_ptr_nonnull(
	    strstr(lines.line[1].text, "[asked term06.default.loads from"));
	ck_assert_uint_eq(lines.line[2].reason, SL_REASON_FETCHING);
	ck_assert_uint_eq(lines.line[3].reason, SL_REASON_ALL_SENT);
	ck_assert_uint_eq(lines.line[3].status, SL_FLASHING);
	ck_assert_uint_eq(lines.line[4].reason, SL_REASON_RUNS_STAGE);
	for (size_t i = 1; i < lines.count; i++)
		ck_assert_int_gt(
		    lines.line[i].time_us, lines.line[i - 1].time_us);
	world_remove(&w);
}
END_TEST

START_TEST(history_keeps_the_newest_lines)
{
	struct world_lines lines;
	struct world w;

	world_make(&w);
	world_open(&w);
	world_happens(&w, a_lease());
	for (int i = 0; i < 50; i++) {
		world_happens(&w, a_command(SL_COMMAND_HOLD, ""));
		world_happens(&w, a_command(SL_COMMAND_RELEASE, ""));
	}
	ck_assert_uint_eq(world_phone(&w).history_seq, 101);
	world_history(&w, &lines);
	ck_assert_uint_eq(lines.count, SL_HISTORY_KEPT);
	for (size_t i = 0; i < lines.count; i++)
		ck_assert_uint_eq(
		    lines.line[i].seq, 101 - SL_HISTORY_KEPT + 1 + i);
	ck_assert_uint_eq(
	    lines.line[lines.count - 1].reason, SL_REASON_RELEASED);
	world_remove(&w);
}
END_TEST

START_TEST(duplicates_take_nothing_back)
{
	struct world w;

	world_make(&w);
	world_open(&w);
	world_happens(&w, a_lease());
	world_boots(&w, 0);
	world_boots(&w, 0);
	ck_assert_uint_eq(world_phone(&w).attempt_id, 1);
	world_fetches(&w, 0, "low-apps.sbn");
	/* UDP brings the request again, and its transfer fails. */
	world_happens(&w, a_request(SL_CLASS_IMAGE, 0, "low-apps.sbn"));
	world_happens(&w, an_end(0, "low-apps.sbn", SL_ABORTED));
	ck_assert(world_record(&w, 0, "low-apps.sbn").acked);
	world_fetches(&w, 0, "low-cnu.sbn");
	ck_status(world_phone(&w), SL_FLASHING);
	world_happens(&w, a_request(SL_CLASS_IMAGE, 0, "low-cnu.sbn"));
	ck_status(world_phone(&w), SL_FLASHING);
	world_remove(&w);
}
END_TEST

START_TEST(aborted_transfer_never_advances)
{
	struct world w;

	world_make(&w);
	world_open(&w);
	world_happens(&w, a_lease());
	world_boots(&w, 0);
	world_fetches(&w, 0, "low-apps.sbn");
	world_happens(&w, a_request(SL_CLASS_IMAGE, 0, "low-cnu.sbn"));
	world_lives(&w);
	world_happens(&w, an_end(0, "low-cnu.sbn", SL_ABORTED));
	world_lives(&w);
	ck_status(world_phone(&w), SL_LOADING);
	world_happens(&w, a_request(SL_CLASS_IMAGE, 0, "low-cnu.sbn"));
	world_happens(&w, an_end(0, "low-cnu.sbn", SL_UNCONFIRMED));
	world_lives(&w);
	ck_status(world_phone(&w), SL_LOADING);
	world_remove(&w);
}
END_TEST

START_TEST(request_known_by_its_name_alone_is_no_evidence)
{
	struct sl_event life = a_request(
	    SL_CLASS_CONFIG, SL_STAGE_NONE, "SEP001BD4123456.cnf.xml");
	struct world w;

	world_make(&w);
	world_open(&w);
	world_happens(&w, a_lease());
	world_boots(&w, 0);
	life.by_name = true;
	world_happens(&w, life);
	life.by_name = false;
	life.denied = true;
	world_happens(&w, life);
	ck_status(world_phone(&w), SL_BOOTING);
	world_remove(&w);
}
END_TEST

START_TEST(events_of_unknown_phones_make_no_phone)
{
	struct world w;
	struct sl_phone p;

	world_make(&w);
	world_open(&w);
	world_boots(&w, 0);
	world_happens(&w, an_end(0, "low-apps.sbn", SL_FETCHED));
	world_happens(&w, a_command(SL_COMMAND_RETRY, ""));
	ck_assert_int_eq(sl_store_begin(w.engine->store, NULL), SL_OK);
	ck_assert_int_eq(
	    sl_store_phone(w.engine->store, &world_mac, &p), SL_NONE);
	sl_store_abort(w.engine->store);
	world_remove(&w);
}
END_TEST

START_TEST(attempt_is_judged_when_its_window_has_passed)
{
	struct sl_turn turn;
	struct world w;

	world_make(&w);
	world_open(&w);
	world_happens(&w, a_lease());
	world_append(&w, a_request(SL_CLASS_BOOT, 0, "term06.default.loads"));
	ck_assert_int_eq(
	    sl_engine_turn(w.engine, w.now_us, &turn, NULL), SL_OK);
	ck_assert_int_eq(turn.next_us, w.now_us + WINDOW_US);
	ck_assert_int_eq(
	    sl_engine_turn(w.engine, w.now_us + WINDOW_US - 1, &turn, NULL),
	    SL_OK);
	ck_assert_uint_eq(world_phone(&w).attempts, 0);
	ck_assert_int_eq(
	    sl_engine_turn(w.engine, w.now_us + WINDOW_US, &turn, NULL), SL_OK);
	ck_assert_uint_eq(world_phone(&w).attempts, 1);
	ck_assert_int_eq(turn.next_us, 0);
	world_remove(&w);
}
END_TEST

START_TEST(idle_turn_writes_nothing)
{
	struct sl_turn turn;
	struct world w;
	MDB_envinfo before, after;

	world_make(&w);
	world_open(&w);
	world_happens(&w, a_lease());
	mdb_env_info(w.engine->store->base.env, &before);
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(
		    sl_engine_turn(w.engine, w.now_us + i, &turn, NULL), SL_OK);
	mdb_env_info(w.engine->store->base.env, &after);
	ck_assert_uint_eq(before.me_last_txnid, after.me_last_txnid);
	world_remove(&w);
}
END_TEST

/* The engine was down while the phone tried in vain. */
START_TEST(events_of_the_past_are_judged_by_their_own_times)
{
	struct world_lines lines;
	const struct sl_line *down;
	struct sl_event boot =
	    a_request(SL_CLASS_BOOT, 1, "term06.default.loads");
	struct sl_phone p;
	struct world w;

	world_make(&w);
	world_open(&w);
	world_happens(&w, a_lease());
	world_happens(&w, a_command(SL_COMMAND_STAGE, "high"));
	world_close(&w);
	for (int i = 0; i < 3; i++) {
		boot.time_us = START + 100 * S + i * 60 * S;
		world_append(&w, boot);
	}
	/* Then it took the lower stage. */
	boot.time_us = START + 300 * S;
	boot.stage = 0;
	world_append(&w, boot);
	w.now_us = START + 100000 * S;
	world_open(&w);
	ck_assert_uint_eq(world_turn(&w), 4);
	p = world_phone(&w);
	ck_assert_uint_eq(p.stage, 0);
	ck_assert_uint_eq(p.downs, 1);
	ck_assert_uint_eq(p.attempts, 1);
	ck_assert_uint_eq(p.attempt_id, 4);
	world_history(&w, &lines);
	down = world_line(&lines, SL_REASON_STEPPED_DOWN);
	ck_assert_int_eq(down->time_us, START + 220 * S + WINDOW_US);
	world_remove(&w);
}
END_TEST

/* The clock was a day ahead when the attempts began. */
START_TEST(clock_set_back_delays_no_verdict)
{
	struct sl_event lease = a_lease();
	struct sl_event boot =
	    a_request(SL_CLASS_BOOT, 0, "term06.default.loads");
	struct world w;

	world_make(&w);
	world_open(&w);
	lease.time_us = boot.time_us = START + 86400 * S;
	for (uint8_t i = 0; i < 5; i++) {
		lease.mac.octet[5] = boot.mac.octet[5] = i;
		lease.addr = boot.addr = ADDR + i;
		world_append(&w, lease);
		world_append(&w, boot);
	}
	world_turn(&w);
	w.now_us += WINDOW_US;
	world_turn(&w);
	for (uint8_t i = 0; i < 5; i++) {
		lease.mac.octet[5] = i;
		ck_assert_msg(
		    world_phone_of(&w, &lease.mac).attempts == 1, "%u", i);
	}
	world_remove(&w);
}
END_TEST

START_TEST(address_moves_to_the_phone_that_got_it_last)
{
	struct sl_event lease = a_lease();
	struct sl_mac other = { { 0, 0x1b, 0xd4, 0, 0, 1 } }, owner;
	struct world w;

	world_make(&w);
	world_open(&w);
	world_happens(&w, lease);
	lease.mac = other;
	world_happens(&w, lease);
	ck_assert_uint_eq(world_phone(&w).addr, 0);
	ck_assert_uint_eq(world_phone_of(&w, &other).addr, ADDR);
	/* The first one gets another, which takes nothing from the second. */
	lease.mac = world_mac;
	lease.addr = ADDR + 1;
	world_happens(&w, lease);
	ck_assert_int_eq(sl_store_begin(w.engine->store, NULL), SL_OK);
	ck_assert_int_eq(sl_store_owner(w.engine->store, ADDR, &owner), SL_OK);
	ck_assert(sl_mac_equal(&owner, &other));
	ck_assert_int_eq(
	    sl_store_owner(w.engine->store, ADDR + 1, &owner), SL_OK);
	ck_assert(sl_mac_equal(&owner, &world_mac));
	sl_store_abort(w.engine->store);
	/* And when it moves on, its old address is nobody's. */
	lease.addr = ADDR + 2;
	world_happens(&w, lease);
	ck_assert_int_eq(sl_store_begin(w.engine->store, NULL), SL_OK);
	ck_assert_int_eq(
	    sl_store_owner(w.engine->store, ADDR + 1, &owner), SL_NONE);
	sl_store_abort(w.engine->store);
	world_remove(&w);
}
END_TEST

START_TEST(unbind_takes_the_address_from_its_owner_only)
{
	struct sl_event unbind = { .kind = SL_EVENT_UNBIND, .addr = ADDR };
	struct sl_mac owner;
	struct world w;

	world_make(&w);
	world_open(&w);
	world_happens(&w, a_lease());
	world_happens(&w, unbind);
	ck_assert_uint_eq(world_phone(&w).addr, ADDR);
	unbind.mac = world_mac;
	unbind.addr = ADDR + 1;
	world_happens(&w, unbind);
	ck_assert_uint_eq(world_phone(&w).addr, ADDR);
	unbind.addr = ADDR;
	world_happens(&w, unbind);
	ck_assert_uint_eq(world_phone(&w).addr, 0);
	ck_assert_int_eq(sl_store_begin(w.engine->store, NULL), SL_OK);
	ck_assert_int_eq(
	    sl_store_owner(w.engine->store, ADDR, &owner), SL_NONE);
	sl_store_abort(w.engine->store);
	world_remove(&w);
}
END_TEST

START_TEST(commands_place_hold_and_forget)
{
	struct sl_phone p;
	struct sl_mac owner;
	struct world w;

	world_make(&w);
	world_open(&w);
	world_happens(&w, a_lease());
	world_boots(&w, 0);
	world_happens(&w, a_command(SL_COMMAND_STAGE, "nowhere"));
	ck_status(world_phone(&w), SL_BOOTING);
	world_happens(&w, a_command(SL_COMMAND_STAGE, "high"));
	p = world_phone(&w);
	ck_status(p, SL_NEW);
	ck_assert_uint_eq(p.stage, 1);
	world_happens(&w, a_command(SL_COMMAND_HOLD, ""));
	world_boots(&w, 1);
	ck_status(world_phone(&w), SL_HELD);
	world_happens(&w, a_command(SL_COMMAND_RELEASE, ""));
	ck_status(world_phone(&w), SL_NEW);
	world_boots(&w, 1);
	world_happens(&w, a_command(99, ""));
	world_happens(&w, a_command(0, ""));
	world_happens(&w, a_command(SL_COMMAND_FORGET, ""));
	ck_assert_int_eq(sl_store_begin(w.engine->store, NULL), SL_OK);
	ck_assert_int_eq(
	    sl_store_phone(w.engine->store, &world_mac, &p), SL_NONE);
	ck_assert_int_eq(
	    sl_store_owner(w.engine->store, ADDR, &owner), SL_NONE);
	sl_store_abort(w.engine->store);
	w.now_us += WINDOW_US;
	world_turn(&w);
	/* It comes back as a new one. */
	world_happens(&w, a_lease());
	p = world_phone(&w);
	ck_status(p, SL_NEW);
	ck_assert_uint_eq(p.history_seq, 1);
	ck_assert_uint_eq(world_record(&w, 1, "term06.default.loads").asked, 0);
	world_remove(&w);
}
END_TEST

START_TEST(phone_no_plan_is_for_is_known_and_left_alone)
{
	struct sl_event lease = a_lease();
	struct sl_phone p;
	struct world w;

	world_make(&w);
	world_open(&w);
	lease.model = 8861;
	for (int i = 0; i < 20; i++)
		world_happens(&w, lease);
	world_lives(&w);
	p = world_phone(&w);
	ck_status(p, SL_NEW);
	ck_assert_uint_eq(p.plan, SL_PLAN_NONE);
	ck_assert_uint_eq(p.reason, SL_REASON_NO_PLAN);
	ck_assert_uint_eq(p.way, SL_WAY_ALL);
	ck_assert_uint_eq(p.history_seq, 1);
	world_remove(&w);
}
END_TEST

START_TEST(model_that_is_learned_later_brings_the_plan)
{
	struct sl_event lease = a_lease();
	struct world w;

	world_make(&w);
	world_open(&w);
	lease.model = SL_MODEL_UNKNOWN;
	world_happens(&w, lease);
	ck_assert_uint_eq(world_phone(&w).plan, SL_PLAN_NONE);
	world_boots(&w, SL_STAGE_NONE);
	ck_assert_uint_ne(world_phone(&w).plan, SL_PLAN_NONE);
	ck_status(world_phone(&w), SL_BOOTING);
	world_remove(&w);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("engine");
	TCase *t = tcase_create("engine");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, phone_climbs_to_done);
	tcase_add_test(t, history_tells_each_step_with_its_evidence);
	tcase_add_test(t, history_keeps_the_newest_lines);
	tcase_add_test(t, duplicates_take_nothing_back);
	tcase_add_test(t, aborted_transfer_never_advances);
	tcase_add_test(t, request_known_by_its_name_alone_is_no_evidence);
	tcase_add_test(t, events_of_unknown_phones_make_no_phone);
	tcase_add_test(t, attempt_is_judged_when_its_window_has_passed);
	tcase_add_test(t, idle_turn_writes_nothing);
	tcase_add_test(t, events_of_the_past_are_judged_by_their_own_times);
	tcase_add_test(t, clock_set_back_delays_no_verdict);
	tcase_add_test(t, address_moves_to_the_phone_that_got_it_last);
	tcase_add_test(t, unbind_takes_the_address_from_its_owner_only);
	tcase_add_test(t, commands_place_hold_and_forget);
	tcase_add_test(t, phone_no_plan_is_for_is_known_and_left_alone);
	tcase_add_test(t, model_that_is_learned_later_brings_the_plan);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
