/* SPDX-License-Identifier: BSD-2-Clause */
/* check_engine_faults.c: killed engines, lost files, a full disk. */
#include "engine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <time.h>

#include "engine_world.h"

#define KILLS 50
#define IMAGE "low-apps.sbn"
#define MARGIN_BYTES (2 * 1024 * 1024) /* of the file, before it grows */

/* One transfer: a request and its end, each counted in the file's record. */
static void
transfer(struct world *w)
{
	world_append(w, a_request(SL_CLASS_IMAGE, 0, IMAGE));
	world_append(w, an_end(0, IMAGE, SL_FETCHED));
	w->now_us += 1000;
}

static void
ready(struct world *w)
{
	world_make(w);
	world_open(w);
	world_happens(w, a_lease());
	world_boots(w, 0);
	world_close(w);
}

/* Each was counted once, whoever died meanwhile. */
static void
counted_once(struct world *w, unsigned transfers)
{
	struct sl_file file;

	world_open(w);
	world_turn(w);
	file = world_record(w, 0, IMAGE);
	ck_assert_uint_eq(file.asked, transfers);
	ck_assert_uint_eq(file.got, transfers);
	ck_assert_uint_eq(file.failed, 0);
	world_remove(w);
}

START_TEST(engine_that_ends_after_any_turn_loses_and_repeats_nothing)
{
	struct world w;
	unsigned transfers = 0;

	ready(&w);
	for (int i = 0; i < 20; i++) {
		pid_t pid;
		int status;

		for (int n = 0; n < 15 * i; n++, transfers++)
			transfer(&w);
		pid = fork();
		if (pid == 0) {
			struct sl_turn turn;

			world_open(&w);
			for (int n = 0; n <= i % 3; n++)
				(void)sl_engine_turn(
				    w.engine, w.now_us, &turn, NULL);
			_exit(0);
		}
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert_int_eq(status, 0);
	}
	counted_once(&w, transfers);
}
END_TEST

/* An engine of its own process, until it is killed. */
static pid_t
engine_process(struct world *w)
{
	pid_t pid = fork();
	struct sl_turn turn;

	if (pid != 0)
		return pid;
	world_open(w);
	for (;;) {
		(void)sl_engine_turn(w->engine, w->now_us, &turn, NULL);
		(void)sl_engine_look(w->engine, w->now_us, NULL);
	}
}

START_TEST(engine_that_is_killed_at_any_moment_loses_and_repeats_nothing)
{
	struct world w;
	unsigned transfers = 0;

	ready(&w);
	srand(1);
	for (int i = 0; i < KILLS; i++) {
		pid_t pid = engine_process(&w);
		int until = rand() % 60;

		for (int n = 0; n < until; n++, transfers++) {
			struct timespec nap = { 0, 100000 };

			transfer(&w);
			if (n % 4 == 0)
				nanosleep(&nap, NULL);
		}
		ck_assert_int_eq(kill(pid, SIGKILL), 0);
		ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	}
	counted_once(&w, transfers);
}
END_TEST

START_TEST(second_engine_is_refused)
{
	struct world w, second;
	struct sl_err err = { "" };

	world_make(&w);
	world_open(&w);
	second = w;
	ck_assert_int_eq(world_try_open(&second, &err), SL_AGAIN);
	ck_assert_ptr_nonnull(strstr(err.text, w.dir));
	world_happens(&w, a_lease());
	world_close(&w);
	ck_assert_int_eq(world_try_open(&second, &err), SL_OK);
	world_close(&second);
	world_remove(&w);
}
END_TEST

static void
lose(struct world *w, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", w->dir, name);
	ck_assert_int_eq(unlink(path), 0);
}

START_TEST(state_that_is_removed_is_made_again)
{
	struct world w;

	world_make(&w);
	world_open(&w);
	world_happens(&w, a_lease());
	lose(&w, SL_STATE_FILE);
	if (_i == 1)
		lose(&w, SL_STATE_LOCK);
	world_look(&w);
	ck_assert_uint_eq(w.warnings, 1);
	/* What the journal still holds is applied again. */
	ck_assert_uint_eq(world_turn(&w), 1);
	world_boots(&w, 0);
	ck_status(world_phone(&w), SL_BOOTING);
	world_look(&w);
	ck_assert_uint_eq(w.warnings, 1);
	world_remove(&w);
}
END_TEST

