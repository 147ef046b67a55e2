/* SPDX-License-Identifier: BSD-2-Clause */
/* check_state.c: the plug-ins' door to a state that comes, goes and changes. */
#include "state.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>

#include "state_world.h"

static struct sl_answer answer;

/* ---- there or not ---- */

static void
knows_nothing(void)
{
	struct sl_event event = { .kind = SL_EVENT_CONFIG };
	struct sl_mac mac;

	ck_assert_int_eq(world_ask(1, &answer), SL_AGAIN);
	ck_assert_int_eq(
	    sl_door_by_addr(world_door, ADDR_BASE, &answer), SL_AGAIN);
	ck_assert_int_eq(sl_door_owner(world_door, ADDR_BASE, &mac), SL_AGAIN);
	ck_assert_int_eq(sl_door_append(world_door, &event), SL_AGAIN);
}

START_TEST(door_without_a_state_says_so)
{
	struct sl_err err;

	knows_nothing();
	world_refresh(SL_NONE);
	knows_nothing();
	/* The same sentence again, so that a caller logs it once. */
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(
		    sl_door_refresh(world_door, 1000, &err), SL_NONE);
		ck_assert_ptr_nonnull(strstr(err.text, world_path));
	}
	ck_assert_int_eq(sl_door_refresh(world_door, 1000, NULL), SL_NONE);
}
END_TEST

START_TEST(state_that_appears_is_seen)
{
	struct sl_mac mac, want = world_mac(7);

	world_refresh(SL_NONE);
	world_write(10, 7906);
	/* Not yet: the last look was just now. */
	ck_assert_int_eq(sl_door_refresh(world_door, 60000, NULL), SL_NONE);
	world_refresh(SL_OK);
	world_is(7, 7906);
	ck_assert_int_eq(
	    sl_door_by_addr(world_door, ADDR_BASE + 7, &answer), SL_OK);
	ck_assert(sl_mac_equal(&answer.phone.mac, &want));
	ck_assert_str_eq(answer.route.name, "7906-to-sip");
	ck_assert_int_eq(sl_door_owner(world_door, ADDR_BASE + 7, &mac), SL_OK);
	ck_assert(sl_mac_equal(&mac, &want));
	ck_assert_int_eq(world_ask(10, &answer), SL_NONE);
	ck_assert_int_eq(
	    sl_door_by_addr(world_door, ADDR_BASE + 10, &answer), SL_NONE);
	ck_assert_int_eq(
	    sl_door_owner(world_door, ADDR_BASE + 10, &mac), SL_NONE);
}
END_TEST

START_TEST(new_commits_are_seen_at_once)
{
	world_write(5, 1);
	world_refresh(SL_OK);
	for (uint16_t model = 2; model < 20; model++) {
		world_write(5, model);
		world_is(4, model);
	}
}
END_TEST

START_TEST(replaced_state_is_opened_again)
{
	world_write(5, 1);
	world_refresh(SL_OK);
	for (uint16_t model = 2; model < 10; model++) {
		char lock[128];

		snprintf(lock, sizeof(lock), "%s/%s", world_dir, SL_STATE_LOCK);
		unlink(world_path);
		if (model % 2 == 0)
			unlink(lock);
		world_write(5, model);
		world_is(4, (uint16_t)(model - 1));
		world_refresh(SL_OK);
		world_is(4, model);
	}
}
END_TEST

START_TEST(state_that_vanishes_is_let_go)
{
	world_write(5, 1);
	world_refresh(SL_OK);
	unlink(world_path);
	world_is(4, 1);
	world_refresh(SL_NONE);
	ck_assert_int_eq(world_ask(4, &answer), SL_AGAIN);
	world_write(5, 2);
	world_refresh(SL_OK);
	world_is(4, 2);
}
END_TEST

