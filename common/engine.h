/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine.h: journal -> state machine -> state.  The only writer.
 *
 * One thread, no clock and no log of its own: both are given by the caller.
 */
#ifndef SL_ENGINE_H
#define SL_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

enum sl_log_level { SL_LOG_ERROR, SL_LOG_WARNING, SL_LOG_INFO };

struct sl_engine_options {
	const char *state;     /* the state directory */
	const char *tftp_root; /* NULL: the configuration's */
	/* One line without its newline; never NULL. */
	void (*log)(void *ctx, enum sl_log_level level, const char *line);
	void *ctx;
};

struct sl_engine;

/* The options' text must outlive the engine. */
struct sl_engine *sl_engine_open(const struct sl_engine_options *options,
    int64_t now_us, enum sl_rc *rc, struct sl_err *err);
void sl_engine_close(struct sl_engine *engine); /* NULL is fine */

struct sl_turn {
	bool more;       /* call again at once */
	int64_t next_us; /* call again then at the latest; 0: only on news */
	unsigned events; /* taken from the journal */
};

/*
 * Takes what waits in the journal, up to a few hundred events, and the timers
 * that are due, in one transaction which is on the disk when this returns.
 * SL_IO: nothing was changed and the same events come again; call later.
 * now_us: microseconds since 1970.
 */
enum sl_rc sl_engine_turn(struct sl_engine *engine, int64_t now_us,
    struct sl_turn *turn, struct sl_err *err);

/*
 * Looks whether a configuration was published or a file of the state was
 * replaced, and takes it.  Wanted when the directory changed, and now and
 * then.
 */
enum sl_rc sl_engine_look(
    struct sl_engine *engine, int64_t now_us, struct sl_err *err);

#endif
