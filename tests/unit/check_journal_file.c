/* SPDX-License-Identifier: BSD-2-Clause */
/* check_journal_file.c: the journal's space, its file and who may touch it. */
#include "journal.h"

#include "journal_world.h"

/* ---- space ---- */

START_TEST(space_behind_the_reader_is_given_back)
{
	struct stat before, after;

	for (unsigned n = 0; n < 20000; n++)
		append(n);
	ck_assert_int_eq(stat(path, &before), 0);
	for (unsigned n = 0; n < 15000; n++)
		next_is(n);
	sl_journal_release(reader, position);
	ck_assert_int_eq(stat(path, &after), 0);
	ck_assert_int_eq(after.st_size, before.st_size);
	ck_assert_int_lt(after.st_blocks, before.st_blocks / 2);
	append(20000);
	for (unsigned n = 15000; n <= 20000; n++)
		next_is(n);
	nothing_more();
	/* The header is still there, and nothing of the present was taken. */
	sl_journal_release(reader, position);
	sl_journal_reader_free(reader);
	open_reader();
	append(1);
	next_is(1);
	ck_assert_uint_eq(skipped, 0);
}
END_TEST

START_TEST(released_space_is_passed_over_by_who_begins_anew)
{
	for (unsigned n = 0; n < 20000; n++)
		append(n);
	for (unsigned n = 0; n < 20000; n++)
		next_is(n);
	sl_journal_release(reader, position);
	append(1);
	position = 0;
	ck_assert_int_eq(sl_journal_read(reader, &position,
	                     &(struct sl_event){ .kind = 0 }, &skipped, NULL),
	    SL_OK);
	/* No more than the block in which the space ends. */
	ck_assert_uint_lt(skipped, 4096 + SL_EVENT_BYTES_MAX);
}
END_TEST

START_TEST(nobody_reads_and_the_event_is_dropped)
{
	struct sl_event event = event_of(1, 1);
	struct sl_err err = { "" };

	append(0);
	if (fallocate(fd, FALLOC_FL_KEEP_SIZE, 1 << 20,
	        SL_JOURNAL_BACKLOG_MAX) != 0) {
		fprintf(stderr, "backlog not tested: %s\n", strerror(errno));
		return;
	}
	ck_assert_int_eq(sl_journal_append(fd, &event, &err), SL_AGAIN);
	ck_assert_str_ne(err.text, "");
	next_is(0);
	nothing_more();
	/* Somebody reads again. */
	ck_assert_int_eq(ftruncate(fd, (off_t)size_of_file()), 0);
	append(2);
	next_is(2);
}
END_TEST

/* ---- the file itself ---- */

START_TEST(cut_journal_goes_on_at_its_new_end)
{
	for (unsigned n = 0; n < 100; n++)
		append(n);
	for (unsigned n = 0; n < 100; n++)
		next_is(n);
	ck_assert_int_eq(truncate(path, FIRST + 1000), 0);
	nothing_more();
	for (unsigned n = 100; n < 110; n++)
		append(n);
	for (unsigned n = 100; n < 110; n++)
		next_is(n);
	nothing_more();
	ck_assert(!sl_journal_replaced(reader));
}
END_TEST

static const off_t stumps[] = { 0, 1, 7, 8, 23, 24, FIRST - 1 };

START_TEST(journal_without_its_header_is_made_anew)
{
	uint64_t id = sl_journal_id(reader);

	append(1);
	ck_assert(!sl_journal_replaced(reader));
	ck_assert_int_eq(truncate(path, stumps[_i]), 0);
	ck_assert(sl_journal_replaced(reader));
	/* What is appended where the magic was is lost, however much it is. */
	for (unsigned n = 0; n < 100 && stumps[_i] < 8; n++)
		append(n);
	ck_assert(sl_journal_replaced(reader));
	sl_journal_reader_free(reader);
	open_reader();
	ck_assert_uint_ne(sl_journal_id(reader), id);
	close(fd);
	ck_assert_int_eq(sl_journal_open(dir, &fd, NULL), SL_OK);
	append(7);
	position = 0;
	next_is(7);
	nothing_more();
	ck_assert_uint_eq(skipped, 0);
}
END_TEST

