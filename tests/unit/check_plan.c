/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_plan.c: what a configuration becomes, and which plan a phone gets.
 */
#include "plan_example.h"

START_TEST(example_has_these_settings)
{
	struct sl_config *config = accepted(example);

	ck_assert_str_eq(config->state, "/var/lib/stageload");
	ck_assert_str_eq(config->tftp_root, "/srv/tftp");
	ck_assert_uint_eq(config->servers.count, 2);
	ck_assert_uint_eq(config->servers.addr[0], HOST(192, 0, 2, 10));
	ck_assert_uint_eq(config->servers.addr[1], HOST(192, 0, 2, 11));
	ck_assert_str_eq(config->server_name, "192.0.2.10");
	ck_assert_str_eq(config->client_class, "CISCO_PHONES");
	ck_assert_int_eq(config->send, SL_SEND_ALWAYS);
	ck_assert_int_eq(config->audit, SL_AUDIT_REPAIR);
	ck_assert_uint_eq(config->stuck_after, 3);
	ck_assert_uint_eq(config->attempt_window_s, 20);
	ck_assert_uint_eq(config->silent_after, 3);
	ck_assert_uint_eq(config->hold_down_s, 300);
	ck_assert_uint_eq(config->max_active, 0);
	sl_config_free(config);
}
END_TEST

START_TEST(example_has_this_plan)
{
	struct sl_config *config = accepted(example);
	const struct sl_plan *plan = &config->plans[0];

	ck_assert_uint_eq(config->plan_count, 1);
	ck_assert_str_eq(plan->name, "7906-to-sip");
	ck_assert_int_eq(plan->strategy, SL_CLIMB);
	ck_assert_uint_eq(plan->model_count, 2);
	ck_assert_uint_eq(plan->models[0], 7906);
	ck_assert_uint_eq(plan->models[1], 7911);
	ck_assert_uint_eq(plan->mac_count, 0);
	ck_assert_uint_eq(plan->stage_count, 2);
	ck_assert_uint_eq(plan->finished.servers.count, 1);
	ck_assert_uint_eq(
	    plan->finished.servers.addr[0], HOST(198, 51, 100, 5));
	ck_assert_str_eq(plan->finished.server_name, "");
	sl_config_free(config);
}
END_TEST

START_TEST(example_has_these_stages)
{
	struct sl_config *config = accepted(example);
	const struct sl_stage *stage = config->plans[0].stages;

	ck_assert_str_eq(stage[0].name, "bridge");
	ck_assert_str_eq(stage[0].directory, "sccp-8.5.2");
	ck_assert_str_eq(stage[0].config, "bridge.cnf.xml");
	ck_assert_uint_eq(stage[0].delivery.servers.count, 0);
	ck_assert_str_eq(stage[0].delivery.server_name, "");
	ck_assert_str_eq(stage[1].name, "target");
	ck_assert_str_eq(stage[1].directory, "sip-9.4.2sr1");
	ck_assert_str_eq(stage[1].config, "");
	ck_assert_uint_eq(stage[1].delivery.servers.count, 1);
	ck_assert_uint_eq(
	    stage[1].delivery.servers.addr[0], HOST(192, 0, 2, 10));
	ck_assert_str_eq(stage[1].delivery.server_name, "");
	sl_config_free(config);
}
END_TEST

START_TEST(only_servers_are_required)
{
	struct sl_config *config =
	    accepted("{ \"tftp-servers\": [ \"203.0.113.7\" ] }");

	ck_assert_str_eq(config->state, "/var/lib/stageload");
	ck_assert_str_eq(config->tftp_root, "");
	ck_assert_uint_eq(config->servers.count, 1);
	ck_assert_str_eq(config->server_name, "203.0.113.7");
	ck_assert_str_eq(config->client_class, "");
	ck_assert_int_eq(config->send, SL_SEND_ALWAYS);
	ck_assert_int_eq(config->audit, SL_AUDIT_REPAIR);
	ck_assert_uint_eq(config->stuck_after, 3);
	ck_assert_uint_eq(config->attempt_window_s, 20);
	ck_assert_uint_eq(config->silent_after, 3);
	ck_assert_uint_eq(config->hold_down_s, 300);
	ck_assert_uint_eq(config->max_active, 0);
	ck_assert_uint_eq(config->plan_count, 0);
	sl_config_free(config);
}
END_TEST

