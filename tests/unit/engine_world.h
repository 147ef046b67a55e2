/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine_world.h: a state directory, a TFTP root that looks like one, a clock
 * and a phone, for the tests of the engine.
 */
#ifndef SL_TESTS_ENGINE_WORLD_H
#define SL_TESTS_ENGINE_WORLD_H

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "engine_impl.h"
#include "model.h"
#include "state.h"
#include "store_impl.h"
#include "suite.h"
#include "view.h"

#define S INT64_C(1000000)
#define START (INT64_C(1795218822) * S)
#define WINDOW_US (20 * S)
#define ADDR 0xc0000221u /* 192.0.2.33 */

static const struct sl_mac world_mac = { { 0, 0x1b, 0xd4, 0x12, 0x34, 0x56 } };

struct world {
	char dir[64];
	char root[80];
	int journal; /* to append to, or -1 */
	int64_t now_us;
	struct sl_engine *engine;
	unsigned errors, warnings;
	char error[1024]; /* the newest */
};

static inline void
world_log(void *ctx, enum sl_log_level level, const char *line)
{
	struct world *w = ctx;

	if (level == SL_LOG_ERROR) {
		w->errors++;
		sl_copy(w->error, sizeof(w->error), line);
	} else if (level == SL_LOG_WARNING) {
		w->warnings++;
	}
}

static inline void
world_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	ck_assert_msg(out != NULL, "%s", path);
	ck_assert_int_ge(fputs(text, out), 0);
	ck_assert_int_eq(fclose(out), 0);
	ck_assert_int_eq(chmod(path, 0644), 0);
}

/* root/DIR with a boot file, a load of that name, and their two parts. */
static inline void
world_firmware(const struct world *w, const char *dir, const char *load)
{
	static const char *const parts[] = { "apps.sbn", "cnu.sbn" };
	char path[PATH_MAX], list[256] = "";

	snprintf(path, sizeof(path), "%s/%s", w->root, dir);
	ck_assert_int_eq(mkdir(path, 0755), 0);
	for (size_t i = 0; i < COUNT(parts); i++) {
		snprintf(path, sizeof(path), "%s/%s/%s-%s", w->root, dir, dir,
		    parts[i]);
		world_file(path, "0123456789");
		snprintf(list + strlen(list), sizeof(list) - strlen(list),
		    "%s-%s\n", dir, parts[i]);
	}
	snprintf(
	    path, sizeof(path), "%s/%s/term06.default.loads", w->root, dir);
	world_file(path, list);
	snprintf(path, sizeof(path), "%s/%s/%s", w->root, dir, load);
	world_file(path, list);
}

/* `plans`: the JSON of that array's elements. */
static inline void
world_publish(struct world *w, const char *plans)
{
	char json[4096];
	struct sl_err err = { "" };
	int n = snprintf(json, sizeof(json),
	    "{ \"state\": \"%s\", \"tftp-root\": \"%s\","
	    " \"tftp-servers\": [ \"192.0.2.10\" ], \"plans\": [ %s ] }",
	    w->dir, w->root, plans);

	ck_assert_int_lt(n, (int)sizeof(json));
	ck_assert_msg(sl_state_publish(w->dir, json, (size_t)n, &err) == SL_OK,
	    "%s", err.text);
}

#define LOW "{ \"name\": \"low\", \"directory\": \"low\" }"
#define MID "{ \"name\": \"mid\", \"directory\": \"mid\" }"
#define HIGH "{ \"name\": \"high\", \"directory\": \"high\" }"
#define PLAN_OF(name, stages)        \
	"{ \"name\": \"" name "\", " \
	"\"models\": [ \"7906\" ], " \
	"\"stages\": [ " stages " ] }"
#define TWO_STAGES PLAN_OF("climb", LOW ", " HIGH)

static inline enum sl_rc
world_try_open(struct world *w, struct sl_err *err)
{
	struct sl_engine_options options = {
		.state = w->dir, .log = world_log, .ctx = w
	};
	enum sl_rc rc = SL_OK;

	w->engine = sl_engine_open(&options, w->now_us, &rc, err);
	ck_assert((w->engine != NULL) == (rc == SL_OK));
	return rc;
}

static inline void
world_open(struct world *w)
{
	struct sl_err err = { "" };

	ck_assert_msg(world_try_open(w, &err) == SL_OK, "%s", err.text);
	if (w->journal < 0)
		ck_assert_int_eq(
		    sl_journal_open(w->dir, &w->journal, &err), SL_OK);
}

static inline void
world_close(struct world *w)
{
	sl_engine_close(w->engine);
	w->engine = NULL;
}

static inline void
world_make_at(struct world *w, const char *dir)
{
	memset(w, 0, sizeof(*w));
	w->journal = -1;
	w->now_us = START;
	sl_copy(w->dir, sizeof(w->dir), dir);
	snprintf(w->root, sizeof(w->root), "%s/tftp", w->dir);
	ck_assert_int_eq(chmod(w->dir, 0755), 0);
	ck_assert_int_eq(mkdir(w->root, 0755), 0);
	world_firmware(w, "low", "LOW.loads");
	world_firmware(w, "mid", "MID.loads");
	world_firmware(w, "high", "HIGH.loads");
}

static inline void
world_make(struct world *w)
{
	char dir[] = "/tmp/check-engine-XXXXXX";

	ck_assert_ptr_nonnull(mkdtemp(dir));
	world_make_at(w, dir);
	world_publish(w, TWO_STAGES);
}

