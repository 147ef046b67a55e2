/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_families.c: phones whose boot file is an image, or a hint, or that of
 * several models, and loads with sections; from events to the state.
 */
#include "engine.h"

#include "engine_world.h"

#define PLAN(name, models, stages)                               \
	"{ \"name\": \"" name "\", \"models\": [ " models " ], " \
	"\"stages\": [ " stages " ] }"

static void
make_with(struct world *w, const char *plans)
{
	world_make(w);
	world_publish(w, plans);
	world_open(w);
}

static void
put(const struct world *w, const char *path, const char *text)
{
	char whole[PATH_MAX];

	snprintf(whole, sizeof(whole), "%s/%s", w->root, path);
	world_file(whole, text);
}

static void
leases(struct world *w, uint16_t model)
{
	struct sl_event event = a_lease();

	event.model = model;
	world_happens(w, event);
}

static void
recovers(struct world *w, uint8_t stage, enum sl_outcome outcome)
{
	struct sl_event end = an_end(stage, "cp7912r.zup", outcome);

	world_happens(w, a_request(SL_CLASS_BOOT, stage, "cp7912r.zup"));
	end.class = SL_CLASS_BOOT;
	world_happens(w, end);
}

START_TEST(recovery_file_counts_as_the_image)
{
	struct world w;
	struct sl_phone p;
	struct sl_file file;

	make_with(&w, PLAN("r", "\"7912\"", LOW ", " HIGH));
	/* Lines of an image that look like a list are none. */
	put(&w, "low/cp7912r.zup", "low-apps.sbn\nlow-cnu.sbn\n");
	leases(&w, 7912);
	recovers(&w, 0, SL_FETCHED);
	ck_status(world_phone(&w), SL_FLASHING);
	file = world_record(&w, 0, "cp7912r.zup");
	ck_assert_uint_eq(file.class, SL_CLASS_IMAGE);
	ck_assert(file.acked);
	world_lives(&w);
	p = world_phone(&w);
	ck_status(p, SL_CLIMBING);
	ck_assert_uint_eq(p.stage, 1);
	world_fetches(&w, 1, "CP7912080004SCCP080108A.sbin");
	ck_status(world_phone(&w), SL_FLASHING);
	world_lives(&w);
	ck_status(world_phone(&w), SL_DONE);
	world_remove(&w);
}
END_TEST

START_TEST(recovery_file_not_fetched_whole_moves_nothing)
{
	static const enum sl_outcome ends[] = { SL_ABORTED, SL_UNCONFIRMED,
		SL_REFUSED };
	struct world w;

	make_with(&w, PLAN("r", "\"7912\"", LOW ", " HIGH));
	leases(&w, 7912);
	for (size_t i = 0; i < COUNT(ends); i++) {
		recovers(&w, 0, ends[i]);
		ck_status(world_phone(&w), SL_BOOTING);
		world_lives(&w);
		ck_status(world_phone(&w), SL_BOOTING);
		ck_assert_uint_eq(world_phone(&w).stage, 0);
	}
	world_remove(&w);
}
END_TEST

START_TEST(recovery_file_of_a_higher_stage_takes_the_phone_there)
{
	struct world w;

	make_with(&w, PLAN("r", "\"7912\"", LOW ", " HIGH));
	leases(&w, 7912);
	recovers(&w, 1, SL_FETCHED);
	ck_assert_uint_eq(world_phone(&w).stage, 1);
	world_lives(&w);
	world_happens(&w, a_request(SL_CLASS_IMAGE, 1, "CP7912X.sbin"));
	ck_assert_uint_eq(world_phone(&w).stage, 1);
	world_remove(&w);
}
END_TEST

/* ---- OS79XX.TXT ---- */

static void
asks_text(struct world *w, uint8_t stage)
{
	world_happens(w, a_request(SL_CLASS_BOOT, stage, "OS79XX.TXT"));
}

