/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reason.h: why a phone is where it is: a stable name and a sentence for the
 * administrator.
 */
#ifndef SL_REASON_H
#define SL_REASON_H

#include <stddef.h>

#include "record.h"

enum sl_reason {
	SL_REASON_NONE = 0,
	SL_REASON_FIRST_SEEN,     /* its first lease */
	SL_REASON_NO_PLAN,        /* no plan for its model or MAC */
	SL_REASON_ASKED_BOOT,     /* asked its boot file */
	SL_REASON_ASKED_LOAD,     /* asked a load by its name */
	SL_REASON_FETCHING,       /* fetches images */
	SL_REASON_ALL_SENT,       /* flashing: do not unplug */
	SL_REASON_ABORTED,        /* a transfer ended before its last block */
	SL_REASON_CAME_BACK,      /* asked its boot file again before life */
	SL_REASON_NO_IMAGE,       /* boot file taken, no image asked */
	SL_REASON_STEPPED_DOWN,   /* after too many of those */
	SL_REASON_NO_STAGE_LEFT,  /* and there is no lower stage */
	SL_REASON_RUNS_STAGE,     /* sign of life after all images */
	SL_REASON_RAN_ALREADY,    /* sign of life without an image */
	SL_REASON_TARGET_REACHED, /* runs the last stage */
	SL_REASON_RESET,          /* a finished phone asked its boot file */
	SL_REASON_FOUND_LOWER,    /* a finished phone asks lower firmware */
	SL_REASON_OTHER_STAGE,    /* took an image of a higher stage */
	SL_REASON_NEXT_WAY,       /* no contact: next way to tell the server */
	SL_REASON_NO_CONTACT,     /* no way brought a file request */
	SL_REASON_BY_ADMIN,       /* placed by the administrator */
	SL_REASON_RETRY,          /* tried again for the administrator */
	SL_REASON_HELD,           /* held by the administrator */
	SL_REASON_RELEASED,
	SL_REASON_MALFORMED_150,   /* Kea's own option 150 was no list of
	                              addresses */
	SL_REASON_MALFORMED_66,    /* Kea's own option 66 was no name */
	SL_REASON_UNKNOWN_ADDRESS, /* asks files from an address no lease tells
	                            */
	SL_REASON_BOOT_MISSING,    /* its boot file is not in the stage */
	SL_REASON_PART_MISSING,    /* an image it asked is in no stage */
	SL_REASON_PART_CASE,       /* served, though the case differs */
	SL_REASON_PART_UNREADABLE, /* there, but in.tftpd may not give it */
	SL_REASON_TRUST_LOOP,      /* asks trust files again and again */
	SL_REASON_NO_CONFIG,       /* asks a configuration that is not there */
	SL_REASON_WAITING,         /* max-active: not its turn yet */
	SL_REASON_ON_TARGET,  /* ran the target before anything was fetched */
	SL_REASON_DAMAGED,    /* asks a load named like a serial number */
	SL_REASON_MOVED_AWAY, /* its configuration names another server */
	SL_REASON_CONTACT,    /* a silent phone asked a file after all */
	SL_REASON_PLACED,     /* the configuration has a plan for it now */
	SL_REASON_REPLACED, /* its plan or stage is gone from the configuration
	                     */
	SL_REASONS
};

/* "no-image" and so on; never NULL. */
const char *sl_reason_name(enum sl_reason reason);

/* What to do about it, without a full stop; "": nothing that helps. */
const char *sl_reason_cure(enum sl_reason reason);

/*
 * The sentence for a phone, with its real values in it.  `route` may be NULL.
 * Without a full stop; "" for SL_REASON_NONE.
 */
void sl_reason_text(enum sl_reason reason, const struct sl_phone *phone,
    const struct sl_route *route, char *out, size_t size);

#endif