START_TEST(journal_that_is_replaced_takes_the_next_event)
{
	struct sl_event event = { .kind = SL_EVENT_CONFIG }, got;
	struct sl_journal *reader;
	uint64_t position = 0;
	char path[128];
	enum sl_rc rc;

	world_write(1, 1);
	world_refresh(SL_OK);
	ck_assert_int_eq(sl_door_append(world_door, &event), SL_OK);
	snprintf(path, sizeof(path), "%s/%s", world_dir, SL_JOURNAL_FILE);
	unlink(path);
	world_refresh(SL_NONE);
	ck_assert_int_eq(sl_door_append(world_door, &event), SL_AGAIN);
	reader = sl_journal_reader(world_dir, &rc, NULL);
	world_refresh(SL_OK);
	event.addr = 7;
	ck_assert_int_eq(sl_door_append(world_door, &event), SL_OK);
	ck_assert_int_eq(
	    sl_journal_read(reader, &position, &got, NULL, NULL), SL_OK);
	ck_assert_uint_eq(got.addr, 7);
	sl_journal_reader_free(reader);
}
END_TEST

/* ---- what is no state for us ---- */

static void
in_writer(void (*change)(struct sl_store *))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct sl_store *store = world_store();

		if (store == NULL || sl_store_begin(store, NULL) != SL_OK)
			_exit(1);
		change(store);
		if (sl_store_commit(store, NULL) != SL_OK)
			_exit(2);
		sl_store_close(store);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

static void
newer_schema(struct sl_store *store)
{
	sl_store_put_meta(store, SL_META_SCHEMA, SL_SCHEMA + 1);
}

START_TEST(state_of_a_newer_version_is_refused)
{
	struct sl_err err = { "" };
	enum sl_rc rc = SL_OK;

	world_write(5, 1);
	in_writer(newer_schema);
	ck_assert_int_eq(sl_door_refresh(world_door, 0, &err), SL_VERSION);
	ck_assert_ptr_nonnull(strstr(err.text, "schema 2"));
	ck_assert_int_eq(world_ask(1, &answer), SL_AGAIN);
	/* The engine of this version refuses it as well. */
	sl_door_free(world_door);
	world_door = NULL;
	ck_assert_ptr_null(sl_store_open(world_dir, &rc, &err));
	ck_assert_int_eq(rc, SL_VERSION);
}
END_TEST

static void
stage_beyond_its_plan(struct sl_store *store)
{
	struct sl_phone phone = world_phone(1, 1);

	phone.stage = 2;
	sl_store_put_phone(store, &phone);
}

START_TEST(stage_that_the_plan_lacks_is_no_route)
{
	world_write(5, 1);
	in_writer(stage_beyond_its_plan);
	world_refresh(SL_OK);
	ck_assert_int_eq(world_ask(1, &answer), SL_OK);
	ck_assert(!answer.planned);
}
END_TEST

static void
phone_without_its_plan(struct sl_store *store)
{
	sl_store_drop_plan(store, 0);
}

START_TEST(plan_that_is_gone_is_no_route)
{
	world_write(5, 1);
	in_writer(phone_without_its_plan);
	world_refresh(SL_OK);
	ck_assert_int_eq(world_ask(1, &answer), SL_OK);
	ck_assert(!answer.planned);
}
END_TEST

START_TEST(lock_that_may_not_be_written_is_told)
{
	struct passwd *nobody = getpwnam("nobody");
	int status;

	if (geteuid() != 0 || nobody == NULL) {
		fprintf(stderr, "permissions not tested: not root\n");
		return;
	}
	world_write(5, 1);
	ck_assert_int_eq(chmod(world_dir, 0755), 0);
	if (fork() == 0) {
		struct sl_err err = { "" };

		if (setgroups(0, NULL) != 0 || setgid(nobody->pw_gid) != 0 ||
		    setuid(nobody->pw_uid) != 0)
			_exit(1);
		if (sl_door_refresh(world_door, 0, &err) != SL_IO)
			_exit(2);
		_exit(strstr(err.text, world_dir) != NULL ? 0 : 3);
	}
	ck_assert_int_gt(wait(&status), 0);
	ck_assert_int_eq(status, 0);
}
END_TEST

/* ---- a child of in.tftpd ---- */

