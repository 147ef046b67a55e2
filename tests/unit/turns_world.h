/* SPDX-License-Identifier: BSD-2-Clause */
/* turns_world.h: the engine's world with many phones and a max-active. */
#ifndef SL_TESTS_TURNS_WORLD_H
#define SL_TESTS_TURNS_WORLD_H

#include "engine_world.h"

#define TURN_US (5 * WINDOW_US)

static inline void
limit(struct world *w, unsigned max_active)
{
	char json[2048];
	struct sl_err err = { "" };
	int n = snprintf(json, sizeof(json),
	    "{ \"state\": \"%s\", \"tftp-root\": \"%s\","
	    " \"tftp-servers\": [ \"192.0.2.10\" ], \"max-active\": %u,"
	    " \"plans\": [ %s ] }",
	    w->dir, w->root, max_active, TWO_STAGES);

	ck_assert_int_lt(n, (int)sizeof(json));
	ck_assert_msg(sl_state_publish(w->dir, json, (size_t)n, &err) == SL_OK,
	    "%s", err.text);
}

static inline void
make(struct world *w, unsigned max_active)
{
	world_make(w);
	limit(w, max_active);
	world_open(w);
}

static inline void
change(struct world *w, unsigned max_active)
{
	limit(w, max_active);
	world_look(w);
	ck_assert_uint_eq(w->errors, 0);
}

static inline struct sl_event
from(unsigned n, struct sl_event event)
{
	event.mac.octet[4] = (uint8_t)(n >> 8);
	event.mac.octet[5] = (uint8_t)n;
	event.addr = 0xc0a80000u + n;
	return event;
}

static inline struct sl_phone
phone(struct world *w, unsigned n)
{
	struct sl_event event = from(n, a_lease());

	return world_phone_of(w, &event.mac);
}

static inline bool
loads(struct world *w, unsigned n)
{
	return phone(w, n).turn_us != 0;
}

static inline bool
waits(struct world *w, unsigned n)
{
	struct sl_phone p = phone(w, n);

	ck_assert_int_eq(p.waits != 0, p.waiting_us != 0);
	ck_assert(p.waits == 0 || p.turn_us == 0);
	return p.waits != 0;
}

static inline struct sl_event
a_boot(void)
{
	return a_request(SL_CLASS_BOOT, 0, "term06.default.loads");
}

static inline struct sl_event
denied(struct sl_event event)
{
	event.denied = true;
	return event;
}

static inline struct sl_event
a_life(void)
{
	return a_request(SL_CLASS_CONFIG, SL_STAGE_NONE, "XMLDefault.cnf.xml");
}

static inline void
lease(struct world *w, unsigned n)
{
	world_happens(w, from(n, a_lease()));
}

static inline void
boot(struct world *w, unsigned n)
{
	world_happens(w, from(n, a_boot()));
}

static inline void
fetch(struct world *w, unsigned n, uint8_t stage)
{
	static const char *const names[2][2] = {
		{ "low-apps.sbn", "low-cnu.sbn" },
		{ "high-apps.sbn", "high-cnu.sbn" },
	};

	for (size_t i = 0; i < 2; i++) {
		const char *name = names[stage][i];

		world_happens(
		    w, from(n, a_request(SL_CLASS_IMAGE, stage, name)));
		world_happens(w, from(n, an_end(stage, name, SL_FETCHED)));
	}
}

/* Two have a turn and three wait, in the order of their numbers. */
static inline void
five_for_two(struct world *w)
{
	make(w, 2);
	for (unsigned n = 1; n <= 5; n++)
		lease(w, n);
}

static inline void
pass(struct world *w, int64_t us)
{
	w->now_us += us;
	world_turn(w);
}

#endif
