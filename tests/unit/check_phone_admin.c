/* SPDX-License-Identifier: BSD-2-Clause */
/* check_phone_admin.c: the administrator's hand, clocks, plans and leases. */
#include "phone.h"

#include "phone_world.h"

/* ---- the administrator ---- */

START_TEST(hold_and_release_keep_status_and_place)
{
	struct sl_phone phone = phone_in((enum sl_status)_i), before;

	if (_i == SL_HELD)
		return;
	phone.attempts = 2;
	phone.due_us = NOW + S;
	before = phone;
	happens(&phone, SL_ON_HOLD, NOW);
	ck_assert_uint_eq(phone.status, SL_HELD);
	ck_assert_int_eq(phone.due_us, 0);
	for (int on = SL_ON_LEASE; on <= SL_ON_LIFE; on++)
		ck_assert(!happens(&phone, (enum sl_on)on, NOW + S).matched);
	happens(&phone, SL_ON_RELEASE, NOW + 2 * S);
	ck_assert_uint_eq(phone.status, before.status);
	ck_assert_uint_eq(phone.stage, before.stage);
	ck_assert_uint_eq(phone.attempts, before.attempts);
}
END_TEST

START_TEST(stage_places_a_phone_where_it_exists)
{
	struct sl_phone phone = phone_in((enum sl_status)_i), before = phone;
	struct sl_facts facts = facts_at(NOW);

	facts.stage = STAGES;
	ck_assert(!sl_phone_step(&phone, SL_ON_STAGE, &facts).matched);
	facts.stage = SL_STAGE_NONE;
	ck_assert(!sl_phone_step(&phone, SL_ON_STAGE, &facts).matched);
	ck_assert_mem_eq(&phone, &before, sizeof(phone));
	phone.downs = 2;
	phone.running = 1;
	phone.due_us = NOW + S;
	facts.stage = 2;
	ck_assert(sl_phone_step(&phone, SL_ON_STAGE, &facts).new_stage);
	ck_assert_uint_eq(phone.stage, 2);
	ck_assert_uint_eq(phone.running, SL_STAGE_NONE);
	ck_assert_uint_eq(phone.downs, 0);
	ck_assert_int_eq(phone.due_us, 0);
	ck_assert_uint_eq(phone.status, _i == SL_HELD ? SL_HELD : SL_NEW);
}
END_TEST

START_TEST(held_phone_that_was_placed_begins_there_when_released)
{
	struct sl_phone phone = phone_in(SL_DONE);
	struct sl_facts facts = facts_at(NOW);

	phone.stage = 2;
	sl_phone_step(&phone, SL_ON_HOLD, &facts);
	facts.stage = 0;
	sl_phone_step(&phone, SL_ON_STAGE, &facts);
	sl_phone_step(&phone, SL_ON_RELEASE, &facts);
	ck_assert_uint_eq(phone.stage, 0);
	ck_assert_uint_eq(phone.status, SL_NEW);
}
END_TEST

START_TEST(retry_forgets_what_failed)
{
	struct sl_phone phone = phone_in((enum sl_status)_i);
	struct sl_facts facts = facts_at(NOW);

	if (_i == SL_DONE || _i == SL_HELD)
		return;
	facts.strategy = SL_PROBE;
	phone.attempts = phone.downs = phone.leases = 2;
	phone.way = SL_WAY_SIADDR;
	phone.due_us = NOW + S;
	sl_phone_step(&phone, SL_ON_RETRY, &facts);
	ck_assert_uint_eq(phone.status, SL_NEW);
	ck_assert_uint_eq(phone.attempts, 0);
	ck_assert_uint_eq(phone.downs, 0);
	ck_assert_uint_eq(phone.leases, 0);
	ck_assert_uint_eq(phone.way, SL_WAY_ALL);
	ck_assert_int_eq(phone.due_us, 0);
	/* A stuck one tried all stages: it begins anew. */
	ck_assert_uint_eq(phone.stage, _i == SL_STUCK ? STAGES - 1 : 1);
}
END_TEST

