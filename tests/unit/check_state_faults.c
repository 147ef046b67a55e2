/* SPDX-License-Identifier: BSD-2-Clause */
/* check_state_faults.c: a state that is cut, damaged, replaced under load. */
#include "state.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "state_world.h"

#define PHONES 2000

static struct sl_answer answer;

/* An answer or none, but no other code and no signal. */
static void
look_up_all(void)
{
	struct sl_mac mac;

	for (unsigned n = 0; n < PHONES; n += 50) {
		enum sl_rc rc = world_ask(n, &answer);

		ck_assert(rc == SL_OK || rc == SL_NONE || rc == SL_AGAIN);
		rc = sl_door_by_addr(world_door, ADDR_BASE + n, &answer);
		ck_assert(rc == SL_OK || rc == SL_NONE || rc == SL_AGAIN);
		rc = sl_door_owner(world_door, ADDR_BASE + n, &mac);
		ck_assert(rc == SL_OK || rc == SL_NONE || rc == SL_AGAIN);
	}
}

static off_t
pages_written(void)
{
	struct stat status;

	/* The file is longer than its last page, by a hole. */
	ck_assert_int_eq(stat(world_path, &status), 0);
	return (off_t)status.st_blocks * 512;
}

/* Each turn cuts further, below a door that is open. */
START_TEST(open_state_that_is_cut_ends_nobody)
{
	off_t size;

	world_write(PHONES, 1);
	world_refresh(SL_OK);
	for (size = pages_written() + 8192; size >= 0; size -= 1000) {
		ck_assert_int_eq(truncate(world_path, size), 0);
		look_up_all();
		(void)sl_door_refresh(world_door, 0, NULL);
		look_up_all();
	}
	ck_assert_int_eq(truncate(world_path, 0), 0);
	look_up_all();
	ck_assert_int_eq(world_ask(1, &answer), SL_AGAIN);
}
END_TEST

START_TEST(state_that_is_cut_to_nothing_at_once_ends_nobody)
{
	static const off_t sizes[] = { 0, 1, 4095, 4096, 8191, 8192, 12288 };

	for (size_t i = 0; i < COUNT(sizes); i++) {
		unlink(world_path);
		world_write(PHONES, 1);
		world_refresh(SL_OK);
		world_is(3, 1);
		ck_assert_int_eq(truncate(world_path, sizes[i]), 0);
		ck_assert_int_eq(world_ask(1, &answer), SL_AGAIN);
		ck_assert_int_ne(
		    sl_door_refresh(world_door, 0, NULL), SL_NOMEM);
		ck_assert_int_eq(world_ask(1, &answer), SL_AGAIN);
	}
}
END_TEST

START_TEST(state_that_was_cut_before_it_is_opened_ends_nobody)
{
	off_t size;

	world_write(PHONES, 1);
	for (size = pages_written(); size >= 0; size -= 1000) {
		ck_assert_int_eq(truncate(world_path, size), 0);
		sl_door_free(world_door);
		world_door = sl_door_new(world_dir);
		(void)sl_door_refresh(world_door, 0, NULL);
		look_up_all();
	}
}
END_TEST

/* The engine makes it again in the same file, under a door that is open. */
START_TEST(state_that_was_emptied_is_filled_again)
{
	for (uint16_t model = 2; model < 10; model++) {
		unlink(world_path);
		world_write(PHONES, 1);
		world_refresh(SL_OK);
		world_is(3, 1);
		ck_assert_int_eq(truncate(world_path, 0), 0);
		ck_assert_int_eq(world_ask(3, &answer), SL_AGAIN);
		world_write(PHONES / model, model);
		look_up_all();
		world_refresh(SL_OK);
		world_is(3, model);
		look_up_all();
	}
}
END_TEST

/* ---- damage ---- */