START_TEST(plan_needs_no_strategy_nor_finished)
{
	struct sl_config *config = accepted_with(PLAN, "strategy", NULL);

	ck_assert_int_eq(config->plans[0].strategy, SL_CLIMB);
	sl_config_free(config);
	config = accepted_with(PLAN, "finished", NULL);
	ck_assert_uint_eq(config->plans[0].finished.servers.count, 0);
	ck_assert_str_eq(config->plans[0].finished.server_name, "");
	sl_config_free(config);
}
END_TEST

/* Lowest and highest value of each number; one more is refused below. */
static const struct {
	const char *key;
	uint32_t lowest, highest;
} numbers[] = {
	{ "stuck-after", 1, 1000 },
	{ "attempt-window", 1, 3600 },
	{ "silent-after", 1, 1000 },
	{ "hold-down", 0, 86400 },
	{ "max-active", 0, 1000000 },
};

static uint32_t
number_of(const struct sl_config *config, int n)
{
	const uint32_t all[] = { config->stuck_after, config->attempt_window_s,
		config->silent_after, config->hold_down_s, config->max_active };

	return all[n];
}

static void
expect_number(int n, uint32_t number)
{
	struct sl_config *config;
	char text[32];

	snprintf(text, sizeof(text), "%u", number);
	config = accepted_with(CONFIG, numbers[n].key, text);
	ck_assert_uint_eq(number_of(config, n), number);
	sl_config_free(config);
}

static void
refuse_number(int n, long long number)
{
	char text[32], sentence[128];

	snprintf(text, sizeof(text), "%lld", number);
	snprintf(sentence, sizeof(sentence),
	    "%s: %lld is not between %u and %u", numbers[n].key, number,
	    numbers[n].lowest, numbers[n].highest);
	refused_with(CONFIG, numbers[n].key, text, SL_INVALID, sentence);
}

START_TEST(number_keeps_its_bounds)
{
	long long highest = numbers[_i].highest;

	expect_number(_i, numbers[_i].lowest);
	expect_number(_i, numbers[_i].highest);
	expect_number(_i, numbers[_i].highest - 1);
	refuse_number(_i, (long long)numbers[_i].lowest - 1);
	refuse_number(_i, highest + 1);
	refuse_number(_i, 0x100000000LL + highest);
	refuse_number(_i, 9223372036854775807LL);
	refuse_number(_i, -9223372036854775807LL - 1);
}
END_TEST

START_TEST(words_are_known)
{
	static const struct {
		const char *key, *value;
		int send, audit;
	} rows[] = {
		{ "send-options", "\"always\"", SL_SEND_ALWAYS, 0 },
		{ "send-options", "\"requested\"", SL_SEND_REQUESTED, 0 },
		{ "option-audit", "\"repair\"", 0, SL_AUDIT_REPAIR },
		{ "option-audit", "\"warn\"", 0, SL_AUDIT_WARN },
		{ "option-audit", "\"off\"", 0, SL_AUDIT_OFF },
	};
	struct sl_config *config;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		config = accepted_with(CONFIG, rows[i].key, rows[i].value);
		ck_assert_int_eq((int)config->send, rows[i].send);
		ck_assert_int_eq((int)config->audit, rows[i].audit);
		sl_config_free(config);
	}
	config = accepted_with(PLAN, "strategy", "\"probe\"");
	ck_assert_int_eq(config->plans[0].strategy, SL_PROBE);
	sl_config_free(config);
}
END_TEST

