/* SPDX-License-Identifier: BSD-2-Clause */
/* check_turns_fleet.c: max-active changes, and a fleet that does anything. */
#include "engine.h"

#include "turns_world.h"

#define PHONES 200
#define EVENTS 20000
#define BATCH 200 /* in one transaction */

START_TEST(raised_limit_lets_in_as_many_as_fit)
{
	struct world w;

	five_for_two(&w);
	change(&w, 4);
	ck_assert(loads(&w, 3) && loads(&w, 4) && waits(&w, 5));
	change(&w, 100);
	ck_assert(loads(&w, 5));
	world_remove(&w);
}
END_TEST

START_TEST(without_a_limit_nobody_waits)
{
	struct world w;

	five_for_two(&w);
	change(&w, 0);
	for (unsigned n = 1; n <= 5; n++)
		ck_assert(!waits(&w, n) && !loads(&w, n));
	boot(&w, 5);
	ck_status(phone(&w, 5), SL_BOOTING);
	ck_assert_uint_eq(phone(&w, 5).attempt_id, 1);
	world_remove(&w);
}
END_TEST

START_TEST(lowered_limit_takes_no_turn_away)
{
	struct world w;

	five_for_two(&w);
	change(&w, 1);
	ck_assert(loads(&w, 1) && loads(&w, 2) && waits(&w, 3));
	boot(&w, 1);
	fetch(&w, 1, 0);
	ck_assert(loads(&w, 2) && waits(&w, 3));
	boot(&w, 2);
	fetch(&w, 2, 0);
	ck_assert(loads(&w, 3) && waits(&w, 4));
	world_remove(&w);
}
END_TEST

START_TEST(new_limit_lets_loading_phones_go_on)
{
	struct world w;

	make(&w, 0);
	for (unsigned n = 1; n <= 5; n++) {
		lease(&w, n);
		if (n != 4)
			boot(&w, n);
	}
	change(&w, 2);
	for (unsigned n = 1; n <= 5; n++)
		ck_assert(!waits(&w, n) && loads(&w, n) == (n != 4));
	boot(&w, 4);
	ck_status(phone(&w, 4), SL_NEW);
	ck_assert(waits(&w, 4));
	/* The engine starts again: nobody is given a turn for that. */
	pass(&w, TURN_US);
	ck_assert(loads(&w, 4) && !loads(&w, 1));
	world_close(&w);
	world_open(&w);
	ck_assert(loads(&w, 4) && !loads(&w, 1) && !waits(&w, 1));
	world_remove(&w);
}
END_TEST

/* ---- a random fleet ---- */

static unsigned
draw(uint64_t *seed, unsigned below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (unsigned)(*seed >> 33) % below;
}

static struct sl_event
something(uint64_t *seed)
{
	static const char *const images[2][2] = {
		{ "low-apps.sbn", "low-cnu.sbn" },
		{ "high-apps.sbn", "high-cnu.sbn" },
	};
	uint8_t stage = (uint8_t)draw(seed, 2);
	const char *image = images[stage][draw(seed, 2)];

	switch (draw(seed, 16)) {
	case 0:
	case 1:
	case 2:
		return a_lease();
	case 3:
	case 4:
	case 5:
		return a_request(SL_CLASS_BOOT, stage, "term06.default.loads");
	case 6:
		return a_request(SL_CLASS_LOADS, 1, "HIGH.loads");
	case 7:
	case 8:
	case 9:
		return a_request(SL_CLASS_IMAGE, stage, image);
	case 10:
	case 11:
		return an_end(stage, image, SL_FETCHED);
	case 12:
		return an_end(stage, image, SL_ABORTED);
	case 13:
		return a_life();
	case 14:
		return denied(a_boot());
	default:
		return a_command(
		    (enum sl_command)(SL_COMMAND_STAGE + draw(seed, 5)),
		    "high");
	}
}

static bool
is_loading(const struct sl_phone *p)
{
	return p->status == SL_BOOTING || p->status == SL_LOADING;
}

struct census {
	size_t turns, waiting;
};

/* Every phone as its marks say, and no mark without a phone. */
static struct census
count(struct sl_store *store)
{
	struct census census = { 0, 0 };
	struct sl_mac mac, *after = NULL;
	struct sl_phone p;

	while (sl_store_next_phone(store, after, &p) == SL_OK) {
		ck_assert_int_eq(p.waits != 0, p.waiting_us != 0);
		ck_assert(p.turn_us == 0 || p.waiting_us == 0);
		census.turns += p.turn_us != 0;
		census.waiting += p.waiting_us != 0;
		mac = p.mac;
		after = &mac;
	}
	ck_assert_uint_eq(sl_store_marks(store, SL_TABLE_TURN), census.turns);
	ck_assert_uint_eq(
	    sl_store_marks(store, SL_TABLE_QUEUE), census.waiting);
	return census;
}

/* The one event, and that nobody began to load without a turn. */
static void
happens(struct world *w, struct sl_event event, unsigned max)
{
	struct sl_store *store = w->engine->store;
	struct sl_phone before = { .status = SL_NEW }, after;
	size_t waiting;

	(void)sl_store_phone(store, &event.mac, &before);
	sl_engine_fire(w->engine, w->now_us);
	sl_engine_apply(w->engine, &event);
	waiting = sl_store_marks(store, SL_TABLE_QUEUE);
	ck_assert_uint_le(sl_store_marks(store, SL_TABLE_TURN), max);
	ck_assert(waiting == 0 || sl_store_marks(store, SL_TABLE_TURN) == max);
	if (sl_store_phone(store, &event.mac, &after) == SL_OK &&
	    is_loading(&after) && !is_loading(&before))
		ck_assert(after.turn_us != 0 || after.waits != 0);
}

START_TEST(limit_is_never_exceeded)
{
	uint64_t seed = 0x5eed0001u + (uint64_t)_i;
	unsigned max = 7;
	size_t most = 0;
	struct world w;

	make(&w, max);
	for (unsigned i = 0; i < EVENTS / BATCH; i++) {
		struct census census;

		ck_assert_int_eq(sl_store_begin(w.engine->store, NULL), SL_OK);
		for (unsigned k = 0; k < BATCH; k++) {
			struct sl_event event =
			    from(draw(&seed, PHONES), something(&seed));

			event.time_us = w.now_us;
			happens(&w, event, max);
			w.now_us += draw(&seed, 1500) * 1000;
		}
		census = count(w.engine->store);
		most = census.waiting > most ? census.waiting : most;
		ck_assert_int_eq(sl_store_commit(w.engine->store, NULL), SL_OK);
		if (i % 20 == 19) {
			world_close(&w);
			world_open(&w);
		}
	}
	ck_assert_uint_gt(most, 20);
	world_remove(&w);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("turns fleet");
	TCase *config = tcase_create("config");
	TCase *fleet = tcase_create("fleet");

	tcase_add_test(config, raised_limit_lets_in_as_many_as_fit);
	tcase_add_test(config, without_a_limit_nobody_waits);
	tcase_add_test(config, lowered_limit_takes_no_turn_away);
	tcase_add_test(config, new_limit_lets_loading_phones_go_on);
	tcase_add_loop_test(fleet, limit_is_never_exceeded, 0, 8);
	tcase_set_timeout(config, 60);
	tcase_set_timeout(fleet, 240);
	suite_add_tcase(suite, config);
	suite_add_tcase(suite, fleet);
	return suite_run(suite);
}
