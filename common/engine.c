/* SPDX-License-Identifier: BSD-2-Clause */
/* The engine's turn: events and timers in one durable transaction. */
#include "engine_impl.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state.h"

/* Group commit: enough to be fast, few enough to be visible in 5 ms. */
#define EVENTS_A_TURN 400
#define READERS_CHECK_US (30 * 1000000ll)
#define RELEASE_BYTES (1024 * 1024)

void
sl_engine_log(
    struct sl_engine *engine, enum sl_log_level level, const char *format, ...)
{
	char line[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	engine->options.log(engine->options.ctx, level, line);
}

static uint64_t
meta(struct sl_store *store, const char *name)
{
	uint64_t value;

	return sl_store_meta(store, name, &value) == SL_OK ? value : 0;
}

/*
 * Where to go on reading.  Another journal than the one that was read last
 * starts at its first record: its events were never seen.
 */
static enum sl_rc
find_position(struct sl_engine *engine, struct sl_err *err)
{
	struct sl_mac mac;
	enum sl_rc rc = sl_store_begin(engine->store, err);

	if (rc != SL_OK)
		return rc;
	engine->position = 0;
	if (meta(engine->store, SL_META_JOURNAL) ==
	    sl_journal_id(engine->journal))
		engine->position = meta(engine->store, SL_META_POSITION);
	if (sl_store_first_due(engine->store, &engine->next_due_us, &mac) !=
	    SL_OK)
		engine->next_due_us = 0;
	sl_store_abort(engine->store);
	return SL_OK;
}

static enum sl_rc
open_files(struct sl_engine *engine, struct sl_err *err)
{
	const char *dir = engine->options.state;
	enum sl_rc rc;

	engine->store = sl_store_open(dir, &rc, err);
	if (engine->store == NULL)
		return rc;
	engine->journal = sl_journal_reader(dir, &rc, err);
	if (engine->journal == NULL)
		return rc;
	return find_position(engine, err);
}

static void
close_files(struct sl_engine *engine)
{
	sl_journal_reader_free(engine->journal);
	sl_store_close(engine->store);
	engine->journal = NULL;
	engine->store = NULL;
	engine->released = 0;
}

struct sl_engine *
sl_engine_open(const struct sl_engine_options *options, int64_t now_us,
    enum sl_rc *rc, struct sl_err *err)
{
	struct sl_engine *engine = calloc(1, sizeof(*engine));

	if (engine == NULL) {
		*rc = sl_fail(err, SL_NOMEM, "no memory");
		return NULL;
	}
	engine->options = *options;
	*rc = open_files(engine, err);
	if (*rc == SL_OK)
		*rc = sl_engine_look(engine, now_us, err);
	if (*rc == SL_OK)
		return engine;
	sl_engine_close(engine);
	return NULL;
}

void
sl_engine_close(struct sl_engine *engine)
{
	if (engine == NULL)
		return;
	sl_engine_config_free(engine);
	sl_tree_free(engine->tree);
	close_files(engine);
	free(engine);
}

/*
 * Somebody removed or replaced our files while we work: begin anew with what
 * is there, as a restart would.
 */
static enum sl_rc
reopen_if_lost(struct sl_engine *engine, struct sl_err *err)
{
	if (engine->store != NULL && engine->journal != NULL &&
	    !sl_store_lost(engine->store) &&
	    !sl_journal_replaced(engine->journal))
		return SL_OK;
	/* Said once: until they open again there is nothing to lose. */
	if (engine->store != NULL && engine->journal != NULL)
		sl_engine_log(engine, SL_LOG_WARNING,
		    "%s: state or journal was replaced, opening them again",
		    engine->options.state);
	close_files(engine);
	sl_engine_config_free(engine);
	return open_files(engine, err);
}

enum sl_rc
sl_engine_look(struct sl_engine *engine, int64_t now_us, struct sl_err *err)
{
	enum sl_rc rc = reopen_if_lost(engine, err);

	engine->now_us = now_us;
	if (rc == SL_OK)
		sl_store_check_readers(engine->store);
	return rc == SL_OK ? sl_engine_configure(engine, err) : rc;
}

/*
 * A timer later than any that is set now comes from a clock that was ahead:
 * it is brought back, so that its phone does not wait for that time.
 */
static void
bring_back(struct sl_engine *engine, int64_t now_us)
{
	int64_t latest_us, due_us;
	struct sl_phone phone;
	struct sl_mac mac;

	if (engine->config == NULL)
		return;
	latest_us = now_us + engine->config->attempt_window_s * 1000000ll;
	while (sl_store_last_due(engine->store, &due_us, &mac) == SL_OK &&
	       due_us > latest_us + 1000000) {
		sl_store_drop_due(engine->store, due_us, &mac);
		if (sl_store_phone(engine->store, &mac, &phone) != SL_OK)
			continue;
		phone.due_us = latest_us;
		sl_store_move_due(engine->store, &phone, 0);
		sl_store_put_phone(engine->store, &phone);
	}
}

static enum sl_rc
take_events(struct sl_engine *engine, uint64_t *position, struct sl_turn *turn,
    struct sl_err *err)
{
	uint64_t skipped = 0;
	enum sl_rc rc = SL_OK;

