/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay.h: an old log, line by line, and what stageload would have decided.
 *
 * The phones of the log are led through an engine of its own (rehearsal.h).
 * A log tells less than the plug-ins see; what is concluded instead:
 *
 * - An image was fetched whole when the same client asked another file after
 *   it and no error is told of it.  The last one of a load, when a sign of
 *   life or nothing follows, or the boot file not before the hold-down.  A
 *   server that logs the end of a transfer is believed alone.
 * - A load's stage is told, in this order, by the directory it was served
 *   from, by the stages' files below the TFTP root, by the version in the
 *   images' names, and by the order in which loads were taken.
 * - A boot file after which no image was asked was the last stage's: what a
 *   loader refuses is firmware that is newer than its keys.
 * - A phone that took the next stage ran the one before, even if no
 *   configuration request in the log shows it.
 * - Another stage than the one which the engine had chosen means that the
 *   server's files were changed by hand.
 * - Requests without an address are one phone for each boot file.
 *
 * Where the TFTP root is known, its files are taken as they are now.
 */
#ifndef SL_REPLAY_H
#define SL_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "reason.h"
#include "record.h"
#include "syslog_line.h"

struct sl_replay_options {
	const char *config;    /* the hook's parameters, JSON; NULL: made up */
	const char *plan;      /* its plan for all phones; NULL: made up */
	const char *tftp_root; /* NULL: the configuration's */
	int year;              /* of the log's first line; 0: by now_us */
	int64_t now_us;        /* since 1970 */
};

struct sl_replay;

/* SL_NONE: no plan of that name; err names those there are. */
struct sl_replay *sl_replay_new(const struct sl_replay_options *options,
    enum sl_rc *rc, struct sl_err *err);
void sl_replay_free(struct sl_replay *replay); /* NULL is fine */

/* One line, with or without its newline. */
enum sl_rc sl_replay_line(struct sl_replay *replay, const char *data,
    size_t length, struct sl_err *err);

struct sl_replay_counts {
	uint64_t lines;   /* all of them */
	uint64_t foreign; /* no TFTP server's */
	uint64_t unused;  /* a server's, but of no phone */
	unsigned phones;
};

/* How a phone stands at the end of its log. */
enum sl_replay_end {
	SL_REPLAY_OPEN,    /* on its way, or the log ends too early */
	SL_REPLAY_DONE,    /* runs the last stage */
	SL_REPLAY_LOOPING, /* asked its boot file in vain to the end */
	SL_REPLAY_STUCK,
	SL_REPLAY_SILENT
};

/* "open", "done", "looping", ... */
const char *sl_replay_end_name(enum sl_replay_end end);

struct sl_replay_phone {
	unsigned number;    /* from 1 */
	const char *client; /* address or MAC as the log tells; "": neither */
	uint16_t model;
	uint64_t requests, leases;
	int64_t first_us, last_us;
};

/* Text lives until the callback returns. */
struct sl_replay_step {
	int64_t time_us;
	const char *line;     /* the log's; "": the log has none for it */
	const char *inferred; /* what was concluded to get here; or "" */
	const char *serves;   /* file that stageload would have served; or "" */
	const char *text;     /* what the engine decided; "": nothing new */
	enum sl_reason reason;
	const struct sl_phone *phone; /* after it */
	const char *stage;            /* the name of its stage; "": no plan */
};

/* One phone after the other: phone, its steps, end. */
struct sl_replay_out {
	void *ctx;
	void (*plan)(void *ctx, const struct sl_plan *plan, bool made_up);
	void (*phone)(void *ctx, const struct sl_replay_phone *phone);
	void (*step)(void *ctx, const struct sl_replay_step *step);
	void (*end)(void *ctx, const struct sl_replay_phone *phone,
	    enum sl_replay_end end, const char *summary);
};

/* After the last line; once. */
enum sl_rc sl_replay_run(struct sl_replay *replay,
    const struct sl_replay_out *out, struct sl_replay_counts *counts,
    struct sl_err *err);

#endif
