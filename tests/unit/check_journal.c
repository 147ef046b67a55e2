/* SPDX-License-Identifier: BSD-2-Clause */
/* check_journal.c: appended by many, torn, cut, and read exactly once. */
#include "journal.h"

#include "journal_world.h"

/* ---- one appender ---- */

START_TEST(events_are_read_in_order_and_once)
{
	nothing_more();
	for (unsigned n = 0; n < 2000; n++) {
		append(n);
		if (n % 7 == 0)
			for (unsigned i = n < 7 ? 0 : n - 6; i <= n; i++)
				next_is(i);
	}
	for (unsigned n = 1996; n < 2000; n++)
		next_is(n);
	nothing_more();
	ck_assert_uint_eq(skipped, 0);
	ck_assert_uint_eq(position, size_of_file());
}
END_TEST

START_TEST(readers_that_begin_anew_go_on_where_the_last_one_was)
{
	for (unsigned n = 0; n < 500; n++)
		append(n);
	for (unsigned n = 0; n < 500; n++) {
		next_is(n);
		if (n % 10 == 3) {
			sl_journal_reader_free(reader);
			open_reader();
		}
	}
	nothing_more();
	ck_assert_uint_eq(skipped, 0);
}
END_TEST

START_TEST(every_kind_comes_back_as_it_was)
{
	static const struct sl_event events[] = {
		{ .kind = SL_EVENT_LEASE,
		    .addr = 0xc0000201,
		    .lease = 2,
		    .way = SL_WAY_SIADDR,
		    .model = 7906 },
		{ .kind = SL_EVENT_LEASE,
		    .lease = SL_LEASE_OFFER,
		    .finding150 = UINT8_MAX,
		    .finding66 = 1,
		    .raw_length = SL_EVENT_RAW_MAX,
		    .raw = { [0] = 0xff, [SL_EVENT_RAW_MAX - 1] = 0xfe },
		    .left = true },
		{ .kind = SL_EVENT_UNBIND, .addr = 0xffffffff },
		{ .kind = SL_EVENT_REQUEST,
		    .addr = 1,
		    .port = 65535,
		    .class = SL_CLASS_TRUST,
		    .stage = SL_STAGE_NONE,
		    .by_name = true,
		    .denied = true,
		    .name = "CTLSEP001BD4123456.tlv" },
		{ .kind = SL_EVENT_DONE,
		    .port = 1,
		    .class = SL_CLASS_IMAGE,
		    .name = "",
		    .outcome = SL_REFUSED,
		    .tftp_error = 0xffffffff,
		    .bytes = UINT64_MAX,
		    .usec = UINT64_MAX },
		{ .kind = SL_EVENT_COMMAND,
		    .command = SL_COMMAND_STAGE,
		    .argument = "target" },
		{ .kind = SL_EVENT_CONFIG },
	};

	for (size_t i = 0; i < COUNT(events); i++) {
		struct sl_event event = events[i], got;

		event.time_us = INT64_MAX - (int64_t)i;
		event.mac.octet[i % sizeof(event.mac.octet)] = 0xff;
		ck_assert_int_eq(sl_journal_append(fd, &event, NULL), SL_OK);
		ck_assert_int_eq(
		    sl_journal_read(reader, &position, &got, &skipped, NULL),
		    SL_OK);
		ck_assert_mem_eq(&got, &event, sizeof(event));
	}
}
END_TEST

START_TEST(event_without_a_time_gets_one)
{
	struct sl_event event = event_of(1, 1);

	event.time_us = 0;
	ck_assert_int_eq(sl_journal_append(fd, &event, NULL), SL_OK);
	ck_assert_int_eq(
	    sl_journal_read(reader, &position, &event, NULL, NULL), SL_OK);
	ck_assert_int_gt(event.time_us, INT64_C(1700000000) * 1000000);
}
END_TEST

/* ---- damage ---- */

static size_t
encoded(unsigned n, uint8_t out[SL_EVENT_BYTES_MAX])
{
	struct sl_event event = event_of(1, n);
	size_t length = 0;

	ck_assert_int_eq(sl_event_encode(&event, out, &length), SL_OK);
	ck_assert_uint_le(length, SL_EVENT_BYTES_MAX);
	return length;
}

static void
write_raw(const void *data, size_t length)
{
	ck_assert_int_eq(write(fd, data, length), (ssize_t)length);
}

START_TEST(torn_record_costs_no_other)
{
	uint8_t record[SL_EVENT_BYTES_MAX];
	size_t length = encoded(100, record);

	/* Torn at each octet, one after another. */
	for (size_t torn = 1; torn < length; torn++) {
		unsigned n = (unsigned)torn * 10;

		append(n);
		write_raw(record, torn);
		append(n + 1);
		append(n + 2);
		for (unsigned i = 0; i < 3; i++)
			next_is(n + i);
		nothing_more();
	}
	ck_assert_uint_eq(skipped, length * (length - 1) / 2);
}
END_TEST

START_TEST(torn_records_in_a_row_cost_no_other)
{
	uint8_t record[SL_EVENT_BYTES_MAX];
	size_t length = encoded(158, record);

	for (size_t torn = 1; torn < length; torn++)
		write_raw(record, torn);
	for (unsigned n = 0; n < 20; n++)
		append(n);
	for (unsigned n = 0; n < 20; n++)
		next_is(n);
	nothing_more();
}
END_TEST

START_TEST(half_record_is_waited_for)
{
	uint8_t record[SL_EVENT_BYTES_MAX];
	size_t length = encoded(5, record);
	uint64_t before;

	append(4);
	next_is(4);
	before = position;
	for (size_t i = 0; i < length; i++) {
		nothing_more();
		ck_assert_uint_eq(position, before);
		write_raw(record + i, 1);
	}
	next_is(5);
	append(6);
	next_is(6);
	nothing_more();
	ck_assert_uint_eq(skipped, 0);
}
END_TEST

