/* SPDX-License-Identifier: BSD-2-Clause */
/* loads.c: reads the signed container of a .loads file and the parts in it. */
#include "loads.h"

#include <stdbool.h>
#include <string.h>

#include "text.h"

#define TAG_VERSION 1
#define TAG_HEADER_LENGTH 2
#define TAG_PADDING 13 /* one octet, without a length */
#define TAG_FILE_NAME 14

/* Octets not yet read; an error sticks and empties it. */
struct cursor {
	const uint8_t *data;
	size_t at;
	size_t end;
	enum sl_rc rc;
	struct sl_err *err;
};

struct field {
	size_t at; /* of its tag, for messages */
	uint8_t tag;
	uint16_t length;
	const uint8_t *value;
};

static const uint8_t *
take(struct cursor *c, size_t n)
{
	const uint8_t *octets = c->data + c->at;

	if (c->rc != SL_OK)
		return NULL;
	if (c->end - c->at < n) {
		c->rc = sl_fail(c->err, SL_INVALID,
		    "offset %zu: header cut short, %zu octets wanted, %zu left",
		    c->at, n, c->end - c->at);
		return NULL;
	}
	c->at += n;
	return octets;
}

static uint16_t
two_octets(const uint8_t *octets)
{
	return (uint16_t)(octets[0] << 8 | octets[1]);
}

/* One tag, length and value; false once there is no whole one. */
static bool
take_field(struct cursor *c, struct field *field)
{
	const uint8_t *octets;

	*field = (struct field){ .at = c->at };
	octets = take(c, 1);
	if (octets == NULL)
		return false;
	field->tag = octets[0];
	if (field->tag == TAG_PADDING)
		return true;
	octets = take(c, 2);
	if (octets == NULL)
		return false;
	field->length = two_octets(octets);
	field->value = take(c, field->length);
	return field->value != NULL;
}

/* From here on the header's own length bounds what is read. */
static void
set_header_length(
    struct cursor *c, const struct field *field, struct sl_loads *loads)
{
	uint16_t length;

	if (field->length != 2 || loads->header_length != 0) {
		c->rc = sl_fail(c->err, SL_INVALID,
		    "offset %zu: header length is given %s", field->at,
		    field->length != 2 ? "in other than 2 octets" : "twice");
		return;
	}
	length = two_octets(field->value);
	if (length < c->at || length > c->end) {
		c->rc = sl_fail(c->err, SL_INVALID,
		    "offset %zu: header length %u, but %zu octets are read "
		    "and the file has %zu",
		    field->at, length, c->at, c->end);
		return;
	}
	loads->header_length = length;
	c->end = length;
}

static void
set_file_name(
    struct cursor *c, const struct field *field, struct sl_loads *loads)
{
	size_t length = strnlen((const char *)field->value, field->length);

	if (length >= sizeof(loads->file_name)) {
		c->rc = sl_fail(c->err, SL_INVALID,
		    "offset %zu: file name of %zu octets, at most %zu",
		    field->at, length, sizeof(loads->file_name) - 1);
		return;
	}
	for (size_t i = 0; i < length; i++) {
		uint8_t octet = field->value[i];

		if (octet < 0x20 || octet > 0x7e || octet == '/') {
			c->rc = sl_fail(c->err, SL_INVALID,
			    "offset %zu: octet 0x%02x in the file name",
			    field->at, octet);
			return;
		}
	}
	memcpy(loads->file_name, field->value, length);
	loads->file_name[length] = '\0';
}

static enum sl_rc
read_header(struct cursor *c, struct sl_loads *loads)
{
	struct field field;

	while (
	    c->rc == SL_OK && (loads->header_length == 0 || c->at < c->end)) {
		if (!take_field(c, &field))
			break;
		if (field.tag == TAG_HEADER_LENGTH)
			set_header_length(c, &field, loads);
		else if (field.tag == TAG_FILE_NAME)
			set_file_name(c, &field, loads);
	}
	return c->rc;
}

static bool
is_name_octet(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || c == '.' || c == '_' || c == '-';
}

/* Whether the line ends as the name of a firmware image does. */
static bool
ends_as_image(const uint8_t *line, size_t length)
{
	static const char *const ends[] = { ".sbn", ".sb2", ".bin", ".sbin",
		".zup", ".sgn", ".sebn" };
	char tail[6] = "";
	size_t n = length < sizeof(tail) ? length : sizeof(tail) - 1;

	memcpy(tail, line + length - n, n);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		/* Something must stand before the dot. */
		if (length > strlen(ends[i]) &&
		    sl_ends_ignoring_case(tail, ends[i]))
			return true;
	}
	return false;
}

