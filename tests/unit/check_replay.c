/* SPDX-License-Identifier: BSD-2-Clause */
/* check_replay.c: logs of real phones replay to the story that they tell. */
#include "replay.h"

#include <dirent.h>
#include <stdio.h>

#include "suite.h"

#define NOW (INT64_C(1795218822) * 1000000) /* 2026-11-20T23:53:42Z */
#define LOGS "tests/data/replay/"
#define STEPS_MAX 128

struct told {
	struct {
		char time[SL_TIME_TEXT];
		char line[SL_LOG_TEXT_MAX + 1];
		char inferred[512], serves[1024], text[512], stage[64];
		enum sl_reason reason;
		uint8_t status;
	} step[STEPS_MAX];
	size_t steps;
	unsigned phones;
	bool made_up;
	char client[8][64];
	uint16_t model[8];
	enum sl_replay_end end[8];
	char summary[8][4096];
	struct sl_replay_counts counts;
};

static void
keep_plan(void *ctx, const struct sl_plan *plan, bool made_up)
{
	struct told *told = ctx;

	ck_assert_uint_gt(plan->stage_count, 0);
	told->made_up = made_up;
}

static void
keep_phone(void *ctx, const struct sl_replay_phone *phone)
{
	struct told *told = ctx;

	ck_assert_uint_lt(told->phones, COUNT(told->end));
	ck_assert_uint_eq(phone->number, told->phones + 1);
	sl_copy(
	    told->client[told->phones], sizeof(told->client[0]), phone->client);
	told->model[told->phones] = phone->model;
}

static void
keep_step(void *ctx, const struct sl_replay_step *step)
{
	struct told *told = ctx;
	size_t i = told->steps++;

	ck_assert_uint_lt(i, STEPS_MAX);
	sl_time_print(step->time_us, told->step[i].time);
	sl_copy(told->step[i].line, sizeof(told->step[i].line), step->line);
	sl_copy(told->step[i].inferred, sizeof(told->step[i].inferred),
	    step->inferred);
	sl_copy(
	    told->step[i].serves, sizeof(told->step[i].serves), step->serves);
	sl_copy(told->step[i].text, sizeof(told->step[i].text), step->text);
	sl_copy(told->step[i].stage, sizeof(told->step[i].stage), step->stage);
	told->step[i].reason = step->reason;
	told->step[i].status = step->phone->status;
}

static void
keep_end(void *ctx, const struct sl_replay_phone *phone, enum sl_replay_end end,
    const char *summary)
{
	struct told *told = ctx;

	(void)phone;
	told->end[told->phones] = end;
	sl_copy(told->summary[told->phones], sizeof(told->summary[0]), summary);
	told->phones++;
}

static struct sl_replay *
begin(const char *config, const char *plan, int year)
{
	struct sl_replay_options options = {
		.config = config, .plan = plan, .year = year, .now_us = NOW
	};
	struct sl_err err = { "" };
	enum sl_rc rc = SL_OK;
	struct sl_replay *replay = sl_replay_new(&options, &rc, &err);

	ck_assert_msg(replay != NULL && rc == SL_OK, "%s", err.text);
	return replay;
}

static void
feed(struct sl_replay *replay, const char *text)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		ck_assert_int_eq(
		    sl_replay_line(replay, text, length, NULL), SL_OK);
		text += length;
		text += *text == '\n';
	}
}

static void
finish(struct sl_replay *replay, struct told *told)
{
	struct sl_replay_out out = { told, keep_plan, keep_phone, keep_step,
		keep_end };
	struct sl_err err = { "" };

	memset(told, 0, sizeof(*told));
	ck_assert_msg(sl_replay_run(replay, &out, &told->counts, &err) == SL_OK,
	    "%s", err.text);
	ck_assert_uint_eq(told->counts.phones, told->phones);
	sl_replay_free(replay);
}

static void
replay_file(const char *path, const char *config, const char *plan, int year,
    struct told *told)
{
	static char text[65536];
	FILE *in = fopen(path, "r");

	ck_assert_msg(in != NULL, "%s (run from the top directory)", path);
	text[fread(text, 1, sizeof(text) - 1, in)] = '\0';
	fclose(in);
	struct sl_replay *replay = begin(config, plan, year);

	feed(replay, text);
	finish(replay, told);
}

static void
replay_text(const char *text, struct told *told)
{
	struct sl_replay *replay = begin(NULL, NULL, 2015);

	feed(replay, text);
	finish(replay, told);
}