	while (turn->events < EVENTS_A_TURN) {
		struct sl_event event;

		rc = sl_journal_read(
		    engine->journal, position, &event, &skipped, err);
		if (rc != SL_OK)
			break;
		/* What was due before it happened before it. */
		sl_engine_fire(engine, event.time_us);
		sl_engine_apply(engine, &event);
		turn->events++;
	}
	if (skipped > 0)
		sl_engine_log(engine, SL_LOG_WARNING,
		    "journal: passed over %llu octets that are no record",
		    (unsigned long long)skipped);
	turn->more = rc == SL_OK;
	return rc == SL_NONE ? SL_OK : rc;
}

static void
after_commit(struct sl_engine *engine, uint64_t position, int64_t now_us)
{
	engine->position = position;
	if (position > engine->released + RELEASE_BYTES) {
		sl_journal_release(engine->journal, position);
		engine->released = position;
	}
	if (now_us - engine->readers_checked_us > READERS_CHECK_US) {
		sl_store_check_readers(engine->store);
		engine->readers_checked_us = now_us;
	}
}

/* Whether there is anything to do, so that an idle turn writes nothing. */
static bool
is_idle(struct sl_engine *engine, int64_t now_us)
{
	uint64_t position = engine->position;
	int64_t window_us = engine->config == NULL
	                        ? 0
	                        : engine->config->attempt_window_s * 1000000ll;
	struct sl_event event;

	if (engine->next_due_us != 0 &&
	    (engine->next_due_us <= now_us ||
	        engine->next_due_us > now_us + window_us + 1000000))
		return false;
	if (sl_engine_turns_overdue(engine, now_us))
		return false;
	return sl_journal_read(
	           engine->journal, &position, &event, NULL, NULL) == SL_NONE &&
	       position == engine->position;
}

static int64_t
next_us(const struct sl_engine *engine)
{
	int64_t due_us = engine->next_due_us, turn_us = engine->next_turn_us;

	if (due_us == 0 || (turn_us != 0 && turn_us < due_us))
		return turn_us;
	return due_us;
}

static enum sl_rc
work(struct sl_engine *engine, int64_t now_us, uint64_t *position,
    struct sl_turn *turn, struct sl_err *err)
{
	struct sl_mac mac;
	enum sl_rc rc = take_events(engine, position, turn, err);

	if (rc != SL_OK)
		return rc;
	if (!turn->more) {
		bring_back(engine, now_us);
		sl_engine_turns_back(engine, now_us);
		sl_engine_fire(engine, now_us);
	}
	if (sl_store_first_due(engine->store, &engine->next_due_us, &mac) !=
	    SL_OK)
		engine->next_due_us = 0;
	engine->next_turn_us = sl_engine_turn_due(engine);
	sl_store_put_meta(engine->store, SL_META_POSITION, *position);
	sl_store_put_meta(
	    engine->store, SL_META_JOURNAL, sl_journal_id(engine->journal));
	return SL_OK;
}

enum sl_rc
sl_engine_turn(struct sl_engine *engine, int64_t now_us, struct sl_turn *turn,
    struct sl_err *err)
{
	uint64_t position = engine->position;
	int64_t due_us = engine->next_due_us;
	enum sl_rc rc;

	memset(turn, 0, sizeof(*turn));
	if (engine->store == NULL || engine->journal == NULL)
		return sl_fail(
		    err, SL_IO, "%s: not open", engine->options.state);
	if (is_idle(engine, now_us)) {
		turn->next_us = next_us(engine);
		return SL_OK;
	}
	rc = sl_store_begin(engine->store, err);
	if (rc != SL_OK)
		return rc;
	rc = work(engine, now_us, &position, turn, err);
	if (rc == SL_OK)
		rc = sl_store_commit(engine->store, err);
	else
		sl_store_abort(engine->store);
	if (rc != SL_OK) {
		engine->next_due_us = due_us; /* what was fired fires again */
		return rc;
	}
	after_commit(engine, position, now_us);
	turn->next_us = next_us(engine);
	return SL_OK;
}
