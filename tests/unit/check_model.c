/* SPDX-License-Identifier: BSD-2-Clause */
/* check_model.c: which model a phone is, and what it asks after a reset. */
#include "model.h"

#include "suite.h"

#define WIRE(s) s, sizeof(s) - 1

static const struct {
	const char *wire;
	size_t length;
	uint16_t number;
} named[] = {
	{ WIRE("Cisco Systems, Inc. IP Phone CP-7902G\0"), 7902 },
	{ WIRE("Cisco Systems, Inc. IP Phone 7905"), 7905 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-7906G\0"), 7906 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-7911G\0"), 7911 },
	{ WIRE("Cisco Systems, Inc. IP Phone 7912"), 7912 },
	{ WIRE("Cisco Systems, Inc. IP Phone 7920\0"), 7920 },
	{ WIRE("Cisco Systems Inc. Wireless Phone 7921"), 7921 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-7931G\0"), 7931 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-7937G"), 7937 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-7940\0"), 7940 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-7940G\0"), 7940 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-7941G\0"), 7941 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-7941G-GE\0"), 7941 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-7960G\0"), 7960 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-7961G-GE\0"), 7961 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-7965G\0\0\0"), 7965 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-7971G-GE\0"), 7971 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-7975G"), 7975 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-7841-3PCC\0"), 7841 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-8851-3PCC\0"), 8851 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-8945"), 8945 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-8961\0"), 8961 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-9951\0"), 9951 },
	{ WIRE("Cisco Systems Inc. IP Phone CP-7906G"), 7906 },
	/* A number that the table lacks is still the phone's number. */
	{ WIRE("Cisco Systems, Inc. IP Phone CP-7999G"), 7999 },
	{ WIRE("Cisco Systems, Inc. IP Phone Phone CP-7906G"), 7906 },
};

START_TEST(model_is_read_from_every_known_vendor_class)
{
	const uint8_t *data = suite_at_edge(named[_i].wire, named[_i].length);

	ck_assert_msg(sl_model_from_vendor_class(data, named[_i].length) ==
	                  named[_i].number,
	    "%s", named[_i].wire);
	ck_assert(sl_vendor_class_is_cisco(data, named[_i].length));
}
END_TEST

static const struct {
	const char *wire;
	size_t length;
	int cisco;
} unnamed[] = {
	{ WIRE(""), 0 },
	{ WIRE("\0"), 0 },
	{ WIRE("Cisco System"), 0 },
	{ WIRE("cisco systems, Inc. IP Phone CP-7906G"), 0 },
	{ WIRE(" Cisco Systems, Inc. IP Phone CP-7906G"), 0 },
	{ WIRE("CP-7906G"), 0 },
	{ WIRE("IP Phone CP-7906G"), 0 },
	{ WIRE("MSFT 5.0"), 0 },
	{ WIRE("PXEClient:Arch:00000:UNDI:002001"), 0 },
	{ WIRE("Cisco Systems"), 1 },
	{ WIRE("Cisco Systems, Inc."), 1 },
	{ WIRE("Cisco Systems, Inc. IP Phone\0"), 1 },
	{ WIRE("Cisco Systems, Inc. IP Phone "), 1 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-"), 1 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-790"), 1 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-790\0"), 1 },
	{ WIRE("Cisco Systems, Inc. IP Phone 790G"), 1 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-79061"), 1 },
	{ WIRE("Cisco Systems, Inc. IP Phone 99999999999999999999"), 1 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-0000"), 1 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP--7906"), 1 },
	{ WIRE("Cisco Systems, Inc. IP Phone CP-CP-7906"), 1 },
	{ WIRE("Cisco Systems, Inc. IP Phone  7906"), 1 },
	{ WIRE("Cisco Systems, Inc. IP Headphone 7906"), 1 },
	{ WIRE("Cisco Systems, Inc. IP XPhone 7906"), 1 },
	{ WIRE("Cisco Systems, Inc. IP Phone\0 Phone 7906"), 1 },
	{ WIRE("Cisco Systems\0 IP Phone CP-7906G"), 1 },
	{ WIRE("Cisco Systems, Inc. IP Phone \xff\xff\xff\xff"), 1 },
};

