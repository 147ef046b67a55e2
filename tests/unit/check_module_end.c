/* SPDX-License-Identifier: BSD-2-Clause */
/* check_module_end.c: how transfers end, and states that come and go. */
#include "module_example.h"

/* ---- how transfers end ---- */

#define NOTHING SL_OUTCOMES

static const struct ending {
	enum tftpd_remap_status status;
	uint64_t bytes;
	uint32_t last_sent;
	enum sl_outcome want;
} endings[] = {
	{ TFTPD_REMAP_OK, 1000, 1, SL_FETCHED },
	{ TFTPD_REMAP_OK, 0, 1, SL_FETCHED },
	{ TFTPD_REMAP_PEER_ERROR, 0, 0, NOTHING },
	{ TFTPD_REMAP_PEER_ERROR, 0, 1, SL_ABORTED },
	{ TFTPD_REMAP_PEER_ERROR, 512, 0, SL_ABORTED },
	{ TFTPD_REMAP_TIMEOUT, 512, 0, SL_ABORTED },
	{ TFTPD_REMAP_TIMEOUT, 0, 0, SL_ABORTED },
	{ TFTPD_REMAP_TIMEOUT, 512, 1, SL_UNCONFIRMED },
	{ TFTPD_REMAP_LOCAL_ERROR, 0, 0, SL_REFUSED },
	{ TFTPD_REMAP_NOT_STARTED, 0, 0, SL_REFUSED },
	{ TFTPD_REMAP_PEER_GONE, 512, 0, SL_ABORTED },
	{ (enum tftpd_remap_status)99, 512, 1, NOTHING },
};

