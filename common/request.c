/* SPDX-License-Identifier: BSD-2-Clause */
/* request.c: the table of names that phones ask over TFTP. */
#include "request.h"

#include <stddef.h>
#include <string.h>

/* What stands between a row's start and its end. */
enum middle {
	NOTHING,
	SOMETHING, /* at least one character */
	TWO_DIGITS,
	MAC,   /* twelve hexadecimal digits */
	SERIAL /* FCH1234ABCD */
};

/* What a boot file is beyond a list of images. */
enum trait { ORDINARY, WHOLE, HINT };

/*
 * The first row that fits decides.  A signed document ends in .sgn as signed
 * firmware does, so the documents that phones with a trust list ask for stand
 * before it.
 */
static const struct row {
	const char *start;
	enum middle middle;
	const char *end;
	enum sl_class class;
	enum trait trait;
} rows[] = {
	{ "term", TWO_DIGITS, ".default.loads", SL_CLASS_BOOT, ORDINARY },
	{ "OS79XX.TXT", NOTHING, "", SL_CLASS_BOOT, HINT },
	{ "cp7902r.zup", NOTHING, "", SL_CLASS_BOOT, WHOLE },
	{ "ldragonr.zup", NOTHING, "", SL_CLASS_BOOT, WHOLE },
	{ "cp7912r.zup", NOTHING, "", SL_CLASS_BOOT, WHOLE },

	{ "SEP", MAC, ".cnf.xml", SL_CLASS_CONFIG, ORDINARY },
	{ "SEP", MAC, ".cnf.xml.sgn", SL_CLASS_CONFIG, ORDINARY },
	{ "SEP", MAC, ".cnf.xml.enc.sgn", SL_CLASS_CONFIG, ORDINARY },
	{ "XMLDefault.cnf.xml", NOTHING, "", SL_CLASS_CONFIG, ORDINARY },
	{ "SIP", MAC, ".cnf", SL_CLASS_CONFIG, ORDINARY },
	{ "SIPDefault.cnf", NOTHING, "", SL_CLASS_CONFIG, ORDINARY },
	{ "SEPDefault.cnf", NOTHING, "", SL_CLASS_CONFIG, ORDINARY },
	{ "gk", MAC, "", SL_CLASS_CONFIG, ORDINARY },
	{ "ld", MAC, "", SL_CLASS_CONFIG, ORDINARY },

	{ "CTLSEP", MAC, ".tlv", SL_CLASS_TRUST, ORDINARY },
	{ "ITLSEP", MAC, ".tlv", SL_CLASS_TRUST, ORDINARY },
	{ "ITLFile.tlv", NOTHING, "", SL_CLASS_TRUST, ORDINARY },
	{ "CTLFile.tlv", NOTHING, "", SL_CLASS_TRUST, ORDINARY },

	{ "", SOMETHING, ".loads", SL_CLASS_LOADS, ORDINARY },
	{ "", SERIAL, "", SL_CLASS_LOADS, ORDINARY },

	{ "", SOMETHING, ".xml.sgn", SL_CLASS_OTHER, ORDINARY },
	{ "", SOMETHING, ".enc.sgn", SL_CLASS_OTHER, ORDINARY },
	{ "", SOMETHING, ".jar.sgn", SL_CLASS_OTHER, ORDINARY },
	{ "", SOMETHING, ".tlv.sgn", SL_CLASS_OTHER, ORDINARY },
	{ "", SOMETHING, ".txt.sgn", SL_CLASS_OTHER, ORDINARY },
	{ "", SOMETHING, ".raw.sgn", SL_CLASS_OTHER, ORDINARY },
	{ "", SOMETHING, ".png.sgn", SL_CLASS_OTHER, ORDINARY },
	{ "", SOMETHING, ".cop.sgn", SL_CLASS_OTHER, ORDINARY },

	{ "", SOMETHING, ".sbn", SL_CLASS_IMAGE, ORDINARY },
	{ "", SOMETHING, ".sebn", SL_CLASS_IMAGE, ORDINARY },
	{ "", SOMETHING, ".sb2", SL_CLASS_IMAGE, ORDINARY },
	{ "", SOMETHING, ".bin", SL_CLASS_IMAGE, ORDINARY },
	{ "", SOMETHING, ".sbin", SL_CLASS_IMAGE, ORDINARY },
	{ "", SOMETHING, ".zup", SL_CLASS_IMAGE, ORDINARY },
	{ "", SOMETHING, ".sgn", SL_CLASS_IMAGE, ORDINARY },
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
is_serial(const char *text, size_t length)
{
	static const char form[] = "AAA9999****";

	if (length != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!(is_letter(text[i]) && form[i] != '9') &&
		    !(is_digit(text[i]) && form[i] != 'A'))
			return false;
	return true;
}

bool
sl_is_serial_load(const char *name)
{
	size_t length = strlen(name);

	if (sl_ends_ignoring_case(name, ".loads"))
		length -= strlen(".loads");
	return is_serial(name, length);
}

/* Whether the `length` characters at `text` are what `middle` asks for. */
static bool
middle_fits(enum middle middle, const char *text, size_t length,
    struct sl_request *request)
{
	switch (middle) {
	case NOTHING:
		return length == 0;
	case SOMETHING:
		return length > 0;
	case TWO_DIGITS:
		return length == 2 && is_digit(text[0]) && is_digit(text[1]);
	case MAC:
		request->has_mac = length == 12 && sl_mac_from_digits(text,
		                                       &request->mac) == SL_OK;
		return request->has_mac;
	case SERIAL:
		return is_serial(text, length);
	}
	return false;
}

static bool
row_fits(const struct row *row, struct sl_request *request)
{
	size_t length = strlen(request->base);
	size_t start = strlen(row->start), end = strlen(row->end);

	return length >= start + end &&
	       sl_starts_ignoring_case(request->base, row->start) &&
	       sl_ends_ignoring_case(request->base, row->end) &&
	       middle_fits(row->middle, request->base + start,
	           length - start - end, request);
}

void
sl_request_classify(const char *name, struct sl_request *request)
{
	*request = (struct sl_request){ .base = sl_base_name(name) };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (row_fits(&rows[i], request)) {
			request->class = rows[i].class;
			request->whole = rows[i].trait == WHOLE;
			request->hint = rows[i].trait == HINT;
			return;
		}
	}
}

const char *sl_class_name(enum sl_class class)
{
	switch (class) {
	case SL_CLASS_OTHER:
		return "other";
	case SL_CLASS_BOOT:
		return "boot";
	case SL_CLASS_LOADS:
		return "loads";
	case SL_CLASS_IMAGE:
		return "image";
	case SL_CLASS_CONFIG:
		return "config";
	case SL_CLASS_TRUST:
		return "trust";
	}
	return "other";
}
