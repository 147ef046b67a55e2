/* SPDX-License-Identifier: BSD-2-Clause */
/* check_record.c: phones, files, lines and plans, there and back, damaged. */
#include "record.h"

#include "request.h"

#include "suite.h"
#include "wire.h"

static const struct sl_phone phone = { .status = SL_HELD,
	.held_from = SL_FLASHING,
	.stage = 15,
	.running = 14,
	.way = SL_WAY_SIADDR,
	.attempt_kind = SL_ATTEMPT_NAMED,
	.downs = 0xf1,
	.plan = 0xfef2,
	.model = 7906,
	.attempts = 0xf3f4,
	.attempt_id = 0xf5f6,
	.leases = 0xf7f8,
	.reason = 0xf9fa,
	.images_got = 0xfbfc,
	.images_all = 0xfdfe,
	.addr = 0xc0000221,
	.history_seq = 0x81828384,
	.bytes_done = UINT64_C(0x9192939495969798),
	.bytes_total = UINT64_MAX,
	.first_seen_us = INT64_MAX,
	.last_heard_us = INT64_MIN,
	.attempt_us = -1,
	.image_us = INT64_C(0x0102030405060708),
	.due_us = INT64_C(0x1112131415161718),
	.load =
	    "123456789012345678901234567890123456789012345678901234567890abc" };

static const struct sl_file file = { .class = SL_CLASS_IMAGE,
	.outcome = SL_REFUSED,
	.acked = true,
	.attempt_id = 0xf1f2,
	.asked = 0xf3f4,
	.got = 0xf5f6,
	.failed = 0xf7f8,
	.told = 0xe1e2,
	.streak = 0xe3e4,
	.tftp_error = 0xf9fafbfc,
	.bytes = UINT64_MAX,
	.asked_us = INT64_MIN,
	.ended_us = INT64_MAX };

static const struct sl_line line = { .time_us = INT64_C(0x0102030405060708),
	.status = SL_HELD,
	.stage = SL_STAGE_NONE,
	.reason = 0xf1f2,
	.text = "asked term06.default.loads, and no image" };

static struct sl_stage stages[SL_STAGES_MAX];
static struct sl_plan plan = { .name = "7906-to-sip",
	.strategy = SL_PROBE,
	.stage_count = 2,
	.stages = stages,
	.finished = { .servers = { .count = 1, .addr = { 0xc6336405 } },
	    .server_name = "done.example" } };

static void
setup(void)
{
	stages[0] = (struct sl_stage){ .name = "bridge",
		.directory = "sccp-8.5.2",
		.config = "bridge.cnf.xml" };
	stages[1] = (struct sl_stage){ .name = "target",
		.directory = "sip-9.4.2sr1",
		.delivery = { .servers = { .count = 2,
		                  .addr = { 0xc000020a, 0xc000020b } } } };
}

/* ---- one body for the four kinds ---- */

static union {
	struct sl_phone phone;
	struct sl_file file;
	struct sl_line line;
	struct sl_route route;
} out;

static enum sl_rc
put_phone(uint8_t *data, size_t size, size_t *length)
{
	return sl_phone_encode(&phone, data, size, length);
}

static enum sl_rc
put_file(uint8_t *data, size_t size, size_t *length)
{
	return sl_file_encode(&file, data, size, length);
}

static enum sl_rc
put_line(uint8_t *data, size_t size, size_t *length)
{
	return sl_line_encode(&line, data, size, length);
}

static enum sl_rc
put_route(uint8_t *data, size_t size, size_t *length)
{
	return sl_route_encode(&plan, data, size, length);
}

static enum sl_rc
get_phone(const uint8_t *data, size_t length)
{
	return sl_phone_decode(data, length, &out.phone);
}

static enum sl_rc
get_file(const uint8_t *data, size_t length)
{
	return sl_file_decode(data, length, &out.file);
}

static enum sl_rc
get_line(const uint8_t *data, size_t length)
{
	return sl_line_decode(data, length, &out.line);
}

static enum sl_rc
get_route(const uint8_t *data, size_t length)
{
	return sl_route_decode(data, length, &out.route);
}

static const struct {
	const char *name;
	enum sl_rc (*put)(uint8_t *, size_t, size_t *);
	enum sl_rc (*get)(const uint8_t *, size_t);
} kinds[] = {
	{ "phone", put_phone, get_phone },
	{ "file", put_file, get_file },
	{ "line", put_line, get_line },
	{ "route", put_route, get_route },
};

static size_t
encode(int kind, uint8_t data[SL_ROUTE_BYTES_MAX])
{
	size_t length = 0;

	ck_assert_int_eq(
	    kinds[kind].put(data, SL_ROUTE_BYTES_MAX, &length), SL_OK);
	ck_assert_uint_gt(length, 0);
	return length;
}