/* ---- clocks, plans, leases ---- */

START_TEST(clock_set_back_makes_nothing_last_longer)
{
	struct sl_phone phone = phone_in(SL_BOOTING);
	int64_t back_us = NOW - 86400 * S;

	happens(&phone, SL_ON_BOOT, NOW);
	happens(&phone, SL_ON_BOOT, back_us);
	ck_assert_uint_eq(phone.attempt_id, 2);
	ck_assert_int_eq(phone.due_us, back_us + WINDOW_US);
	phone.image_us = NOW; /* of the time that is ahead now */
	happens(&phone, SL_ON_WINDOW, back_us + WINDOW_US);
	ck_assert_uint_eq(phone.attempts, 1);
}
END_TEST

START_TEST(phone_without_a_plan_is_left_alone)
{
	enum sl_status status = (enum sl_status)(_i / SL_ONS);
	enum sl_on on = (enum sl_on)(_i % SL_ONS);
	struct sl_phone phone = phone_in(status), before = phone;
	struct sl_facts facts = { .now_us = NOW, .stage = SL_STAGE_NONE };
	struct sl_step step = sl_phone_step(&phone, on, &facts);

	if (on == SL_ON_HOLD || on == SL_ON_RELEASE)
		return;
	is_noise(&before, &phone, &step);
}
END_TEST

START_TEST(leases_without_a_request_try_each_way_and_then_it_is_silent)
{
	struct sl_phone phone = phone_in(SL_NEW);
	struct sl_step step;

	for (unsigned way = 0; way < SL_WAYS; way++) {
		for (unsigned i = 1; i <= SILENT_AFTER; i++) {
			ck_assert_uint_eq(phone.status, SL_NEW);
			ck_assert_uint_eq(phone.way, way);
			step = happens(&phone, SL_ON_LEASE, NOW + way * S);
			ck_assert(step.noteworthy == (i == SILENT_AFTER));
		}
	}
	ck_assert_int_eq(step.reason, SL_REASON_NO_CONTACT);
	ck_assert_uint_eq(phone.status, SL_SILENT);
	/* No endless loop of its own. */
	ck_assert(!happens(&phone, SL_ON_LEASE, NOW + 9 * S).matched);
	ck_assert_uint_eq(phone.way, SL_WAY_ALL);
	happens(&phone, SL_ON_BOOT, NOW + 10 * S);
	ck_assert_uint_eq(phone.status, SL_BOOTING);
	ck_assert_uint_eq(phone.way, SL_WAY_ALL);
}
END_TEST

START_TEST(file_request_keeps_the_way_that_brought_it)
{
	struct sl_phone phone = phone_in(SL_NEW);

	for (unsigned i = 0; i < 2 * SILENT_AFTER - 1; i++)
		happens(&phone, SL_ON_LEASE, NOW);
	ck_assert_uint_eq(phone.way, SL_WAY_66);
	/* A configuration is no boot file, but it is a request. */
	happens(&phone, SL_ON_LIFE, NOW);
	ck_assert_uint_eq(phone.leases, 0);
	happens(&phone, SL_ON_LEASE, NOW);
	ck_assert_uint_eq(phone.way, SL_WAY_66);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("phone admin");
	TCase *t = tcase_create("admin");

	tcase_add_loop_test(
	    t, hold_and_release_keep_status_and_place, 0, SL_STATUSES);
	tcase_add_loop_test(
	    t, stage_places_a_phone_where_it_exists, 0, SL_STATUSES);
	tcase_add_test(
	    t, held_phone_that_was_placed_begins_there_when_released);
	tcase_add_loop_test(t, retry_forgets_what_failed, 0, SL_STATUSES);
	tcase_add_test(t, clock_set_back_makes_nothing_last_longer);
	tcase_add_loop_test(
	    t, phone_without_a_plan_is_left_alone, 0, SL_STATUSES * SL_ONS);
	tcase_add_test(
	    t, leases_without_a_request_try_each_way_and_then_it_is_silent);
	tcase_add_test(t, file_request_keeps_the_way_that_brought_it);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
