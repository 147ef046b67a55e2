/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_view.c: what the command reads is what the engine wrote, in order and
 * of one moment.
 */
#include <limits.h>
#include <stdio.h>
#include <sys/wait.h>

#include "store.h"
#include "suite.h"
#include "view.h"

#define PHONES 5

static char dir[64];
static struct sl_answer answer;

static struct sl_mac
mac_of(unsigned n)
{
	return (struct sl_mac){ { 0, 0x1b, 0xd4, 0, 0, (uint8_t)n } };
}

static void
put_plan(struct sl_store *store)
{
	struct sl_stage stages[2] = { { .name = "bridge",
		                          .directory = "sccp-8.5.2" },
		{ .name = "target", .directory = "sip-9.4.2sr1" } };
	struct sl_plan plan = {
		.name = "7906-to-sip", .stage_count = 2, .stages = stages
	};
	uint8_t row[SL_ROUTE_BYTES_MAX];
	size_t length;

	ck_assert_int_eq(
	    sl_route_encode(&plan, row, sizeof(row), &length), SL_OK);
	sl_store_put_plan(store, 7, row, length);
}

/* Phones 0, 2, 4, ...; the third has no plan, the fourth a lost one. */
static void
put_phone(struct sl_store *store, unsigned n)
{
	struct sl_phone phone = { .mac = mac_of(2 * n),
		.stage = 1,
		.running = SL_STAGE_NONE,
		.plan = n == 2 ? SL_PLAN_NONE : (uint16_t)(n == 3 ? 8 : 7),
		.addr = 0xc0000200 + n };
	struct sl_file file = { .stage = 1, .name = "b.sbn", .asked = 1 };
	struct sl_line line = { .text = "first" };

	sl_store_add_line(store, &phone, &line);
	sl_copy(line.text, sizeof(line.text), "second");
	sl_store_add_line(store, &phone, &line);
	sl_store_put_file(store, &phone.mac, &file);
	file.stage = 0;
	sl_store_put_file(store, &phone.mac, &file);
	sl_copy(file.name, sizeof(file.name), "a.sbn");
	sl_store_put_file(store, &phone.mac, &file);
	sl_store_bind(store, phone.addr, &phone.mac);
	sl_store_put_phone(store, &phone);
}

static struct sl_store *
begin(void)
{
	struct sl_err err = { "" };
	enum sl_rc rc;
	struct sl_store *store = sl_store_open(dir, &rc, &err);

	ck_assert_msg(store != NULL, "%s", err.text);
	ck_assert_int_eq(sl_store_begin(store, &err), SL_OK);
	return store;
}

static void
commit(struct sl_store *store)
{
	struct sl_err err = { "" };

	ck_assert_msg(sl_store_commit(store, &err) == SL_OK, "%s", err.text);
	sl_store_close(store);
}

