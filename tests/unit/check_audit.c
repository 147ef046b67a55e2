/* SPDX-License-Identifier: BSD-2-Clause */
/* check_audit.c: each mistake of options 150 and 66, by its octets. */
#include "audit.h"

#include "suite.h"

#define BYTES(...)                        \
	(const uint8_t[]){ __VA_ARGS__ }, \
	    sizeof((const uint8_t[]){ __VA_ARGS__ })
#define TEXT(s) (const uint8_t *)(s), sizeof(s) - 1
#define NONE SL_FINDING_NONE

static const struct sl_servers two = { 2, { 0xc0a80005, 0xc0a80006 } };
static const struct sl_servers ascii = { 2, { 0x31323334, 0x31323335 } };
static const struct sl_servers letters = { 1, { 0x61626364 } };
static const struct sl_servers same_backwards = { 1, { 0x0a01010a } };
static const struct sl_servers both_ways = { 2, { 0x05060708, 0x08070605 } };
static const struct sl_servers like_text = { 3,
	{ 0x3139322e, 0x3136382e, 0x312e3130 } };
static const struct sl_servers in_multicast = { 1, { 0x0a0000e0 } };
static const struct sl_servers reserved = { 1, { 0xf0000001 } };

struct row {
	const uint8_t *wire;
	size_t length;
	const struct sl_servers *intended;
	const char *name; /* intended */
	enum sl_finding want;
};

/* Right values, and values of which nothing can be told. */
static const struct row good150[] = {
	{ BYTES(0xc0, 0xa8, 0x00, 0x05), NULL, NULL, NONE },
	{ BYTES(0xc0, 0xa8, 0x00, 0x05, 0xc0, 0xa8, 0x00, 0x06), &two, NULL,
	    NONE },
	{ BYTES(0xc0, 0xa8, 0x00, 0x06), &two, NULL, NONE },
	/* Not what is intended: somebody's choice. */
	{ BYTES(10, 0, 0, 1), &two, NULL, NONE },
	{ BYTES(10, 0, 0, 0), NULL, NULL, NONE },
	{ BYTES(10, 0, 0, 255), NULL, NULL, NONE },
	/* Addresses that are printable as well. */
	{ TEXT("1234"), NULL, NULL, NONE },
	{ TEXT("12341235"), NULL, NULL, NONE },
	{ TEXT("12341235"), &ascii, "tftp", NONE },
	{ TEXT("....1.1."), NULL, NULL, NONE },
	{ TEXT("1.1."), NULL, NULL, NONE },
	{ TEXT("cucm"), NULL, NULL, NONE },
	{ TEXT("abcdabce"), NULL, NULL, NONE },
	{ TEXT("BMXcabcd"), NULL, NULL, NONE },
	{ TEXT("cb007105"), NULL, NULL, NONE },
	{ TEXT("1234"), NULL, "1234", NONE },
	{ TEXT("192.168.1.10"), &like_text, NULL, SL_FINDING_150_MANY },
	/* The reverse of an intended one is intended, or is itself. */
	{ BYTES(10, 1, 1, 10), &same_backwards, NULL, NONE },
	{ BYTES(8, 7, 6, 5, 5, 6, 7, 8), &both_ways, NULL, NONE },
	/* Backwards, but of nothing known. */
	{ BYTES(5, 0, 168, 192), NULL, NULL, NONE },
	{ BYTES(240, 0, 0, 1), &reserved, NULL, NONE },
	/* No name in the form of DNS. */
	{ BYTES(2, 'b', 'c', 0), NULL, NULL, NONE },
	{ BYTES(3, 'a', 'b', 'c', 3, 'a', 'b', 'c'), NULL, NULL, NONE },
};