START_TEST(boot_file_of_several_models_places_in_their_only_plan)
{
	static const struct {
		const char *plans;
		bool placed;
	} rows[] = {
		{ PLAN("p", "\"7940\", \"7960\"", LOW), true },
		{ PLAN("p", "\"7960\"", LOW), true },
		{ PLAN("p", "\"7940\"", LOW) ", " PLAN("q", "\"7960\"", HIGH),
		    false },
		{ PLAN("p", "\"7906\"", LOW), false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world w;

		make_with(&w, rows[i].plans);
		leases(&w, SL_MODEL_UNKNOWN);
		ck_assert_uint_eq(world_phone(&w).plan, SL_PLAN_NONE);
		asks_text(&w, SL_STAGE_NONE);
		ck_assert_msg(
		    (world_phone(&w).plan != SL_PLAN_NONE) == rows[i].placed,
		    "%zu", i);
		ck_assert_uint_eq(world_phone(&w).model, SL_MODEL_UNKNOWN);
		world_remove(&w);
	}
}
END_TEST

START_TEST(plan_by_boot_file_ends_when_the_model_has_another)
{
	struct world w;
	uint16_t plan;

	make_with(&w, PLAN("p", "\"7940\"", LOW ", " HIGH));
	leases(&w, SL_MODEL_UNKNOWN);
	asks_text(&w, SL_STAGE_NONE);
	plan = world_phone(&w).plan;
	ck_assert_uint_ne(plan, SL_PLAN_NONE);
	leases(&w, 7940);
	ck_assert_uint_eq(world_phone(&w).plan, plan);
	world_remove(&w);

	make_with(&w, PLAN("p", "\"7940\"", LOW ", " HIGH));
	leases(&w, SL_MODEL_UNKNOWN);
	asks_text(&w, SL_STAGE_NONE);
	leases(&w, 7960);
	ck_assert_uint_eq(world_phone(&w).plan, SL_PLAN_NONE);
	world_remove(&w);
}
END_TEST

START_TEST(plan_by_boot_file_outlives_a_reload)
{
	struct world w;

	make_with(&w, PLAN("p", "\"7940\", \"7960\"", LOW ", " HIGH));
	leases(&w, SL_MODEL_UNKNOWN);
	asks_text(&w, SL_STAGE_NONE);
	asks_text(&w, 0);
	world_publish(
	    &w, PLAN("p", "\"7940\", \"7960\"", LOW ", " MID ", " HIGH));
	world_look(&w);
	world_turn(&w);
	ck_assert_uint_ne(world_phone(&w).plan, SL_PLAN_NONE);
	ck_status(world_phone(&w), SL_BOOTING);
	world_remove(&w);
}
END_TEST

/* Asked at each start of old firmware, it tells neither reset nor success. */
START_TEST(hint_is_no_evidence_in_any_status)
{
	struct world w;
	struct sl_phone p;

	make_with(&w, PLAN("p", "\"7940\"", LOW ", " MID ", " HIGH));
	leases(&w, 7940);
	asks_text(&w, 0);
	ck_status(world_phone(&w), SL_BOOTING);
	/* It passes the text over, and that is no "runs it already". */
	world_lives(&w);
	ck_status(world_phone(&w), SL_BOOTING);
	ck_assert_uint_eq(world_phone(&w).stage, 0);
	world_fetches(&w, 0, "P0S30202.bin");
	ck_status(world_phone(&w), SL_FLASHING);
	w.now_us += 2 * WINDOW_US;
	asks_text(&w, 0);
	ck_status(world_phone(&w), SL_FLASHING);
	world_lives(&w);
	p = world_phone(&w);
	ck_status(p, SL_CLIMBING);
	ck_assert_uint_eq(p.stage, 1);
	asks_text(&w, 1);
	world_lives(&w);
	p = world_phone(&w);
	ck_status(p, SL_CLIMBING);
	ck_assert_uint_eq(p.running, 0);
	world_fetches(&w, 1, "P0S3-04-4-00.bin");
	world_lives(&w);
	world_fetches(&w, 2, "P0S3-05-3-00.bin");
	world_lives(&w);
	ck_status(world_phone(&w), SL_DONE);
	asks_text(&w, 2);
	ck_status(world_phone(&w), SL_DONE);
	world_remove(&w);
}
END_TEST

START_TEST(hint_after_a_broken_transfer_begins_a_new_attempt)
{
	struct world w;

	make_with(&w, PLAN("p", "\"7940\"", LOW ", " HIGH));
	leases(&w, 7940);
	asks_text(&w, 0);
	world_happens(&w, a_request(SL_CLASS_IMAGE, 0, "P0S30202.bin"));
	world_happens(&w, an_end(0, "P0S30202.bin", SL_ABORTED));
	ck_status(world_phone(&w), SL_LOADING);
	w.now_us += 2 * WINDOW_US;
	asks_text(&w, 0);
	ck_status(world_phone(&w), SL_BOOTING);
	ck_assert_uint_eq(world_phone(&w).attempt_id, 2);
	world_remove(&w);
}
END_TEST

/* ---- loads with sections ---- */

START_TEST(phone_needs_the_parts_of_its_own_section)
{
	struct world w;
	struct sl_phone p;

	make_with(&w, PLAN("p", "\"8851\"", LOW));
	put(&w, "low/sip88xx.loads",
	    "[PLATFORM_1]\nkern.sbn\nroot.sbn\n"
	    "[PLATFORM_2]\nkern2.sbn\nroot.sbn\nsb2.sbn\n");
	put(&w, "low/kern2.sbn", "0123456789");
	put(&w, "low/root.sbn", "0123456789");
	put(&w, "low/sb2.sbn", "01234");
	leases(&w, 8851);
	world_happens(&w, a_request(SL_CLASS_LOADS, 0, "sip88xx.loads"));
	world_fetches(&w, 0, "root.sbn");
	ck_status(world_phone(&w), SL_LOADING);
	world_fetches(&w, 0, "kern2.sbn");
	p = world_phone(&w);
	ck_status(p, SL_LOADING);
	ck_assert_uint_eq(p.images_all, 3);
	ck_assert_uint_eq(p.bytes_total, 25);
	world_lives(&w);
	ck_status(world_phone(&w), SL_LOADING);
	world_fetches(&w, 0, "sb2.sbn");
	ck_status(world_phone(&w), SL_FLASHING);
	world_lives(&w);
	ck_status(world_phone(&w), SL_DONE);
	world_remove(&w);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("families");
	TCase *t = tcase_create("families");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, recovery_file_counts_as_the_image);
	tcase_add_test(t, recovery_file_not_fetched_whole_moves_nothing);
	tcase_add_test(
	    t, recovery_file_of_a_higher_stage_takes_the_phone_there);
	tcase_add_test(
	    t, boot_file_of_several_models_places_in_their_only_plan);
	tcase_add_test(t, plan_by_boot_file_ends_when_the_model_has_another);
	tcase_add_test(t, plan_by_boot_file_outlives_a_reload);
	tcase_add_test(t, hint_is_no_evidence_in_any_status);
	tcase_add_test(t, hint_after_a_broken_transfer_begins_a_new_attempt);
	tcase_add_test(t, phone_needs_the_parts_of_its_own_section);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