/* The engine's lines of history, in their order, and when. */
struct want {
	const char *time;
	enum sl_reason reason;
	uint8_t status;
	const char *stage;
};

static void
ck_history(const struct told *told, const struct want *want, size_t count)
{
	size_t at = 0;

	for (size_t i = 0; i < told->steps; i++) {
		if (told->step[i].reason == SL_REASON_NONE)
			continue;
		ck_assert_msg(at < count, "%s: %s", told->step[i].time,
		    told->step[i].text);
		ck_assert_msg(told->step[i].reason == want[at].reason,
		    "%s: %s, not %s", told->step[i].time, told->step[i].text,
		    sl_reason_name(want[at].reason));
		ck_assert_str_eq(told->step[i].time, want[at].time);
		ck_assert_str_eq(
		    sl_status_name((enum sl_status)told->step[i].status),
		    sl_status_name((enum sl_status)want[at].status));
		ck_assert_str_eq(told->step[i].stage, want[at].stage);
		at++;
	}
	ck_assert_uint_eq(at, count);
}

#define ck_has(text, part) \
	ck_assert_msg(strstr((text), (part)) != NULL, "%s", (text))

START_TEST(hard_reset_climbs_over_the_bridge)
{
	static const struct want want[] = {
		{ "2015-12-30T10:15:32Z", SL_REASON_ASKED_BOOT, SL_BOOTING,
		    "bridge" },
		{ "2015-12-30T10:18:00Z", SL_REASON_ASKED_BOOT, SL_BOOTING,
		    "bridge" },
		{ "2015-12-30T10:19:33Z", SL_REASON_ASKED_BOOT, SL_BOOTING,
		    "bridge" },
		{ "2015-12-30T10:44:41Z", SL_REASON_ASKED_BOOT, SL_BOOTING,
		    "bridge" },
		{ "2015-12-30T10:44:42Z", SL_REASON_FETCHING, SL_LOADING,
		    "bridge" },
		{ "2015-12-30T10:45:25Z", SL_REASON_ALL_SENT, SL_FLASHING,
		    "bridge" },
		{ "2015-12-30T11:01:20Z", SL_REASON_RUNS_STAGE, SL_CLIMBING,
		    "target" },
		{ "2015-12-30T11:01:20Z", SL_REASON_ASKED_BOOT, SL_BOOTING,
		    "target" },
		{ "2015-12-30T11:01:21Z", SL_REASON_FETCHING, SL_LOADING,
		    "target" },
		{ "2015-12-30T11:02:06Z", SL_REASON_ALL_SENT, SL_FLASHING,
		    "target" },
	};
	static struct told told;

	replay_file(LOGS "hard-reset.log", NULL, NULL, 2015, &told);
	ck_assert(told.made_up);
	ck_assert_uint_eq(told.phones, 1);
	ck_assert_uint_eq(told.model[0], 7906);
	ck_assert_str_eq(told.client[0], "");
	ck_history(&told, want, COUNT(want));
	ck_assert_str_eq(told.step[0].serves, "8.5.2/term06.default.loads");
	/* The pair of the first request is no second attempt. */
	ck_assert_str_eq(
	    told.step[1].line, "RRQ from filename term06.default.loads");
	ck_assert_int_eq(told.step[1].reason, SL_REASON_NONE);
	ck_has(told.step[2].inferred, "no attempt at \"bridge\" is counted");
	ck_assert_int_eq(told.end[0], SL_REPLAY_OPEN);
	ck_has(told.summary[0],
	    "term06.default.loads was taken 3 times (6 requests) without one "
	    "part asked: the firmware served is most likely signed with a "
	    "key that this phone's loader does not know; stageload would "
	    "have served \"bridge\" (8.5.2) from the first request on.");
	ck_has(told.summary[0], "2015-12-30 10:44:41: took 5 parts of "
	                        "\"bridge\" (8.5.2), build 8-5-2TH1-9.");
	ck_has(told.summary[0], "2015-12-30 11:01:20: took 5 parts of "
	                        "\"target\" (9.x), build 9-4-2ES9.");
}
END_TEST

static const char probe[] =
    "{ \"tftp-servers\": [ \"192.0.2.10\" ], \"plans\": ["
    " { \"name\": \"other\", \"models\": [ \"7941\" ], \"stages\": ["
    " { \"name\": \"one\", \"directory\": \"one\" } ] },"
    " { \"name\": \"up\", \"models\": [ \"7906\" ],"
    " \"strategy\": \"probe\", \"stages\": ["
    " { \"name\": \"low\", \"directory\": \"sccp-8.5.2\" },"
    " { \"name\": \"high\", \"directory\": \"sip-9.4.2sr1\" } ] } ] }";