static const struct row bad150[] = {
	{ NULL, 0, NULL, NULL, SL_FINDING_150_EMPTY },
	{ NULL, 0, &two, "tftp", SL_FINDING_150_EMPTY },
	/* Dotted text, with the NUL of Windows, and without. */
	{ TEXT("10.136.123.11\0"), NULL, NULL, SL_FINDING_150_TEXT },
	{ TEXT("10.136.123.11"), NULL, NULL, SL_FINDING_150_TEXT },
	{ TEXT("192.168.0.5,192.168.0.6"), &two, NULL, SL_FINDING_150_TEXT },
	{ TEXT("'192.168.0.5'"), NULL, NULL, SL_FINDING_150_TEXT },
	{ TEXT("1.1.1.1"), NULL, NULL, SL_FINDING_150_TEXT },
	{ TEXT("300.1.1.1"), NULL, NULL, SL_FINDING_150_TEXT },
	{ TEXT("010.000.000.01"), NULL, NULL, SL_FINDING_150_TEXT },
	{ TEXT("\x0c"
	       "192.168.1.10"),
	    NULL, NULL, SL_FINDING_150_TEXT },
	/* The same where the length is right by chance. */
	{ TEXT("192.168.1.10"), NULL, NULL, SL_FINDING_150_TEXT_FITS },
	{ TEXT("192.168.1.10"), &two, "tftp", SL_FINDING_150_TEXT_FITS },
	{ TEXT("1.1.1.1\0"), NULL, NULL, SL_FINDING_150_TEXT_FITS },
	{ TEXT("192.168.0.5\0"), NULL, NULL, SL_FINDING_150_TEXT_FITS },
	{ TEXT("192.168.0.5,"), NULL, NULL, SL_FINDING_150_TEXT_FITS },
	{ TEXT(" 192.168.0.5"), NULL, NULL, SL_FINDING_150_TEXT_FITS },
	{ TEXT("192.168.0.5 \0\0\0\0"), NULL, NULL, SL_FINDING_150_TEXT_FITS },
	{ TEXT("192.168.0.5, 192.168.0.6"), NULL, NULL,
	    SL_FINDING_150_TEXT_FITS },
	{ TEXT("\x07"
	       "1.1.1.1"),
	    NULL, NULL, SL_FINDING_150_TEXT_FITS },
	/* Hexadecimal digits typed as text. */
	{ TEXT("c0:a8:00:05"), NULL, NULL, SL_FINDING_150_HEX_TEXT },
	{ TEXT("C0-A8-00-05\0"), NULL, NULL, SL_FINDING_150_HEX_TEXT },
	{ TEXT("0xc0a80005"), NULL, NULL, SL_FINDING_150_HEX_TEXT },
	{ TEXT("0xc0,0xa8,0x00,0x05"), NULL, NULL, SL_FINDING_150_HEX_TEXT },
	{ TEXT("\\xc0\\xa8\\x00\\x05"), NULL, NULL, SL_FINDING_150_HEX_TEXT },
	{ TEXT("cb:00:71:05"), NULL, NULL, SL_FINDING_150_HEX_TEXT },
	{ TEXT("0x0a0000"), NULL, NULL, SL_FINDING_150_HEX_TEXT },
	{ TEXT("c0a80005"), NULL, NULL, SL_FINDING_150_HEX_TEXT },
	{ TEXT("c0a80005\0"), NULL, NULL, SL_FINDING_150_HEX_TEXT },
	{ TEXT("AC100001"), NULL, NULL, SL_FINDING_150_HEX_TEXT },
	{ TEXT("0a000001"), &two, NULL, SL_FINDING_150_HEX_TEXT },
	{ TEXT("c0a80005c0a80006"), &two, NULL, SL_FINDING_150_HEX_TEXT },
	{ TEXT("31323334"), &ascii, NULL, SL_FINDING_150_HEX_TEXT },
	/* A name, or a path: other products have given 150 other uses. */
	{ TEXT("tftp.example.net"), NULL, NULL, SL_FINDING_150_NAME },
	{ TEXT("tftp1.example.net"), NULL, NULL, SL_FINDING_150_NAME },
	{ TEXT("tftpserv"), NULL, NULL, SL_FINDING_150_NAME },
	{ TEXT("tftpsrv\0"), NULL, NULL, SL_FINDING_150_NAME },
	{ TEXT("cucm"), NULL, "cucm", SL_FINDING_150_NAME },
	{ TEXT("abcdabce"), NULL, "abcdabce", SL_FINDING_150_NAME },
	{ TEXT("pbx"), NULL, NULL, SL_FINDING_150_NAME },
	{ TEXT("(nd)/boot/grub/menu.lst"), NULL, NULL, SL_FINDING_150_NAME },
	{ TEXT("tftp://192.168.0.5"), NULL, NULL, SL_FINDING_150_NAME },
	{ BYTES(3, '1', '9', '2', 3, '1', '6', '8', 1, '0', 1, '5', 0), NULL,
	    NULL, SL_FINDING_150_DNS_NAME },
	{ BYTES(4, 't', 'f', 't', 'p', 1, 'x', 0), NULL, NULL,
	    SL_FINDING_150_DNS_NAME },
	{ BYTES(4, 't', 'f', 't', 'p', 0), NULL, NULL,
	    SL_FINDING_150_DNS_NAME },
	/* No multiple of four. */
	{ BYTES(10), NULL, NULL, SL_FINDING_150_LENGTH },
	{ BYTES(10, 0, 0), NULL, NULL, SL_FINDING_150_LENGTH },
	{ BYTES(0xc0, 0xa8, 0, 5, 0), &two, NULL, SL_FINDING_150_LENGTH },
	{ BYTES(150, 4, 0xc0, 0xa8, 0, 5), NULL, NULL, SL_FINDING_150_LENGTH },
	{ TEXT("123"), &ascii, NULL, SL_FINDING_150_LENGTH },
	{ TEXT("12345"), NULL, NULL, SL_FINDING_150_LENGTH },
	{ TEXT("abc"), &letters, NULL, SL_FINDING_150_LENGTH },
	{ BYTES(0), NULL, NULL, SL_FINDING_150_LENGTH },
	{ TEXT("\0\0\0\0\0"), NULL, NULL, SL_FINDING_150_LENGTH },
	/* Octets backwards. */
	{ BYTES(5, 0, 168, 192), &two, NULL, SL_FINDING_150_REVERSED },
	{ BYTES(192, 168, 0, 5, 6, 0, 168, 192), &two, NULL,
	    SL_FINDING_150_REVERSED },
	{ BYTES(224, 0, 0, 10), &in_multicast, NULL, SL_FINDING_150_REVERSED },
	{ TEXT("4321"), &ascii, NULL, SL_FINDING_150_REVERSED },
	/* No host's. */
	{ BYTES(0, 0, 0, 0), NULL, NULL, SL_FINDING_150_NO_HOST },
	{ BYTES(0, 0, 0, 5), NULL, NULL, SL_FINDING_150_NO_HOST },
	{ BYTES(255, 255, 255, 255), NULL, NULL, SL_FINDING_150_NO_HOST },
	{ BYTES(127, 0, 0, 1), NULL, NULL, SL_FINDING_150_NO_HOST },
	{ BYTES(224, 0, 0, 1), NULL, NULL, SL_FINDING_150_NO_HOST },
	{ BYTES(240, 0, 0, 1), &two, NULL, SL_FINDING_150_NO_HOST },
	{ BYTES(192, 168, 0, 5, 127, 0, 0, 1), &two, NULL,
	    SL_FINDING_150_NO_HOST },
	{ BYTES(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 1), NULL,
	    NULL, SL_FINDING_150_NO_HOST },
	/* Notes. */
	{ BYTES(192, 168, 0, 5), &two, NULL, SL_FINDING_150_FIRST_ONLY },
	{ BYTES(10, 0, 0, 1, 10, 0, 0, 2, 10, 0, 0, 3), NULL, NULL,
	    SL_FINDING_150_MANY },
};

