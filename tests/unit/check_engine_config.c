/* SPDX-License-Identifier: BSD-2-Clause */
/* check_engine_config.c: a configuration changes while phones are climbing. */
#include "engine.h"

#include "engine_world.h"

/* A phone that has one of the two parts of "low". */
static void
half_loaded(struct world *w)
{
	world_make(w);
	world_open(w);
	world_happens(w, a_lease());
	world_boots(w, 0);
	world_fetches(w, 0, "low-apps.sbn");
	ck_status(world_phone(w), SL_LOADING);
}

static void
finished(struct world *w)
{
	world_make(w);
	world_open(w);
	world_happens(w, a_lease());
	world_boots(w, 0);
	world_lives(w);
	world_boots(w, 1);
	world_lives(w);
	ck_status(world_phone(w), SL_DONE);
}

static void
change(struct world *w, const char *plans)
{
	world_publish(w, plans);
	world_look(w);
	ck_assert_uint_eq(w->errors, 0);
}

START_TEST(same_configuration_changes_nothing)
{
	struct sl_phone before, after;
	struct world w;

	half_loaded(&w);
	before = world_phone(&w);
	change(&w, TWO_STAGES);
	world_close(&w);
	world_open(&w);
	after = world_phone(&w);
	ck_assert_mem_eq(&before, &after, sizeof(before));
	world_remove(&w);
}
END_TEST

START_TEST(phone_goes_on_loading_when_a_stage_is_put_below)
{
	struct sl_phone p;
	struct world w;

	half_loaded(&w);
	change(&w, PLAN_OF("climb", MID ", " LOW ", " HIGH));
	p = world_phone(&w);
	ck_status(p, SL_LOADING);
	ck_assert_uint_eq(p.stage, 1);
	/* The part that it has already counts as before. */
	world_fetches(&w, 1, "low-cnu.sbn");
	ck_status(world_phone(&w), SL_FLASHING);
	world_lives(&w);
	p = world_phone(&w);
	ck_status(p, SL_CLIMBING);
	ck_assert_uint_eq(p.stage, 2);
	ck_assert_uint_eq(p.running, 1);
	world_remove(&w);
}
END_TEST

START_TEST(stages_that_change_places_keep_their_files)
{
	struct world w;

	half_loaded(&w);
	world_happens(&w, a_request(SL_CLASS_LOADS, 1, "HIGH.loads"));
	world_happens(&w, a_request(SL_CLASS_OTHER, SL_STAGE_NONE, "x"));
	change(&w, PLAN_OF("climb", HIGH ", " LOW));
	ck_assert_uint_eq(world_phone(&w).stage, 1);
	ck_assert(world_record(&w, 1, "low-apps.sbn").acked);
	ck_assert(!world_record(&w, 0, "low-apps.sbn").acked);
	ck_assert_uint_eq(world_record(&w, 0, "HIGH.loads").asked, 1);
	ck_assert_uint_eq(world_record(&w, 1, "HIGH.loads").asked, 0);
	ck_assert_uint_eq(world_record(&w, SL_STAGE_NONE, "x").asked, 1);
	world_remove(&w);
}
END_TEST

START_TEST(stage_that_is_renamed_places_its_phones_anew)
{
	struct world_lines lines;
	const struct sl_line *line;
	struct sl_phone p;
	struct world w;

	half_loaded(&w);
	change(
	    &w, PLAN_OF("climb",
	            "{ \"name\": \"base\", \"directory\": \"low\" }, " HIGH));
	p = world_phone(&w);
	ck_status(p, SL_NEW);
	ck_assert_uint_eq(p.stage, 0);
	ck_assert_int_eq(p.due_us, 0);
	ck_assert_uint_eq(p.reason, SL_REASON_REPLACED);
	world_history(&w, &lines);
	line = world_line(&lines, SL_REASON_REPLACED);
	ck_assert_msg(strstr(line->text, "\"base\"") != NULL &&
	                  strstr(line->text, "plan climb") != NULL,
	    "%s", line->text);
	world_remove(&w);
}
END_TEST

START_TEST(plan_that_is_renamed_places_its_phones_anew)
{
	struct world_lines lines;
	const struct sl_line *line;
	struct world w;

	half_loaded(&w);
	change(&w, PLAN_OF("other", MID ", " HIGH));
	ck_status(world_phone(&w), SL_NEW);
	world_history(&w, &lines);
	line = world_line(&lines, SL_REASON_REPLACED);
	ck_assert_msg(strstr(line->text, "\"mid\"") != NULL &&
	                  strstr(line->text, "plan other") != NULL,
	    "%s", line->text);
	world_remove(&w);
}
END_TEST