START_TEST(probing_plan_steps_down_after_three_attempts)
{
	static const struct want want[] = {
		{ "2015-12-30T10:15:32Z", SL_REASON_ASKED_BOOT, SL_BOOTING,
		    "high" },
		{ "2015-12-30T10:15:52Z", SL_REASON_NO_IMAGE, SL_BOOTING,
		    "high" },
		{ "2015-12-30T10:18:00Z", SL_REASON_ASKED_BOOT, SL_BOOTING,
		    "high" },
		{ "2015-12-30T10:18:20Z", SL_REASON_NO_IMAGE, SL_BOOTING,
		    "high" },
		{ "2015-12-30T10:19:33Z", SL_REASON_ASKED_BOOT, SL_BOOTING,
		    "high" },
		{ "2015-12-30T10:19:53Z", SL_REASON_STEPPED_DOWN, SL_BOOTING,
		    "low" },
		{ "2015-12-30T10:44:41Z", SL_REASON_ASKED_BOOT, SL_BOOTING,
		    "low" },
		{ "2015-12-30T10:44:42Z", SL_REASON_FETCHING, SL_LOADING,
		    "low" },
		{ "2015-12-30T10:45:25Z", SL_REASON_ALL_SENT, SL_FLASHING,
		    "low" },
		{ "2015-12-30T11:01:20Z", SL_REASON_RUNS_STAGE, SL_CLIMBING,
		    "high" },
		{ "2015-12-30T11:01:20Z", SL_REASON_ASKED_BOOT, SL_BOOTING,
		    "high" },
		{ "2015-12-30T11:01:21Z", SL_REASON_FETCHING, SL_LOADING,
		    "high" },
		{ "2015-12-30T11:02:06Z", SL_REASON_ALL_SENT, SL_FLASHING,
		    "high" },
	};
	static struct told told;

	replay_file(LOGS "hard-reset.log", probe, "up", 2015, &told);
	ck_assert(!told.made_up);
	ck_history(&told, want, COUNT(want));
	ck_has(told.summary[0], "stageload would have served \"low\" "
	                        "(sccp-8.5.2) after attempt 3.");
}
END_TEST

START_TEST(leases_without_a_request_are_told)
{
	static struct told told;

	replay_file(LOGS "dhcp-only.log", NULL, NULL, 2015, &told);
	ck_assert_uint_eq(told.phones, 1);
	ck_assert_uint_eq(told.steps, 2);
	ck_assert_str_eq(told.client[0], "00:18:73:a8:ba:57");
	ck_assert_str_eq(told.step[0].time, "2015-01-14T08:49:07Z");
	ck_assert_int_eq(told.step[1].status, SL_NEW);
	ck_assert_int_eq(told.end[0], SL_REPLAY_OPEN);
	ck_has(told.summary[0], "2 leases and not one file request; after 3 "
	                        "of them stageload tells its server in "
	                        "another way: option 66 alone");
}
END_TEST

START_TEST(leases_for_ever_go_down_the_ladder)
{
	static const struct want want[] = {
		{ "2015-01-14T08:50:01Z", SL_REASON_NEXT_WAY, SL_NEW,
		    "bridge" },
		{ "2015-01-14T08:51:22Z", SL_REASON_NEXT_WAY, SL_NEW,
		    "bridge" },
		{ "2015-01-14T08:52:43Z", SL_REASON_NEXT_WAY, SL_NEW,
		    "bridge" },
		{ "2015-01-14T08:54:04Z", SL_REASON_NO_CONTACT, SL_SILENT,
		    "bridge" },
	};
	static struct told told;

	replay_file(LOGS "dhcp-silent.log", NULL, NULL, 2015, &told);
	ck_assert_uint_eq(told.steps, 12);
	/* Its first lease brings it into being and tells nothing else. */
	ck_history(&told, want, COUNT(want));
	ck_assert_int_eq(told.end[0], SL_REPLAY_SILENT);
	ck_has(told.summary[0], "12 leases and not one file request.");
}
END_TEST