static const struct row good66[] = {
	{ TEXT("192.168.0.5"), NULL, NULL, NONE },
	{ TEXT("192.168.0.5"), &two, "192.168.0.6", NONE },
	{ TEXT("10.0.0.1"), &two, "tftp", NONE },
	{ TEXT("tftp"), NULL, NULL, NONE },
	{ TEXT("a"), NULL, NULL, NONE },
	{ TEXT("1234"), NULL, NULL, NONE },
	{ TEXT("tftp-1.example.net"), NULL, NULL, NONE },
	{ TEXT("tftp.example.net."), NULL, NULL, NONE },
	{ TEXT("tftp_1"), NULL, NULL, NONE },
	{ TEXT("c0a80005"), NULL, NULL, NONE },
	{ TEXT("ad-12.be"), NULL, NULL, NONE },
	{ TEXT("3com"), NULL, NULL, NONE },
	{ TEXT("10.1.1.10"), &same_backwards, NULL, NONE },
	{ TEXT("240.0.0.1"), &reserved, NULL, NONE },
	/* What the administrator wants, however strange. */
	{ TEXT("a,b c"), NULL, "a,b c", NONE },
};

static const struct row bad66[] = {
	{ NULL, 0, NULL, NULL, SL_FINDING_66_EMPTY },
	{ NULL, 0, NULL, "", SL_FINDING_66_EMPTY },
	{ TEXT("\0"), NULL, NULL, SL_FINDING_66_EMPTY },
	{ TEXT("\0\0\0\0"), NULL, NULL, SL_FINDING_66_EMPTY },
	/* Raw addresses. */
	{ BYTES(0xc0, 0xa8, 0, 5), NULL, NULL, SL_FINDING_66_BINARY },
	{ BYTES(10, 11, 12, 13), NULL, NULL, SL_FINDING_66_BINARY },
	{ BYTES(10, 0, 0, 0), NULL, NULL, SL_FINDING_66_BINARY },
	{ BYTES(10, 0, 0, 1, 10, 0, 0, 2), NULL, NULL, SL_FINDING_66_BINARY },
	{ TEXT("1234"), &ascii, NULL, SL_FINDING_66_BINARY },
	/* NUL, controls, what is not ASCII. */
	{ TEXT("192.168.0.5\0"), NULL, NULL, SL_FINDING_66_LAST_NUL },
	{ TEXT("192.168.0.5\0"), NULL, "192.168.0.5", SL_FINDING_66_LAST_NUL },
	{ TEXT("abc\0"), NULL, NULL, SL_FINDING_66_LAST_NUL },
	{ TEXT("tftp\0\0\0"), NULL, NULL, SL_FINDING_66_LAST_NUL },
	{ TEXT("tftp\0server"), NULL, NULL, SL_FINDING_66_INNER_NUL },
	{ TEXT("\0tftp"), NULL, NULL, SL_FINDING_66_INNER_NUL },
	{ TEXT("tftp\n"), NULL, NULL, SL_FINDING_66_CONTROL },
	{ TEXT("\ttftp"), NULL, NULL, SL_FINDING_66_CONTROL },
	{ TEXT("tftp\x7f"), NULL, NULL, SL_FINDING_66_CONTROL },
	{ TEXT("t\xc3\xa4t"), NULL, NULL, SL_FINDING_66_CONTROL },
	{ TEXT("\x1b[2J\x1b[H"), NULL, NULL, SL_FINDING_66_CONTROL },
	/* Lists and blanks. */
	{ TEXT("192.168.0.5,192.168.0.6"), NULL, NULL, SL_FINDING_66_LIST },
	{ TEXT("192.168.0.5, 192.168.0.6\0"), NULL, NULL, SL_FINDING_66_LIST },
	{ TEXT("192.168.0.5;tftp"), NULL, NULL, SL_FINDING_66_LIST },
	{ TEXT("192.168.0.5,"), NULL, NULL, SL_FINDING_66_LIST },
	{ TEXT("192.168.0.5 192.168.0.6"), NULL, NULL, SL_FINDING_66_LIST },
	{ TEXT(","), NULL, NULL, SL_FINDING_66_LIST },
	{ TEXT(" 192.168.0.5"), NULL, NULL, SL_FINDING_66_BLANK },
	{ TEXT("tftp "), NULL, NULL, SL_FINDING_66_BLANK },
	{ TEXT("my server"), NULL, NULL, SL_FINDING_66_BLANK },
	{ TEXT(" "), NULL, NULL, SL_FINDING_66_BLANK },
	/* Text that is no host's name. */
	{ TEXT("0xc0a80005"), NULL, NULL, SL_FINDING_66_HEX_TEXT },
	{ TEXT("c0:a8:00:05"), NULL, NULL, SL_FINDING_66_HEX_TEXT },
	{ TEXT("c0a80005"), &two, NULL, SL_FINDING_66_HEX_TEXT },
	{ TEXT("'192.168.0.5'"), NULL, NULL, SL_FINDING_66_BAD_NAME },
	{ TEXT("\"tftp\""), NULL, NULL, SL_FINDING_66_BAD_NAME },
	{ TEXT("tftp://192.168.0.5"), NULL, NULL, SL_FINDING_66_BAD_NAME },
	{ TEXT("192.168.0.5:69"), NULL, NULL, SL_FINDING_66_BAD_NAME },
	{ TEXT("2001:db8::1"), NULL, NULL, SL_FINDING_66_BAD_NAME },
	{ TEXT("-tftp"), NULL, NULL, SL_FINDING_66_BAD_NAME },
	{ TEXT("5.0.168.192"), &two, NULL, SL_FINDING_66_REVERSED },
	{ TEXT("5.0.168.192\0"), &two, NULL, SL_FINDING_66_REVERSED },
	{ TEXT("0.0.0.0"), NULL, NULL, SL_FINDING_66_NO_HOST },
	{ TEXT("127.0.0.1"), NULL, NULL, SL_FINDING_66_NO_HOST },
	{ TEXT("255.255.255.255"), NULL, NULL, SL_FINDING_66_NO_HOST },
	{ TEXT("192.168.0.256"), NULL, NULL, SL_FINDING_66_NO_HOST },
	{ TEXT("192.168.0"), NULL, NULL, SL_FINDING_66_NO_HOST },
	{ TEXT("192.168.0.5."), NULL, NULL, SL_FINDING_66_NO_HOST },
};

