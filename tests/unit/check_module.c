/* SPDX-License-Identifier: BSD-2-Clause */
/* check_module.c: what in.tftpd is told for each request, and the journal. */
#include "module_example.h"

/* ---- whose request ---- */

START_TEST(phone_is_known_by_its_address)
{
	struct sl_event event;

	ck_assert_str_eq(ask(PHONE, BOOT), "sccp/" BOOT);
	event = next_event();
	ck_assert_uint_eq(event.kind, SL_EVENT_REQUEST);
	ck_assert(sl_mac_equal(&event.mac, &phone_mac));
	ck_assert_uint_eq(event.addr, 0xc0000232);
	ck_assert_uint_eq(event.port, 50000);
	ck_assert_uint_eq(event.class, SL_CLASS_BOOT);
	ck_assert_uint_eq(event.stage, 0);
	ck_assert(!event.by_name);
	ck_assert(!event.denied);
	ck_assert_str_eq(event.name, BOOT);
	ck_assert_int_gt(event.time_us, 0);
	expect_no_event();
}
END_TEST

/* Any address can ask at any rate: one request a second is told. */
START_TEST(stranger_that_asks_firmware_is_told_as_nobody)
{
	static const char *const names[] = { BOOT, "x.sbn", "x.loads" };
	static const struct sl_mac nobody = { { 0 } };
	struct sl_event event;
	unsigned events = 0;

	/* So that the newest answer is a phone's. */
	ask(PHONE, BOOT);
	next_event();
	for (size_t i = 0; i < 300; i++)
		ck_assert_str_eq(
		    ask(STRANGER, names[i % COUNT(names)]), "(pass)");
	event = next_event();
	ck_assert_uint_eq(event.kind, SL_EVENT_REQUEST);
	ck_assert(sl_mac_equal(&event.mac, &nobody));
	ck_assert_uint_eq(event.addr, 0xc0000263);
	ck_assert_uint_eq(event.class, SL_CLASS_BOOT);
	ck_assert_uint_eq(event.stage, SL_STAGE_NONE);
	ck_assert_str_eq(event.name, BOOT);
	while (sl_journal_read(journal, &position, &event, NULL, NULL) == SL_OK)
		events++;
	ck_assert_uint_lt(events, 100);
}
END_TEST

START_TEST(stranger_is_passed_and_not_journaled)
{
	static const char *const names[] = { "XMLDefault.cnf.xml",
		"SEP001BD4999999.cnf.xml", "CTLSEP001BD4999999.tlv",
		"gk" MAC "0", "pxelinux.0", "" };

	for (size_t i = 0; i < COUNT(names); i++)
		ck_assert_str_eq(ask(STRANGER, names[i]), "(pass)");
	expect_no_event();
}
END_TEST

START_TEST(unknown_address_is_known_by_the_name)
{
	struct sl_event event;

	ck_assert_str_eq(
	    ask(STRANGER, "SEP" MAC ".cnf.xml"), "sccp/bridge.cnf.xml");
	event = next_event();
	ck_assert(event.by_name);
	ck_assert(sl_mac_equal(&event.mac, &phone_mac));
	ck_assert_uint_eq(event.addr, 0xc0000263);
	ck_assert_uint_eq(event.stage, 0);
	ck_assert_str_eq(ask(STRANGER, "CTLSEP" MAC ".tlv"), "(pass)");
	event = next_event();
	ck_assert_uint_eq(event.class, SL_CLASS_TRUST);
	ck_assert_uint_eq(event.stage, SL_STAGE_NONE);
	ck_assert_str_eq(
	    ask("2001:db8::1", "SEP" MAC ".cnf.xml"), "sccp/bridge.cnf.xml");
	event = next_event();
	ck_assert(event.by_name);
	ck_assert_uint_eq(event.addr, 0);
}
END_TEST

START_TEST(address_goes_before_the_name)
{
	struct sl_event event;

	/* A phone that asks for the file of another. */
	ck_assert_str_eq(ask(NO_PLAN, "SEP" MAC ".cnf.xml"), "(pass)");
	event = next_event();
	ck_assert(sl_mac_equal(&event.mac, &plain_mac));
	ck_assert(!event.by_name);
}
END_TEST

START_TEST(phone_without_a_plan_is_passed_and_journaled)
{
	struct sl_event event;

	ck_assert_str_eq(ask(NO_PLAN, BOOT), "(pass)");
	event = next_event();
	ck_assert_uint_eq(event.stage, SL_STAGE_NONE);
	ck_assert_str_eq(event.name, BOOT);
	ck_assert_int_eq(lines, 0);
}
END_TEST