START_TEST(delivery_of_stage_and_finished_is_read)
{
	struct sl_config *config =
	    accepted_with(STAGE, "tftp-server-name", "\"tftp.example\"");

	ck_assert_str_eq(
	    config->plans[0].stages[1].delivery.server_name, "tftp.example");
	ck_assert_str_eq(config->server_name, "192.0.2.10");
	sl_config_free(config);
	config =
	    accepted_with(FINISHED, "tftp-server-name", "\"done.example\"");
	ck_assert_str_eq(config->plans[0].finished.server_name, "done.example");
	sl_config_free(config);
	config = accepted_with(CONFIG, "tftp-server-name", NULL);
	ck_assert_str_eq(config->server_name, "192.0.2.10");
	ck_assert_str_eq(config->plans[0].finished.server_name, "");
	sl_config_free(config);
}
END_TEST

/* A string of `length` octets that begins with `start`, in quotes. */
static const char *
long_value(const char *start, size_t length)
{
	static char text[600];
	size_t used = strlen(start);

	memset(text, 'x', sizeof(text));
	text[0] = '"';
	memcpy(text + 1, start, used);
	text[length + 1] = '"';
	text[length + 2] = '\0';
	return text;
}

static const struct {
	enum level level;
	const char *key, *start;
	size_t longest;
} lengths[] = {
	{ CONFIG, "state", "/", 255 },
	{ CONFIG, "tftp-root", "/", 255 },
	{ CONFIG, "tftp-server-name", "x", 255 },
	{ CONFIG, "client-class", "x", 255 },
	{ PLAN, "name", "x", 63 },
	{ STAGE, "name", "x", 63 },
	{ STAGE, "directory", "x/", 127 },
	{ STAGE, "config", "x/", 127 },
	{ STAGE, "tftp-server-name", "x", 255 },
	{ FINISHED, "tftp-server-name", "x", 255 },
};

static const char *const places[] = {
	[CONFIG] = "",
	[PLAN] = "plans[0].",
	[STAGE] = "plans[0].stages[1].",
	[FINISHED] = "plans[0].finished.",
};

START_TEST(text_fits_or_is_refused)
{
	const char *key = lengths[_i].key, *start = lengths[_i].start;
	size_t longest = lengths[_i].longest;
	size_t shown = longest + 1 < 80 ? longest + 1 : 80;
	char sentence[512];

	sl_config_free(
	    accepted_with(lengths[_i].level, key, long_value(start, longest)));
	snprintf(sentence, sizeof(sentence),
	    "%s%s: %.*s%s\" is longer than %zu octets",
	    places[lengths[_i].level], key, (int)shown + 1,
	    long_value(start, longest + 1), shown == 80 ? "..." : "", longest);
	refused_with(lengths[_i].level, key, long_value(start, longest + 1),
	    SL_INVALID, sentence);
}
END_TEST

/* `count` items made of `format`, which takes the index, as a JSON list. */
static char *
list_of(size_t count, const char *one, const char *two)
{
	size_t size = count * (strlen(one) + strlen(two) + 32) + 3, i;
	char *text = malloc(size);
	size_t used = 1;

	ck_assert_ptr_nonnull(text);
	text[0] = '[';
	for (i = 0; i < count; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s%zu%s",
		    i > 0 ? "," : "", one, i + 1, two);
	memcpy(text + used, "]", 2);
	return text;
}

static const struct {
	enum level level;
	const char *key, *one, *two;
	size_t most;
	const char *sentence;
} lists[] = {
	{ CONFIG, "tftp-servers", "\"192.0.2.", "\"", 63,
	    "tftp-servers: 64 addresses are not between 1 and 63" },
	{ STAGE, "tftp-servers", "\"192.0.2.", "\"", 63,
	    "plans[0].stages[1].tftp-servers: "
	    "64 addresses are not between 1 and 63" },
	{ FINISHED, "tftp-servers", "\"192.0.2.", "\"", 63,
	    "plans[0].finished.tftp-servers: "
	    "64 addresses are not between 1 and 63" },
	{ PLAN, "stages", "{\"name\":\"a\",\"directory\":\"d/", "\"}", 16,
	    "plans[0].stages: 17 stages are not between 1 and 16" },
	{ CONFIG, "plans",
	    "{\"models\":[\"7906\"],\"stages\":"
	    "[{\"name\":\"s\",\"directory\":\"d\"}],\"name\":\"",
	    "\"}", 1000, "plans: 1001 plans are not between 0 and 1000" },
};