START_TEST(record_cut_at_any_octet_is_refused)
{
	uint8_t data[SL_ROUTE_BYTES_MAX];
	size_t length = encode(_i, data);

	for (size_t cut = 0; cut < length; cut++)
		ck_assert_msg(
		    kinds[_i].get(suite_at_edge(data, cut), cut) == SL_INVALID,
		    "%s cut to %zu octets", kinds[_i].name, cut);
	ck_assert_int_eq(
	    kinds[_i].get(suite_at_edge(data, length), length), SL_OK);
}
END_TEST

START_TEST(record_that_does_not_fit_is_refused_and_stays_inside)
{
	uint8_t data[SL_ROUTE_BYTES_MAX];
	size_t length = encode(_i, data), used;

	for (size_t size = 0; size < length; size++)
		ck_assert_int_eq(
		    kinds[_i].put(suite_at_edge(data, size), size, &used),
		    SL_INVALID);
	ck_assert_int_eq(
	    kinds[_i].put(suite_at_edge(data, length), length, &used), SL_OK);
	ck_assert_uint_eq(used, length);
}
END_TEST

/* Whatever is accepted can be used without a look at its bounds. */
static void
is_usable(int kind)
{
	size_t sum = 0;

	if (kind == 0) {
		ck_assert_uint_lt(out.phone.status, SL_STATUSES);
		ck_assert_uint_lt(out.phone.held_from, SL_STATUSES);
		ck_assert_uint_lt(out.phone.stage, SL_STAGES_MAX);
		ck_assert_uint_lt(out.phone.way, SL_WAYS);
		sum += strlen(out.phone.load);
	} else if (kind == 1) {
		ck_assert_uint_lt(out.file.outcome, SL_OUTCOMES);
	} else if (kind == 2) {
		ck_assert_uint_lt(out.line.status, SL_STATUSES);
		sum += strlen(out.line.text);
	} else {
		ck_assert_uint_le(out.route.stage_count, SL_STAGES_MAX);
		ck_assert_uint_le(out.route.strategy, SL_PROBE);
		sum += strlen(out.route.name);
		for (size_t i = 0; i < out.route.stage_count; i++) {
			const struct sl_route_stage *s = &out.route.stage[i];

			sum += strlen(s->name) + strlen(s->directory) +
			       strlen(s->config);
			for (size_t n = 0; n < s->delivery.count * 4u; n++)
				sum += s->delivery.servers[n];
		}
	}
	ck_assert_uint_lt(sum, SIZE_MAX);
}

START_TEST(flipped_octet_gives_a_usable_record_or_none)
{
	uint8_t data[SL_ROUTE_BYTES_MAX];
	size_t length = encode(_i, data);
	uint8_t *edge = suite_at_edge(data, length);

	for (size_t i = 0; i < length; i++) {
		for (unsigned octet = 0; octet < 256; octet++) {
			edge[i] = (uint8_t)octet;
			if (kinds[_i].get(edge, length) == SL_OK)
				is_usable(_i);
		}
		edge[i] = data[i];
	}
}
END_TEST

START_TEST(newer_version_is_told_from_damage)
{
	uint8_t data[SL_ROUTE_BYTES_MAX];
	size_t length = encode(_i, data);

	data[0]++;
	ck_assert_int_eq(kinds[_i].get(data, length), SL_VERSION);
	ck_assert_int_eq(kinds[_i].get(data, 1), SL_VERSION);
	data[0] = 0xff;
	ck_assert_int_eq(kinds[_i].get(data, length), SL_VERSION);
	data[0] = 0;
	ck_assert_int_eq(kinds[_i].get(data, length), SL_INVALID);
}
END_TEST

/* ---- there and back ---- */

START_TEST(phone_comes_back_as_it_was)
{
	uint8_t data[SL_PHONE_BYTES_MAX];
	struct sl_phone got = { .mac = { { 1, 2, 3, 4, 5, 6 } } }, want = phone;
	size_t length;

	ck_assert_int_eq(
	    sl_phone_encode(&phone, data, sizeof(data), &length), SL_OK);
	ck_assert_int_eq(sl_phone_decode(data, length, &got), SL_OK);
	/* The MAC is its key and none of the decoder's business. */
	want.mac = got.mac;
	ck_assert_mem_eq(&got, &want, sizeof(want));
}
END_TEST