static struct sl_audit_input
given(const struct row *row)
{
	struct sl_audit_input in = { .intended = row->intended,
		.intended_name = row->name };

	return in;
}

static void
audit(const struct row *row, bool as66)
{
	struct sl_audit_input in = given(row);
	const uint8_t *wire = suite_at_edge(row->wire, row->length);
	enum sl_finding got;

	if (as66) {
		in.option66 = wire;
		in.option66_length = row->length;
		in.has66 = true;
		got = sl_audit66(&in);
	} else {
		in.option150 = wire;
		in.option150_length = row->length;
		in.has150 = true;
		got = sl_audit150(&in);
	}
	ck_assert_msg(got == row->want, "\"%.*s\": %s, not %s",
	    (int)row->length, (const char *)row->wire, sl_finding_name(got),
	    sl_finding_name(row->want));
}

START_TEST(option150_of_which_nothing_can_be_told_has_no_finding)
{
	audit(&good150[_i], false);
}
END_TEST

START_TEST(option150_with_a_mistake_is_named)
{
	audit(&bad150[_i], false);
}
END_TEST

START_TEST(option66_that_may_be_right_has_no_finding)
{
	audit(&good66[_i], true);
}
END_TEST

START_TEST(option66_with_a_mistake_is_named)
{
	audit(&bad66[_i], true);
}
END_TEST