START_TEST(list_is_no_longer_than_its_room)
{
	char *text = list_of(lists[_i].most, lists[_i].one, lists[_i].two);
	char *more = list_of(lists[_i].most + 1, lists[_i].one, lists[_i].two);

	if (strcmp(lists[_i].key, "stages") != 0)
		sl_config_free(
		    accepted_with(lists[_i].level, lists[_i].key, text));
	refused_with(lists[_i].level, lists[_i].key, more, SL_INVALID,
	    lists[_i].sentence);
	free(text);
	free(more);
}
END_TEST

START_TEST(plan_has_room_for_sixteen_stages)
{
	char text[2048] = "[", *end;
	struct sl_config *config;
	int i;

	for (i = 0; i < SL_STAGES_MAX; i++) {
		end = text + strlen(text);
		snprintf(end, sizeof(text) - (size_t)(end - text),
		    "%s{\"name\":\"s%d\",\"directory\":\"d%d\"}",
		    i > 0 ? "," : "", i, i);
	}
	end = text + strlen(text);
	snprintf(end, sizeof(text) - (size_t)(end - text), "]");
	config = accepted_with(PLAN, "stages", text);
	ck_assert_uint_eq(config->plans[0].stage_count, SL_STAGES_MAX);
	ck_assert_str_eq(config->plans[0].stages[15].directory, "d15");
	ck_assert_int_eq(sl_plan_stage_index(&config->plans[0], "s0"), 0);
	ck_assert_int_eq(sl_plan_stage_index(&config->plans[0], "s15"), 15);
	ck_assert_int_eq(sl_plan_stage_index(&config->plans[0], "s1"), 1);
	ck_assert_int_eq(sl_plan_stage_index(&config->plans[0], "s"), -1);
	ck_assert_int_eq(sl_plan_stage_index(&config->plans[0], "S1"), -1);
	ck_assert_int_eq(sl_plan_stage_index(&config->plans[0], ""), -1);
	sl_config_free(config);
}
END_TEST

static const struct {
	const char *text;
	uint8_t length, octet[6];
} macs[] = {
	{ "00", 1, { 0 } },
	{ "00:1b:d4", 3, { 0x00, 0x1b, 0xd4 } },
	{ "00:1B:d4:12:34:5F", 6, { 0x00, 0x1b, 0xd4, 0x12, 0x34, 0x5f } },
	{ "00-1b-d4-12", 4, { 0x00, 0x1b, 0xd4, 0x12 } },
	{ "001BD4", 3, { 0x00, 0x1b, 0xd4 } },
	{ "001bd412345f", 6, { 0x00, 0x1b, 0xd4, 0x12, 0x34, 0x5f } },
	{ "001b", 2, { 0x00, 0x1b } },
	{ "001b.d4", 3, { 0x00, 0x1b, 0xd4 } },
	{ "001b.d412.34", 5, { 0x00, 0x1b, 0xd4, 0x12, 0x34 } },
	{ "001b.d412.345f", 6, { 0x00, 0x1b, 0xd4, 0x12, 0x34, 0x5f } },
};

START_TEST(mac_prefix_is_read)
{
	const struct sl_mac_prefix *prefix;
	struct sl_config *config;
	char list[64];

	snprintf(list, sizeof(list), "[ \"%s\" ]", macs[_i].text);
	config = accepted_with(PLAN, "macs", list);
	prefix = &config->plans[0].macs[0];
	ck_assert_uint_eq(config->plans[0].mac_count, 1);
	ck_assert_uint_eq(prefix->length, macs[_i].length);
	ck_assert_mem_eq(prefix->mac.octet, macs[_i].octet, 6);
	sl_config_free(config);
}
END_TEST

