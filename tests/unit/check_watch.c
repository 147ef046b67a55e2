/* SPDX-License-Identifier: BSD-2-Clause */
/* check_watch.c: how a transfer ended, told from the packets alone. */
#include "preload_watch.h"
#include "suite.h"

#include <errno.h>
#include <stdbool.h>

#define TOKEN 77

static struct sl_watch watch;

static void
begin(void)
{
	sl_watch_begin(&watch, TOKEN);
}

static bool
sent_data(unsigned int block, size_t payload)
{
	static uint8_t packet[4 + 65464];

	packet[1] = 3;
	packet[2] = (uint8_t)(block >> 8);
	packet[3] = (uint8_t)block;
	return sl_watch_sent(&watch, packet, 4 + payload);
}

static bool
got(uint8_t opcode, unsigned int word)
{
	uint8_t packet[] = { 0, opcode, (uint8_t)(word >> 8), (uint8_t)word };

	return sl_watch_received(&watch, packet, sizeof(packet));
}

static bool
got_ack(unsigned int block)
{
	return got(4, block);
}

static bool
sent_oack(const char *options, size_t len)
{
	uint8_t packet[128] = { 0, 6 };

	memcpy(packet + 2, options, len);
	return sl_watch_sent(&watch, packet, 2 + len);
}

#define OACK(text) sent_oack(text, sizeof(text) - 1)

static void
ended(enum tftpd_remap_status status, uint64_t bytes)
{
	ck_assert_uint_eq(watch.result.status, status);
	ck_assert_uint_eq(watch.result.bytes, bytes);
	ck_assert_uint_eq(watch.result.token, TOKEN);
	ck_assert_uint_eq(watch.result.size, sizeof(watch.result));
	/* Nothing is said twice. */
	ck_assert(!got_ack(1));
	ck_assert(!got(5, 0));
	ck_assert(!sl_watch_failed(&watch, ECONNREFUSED));
	ck_assert(!sl_watch_exit(&watch));
	ck_assert_uint_eq(watch.result.status, status);
}

START_TEST(the_ack_of_the_short_block_is_the_end)
{
	ck_assert(!sent_data(1, 512));
	ck_assert(!got_ack(1));
	ck_assert(!sent_data(2, 88));
	ck_assert_uint_eq(watch.result.last_sent, 1);
	ck_assert(!got_ack(1));
	ck_assert(got_ack(2));
	ended(TFTPD_REMAP_OK, 600);
	ck_assert_uint_eq(watch.result.retransmits, 0);
}
END_TEST

START_TEST(an_exact_multiple_ends_with_an_empty_block)
{
	sent_data(1, 512);
	got_ack(1);
	ck_assert_uint_eq(watch.result.last_sent, 0);
	sent_data(2, 0);
	ck_assert(got_ack(2));
	ended(TFTPD_REMAP_OK, 512);
}
END_TEST

START_TEST(an_empty_file_is_one_empty_block)
{
	sent_data(1, 0);
	ck_assert(got_ack(1));
	ended(TFTPD_REMAP_OK, 0);
}
END_TEST

START_TEST(blksize_is_what_the_oack_says)
{
	OACK("tsize\0001500\0BlkSize\0001024\0");
	ck_assert(!got_ack(0));
	sent_data(1, 1024);
	ck_assert(!got_ack(1));
	sent_data(2, 476);
	ck_assert(got_ack(2));
	ended(TFTPD_REMAP_OK, 1500);
}
END_TEST

START_TEST(an_oack_that_breaks_off_is_no_blksize)
{
	OACK("blksize\00064");
	sent_data(1, 512);
	ck_assert(!got_ack(1));
	ck_assert_uint_eq(watch.blksize, 512);
	begin();
	OACK("blksize");
	ck_assert_uint_eq(watch.blksize, 512);
	begin();
	OACK("blksize\0004\0");
	ck_assert_uint_eq(watch.blksize, 512);
}
END_TEST

static void
send_and_ack(unsigned int from, unsigned int to)
{
	for (unsigned int block = from; block <= to; block++) {
		ck_assert(!sent_data(block, 8));
		ck_assert(!got_ack(block));
	}
}

START_TEST(block_numbers_wrap)
{
	OACK("blksize\0008\0");
	send_and_ack(1, 65535);
	send_and_ack(0, 65535);
	sent_data(0, 3);
	ck_assert(!got_ack(65535));
	ck_assert(got_ack(0));
	ended(TFTPD_REMAP_OK, 8 * (65535 + 65536) + 3);
	ck_assert_uint_eq(watch.result.retransmits, 0);
}
END_TEST

START_TEST(block_numbers_wrap_to_what_was_agreed)
{
	OACK("blksize\0008\0rollover\0001\0");
	send_and_ack(1, 65535);
	sent_data(1, 8);
	ck_assert(!got_ack(65535));
	ck_assert_uint_eq(watch.acked, 65535);
	ck_assert(!got_ack(1));
	ck_assert_uint_eq(watch.acked, 65536);
	sent_data(2, 0);
	ck_assert(got_ack(2));
	ended(TFTPD_REMAP_OK, 8 * 65536);
}
END_TEST

