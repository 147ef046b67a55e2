/* SPDX-License-Identifier: BSD-2-Clause */
/* check_audit_told.c: what is said of a finding, and what mends it. */
#include "audit.h"

#include <jansson.h>
#include <stdio.h>

#include "suite.h"

#define BYTES(...)                        \
	(const uint8_t[]){ __VA_ARGS__ }, \
	    sizeof((const uint8_t[]){ __VA_ARGS__ })
#define TEXT(s) (const uint8_t *)(s), sizeof(s) - 1
#define NONE SL_FINDING_NONE

static const struct sl_servers two = { 2, { 0xc0a80005, 0xc0a80006 } };

struct row {
	const uint8_t *wire;
	size_t length;
	const struct sl_servers *intended;
	const char *name; /* intended */
	enum sl_finding want;
};

#define MANY_ZEROS (const uint8_t[260]){ 0 }, 260

static const struct {
	enum sl_finding finding;
	const uint8_t *wire;
	size_t length;
	const struct sl_servers *intended;
	const char *text;
} sentences[] = {
	{ NONE, NULL, 0, NULL, "" },
	{ SL_FINDING_150_EMPTY, NULL, 0, NULL,
	    "option 150 is empty: it names no server" },
	{ SL_FINDING_150_TEXT, TEXT("10.136.123.11\0"), NULL,
	    "option 150 holds the text \"10.136.123.11\\x00\": 14 octets are "
	    "no multiple of 4, so a phone refuses the whole lease" },
	{ SL_FINDING_150_TEXT_FITS, TEXT("192.168.1.10"), NULL,
	    "option 150 holds the text \"192.168.1.10\": the phone reads "
	    "49.57.50.46, 49.54.56.46, 49.46.49.48" },
	{ SL_FINDING_150_HEX_TEXT, TEXT("c0a80005"), NULL,
	    "option 150 holds hexadecimal digits as text, \"c0a80005\": the "
	    "phone reads 99.48.97.56, 48.48.48.53" },
	{ SL_FINDING_150_NAME, TEXT("tftp.example.net"), NULL,
	    "option 150 holds the text \"tftp.example.net\", but only "
	    "addresses belong there: the phone reads 116.102.116.112, "
	    "46.101.120.97, 109.112.108.101..." },
	{ SL_FINDING_150_LENGTH, BYTES(10, 0, 0), NULL,
	    "option 150 holds 0a 00 00: 3 octets are no multiple of 4, so a "
	    "phone refuses the whole lease" },
	{ SL_FINDING_150_LENGTH, BYTES(10), NULL,
	    "option 150 holds 0a: 1 octet is no multiple of 4, so a phone "
	    "refuses the whole lease" },
	{ SL_FINDING_150_TOO_LONG, MANY_ZEROS, NULL,
	    "option 150 has 260 octets: one option holds at most 252, which "
	    "are 63 addresses" },
	{ SL_FINDING_150_REVERSED, BYTES(192, 168, 0, 6, 5, 0, 168, 192), &two,
	    "option 150 names 5.0.168.192, which is 192.168.0.5 with its "
	    "octets backwards" },
	{ SL_FINDING_150_NO_HOST, BYTES(192, 168, 0, 6, 127, 0, 0, 1), &two,
	    "option 150: 127.0.0.1 is the phone itself (loopback), not a TFTP "
	    "server's" },
	{ SL_FINDING_150_NO_HOST, BYTES(240, 0, 0, 1), NULL,
	    "option 150: 240.0.0.1 is of 240.0.0.0/4, where no host is" },
	{ SL_FINDING_150_FIRST_ONLY, BYTES(192, 168, 0, 5), &two,
	    "option 150 names 192.168.0.5 alone, the first of 2 intended "
	    "servers; a definition without \"array\": true sends one" },
	{ SL_FINDING_150_MANY, BYTES(1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 3), NULL,
	    "option 150 names 3 servers; phones use the first two" },
	{ SL_FINDING_66_BINARY, BYTES(192, 168, 0, 5), NULL,
	    "option 66 holds the raw octets of 192.168.0.5; it must be text" },
	{ SL_FINDING_66_LIST, TEXT("192.168.0.5,192.168.0.6"), NULL,
	    "option 66 holds \"192.168.0.5,192.168.0.6\": a phone takes all "
	    "of it for one name" },
	{ SL_FINDING_66_INNER_NUL, TEXT("192.\0000"), NULL,
	    "option 66 holds \"192.\\x000\": the octet 0x00 at offset 4 ends "
	    "the name there" },
	{ SL_FINDING_66_CONTROL, TEXT("\x1b[2J\\\"\xff"), NULL,
	    "option 66 holds \"\\x1b[2J\\\\\\\"\\xff\": the octet 0x1b at "
	    "offset 0 is no printable ASCII" },
	{ SL_FINDING_66_REVERSED, TEXT("5.0.168.192"), &two,
	    "option 66 holds \"5.0.168.192\", which is 192.168.0.5 with its "
	    "octets backwards" },
	{ SL_FINDING_66_NO_HOST, TEXT("192.168.0"), NULL,
	    "option 66 holds \"192.168.0\": that is no IPv4 address" },
	{ SL_FINDING_66_NO_HOST, TEXT("0.0.0.5"), NULL,
	    "option 66: 0.0.0.5 is of 0.0.0.0/8, where no host is" },
};