START_TEST(two_phones_are_told_apart_over_new_year)
{
	static struct told told;

	replay_file(LOGS "two-phones.log", NULL, NULL, 0, &told);
	ck_assert_uint_eq(told.phones, 2);
	ck_assert_str_eq(told.client[0], "192.0.2.31");
	ck_assert_str_eq(told.client[1], "192.0.2.32");
	ck_assert_uint_eq(told.model[0], 7906);
	ck_assert_uint_eq(told.model[1], 7911);
	ck_assert_str_eq(told.step[0].time, "2025-12-31T23:59:01Z");
	ck_assert_int_eq(told.end[0], SL_REPLAY_DONE);
	ck_assert_int_eq(told.end[1], SL_REPLAY_LOOPING);
	ck_has(told.summary[0], "the server has no Jar11sip.9-4-2ES9.sbn");
	ck_has(told.summary[0], "2026-01-01 00:06:05: took 5 parts");
	ck_has(told.summary[1], "taken 4 times");
	/* Other clients and other programs are none of our phones. */
	ck_assert_uint_eq(told.counts.foreign, 1);
	ck_assert_uint_eq(told.counts.unused, 2);
}
END_TEST

START_TEST(logged_ends_are_believed_alone)
{
	static const struct want want[] = {
		{ "2026-11-20T09:15:32Z", SL_REASON_ASKED_BOOT, SL_BOOTING,
		    "bridge" },
		{ "2026-11-20T09:15:33Z", SL_REASON_FETCHING, SL_LOADING,
		    "bridge" },
		{ "2026-11-20T09:15:41Z", SL_REASON_ABORTED, SL_LOADING,
		    "bridge" },
		{ "2026-11-20T09:17:55Z", SL_REASON_CAME_BACK, SL_BOOTING,
		    "bridge" },
		{ "2026-11-20T09:17:56Z", SL_REASON_FETCHING, SL_LOADING,
		    "bridge" },
		{ "2026-11-20T09:18:05Z", SL_REASON_ALL_SENT, SL_FLASHING,
		    "bridge" },
	};
	static struct told told;

	replay_file(LOGS "server-7.log", NULL, NULL, 0, &told);
	ck_history(&told, want, COUNT(want));
	ck_has(told.summary[0], "2026-11-20 09:15:32: asked 2 parts");
	ck_has(told.summary[0], "2026-11-20 09:17:55: took 2 parts");
}
END_TEST

START_TEST(served_directory_tells_the_stage)
{
	static struct told told;

	replay_file(LOGS "staged-server.log", probe, "up", 2026, &told);
	ck_assert_uint_eq(told.phones, 1);
	/* in.tftpd's own line about the rewritten name is the same request. */
	ck_assert_uint_eq(told.counts.unused, 4);
	ck_assert_int_eq(told.step[0].reason, SL_REASON_BY_ADMIN);
	ck_assert_int_eq(told.end[0], SL_REPLAY_STUCK);
	ck_has(told.summary[0], "no stage below \"low\"");
}
END_TEST

#define T(time, pid, rest) \
	"Dec 30 " time " server in.tftpd[" #pid "]: " rest "\n"

START_TEST(image_without_what_follows_is_not_fetched)
{
	static struct told told;

	/* It comes back too soon to have written what it asked last. */
	replay_text(T("10:00:00", 1,
	                "RRQ from 10.0.0.5 filename "
	                "term06.default.loads") T("10:00:01", 2,
	                "RRQ from 10.0.0.5 filename "
	                "jar11sccp.8-5-2TH1-9.sbn") T("10:00:09", 3,
	                "RRQ from 10.0.0.5 filename "
	                "cnu11.8-5-2TH1-9.sbn") T("10:02:00", 4,
	                "RRQ from 10.0.0.5 filename "
	                "term06.default.loads"),
	    &told);
	ck_assert_int_eq(told.end[0], SL_REPLAY_OPEN);
	ck_assert_uint_eq(told.steps, 5);
	ck_assert_int_eq(told.step[3].reason, SL_REASON_ABORTED);
	ck_has(told.step[3].inferred, "too soon");
	ck_has(told.summary[0], "asked 2 parts of \"bridge\"");
}
END_TEST

START_TEST(missing_boot_file_counts_against_no_stage)
{
	static struct told told;

	replay_text(T("10:00:00", 1,
	                "RRQ from 10.0.0.5 filename "
	                "term06.default.loads") T("10:00:00", 1,
	                "sending NAK (1, File not found) to "
	                "10.0.0.5") T("10:05:00", 2,
	                "RRQ from 10.0.0.6 filename "
	                "SEP020000000006.cnf.xml"),
	    &told);
	ck_assert_uint_eq(told.phones, 2);
	ck_has(told.summary[0], "was asked once (1 request) and the server "
	                        "had no such file");
	ck_has(told.step[2].inferred, "the server had no such file");
}
END_TEST