START_TEST(file_comes_back_as_it_was)
{
	uint8_t data[SL_FILE_BYTES_MAX];
	struct sl_file got = { .stage = 3, .name = "key" }, want = file;
	size_t length;

	ck_assert_int_eq(
	    sl_file_encode(&file, data, sizeof(data), &length), SL_OK);
	ck_assert_int_eq(sl_file_decode(data, length, &got), SL_OK);
	want.stage = 3;
	memcpy(want.name, got.name, sizeof(want.name));
	ck_assert_mem_eq(&got, &want, sizeof(want));
}
END_TEST

START_TEST(line_comes_back_as_it_was)
{
	uint8_t data[SL_LINE_BYTES_MAX];
	struct sl_line long_line = line, got = { .seq = 0 };
	size_t length;

	memset(long_line.text, 'x', SL_LINE_MAX);
	ck_assert_int_eq(
	    sl_line_encode(&long_line, data, sizeof(data), &length), SL_OK);
	ck_assert_int_eq(sl_line_decode(data, length, &got), SL_OK);
	ck_assert_mem_eq(&got, &long_line, sizeof(got));
}
END_TEST

START_TEST(plan_comes_back_as_it_was)
{
	static const uint8_t servers[] = { 192, 0, 2, 10, 192, 0, 2, 11 };
	uint8_t data[SL_ROUTE_BYTES_MAX];
	struct sl_route route;
	size_t length = encode(3, data);

	ck_assert_int_eq(sl_route_decode(data, length, &route), SL_OK);
	ck_assert_str_eq(route.name, "7906-to-sip");
	ck_assert_uint_eq(route.strategy, SL_PROBE);
	ck_assert_uint_eq(route.stage_count, 2);
	ck_assert_str_eq(route.stage[0].name, "bridge");
	ck_assert_str_eq(route.stage[0].directory, "sccp-8.5.2");
	ck_assert_str_eq(route.stage[0].config, "bridge.cnf.xml");
	ck_assert_uint_eq(route.stage[0].delivery.count, 0);
	ck_assert_str_eq(route.stage[0].delivery.server_name, "");
	ck_assert_str_eq(route.stage[1].config, "");
	ck_assert_uint_eq(route.stage[1].delivery.count, 2);
	ck_assert_mem_eq(route.stage[1].delivery.servers, servers, 8);
	ck_assert_uint_eq(route.finished.count, 1);
	ck_assert_mem_eq(route.finished.servers, "\xc6\x33\x64\x05", 4);
	ck_assert_str_eq(route.finished.server_name, "done.example");
}
END_TEST

static void
fill(char *text, size_t size)
{
	memset(text, 'x', size - 1);
	text[size - 1] = '\0';
}

static void
fill_delivery(struct sl_delivery *delivery)
{
	delivery->servers.count = SL_SERVERS_MAX;
	for (size_t i = 0; i < SL_SERVERS_MAX; i++)
		delivery->servers.addr[i] = 0xffffffff;
	fill(delivery->server_name, sizeof(delivery->server_name));
}

START_TEST(largest_plan_fits_its_row)
{
	uint8_t data[SL_ROUTE_BYTES_MAX];
	struct sl_route route;
	size_t length;

	plan.stage_count = SL_STAGES_MAX;
	fill(plan.name, sizeof(plan.name));
	fill_delivery(&plan.finished);
	for (size_t i = 0; i < SL_STAGES_MAX; i++) {
		fill(stages[i].name, sizeof(stages[i].name));
		fill(stages[i].directory, sizeof(stages[i].directory));
		fill(stages[i].config, sizeof(stages[i].config));
		fill_delivery(&stages[i].delivery);
	}
	ck_assert_int_eq(
	    sl_route_encode(&plan, data, sizeof(data), &length), SL_OK);
	ck_assert_int_eq(sl_route_decode(data, length, &route), SL_OK);
	ck_assert_uint_eq(route.stage[15].delivery.count, SL_SERVERS_MAX);
}
END_TEST

START_TEST(phone_is_small)
{
	uint8_t data[SL_ROUTE_BYTES_MAX];

	/* With the longest name of a load. */
	ck_assert_uint_eq(strlen(phone.load), SL_LOAD_MAX);
	ck_assert_uint_le(encode(0, data), 200);
	ck_assert_uint_le(encode(1, data), SL_FILE_BYTES_MAX);
	ck_assert_uint_le(encode(2, data), SL_LINE_BYTES_MAX);
}
END_TEST

START_TEST(names_are_complete)
{
	for (int i = 0; i < SL_STATUSES; i++)
		ck_assert_str_ne(sl_status_name((enum sl_status)i), "?");
	ck_assert_str_eq(sl_status_name(SL_STATUSES), "?");
	for (int i = 0; i < SL_OUTCOMES; i++)
		ck_assert_str_ne(sl_outcome_name((enum sl_outcome)i), "?");
	ck_assert_str_eq(sl_outcome_name(SL_OUTCOMES), "?");
}
END_TEST