static struct sl_audit_input
reply_of(enum sl_finding finding, const uint8_t *wire, size_t length,
    const struct sl_servers *intended)
{
	struct sl_audit_input in = { .intended = intended };

	if (finding >= SL_FINDING_66_EMPTY) {
		in.option66 = suite_at_edge(wire, length);
		in.option66_length = length;
		in.has66 = true;
	} else {
		in.option150 = suite_at_edge(wire, length);
		in.option150_length = length;
		in.has150 = true;
	}
	return in;
}

START_TEST(finding_is_told_with_the_real_values)
{
	const struct sl_audit_input in = reply_of(sentences[_i].finding,
	    sentences[_i].wire, sentences[_i].length, sentences[_i].intended);
	char text[SL_FINDING_TEXT_MAX];

	sl_finding_text(sentences[_i].finding, &in, text, sizeof(text));
	ck_assert_str_eq(text, sentences[_i].text);
}
END_TEST

#define CURE_150(list)                                                     \
	"\"option-def\": [ { \"name\": \"cisco-tftp-servers\", "           \
	"\"code\": 150, \"type\": \"ipv4-address\", \"array\": true } ], " \
	"\"option-data\": [ { \"name\": \"cisco-tftp-servers\", "          \
	"\"data\": \"" list "\" } ]"
#define CURE_66(name)                                           \
	"\"option-data\": [ { \"name\": \"tftp-server-name\", " \
	"\"data\": \"" name "\" } ]"

