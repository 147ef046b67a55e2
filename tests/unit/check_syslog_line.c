/* SPDX-License-Identifier: BSD-2-Clause */
/* check_syslog_line.c: literal lines of logs, whole, cut and hostile. */
#include "syslog_line.h"

#include <stdio.h>

#include "suite.h"

#define S INT64_C(1000000)
#define NOW (INT64_C(1795218822) * S)    /* 2026-11-20T23:53:42Z */
#define DEC_30 (INT64_C(1451470532) * S) /* 2015-12-30T10:15:32Z */
#define HEAD "Dec 30 10:15:32 server in.tftpd[24929]: "

static enum sl_rc
parse_of(const void *data, size_t length, int year, struct sl_log_line *line)
{
	struct sl_log_clock clock = { .year = year, .now_us = NOW };

	memset(line, 0xff, sizeof(*line));
	return sl_log_line_parse(
	    suite_at_edge(data, length), length, &clock, line);
}

static enum sl_rc
parse(const char *text, struct sl_log_line *line)
{
	return parse_of(text, strlen(text), 2015, line);
}

static const struct {
	const char *text;
	enum sl_log_kind kind;
	const char *client, *file, *served;
	int pid, code;
} lines[] = {
	/* in.tftpd 5.x */
	{ HEAD "RRQ from filename term06.default.loads", SL_LOG_RRQ, "",
	    "term06.default.loads", "", 24929, 0 },
	{ HEAD "RRQ from 10.0.0.5 filename term06.default.loads", SL_LOG_RRQ,
	    "10.0.0.5", "term06.default.loads", "", 24929, 0 },
	{ HEAD "RRQ from 10.0.0.5 filename term06.default.loads\r\n",
	    SL_LOG_RRQ, "10.0.0.5", "term06.default.loads", "", 24929, 0 },
	{ HEAD "RRQ from ::ffff:10.0.0.5 filename a", SL_LOG_RRQ, "10.0.0.5",
	    "a", "", 24929, 0 },
	{ HEAD "RRQ from ::FFFF:10.0.0.5 filename a", SL_LOG_RRQ, "10.0.0.5",
	    "a", "", 24929, 0 },
	{ HEAD "RRQ from 2001:DB8::5 filename a", SL_LOG_RRQ, "2001:db8::5",
	    "a", "", 24929, 0 },
	{ HEAD "RRQ from [2001:db8::5] filename a", SL_LOG_RRQ, "2001:db8::5",
	    "a", "", 24929, 0 },
	{ HEAD "RRQ from ??? filename a", SL_LOG_RRQ, "", "a", "", 24929, 0 },
	{ HEAD "RRQ from 10.0.0.256 filename a", SL_LOG_RRQ, "", "a", "", 24929,
	    0 },
	{ HEAD "WRQ from 10.0.0.5 filename up.cfg", SL_LOG_WRQ, "10.0.0.5",
	    "up.cfg", "", 24929, 0 },
	{ HEAD "RRQ from 10.0.0.5 filename a b remapped to /x/a b", SL_LOG_RRQ,
	    "10.0.0.5", "a b", "/x/a b", 24929, 0 },
	{ HEAD "RRQ from 10.0.0.5 filename a served as sccp-8.5.2/a",
	    SL_LOG_RRQ, "10.0.0.5", "a", "sccp-8.5.2/a", 24929, 0 },
	{ HEAD "sending NAK (1, File not found) to 10.0.0.5", SL_LOG_NAK,
	    "10.0.0.5", "", "", 24929, 1 },
	{ HEAD "sending NAK (0, Permission denied (x)) to ::ffff:10.0.0.5",
	    SL_LOG_NAK, "10.0.0.5", "", "", 24929, 0 },
	{ HEAD "tftpd: read(ack): Connection refused", SL_LOG_FAILED, "", "",
	    "", 24929, 0 },
	{ HEAD "tftpd: write: No route to host", SL_LOG_FAILED, "", "", "",
	    24929, 0 },
	{ HEAD "Client 10.0.0.5 finished cnu11.8-5-2TH1-9.sbn", SL_LOG_FINISHED,
	    "10.0.0.5", "cnu11.8-5-2TH1-9.sbn", "", 24929, 0 },
	/* 7.x */
	{ HEAD "10.0.0.5: read completed: a", SL_LOG_FINISHED, "10.0.0.5", "a",
	    "", 24929, 0 },
	{ HEAD "2001:db8::5: read completed: a", SL_LOG_FINISHED, "2001:db8::5",
	    "a", "", 24929, 0 },
	{ HEAD "10.0.0.5: write completed: a", SL_LOG_OTHER, "10.0.0.5", "", "",
	    24929, 0 },
	{ HEAD "10.0.0.5: file not found: a", SL_LOG_NAK, "10.0.0.5", "", "",
	    24929, 1 },
	{ HEAD "10.0.0.5: sending ERROR 2: Access violation)", SL_LOG_NAK,
	    "10.0.0.5", "", "", 24929, 2 },
	{ HEAD "10.0.0.5: read(ack): Connection refused", SL_LOG_FAILED,
	    "10.0.0.5", "", "", 24929, 0 },
	{ HEAD "10.0.0.5: client rejected negotiated options", SL_LOG_FAILED,
	    "10.0.0.5", "", "", 24929, 0 },
	{ HEAD "notice: RRQ from 10.0.0.5 filename a", SL_LOG_RRQ, "10.0.0.5",
	    "a", "", 24929, 0 },
	/* Heads. */
	{ "Dec 30 10:15:32 in.tftpd: RRQ from 10.0.0.5 filename a", SL_LOG_RRQ,
	    "10.0.0.5", "a", "", 0, 0 },
	{ "<29>Dec 30 10:15:32 s /usr/sbin/in.tftpd[7]: RRQ from 10.0.0.5 "
	  "filename a",
	    SL_LOG_RRQ, "10.0.0.5", "a", "", 7, 0 },
	{ "2015-12-30T10:15:32+0000 s tftpd[7]: RRQ from 10.0.0.5 filename a",
	    SL_LOG_RRQ, "10.0.0.5", "a", "", 7, 0 },
	{ "2015-12-30T11:15:32.000+01:00 s in.tftpd[7]: RRQ from 10.0.0.5 "
	  "filename a",
	    SL_LOG_RRQ, "10.0.0.5", "a", "", 7, 0 },
	{ "2015-12-30T10:15:32Z s in.tftpd[7]: RRQ from 10.0.0.5 filename a",
	    SL_LOG_RRQ, "10.0.0.5", "a", "", 7, 0 },
	{ "2015-12-30T04:45:32-05:30 s in.tftpd[7]: RRQ from 10.0.0.5 "
	  "filename a",
	    SL_LOG_RRQ, "10.0.0.5", "a", "", 7, 0 },
	/* tftpd32 */
	{ "Connection received from 10.0.0.5 on port 2074 [30/12 "
	  "10:15:32.000]",
	    SL_LOG_CONNECT, "10.0.0.5", "", "", 0, 0 },
	{ "Read request for file <OS79XX.TXT>. Mode octet [30/12 "
	  "10:15:32.000]",
	    SL_LOG_RRQ, "", "OS79XX.TXT", "", 0, 0 },
	{ "<OS79XX.TXT>: sent 1 blk, 12 bytes in 0 s. 0 blk resent [30/12 "
	  "10:15:32.000]",
	    SL_LOG_FINISHED, "", "OS79XX.TXT", "", 0, 0 },
	{ "File <OS79XX.TXT> : error 2 in system call CreateFile [30/12 "
	  "10:15:32.000]",
	    SL_LOG_NAK, "", "OS79XX.TXT", "", 0, 1 },
	{ "Previously allocated address acked [30/12 10:15:32.000]",
	    SL_LOG_LEASE, "", "", "", 0, 0 },
	{ "Previously allocated address 10.0.0.5 acked [30/12 10:15:32.000]",
	    SL_LOG_LEASE, "10.0.0.5", "", "", 0, 0 },
	{ "3532 Request 2 not processed [30/12 10:15:32.000]", SL_LOG_OTHER, "",
	    "", "", 0, 0 },
	/* The server's, but telling nothing that can be used. */
	{ HEAD "", SL_LOG_OTHER, "", "", "", 24929, 0 },
	{ HEAD "cannot bind to local IPv4 socket", SL_LOG_OTHER, "", "", "",
	    24929, 0 },
	{ HEAD "RRQ from 10.0.0.5", SL_LOG_OTHER, "10.0.0.5", "", "", 24929,
	    0 },
	{ HEAD "RRQ from 10.0.0.5 filename ", SL_LOG_OTHER, "", "", "", 24929,
	    0 },
	{ HEAD "RRQ from ", SL_LOG_OTHER, "", "", "", 24929, 0 },
	{ HEAD "sending NAK (", SL_LOG_OTHER, "", "", "", 24929, 0 },
	{ HEAD "sending NAK (x, y) to 10.0.0.5", SL_LOG_OTHER, "", "", "",
	    24929, 0 },
	{ HEAD "Client finished", SL_LOG_OTHER, "", "", "", 24929, 0 },
};

