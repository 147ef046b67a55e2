/* SPDX-License-Identifier: BSD-2-Clause */
/* check_loads.c: containers written by hand, whole, cut and lying. */
#include "loads.h"

#include <stdio.h>

#include "suite.h"

/* Every tag that is known to occur, then padding to 64 octets. */
#define HEADER                                                           \
	"\x01\x00\x02\x01\x00"         /* 0: version 1.0 */              \
	"\x02\x00\x02\x00\x40"         /* 5: the header has 64 octets */ \
	"\x03\x00\x02\x00\x00"         /* 10: signer */                  \
	"\x08\x00\x01\x01"             /* 15: SHA-1 */                   \
	"\x0c\x00\x04\xde\xad\xbe\xef" /* 19: signature */               \
	"\x0e\x00\x15term06.default.loads\x00" /* 26: file name */       \
	"\x0f\x00\x04\x5f\x00\x00\x00"         /* 50: time */            \
	"\x0d\x0d\x0d\x0d\x0d\x0d\x0d"         /* 57: padding */
#define HEADER_LENGTH 64

#define PAYLOAD                      \
	"jar11sccp.8-5-2TH1-9.sbn\n" \
	"cnu11.8-5-2TH1-9.sbn\n"     \
	"apps11.8-5-2TH1-9.sbn\n"    \
	"dsp11.8-5-2TH1-9.sbn\n"     \
	"cvm11sccp.8-5-2TH1-9.sbn\n"

static const char whole[] = HEADER PAYLOAD;
static const size_t whole_length = sizeof(whole) - 1;

static enum sl_rc
parse(
    const void *data, size_t length, struct sl_loads *loads, struct sl_err *err)
{
	memset(loads, 0xff, sizeof(*loads));
	err->text[0] = '\0';
	return sl_loads_parse(suite_at_edge(data, length), length, loads, err);
}

static void
all_zero(const struct sl_loads *loads)
{
	static const struct sl_loads zero;

	ck_assert_mem_eq(loads, &zero, sizeof(zero));
}

START_TEST(container_names_its_parts_in_order)
{
	static const char *const want[] = { "jar11sccp.8-5-2TH1-9.sbn",
		"cnu11.8-5-2TH1-9.sbn", "apps11.8-5-2TH1-9.sbn",
		"dsp11.8-5-2TH1-9.sbn", "cvm11sccp.8-5-2TH1-9.sbn" };
	struct sl_loads loads;
	struct sl_err err;

	ck_assert_int_eq(sizeof(HEADER) - 1, HEADER_LENGTH);
	ck_assert_int_eq(parse(whole, whole_length, &loads, &err), SL_OK);
	ck_assert_uint_eq(loads.header_length, HEADER_LENGTH);
	ck_assert_str_eq(loads.file_name, "term06.default.loads");
	ck_assert_uint_eq(loads.count, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++)
		ck_assert_str_eq(loads.part[i], want[i]);
}
END_TEST

#define WIRE(s) s, sizeof(s) - 1
#define SMALL "\x01\x00\x02\x01\x00\x02\x00\x02\x00\x0a"

static const struct {
	const char *wire;
	size_t length;
	size_t count;
	const char *first, *last;
} good[] = {
	/* bare text */
	{ WIRE("a.sbn"), 1, "a.sbn", "a.sbn" },
	{ WIRE("a.sbn\nb.sbn"), 2, "a.sbn", "b.sbn" },
	{ WIRE("a.sbn\r\nb.sbn\r\n"), 2, "a.sbn", "b.sbn" },
	{ WIRE("a.sbn\0b.sbn\0"), 2, "a.sbn", "b.sbn" },
	{ WIRE("\n\n\0\r\na.sbn\n\n"), 1, "a.sbn", "a.sbn" },
	/* every ending, ignoring case, and names as they are written */
	{ WIRE("a.sbn\nb.sb2\nc.bin\nd.sbin\ne.zup\nf.zz.sgn\n"), 6, "a.sbn",
	    "f.zz.sgn" },
	{ WIRE("GUI-1.4.5.3.SBN\nJar11sip.8-2-2ES4.sbn\n"), 2,
	    "GUI-1.4.5.3.SBN", "Jar11sip.8-2-2ES4.sbn" },
	{ WIRE("SCCP6945.9-4-1-3.bin1.sgn\nx.SBIN\n"), 2,
	    "SCCP6945.9-4-1-3.bin1.sgn", "x.SBIN" },
	/* lines that are no names are skipped */
	{ WIRE("[PLATFORM_1]\nrootfs88xx.1-2.sbn\n[PLATFORM_2]\nkern.sbn\n"), 2,
	    "rootfs88xx.1-2.sbn", "kern.sbn" },
	{ WIRE("two words.sbn\nk=v.sbn\n\xff.sbn\n.sbn\nsbn\na.sbnx\nb.sbn\n"),
	    1, "b.sbn", "b.sbn" },
	{ WIRE("version 1.0\nSCCP11.8-5-2S\nb.sbn\n"), 1, "b.sbn", "b.sbn" },
	/* sections of several platforms name a part again */
	{ WIRE("[P_1]\na.sbn\nb.sbn\n[P_2]\na.sbn\nc.sbn\n"), 3, "a.sbn",
	    "c.sbn" },
	/* the smallest container */
	{ WIRE(SMALL "a.sbn"), 1, "a.sbn", "a.sbn" },
	/* tags nobody knows are passed over by their length */
	{ WIRE("\x01\x00\x02\x01\x00\x02\x00\x02\x00\x10\x77\x00\x03..."
	       "a.sbn"),
	    1, "a.sbn", "a.sbn" },
	/* a name in the header is no part */
	{ WIRE("\x01\x00\x02\x01\x00\x02\x00\x02\x00\x13\x0e\x00\x06x.sbn\0"
	       "a.sbn"),
	    1, "a.sbn", "a.sbn" },
	/* what begins otherwise is text, not a container */
	{ WIRE("\x01\x00\x03\x01\x00\x00\na.sbn"), 1, "a.sbn", "a.sbn" },
	{ WIRE("\x02\x00\x02\xff\xff\na.sbn"), 1, "a.sbn", "a.sbn" },
};