/* ---- what is asked ---- */

START_TEST(other_files_are_passed_and_not_journaled)
{
	struct tftpd_remap_request request =
	    ask_as(TFTPD_REMAP_RRQ, PHONE, "RINGLIST.DAT");

	ck_assert_int_eq(module->rewrite(context, &request), TFTPD_REMAP_PASS);
	ck_assert_uint_eq(request.token, 0);
	expect_no_event();
}
END_TEST

START_TEST(write_requests_are_passed_and_not_journaled)
{
	struct tftpd_remap_request request =
	    ask_as(TFTPD_REMAP_WRQ, PHONE, BOOT);

	ck_assert_int_eq(module->rewrite(context, &request), TFTPD_REMAP_PASS);
	ck_assert_uint_eq(request.token, 0);
	ck_assert_str_eq(name, "");
	expect_no_event();
}
END_TEST

START_TEST(image_of_another_stage_is_served_and_said)
{
	ck_assert_str_eq(
	    ask(PHONE, "jar11sip.9-4-2ES9.sbn"), "sip/Jar11sip.9-4-2ES9.sbn");
	ck_assert_uint_eq(next_event().stage, 1);
}
END_TEST

START_TEST(missing_file_is_passed_and_said_once)
{
	ck_assert_str_eq(ask(PHONE, "cnu11.sbn"), "(pass)");
	ck_assert_uint_eq(next_event().stage, SL_STAGE_NONE);
	ck_assert_str_eq(logged, "stageload: mac=00:1b:d4:12:34:56 "
	                         "file=cnu11.sbn as asked: cnu11.sbn is not "
	                         "in sccp\n");
	ask(PHONE, "cnu11.sbn");
	ck_assert_int_eq(lines, 1);
	/* Another file, but a second has not passed. */
	ask(PHONE, "cnu12.sbn");
	ck_assert_int_le(lines, 2);
	sleep(2);
	ask(PHONE, "cnu13.sbn");
	ck_assert_int_ge(lines, 2);
	ck_assert_int_le(lines, 3);
}
END_TEST

START_TEST(a_name_forges_no_log_line)
{
	ask(PHONE, "a\nb\x7f\x1b.sbn");
	ck_assert_int_eq(lines, 1);
	ck_assert_ptr_nonnull(strstr(logged, "file=a?b??.sbn"));
}
END_TEST

/* ---- whose turn has not come ---- */

START_TEST(waiting_phone_is_denied_firmware)
{
	static const char *const names[] = { BOOT, "SIP11.loads",
		"jar11sip.9-4-2ES9.sbn", "cnu11.sbn" };

	for (size_t i = 0; i < COUNT(names); i++) {
		struct tftpd_remap_request request =
		    ask_as(TFTPD_REMAP_RRQ, WAITS, names[i]);
		struct sl_event event;

		ck_assert_int_eq(
		    module->rewrite(context, &request), TFTPD_REMAP_DENY);
		ck_assert_uint_eq(request.deny_code, 0);
		ck_assert_str_eq(request.deny_text, "busy, retry");
		ck_assert_uint_eq(request.token, 0);
		event = next_event();
		ck_assert(event.denied);
		ck_assert(sl_mac_equal(&event.mac, &waits_mac));
		ck_assert_str_eq(event.name, names[i]);
	}
	/* What is not there is no news now. */
	ck_assert_int_eq(lines, 0);
}
END_TEST

START_TEST(waiting_phone_is_served_what_it_runs_with)
{
	ck_assert_str_eq(
	    ask(WAITS, "SEP001BD4123458.cnf.xml"), "sccp/bridge.cnf.xml");
	ck_assert(!next_event().denied);
	ck_assert_str_eq(ask(WAITS, "CTLSEP001BD4123458.tlv"), "(pass)");
	ck_assert(!next_event().denied);
	ck_assert_str_eq(ask(WAITS, "RINGLIST.DAT"), "(pass)");
	expect_no_event();
}
END_TEST

/* ---- the new name ---- */

START_TEST(name_keeps_its_slash_in_a_chroot)
{
	ck_assert_str_eq(ask(PHONE, "/" BOOT), "/sccp/" BOOT);
	ck_assert_str_eq(ask(PHONE, BOOT), "sccp/" BOOT);
	ck_assert_str_eq(ask(PHONE, "/old/" BOOT), "/sccp/" BOOT);
}
END_TEST