START_TEST(journal_that_is_removed_is_made_again)
{
	struct world w;

	world_make(&w);
	world_open(&w);
	world_happens(&w, a_lease());
	lose(&w, SL_JOURNAL_FILE);
	world_look(&w);
	close(w.journal);
	ck_assert_int_eq(sl_journal_open(w.dir, &w.journal, NULL), SL_OK);
	world_boots(&w, 0);
	ck_status(world_phone(&w), SL_BOOTING);
	ck_assert_uint_eq(world_record(&w, 0, "term06.default.loads").asked, 1);
	world_remove(&w);
}
END_TEST

static const off_t cuts[] = { 0, 1, 4095, 4096, 4100 };

/* Somebody empties the journal, as if it were a log. */
START_TEST(journal_that_was_cut_is_gone_on_with)
{
	char path[PATH_MAX];
	struct world w;

	world_make(&w);
	world_open(&w);
	for (int i = 0; i < 40; i++)
		world_happens(&w, a_lease());
	snprintf(path, sizeof(path), "%s/%s", w.dir, SL_JOURNAL_FILE);
	ck_assert_int_eq(truncate(path, cuts[_i]), 0);
	world_look(&w);
	close(w.journal);
	ck_assert_int_eq(sl_journal_open(w.dir, &w.journal, NULL), SL_OK);
	world_turn(&w);
	world_boots(&w, 0);
	ck_status(world_phone(&w), SL_BOOTING);
	world_remove(&w);
}
END_TEST

START_TEST(state_that_was_cut_is_refused_in_words)
{
	char path[PATH_MAX];
	struct sl_err err = { "" };
	struct sl_turn turn;
	struct world w;

	world_make(&w);
	world_open(&w);
	world_happens(&w, a_lease());
	snprintf(path, sizeof(path), "%s/%s", w.dir, SL_STATE_FILE);
	ck_assert_int_eq(truncate(path, 3 * 4096), 0);
	world_append(&w, a_lease());
	ck_assert_int_eq(
	    sl_engine_turn(w.engine, w.now_us, &turn, &err), SL_IO);
	ck_assert_ptr_nonnull(strstr(err.text, "cut short"));
	ck_assert_int_eq(sl_engine_look(w.engine, w.now_us, &err), SL_IO);
	ck_assert_ptr_nonnull(strstr(err.text, path));
	/* Removed, it is made again by the next look. */
	ck_assert_int_eq(unlink(path), 0);
	world_look(&w);
	ck_assert_uint_gt(world_turn(&w), 0);
	ck_status(world_phone(&w), SL_NEW);
	world_remove(&w);
}
END_TEST

/* A commit that succeeded is one, whatever follows it. */
START_TEST(file_that_can_not_grow_makes_no_event_count_twice)
{
	struct rlimit limit;
	struct stat status;
	struct world w;
	MDB_envinfo info;
	unsigned transfers = 0;
	char path[PATH_MAX];
	enum sl_rc rc = SL_OK;

	ready(&w);
	world_open(&w);
	signal(SIGXFSZ, SIG_IGN);
	snprintf(path, sizeof(path), "%s/%s", w.dir, SL_STATE_FILE);
	ck_assert_int_eq(stat(path, &status), 0);
	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = (rlim_t)status.st_size;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	/* Phones fill the file until it should grow. */
	for (int i = 0; i < 40 && rc == SL_OK; i++) {
		struct sl_turn turn = { .more = true };

		for (unsigned n = 0; n < 200; n++) {
			struct sl_event lease = a_lease();
			unsigned number = (unsigned)i * 200 + n;

			lease.mac.octet[3] = 1;
			lease.mac.octet[4] = (uint8_t)(number >> 8);
			lease.mac.octet[5] = (uint8_t)number;
			lease.addr = number + 1;
			world_append(&w, lease);
		}
		transfer(&w);
		transfers++;
		while (rc == SL_OK && turn.more)
			rc = sl_engine_turn(w.engine, w.now_us, &turn, NULL);
	}
	limit.rlim_cur = limit.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	mdb_env_info(w.engine->store->base.env, &info);
	ck_assert_uint_gt((info.me_last_pgno + 1) * 4096 + MARGIN_BYTES,
	    (uint64_t)status.st_size);
	world_turn(&w);
	world_close(&w);
	counted_once(&w, transfers);
}
END_TEST