static uint32_t
noise(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Garbage, zeros, magics, of sizes around the reader's window. */
static const size_t sizes[] = { 1, 2, 3, 4, 5, 19, 20, 21, 511, 512, 513, 4096,
	65535, 65536, 65537, 65536 - 3, 200000 };

START_TEST(octets_that_are_no_record_are_passed_over)
{
	size_t size = sizes[(size_t)_i / 3];
	uint8_t *data = calloc(1, size);
	uint32_t state = 1;

	ck_assert_ptr_nonnull(data);
	for (size_t i = 0; i < size && _i % 3 == 1; i++)
		data[i] = (uint8_t)noise(&state);
	for (size_t i = 0; i < size && _i % 3 == 2; i++)
		data[i] = (uint8_t) "SLJ1"[i % 4];
	append(1);
	next_is(1);
	write_raw(data, size);
	nothing_more();
	append(2);
	/* A magic at the end hides what follows until more is there. */
	for (unsigned n = 3; n < 20; n++)
		append(n);
	for (unsigned n = 2; n < 20; n++)
		next_is(n);
	nothing_more();
	ck_assert_uint_eq(skipped, size);
	free(data);
}
END_TEST

START_TEST(flipped_octet_costs_its_own_record_only)
{
	uint8_t record[SL_EVENT_BYTES_MAX], octet;
	size_t length = encoded(2, record);
	uint64_t at;

	for (size_t i = 0; i < length; i++) {
		struct sl_event event;
		unsigned n = 0;

		append(1);
		at = size_of_file();
		append(2);
		for (n = 3; n < 12; n++)
			append(n);
		octet = (uint8_t)(record[i] ^ (1 << i % 8));
		n = (unsigned)open(path, O_WRONLY);
		ck_assert_int_eq(pwrite((int)n, &octet, 1, (off_t)(at + i)), 1);
		close((int)n);
		next_is(1);
		/* It is lost, or whole; never another. */
		ck_assert_int_eq(
		    sl_journal_read(reader, &position, &event, &skipped, NULL),
		    SL_OK);
		ck_assert_uint_eq(event.addr, 3);
		for (n = 4; n < 12; n++)
			next_is(n);
		nothing_more();
	}
	ck_assert_uint_eq(skipped, length * length);
}
END_TEST

START_TEST(record_of_a_newer_kind_is_passed_over_whole)
{
	struct sl_event event = event_of(1, 1);

	event.kind = SL_EVENT_CONFIG + 1;
	ck_assert_int_eq(sl_journal_append(fd, &event, NULL), SL_OK);
	append(2);
	next_is(2);
	ck_assert_uint_gt(skipped, 20);
}
END_TEST

/* ---- many appenders ---- */

#define APPENDERS 8
#define EACH 5000

static void
appender(unsigned who)
{
	int own;

	if (sl_journal_open(dir, &own, NULL) != SL_OK)
		_exit(1);
	for (unsigned n = 0; n < EACH; n++) {
		struct sl_event event = event_of(who, n);

		if (sl_journal_append(own, &event, NULL) != SL_OK)
			_exit(2);
	}
	_exit(0);
}

START_TEST(concurrent_appenders_lose_and_mix_nothing)
{
	unsigned next[APPENDERS] = { 0 }, total = 0, running = APPENDERS;
	enum sl_rc rc = SL_OK;

	for (unsigned who = 0; who < APPENDERS; who++)
		if (fork() == 0)
			appender(who);
	while (running > 0 || rc == SL_OK) {
		struct sl_event event;
		int status;

		rc = sl_journal_read(reader, &position, &event, &skipped, NULL);
		if (rc == SL_OK) {
			unsigned who = event.mac.octet[5];

			ck_assert_uint_lt(who, APPENDERS);
			is_event(&event, who, next[who]++);
			if (++total % 1000 == 0)
				sl_journal_release(reader, position);
			continue;
		}
		ck_assert_int_eq(rc, SL_NONE);
		/* Whoever ended had appended all: read on once more. */
		if (waitpid(-1, &status, WNOHANG) > 0) {
			ck_assert_int_eq(status, 0);
			running--;
			rc = SL_OK;
		} else {
			sched_yield();
		}
	}
	ck_assert_uint_eq(total, APPENDERS * EACH);
	ck_assert_uint_eq(skipped, 0);
	ck_assert_uint_eq(position, size_of_file());
}
END_TEST

static void
add_damage(TCase *t)
{
	tcase_add_test(t, torn_record_costs_no_other);
	tcase_add_test(t, torn_records_in_a_row_cost_no_other);
	tcase_add_test(t, half_record_is_waited_for);
	tcase_add_loop_test(
	    t, octets_that_are_no_record_are_passed_over, 0, 3 * COUNT(sizes));
	tcase_add_test(t, flipped_octet_costs_its_own_record_only);
	tcase_add_test(t, record_of_a_newer_kind_is_passed_over_whole);
}

int
main(void)
{
	Suite *suite = suite_create("journal");
	TCase *t = tcase_create("journal");

	tcase_set_timeout(t, 120);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, events_are_read_in_order_and_once);
	tcase_add_test(t, readers_that_begin_anew_go_on_where_the_last_one_was);
	tcase_add_test(t, every_kind_comes_back_as_it_was);
	tcase_add_test(t, event_without_a_time_gets_one);
	add_damage(t);
	tcase_add_test(t, concurrent_appenders_lose_and_mix_nothing);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