START_TEST(vendor_class_without_a_model_gives_none)
{
	const uint8_t *data =
	    suite_at_edge(unnamed[_i].wire, unnamed[_i].length);

	ck_assert_msg(sl_model_from_vendor_class(data, unnamed[_i].length) ==
	                  SL_MODEL_UNKNOWN,
	    "%s", unnamed[_i].wire);
	ck_assert_int_eq(!sl_vendor_class_is_cisco(data, unnamed[_i].length),
	    !unnamed[_i].cisco);
}
END_TEST

START_TEST(vendor_class_cut_anywhere_gives_the_model_or_none)
{
	static const char wire[] = "Cisco Systems, Inc. IP Phone CP-7906G";
	const size_t digits = strlen("Cisco Systems, Inc. IP Phone CP-7906");

	for (size_t n = 0; n < sizeof(wire); n++) {
		uint16_t want = n >= digits ? 7906 : SL_MODEL_UNKNOWN;

		ck_assert_uint_eq(
		    sl_model_from_vendor_class(suite_at_edge(wire, n), n),
		    want);
	}
}
END_TEST

START_TEST(oversized_vendor_class_is_read_to_its_end)
{
	char wire[4096];

	memset(wire, 'x', sizeof(wire));
	memcpy(wire, "Cisco Systems", 13);
	memcpy(wire + sizeof(wire) - 11, " Phone 7911", 11);
	ck_assert_uint_eq(sl_model_from_vendor_class(
	                      suite_at_edge(wire, sizeof(wire)), sizeof(wire)),
	    7911);
}
END_TEST

static const struct sl_model known[] = {
	{ 6901, NULL, "6901" },
	{ 6921, NULL, "69xx" },
	{ 6941, NULL, "69xx" },
	{ 6945, NULL, "6945" },
	{ 6961, NULL, "69xx" },
	{ 7811, NULL, "78xx" },
	{ 7821, NULL, "78xx" },
	{ 7841, NULL, "78xx" },
	{ 7861, NULL, "78xx" },
	{ 7902, "cp7902r.zup", NULL },
	{ 7905, "ldragonr.zup", NULL },
	{ 7906, "term06.default.loads", "11" },
	{ 7911, "term11.default.loads", "11" },
	{ 7912, "cp7912r.zup", NULL },
	{ 7920, NULL, NULL },
	{ 7921, NULL, NULL },
	{ 7925, NULL, NULL },
	{ 7931, "term31.default.loads", "31" },
	{ 7937, NULL, "37" },
	{ 7940, "OS79XX.TXT", NULL },
	{ 7941, "term41.default.loads", "41" },
	{ 7942, "term42.default.loads", "42" },
	{ 7945, "term45.default.loads", "45" },
	{ 7960, "OS79XX.TXT", NULL },
	{ 7961, "term61.default.loads", "41" },
	{ 7962, "term62.default.loads", "42" },
	{ 7965, "term65.default.loads", "45" },
	{ 7970, "term70.default.loads", "70" },
	{ 7971, "term71.default.loads", "70" },
	{ 7975, "term75.default.loads", "75" },
	{ 7985, NULL, NULL },
	{ 8811, NULL, "88xx" },
	{ 8845, NULL, "8845_65" },
	{ 8865, NULL, "8845_65" },
	{ 8941, NULL, "894x" },
	{ 8945, NULL, "894x" },
	{ 8961, NULL, "8961" },
	{ 9951, NULL, "9951" },
	{ 9971, NULL, "9971" },
};

static void
same_text(const char *got, const char *want)
{
	ck_assert((got == NULL) == (want == NULL));
	if (want != NULL)
		ck_assert_str_eq(got, want);
}

START_TEST(table_knows_boot_file_and_family)
{
	const struct sl_model *model = sl_model_find(known[_i].number);

	ck_assert_ptr_nonnull(model);
	ck_assert_uint_eq(model->number, known[_i].number);
	same_text(model->boot_file, known[_i].boot_file);
	same_text(model->family, known[_i].family);
}
END_TEST

