/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit_read.h: what a person may have typed, read back out of the octets
 * that an option holds.  Of use to the audit alone.
 */
#ifndef SL_AUDIT_READ_H
#define SL_AUDIT_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "option.h"

/* Octets of somebody else's; at may be NULL when length is 0. */
struct sl_span {
	const uint8_t *at;
	size_t length;
};

enum sl_hex_marks {
	SL_HEX_PREFIX = 1, /* 0x or \x */
	SL_HEX_COLON = 2,
	SL_HEX_OTHER = 4 /* '-', '.', ',' or blank between pairs */
};

bool sl_is_printable(uint8_t c); /* ASCII only */
bool sl_is_digit(uint8_t c);
bool sl_is_letter(uint8_t c);
bool sl_in_host_name(uint8_t c);
bool sl_span_all(struct sl_span span, bool (*is)(uint8_t));
size_t sl_span_count(struct sl_span span, bool (*is)(uint8_t));
bool sl_span_is(struct sl_span span, const char *text);

/* Without NULs at the end. */
struct sl_span sl_span_without_nul(struct sl_span span);
/* Without NULs, blanks, quotes and separators at both ends. */
struct sl_span sl_span_bare(struct sl_span span);

/* Without the octet of its own length before it (Kea's type `tuple`). */
struct sl_span sl_span_without_own_length(struct sl_span span);

/*
 * Items between commas, semicolons, blanks and quotes; false at the end.
 * Begin with the whole: *rest is what is left behind the item.
 */
bool sl_span_next(struct sl_span *rest, struct sl_span *item);

/* 192.168.0.5 and nothing else; SL_INVALID also for what has its shape only. */
enum sl_rc sl_span_addr(struct sl_span span, uint32_t *addr);
/*
 * Whether all items have the shape of a dotted address, 300.1.1.1 included.
 * The valid ones, up to 63, are put into `servers`.
 */
bool sl_span_dotted(struct sl_span span, struct sl_servers *servers);
/*
 * Whether it is pairs of hexadecimal digits; `marks` says what beside digits
 * was there.  Where the digits make whole addresses those are put into
 * `servers`, else it is empty.
 */
bool sl_span_hex(
    struct sl_span span, struct sl_servers *servers, unsigned *marks);
/* Whether it is a name in the form of RFC 1035 3.1. */
bool sl_span_dns_name(struct sl_span span);
/* Whole groups of four octets, up to 63, whatever they mean. */
void sl_span_octets(struct sl_span span, struct sl_servers *servers);

bool sl_has_server(const struct sl_servers *servers, uint32_t addr);
uint32_t sl_addr_reversed(uint32_t addr);
/* More than sl_server_check(): 0/8 and 240/4 are no host's either. */
bool sl_addr_is_host(uint32_t addr);

#endif