START_TEST(parts_are_the_lines_that_are_firmware_names)
{
	struct sl_loads loads;
	struct sl_err err;

	ck_assert_msg(
	    parse(good[_i].wire, good[_i].length, &loads, &err) == SL_OK, "%s",
	    err.text);
	ck_assert_uint_eq(loads.count, good[_i].count);
	ck_assert_str_eq(loads.part[0], good[_i].first);
	ck_assert_str_eq(loads.part[loads.count - 1], good[_i].last);
	ck_assert(loads.header_length == 0 || loads.header_length >= 10);
}
END_TEST

#define TEN "xxxxxxxxxx"
#define SIXTY TEN TEN TEN TEN TEN TEN
#define V "\x01\x00\x02\x01\x00"

static const struct {
	const char *wire;
	size_t length;
	const char *says;
} bad[] = {
	{ WIRE(""), "offset 0: no part" },
	{ WIRE("\0"), "offset 0: no part" },
	{ WIRE("\n\n\n"), "no part" },
	{ WIRE("SCCP11.8-5-2S\n"), "no part" },
	{ WIRE("P0S3-8-12-00"), "no part" },
	/* cut or lying headers */
	{ WIRE("\x01\x00\x02"), "offset 3: header cut short" },
	{ WIRE("\x01\x00\x02\x01"), "offset 3: header cut short" },
	{ WIRE(V), "offset 5: header cut short" },
	{ WIRE(V "\x02"), "offset 6: header cut short" },
	{ WIRE(V "\x02\x00"), "offset 6: header cut short" },
	{ WIRE(V "\x02\x00\x02\x00"), "offset 8: header cut short" },
	{ WIRE(SMALL), "offset 10: no part" },
	{ WIRE(V "\x0c\xff\xff"
	         "a.sbn"),
	    "offset 8: header cut short" },
	{ WIRE(V "\x0d\x0d\x0d\x0d"), "offset 9: header cut short" },
	{ WIRE(V "\x02\x00\x02\x00\x00"
	         "a.sbn"),
	    "offset 5: header length 0" },
	{ WIRE(V "\x02\x00\x02\x00\x09"
	         "a.sbn"),
	    "offset 5: header length 9" },
	{ WIRE(V "\x02\x00\x02\x00\x10"
	         "a.sbn"),
	    "offset 5: header length 16" },
	{ WIRE(V "\x02\x00\x02\xff\xff"
	         "a.sbn"),
	    "offset 5: header length 65535" },
	{ WIRE(V "\x02\x00\x01\x0a"
	         "a.sbn"),
	    "offset 5: header length is" },
	{ WIRE(V "\x02\x00\x04\x00\x00\x00\x0c"
	         "a.sbn"),
	    "offset 5: header length is" },
	{ WIRE(V "\x02\x00\x02\x00\x0f\x02\x00\x02\x00\x0f"
	         "a.sbn"),
	    "offset 10: header length is given twice" },
	/* a field that runs past the header into the payload */
	{ WIRE(V "\x02\x00\x02\x00\x0e\x0c\x00\x04"
	         "a.sbn\nb.sbn\n"),
	    "offset 13: header cut short" },
	{ WIRE(V "\x02\x00\x02\x00\x0b\x0c\x00\x00"
	         "a.sbn\n"),
	    "offset 11: header cut short" },
	/* file names in the header that can be none */
	{ WIRE(V "\x02\x00\x02\x00\x11\x0e\x00\x04"
	         "a/b\0"
	         "a.sbn"),
	    "offset 10: octet 0x2f" },
	{ WIRE(V "\x02\x00\x02\x00\x11\x0e\x00\x04"
	         "a\nb\0"
	         "a.sbn"),
	    "offset 10: octet 0x0a" },
	{ WIRE(V "\x02\x00\x02\x00\x4d\x0e\x00\x40" SIXTY "xxxx"
	         "a.sbn"),
	    "offset 10: file name of 64 octets" },
	/* parts that can be none */
	{ WIRE("../../etc/a.sbn\n"), "offset 0: a part's name holds a '/'" },
	{ WIRE("a.sbn\n/b.sbn\n"), "offset 6: a part's name holds a '/'" },
	{ WIRE("a.sbn\n" SIXTY ".sbn\n"),
	    "offset 6: a part's name of 64 octets" },
	{ WIRE(SMALL "a.sbn\n" SIXTY "x.sbn\n"),
	    "offset 16: a part's name of 65 octets" },
};