START_TEST(line_is_understood)
{
	struct sl_log_line line;

	ck_assert_msg(
	    parse(lines[_i].text, &line) == SL_OK, "%s", lines[_i].text);
	ck_assert_msg(line.kind == lines[_i].kind, "%s: kind %d",
	    lines[_i].text, line.kind);
	ck_assert_int_eq(line.time_us, DEC_30);
	if (lines[_i].kind != SL_LOG_OTHER)
		ck_assert_str_eq(line.client, lines[_i].client);
	ck_assert_int_eq(line.has_addr, strchr(line.client, '.') != NULL);
	if (line.has_addr)
		ck_assert_uint_eq(line.addr, 0x0a000005);
	if (lines[_i].kind == SL_LOG_RRQ || lines[_i].kind == SL_LOG_FINISHED)
		ck_assert_str_eq(line.file, lines[_i].file);
	ck_assert_str_eq(line.served, lines[_i].served);
	ck_assert_int_eq(line.pid, lines[_i].pid);
	ck_assert_int_eq(line.code, lines[_i].code);
}
END_TEST

static const char *const foreign[] = {
	"",
	" ",
	"\n",
	"in.tftpd",
	"Dec 30 10:15:32",
	"Dec 30 10:15:32 ",
	"Dec 30 10:15:32 server",
	"Dec 30 10:15:32 server dhcpd[1]: DHCPACK on 10.0.0.5",
	"Dec 30 10:15:32 server sshd[1]: a b in.tftpd[1]: RRQ from 10.0.0.5 "
	"filename a",
	"Dec 30 10:15:32 server in.tftpd[x]: RRQ from 10.0.0.5 filename a",
	"Dec 30 10:15:32 server in.tftpd[1: RRQ from 10.0.0.5 filename a",
	"Dec 30 10:15:32 server in.tftpdx: RRQ from 10.0.0.5 filename a",
	"Dec 32 10:15:32 server in.tftpd[1]: RRQ from 10.0.0.5 filename a",
	"Dec 00 10:15:32 server in.tftpd[1]: RRQ from 10.0.0.5 filename a",
	"Dex 30 10:15:32 server in.tftpd[1]: RRQ from 10.0.0.5 filename a",
	"Dec 30 24:15:32 server in.tftpd[1]: RRQ from 10.0.0.5 filename a",
	"Dec 30 10:60:32 server in.tftpd[1]: RRQ from 10.0.0.5 filename a",
	"2015-13-30T10:15:32Z s in.tftpd[7]: RRQ from 10.0.0.5 filename a",
	"2015-02-29T10:15:32Z s in.tftpd[7]: RRQ from 10.0.0.5 filename a",
	"0000-12-30T10:15:32Z s in.tftpd[7]: RRQ from 10.0.0.5 filename a",
	"2015-12-30T10:15:32+99:00 s in.tftpd[7]: RRQ from 10.0.0.5 "
	"filename a",
	"<>Dec 30 10:15:32 s in.tftpd[7]: RRQ from 10.0.0.5 filename a",
	"RRQ from 10.0.0.5 filename a",
	"Read request for file <a>. Mode octet [40/12 10:15:32.000]",
	"Read request for file <a>. Mode octet [30/12 10:15:32.000",
	"[2015-12-30 02:06:30] NOTICE[1915] chan_sip.c: Registration failed",
};

