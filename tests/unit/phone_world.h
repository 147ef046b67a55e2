/* SPDX-License-Identifier: BSD-2-Clause */
/* phone_world.h: a phone, the rules for it, and one event. */
#ifndef SL_TESTS_PHONE_WORLD_H
#define SL_TESTS_PHONE_WORLD_H

#include "phone.h"
#include "suite.h"

#define S INT64_C(1000000)
#define WINDOW_US (20 * S)
#define HOLD_DOWN_US (300 * S)
#define STUCK_AFTER 3
#define SILENT_AFTER 3
#define STAGES 3
#define NOW (INT64_C(1795218822) * S)

/* A plan of three stages, and an attempt of which nothing is known. */
static inline struct sl_facts
facts_at(int64_t now_us)
{
	return (struct sl_facts){
		.now_us = now_us,
		.window_us = WINDOW_US,
		.hold_down_us = HOLD_DOWN_US,
		.stuck_after = STUCK_AFTER,
		.silent_after = SILENT_AFTER,
		.stage_count = STAGES,
		.strategy = SL_CLIMB,
		.stage = 1,
		.booted = true,
	};
}

/* At the middle stage; it asked its boot file and that is long ago. */
static inline struct sl_phone
phone_in(enum sl_status status)
{
	return (struct sl_phone){
		.status = (uint8_t)status,
		.held_from = SL_BOOTING,
		.stage = 1,
		.running = SL_STAGE_NONE,
		.attempt_kind = SL_ATTEMPT_BOOT,
		.attempt_us = NOW - 100 * S,
	};
}

static inline struct sl_step
happens(struct sl_phone *phone, enum sl_on on, int64_t now_us)
{
	struct sl_facts facts = facts_at(now_us);

	return sl_phone_step(phone, on, &facts);
}

/* Noise leaves all as it was. */
static inline void
is_noise(const struct sl_phone *before, const struct sl_phone *after,
    const struct sl_step *step)
{
	ck_assert(!step->matched && !step->noteworthy && !step->new_attempt &&
	          !step->new_stage);
	ck_assert_int_eq(step->reason, SL_REASON_NONE);
	ck_assert_mem_eq(before, after, sizeof(*before));
}

#endif