START_TEST(file_that_can_not_be_right_is_refused_with_its_offset)
{
	struct sl_loads loads;
	struct sl_err err;

	ck_assert_int_eq(
	    parse(bad[_i].wire, bad[_i].length, &loads, &err), SL_INVALID);
	ck_assert_msg(strstr(err.text, bad[_i].says) != NULL,
	    "\"%s\" lacks \"%s\"", err.text, bad[_i].says);
	all_zero(&loads);
	ck_assert_int_eq(sl_loads_parse((const uint8_t *)bad[_i].wire,
	                     bad[_i].length, &loads, NULL),
	    SL_INVALID);
}
END_TEST

START_TEST(names_fill_their_room_to_the_last_octet)
{
	static const char wire[] =
	    V "\x02\x00\x02\x00\x4d\x0e\x00\x40" SIXTY "xxx\0" SIXTY
	      "\n" TEN TEN TEN TEN TEN "xxxxxxxxx.sbn\n";
	struct sl_loads loads;
	struct sl_err err;

	ck_assert_int_eq(parse(wire, sizeof(wire) - 1, &loads, &err), SL_OK);
	ck_assert_str_eq(loads.file_name, SIXTY "xxx");
	ck_assert_uint_eq(strlen(loads.part[0]), SL_LOADS_NAME_MAX - 1);
}
END_TEST

START_TEST(container_cut_anywhere_is_refused_or_read_up_to_there)
{
	struct sl_loads loads;
	struct sl_err err;

	for (size_t n = 0; n <= whole_length; n++) {
		enum sl_rc rc = parse(whole, n, &loads, &err);
		/* The name of the first part ends 24 octets on. */
		enum sl_rc want = n < HEADER_LENGTH + 24 ? SL_INVALID : SL_OK;

		ck_assert_msg(rc == want, "%zu octets: %s", n, err.text);
		ck_assert((err.text[0] == '\0') == (rc == SL_OK));
		ck_assert_uint_le(loads.count, 5);
	}
}
END_TEST

START_TEST(any_octet_of_the_container_may_lie)
{
	char wire[sizeof(whole)];
	struct sl_loads loads;
	struct sl_err err;

	for (size_t i = 0; i < whole_length; i++) {
		for (int value = 0; value < 256; value++) {
			memcpy(wire, whole, sizeof(wire));
			wire[i] = (char)value;
			enum sl_rc rc = sl_loads_parse(
			    (const uint8_t *)wire, whole_length, &loads, &err);

			ck_assert(rc == SL_OK || rc == SL_INVALID);
			ck_assert_uint_le(loads.count, SL_LOADS_PARTS_MAX);
			ck_assert((rc == SL_OK) == (loads.count > 0));
		}
	}
}
END_TEST

/* Lines "p000.sbn" and on. */
static char *
numbered(int count, size_t *length)
{
	char *text = malloc((size_t)count * 16 + 1);

	ck_assert_ptr_nonnull(text);
	*length = 0;
	for (int i = 0; i < count; i++)
		*length +=
		    (size_t)snprintf(text + *length, 16, "p%03d.sbn\n", i);
	return text;
}

START_TEST(parts_up_to_the_limit_are_kept_and_one_more_refused)
{
	struct sl_loads loads;
	struct sl_err err;
	size_t length;
	char *text = numbered(SL_LOADS_PARTS_MAX, &length);

	ck_assert_int_eq(parse(text, length, &loads, &err), SL_OK);
	ck_assert_uint_eq(loads.count, SL_LOADS_PARTS_MAX);
	ck_assert_str_eq(loads.part[SL_LOADS_PARTS_MAX - 1], "p031.sbn");
	free(text);
	text = numbered(SL_LOADS_PARTS_MAX + 1, &length);
	ck_assert_int_eq(parse(text, length, &loads, &err), SL_INVALID);
	ck_assert_ptr_nonnull(strstr(err.text, "offset 288: more than 32"));
	all_zero(&loads);
	free(text);
}
END_TEST

