/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.h: MAC addresses, IPv4 addresses, times and names, to text and back.
 *
 * All functions are pure and may be called from any thread.
 */
#ifndef SL_TEXT_H
#define SL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct sl_mac {
	uint8_t octet[6];
};

#define SL_MAC_TEXT 18  /* "00:1b:d4:12:34:56" and its NUL */
#define SL_ADDR_TEXT 16 /* "255.255.255.255" and its NUL */
#define SL_TIME_TEXT 32 /* "2026-11-20T23:53:42Z" and its NUL */

/*
 * Twelve hexadecimal digits of either case: bare, or in pairs behind ':' or
 * '-', or in fours behind '.'.  SL_INVALID for anything else.
 */
enum sl_rc sl_mac_parse(const char *text, struct sl_mac *mac);
/* Exactly twelve hexadecimal digits at `text`, whatever follows them. */
enum sl_rc sl_mac_from_digits(const char *text, struct sl_mac *mac);
/* Lower case with colons. */
void sl_mac_print(const struct sl_mac *mac, char out[SL_MAC_TEXT]);
bool sl_mac_equal(const struct sl_mac *a, const struct sl_mac *b);

/* Dotted decimal, four numbers without leading zeros; host byte order. */
enum sl_rc sl_addr_parse(const char *text, uint32_t *addr);
void sl_addr_print(uint32_t addr, char out[SL_ADDR_TEXT]);

/* RFC 3339 in UTC with whole seconds; usec since 1970. */
void sl_time_print(int64_t usec, char out[SL_TIME_TEXT]);

/* What follows the last '/' of a path, or the whole of it. */
const char *sl_base_name(const char *path);

/* Copies what fits and always ends with NUL; true if all of it fitted. */
bool sl_copy(char *out, size_t size, const char *text);

/* ASCII only, whatever the locale says. */
bool sl_same_ignoring_case(const char *a, const char *b);
bool sl_ends_ignoring_case(const char *text, const char *end);
bool sl_starts_ignoring_case(const char *text, const char *start);

#endif