START_TEST(table_has_one_row_a_model)
{
	size_t n = 0;

	for (; sl_model_at(n) != NULL; n++)
		ck_assert_ptr_eq(
		    sl_model_find(sl_model_at(n)->number), sl_model_at(n));
	ck_assert_uint_ge(n, COUNT(known));
	ck_assert_ptr_null(sl_model_at(n + 1));
	ck_assert_ptr_null(sl_model_at(SIZE_MAX));
}
END_TEST

START_TEST(table_has_no_other_model)
{
	ck_assert_ptr_null(sl_model_find(SL_MODEL_UNKNOWN));
	ck_assert_ptr_null(sl_model_find(6));
	ck_assert_ptr_null(sl_model_find(7999));
	ck_assert_ptr_null(sl_model_find(UINT16_MAX));
}
END_TEST

START_TEST(term_file_carries_the_last_two_digits_of_the_model)
{
	for (size_t n = 0; sl_model_at(n) != NULL; n++) {
		const struct sl_model *model = sl_model_at(n);
		const char *boot = model->boot_file;

		if (boot == NULL || strncmp(boot, "term", 4) != 0)
			continue;
		ck_assert_int_eq(atoi(boot + 4), model->number % 100);
		ck_assert_str_eq(boot + 6, ".default.loads");
	}
}
END_TEST

static const struct {
	const char *name;
	uint16_t number;
} boots[] = {
	{ "term06.default.loads", 7906 },
	{ "TERM06.DEFAULT.LOADS", 7906 },
	{ "term75.default.loads", 7975 },
	{ "cp7902r.zup", 7902 },
	{ "LDRAGONR.zup", 7905 },
	{ "cp7912r.zup", 7912 },
	{ "OS79XX.TXT", SL_MODEL_UNKNOWN }, /* two models ask it */
	{ "term99.default.loads", SL_MODEL_UNKNOWN },
	{ "term6.default.loads", SL_MODEL_UNKNOWN },
	{ "term06.default.loads ", SL_MODEL_UNKNOWN },
	{ "/term06.default.loads", SL_MODEL_UNKNOWN },
	{ "", SL_MODEL_UNKNOWN },
};

START_TEST(boot_file_names_the_only_model_that_asks_it)
{
	ck_assert_uint_eq(
	    sl_model_from_boot_file(suite_text_at_edge(boots[_i].name)),
	    boots[_i].number);
}
END_TEST

START_TEST(boot_file_names_all_models_that_ask_it)
{
	ck_assert_uint_eq(sl_model_asking("os79xx.txt", 0)->number, 7940);
	ck_assert_uint_eq(sl_model_asking("OS79XX.TXT", 1)->number, 7960);
	ck_assert_ptr_null(sl_model_asking("OS79XX.TXT", 2));
	ck_assert_uint_eq(
	    sl_model_asking("term06.default.loads", 0)->number, 7906);
	ck_assert_ptr_null(sl_model_asking("term06.default.loads", 1));
	ck_assert_ptr_null(sl_model_asking("", 0));
	ck_assert_ptr_null(sl_model_asking("OS79XX.TXT", SIZE_MAX));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("model");
	TCase *t = tcase_create("model");

	tcase_add_loop_test(
	    t, model_is_read_from_every_known_vendor_class, 0, COUNT(named));
	tcase_add_loop_test(
	    t, vendor_class_without_a_model_gives_none, 0, COUNT(unnamed));
	tcase_add_test(t, vendor_class_cut_anywhere_gives_the_model_or_none);
	tcase_add_test(t, oversized_vendor_class_is_read_to_its_end);
	tcase_add_loop_test(
	    t, table_knows_boot_file_and_family, 0, COUNT(known));
	tcase_add_test(t, table_has_one_row_a_model);
	tcase_add_test(t, table_has_no_other_model);
	tcase_add_test(t, term_file_carries_the_last_two_digits_of_the_model);
	tcase_add_loop_test(
	    t, boot_file_names_the_only_model_that_asks_it, 0, COUNT(boots));
	tcase_add_test(t, boot_file_names_all_models_that_ask_it);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