/* ---- a full disk ---- */

struct filler {
	char path[128];
	size_t bytes;
};

static void
fill_disk(struct filler *filler, const char *dir)
{
	char block[4096] = { 1 };
	int fd;

	snprintf(filler->path, sizeof(filler->path), "%s/filler", dir);
	fd = open(filler->path, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_ge(fd, 0);
	while (write(fd, block, sizeof(block)) > 0)
		filler->bytes += sizeof(block);
	close(fd);
}

/* Appends what fits; returns how many transfers were taken whole. */
static unsigned
transfers_that_fit(struct world *w, unsigned wanted)
{
	struct sl_event ask = a_request(SL_CLASS_IMAGE, 0, IMAGE);
	struct sl_event end = an_end(0, IMAGE, SL_FETCHED);
	unsigned taken = 0;

	ask.time_us = end.time_us = w->now_us;
	while (taken < wanted &&
	       sl_journal_append(w->journal, &ask, NULL) == SL_OK) {
		while (sl_journal_append(w->journal, &end, NULL) != SL_OK)
			return taken;
		taken++;
	}
	return taken;
}

START_TEST(full_disk_loses_no_event_that_was_appended)
{
	char dir[] = "/tmp/check-engine-XXXXXX";
	struct filler filler = { .bytes = 0 };
	struct sl_turn turn;
	struct world w;
	unsigned taken, failures = 0;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	if (mount("tmpfs", dir, "tmpfs", 0, "size=2m") != 0) {
		fprintf(stderr, "full disk not tested: mount: %s\n",
		    strerror(errno));
		rmdir(dir);
		return;
	}
	world_make_at(&w, dir);
	world_publish(&w, TWO_STAGES);
	world_open(&w);
	world_happens(&w, a_lease());
	world_boots(&w, 0);
	fill_disk(&filler, dir);
	ck_assert_uint_gt(filler.bytes, 0);
	taken = transfers_that_fit(&w, 400);
	for (int i = 0; i < 10; i++)
		failures +=
		    sl_engine_turn(w.engine, w.now_us, &turn, NULL) != SL_OK;
	ck_assert_uint_gt(failures, 0);
	ck_assert_int_eq(unlink(filler.path), 0);
	world_turn(&w);
	taken += transfers_that_fit(&w, 10);
	world_turn(&w);
	ck_assert_uint_ge(taken, 10);
	ck_assert_uint_eq(world_record(&w, 0, IMAGE).got, taken);
	world_close(&w);
	close(w.journal);
	ck_assert_int_eq(umount(dir), 0);
	rmdir(dir);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("engine faults");
	TCase *t = tcase_create("faults");

	tcase_set_timeout(t, 120);
	tcase_add_test(
	    t, engine_that_ends_after_any_turn_loses_and_repeats_nothing);
	tcase_add_test(
	    t, engine_that_is_killed_at_any_moment_loses_and_repeats_nothing);
	tcase_add_test(t, second_engine_is_refused);
	tcase_add_loop_test(t, state_that_is_removed_is_made_again, 0, 2);
	tcase_add_test(t, journal_that_is_removed_is_made_again);
	tcase_add_loop_test(
	    t, journal_that_was_cut_is_gone_on_with, 0, COUNT(cuts));
	tcase_add_test(t, state_that_was_cut_is_refused_in_words);
	tcase_add_test(t, file_that_can_not_grow_makes_no_event_count_twice);
	tcase_add_test(t, full_disk_loses_no_event_that_was_appended);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
