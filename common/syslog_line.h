/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * syslog_line.h: what a line of a TFTP server's log tells.
 *
 * Understood are in.tftpd 5.x and 7.x behind the heads that syslog and
 * journalctl write, and the DHCP and TFTP lines of tftpd32.  Pure: a line is
 * any octets, and of one that is too long only its start is read.
 */
#ifndef SL_SYSLOG_LINE_H
#define SL_SYSLOG_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "text.h"

#define SL_LOG_LINE_MAX 8192 /* octets of a line that are looked at */
#define SL_LOG_NAME_MAX 159
#define SL_LOG_TEXT_MAX 511
#define SL_LOG_CLIENT_MAX 63

enum sl_log_kind {
	SL_LOG_OTHER = 0, /* the server's, and tells nothing of a transfer */
	SL_LOG_RRQ,
	SL_LOG_WRQ,
	SL_LOG_NAK,      /* an ERROR was sent; code is TFTP's */
	SL_LOG_FINISHED, /* the last block was acknowledged */
	SL_LOG_FAILED,   /* the client refused, went away or fell silent */
	SL_LOG_CONNECT,  /* tftpd32: whose the next request is */
	SL_LOG_DHCP,     /* tftpd32: a DHCP request of `mac` */
	SL_LOG_LEASE     /* tftpd32: it was answered, with `addr` if told */
};

/* Text holds no control characters: '?' stands for each. */
struct sl_log_line {
	enum sl_log_kind kind;
	int64_t time_us; /* since 1970; without a zone: as if it were UTC */
	int pid;         /* 0: not told */
	/* Canonical, "10.0.0.5" also for ::ffff:10.0.0.5; "": not told. */
	char client[SL_LOG_CLIENT_MAX + 1];
	bool has_addr; /* the client has an IPv4 address */
	uint32_t addr; /* host byte order */
	bool has_mac;
	struct sl_mac mac;                /* DHCP */
	char file[SL_LOG_NAME_MAX + 1];   /* as asked */
	char served[SL_LOG_NAME_MAX + 1]; /* another name served; or "" */
	int code;                         /* NAK */
	char text[SL_LOG_TEXT_MAX + 1];   /* the message without its head */
};

/*
 * Many logs do not tell the year.  The first line is taken for the newest
 * year in which it does not lie in the future, and January after December
 * begins the next.
 */
struct sl_log_clock {
	int year;        /* of the newest line; 0: none yet.  May be given. */
	int64_t last_us; /* time of the newest line; 0: none yet */
	int64_t now_us;  /* since 1970 */
};

/* SL_NONE: not a TFTP server's line, or its head can not be read. */
enum sl_rc sl_log_line_parse(const char *data, size_t length,
    struct sl_log_clock *clock, struct sl_log_line *line);

/* ---- syslog_time.c ---- */

/* A piece of text that need not end with NUL. */
struct sl_piece {
	const char *at, *end;
};

/*
 * Takes a time from the front: "Dec 30 10:15:32" (RFC 3164) or
 * "2015-12-30T10:15:32.123456+01:00" (RFC 3339, journalctl's short-iso).
 */
bool sl_log_take_time(
    struct sl_piece *piece, struct sl_log_clock *clock, int64_t *time_us);
/* "14/01 08:49:07.144": day and month, as tftpd32 writes it. */
bool sl_log_take_day_time(
    struct sl_piece *piece, struct sl_log_clock *clock, int64_t *time_us);
/* Digits in front, at least one and not more than `most`. */
bool sl_log_take_number(struct sl_piece *piece, int most, int *number);
/* Takes `word` from the front, if it is there. */
bool sl_log_take(struct sl_piece *piece, const char *word);

#endif