static const struct {
	struct row row; /* what is audited, and its finding */
	bool known;
	const char *cure;
} cures[] = {
	{ { TEXT("192.168.1.10"), &two, NULL, SL_FINDING_150_TEXT_FITS }, true,
	    CURE_150("192.168.0.5, 192.168.0.6") },
	/* Nothing intended: what was meant. */
	{ { TEXT("192.168.1.10"), NULL, NULL, SL_FINDING_150_TEXT_FITS }, true,
	    CURE_150("192.168.1.10") },
	{ { TEXT("1.2.3.4,300.1.1.1, 5.6.7.8\0"), NULL, NULL,
	      SL_FINDING_150_TEXT },
	    true, CURE_150("1.2.3.4, 5.6.7.8") },
	{ { TEXT("0xc0a80005"), NULL, NULL, SL_FINDING_150_HEX_TEXT }, true,
	    CURE_150("192.168.0.5") },
	{ { TEXT("\x0c"
	         "192.168.1.10"),
	      NULL, NULL, SL_FINDING_150_TEXT },
	    true, CURE_150("192.168.1.10") },
	{ { BYTES(192, 168, 0, 5, 127, 0, 0, 1), NULL, NULL,
	      SL_FINDING_150_NO_HOST },
	    true, CURE_150("192.168.0.5") },
	{ { BYTES(10, 0, 0, 1, 10, 0, 0, 2, 10, 0, 0, 3), NULL, NULL,
	      SL_FINDING_150_MANY },
	    true, CURE_150("10.0.0.1, 10.0.0.2") },
	/* Nothing to recognize. */
	{ { TEXT("0xc0a80005c0"), NULL, NULL, SL_FINDING_150_HEX_TEXT }, false,
	    CURE_150("192.0.2.10") },
	{ { BYTES(10, 0, 0), NULL, NULL, SL_FINDING_150_LENGTH }, false,
	    CURE_150("192.0.2.10") },
	{ { TEXT("127.0.0.1"), NULL, NULL, SL_FINDING_150_TEXT }, false,
	    CURE_150("192.0.2.10") },
	{ { TEXT("tftp.example.net"), NULL, NULL, SL_FINDING_150_NAME }, false,
	    CURE_150("192.0.2.10") },
	{ { TEXT("a,b"), &two, "tftp.example.net", SL_FINDING_66_LIST }, true,
	    CURE_66("tftp.example.net") },
	{ { TEXT("a,b"), &two, NULL, SL_FINDING_66_LIST }, true,
	    CURE_66("192.168.0.5") },
	{ { TEXT("a,b"), NULL, NULL, SL_FINDING_66_LIST }, true, CURE_66("a") },
	{ { TEXT("'tftp'"), NULL, NULL, SL_FINDING_66_BAD_NAME }, true,
	    CURE_66("tftp") },
	{ { TEXT("tftp\0"), NULL, NULL, SL_FINDING_66_LAST_NUL }, true,
	    CURE_66("tftp") },
	{ { BYTES(192, 168, 0, 5), NULL, NULL, SL_FINDING_66_BINARY }, true,
	    CURE_66("192.168.0.5") },
	{ { TEXT("0xc0a80005"), NULL, NULL, SL_FINDING_66_HEX_TEXT }, true,
	    CURE_66("192.168.0.5") },
	{ { TEXT("127.0.0.1"), NULL, NULL, SL_FINDING_66_NO_HOST }, false,
	    CURE_66("192.0.2.10") },
	/* Nothing of a hostile name gets into the JSON. */
	{ { TEXT("\" } ], \"x\": 1"), NULL, "\" } ]", SL_FINDING_66_LIST },
	    false, CURE_66("192.0.2.10") },
};

START_TEST(finding_has_a_cure)
{
	const struct row *row = &cures[_i].row;
	struct sl_audit_input in =
	    reply_of(row->want, row->wire, row->length, row->intended);
	enum sl_finding found[SL_AUDIT_MAX];
	char cure[SL_CURE_MAX];

	in.intended_name = row->name;
	ck_assert_uint_eq(sl_audit_reply(&in, found), 1);
	ck_assert_str_eq(sl_finding_name(found[0]), sl_finding_name(row->want));
	ck_assert_int_eq(sl_finding_cure(found[0], &in, cure, sizeof(cure)),
	    cures[_i].known);
	ck_assert_str_eq(cure, cures[_i].cure);
}
END_TEST

START_TEST(another_part_of_the_reply_knows_the_server)
{
	struct sl_audit_input in = { .has150 = true, .siaddr = 0xc0a80005 };
	char cure[SL_CURE_MAX];

	ck_assert(
	    sl_finding_cure(SL_FINDING_150_EMPTY, &in, cure, sizeof(cure)));
	ck_assert_str_eq(cure, CURE_150("192.168.0.5"));
	in.has66 = true;
	in.option66 = (const uint8_t *)"10.0.0.7";
	in.option66_length = 8;
	ck_assert(
	    sl_finding_cure(SL_FINDING_150_EMPTY, &in, cure, sizeof(cure)));
	ck_assert_str_eq(cure, CURE_150("10.0.0.7"));
	in.siaddr = 0x7f000001;
	ck_assert(sl_finding_cure(
	    SL_FINDING_SIADDR_NO_HOST, &in, cure, sizeof(cure)));
	ck_assert_str_eq(cure, "\"next-server\": \"10.0.0.7\"");
}
END_TEST

