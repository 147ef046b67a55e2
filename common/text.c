/* SPDX-License-Identifier: BSD-2-Clause */
/* text.c: MAC addresses, IPv4 addresses, times and names as text and back. */
#include "text.h"

#include <stdio.h>
#include <string.h>

#define USEC_PER_S 1000000
#define S_PER_DAY 86400
#define DAYS_TO_1970 719162 /* from 0001-01-01 */
#define YEAR_LAST 9999      /* RFC 3339 has four digits for it */

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Reads twelve digits in groups of `group` with `separator` between them. */
static const char *
read_mac(const char *text, int group, char separator, struct sl_mac *mac)
{
	struct sl_mac read = { { 0 } };

	for (int i = 0; i < 12; i++) {
		if (i > 0 && i % group == 0 && *text++ != separator)
			return NULL;
		int value = hex_value(*text);
		if (value < 0)
			return NULL;
		text++;
		read.octet[i / 2] = (uint8_t)(read.octet[i / 2] << 4 | value);
	}
	*mac = read;
	return text;
}

enum sl_rc
sl_mac_parse(const char *text, struct sl_mac *mac)
{
	static const struct {
		int group;
		char separator;
	} forms[] = { { 12, '\0' }, { 2, ':' }, { 2, '-' }, { 4, '.' } };
	struct sl_mac read;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const char *end =
		    read_mac(text, forms[i].group, forms[i].separator, &read);
		if (end != NULL && *end == '\0') {
			*mac = read;
			return SL_OK;
		}
	}
	return SL_INVALID;
}

enum sl_rc
sl_mac_from_digits(const char *text, struct sl_mac *mac)
{
	return read_mac(text, 12, '\0', mac) != NULL ? SL_OK : SL_INVALID;
}

void
sl_mac_print(const struct sl_mac *mac, char out[SL_MAC_TEXT])
{
	const uint8_t *o = mac->octet;

	snprintf(out, SL_MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", o[0], o[1],
	    o[2], o[3], o[4], o[5]);
}

bool
sl_mac_equal(const struct sl_mac *a, const struct sl_mac *b)
{
	return memcmp(a->octet, b->octet, sizeof(a->octet)) == 0;
}

/* One number of 0 to 255; a leading zero would be octal to some readers. */
static const char *
read_octet(const char *text, uint32_t *octet)
{
	uint32_t value = 0;
	int digits = 0;

	while (*text >= '0' && *text <= '9' && digits < 3) {
		value = value * 10 + (uint32_t)(*text++ - '0');
		digits++;
	}
	if (digits == 0 || value > 255 || (digits > 1 && text[-digits] == '0'))
		return NULL;
	*octet = value;
	return text;
}

enum sl_rc
sl_addr_parse(const char *text, uint32_t *addr)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++) {
		uint32_t octet;

		if (i > 0 && *text++ != '.')
			return SL_INVALID;
		text = read_octet(text, &octet);
		if (text == NULL)
			return SL_INVALID;
		value = value << 8 | octet;
	}
	if (*text != '\0')
		return SL_INVALID;
	*addr = value;
	return SL_OK;
}

void
sl_addr_print(uint32_t addr, char out[SL_ADDR_TEXT])
{
	snprintf(out, SL_ADDR_TEXT, "%u.%u.%u.%u", addr >> 24,
	    addr >> 16 & 0xff, addr >> 8 & 0xff, addr & 0xff);
}

/* Days from 0001-01-01 to the first day of `year`. */
static int64_t
days_before_year(int64_t year)
{
	int64_t past = year - 1;

	return 365 * past + past / 4 - past / 100 + past / 400;
}

static int
days_in_month(int64_t year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* Seconds since 0001-01-01, held within the years that can be printed. */
static int64_t
printable_seconds(int64_t usec)
{
	int64_t second = usec / USEC_PER_S - (usec % USEC_PER_S < 0);
	int64_t last = days_before_year(YEAR_LAST + 1) * S_PER_DAY - 1;

	second += (int64_t)DAYS_TO_1970 * S_PER_DAY;
	if (second < 0)
		return 0;
	return second > last ? last : second;
}

/* Decimal with leading zeros, then the character behind it. */
static char *
put_number(char *out, int64_t value, int digits, char behind)
{
	for (int i = digits - 1; i >= 0; i--) {
		out[i] = (char)('0' + value % 10);
		value /= 10;
	}
	out[digits] = behind;
	return out + digits + 1;
}

/* Not gmtime_r(3): it takes a lock and reads the zone file, chroot or not. */
void
sl_time_print(int64_t usec, char out[SL_TIME_TEXT])
{
	int64_t second = printable_seconds(usec);
	int64_t day = second / S_PER_DAY;
	int64_t year = day / 366 + 1; /* at most 20 too early */
	int month = 1;

	while (days_before_year(year + 1) <= day)
		year++;
	day -= days_before_year(year);
	while (day >= days_in_month(year, month)) {
		day -= days_in_month(year, month);
		month++;
	}
	second %= S_PER_DAY;
	out = put_number(out, year, 4, '-');
	out = put_number(out, month, 2, '-');
	out = put_number(out, day + 1, 2, 'T');
	out = put_number(out, second / 3600, 2, ':');
	out = put_number(out, second / 60 % 60, 2, ':');
	out = put_number(out, second % 60, 2, 'Z');
	*out = '\0';
}

const char *
sl_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

bool
sl_copy(char *out, size_t size, const char *text)
{
	size_t length = strlen(text);
	bool fits = length < size;

	if (size == 0)
		return false;
	if (!fits)
		length = size - 1;
	memmove(out, text, length);
	out[length] = '\0';
	return fits;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
sl_same_ignoring_case(const char *a, const char *b)
{
	while (*a != '\0' && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return *a == '\0' && *b == '\0';
}

bool
sl_ends_ignoring_case(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail &&
	       sl_same_ignoring_case(text + length - tail, end);
}

bool
sl_starts_ignoring_case(const char *text, const char *start)
{
	while (*start != '\0' && lower(*text) == lower(*start)) {
		text++;
		start++;
	}
	return *start == '\0';
}