static uint32_t
noise(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Fills the first pages of the file: zeros, ones, text or noise. */
static void
overwrite(int with, size_t octets)
{
	uint32_t seed = 1;
	uint8_t *data = malloc(octets);
	int fd = open(world_path, O_WRONLY);

	ck_assert(fd >= 0 && data != NULL);
	for (size_t i = 0; i < octets; i++)
		data[i] = (uint8_t)(with == 0   ? 0
		                    : with == 1 ? 0xff
		                    : with == 2 ? (uint8_t) "state\n"[i % 6]
		                                : noise(&seed));
	ck_assert_int_eq(pwrite(fd, data, octets, 0), (ssize_t)octets);
	close(fd);
	free(data);
}

static const size_t overwritten[] = { 1, 100, 4096, 8192, 65536, 1 << 20 };

START_TEST(file_that_is_no_state_is_refused)
{
	size_t octets = overwritten[(size_t)_i / 4];
	enum sl_rc rc;

	world_write(PHONES, 1);
	overwrite(_i % 4, octets);
	rc = sl_door_refresh(world_door, 0, NULL);
	if (octets >= 8192)
		ck_assert(rc == SL_IO || rc == SL_NONE);
	look_up_all();
}
END_TEST

/* ---- many threads ---- */

#define THREADS 8
#define SECONDS 2

static atomic_bool stop;
static atomic_ulong answers;

static void *
reader_thread(void *arg)
{
	struct sl_answer *own = malloc(sizeof(*own));
	unsigned n = (unsigned)(uintptr_t)arg;

	while (own != NULL && !atomic_load(&stop)) {
		struct sl_mac mac = world_mac(n = (n + 7) % PHONES), owner;
		enum sl_rc rc = sl_door_by_mac(world_door, &mac, own);

		if (rc == SL_OK) {
			if (own->phone.attempts != n || !own->planned ||
			    strcmp(own->route.stage[0].name, "bridge") != 0)
				abort();
			atomic_fetch_add(&answers, 1);
		} else if (rc != SL_AGAIN && rc != SL_NONE) {
			abort(); /* NONE: made anew, still empty */
		}
		rc = sl_door_owner(world_door, ADDR_BASE + n, &owner);
		if (rc == SL_OK && !sl_mac_equal(&owner, &mac))
			abort();
		if (n % 16 == 0)
			(void)sl_door_append(world_door,
			    &(struct sl_event){ .kind = SL_EVENT_CONFIG });
	}
	free(own);
	return NULL;
}

/* Replaces the state and commits to it, over and over. */
static pid_t
restless_writer(void)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	for (uint16_t model = 1;; model++) {
		char aside[160];
		struct sl_store *store;

		snprintf(aside, sizeof(aside), "%s/gone", world_dir);
		store = world_store();
		if (store == NULL)
			_exit(1);
		for (int i = 0; i < 5; i++)
			if (world_put_phones(store, PHONES, model) != 0)
				_exit(2);
		sl_store_close(store);
		if (model % 2 == 0 && rename(world_path, aside) != 0)
			_exit(3);
	}
}

START_TEST(threads_look_up_while_the_state_is_replaced)
{
	pthread_t threads[THREADS];
	pid_t writer;
	time_t end;
	int status;

	world_write(PHONES, 1);
	world_refresh(SL_OK);
	writer = restless_writer();
	end = time(NULL) + SECONDS;
	for (uintptr_t i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL,
		                     reader_thread, (void *)(i * 100)),
		    0);
	while (time(NULL) <= end) {
		struct timespec nap = { 0, 1000000 };

		(void)sl_door_refresh(world_door, 0, NULL);
		nanosleep(&nap, NULL);
	}
	atomic_store(&stop, true);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	ck_assert_int_eq(waitpid(writer, &status, WNOHANG), 0);
	ck_assert_int_eq(kill(writer, SIGKILL), 0);
	ck_assert_int_eq(waitpid(writer, &status, 0), writer);
	ck_assert_uint_gt(atomic_load(&answers), 1000);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("state faults");
	TCase *t = tcase_create("faults");

	tcase_set_timeout(t, 120);
	tcase_add_checked_fixture(t, world_setup, world_teardown);
	tcase_add_test(t, open_state_that_is_cut_ends_nobody);
	tcase_add_test(t, state_that_is_cut_to_nothing_at_once_ends_nobody);
	tcase_add_test(t, state_that_was_cut_before_it_is_opened_ends_nobody);
	tcase_add_test(t, state_that_was_emptied_is_filled_again);
	tcase_add_loop_test(
	    t, file_that_is_no_state_is_refused, 0, 4 * COUNT(overwritten));
	tcase_add_test(t, threads_look_up_while_the_state_is_replaced);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