static struct sl_loads
read_text(const char *text)
{
	struct sl_loads loads;
	struct sl_err err = { "" };

	ck_assert_msg(sl_loads_parse((const uint8_t *)suite_text_at_edge(text),
	                  strlen(text), &loads, &err) == SL_OK,
	    "%s", err.text);
	return loads;
}

START_TEST(sections_tell_which_parts_are_theirs)
{
	struct sl_loads loads = read_text("a.sbn\nb.sebn\n");

	ck_assert_uint_eq(loads.section_count, 0);
	ck_assert_uint_eq(loads.count, 2);
	loads = read_text("a.sbn\r\n[PLATFORM_1]\r\nb.sbn\r\nc.sbn\r\n"
	                  "[PLATFORM_2]\r\nc.sbn\r\nd.sebn\r\n[EMPTY]\r\n");
	ck_assert_uint_eq(loads.count, 4);
	ck_assert_uint_eq(loads.section_count, 3);
	ck_assert_uint_eq(loads.section[0], 0x7);
	ck_assert_uint_eq(loads.section[1], 0xd);
	ck_assert_uint_eq(loads.section[2], 0x1);
	loads = read_text("[]\n[\n]\n[x\na.sbn\n");
	ck_assert_uint_eq(loads.section_count, 0);
}
END_TEST

START_TEST(sections_up_to_the_limit_are_kept_and_one_more_refused)
{
	char text[SL_LOADS_SECTIONS_MAX * 8 + 16];
	size_t used = 0;
	struct sl_loads loads;
	struct sl_err err = { "" };

	for (int i = 0; i < SL_LOADS_SECTIONS_MAX; i++)
		used +=
		    (size_t)snprintf(text + used, sizeof(text) - used, "[P]\n");
	used += (size_t)snprintf(text + used, sizeof(text) - used, "a.sbn\n");
	loads = read_text(text);
	ck_assert_uint_eq(loads.section_count, SL_LOADS_SECTIONS_MAX);
	ck_assert_uint_eq(loads.section[SL_LOADS_SECTIONS_MAX - 1], 1);
	snprintf(text + used, sizeof(text) - used, "[P]\n");
	ck_assert_int_eq(
	    sl_loads_parse((const uint8_t *)text, strlen(text), &loads, &err),
	    SL_INVALID);
	ck_assert_str_eq(err.text, "offset 134: more than 32 sections");
}
END_TEST

START_TEST(file_larger_than_any_loads_is_refused_unread)
{
	struct sl_loads loads;
	struct sl_err err;
	char *text = malloc(SL_LOADS_SIZE_MAX + 1);

	ck_assert_ptr_nonnull(text);
	memset(text, '\n', SL_LOADS_SIZE_MAX + 1);
	memcpy(text, "a.sbn", 5);
	ck_assert_int_eq(parse(text, SL_LOADS_SIZE_MAX, &loads, &err), SL_OK);
	ck_assert_int_eq(
	    parse(text, SL_LOADS_SIZE_MAX + 1, &loads, &err), SL_INVALID);
	all_zero(&loads);
	/* Not an octet of it is read. */
	ck_assert_int_eq(
	    sl_loads_parse(NULL, SIZE_MAX, &loads, &err), SL_INVALID);
	free(text);
}
END_TEST

START_TEST(nothing_at_all_is_refused)
{
	struct sl_loads loads;
	struct sl_err err;

	ck_assert_int_eq(sl_loads_parse(NULL, 0, &loads, &err), SL_INVALID);
	all_zero(&loads);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("loads");
	TCase *t = tcase_create("loads");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, container_names_its_parts_in_order);
	tcase_add_loop_test(
	    t, parts_are_the_lines_that_are_firmware_names, 0, COUNT(good));
	tcase_add_loop_test(t,
	    file_that_can_not_be_right_is_refused_with_its_offset, 0,
	    COUNT(bad));
	tcase_add_test(t, names_fill_their_room_to_the_last_octet);
	tcase_add_test(
	    t, container_cut_anywhere_is_refused_or_read_up_to_there);
	tcase_add_test(t, any_octet_of_the_container_may_lie);
	tcase_add_test(t, parts_up_to_the_limit_are_kept_and_one_more_refused);
	tcase_add_test(t, file_larger_than_any_loads_is_refused_unread);
	tcase_add_test(t, nothing_at_all_is_refused);
	tcase_add_test(t, sections_tell_which_parts_are_theirs);
	tcase_add_test(
	    t, sections_up_to_the_limit_are_kept_and_one_more_refused);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
