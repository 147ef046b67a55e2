/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_out.h: writes JSON to a stream, member by member, whatever its length.
 *
 * Errors are the stream's: look at ferror(3) at the end.  Text that is not
 * UTF-8 is written with U+FFFD in place of each wrong octet.
 */
#ifndef SL_JSON_OUT_H
#define SL_JSON_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct sl_json {
	FILE *out;
	bool follows; /* a value stands before: a comma is due */
};

/* key is NULL within an array and for the outermost value. */
void sl_json_begin(struct sl_json *json, const char *key, char bracket);
void sl_json_end(struct sl_json *json, char bracket);
void sl_json_text(struct sl_json *json, const char *key, const char *text);
void sl_json_number(struct sl_json *json, const char *key, uint64_t number);
void sl_json_bool(struct sl_json *json, const char *key, bool value);
void sl_json_null(struct sl_json *json, const char *key);
/* RFC 3339 in UTC; null for 0, which means never. */
void sl_json_time(struct sl_json *json, const char *key, int64_t usec);
/* Dotted; null for 0, which means none. */
void sl_json_addr(struct sl_json *json, const char *key, uint32_t addr);

/*
 * Octets of the UTF-8 character at `text`, 1 to 4; 0: none begins there, or
 * it is no character (RFC 3629).
 */
unsigned sl_utf8_length(const char *text);

#endif