/* Any finding, whatever the reply: all of the cure or nothing, and JSON. */
START_TEST(cure_is_json_of_any_size)
{
	struct sl_servers most = { .count = SL_SERVERS_MAX };
	char name[SL_SERVER_NAME_MAX + 1];
	struct sl_audit_input in = { .intended = &most, .intended_name = name };

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (size_t i = 0; i < SL_SERVERS_MAX; i++)
		most.addr[i] = 0xdfffff00 + (uint32_t)i;
	for (int i = 1; i < SL_FINDINGS; i++) {
		enum sl_finding finding = (enum sl_finding)i;
		char cure[SL_CURE_MAX], whole[SL_CURE_MAX + 2];
		size_t length;
		json_t *read;

		ck_assert(sl_finding_cure(finding, &in, cure, sizeof(cure)));
		length = strlen(cure);
		ck_assert_uint_gt(length, 0);
		snprintf(whole, sizeof(whole), "{%s}", cure);
		read = json_loads(whole, JSON_REJECT_DUPLICATES, NULL);
		ck_assert_msg(json_is_object(read), "%s", whole);
		json_decref(read);
		(void)sl_finding_cure(finding, &in, cure, length + 1);
		ck_assert_uint_eq(strlen(cure), length);
		(void)sl_finding_cure(finding, &in, cure, length);
		ck_assert_str_eq(cure, "");
		(void)sl_finding_cure(finding, &in, NULL, 0);
	}
}
END_TEST

START_TEST(nothing_found_has_no_cure)
{
	const struct sl_audit_input in = { .siaddr = 1 };
	char cure[8] = "stale", text[8] = "stale";

	ck_assert(!sl_finding_cure(NONE, &in, cure, sizeof(cure)));
	ck_assert_str_eq(cure, "");
	ck_assert(!sl_finding_cure(SL_FINDINGS, &in, cure, sizeof(cure)));
	sl_finding_text(SL_FINDINGS, &in, text, sizeof(text));
	ck_assert_str_eq(text, "");
}
END_TEST

/* Findings are also told of replies that they were not made of. */
START_TEST(sentence_is_printable_and_ends_within_its_place)
{
	uint8_t octets[300];
	struct sl_audit_input in = { .has150 = true, .has66 = true };

	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] = (uint8_t)(0x80 + i);
	for (size_t length = 0; length <= sizeof(octets); length += 25) {
		in.option150 = in.option66 = suite_at_edge(octets, length);
		in.option150_length = in.option66_length = length;
		for (int i = 1; i < SL_FINDINGS; i++) {
			char text[SL_FINDING_TEXT_MAX];
			char *small = suite_at_edge("stale...", 8);

			sl_finding_text(
			    (enum sl_finding)i, &in, text, sizeof(text));
			ck_assert_uint_gt(strlen(text), 20);
			ck_assert_uint_lt(strlen(text), sizeof(text) - 1);
			for (const char *c = text; *c != '\0'; c++)
				ck_assert(*c >= 0x20 && *c <= 0x7e);
			sl_finding_text((enum sl_finding)i, &in, small, 8);
			ck_assert_uint_eq(strlen(small), 7);
		}
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("audit, told");
	TCase *t = tcase_create("told");

	tcase_add_loop_test(
	    t, finding_is_told_with_the_real_values, 0, COUNT(sentences));
	tcase_add_loop_test(t, finding_has_a_cure, 0, COUNT(cures));
	tcase_add_test(t, another_part_of_the_reply_knows_the_server);
	tcase_add_test(t, cure_is_json_of_any_size);
	tcase_add_test(t, nothing_found_has_no_cure);
	tcase_add_test(t, sentence_is_printable_and_ends_within_its_place);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