/* Plans of which each knows the phone 00:1b:d4:12:34:56 by something else. */
static const char rivals[] =
    "{ \"tftp-servers\": [ \"192.0.2.10\" ], \"plans\": ["
    "{ \"name\": \"model\", \"models\": [ \"7911\", \"7906\" ], %1$s },"
    "{ \"name\": \"model-too\", \"models\": [ \"7906\", \"7941\" ], %1$s },"
    "{ \"name\": \"octet\", \"macs\": [ \"00\" ], %1$s },"
    "{ \"name\": \"oui\", \"macs\": [ \"aa\", \"00:1b:d4\" ], %1$s },"
    "{ \"name\": \"oui-too\", \"macs\": [ \"00:1b:d4\" ], %1$s },"
    "{ \"name\": \"phone\", \"macs\": [ \"00\", \"001bd4123456\", \"00\" ], "
    "%1$s },"
    "{ \"name\": \"five\", \"macs\": [ \"001b.d412.34\" ], %1$s } ] }";

static const char one_stage[] =
    "\"stages\": [ { \"name\": \"s\", \"directory\": \"d\" } ]";

static const struct {
	struct sl_mac mac;
	uint16_t model;
	const char *plan;
} phones[] = {
	{ { { 0x00, 0x1b, 0xd4, 0x12, 0x34, 0x56 } }, 7906, "phone" },
	{ { { 0x00, 0x1b, 0xd4, 0x12, 0x34, 0x56 } }, 0, "phone" },
	{ { { 0x00, 0x1b, 0xd4, 0x12, 0x34, 0x57 } }, 7906, "five" },
	{ { { 0x00, 0x1b, 0xd4, 0x12, 0x35, 0x56 } }, 7906, "oui" },
	{ { { 0x00, 0x1b, 0xd5, 0x12, 0x34, 0x56 } }, 7906, "octet" },
	{ { { 0xaa, 0x1b, 0xd4, 0x12, 0x34, 0x56 } }, 7906, "oui" },
	{ { { 0x02, 0x1b, 0xd4, 0x12, 0x34, 0x56 } }, 7906, "model" },
	{ { { 0x02, 0x1b, 0xd4, 0x12, 0x34, 0x56 } }, 7911, "model" },
	{ { { 0x02, 0x1b, 0xd4, 0x12, 0x34, 0x56 } }, 7941, "model-too" },
	{ { { 0x02, 0x1b, 0xd4, 0x12, 0x34, 0x56 } }, 7942, NULL },
	{ { { 0x02, 0x1b, 0xd4, 0x12, 0x34, 0x56 } }, 0, NULL },
};

START_TEST(most_specific_plan_wins)
{
	const struct sl_plan *plan;
	struct sl_config *config;
	char json[2048];

	snprintf(json, sizeof(json), rivals, one_stage);
	config = accepted(json);
	plan = sl_config_plan_for(config, &phones[_i].mac, phones[_i].model);
	if (phones[_i].plan == NULL)
		ck_assert_ptr_null(plan);
	else
		ck_assert_str_eq(plan->name, phones[_i].plan);
	sl_config_free(config);
}
END_TEST

START_TEST(freeing_nothing_is_fine)
{
	sl_config_free(NULL);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("plan");
	TCase *t = tcase_create("values");

	tcase_add_test(t, example_has_these_settings);
	tcase_add_test(t, example_has_this_plan);
	tcase_add_test(t, example_has_these_stages);
	tcase_add_test(t, only_servers_are_required);
	tcase_add_test(t, plan_needs_no_strategy_nor_finished);
	tcase_add_loop_test(t, number_keeps_its_bounds, 0, COUNT(numbers));
	tcase_add_test(t, words_are_known);
	tcase_add_test(t, delivery_of_stage_and_finished_is_read);
	tcase_add_loop_test(t, text_fits_or_is_refused, 0, COUNT(lengths));
	tcase_add_loop_test(
	    t, list_is_no_longer_than_its_room, 0, COUNT(lists));
	tcase_add_test(t, plan_has_room_for_sixteen_stages);
	tcase_add_loop_test(t, mac_prefix_is_read, 0, COUNT(macs));
	tcase_add_loop_test(t, most_specific_plan_wins, 0, COUNT(phones));
	tcase_add_test(t, freeing_nothing_is_fine);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