/* Kea splits what is too long for one option, so any length comes. */
START_TEST(options_of_any_length_are_audited)
{
	uint8_t data[600];
	struct sl_audit_input in = { .option150 = data,
		.option66 = data,
		.has150 = true,
		.has66 = true };

	memset(data, 'n', sizeof(data));
	for (size_t length = 1; length <= sizeof(data); length++) {
		in.option66 = suite_at_edge(data, length);
		in.option66_length = length;
		ck_assert_int_eq(sl_audit66(&in),
		    length > 255 ? SL_FINDING_66_TOO_LONG : NONE);
	}
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(10 + i % 4);
	for (size_t length = 1; length <= sizeof(data); length++) {
		enum sl_finding want = SL_FINDING_150_LENGTH;

		if (length % 4 == 0)
			want = length > 252 ? SL_FINDING_150_TOO_LONG
			       : length > 8 ? SL_FINDING_150_MANY
			                    : NONE;
		in.option150 = suite_at_edge(data, length);
		in.option150_length = length;
		ck_assert_int_eq(sl_audit150(&in), want);
	}
}
END_TEST

static const struct {
	uint32_t siaddr;
	const struct sl_servers *intended;
	enum sl_finding want;
} siaddrs[] = {
	{ 0, NULL, NONE },
	{ 0, &two, NONE },
	{ 0xc0a80005, &two, NONE },
	{ 0x0a000001, &two, NONE },
	{ 0x0500a8c0, NULL, NONE },
	{ 0x0500a8c0, &two, SL_FINDING_SIADDR_REVERSED },
	{ 0x7f000001, NULL, SL_FINDING_SIADDR_NO_HOST },
	{ 0xe0000001, &two, SL_FINDING_SIADDR_NO_HOST },
	{ 0x00000005, &two, SL_FINDING_SIADDR_NO_HOST },
	{ 0xf0000001, &reserved, NONE },
};

