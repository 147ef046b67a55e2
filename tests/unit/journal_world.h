/* SPDX-License-Identifier: BSD-2-Clause */
/* journal_world.h: a journal, its reader, and events that can be told apart. */
#ifndef SL_TESTS_JOURNAL_WORLD_H
#define SL_TESTS_JOURNAL_WORLD_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "state.h"
#include "suite.h"

#define FIRST 4096 /* where records begin */

static char dir[64];
static char path[128];
static struct sl_journal *reader;
static uint64_t position, skipped;
static int fd;

static inline void
open_reader(void)
{
	struct sl_err err = { "" };
	enum sl_rc rc = SL_OK;

	reader = sl_journal_reader(dir, &rc, &err);
	ck_assert_msg(reader != NULL && rc == SL_OK, "%s", err.text);
}

static inline void
setup(void)
{
	sl_copy(dir, sizeof(dir), "/tmp/check-journal-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/%s", dir, SL_JOURNAL_FILE);
	open_reader();
	ck_assert_int_eq(sl_journal_open(dir, &fd, NULL), SL_OK);
	position = skipped = 0;
}

static inline void
teardown(void)
{
	sl_journal_reader_free(reader);
	close(fd);
	unlink(path);
	rmdir(dir);
}

/* Number `n` of appender `who`. */
static inline struct sl_event
event_of(unsigned who, unsigned n)
{
	struct sl_event event = { .kind = SL_EVENT_DONE,
		.time_us = 1 + (int64_t)n,
		.mac = { { 0, 0, 0, 0, (uint8_t)(who >> 8), (uint8_t)who } },
		.addr = n,
		.class = SL_CLASS_IMAGE,
		.stage = 1,
		.outcome = SL_FETCHED,
		.bytes = (uint64_t)n * who };

	/* Of all lengths, so that records meet at any octet. */
	memset(event.name, 'a' + (int)(n % 26), n % SL_EVENT_NAME_MAX);
	return event;
}

static inline void
append(unsigned n)
{
	struct sl_event event = event_of(1, n);

	ck_assert_int_eq(sl_journal_append(fd, &event, NULL), SL_OK);
}

static inline void
is_event(const struct sl_event *event, unsigned who, unsigned n)
{
	struct sl_event want = event_of(who, n);

	ck_assert_uint_eq(event->addr, n);
	ck_assert_int_eq(event->time_us, want.time_us);
	ck_assert(sl_mac_equal(&event->mac, &want.mac));
	ck_assert_uint_eq(event->bytes, want.bytes);
	ck_assert_str_eq(event->name, want.name);
}

static inline void
next_is(unsigned n)
{
	struct sl_err err = { "" };
	struct sl_event event;

	ck_assert_msg(
	    sl_journal_read(reader, &position, &event, &skipped, &err) == SL_OK,
	    "no event %u: %s", n, err.text);
	is_event(&event, 1, n);
}

static inline void
nothing_more(void)
{
	struct sl_event event;

	ck_assert_int_eq(
	    sl_journal_read(reader, &position, &event, &skipped, NULL),
	    SL_NONE);
}

static inline uint64_t
size_of_file(void)
{
	struct stat status;

	ck_assert_int_eq(stat(path, &status), 0);
	return (uint64_t)status.st_size;
}

#endif
