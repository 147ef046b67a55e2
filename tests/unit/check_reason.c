/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_reason.c: each reason has a name of its own, and a sentence with the
 * phone's values in it.
 */
#include <ctype.h>
#include <stdio.h>

#include "reason.h"
#include "suite.h"

static const struct sl_route route = {
	.name = "7906-to-sip",
	.stage_count = 2,
	.stage = { { .name = "bridge", .directory = "sccp-8.5.2" },
	    { .name = "target", .directory = "sip-9.4.2sr1" } },
};

static struct sl_phone
a_phone(void)
{
	struct sl_phone phone = {
		.mac = { { 0x00, 0x1b, 0xd4, 0x12, 0x34, 0x56 } },
		.status = SL_BOOTING,
		.running = SL_STAGE_NONE,
		.model = 7906,
		.attempts = 2,
		.images_got = 3,
		.images_all = 5,
		.addr = 0xc0000233,
		.load = "term06.default.loads",
	};

	return phone;
}

START_TEST(name_is_stable_text)
{
	const char *name = sl_reason_name((enum sl_reason)_i);

	ck_assert_uint_gt(strlen(name), 0);
	for (const char *c = name; *c != '\0'; c++)
		ck_assert_msg(islower((unsigned char)*c) || *c == '-' ||
		                  isdigit((unsigned char)*c),
		    "reason %d: \"%s\" is not in kebab case", _i, name);
	for (int other = 0; other < _i; other++)
		ck_assert_str_ne(name, sl_reason_name((enum sl_reason)other));
}
END_TEST

/* Whatever the phone and with a plan or without. */
START_TEST(sentence_is_whole)
{
	struct sl_phone phones[] = { a_phone(), { .running = SL_STAGE_NONE },
		{ .status = SL_LOADING,
		    .stage = 15,
		    .running = 15,
		    .way = 200,
		    .held_from = 200,
		    .model = 7906 } };
	char text[512];

	for (size_t i = 0; i < 2 * COUNT(phones); i++) {
		memset(text, 'x', sizeof(text));
		sl_reason_text((enum sl_reason)_i, &phones[i / 2],
		    i % 2 == 0 ? &route : NULL, text, sizeof(text));
		ck_assert_uint_lt(strnlen(text, sizeof(text)), 200);
		ck_assert_int_eq(text[0] == '\0', _i == SL_REASON_NONE);
		ck_assert_ptr_null(strchr(text, '%'));
		ck_assert_ptr_null(strstr(text, "(null)"));
		ck_assert_ptr_null(strstr(text, "  "));
		if (_i != SL_REASON_NONE)
			ck_assert_int_ne(text[strlen(text) - 1], '.');
	}
}
END_TEST

/* A sentence that does not fit is cut, and nothing behind it is touched. */
START_TEST(sentence_stays_in_its_room)
{
	struct sl_phone phone = a_phone();

	for (size_t size = 0; size < 64; size++) {
		char text[64];

		memset(text, '#', sizeof(text));
		sl_reason_text((enum sl_reason)_i, &phone, &route, text, size);
		if (size > 0)
			ck_assert_uint_lt(strnlen(text, size), size);
		for (size_t i = size; i < sizeof(text); i++)
			ck_assert_int_eq(text[i], '#');
	}
}
END_TEST

/* What the administrator reads, to the letter. */
static const struct {
	enum sl_reason reason;
	uint8_t status, stage, running;
	const char *sentence;
} told[] = {
	{ SL_REASON_FIRST_SEEN, SL_NEW, 0, SL_STAGE_NONE,
	    "got its first lease, 192.0.2.51; it has not asked for a file "
	    "yet" },
	{ SL_REASON_NO_PLAN, SL_NEW, 0, SL_STAGE_NONE,
	    "no plan names model 7906 or its MAC address; it is served as if "
	    "there were no stageload" },
	{ SL_REASON_ASKED_BOOT, SL_BOOTING, 0, SL_STAGE_NONE,
	    "asked its boot file term06.default.loads, for \"bridge\" "
	    "(sccp-8.5.2), attempt 3" },
	{ SL_REASON_FETCHING, SL_LOADING, 1, 0,
	    "fetches \"target\" (sip-9.4.2sr1): 3 of 5 parts delivered" },
	{ SL_REASON_ALL_SENT, SL_FLASHING, 0, SL_STAGE_NONE,
	    "all 5 parts of sccp-8.5.2 are delivered; the phone is flashing, "
	    "do not unplug it (up to 12 minutes)" },
	{ SL_REASON_NO_IMAGE, SL_BOOTING, 0, SL_STAGE_NONE,
	    "asked term06.default.loads and then no part of it (attempt 2): "
	    "the load is probably signed with a key this phone's loader does "
	    "not know" },
	{ SL_REASON_NO_IMAGE, SL_LOADING, 0, SL_STAGE_NONE,
	    "asked parts of term06.default.loads but not one was delivered "
	    "whole (attempt 2): the network or the files are at fault" },
	{ SL_REASON_STEPPED_DOWN, SL_BOOTING, 0, SL_STAGE_NONE,
	    "no attempt brought a part of \"target\" (sip-9.4.2sr1); one stage "
	    "down, to \"bridge\" (sccp-8.5.2)" },
	{ SL_REASON_RUNS_STAGE, SL_CLIMBING, 1, 0,
	    "runs \"bridge\" (sccp-8.5.2) now; next is \"target\" "
	    "(sip-9.4.2sr1)" },
	{ SL_REASON_ABORTED, SL_LOADING, 0, SL_STAGE_NONE,
	    "a transfer of \"bridge\" (sccp-8.5.2) ended before its last "
	    "block; 3 of 5 parts delivered, the phone has to ask again" },
	{ SL_REASON_ABORTED, SL_BOOTING, 0, SL_STAGE_NONE,
	    "asked term06.default.loads and was not seen to get it whole "
	    "(attempt 2)" },
	{ SL_REASON_UNKNOWN_ADDRESS, SL_NEW, 0, SL_STAGE_NONE,
	    "firmware is asked from an address that no lease tells, probably "
	    "by this phone: its lease is 192.0.2.51" },
	{ SL_REASON_BOOT_MISSING, SL_BOOTING, 0, SL_STAGE_NONE,
	    "its boot file term06.default.loads is not in the directory of "
	    "\"bridge\" (sccp-8.5.2)" },
	{ SL_REASON_PART_MISSING, SL_LOADING, 1, 0,
	    "a file that it needs for \"target\" (sip-9.4.2sr1) is in no "
	    "directory of its plan; 3 of 5 parts delivered" },
	{ SL_REASON_NO_CONFIG, SL_NEW, 0, SL_STAGE_NONE,
	    "asks its configuration SEP001BD4123456.cnf.xml, and neither that "
	    "nor a default is there" },
	{ SL_REASON_ON_TARGET, SL_DONE, 1, 1,
	    "runs \"target\" (sip-9.4.2sr1) already: its configuration names "
	    "that load, and it asked for none" },
	{ SL_REASON_TARGET_REACHED, SL_DONE, 1, 1,
	    "runs \"target\" (sip-9.4.2sr1), the last stage of plan "
	    "7906-to-sip" },
};