static void
fill(void)
{
	struct sl_store *store;

	snprintf(dir, sizeof(dir), "/tmp/check_view.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	store = begin();
	put_plan(store);
	for (unsigned n = 0; n < PHONES; n++)
		put_phone(store, n);
	commit(store);
}

static void
clear(void)
{
	static const char *const names[] = { "state.mdb", "state.mdb-lock",
		"engine.lock" };
	char path[PATH_MAX];

	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
}

static struct sl_view *
look(void)
{
	struct sl_err err = { "" };
	enum sl_rc rc;
	struct sl_view *view = sl_view_open(dir, &rc, &err);

	ck_assert_msg(view != NULL, "%s", err.text);
	ck_assert_int_eq(rc, SL_OK);
	return view;
}

START_TEST(no_state_is_none)
{
	struct sl_err err = { "" };
	enum sl_rc rc = SL_OK;

	ck_assert_ptr_null(sl_view_open("/tmp/check_view.none", &rc, &err));
	ck_assert_int_eq(rc, SL_NONE);
	ck_assert_str_eq(
	    err.text, "/tmp/check_view.none/state.mdb: no such file");
	sl_view_close(NULL);
}
END_TEST

START_TEST(walks_all_in_order)
{
	struct sl_view *view = look();
	const struct sl_mac *after = NULL;
	struct sl_mac last;
	uint64_t damaged = 0;

	for (unsigned n = 0; n < PHONES; n++) {
		struct sl_mac mac = mac_of(2 * n);

		ck_assert_int_eq(
		    sl_view_next(view, after, &answer, &damaged), SL_OK);
		ck_assert(sl_mac_equal(&answer.phone.mac, &mac));
		ck_assert_int_eq(answer.planned, n != 2 && n != 3);
		last = answer.phone.mac;
		after = &last;
	}
	ck_assert_int_eq(sl_view_next(view, after, &answer, NULL), SL_NONE);
	ck_assert_uint_eq(damaged, 0);
	sl_view_close(view);
}
END_TEST

/* One that is gone leaves its place in the order. */
START_TEST(goes_on_after_absent_phone)
{
	struct sl_view *view = look();
	struct sl_mac absent = mac_of(3), next = mac_of(4);

	ck_assert_int_eq(sl_view_next(view, &absent, &answer, NULL), SL_OK);
	ck_assert(sl_mac_equal(&answer.phone.mac, &next));
	sl_view_close(view);
}
END_TEST

START_TEST(gives_phone_with_its_plan)
{
	struct sl_view *view = look();
	struct sl_mac mac = mac_of(2), absent = mac_of(3), owner;

	ck_assert_int_eq(sl_view_phone(view, &mac, &answer), SL_OK);
	ck_assert(answer.planned);
	ck_assert_str_eq(answer.route.name, "7906-to-sip");
	ck_assert_str_eq(answer.route.stage[1].directory, "sip-9.4.2sr1");
	ck_assert_int_eq(sl_view_phone(view, &absent, &answer), SL_NONE);
	ck_assert_int_eq(sl_view_owner(view, 0xc0000201, &owner), SL_OK);
	ck_assert(sl_mac_equal(&owner, &mac));
	ck_assert_int_eq(sl_view_owner(view, 0xc00002ff, &owner), SL_NONE);
	sl_view_close(view);
}
END_TEST

struct seen {
	char text[256];
	unsigned most; /* stop after so many */
	unsigned count;
};

static bool
add(struct seen *seen, unsigned number, const char *text)
{
	size_t used = strlen(seen->text);

	snprintf(seen->text + used, sizeof(seen->text) - used, "%u:%s ", number,
	    text);
	return ++seen->count < seen->most;
}

static bool
see_file(void *ctx, const struct sl_file *file)
{
	return add(ctx, file->stage, file->name);
}

static bool
see_line(void *ctx, const struct sl_line *line)
{
	return add(ctx, line->seq, line->text);
}

START_TEST(gives_files_and_history_of_one_phone)
{
	struct sl_view *view = look();
	struct sl_mac mac = mac_of(4);
	struct seen files = { .most = 99 }, lines = { .most = 99 };

	sl_view_files(view, &mac, see_file, &files);
	ck_assert_str_eq(files.text, "0:a.sbn 0:b.sbn 1:b.sbn ");
	sl_view_history(view, &mac, see_line, &lines);
	ck_assert_str_eq(lines.text, "1:first 2:second ");
	sl_view_close(view);
}
END_TEST

START_TEST(stops_when_told)
{
	struct sl_view *view = look();
	struct sl_mac mac = mac_of(4);
	struct seen files = { .most = 2 }, lines = { .most = 1 };

	sl_view_files(view, &mac, see_file, &files);
	ck_assert_str_eq(files.text, "0:a.sbn 0:b.sbn ");
	sl_view_history(view, &mac, see_line, &lines);
	ck_assert_str_eq(lines.text, "1:first ");
	sl_view_close(view);
}
END_TEST

/* The other process writes; one process must not open the file twice. */
static void
write_elsewhere(void)
{
	pid_t pid = fork();
	int status;

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		struct sl_store *store = begin();

		put_phone(store, PHONES);
		commit(store);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

START_TEST(shows_one_moment)
{
	struct sl_view *view = look();
	struct sl_mac late = mac_of(2 * PHONES);

	write_elsewhere();
	ck_assert_int_eq(sl_view_phone(view, &late, &answer), SL_NONE);
	sl_view_close(view);
	view = look();
	ck_assert_int_eq(sl_view_phone(view, &late, &answer), SL_OK);
	sl_view_close(view);
}
END_TEST

/* Raw octets in place of a record, as a failing disk leaves them. */
static void
damage(unsigned n)
{
	struct sl_store *store = begin();
	struct sl_phone phone = { .mac = mac_of(n), .status = SL_STATUSES };

	sl_store_put_phone(store, &phone);
	commit(store);
}

START_TEST(passes_over_damage)
{
	struct sl_mac first = mac_of(0), bad = mac_of(2), next = mac_of(4);
	struct sl_view *view;
	uint64_t damaged = 0;

	damage(2);
	view = look();
	ck_assert_int_eq(sl_view_next(view, &first, &answer, &damaged), SL_OK);
	ck_assert(sl_mac_equal(&answer.phone.mac, &next));
	ck_assert_uint_eq(damaged, 1);
	ck_assert_int_eq(sl_view_phone(view, &bad, &answer), SL_INVALID);
	sl_view_close(view);
}
END_TEST

/* A mapped file that is cut short must not end the process. */
START_TEST(survives_a_cut_file)
{
	struct sl_view *view = look();
	struct seen files = { .most = 99 };
	struct sl_mac mac = mac_of(4), owner;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/state.mdb", dir);
	ck_assert_int_eq(truncate(path, 8192), 0);
	ck_assert_int_eq(sl_view_next(view, NULL, &answer, NULL), SL_IO);
	ck_assert_int_eq(sl_view_phone(view, &mac, &answer), SL_IO);
	ck_assert_int_eq(sl_view_owner(view, 0xc0000201, &owner), SL_IO);
	sl_view_files(view, &mac, see_file, &files);
	ck_assert_uint_eq(files.count, 0);
	sl_view_close(view);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("view");
	TCase *tcase = tcase_create("view");

	tcase_add_checked_fixture(tcase, fill, clear);
	tcase_add_test(tcase, no_state_is_none);
	tcase_add_test(tcase, walks_all_in_order);
	tcase_add_test(tcase, goes_on_after_absent_phone);
	tcase_add_test(tcase, gives_phone_with_its_plan);
	tcase_add_test(tcase, gives_files_and_history_of_one_phone);
	tcase_add_test(tcase, stops_when_told);
	tcase_add_test(tcase, shows_one_moment);
	tcase_add_test(tcase, passes_over_damage);
	tcase_add_test(tcase, survives_a_cut_file);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