static inline void
world_remove(struct world *w)
{
	char command[128];
	pid_t pid;

	world_close(w);
	if (w->journal >= 0)
		close(w->journal);
	snprintf(command, sizeof(command), "%s", w->dir);
	pid = fork();
	if (pid == 0) {
		execlp("rm", "rm", "-rf", command, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

/* ---- what happens ---- */

static inline void
world_append(struct world *w, struct sl_event event)
{
	struct sl_err err = { "" };

	if (event.time_us == 0)
		event.time_us = w->now_us;
	ck_assert_msg(sl_journal_append(w->journal, &event, &err) == SL_OK,
	    "%s", err.text);
}

static inline struct sl_event
a_lease(void)
{
	return (struct sl_event){ .kind = SL_EVENT_LEASE,
		.mac = world_mac,
		.addr = ADDR,
		.lease = SL_LEASE_BOOT,
		.model = 7906 };
}

static inline struct sl_event
a_request(enum sl_class class, uint8_t stage, const char *name)
{
	struct sl_event event = { .kind = SL_EVENT_REQUEST,
		.mac = world_mac,
		.addr = ADDR,
		.port = 4711,
		.class = (uint8_t) class,
		.stage = stage };

	sl_copy(event.name, sizeof(event.name), name);
	return event;
}

static inline struct sl_event
an_end(uint8_t stage, const char *name, enum sl_outcome outcome)
{
	struct sl_event event = a_request(SL_CLASS_IMAGE, stage, name);

	event.kind = SL_EVENT_DONE;
	event.outcome = (uint8_t)outcome;
	event.bytes = outcome == SL_FETCHED ? 10 : 4;
	return event;
}

static inline struct sl_event
a_command(enum sl_command command, const char *argument)
{
	struct sl_event event = { .kind = SL_EVENT_COMMAND,
		.mac = world_mac,
		.command = (uint8_t)command };

	sl_copy(event.argument, sizeof(event.argument), argument);
	return event;
}

/* Turns until nothing is left to do now; returns the events taken. */
static inline unsigned
world_turn(struct world *w)
{
	struct sl_turn turn = { .more = true };
	unsigned events = 0;

	while (turn.more) {
		struct sl_err err = { "" };

		ck_assert_msg(
		    sl_engine_turn(w->engine, w->now_us, &turn, &err) == SL_OK,
		    "%s", err.text);
		events += turn.events;
	}
	return events;
}

static inline void
world_look(struct world *w)
{
	struct sl_err err = { "" };

	ck_assert_msg(sl_engine_look(w->engine, w->now_us, &err) == SL_OK, "%s",
	    err.text);
}

/* The event happens now, and a second passes. */
static inline void
world_happens(struct world *w, struct sl_event event)
{
	world_append(w, event);
	ck_assert_uint_eq(world_turn(w), 1);
	w->now_us += S;
}

static inline void
world_boots(struct world *w, uint8_t stage)
{
	struct sl_event end = an_end(stage, "term06.default.loads", SL_FETCHED);

	end.class = SL_CLASS_BOOT;
	world_happens(
	    w, a_request(SL_CLASS_BOOT, stage, "term06.default.loads"));
	world_happens(w, end);
}

static inline void
world_fetches(struct world *w, uint8_t stage, const char *name)
{
	world_happens(w, a_request(SL_CLASS_IMAGE, stage, name));
	world_happens(w, an_end(stage, name, SL_FETCHED));
}

static inline void
world_lives(struct world *w)
{
	world_happens(w, a_request(SL_CLASS_CONFIG, SL_STAGE_NONE,
	                     "SEP001BD4123456.cnf.xml"));
}

/* ---- what the state says; the engine must be open ---- */

static inline struct sl_phone
world_phone_of(struct world *w, const struct sl_mac *mac)
{
	struct sl_phone phone;

	memset(&phone, 0, sizeof(phone));
	ck_assert_int_eq(sl_store_begin(w->engine->store, NULL), SL_OK);
	ck_assert_int_eq(sl_store_phone(w->engine->store, mac, &phone), SL_OK);
	sl_store_abort(w->engine->store);
	return phone;
}

static inline struct sl_phone
world_phone(struct world *w)
{
	return world_phone_of(w, &world_mac);
}

static inline struct sl_file
world_record(struct world *w, uint8_t stage, const char *name)
{
	struct sl_file file;

	memset(&file, 0, sizeof(file));
	ck_assert_int_eq(sl_store_begin(w->engine->store, NULL), SL_OK);
	(void)sl_store_file(w->engine->store, &world_mac, stage, name, &file);
	sl_store_abort(w->engine->store);
	return file;
}

struct world_lines {
	struct sl_line line[SL_HISTORY_KEPT + 8];
	size_t count;
};

static inline bool
world_take_line(void *ctx, const struct sl_line *line)
{
	struct world_lines *lines = ctx;

	ck_assert_uint_lt(lines->count, COUNT(lines->line));
	lines->line[lines->count++] = *line;
	return true;
}

/* Closes the engine: a process opens the state once. */
static inline void
world_history(struct world *w, struct world_lines *lines)
{
	struct sl_err err = { "" };
	enum sl_rc rc = SL_OK;
	struct sl_view *view;

	world_close(w);
	lines->count = 0;
	view = sl_view_open(w->dir, &rc, &err);
	ck_assert_msg(view != NULL, "%s", err.text);
	sl_view_history(view, &world_mac, world_take_line, lines);
	sl_view_close(view);
}

/* The newest line with that reason; it must be there. */
static inline const struct sl_line *
world_line(const struct world_lines *lines, enum sl_reason reason)
{
	for (size_t i = lines->count; i > 0; i--)
		if (lines->line[i - 1].reason == reason)
			return &lines->line[i - 1];
	ck_abort_msg("no line \"%s\"", sl_reason_name(reason));
	return NULL;
}

#define ck_status(phone, want)                                           \
	ck_assert_str_eq(sl_status_name((enum sl_status)(phone).status), \
	    sl_status_name(want))

#endif