START_TEST(sentence_is_exact)
{
	struct sl_phone phone = a_phone();
	char text[512];

	phone.status = told[_i].status;
	phone.stage = told[_i].stage;
	phone.running = told[_i].running;
	sl_reason_text(told[_i].reason, &phone, &route, text, sizeof(text));
	ck_assert_str_eq(text, told[_i].sentence);
}
END_TEST

/* A file name is whatever the network says. */
START_TEST(name_from_network_is_harmless)
{
	struct sl_phone phone = a_phone();
	char text[512];

	memcpy(phone.load, "\033]0;x\007\xff.loads", 14);
	sl_reason_text(
	    SL_REASON_ASKED_BOOT, &phone, &route, text, sizeof(text));
	for (const char *c = text; *c != '\0'; c++)
		ck_assert(*c >= 0x20 && *c <= 0x7e);
	ck_assert_ptr_nonnull(strstr(text, "?]0;x??.loads"));
}
END_TEST

/* Whoever is told that something is wrong is told what to do. */
START_TEST(trouble_has_a_cure)
{
	static const enum sl_reason troubles[] = { SL_REASON_NO_PLAN,
		SL_REASON_ABORTED, SL_REASON_NO_IMAGE, SL_REASON_NO_STAGE_LEFT,
		SL_REASON_NO_CONTACT, SL_REASON_HELD, SL_REASON_UNKNOWN_ADDRESS,
		SL_REASON_BOOT_MISSING, SL_REASON_PART_MISSING,
		SL_REASON_PART_CASE, SL_REASON_PART_UNREADABLE,
		SL_REASON_TRUST_LOOP, SL_REASON_NO_CONFIG, SL_REASON_DAMAGED,
		SL_REASON_MOVED_AWAY };

	for (size_t i = 0; i < COUNT(troubles); i++)
		ck_assert_str_ne(sl_reason_cure(troubles[i]), "");
	for (int i = 0; i < SL_REASONS; i++) {
		const char *cure = sl_reason_cure((enum sl_reason)i);

		ck_assert_ptr_null(strstr(cure, "  "));
		if (*cure != '\0')
			ck_assert_int_ne(cure[strlen(cure) - 1], '.');
	}
	ck_assert_str_eq(sl_reason_cure((enum sl_reason)999), "");
}
END_TEST

START_TEST(unknown_reason_is_told_as_such)
{
	struct sl_phone phone = a_phone();
	char text[512];

	ck_assert_str_eq(sl_reason_name((enum sl_reason)999), "unknown");
	sl_reason_text((enum sl_reason)999, &phone, NULL, text, sizeof(text));
	ck_assert_str_eq(
	    text, "reason 999, which this stageload does not know");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("reason");
	TCase *tcase = tcase_create("reason");

	tcase_add_loop_test(tcase, name_is_stable_text, 0, SL_REASONS);
	tcase_add_loop_test(tcase, sentence_is_whole, 0, SL_REASONS);
	tcase_add_loop_test(tcase, sentence_stays_in_its_room, 0, SL_REASONS);
	tcase_add_loop_test(tcase, sentence_is_exact, 0, (int)COUNT(told));
	tcase_add_test(tcase, name_from_network_is_harmless);
	tcase_add_test(tcase, unknown_reason_is_told_as_such);
	tcase_add_test(tcase, trouble_has_a_cure);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