START_TEST(siaddr_is_audited_where_there_is_one)
{
	const struct sl_audit_input in = { .siaddr = siaddrs[_i].siaddr,
		.intended = siaddrs[_i].intended };

	ck_assert_int_eq(sl_audit_siaddr(&in), siaddrs[_i].want);
}
END_TEST

START_TEST(what_is_absent_has_no_finding_of_its_own)
{
	struct sl_audit_input in = { .option150 = (const uint8_t *)"?",
		.option150_length = 1,
		.option66 = (const uint8_t *)" ",
		.option66_length = 1 };
	enum sl_finding found[SL_AUDIT_MAX];

	ck_assert_int_eq(sl_audit150(&in), NONE);
	ck_assert_int_eq(sl_audit66(&in), NONE);
	ck_assert_uint_eq(sl_audit_reply(&in, found), 1);
	ck_assert_int_eq(found[0], SL_FINDING_NO_SERVER);
	in.siaddr = 0x0a000001;
	ck_assert_uint_eq(sl_audit_reply(&in, found), 0);
}
END_TEST

START_TEST(reply_has_all_its_findings)
{
	const struct sl_audit_input in = { .has150 = true,
		.option66 = (const uint8_t *)"a,b",
		.option66_length = 3,
		.has66 = true,
		.siaddr = 0x7f000001 };
	enum sl_finding found[SL_AUDIT_MAX];

	ck_assert_uint_eq(sl_audit_reply(&in, found), 3);
	ck_assert_int_eq(found[0], SL_FINDING_150_EMPTY);
	ck_assert_int_eq(found[1], SL_FINDING_66_LIST);
	ck_assert_int_eq(found[2], SL_FINDING_SIADDR_NO_HOST);
}
END_TEST

START_TEST(each_finding_has_a_name_of_its_own)
{
	for (int i = 0; i < SL_FINDINGS; i++) {
		for (int k = 0; k < i; k++)
			ck_assert_str_ne(sl_finding_name((enum sl_finding)i),
			    sl_finding_name((enum sl_finding)k));
		ck_assert_int_eq(sl_finding_is_note((enum sl_finding)i),
		    i == SL_FINDING_150_MANY || i == SL_FINDING_150_FIRST_ONLY);
	}
	ck_assert_str_eq(sl_finding_name(NONE), "none");
	ck_assert_str_eq(sl_finding_name(SL_FINDINGS), "none");
	ck_assert_str_eq(sl_finding_name((enum sl_finding) - 1), "none");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("audit");
	TCase *t = tcase_create("audit");

	tcase_add_loop_test(t,
	    option150_of_which_nothing_can_be_told_has_no_finding, 0,
	    COUNT(good150));
	tcase_add_loop_test(
	    t, option150_with_a_mistake_is_named, 0, COUNT(bad150));
	tcase_add_loop_test(
	    t, option66_that_may_be_right_has_no_finding, 0, COUNT(good66));
	tcase_add_loop_test(
	    t, option66_with_a_mistake_is_named, 0, COUNT(bad66));
	tcase_add_test(t, options_of_any_length_are_audited);
	tcase_add_loop_test(
	    t, siaddr_is_audited_where_there_is_one, 0, COUNT(siaddrs));
	tcase_add_test(t, what_is_absent_has_no_finding_of_its_own);
	tcase_add_test(t, reply_has_all_its_findings);
	tcase_add_test(t, each_finding_has_a_name_of_its_own);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
