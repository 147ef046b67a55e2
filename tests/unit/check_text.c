/* SPDX-License-Identifier: BSD-2-Clause */
/* check_text.c: MAC addresses, IPv4 addresses, times and names as text. */
#include "text.h"

#include "suite.h"

static const struct {
	const char *text;
	enum sl_rc rc;
} macs[] = {
	{ "001bd4123456", SL_OK },
	{ "001BD4123456", SL_OK },
	{ "00:1b:d4:12:34:56", SL_OK },
	{ "00-1B-d4-12-34-56", SL_OK },
	{ "001b.d412.3456", SL_OK },
	{ "", SL_INVALID },
	{ "0", SL_INVALID },
	{ "001bd412345", SL_INVALID },
	{ "001bd41234567", SL_INVALID },
	{ "00:1b:d4:12:34", SL_INVALID },
	{ "00:1b:d4:12:34:5", SL_INVALID },
	{ "00:1b:d4:12:34:56:", SL_INVALID },
	{ "00:1b:d4:12:34:56:78", SL_INVALID },
	{ ":00:1b:d4:12:34:56", SL_INVALID },
	{ "00:1b-d4:12-34:56", SL_INVALID },
	{ "0:1b:d4:12:34:56", SL_INVALID },
	{ "001:bd4:123:456", SL_INVALID },
	{ "001bd4.123456", SL_INVALID },
	{ "001b.d412:3456", SL_INVALID },
	{ "001bd412345g", SL_INVALID },
	{ "001bd412345\xe9", SL_INVALID },
	{ " 001bd4123456", SL_INVALID },
	{ "001bd4123456 ", SL_INVALID },
	{ "0x1bd4123456", SL_INVALID },
	{ "+01bd4123456", SL_INVALID },
};

START_TEST(mac_is_read_in_four_forms_and_no_other)
{
	static const struct sl_mac want = { { 0x00, 0x1b, 0xd4, 0x12, 0x34,
	    0x56 } };
	static const struct sl_mac before = { { 9, 9, 9, 9, 9, 9 } };
	struct sl_mac mac = before;
	const char *text = suite_text_at_edge(macs[_i].text);

	ck_assert_msg(sl_mac_parse(text, &mac) == macs[_i].rc, "%s", text);
	ck_assert_msg(
	    sl_mac_equal(&mac, macs[_i].rc == SL_OK ? &want : &before), "%s",
	    text);
}
END_TEST

START_TEST(mac_digits_are_read_whatever_follows)
{
	static const struct sl_mac want = { { 0xAB, 0xCD, 0xEF, 0x01, 0x23,
	    0x45 } };
	struct sl_mac mac;

	ck_assert_int_eq(sl_mac_from_digits("ABCDEF012345", &mac), SL_OK);
	ck_assert(sl_mac_equal(&mac, &want));
	ck_assert_int_eq(sl_mac_from_digits("abcdef012345.tlv", &mac), SL_OK);
	ck_assert(sl_mac_equal(&mac, &want));
	ck_assert_int_eq(sl_mac_from_digits("abcdef0123456", &mac), SL_OK);
}
END_TEST

static const char *const no_digits[] = { "", "abcdef01234", "ab:cdef012345",
	"abcdef01234.", "SEPabcdef012345" };

START_TEST(mac_digits_cut_short_are_refused)
{
	struct sl_mac mac;

	ck_assert_int_eq(
	    sl_mac_from_digits(suite_text_at_edge(no_digits[_i]), &mac),
	    SL_INVALID);
}
END_TEST

START_TEST(mac_is_printed_in_lower_case_with_colons)
{
	struct sl_mac mac = { { 0x00, 0x1b, 0xd4, 0xff, 0x0a, 0x90 } };
	struct sl_mac again;
	char out[SL_MAC_TEXT];

	sl_mac_print(&mac, out);
	ck_assert_str_eq(out, "00:1b:d4:ff:0a:90");
	ck_assert_int_eq(sl_mac_parse(out, &again), SL_OK);
	ck_assert(sl_mac_equal(&mac, &again));
}
END_TEST

START_TEST(macs_that_differ_in_one_octet_are_not_equal)
{
	struct sl_mac mac = { { 1, 2, 3, 4, 5, 6 } };

	for (int i = 0; i < 6; i++) {
		struct sl_mac other = mac;

		other.octet[i] ^= 0x80;
		ck_assert(!sl_mac_equal(&mac, &other));
	}
}
END_TEST