/* As in.tftpd does: the listener judges, a child of its own reports. */
static void
report(uint64_t token, const struct ending *ending)
{
	struct tftpd_remap_result result = {
		.size = sizeof(result),
		.status = ending->status,
		.token = token,
		.tftp_error = 3,
		.bytes = ending->bytes,
		.usec = 12345,
		.last_sent = ending->last_sent,
	};
	pid_t child = fork();

	if (child == 0) {
		module->done(context, &result);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
}

START_TEST(child_reports_the_end)
{
	const struct ending *ending = &endings[_i];
	struct tftpd_remap_request request =
	    ask_as(TFTPD_REMAP_RRQ, PHONE, "jar11sip.9-4-2ES9.sbn");
	struct sl_event asked, done;

	ck_assert_int_eq(
	    module->rewrite(context, &request), TFTPD_REMAP_REWRITE);
	asked = next_event();
	report(request.token, ending);
	if (ending->want == NOTHING) {
		expect_no_event();
		return;
	}
	done = next_event();
	ck_assert_uint_eq(done.kind, SL_EVENT_DONE);
	ck_assert_uint_eq(done.outcome, ending->want);
	ck_assert_uint_eq(done.bytes, ending->bytes);
	ck_assert_uint_eq(done.usec, 12345);
	ck_assert_uint_eq(done.tftp_error, 3);
	ck_assert(sl_mac_equal(&done.mac, &asked.mac));
	ck_assert_uint_eq(done.addr, asked.addr);
	ck_assert_uint_eq(done.port, asked.port);
	ck_assert_uint_eq(done.class, SL_CLASS_IMAGE);
	ck_assert_uint_eq(done.stage, 1);
	ck_assert_str_eq(done.name, asked.name);
	ck_assert_int_ge(done.time_us, asked.time_us);
	expect_no_event();
}
END_TEST

START_TEST(without_a_token_nothing_is_reported)
{
	struct tftpd_remap_request request;

	ask(PHONE, BOOT);
	next_event();
	request = ask_as(TFTPD_REMAP_RRQ, STRANGER, BOOT);
	ck_assert_int_eq(module->rewrite(context, &request), TFTPD_REMAP_PASS);
	ck_assert_uint_eq(request.token, 0);
	/* As a stranger's request; its end is nobody's. */
	ck_assert_uint_eq(next_event().kind, SL_EVENT_REQUEST);
	report(request.token, &endings[0]);
	expect_no_event();
}
END_TEST

START_TEST(a_passed_request_of_a_phone_is_reported_too)
{
	struct tftpd_remap_request request =
	    ask_as(TFTPD_REMAP_RRQ, PHONE, "CTLSEP" MAC ".tlv");

	ck_assert_int_eq(module->rewrite(context, &request), TFTPD_REMAP_PASS);
	ck_assert_uint_ne(request.token, 0);
	next_event();
	report(request.token, &endings[8]);
	ck_assert_uint_eq(next_event().outcome, SL_REFUSED);
}
END_TEST

/* ---- sizes of other versions ---- */

START_TEST(other_sizes_are_bounds)
{
	struct tftpd_remap_host host = host_with(TFTPD_REMAP_SECURE, "");
	struct tftpd_remap_request request =
	    ask_as(TFTPD_REMAP_RRQ, PHONE, BOOT);
	struct tftpd_remap_result result = {
		.size = offsetof(struct tftpd_remap_result, last_sent),
		.status = TFTPD_REMAP_TIMEOUT,
		.last_sent = 1,
	};

	host.abi = TFTPD_REMAP_ABI + 1;
	ck_assert_ptr_null(module->open(&host));
	host.abi = TFTPD_REMAP_ABI;
	host.size = offsetof(struct tftpd_remap_host, log);
	ck_assert_ptr_null(module->open(&host));
	request.size = offsetof(struct tftpd_remap_request, token);
	ck_assert_int_eq(module->rewrite(context, &request), TFTPD_REMAP_PASS);
	ck_assert_uint_eq(request.token, 4711);
	request.size = sizeof(request) + 8;
	ck_assert_int_eq(
	    module->rewrite(context, &request), TFTPD_REMAP_REWRITE);
	next_event();
	/* Octets past its size are not the host's. */
	result.token = request.token;
	module->done(context, &result);
	ck_assert_uint_eq(next_event().outcome, SL_ABORTED);
}
END_TEST

/* ---- the state comes and goes ---- */

START_TEST(without_a_state_all_is_passed_and_said_once)
{
	struct tftpd_remap_host host = host_with(TFTPD_REMAP_SECURE, "");
	char want[200];

	context = module->open(&host);
	ck_assert_ptr_nonnull(context);
	snprintf(want, sizeof(want),
	    "stageload: no state in %s: files are served as asked\n", state);
	ck_assert_str_eq(logged, want);
	for (int i = 0; i < 3; i++) {
		ck_assert_str_eq(ask(PHONE, BOOT), "(pass)");
		pause_ms(210);
	}
	ck_assert_int_eq(lines, 1);
}
END_TEST

START_TEST(state_that_appears_is_used_and_said)
{
	struct tftpd_remap_host host = host_with(TFTPD_REMAP_SECURE, "");

	context = module->open(&host);
	ck_assert_str_eq(ask(PHONE, BOOT), "(pass)");
	forget_log();
	write_state();
	open_journal();
	pause_ms(250);
	ck_assert_str_eq(ask(PHONE, BOOT), "sccp/" BOOT);
	ck_assert_int_eq(lines, 1);
	ck_assert_ptr_nonnull(strstr(logged, "phones are served by stage"));
	ck_assert_uint_eq(next_event().kind, SL_EVENT_REQUEST);
}
END_TEST

START_TEST(state_that_vanishes_is_let_go)
{
	char file[120];

	ck_assert_str_eq(ask(PHONE, BOOT), "sccp/" BOOT);
	snprintf(file, sizeof(file), "%s/%s", state, SL_STATE_FILE);
	ck_assert_int_eq(unlink(file), 0);
	pause_ms(250);
	ck_assert_str_eq(ask(PHONE, BOOT), "(pass)");
	ck_assert_int_eq(lines, 1);
	ck_assert_ptr_nonnull(strstr(logged, "files are served as asked"));
}
END_TEST

START_TEST(without_a_journal_files_are_served_all_the_same)
{
	char file[120];

	snprintf(file, sizeof(file), "%s/%s", state, SL_JOURNAL_FILE);
	ck_assert_int_eq(unlink(file), 0);
	pause_ms(250);
	ck_assert_str_eq(ask(PHONE, BOOT), "sccp/" BOOT);
	ck_assert_int_eq(lines, 1);
	ck_assert_ptr_nonnull(strstr(logged, "goes unseen"));
}
END_TEST

START_TEST(words_name_the_state)
{
	static const struct {
		const char *format;
		bool found;
	} rows[] = {
		{ "state=%s", true },
		{ "  one state=%s two", true },
		{ "state=/nonexistent/one\tstate=%s", true },
		{ "estate=%s", false },
		{ "state= %s", false },
		{ "", false },
	};

	module->close(context);
	context = NULL;
	setenv("STAGELOAD_STATE", "/nonexistent/stageload", 1);
	for (size_t i = 0; i < COUNT(rows); i++) {
		char args[200];
		const char *at = strstr(rows[i].format, "%s");
		int before = at == NULL ? 0 : (int)(at - rows[i].format);
		struct tftpd_remap_host host;

		snprintf(args, sizeof(args), "%.*s%s%s", before, rows[i].format,
		    at == NULL ? "" : state, at == NULL ? "" : at + 2);
		host = host_with(TFTPD_REMAP_SECURE, args);
		context = module->open(&host);
		ck_assert_ptr_nonnull(context);
		ck_assert_msg(strcmp(ask(PHONE, BOOT),
		                  rows[i].found ? "sccp/" BOOT : "(pass)") == 0,
		    "\"%s\": %s", args, name);
		module->close(context);
		context = NULL;
	}
}
END_TEST

START_TEST(sighup_looks_at_once)
{
	struct tftpd_remap_host host = host_with(TFTPD_REMAP_SECURE, "");

	context = module->open(&host);
	write_state();
	open_journal();
	module->reload(context);
	ck_assert_str_eq(ask(PHONE, BOOT), "sccp/" BOOT);
}
END_TEST

START_TEST(children_inherit_the_journal_alone)
{
	int appenders = 0;

	ask(PHONE, "TERM06.default.loads");
	for (int fd = 0; fd < 256; fd++) {
		char link[64], target[256];
		ssize_t length;

		snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		length = readlink(link, target, sizeof(target) - 1);
		if (length <= 0)
			continue;
		target[length] = '\0';
		ck_assert_msg(strncmp(target, root, strlen(root)) != 0,
		    "%d is %s", fd, target);
		if (strncmp(target, state, strlen(state)) != 0 ||
		    (fcntl(fd, F_GETFL) & O_APPEND) == 0)
			continue;
		appenders++;
		ck_assert_int_ge(fd, 10);
		ck_assert_int_ne(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
	}
	ck_assert_int_eq(appenders, 1);
}
END_TEST

START_TEST(state_takes_no_standard_stream)
{
	module->close(context);
	context = NULL;
	for (int fd = 0; fd < 3; fd++)
		close(fd);
	open_module(TFTPD_REMAP_SECURE);
	for (int fd = 0; fd < 3; fd++) {
		char link[64], target[256] = "";

		snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		ck_assert_int_gt(readlink(link, target, sizeof(target) - 1), 0);
		ck_assert_str_eq(target, "/dev/null");
	}
	ck_assert_str_eq(ask(PHONE, BOOT), "sccp/" BOOT);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("module end");
	TCase *end = add_case(suite, "end", set_up);
	TCase *late = add_case(suite, "late state", set_up_files);
	TCase *gone = add_case(suite, "gone state", set_up);

	tcase_add_loop_test(end, child_reports_the_end, 0, COUNT(endings));
	tcase_add_test(end, without_a_token_nothing_is_reported);
	tcase_add_test(end, a_passed_request_of_a_phone_is_reported_too);
	tcase_add_test(end, other_sizes_are_bounds);
	tcase_add_test(late, without_a_state_all_is_passed_and_said_once);
	tcase_add_test(late, state_that_appears_is_used_and_said);
	tcase_add_test(late, sighup_looks_at_once);
	tcase_add_test(gone, state_that_vanishes_is_let_go);
	tcase_add_test(gone, without_a_journal_files_are_served_all_the_same);
	tcase_add_test(gone, words_name_the_state);
	tcase_add_test(gone, children_inherit_the_journal_alone);
	tcase_add_test(gone, state_takes_no_standard_stream);
	return suite_run(suite);
}
