/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * phone.h: the state machine of a phone, as rows.
 *
 * Pure: time and evidence are arguments, nothing is read or written but the
 * phone that is given.  No row means noise: UDP repeats and reorders, so what
 * does not fit is ignored and never an error.
 */
#ifndef SL_PHONE_H
#define SL_PHONE_H

#include <stdbool.h>
#include <stdint.h>

#include "reason.h"
#include "record.h"

/* What happened, seen from the phone. */
enum sl_on {
	SL_ON_LEASE = 0, /* it came up and got an address */
	SL_ON_BOOT,      /* asked its boot file */
	SL_ON_LOADS,     /* asked a load by its name */
	SL_ON_IMAGE,     /* asked an image */
	SL_ON_ACKED,     /* an image's last block was acknowledged */
	SL_ON_ABORTED,   /* an image's transfer ended in any other way */
	SL_ON_LIFE,      /* asked a configuration or trust file: it runs */
	SL_ON_WINDOW,    /* the attempt's window has passed */
	SL_ON_STAGE,     /* administrator: place at facts.stage */
	SL_ON_RETRY,     /* administrator: try again */
	SL_ON_HOLD,
	SL_ON_RELEASE,
	SL_ONS
};

/* "lease", "boot", ... */
const char *sl_on_name(enum sl_on on);

/* The rules that apply to the phone and the evidence about it. */
struct sl_facts {
	int64_t now_us;    /* of the event */
	int64_t window_us; /* attempt-window */
	int64_t hold_down_us;
	uint16_t stuck_after;  /* attempts */
	uint16_t silent_after; /* leases */
	uint8_t stage_count;   /* of its plan; 0: it has none */
	uint8_t strategy;      /* enum sl_strategy */
	/* LOADS, IMAGE, ACKED: where it is served from; STAGE: where to. */
	uint8_t stage;
	bool repeated; /* IMAGE: it has this one already, in this attempt */
	/* LIFE, WINDOW: its configuration names the load of the last stage. */
	bool names_target;
	/* Its boot file is asked at each start, and need not be followed. */
	bool hint;
	/* Of the running attempt: */
	uint16_t images_asked;   /* different images */
	uint16_t images_acked;   /* of them, fetched whole */
	uint16_t images_pending; /* of them, no end reported yet */
	bool booted; /* the boot file of the phone's stage was fetched whole */
	bool complete; /* each image asked is fetched, and no part is missing */
};

/* What a step did beyond the phone's own members; the engine acts on it. */
struct sl_step {
	bool matched;     /* a row fitted */
	bool noteworthy;  /* history gets a line with `reason` */
	bool new_attempt; /* an attempt began */
	bool new_stage;   /* its files are counted afresh */
	enum sl_reason reason;
};

/* Where a phone starts in a plan: by strategy. */
uint8_t sl_phone_first_stage(uint8_t strategy, uint8_t stage_count);

/* Applies one event.  phone->due_us tells when WINDOW is wanted; 0: never. */
struct sl_step sl_phone_step(
    struct sl_phone *phone, enum sl_on on, const struct sl_facts *facts);

#endif