/* ---- the cursors below ---- */

START_TEST(numbers_are_little_endian)
{
	uint8_t data[15];
	struct sl_writer w = { .data = data, .size = sizeof(data) };
	struct sl_reader r = { .data = data, .size = sizeof(data) };

	sl_put_u8(&w, 0x01);
	sl_put_u16(&w, 0x0302);
	sl_put_u32(&w, 0x07060504);
	sl_put_u64(&w, UINT64_C(0x0f0e0d0c0b0a0908));
	ck_assert(!w.failed);
	for (uint8_t i = 0; i < 15; i++)
		ck_assert_uint_eq(data[i], i + 1);
	sl_put_u8(&w, 0);
	ck_assert(w.failed);
	ck_assert_uint_eq(w.used, 15);
	ck_assert_uint_eq(sl_get_u8(&r), 0x01);
	ck_assert_uint_eq(sl_get_u16(&r), 0x0302);
	ck_assert_uint_eq(sl_get_u32(&r), 0x07060504);
	ck_assert_uint_eq(sl_get_u64(&r), UINT64_C(0x0f0e0d0c0b0a0908));
	ck_assert(!r.failed);
	ck_assert_uint_eq(sl_get_u8(&r), 0);
	ck_assert(r.failed);
}
END_TEST

START_TEST(error_of_a_cursor_sticks)
{
	uint8_t data[4] = { 1, 2, 3, 4 };
	struct sl_writer w = { .data = data, .size = 4 };
	struct sl_reader r = { .data = data, .size = 4 };
	uint8_t got[8] = { 9, 9, 9, 9, 9, 9, 9, 9 };

	sl_put_u64(&w, 0);
	sl_put_u8(&w, 0);
	ck_assert(w.failed);
	ck_assert_uint_eq(data[0], 1);
	sl_get_bytes(&r, got, 8);
	ck_assert_uint_eq(got[0], 0);
	ck_assert_uint_eq(sl_get_u8(&r), 0);
	ck_assert_str_eq(sl_get_text(&r), "");
	ck_assert(r.failed);
}
END_TEST

START_TEST(text_without_its_nul_is_none)
{
	struct sl_reader r = { .data = suite_at_edge("abc", 3), .size = 3 };

	ck_assert_str_eq(sl_get_text(&r), "");
	ck_assert(r.failed);
}
END_TEST

/* RFC 3720, appendix B.4. */
START_TEST(checksum_is_castagnolis)
{
	uint8_t data[32];

	memset(data, 0, 32);
	ck_assert_uint_eq(sl_crc32c(data, 32), 0x8a9136aa);
	memset(data, 0xff, 32);
	ck_assert_uint_eq(sl_crc32c(data, 32), 0x62a8ab43);
	for (uint8_t i = 0; i < 32; i++)
		data[i] = i;
	ck_assert_uint_eq(sl_crc32c(data, 32), 0x46dd794e);
	for (uint8_t i = 0; i < 32; i++)
		data[i] = (uint8_t)(31 - i);
	ck_assert_uint_eq(sl_crc32c(data, 32), 0x113fdb5c);
	ck_assert_uint_eq(sl_crc32c("123456789", 9), 0xe3069283);
	ck_assert_uint_eq(sl_crc32c("", 0), 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("record");
	TCase *t = tcase_create("record");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_loop_test(
	    t, record_cut_at_any_octet_is_refused, 0, COUNT(kinds));
	tcase_add_loop_test(t,
	    record_that_does_not_fit_is_refused_and_stays_inside, 0,
	    COUNT(kinds));
	tcase_add_loop_test(
	    t, flipped_octet_gives_a_usable_record_or_none, 0, COUNT(kinds));
	tcase_add_loop_test(
	    t, newer_version_is_told_from_damage, 0, COUNT(kinds));
	tcase_add_test(t, phone_comes_back_as_it_was);
	tcase_add_test(t, file_comes_back_as_it_was);
	tcase_add_test(t, line_comes_back_as_it_was);
	tcase_add_test(t, plan_comes_back_as_it_was);
	tcase_add_test(t, largest_plan_fits_its_row);
	tcase_add_test(t, phone_is_small);
	tcase_add_test(t, names_are_complete);
	tcase_add_test(t, numbers_are_little_endian);
	tcase_add_test(t, error_of_a_cursor_sticks);
	tcase_add_test(t, text_without_its_nul_is_none);
	tcase_add_test(t, checksum_is_castagnolis);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