START_TEST(name_is_absolute_without_a_chroot)
{
	char want[200], with_slash[100];
	struct tftpd_remap_host host = host_with(0, "");

	module->close(context);
	open_module(0);
	snprintf(want, sizeof(want), "%s/sccp/%s", root, BOOT);
	ck_assert_str_eq(ask(PHONE, BOOT), want);
	ck_assert_str_eq(ask(PHONE, "/" BOOT), want);
	module->close(context);
	snprintf(with_slash, sizeof(with_slash), "%s/", root);
	host.root = with_slash;
	context = module->open(&host);
	ck_assert_str_eq(ask(PHONE, BOOT), want);
}
END_TEST

START_TEST(name_without_room_is_denied)
{
	struct tftpd_remap_request request =
	    ask_as(TFTPD_REMAP_RRQ, PHONE, BOOT);
	struct sl_event event;

	request.name_size = sizeof("sccp/" BOOT) - 1;
	ck_assert_int_eq(module->rewrite(context, &request), TFTPD_REMAP_DENY);
	ck_assert_uint_eq(request.deny_code, 0);
	ck_assert_uint_eq(request.token, 0);
	ck_assert_ptr_nonnull(request.deny_text);
	event = next_event();
	ck_assert(event.denied);
	request.name_size++;
	ck_assert_int_eq(
	    module->rewrite(context, &request), TFTPD_REMAP_REWRITE);
	ck_assert_str_eq(name, "sccp/" BOOT);
}
END_TEST

START_TEST(server_without_a_directory_serves_as_asked)
{
	struct tftpd_remap_host host = host_with(0, "");

	module->close(context);
	host.root = "";
	context = module->open(&host);
	ck_assert_ptr_nonnull(context);
	ck_assert_ptr_nonnull(strstr(logged, "given no directory"));
	ck_assert_str_eq(ask(PHONE, BOOT), "(pass)");
	ck_assert_uint_eq(next_event().stage, SL_STAGE_NONE);
}
END_TEST

START_TEST(permissive_server_gives_unreadable_files)
{
	char full[200];

	snprintf(full, sizeof(full), "%s/sccp/%s", root, BOOT);
	ck_assert_int_eq(chmod(full, 0600), 0);
	ck_assert_str_eq(ask(PHONE, BOOT), "(pass)");
	ck_assert_ptr_nonnull(strstr(logged, "lacks o+r"));
	module->close(context);
	open_module(TFTPD_REMAP_SECURE | TFTPD_REMAP_PERMISSIVE);
	ck_assert_str_eq(ask(PHONE, BOOT), "sccp/" BOOT);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("module");
	TCase *whose = add_case(suite, "whose", set_up);
	TCase *what = add_case(suite, "what", set_up);
	TCase *whose_turn = add_case(suite, "turn", set_up);
	TCase *new_name = add_case(suite, "name", set_up);

	tcase_add_test(whose, phone_is_known_by_its_address);
	tcase_add_test(whose, stranger_is_passed_and_not_journaled);
	tcase_add_test(whose, stranger_that_asks_firmware_is_told_as_nobody);
	tcase_add_test(whose, unknown_address_is_known_by_the_name);
	tcase_add_test(whose, address_goes_before_the_name);
	tcase_add_test(whose, phone_without_a_plan_is_passed_and_journaled);
	tcase_add_test(what, other_files_are_passed_and_not_journaled);
	tcase_add_test(what, write_requests_are_passed_and_not_journaled);
	tcase_add_test(what, image_of_another_stage_is_served_and_said);
	tcase_add_test(what, missing_file_is_passed_and_said_once);
	tcase_add_test(what, a_name_forges_no_log_line);
	tcase_add_test(whose_turn, waiting_phone_is_denied_firmware);
	tcase_add_test(whose_turn, waiting_phone_is_served_what_it_runs_with);
	tcase_add_test(new_name, name_keeps_its_slash_in_a_chroot);
	tcase_add_test(new_name, name_is_absolute_without_a_chroot);
	tcase_add_test(new_name, name_without_room_is_denied);
	tcase_add_test(new_name, server_without_a_directory_serves_as_asked);
	tcase_add_test(new_name, permissive_server_gives_unreadable_files);
	return suite_run(suite);
}
