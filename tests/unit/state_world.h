/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state_world.h: a state directory whose writer is another process, as in
 * life: no process may open one LMDB file twice.
 */
#ifndef SL_TESTS_STATE_WORLD_H
#define SL_TESTS_STATE_WORLD_H

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "state.h"
#include "store.h"
#include "suite.h"

#define ADDR_BASE 0x0a000000u

static char world_dir[64];
static char world_path[128]; /* of state.mdb */
static struct sl_door *world_door;

static inline void
world_setup(void)
{
	sl_copy(world_dir, sizeof(world_dir), "/tmp/check-state-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(world_dir));
	snprintf(
	    world_path, sizeof(world_path), "%s/%s", world_dir, SL_STATE_FILE);
	world_door = sl_door_new(world_dir);
	ck_assert_ptr_nonnull(world_door);
}

static inline void
world_teardown(void)
{
	pid_t pid;

	sl_door_free(world_door);
	world_door = NULL;
	pid = fork();
	if (pid == 0) {
		execlp("rm", "rm", "-rf", world_dir, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

static inline struct sl_mac
world_mac(unsigned n)
{
	return (struct sl_mac){ { 0, 0x1b, 0xd4, (uint8_t)(n >> 16),
	    (uint8_t)(n >> 8), (uint8_t)n } };
}

/* Phone `n`, whose model tells which writer made it. */
static inline struct sl_phone
world_phone(unsigned n, uint16_t model)
{
	return (struct sl_phone){ .mac = world_mac(n),
		.status = SL_CLIMBING,
		.stage = 1,
		.plan = 0,
		.model = model,
		.attempts = (uint16_t)n,
		.addr = ADDR_BASE + n,
		.load = "SCCP11.8-5-2S.loads" };
}

static inline void
world_put_plan(struct sl_store *store)
{
	static struct sl_stage stages[2] = { { .name = "bridge",
		                                 .directory = "sccp-8.5.2" },
		{ .name = "target", .directory = "sip-9.4.2sr1" } };
	static const struct sl_plan plan = {
		.name = "7906-to-sip", .stage_count = 2, .stages = stages
	};
	uint8_t row[SL_ROUTE_BYTES_MAX];
	size_t length;

	if (sl_route_encode(&plan, row, sizeof(row), &length) == SL_OK)
		sl_store_put_plan(store, 0, row, length);
}

/* Writes `phones` of that model; 0: well. */
static inline int
world_put_phones(struct sl_store *store, unsigned phones, uint16_t model)
{
	if (sl_store_begin(store, NULL) != SL_OK)
		return 2;
	world_put_plan(store);
	for (unsigned n = 0; n < phones; n++) {
		struct sl_phone phone = world_phone(n, model);

		sl_store_put_phone(store, &phone);
		sl_store_bind(store, phone.addr, &phone.mac);
	}
	return sl_store_commit(store, NULL) == SL_OK ? 0 : 3;
}

static inline struct sl_store *
world_store(void)
{
	enum sl_rc rc;
	struct sl_store *store = sl_store_open(world_dir, &rc, NULL);
	struct sl_journal *journal = sl_journal_reader(world_dir, &rc, NULL);

	sl_journal_reader_free(journal);
	return store;
}

/* The door's own descriptors and locks stay out of the writer's process. */
static inline void
world_write(unsigned phones, uint16_t model)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct sl_store *store = world_store();
		int failed =
		    store == NULL ? 1 : world_put_phones(store, phones, model);

		sl_store_close(store);
		_exit(failed);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

static inline void
world_refresh(enum sl_rc want)
{
	struct sl_err err = { "" };
	enum sl_rc rc = sl_door_refresh(world_door, 0, &err);

	ck_assert_msg(rc == want, "%d: %s", rc, err.text);
	ck_assert((rc == SL_OK) == (err.text[0] == '\0'));
}

static inline enum sl_rc
world_ask(unsigned n, struct sl_answer *answer)
{
	struct sl_mac mac = world_mac(n);

	return sl_door_by_mac(world_door, &mac, answer);
}

static inline void
world_is(unsigned n, uint16_t model)
{
	static _Thread_local struct sl_answer answer;

	ck_assert_int_eq(world_ask(n, &answer), SL_OK);
	ck_assert_uint_eq(answer.phone.model, model);
	ck_assert_uint_eq(answer.phone.attempts, n);
	ck_assert(answer.planned);
	ck_assert_str_eq(answer.route.stage[1].directory, "sip-9.4.2sr1");
}

#endif