START_TEST(phone_that_needs_no_bridge_is_followed)
{
	static struct told told;

	replay_text(T("10:00:00", 1,
	                "RRQ from 10.0.0.5 filename "
	                "term06.default.loads") T("10:00:01", 2,
	                "RRQ from 10.0.0.5 filename "
	                "jar11sip.9-4-2ES9.sbn") T("10:09:00", 3,
	                "RRQ from 10.0.0.5 filename "
	                "SEP020000000005.cnf.xml"),
	    &told);
	ck_assert_int_eq(told.step[0].reason, SL_REASON_BY_ADMIN);
	ck_assert_int_eq(told.end[0], SL_REPLAY_DONE);
}
END_TEST

START_TEST(address_of_another_model_is_another_phone)
{
	static struct told told;

	replay_text(T("10:00:00", 1,
	                "RRQ from 10.0.0.5 filename "
	                "term06.default.loads") T("10:10:00", 2,
	                "RRQ from 10.0.0.5 filename "
	                "term45.default.loads"),
	    &told);
	ck_assert_uint_eq(told.phones, 2);
	ck_assert_uint_eq(told.model[0], 7906);
	ck_assert_uint_eq(told.model[1], 7945);
}
END_TEST

START_TEST(plan_that_is_not_there_is_refused)
{
	struct sl_replay_options options = {
		.config = probe, .plan = "nix", .now_us = NOW
	};
	struct sl_err err = { "" };
	enum sl_rc rc = SL_OK;

	ck_assert_ptr_null(sl_replay_new(&options, &rc, &err));
	ck_assert_int_eq(rc, SL_NONE);
	ck_assert_str_eq(err.text, "there is no plan \"nix\" in the "
	                           "configuration; it has: other, up");
	options.config = "{ \"plans\": 1 }";
	ck_assert_ptr_null(sl_replay_new(&options, &rc, &err));
	ck_assert_int_eq(rc, SL_SHAPE);
}
END_TEST

static unsigned
entries_of(const char *path)
{
	DIR *dir = opendir(path);
	unsigned n = 0;

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

START_TEST(nothing_is_left_behind)
{
	char dir[] = "/tmp/check-replay-XXXXXX";
	struct sl_replay *replay;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(setenv("TMPDIR", dir, 1), 0);
	replay = begin(NULL, NULL, 0);
	/* Already now: a killed replay leaves nothing either. */
	ck_assert_uint_eq(entries_of(dir), 2);
	sl_replay_free(replay);
	ck_assert_uint_eq(entries_of(dir), 2);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

START_TEST(directory_that_is_not_there_is_named)
{
	struct sl_replay_options options = { .now_us = NOW };
	struct sl_err err = { "" };
	enum sl_rc rc = SL_OK;

	ck_assert_int_eq(setenv("TMPDIR", "/nonexistent", 1), 0);
	ck_assert_ptr_null(sl_replay_new(&options, &rc, &err));
	ck_assert_int_eq(rc, SL_IO);
	ck_has(err.text, "/nonexistent");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("replay");
	TCase *tcase = tcase_create("all");

	tcase_add_test(tcase, hard_reset_climbs_over_the_bridge);
	tcase_add_test(tcase, probing_plan_steps_down_after_three_attempts);
	tcase_add_test(tcase, leases_without_a_request_are_told);
	tcase_add_test(tcase, leases_for_ever_go_down_the_ladder);
	tcase_add_test(tcase, two_phones_are_told_apart_over_new_year);
	tcase_add_test(tcase, logged_ends_are_believed_alone);
	tcase_add_test(tcase, served_directory_tells_the_stage);
	tcase_add_test(tcase, image_without_what_follows_is_not_fetched);
	tcase_add_test(tcase, missing_boot_file_counts_against_no_stage);
	tcase_add_test(tcase, phone_that_needs_no_bridge_is_followed);
	tcase_add_test(tcase, address_of_another_model_is_another_phone);
	tcase_add_test(tcase, plan_that_is_not_there_is_refused);
	tcase_add_test(tcase, nothing_is_left_behind);
	tcase_add_test(tcase, directory_that_is_not_there_is_named);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