static const struct {
	const char *text;
	enum sl_rc rc;
	uint32_t addr;
} addrs[] = {
	{ "192.168.0.5", SL_OK, 0xc0a80005 },
	{ "0.0.0.0", SL_OK, 0 },
	{ "255.255.255.255", SL_OK, 0xffffffff },
	{ "10.20.30.40", SL_OK, 0x0a141e28 },
	{ "", SL_INVALID, 0 },
	{ ".", SL_INVALID, 0 },
	{ "1", SL_INVALID, 0 },
	{ "1.2.3", SL_INVALID, 0 },
	{ "1.2.3.", SL_INVALID, 0 },
	{ "1.2.3.4.", SL_INVALID, 0 },
	{ "1.2.3.4.5", SL_INVALID, 0 },
	{ "1..3.4", SL_INVALID, 0 },
	{ "256.1.1.1", SL_INVALID, 0 },
	{ "1.1.1.256", SL_INVALID, 0 },
	{ "1.1.1.1000", SL_INVALID, 0 },
	{ "4294967297.1.1.1", SL_INVALID, 0 },
	{ "01.2.3.4", SL_INVALID, 0 },
	{ "1.2.3.00", SL_INVALID, 0 },
	{ "192.168.000.005", SL_INVALID, 0 },
	{ "-1.2.3.4", SL_INVALID, 0 },
	{ "+1.2.3.4", SL_INVALID, 0 },
	{ "0x1.2.3.4", SL_INVALID, 0 },
	{ " 1.2.3.4", SL_INVALID, 0 },
	{ "1.2.3.4 ", SL_INVALID, 0 },
	{ "1.2.3.4\n", SL_INVALID, 0 },
	{ "1,2,3,4", SL_INVALID, 0 },
	{ "localhost", SL_INVALID, 0 },
};

START_TEST(address_is_four_plain_numbers_and_nothing_else)
{
	uint32_t addr = 0xdeadbeef;
	const char *text = suite_text_at_edge(addrs[_i].text);

	ck_assert_msg(sl_addr_parse(text, &addr) == addrs[_i].rc, "%s", text);
	if (addrs[_i].rc == SL_OK) {
		char out[SL_ADDR_TEXT];

		ck_assert_uint_eq(addr, addrs[_i].addr);
		sl_addr_print(addr, out);
		ck_assert_str_eq(out, text);
	} else {
		ck_assert_uint_eq(addr, 0xdeadbeef);
	}
}
END_TEST

#define S INT64_C(1000000)

static const struct {
	int64_t usec;
	const char *text;
} times[] = {
	{ 0, "1970-01-01T00:00:00Z" },
	{ 999999, "1970-01-01T00:00:00Z" },
	{ -1, "1969-12-31T23:59:59Z" },
	{ -1 * S, "1969-12-31T23:59:59Z" },
	{ 86399 * S, "1970-01-01T23:59:59Z" },
	{ 86400 * S, "1970-01-02T00:00:00Z" },
	{ 68169599 * S, "1972-02-28T23:59:59Z" },
	{ 68169600 * S, "1972-02-29T00:00:00Z" },
	{ 951868799 * S, "2000-02-29T23:59:59Z" },
	{ 951868800 * S, "2000-03-01T00:00:00Z" },
	{ 1000000000 * S, "2001-09-09T01:46:40Z" },
	{ INT64_C(2147483648) * S, "2038-01-19T03:14:08Z" },
	{ 1795218822 * S, "2026-11-20T23:53:42Z" },
	{ INT64_C(4107542400) * S, "2100-03-01T00:00:00Z" },
	{ INT64_C(253402300799) * S, "9999-12-31T23:59:59Z" },
	{ INT64_C(253402300800) * S, "9999-12-31T23:59:59Z" },
	{ INT64_MAX, "9999-12-31T23:59:59Z" },
	{ INT64_C(-62135596800) * S, "0001-01-01T00:00:00Z" },
	{ INT64_C(-62135596801) * S, "0001-01-01T00:00:00Z" },
	{ INT64_MIN, "0001-01-01T00:00:00Z" },
};

START_TEST(time_is_printed_in_utc_whatever_its_size)
{
	char out[SL_TIME_TEXT];

	sl_time_print(times[_i].usec, out);
	ck_assert_str_eq(out, times[_i].text);
}
END_TEST

static const struct {
	const char *path, *base;
} paths[] = {
	{ "", "" },
	{ "/", "" },
	{ "a", "a" },
	{ "/a", "a" },
	{ "a/", "" },
	{ "a//b", "b" },
	{ "/x/y/term06.default.loads", "term06.default.loads" },
	{ "a\\b", "a\\b" },
};

START_TEST(base_name_is_what_follows_the_last_slash)
{
	ck_assert_str_eq(
	    sl_base_name(suite_text_at_edge(paths[_i].path)), paths[_i].base);
}
END_TEST

