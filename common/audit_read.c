/* SPDX-License-Identifier: BSD-2-Clause */
/* audit_read.c: dotted text, hexadecimal digits and names out of octets. */
#include "audit_read.h"

#include <string.h>

#include "text.h"

bool
sl_is_printable(uint8_t c)
{
	return c >= 0x20 && c <= 0x7e;
}

bool
sl_is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

bool
sl_is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool
sl_in_host_name(uint8_t c)
{
	return sl_is_letter(c) || sl_is_digit(c) || c == '-' || c == '.' ||
	       c == '_';
}

static bool
is_separator(uint8_t c)
{
	return c == ',' || c == ';' || c == ' ' || c == '\t' || c == '\r' ||
	       c == '\n' || c == '\'' || c == '"';
}

static bool
is_around(uint8_t c)
{
	return c == '\0' || is_separator(c);
}

bool
sl_span_all(struct sl_span span, bool (*is)(uint8_t))
{
	return sl_span_count(span, is) == span.length;
}

size_t
sl_span_count(struct sl_span span, bool (*is)(uint8_t))
{
	size_t count = 0;

	for (size_t i = 0; i < span.length; i++)
		count += is(span.at[i]);
	return count;
}

bool
sl_span_is(struct sl_span span, const char *text)
{
	return strlen(text) == span.length &&
	       (span.length == 0 || memcmp(span.at, text, span.length) == 0);
}

struct sl_span
sl_span_without_nul(struct sl_span span)
{
	while (span.length > 0 && span.at[span.length - 1] == '\0')
		span.length--;
	return span;
}

struct sl_span
sl_span_bare(struct sl_span span)
{
	while (span.length > 0 && is_around(span.at[span.length - 1]))
		span.length--;
	while (span.length > 0 && is_around(span.at[0])) {
		span.at++;
		span.length--;
	}
	return span;
}

struct sl_span
sl_span_without_own_length(struct sl_span span)
{
	if (span.length > 1 && span.at[0] == span.length - 1) {
		span.at++;
		span.length--;
	}
	return span;
}

bool
sl_span_next(struct sl_span *rest, struct sl_span *item)
{
	size_t length = 0;

	while (rest->length > 0 && is_separator(rest->at[0])) {
		rest->at++;
		rest->length--;
	}
	if (rest->length == 0)
		return false;
	while (length < rest->length && !is_separator(rest->at[length]))
		length++;
	item->at = rest->at;
	item->length = length;
	rest->at += length;
	rest->length -= length;
	return true;
}

/* Four numbers of one to three digits. */
static bool
has_dotted_shape(struct sl_span span)
{
	size_t dots = 0, digits = 0;

	for (size_t i = 0; i < span.length; i++) {
		if (sl_is_digit(span.at[i]) && digits < 3) {
			digits++;
		} else if (span.at[i] == '.' && digits > 0) {
			digits = 0;
			dots++;
		} else {
			return false;
		}
	}
	return dots == 3 && digits > 0;
}

enum sl_rc
sl_span_addr(struct sl_span span, uint32_t *addr)
{
	char text[SL_ADDR_TEXT];

	if (span.length >= sizeof(text) || !has_dotted_shape(span))
		return SL_INVALID;
	memcpy(text, span.at, span.length);
	text[span.length] = '\0';
	return sl_addr_parse(text, addr);
}

static void
add(struct sl_servers *servers, uint32_t addr)
{
	if (servers->count < SL_SERVERS_MAX)
		servers->addr[servers->count++] = addr;
}

bool
sl_span_dotted(struct sl_span span, struct sl_servers *servers)
{
	struct sl_span item;
	size_t items = 0;

	servers->count = 0;
	for (; sl_span_next(&span, &item); items++) {
		uint32_t addr;

		if (!has_dotted_shape(item))
			return false;
		if (sl_span_addr(item, &addr) == SL_OK)
			add(servers, addr);
	}
	return items > 0;
}

static int
hex_value(uint8_t c)
{
	if (sl_is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* What stands between pairs of digits at span.at[at]: its length, or 0. */
static size_t
hex_mark(struct sl_span span, size_t at, unsigned *marks)
{
	uint8_t c = span.at[at];
	bool x = at + 1 < span.length && (span.at[at + 1] | 0x20) == 'x';

	if (x && (c == '0' || c == '\\')) {
		*marks |= SL_HEX_PREFIX;
		return 2;
	}
	if (at == 0 || at + 1 == span.length)
		return 0;
	if (c == ':')
		*marks |= SL_HEX_COLON;
	else if (c == '-' || c == '.' || c == ',' || c == ' ')
		*marks |= SL_HEX_OTHER;
	else
		return 0;
	return 1;
}

bool
sl_span_hex(struct sl_span span, struct sl_servers *servers, unsigned *marks)
{
	size_t digits = 0;
	uint32_t value = 0;

	servers->count = 0;
	*marks = 0;
	for (size_t i = 0; i < span.length;) {
		size_t mark = digits % 2 == 0 ? hex_mark(span, i, marks) : 0;

		if (mark > 0) {
			i += mark;
			continue;
		}
		if (hex_value(span.at[i]) < 0)
			return false;
		value = value << 4 | (uint32_t)hex_value(span.at[i++]);
		if (++digits % 8 == 0)
			add(servers, value);
	}
	if (digits % 8 != 0)
		servers->count = 0;
	return digits > 0 && digits % 2 == 0;
}

bool
sl_span_dns_name(struct sl_span span)
{
	size_t labels = 0, at = 0;

	while (at < span.length && span.at[at] != 0) {
		struct sl_span label = { span.at + at + 1, span.at[at] };

		if (label.length >= span.length - at ||
		    !sl_span_all(label, sl_in_host_name))
			return false;
		at += 1 + label.length;
		labels++;
	}
	return labels > 0 && at + 1 == span.length;
}

void
sl_span_octets(struct sl_span span, struct sl_servers *servers)
{
	servers->count = 0;
	for (size_t i = 0; i + 4 <= span.length; i += 4) {
		const uint8_t *o = span.at + i;

		add(servers, (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 |
		                 (uint32_t)o[2] << 8 | o[3]);
	}
}

bool
sl_has_server(const struct sl_servers *servers, uint32_t addr)
{
	for (size_t i = 0; servers != NULL && i < servers->count; i++) {
		if (servers->addr[i] == addr)
			return true;
	}
	return false;
}

uint32_t
sl_addr_reversed(uint32_t addr)
{
	return addr << 24 | (addr & 0xff00) << 8 | (addr >> 8 & 0xff00) |
	       addr >> 24;
}

bool
sl_addr_is_host(uint32_t addr)
{
	return sl_server_check(addr, NULL) == SL_OK && addr >> 24 != 0 &&
	       addr >> 28 != 15;
}