START_TEST(journal_of_a_newer_version_is_left_alone)
{
	struct sl_err err = { "" };
	enum sl_rc rc = SL_OK;
	uint64_t size = size_of_file();
	int other = open(path, O_WRONLY);

	ck_assert_int_eq(pwrite(other, "\x02", 1, 8), 1);
	close(other);
	ck_assert_ptr_null(sl_journal_reader(dir, &rc, &err));
	ck_assert_int_eq(rc, SL_VERSION);
	ck_assert_ptr_nonnull(strstr(err.text, path));
	ck_assert_uint_eq(size_of_file(), size);
}
END_TEST

START_TEST(replaced_journal_is_seen)
{
	uint64_t id = sl_journal_id(reader);

	ck_assert(!sl_journal_replaced(reader));
	unlink(path);
	ck_assert(sl_journal_replaced(reader));
	sl_journal_reader_free(reader);
	open_reader();
	ck_assert(!sl_journal_replaced(reader));
	ck_assert_uint_ne(sl_journal_id(reader), id);
}
END_TEST

START_TEST(journal_is_for_the_group_and_nobody_else)
{
	struct stat status;

	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0660);
	/* Whatever the umask. */
	umask(0077);
	unlink(path);
	sl_journal_reader_free(reader);
	open_reader();
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0660);
}
END_TEST

START_TEST(descriptor_is_none_that_a_server_closes)
{
	ck_assert_int_ge(fd, 10);
	ck_assert_int_eq(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	ck_assert_int_eq(fcntl(fd, F_GETFL) & O_APPEND, O_APPEND);
}
END_TEST

START_TEST(missing_journal_is_none_and_missing_directory_a_failure)
{
	struct sl_err err = { "" };
	enum sl_rc rc = SL_OK;
	int other = -1;

	unlink(path);
	ck_assert_int_eq(sl_journal_open(dir, &other, &err), SL_NONE);
	ck_assert_ptr_nonnull(strstr(err.text, path));
	ck_assert_int_eq(
	    sl_journal_open("/nonexistent/x", &other, &err), SL_NONE);
	ck_assert_int_eq(other, -1);
	ck_assert_ptr_null(sl_journal_reader("/nonexistent/x", &rc, &err));
	ck_assert_int_eq(rc, SL_IO);
	ck_assert_ptr_nonnull(strstr(err.text, "/nonexistent/x"));
}
END_TEST

START_TEST(link_in_the_journals_place_is_not_followed)
{
	int other;

	unlink(path);
	ck_assert_int_eq(symlink("/dev/null", path), 0);
	ck_assert_int_eq(sl_journal_open(dir, &other, NULL), SL_IO);
}
END_TEST

START_TEST(user_without_permission_is_told)
{
	struct passwd *nobody = getpwnam("nobody");
	struct sl_err err = { "" };
	int other;

	if (geteuid() != 0 || nobody == NULL) {
		fprintf(stderr, "permissions not tested: not root\n");
		return;
	}
	ck_assert_int_eq(chmod(dir, _i == 0 ? 0750 : 0755), 0);
	if (fork() == 0) {
		if (setgid(nobody->pw_gid) != 0 || setuid(nobody->pw_uid) != 0)
			_exit(1);
		_exit(sl_journal_open(dir, &other, &err) == SL_IO &&
		              strstr(err.text, path) != NULL
		          ? 0
		          : 2);
	}
	ck_assert_int_gt(wait(&other), 0);
	ck_assert_int_eq(other, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("journal file");
	TCase *t = tcase_create("file");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, space_behind_the_reader_is_given_back);
	tcase_add_test(t, released_space_is_passed_over_by_who_begins_anew);
	tcase_add_test(t, nobody_reads_and_the_event_is_dropped);
	tcase_add_test(t, cut_journal_goes_on_at_its_new_end);
	tcase_add_loop_test(
	    t, journal_without_its_header_is_made_anew, 0, COUNT(stumps));
	tcase_add_test(t, journal_of_a_newer_version_is_left_alone);
	tcase_add_test(t, replaced_journal_is_seen);
	tcase_add_test(t, journal_is_for_the_group_and_nobody_else);
	tcase_add_test(t, descriptor_is_none_that_a_server_closes);
	tcase_add_test(
	    t, missing_journal_is_none_and_missing_directory_a_failure);
	tcase_add_test(t, link_in_the_journals_place_is_not_followed);
	tcase_add_loop_test(t, user_without_permission_is_told, 0, 2);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
