/* SPDX-License-Identifier: BSD-2-Clause */
/* json_out.c: JSON to a stream, with its commas and escapes (RFC 8259). */
#include "json_out.h"

#include "text.h"

unsigned
sl_utf8_length(const char *text)
{
	static const struct {
		uint8_t from, to;  /* first octet */
		uint8_t low, high; /* second octet */
		unsigned length;
	} forms[] = {
		{ 0x01, 0x7f, 0x00, 0xff, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, /* no surrogates */
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	const uint8_t *o = (const uint8_t *)text;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		unsigned length = forms[i].length;

		if (o[0] < forms[i].from || o[0] > forms[i].to)
			continue;
		if (length > 1 && (o[1] < forms[i].low || o[1] > forms[i].high))
			return 0;
		for (unsigned j = 2; j < length; j++)
			if ((o[j] & 0xc0) != 0x80)
				return 0;
		return length;
	}
	return 0;
}

static void
put_string(FILE *out, const char *text)
{
	putc('"', out);
	while (*text != '\0') {
		unsigned char c = (unsigned char)*text;
		unsigned length = sl_utf8_length(text);

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			fprintf(out, "\\u%04x", c);
		else if (length == 0)
			fputs("\\ufffd", out);
		else
			fwrite(text, 1, length, out);
		text += length == 0 ? 1 : length;
	}
	putc('"', out);
}

static void
put_key(struct sl_json *json, const char *key)
{
	if (json->follows)
		fputs(", ", json->out);
	json->follows = true;
	if (key == NULL)
		return;
	put_string(json->out, key);
	fputs(": ", json->out);
}

void
sl_json_begin(struct sl_json *json, const char *key, char bracket)
{
	put_key(json, key);
	putc(bracket, json->out);
	json->follows = false;
}

void
sl_json_end(struct sl_json *json, char bracket)
{
	putc(bracket, json->out);
	json->follows = true;
}

void
sl_json_text(struct sl_json *json, const char *key, const char *text)
{
	put_key(json, key);
	put_string(json->out, text);
}

void
sl_json_number(struct sl_json *json, const char *key, uint64_t number)
{
	put_key(json, key);
	fprintf(json->out, "%ju", (uintmax_t)number);
}

void
sl_json_bool(struct sl_json *json, const char *key, bool value)
{
	put_key(json, key);
	fputs(value ? "true" : "false", json->out);
}

void
sl_json_null(struct sl_json *json, const char *key)
{
	put_key(json, key);
	fputs("null", json->out);
}

void
sl_json_time(struct sl_json *json, const char *key, int64_t usec)
{
	char text[SL_TIME_TEXT];

	sl_time_print(usec, text);
	if (usec == 0)
		sl_json_null(json, key);
	else
		sl_json_text(json, key, text);
}

void
sl_json_addr(struct sl_json *json, const char *key, uint32_t addr)
{
	char text[SL_ADDR_TEXT];

	sl_addr_print(addr, text);
	if (addr == 0)
		sl_json_null(json, key);
	else
		sl_json_text(json, key, text);
}