START_TEST(a_window_is_acknowledged_by_its_last_block)
{
	for (unsigned int block = 1; block <= 4; block++)
		sent_data(block, 512);
	ck_assert(!got_ack(2));
	ck_assert_uint_eq(watch.acked, 2);
	for (unsigned int block = 3; block <= 5; block++)
		sent_data(block, 512);
	sent_data(6, 1);
	ck_assert_uint_eq(watch.result.retransmits, 2);
	ck_assert(got_ack(6));
	ended(TFTPD_REMAP_OK, 5 * 512 + 1);
}
END_TEST

START_TEST(acks_of_nothing_are_noise)
{
	ck_assert(!got_ack(0));
	ck_assert(!got_ack(1));
	ck_assert(!got_ack(65535));
	sent_data(1, 10);
	ck_assert(!got_ack(2));
	ck_assert(!got_ack(65535));
	ck_assert(!got_ack(0));
	ck_assert(!got(9, 1));
	ck_assert(!sl_watch_received(&watch, "\0\4\0", 3));
	ck_assert(got_ack(1));
	ended(TFTPD_REMAP_OK, 10);
}
END_TEST

START_TEST(what_is_sent_again_is_counted_and_not_added)
{
	OACK("tsize\00010\0");
	OACK("tsize\00010\0");
	sent_data(1, 512);
	sent_data(1, 512);
	got_ack(1);
	sent_data(2, 10);
	sent_data(2, 10);
	ck_assert(got_ack(2));
	ended(TFTPD_REMAP_OK, 522);
	ck_assert_uint_eq(watch.result.retransmits, 3);
}
END_TEST

START_TEST(an_abort_keeps_what_was_acknowledged)
{
	sent_data(1, 512);
	got_ack(1);
	sent_data(2, 512);
	ck_assert(got(5, 3));
	ended(TFTPD_REMAP_PEER_ERROR, 512);
	ck_assert_uint_eq(watch.result.tftp_error, 3);
	ck_assert_uint_eq(watch.result.last_sent, 0);
}
END_TEST

START_TEST(a_size_probe_is_an_abort_with_nothing)
{
	OACK("tsize\00010\0");
	ck_assert(got(5, 8));
	ended(TFTPD_REMAP_PEER_ERROR, 0);
}
END_TEST

START_TEST(a_refusal_of_in_tftpd_is_local)
{
	ck_assert(sl_watch_sent(&watch, "\0\5\0\1File not found\0", 19));
	ended(TFTPD_REMAP_LOCAL_ERROR, 0);
	ck_assert_uint_eq(watch.result.tftp_error, 1);
}
END_TEST

START_TEST(a_closed_port_is_a_peer_that_went)
{
	sent_data(1, 512);
	ck_assert(!sl_watch_failed(&watch, EAGAIN));
	ck_assert(!sl_watch_failed(&watch, EINTR));
	ck_assert(sl_watch_failed(&watch, ECONNREFUSED));
	ended(TFTPD_REMAP_PEER_GONE, 0);
}
END_TEST

START_TEST(leaving_early_is_silence_or_no_start)
{
	ck_assert(sl_watch_exit(&watch));
	ended(TFTPD_REMAP_NOT_STARTED, 0);
	begin();
	sent_data(1, 5);
	ck_assert(sl_watch_exit(&watch));
	ended(TFTPD_REMAP_TIMEOUT, 0);
	ck_assert_uint_eq(watch.result.last_sent, 1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("watch");
	TCase *t = tcase_create("watch");

	tcase_add_checked_fixture(t, begin, NULL);
	tcase_add_test(t, the_ack_of_the_short_block_is_the_end);
	tcase_add_test(t, an_exact_multiple_ends_with_an_empty_block);
	tcase_add_test(t, an_empty_file_is_one_empty_block);
	tcase_add_test(t, blksize_is_what_the_oack_says);
	tcase_add_test(t, an_oack_that_breaks_off_is_no_blksize);
	tcase_add_test(t, block_numbers_wrap);
	tcase_add_test(t, block_numbers_wrap_to_what_was_agreed);
	tcase_add_test(t, a_window_is_acknowledged_by_its_last_block);
	tcase_add_test(t, acks_of_nothing_are_noise);
	tcase_add_test(t, what_is_sent_again_is_counted_and_not_added);
	tcase_add_test(t, an_abort_keeps_what_was_acknowledged);
	tcase_add_test(t, a_size_probe_is_an_abort_with_nothing);
	tcase_add_test(t, a_refusal_of_in_tftpd_is_local);
	tcase_add_test(t, a_closed_port_is_a_peer_that_went);
	tcase_add_test(t, leaving_early_is_silence_or_no_start);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