START_TEST(plan_that_is_removed_leaves_its_phones_alone_and_says_so)
{
	struct world_lines lines;
	struct sl_phone p;
	struct world w;

	half_loaded(&w);
	change(&w, "{ \"name\": \"x\", \"models\": [ \"8861\" ], "
	           "\"stages\": [ " HIGH " ] }");
	p = world_phone(&w);
	ck_assert_uint_eq(p.plan, SL_PLAN_NONE);
	ck_assert_int_eq(p.due_us, 0);
	world_boots(&w, SL_STAGE_NONE);
	world_history(&w, &lines);
	(void)world_line(&lines, SL_REASON_REPLACED);
	/* The plan comes back. */
	world_open(&w);
	change(&w, TWO_STAGES);
	p = world_phone(&w);
	ck_assert_uint_ne(p.plan, SL_PLAN_NONE);
	ck_status(p, SL_NEW);
	world_boots(&w, 0);
	ck_status(world_phone(&w), SL_BOOTING);
	world_remove(&w);
}
END_TEST

START_TEST(done_phone_climbs_on_when_a_stage_is_put_above)
{
	struct world_lines lines;
	struct sl_phone p;
	struct world w;

	finished(&w);
	change(&w, PLAN_OF("climb", LOW ", " HIGH ", " MID));
	p = world_phone(&w);
	ck_status(p, SL_CLIMBING);
	ck_assert_uint_eq(p.stage, 2);
	ck_assert_uint_eq(p.running, 1);
	ck_assert_uint_eq(p.reason, SL_REASON_RUNS_STAGE);
	world_history(&w, &lines);
	ck_assert_ptr_nonnull(
	    strstr(lines.line[lines.count - 1].text, "next is \"mid\""));
	world_remove(&w);
}
END_TEST

START_TEST(done_phone_stays_done_when_a_stage_is_put_below)
{
	struct sl_phone p;
	struct world w;

	finished(&w);
	change(&w, PLAN_OF("climb", MID ", " LOW ", " HIGH));
	p = world_phone(&w);
	ck_status(p, SL_DONE);
	ck_assert_uint_eq(p.stage, 2);
	ck_assert_uint_eq(p.running, 2);
	world_remove(&w);
}
END_TEST

START_TEST(plans_keep_their_ids_whatever_their_order)
{
	struct world w;
	uint16_t id;

	half_loaded(&w);
	id = world_phone(&w).plan;
	change(&w, "{ \"name\": \"x\", \"models\": [ \"8861\" ], "
	           "\"stages\": [ " MID " ] }, " TWO_STAGES);
	ck_assert_uint_eq(world_phone(&w).plan, id);
	ck_status(world_phone(&w), SL_LOADING);
	world_remove(&w);
}
END_TEST

static const char *const bad[] = { "", "{", "[]", "{}", "{ \"state\": 7 }" };

START_TEST(unreadable_configuration_is_refused_and_the_old_one_stays)
{
	struct world w;

	half_loaded(&w);
	ck_assert_int_eq(
	    sl_state_publish(w.dir, bad[_i], strlen(bad[_i]), NULL), SL_OK);
	world_look(&w);
	world_look(&w);
	/* Said once. */
	ck_assert_uint_eq(w.errors, 1);
	ck_assert_ptr_nonnull(strstr(w.error, "configuration not taken"));
	world_fetches(&w, 0, "low-cnu.sbn");
	world_lives(&w);
	ck_status(world_phone(&w), SL_CLIMBING);
	world_publish(&w, TWO_STAGES);
	world_look(&w);
	ck_assert_uint_eq(w.errors, 1);
	world_remove(&w);
}
END_TEST

START_TEST(first_configuration_may_come_late)
{
	char dir[] = "/tmp/check-engine-XXXXXX";
	struct world w;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	world_make_at(&w, dir);
	world_open(&w);
	world_happens(&w, a_lease());
	world_boots(&w, SL_STAGE_NONE);
	ck_status(world_phone(&w), SL_NEW);
	change(&w, TWO_STAGES);
	ck_assert_uint_ne(world_phone(&w).plan, SL_PLAN_NONE);
	world_boots(&w, 0);
	ck_status(world_phone(&w), SL_BOOTING);
	world_remove(&w);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("engine config");
	TCase *t = tcase_create("config");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, same_configuration_changes_nothing);
	tcase_add_test(t, phone_goes_on_loading_when_a_stage_is_put_below);
	tcase_add_test(t, stages_that_change_places_keep_their_files);
	tcase_add_test(t, stage_that_is_renamed_places_its_phones_anew);
	tcase_add_test(t, plan_that_is_renamed_places_its_phones_anew);
	tcase_add_test(
	    t, plan_that_is_removed_leaves_its_phones_alone_and_says_so);
	tcase_add_test(t, done_phone_climbs_on_when_a_stage_is_put_above);
	tcase_add_test(t, done_phone_stays_done_when_a_stage_is_put_below);
	tcase_add_test(t, plans_keep_their_ids_whatever_their_order);
	tcase_add_loop_test(t,
	    unreadable_configuration_is_refused_and_the_old_one_stays, 0,
	    COUNT(bad));
	tcase_add_test(t, first_configuration_may_come_late);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