START_TEST(line_of_others_is_none)
{
	struct sl_log_line line;

	ck_assert_msg(parse(foreign[_i], &line) == SL_NONE, "%s", foreign[_i]);
}
END_TEST

START_TEST(mac_of_a_dhcp_request_is_read)
{
	static const struct sl_mac want = { { 0x00, 0x18, 0x73, 0xa8, 0xba,
	    0x57 } };
	struct sl_log_line line;

	ck_assert_int_eq(parse("Rcvd DHCP Rqst Msg for IP 0.0.0.0, Mac "
	                       "00:18:73:A8:BA:57 [14/01 08:49:07.144]",
	                     &line),
	    SL_OK);
	ck_assert_int_eq(line.kind, SL_LOG_DHCP);
	ck_assert(line.has_mac && sl_mac_equal(&line.mac, &want));
	ck_assert_int_eq(line.time_us % S, 144000);
	ck_assert_int_eq(
	    parse("Rcvd DHCP Rqst Msg for IP, Mac [14/01 08:49:07.144]", &line),
	    SL_OK);
	ck_assert_int_eq(line.kind, SL_LOG_OTHER);
}
END_TEST

/* Each line that was cut anywhere is read within its octets. */
START_TEST(line_may_be_cut_anywhere)
{
	struct sl_log_line line;
	size_t length = strlen(lines[_i].text);

	for (size_t cut = 0; cut <= length; cut++) {
		(void)parse_of(lines[_i].text, cut, 0, &line);
		ck_assert_uint_le(strlen(line.file), SL_LOG_NAME_MAX);
	}
}
END_TEST

