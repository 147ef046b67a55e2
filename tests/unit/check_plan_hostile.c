/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_plan_hostile.c: no text whatever that is given as a configuration does
 * harm, and each gets a sentence.
 */
#include "plan_example.h"

/* Parses a copy at the edge of its page: refused, and with a sentence. */
static void
survives(const char *data, size_t length)
{
	enum sl_rc rc = SL_OK;
	struct sl_err err = { "stale" };
	const char *copy = suite_at_edge(data, length);
	size_t i;

	ck_assert_ptr_null(sl_config_parse(copy, length, &rc, &err));
	ck_assert_int_eq(rc, SL_SHAPE);
	ck_assert_str_ne(err.text, "stale");
	ck_assert_uint_gt(strlen(err.text), 20);
	for (i = 0; err.text[i] != '\0'; i++)
		ck_assert_int_ge((unsigned char)err.text[i], 0x20);
}

START_TEST(example_cut_anywhere_is_refused)
{
	size_t length;

	/* Without its last two octets, a newline and a brace, it is not whole.
	 */
	for (length = 0; length < sizeof(example) - 2; length++)
		survives(example, length);
}
END_TEST

START_TEST(example_with_one_octet_wrong_does_no_harm)
{
	static const char wrong[] = { '\0', '"', '{', ']', '\x80', '\xff' };
	char text[sizeof(example)];
	size_t i, w;

	for (i = 0; i < sizeof(example) - 1; i++) {
		for (w = 0; w < sizeof(wrong); w++) {
			enum sl_rc rc = SL_IO;
			struct sl_err err;
			struct sl_config *config;

			memcpy(text, example, sizeof(text));
			text[i] = wrong[w];
			config =
			    sl_config_parse(text, sizeof(text) - 1, &rc, &err);
			ck_assert_int_eq(config != NULL, rc == SL_OK);
			ck_assert_int_eq(config != NULL, err.text[0] == '\0');
			sl_config_free(config);
		}
	}
}
END_TEST

static void
survives_filled(const char *unit, size_t count)
{
	size_t length = strlen(unit), i;
	char *text = malloc(length * count);

	ck_assert_ptr_nonnull(text);
	for (i = 0; i < count; i++)
		memcpy(text + i * length, unit, length);
	survives(text, length * count);
	free(text);
}

START_TEST(garbage_is_refused)
{
	unsigned char *noise = malloc(1 << 20);
	uint32_t seed = 1;
	size_t i;

	ck_assert_ptr_nonnull(noise);
	for (i = 0; i < 1 << 20; i++) {
		seed = seed * 1664525 + 1013904223;
		noise[i] = (unsigned char)(seed >> 24);
	}
	survives((char *)noise, 1 << 20);
	noise[0] = '{';
	noise[1] = '"';
	survives((char *)noise, 1 << 20);
	free(noise);
	survives_filled("x", 1 << 20);
	survives_filled("[", 1 << 20);
	survives_filled("{\"plans\":", 1 << 17);
	survives_filled("\"", 1 << 20);
}
END_TEST

START_TEST(deep_nesting_is_refused)
{
	char text[4001];

	memset(text, '[', 2000);
	memset(text + 2000, ']', 2000);
	survives(text, 4000); /* well-formed, but a list */
	memset(text, '[', 4000);
	survives(text, 4000);
}
END_TEST

START_TEST(caller_may_want_no_sentence)
{
	enum sl_rc rc = SL_OK;

	ck_assert_ptr_null(sl_config_parse("[]", 2, &rc, NULL));
	ck_assert_int_eq(rc, SL_SHAPE);
	ck_assert_ptr_null(sl_config_parse("{}", 2, &rc, NULL));
	ck_assert_int_eq(rc, SL_INVALID);
	ck_assert_ptr_null(sl_config_parse(NULL, 0, &rc, NULL));
	ck_assert_int_eq(rc, SL_SHAPE);
}
END_TEST

static size_t allocations_left;

static void *
scarce_malloc(size_t size)
{
	if (allocations_left == 0)
		return NULL;
	allocations_left--;
	return malloc(size);
}

/*
 * The JSON parser itself takes some failures to allocate for a wrong token, so
 * the code is not always SL_NOMEM; a sentence there always is.
 */
START_TEST(no_memory_does_no_harm)
{
	struct sl_config *config = NULL;
	size_t room, told = 0;

	json_set_alloc_funcs(scarce_malloc, free);
	for (room = 0; config == NULL; room++) {
		enum sl_rc rc = SL_OK;
		struct sl_err err;

		ck_assert_uint_lt(room, 10000);
		allocations_left = room;
		config =
		    sl_config_parse(example, sizeof(example) - 1, &rc, &err);
		ck_assert_int_eq(config != NULL, rc == SL_OK);
		ck_assert_int_eq(config != NULL, err.text[0] == '\0');
		if (rc == SL_NOMEM) {
			ck_assert_str_eq(err.text, "parameters: no memory");
			told++;
		}
	}
	ck_assert_uint_gt(told, 20);
	sl_config_free(config);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("plan_hostile");
	TCase *t = tcase_create("hostile");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, example_cut_anywhere_is_refused);
	tcase_add_test(t, example_with_one_octet_wrong_does_no_harm);
	tcase_add_test(t, garbage_is_refused);
	tcase_add_test(t, deep_nesting_is_refused);
	tcase_add_test(t, caller_may_want_no_sentence);
	tcase_add_test(t, no_memory_does_no_harm);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