/* A path counts as a part here, so that it is refused and not overlooked. */
static bool
is_part(const uint8_t *line, size_t length)
{
	if (!ends_as_image(line, length))
		return false;
	for (size_t i = 0; i < length; i++) {
		if (!is_name_octet(line[i]) && line[i] != '/')
			return false;
	}
	return true;
}

/* Sections for several hardware variants name the same part repeatedly. */
static size_t
find_part(const struct sl_loads *loads, const uint8_t *name, size_t length)
{
	size_t i = 0;

	while (
	    i < loads->count && (strlen(loads->part[i]) != length ||
	                            memcmp(loads->part[i], name, length) != 0))
		i++;
	return i;
}

/* A part that stands before any section belongs to each of them. */
static void
add_to_section(struct sl_loads *loads, size_t part, uint32_t *common)
{
	if (loads->section_count == 0)
		*common |= 1u << part;
	else
		loads->section[loads->section_count - 1] |= 1u << part;
}

static enum sl_rc
begin_section(
    struct sl_loads *loads, uint32_t common, size_t at, struct sl_err *err)
{
	if (loads->section_count == SL_LOADS_SECTIONS_MAX)
		return sl_fail(err, SL_INVALID,
		    "offset %zu: more than %d sections", at,
		    SL_LOADS_SECTIONS_MAX);
	loads->section[loads->section_count++] = common;
	return SL_OK;
}

/* "[PLATFORM_1]" */
static bool
is_section(const uint8_t *line, size_t length)
{
	return length > 2 && line[0] == '[' && line[length - 1] == ']';
}

static enum sl_rc
add_part(struct sl_loads *loads, const uint8_t *name, size_t length, size_t at,
    uint32_t *common, struct sl_err *err)
{
	size_t part = find_part(loads, name, length);

	if (memchr(name, '/', length) != NULL)
		return sl_fail(err, SL_INVALID,
		    "offset %zu: a part's name holds a '/'", at);
	if (length >= SL_LOADS_NAME_MAX)
		return sl_fail(err, SL_INVALID,
		    "offset %zu: a part's name of %zu octets, at most %d", at,
		    length, SL_LOADS_NAME_MAX - 1);
	if (part < loads->count) {
		add_to_section(loads, part, common);
		return SL_OK;
	}
	if (loads->count == SL_LOADS_PARTS_MAX)
		return sl_fail(err, SL_INVALID,
		    "offset %zu: more than %d parts", at, SL_LOADS_PARTS_MAX);
	memcpy(loads->part[loads->count], name, length);
	loads->part[loads->count][length] = '\0';
	loads->count++;
	add_to_section(loads, part, common);
	return SL_OK;
}

static bool
ends_line(uint8_t c)
{
	return c == '\n' || c == '\r' || c == '\0';
}

static enum sl_rc
read_parts(const uint8_t *data, size_t length, struct sl_loads *loads,
    struct sl_err *err)
{
	size_t at = loads->header_length;
	uint32_t common = 0;

	while (at < length) {
		size_t end = at;

		while (end < length && !ends_line(data[end]))
			end++;
		if (is_section(data + at, end - at) &&
		    begin_section(loads, common, at, err) != SL_OK)
			return SL_INVALID;
		if (is_part(data + at, end - at) &&
		    add_part(loads, data + at, end - at, at, &common, err) !=
		        SL_OK)
			return SL_INVALID;
		at = end + 1;
	}
	if (loads->count == 0)
		return sl_fail(err, SL_INVALID,
		    "offset %u: no part is named from here on",
		    loads->header_length);
	return SL_OK;
}

enum sl_rc
sl_loads_parse(const uint8_t *data, size_t length, struct sl_loads *loads,
    struct sl_err *err)
{
	static const uint8_t first[] = { TAG_VERSION, 0, 2 };
	struct cursor c = { data, 0, length, SL_OK, err };
	enum sl_rc rc = SL_OK;

	memset(loads, 0, sizeof(*loads));
	if (length > SL_LOADS_SIZE_MAX)
		return sl_fail(err, SL_INVALID,
		    "offset %d: the file has %zu octets, no .loads is so large",
		    SL_LOADS_SIZE_MAX, length);
	if (length >= sizeof(first) && memcmp(data, first, sizeof(first)) == 0)
		rc = read_header(&c, loads);
	if (rc == SL_OK)
		rc = read_parts(data, length, loads, err);
	if (rc != SL_OK)
		memset(loads, 0, sizeof(*loads));
	return rc;
}
