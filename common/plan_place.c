/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan_place.c: keeps the place in the JSON at which the reader is, and says
 * sentences about it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "plan_read.h"

#define SHOWN_OCTETS 80 /* of a value; the rest becomes "..." */

static void place_add(struct sl_reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
place_add(struct sl_reader *reader, const char *format, ...)
{
	size_t room = sizeof(reader->place) - reader->length;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(reader->place + reader->length, room, format, args);
	va_end(args);
	if (n > 0)
		reader->length += (size_t)n < room ? (size_t)n : room - 1;
}

/* Keys that are no words are quoted, or the place could not be told. */
static bool
is_word(const char *key)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                            "0123456789-_";

	size_t length = strspn(key, plain);

	return length > 0 && length <= SHOWN_OCTETS && key[length] == '\0';
}

size_t
sl_enter_key(struct sl_reader *reader, const char *key)
{
	size_t mark = reader->length;
	char shown[SL_SHOWN_SIZE];

	if (!is_word(key)) {
		sl_show_text(key, shown);
		key = shown;
	}
	place_add(reader, "%s%s", mark > 0 ? "." : "", key);
	return mark;
}

size_t
sl_enter_item(struct sl_reader *reader, size_t index)
{
	size_t mark = reader->length;

	place_add(reader, "[%zu]", index);
	return mark;
}

void
sl_leave(struct sl_reader *reader, size_t mark)
{
	reader->length = mark;
	reader->place[mark] = '\0';
}

bool
sl_is_control(const char *at)
{
	unsigned char c = (unsigned char)at[0];
	unsigned char next = c == '\0' ? 0 : (unsigned char)at[1];

	return c < 0x20 || c == 0x7f ||
	       (c == 0xc2 && next >= 0x80 && next < 0xa0);
}

/* Writes what stands for the octets at `*at`, and moves past them. */
static int
show_one(const char **at, char *out, size_t size)
{
	unsigned char c = (unsigned char)*(*at)++;

	if (sl_is_control(*at - 1)) {
		if (c == 0xc2)
			c = (unsigned char)*(*at)++;
		return snprintf(out, size, "\\u%04x", c);
	}
	if (c == '"' || c == '\\')
		return snprintf(out, size, "\\%c", c);
	return snprintf(out, size, "%c", c);
}

/* Never between the octets of one character. */
static size_t
cut_at(const char *text, size_t length)
{
	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return length;
}

void
sl_show_text(const char *text, char out[SL_SHOWN_SIZE])
{
	const size_t room = SL_SHOWN_SIZE - sizeof("\\u0000...\"");
	size_t length = strlen(text), used = 0;
	const char *at = text, *end;

	if (length > SHOWN_OCTETS)
		length = cut_at(text, SHOWN_OCTETS);
	end = text + length;
	out[used++] = '"';
	while (at < end && used < room)
		used += (size_t)show_one(&at, out + used, SL_SHOWN_SIZE - used);
	snprintf(
	    out + used, SL_SHOWN_SIZE - used, "%s\"", *at == '\0' ? "" : "...");
}

static void
show_number(const json_t *value, char out[SL_SHOWN_SIZE])
{
	const size_t flags = JSON_ENCODE_ANY | JSON_REAL_PRECISION(6);
	size_t n = json_dumpb(value, out, SL_SHOWN_SIZE - 1, flags);

	out[n < SL_SHOWN_SIZE ? n : 0] = '\0';
}

static void
show(const json_t *value, char out[SL_SHOWN_SIZE])
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		sl_show_text(json_string_value(value), out);
		return;
	case JSON_OBJECT:
		snprintf(out, SL_SHOWN_SIZE, "{...}");
		return;
	case JSON_ARRAY:
		snprintf(out, SL_SHOWN_SIZE, "[...]");
		return;
	case JSON_INTEGER:
	case JSON_REAL:
	case JSON_TRUE:
	case JSON_FALSE:
	case JSON_NULL:
		show_number(value, out);
		return;
	}
}

static void
fail(struct sl_reader *reader, enum sl_rc rc, const char *shown,
    const char *format, va_list args)
{
	const char *place = reader->length > 0 ? reader->place : "parameters";
	char text[sizeof(reader->err->text)];

	if (reader->rc != SL_OK)
		return;
	vsnprintf(text, sizeof(text), format, args);
	reader->rc = sl_fail(reader->err, rc, "%s: %s%s%s", place, shown,
	    shown[0] != '\0' ? " " : "", text);
}

void
sl_reader_fail(struct sl_reader *reader, enum sl_rc rc, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail(reader, rc, "", format, args);
	va_end(args);
}

void
sl_reader_refuse(struct sl_reader *reader, enum sl_rc rc, const json_t *value,
    const char *format, ...)
{
	char shown[SL_SHOWN_SIZE];
	va_list args;

	show(value, shown);
	va_start(args, format);
	fail(reader, rc, shown, format, args);
	va_end(args);
}