START_TEST(nothing_that_commands_a_terminal_comes_through)
{
	static const char text[] =
	    HEAD "RRQ from 10.0.0.5 filename a\0b\033[2Jc\x7f";
	struct sl_log_line line;

	ck_assert_int_eq(parse_of(text, sizeof(text) - 1, 2015, &line), SL_OK);
	ck_assert_str_eq(line.file, "a?b?[2Jc?");
	ck_assert_str_eq(line.text, "RRQ from 10.0.0.5 filename a?b?[2Jc?");
}
END_TEST

START_TEST(huge_line_is_read_at_its_start)
{
	static const size_t length = 1024 * 1024;
	char *huge = malloc(length);
	struct sl_log_line line;

	ck_assert_ptr_nonnull(huge);
	memset(huge, 'x', length);
	memcpy(huge, HEAD "RRQ from 10.0.0.5 filename ",
	    strlen(HEAD "RRQ from 10.0.0.5 filename "));
	ck_assert_int_eq(parse_of(huge, length, 2015, &line), SL_OK);
	ck_assert_int_eq(line.kind, SL_LOG_RRQ);
	ck_assert_uint_eq(strlen(line.file), SL_LOG_NAME_MAX);
	ck_assert_uint_eq(strlen(line.text), SL_LOG_TEXT_MAX);
	memset(huge, '[', length);
	huge[length - 1] = ']';
	ck_assert_int_eq(parse_of(huge, length, 2015, &line), SL_NONE);
	memset(huge, 0, length);
	ck_assert_int_eq(parse_of(huge, length, 2015, &line), SL_NONE);
	memset(huge, ' ', length);
	ck_assert_int_eq(parse_of(huge, length, 2015, &line), SL_NONE);
	free(huge);
}
END_TEST

static int64_t
time_of(struct sl_log_clock *clock, const char *day)
{
	char text[128];
	struct sl_log_line line;

	snprintf(text, sizeof(text),
	    "%s 00:00:00 s in.tftpd[1]: RRQ from 10.0.0.5 filename a", day);
	ck_assert_int_eq(
	    sl_log_line_parse(text, strlen(text), clock, &line), SL_OK);
	return line.time_us;
}

static void
ck_day(struct sl_log_clock *clock, const char *day, const char *want)
{
	char text[SL_TIME_TEXT];

	sl_time_print(time_of(clock, day), text);
	text[10] = '\0';
	ck_assert_str_eq(text, want);
}

START_TEST(year_is_found_and_turns_over)
{
	struct sl_log_clock given = { .year = 2015, .now_us = NOW };
	struct sl_log_clock none = { .now_us = NOW };
	struct sl_log_clock recent = { .now_us = NOW };

	ck_day(&given, "Dec 30", "2015-12-30");
	ck_day(&given, "Dec 31", "2015-12-31");
	ck_day(&given, "Jan  1", "2016-01-01");
	/* A line that comes late is of the old year still. */
	ck_day(&given, "Dec 31", "2015-12-31");
	ck_day(&given, "Jan  1", "2016-01-01");
	ck_day(&given, "Feb 29", "2016-02-29");
	ck_day(&given, "Nov  1", "2016-11-01");
	ck_day(&given, "Jan  9", "2017-01-09");
	/* It is November now, so this December is last year's. */
	ck_day(&none, "Dec 30", "2025-12-30");
	ck_day(&none, "Jan  2", "2026-01-02");
	ck_day(&recent, "Nov 20", "2026-11-20");
	ck_day(&recent, "Nov 21", "2026-11-21");
}
END_TEST

START_TEST(foreign_line_does_not_turn_the_year)
{
	struct sl_log_clock clock = {
		.year = 2015, .last_us = DEC_30, .now_us = NOW
	};
	static const char text[] = "Jan  1 00:00:00 server cron[1]: x";
	struct sl_log_line line;

	ck_assert_int_eq(
	    sl_log_line_parse(text, strlen(text), &clock, &line), SL_NONE);
	ck_assert_int_eq(clock.year, 2015);
	ck_assert_int_eq(clock.last_us, DEC_30);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("syslog_line");
	TCase *tcase = tcase_create("all");

	tcase_add_loop_test(tcase, line_is_understood, 0, (int)COUNT(lines));
	tcase_add_loop_test(
	    tcase, line_of_others_is_none, 0, (int)COUNT(foreign));
	tcase_add_test(tcase, mac_of_a_dhcp_request_is_read);
	tcase_add_loop_test(
	    tcase, line_may_be_cut_anywhere, 0, (int)COUNT(lines));
	tcase_add_test(tcase, nothing_that_commands_a_terminal_comes_through);
	tcase_add_test(tcase, huge_line_is_read_at_its_start);
	tcase_add_test(tcase, year_is_found_and_turns_over);
	tcase_add_test(tcase, foreign_line_does_not_turn_the_year);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