START_TEST(child_appends_after_chroot_and_setuid)
{
	struct sl_event event = { .kind = SL_EVENT_DONE, .addr = 42 }, got;
	struct passwd *nobody = getpwnam("nobody");
	struct sl_journal *reader;
	uint64_t position = 0;
	enum sl_rc rc;
	int status;

	if (geteuid() != 0 || nobody == NULL) {
		fprintf(stderr, "chroot not tested: not root\n");
		return;
	}
	world_write(5, 1);
	world_refresh(SL_OK);
	world_is(1, 1);
	if (fork() == 0) {
		if (chroot("/tmp") != 0 || chdir("/") != 0 ||
		    setgid(nobody->pw_gid) != 0 || setuid(nobody->pw_uid) != 0)
			_exit(1);
		_exit(sl_door_append(world_door, &event) == SL_OK ? 0 : 2);
	}
	ck_assert_int_gt(wait(&status), 0);
	ck_assert_int_eq(status, 0);
	/* The child's end does no harm to its parent's door. */
	world_is(1, 1);
	world_write(5, 2);
	world_is(1, 2);
	reader = sl_journal_reader(world_dir, &rc, NULL);
	ck_assert_int_eq(
	    sl_journal_read(reader, &position, &got, NULL, NULL), SL_OK);
	ck_assert_uint_eq(got.addr, 42);
	sl_journal_reader_free(reader);
}
END_TEST

/* ---- the published configuration ---- */

START_TEST(configuration_is_published_and_read)
{
	struct sl_err err = { "" };
	struct stat first, second;
	char path[128], *json = NULL;
	size_t length;

	ck_assert_int_eq(
	    sl_state_published(world_dir, &json, &length, &err), SL_NONE);
	ck_assert_str_ne(err.text, "");
	umask(0077);
	ck_assert_int_eq(sl_state_publish(world_dir, "{ }", 3, &err), SL_OK);
	snprintf(path, sizeof(path), "%s/%s", world_dir, SL_CONFIG_FILE);
	ck_assert_int_eq(stat(path, &first), 0);
	ck_assert_uint_eq(first.st_mode & 07777, 0660);
	ck_assert_int_eq(
	    sl_state_published(world_dir, &json, &length, &err), SL_OK);
	ck_assert_uint_eq(length, 3);
	ck_assert_str_eq(json, "{ }");
	free(json);
	/* The same again is no new file; another one is. */
	ck_assert_int_eq(sl_state_publish(world_dir, "{ }", 3, &err), SL_OK);
	ck_assert_int_eq(stat(path, &second), 0);
	ck_assert_uint_eq(first.st_ino, second.st_ino);
	ck_assert_int_eq(sl_state_publish(world_dir, "{}", 2, &err), SL_OK);
	ck_assert_int_eq(
	    sl_state_published(world_dir, &json, &length, &err), SL_OK);
	ck_assert_str_eq(json, "{}");
	free(json);
}
END_TEST

START_TEST(configuration_that_can_not_be_published_is_told)
{
	struct sl_err err = { "" };
	char *json;
	size_t length;

	ck_assert_int_eq(
	    sl_state_publish("/nonexistent/x", "{}", 2, &err), SL_IO);
	ck_assert_ptr_nonnull(strstr(err.text, "/nonexistent/x"));
	ck_assert_int_eq(
	    sl_state_published("/nonexistent/x", &json, &length, &err),
	    SL_NONE);
}
END_TEST

static TCase *
others(void)
{
	TCase *t = tcase_create("others");

	tcase_add_checked_fixture(t, world_setup, world_teardown);
	tcase_add_test(t, state_of_a_newer_version_is_refused);
	tcase_add_test(t, stage_that_the_plan_lacks_is_no_route);
	tcase_add_test(t, plan_that_is_gone_is_no_route);
	tcase_add_test(t, lock_that_may_not_be_written_is_told);
	tcase_add_test(t, child_appends_after_chroot_and_setuid);
	tcase_add_test(t, configuration_is_published_and_read);
	tcase_add_test(t, configuration_that_can_not_be_published_is_told);
	return t;
}

int
main(void)
{
	Suite *suite = suite_create("state");
	TCase *t = tcase_create("door");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, world_setup, world_teardown);
	tcase_add_test(t, door_without_a_state_says_so);
	tcase_add_test(t, state_that_appears_is_seen);
	tcase_add_test(t, new_commits_are_seen_at_once);
	tcase_add_test(t, replaced_state_is_opened_again);
	tcase_add_test(t, state_that_vanishes_is_let_go);
	tcase_add_test(t, journal_that_is_replaced_takes_the_next_event);
	suite_add_tcase(suite, t);
	suite_add_tcase(suite, others());
	return suite_run(suite);
}