static const struct {
	size_t size;
	const char *text, *want;
	bool fits;
} copies[] = {
	{ 4, "", "", true },
	{ 4, "abc", "abc", true },
	{ 4, "abcd", "abc", false },
	{ 4, "abcdefghijklmnopqrstuvwxyz", "abc", false },
	{ 1, "", "", true },
	{ 1, "a", "", false },
};

START_TEST(copy_stays_inside_and_ends_with_nul)
{
	char *out = suite_at_edge("####", copies[_i].size);

	ck_assert(
	    sl_copy(out, copies[_i].size, copies[_i].text) == copies[_i].fits);
	ck_assert_str_eq(out, copies[_i].want);
}
END_TEST

START_TEST(copy_into_nothing_writes_nothing)
{
	char *out = suite_at_edge("", 0);

	ck_assert(!sl_copy(out, 0, ""));
	ck_assert(!sl_copy(out, 0, "abc"));
}
END_TEST

static const struct {
	const char *a, *b;
	bool same, starts, ends; /* a and b; a with b; a with b */
} pairs[] = {
	{ "", "", true, true, true },
	{ "a", "", false, true, true },
	{ "", "a", false, false, false },
	{ "Jar11", "jAR11", true, true, true },
	{ "Jar11", "jar1", false, true, false },
	{ "Jar11", "AR11", false, false, true },
	{ "Jar11", "jar11x", false, false, false },
	{ "[", "{", false, false, false },
	{ "@", "`", false, false, false },
	{ "\xc4", "\xe4", false, false, false },
	{ "I", "\xc4\xb1", false, false, false },
	{ "ababab", "AB", false, true, true },
};

START_TEST(case_is_ignored_in_ascii_only)
{
	const char *a = suite_text_at_edge(pairs[_i].a);
	const char *b = suite_text_at_edge(pairs[_i].b);

	ck_assert(sl_same_ignoring_case(a, b) == pairs[_i].same);
	ck_assert(sl_same_ignoring_case(b, a) == pairs[_i].same);
	ck_assert(sl_starts_ignoring_case(a, b) == pairs[_i].starts);
	ck_assert(sl_ends_ignoring_case(a, b) == pairs[_i].ends);
}
END_TEST

START_TEST(failure_is_one_sentence_and_its_code)
{
	struct sl_err err = { "stale" };

	ck_assert_int_eq(sl_fail(&err, SL_IO, "%s: %d", "here", 7), SL_IO);
	ck_assert_str_eq(err.text, "here: 7");
	ck_assert_int_eq(sl_fail(NULL, SL_NONE, "%s", "x"), SL_NONE);
}
END_TEST

START_TEST(failure_takes_its_own_sentence_as_argument)
{
	struct sl_err err;

	(void)sl_fail(&err, SL_INVALID, "0.0.0.0 is none");
	(void)sl_fail(&err, SL_INVALID, "plans[0]: %s", err.text);
	ck_assert_str_eq(err.text, "plans[0]: 0.0.0.0 is none");
}
END_TEST

START_TEST(sentence_that_is_too_long_is_cut)
{
	struct sl_err err;
	char text[4096];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	ck_assert_int_eq(sl_fail(&err, SL_SHAPE, "%s", text), SL_SHAPE);
	ck_assert_uint_eq(strlen(err.text), sizeof(err.text) - 1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("text");
	TCase *t = tcase_create("text");

	tcase_add_loop_test(
	    t, mac_is_read_in_four_forms_and_no_other, 0, COUNT(macs));
	tcase_add_test(t, mac_digits_are_read_whatever_follows);
	tcase_add_loop_test(
	    t, mac_digits_cut_short_are_refused, 0, COUNT(no_digits));
	tcase_add_test(t, mac_is_printed_in_lower_case_with_colons);
	tcase_add_test(t, macs_that_differ_in_one_octet_are_not_equal);
	tcase_add_loop_test(
	    t, address_is_four_plain_numbers_and_nothing_else, 0, COUNT(addrs));
	tcase_add_loop_test(
	    t, time_is_printed_in_utc_whatever_its_size, 0, COUNT(times));
	tcase_add_loop_test(
	    t, base_name_is_what_follows_the_last_slash, 0, COUNT(paths));
	tcase_add_loop_test(
	    t, copy_stays_inside_and_ends_with_nul, 0, COUNT(copies));
	tcase_add_test(t, copy_into_nothing_writes_nothing);
	tcase_add_loop_test(t, case_is_ignored_in_ascii_only, 0, COUNT(pairs));
	tcase_add_test(t, failure_is_one_sentence_and_its_code);
	tcase_add_test(t, failure_takes_its_own_sentence_as_argument);
	tcase_add_test(t, sentence_that_is_too_long_is_cut);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
