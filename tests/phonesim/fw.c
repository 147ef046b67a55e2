/* SPDX-License-Identifier: BSD-2-Clause */
/* fw.c: the signed header, the list of parts, and the images' first lines. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "fw.h"

enum {
	TAG_VERSION = 1,
	TAG_HEADER_LENGTH = 2,
	TAG_SIGNATURE = 12,
	TAG_PAD = 13,
	TAG_FILE_NAME = 14,
};

bool
fw_keys_parse(const char *text, enum fw_keys *keys)
{
	static const struct {
		const char *name;
		enum fw_keys keys;
	} names[] = {
		{ "old", FW_KEY_OLD },
		{ "new", FW_KEY_NEW },
		{ "both", FW_KEY_BOTH },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i].name) == 0) {
			*keys = names[i].keys;
			return true;
		}
	}
	return false;
}

const char *
fw_keys_name(enum fw_keys keys)
{
	switch (keys) {
	case FW_KEY_NONE:
		return "none";
	case FW_KEY_OLD:
		return "old";
	case FW_KEY_NEW:
		return "new";
	case FW_KEY_BOTH:
		return "both";
	}
	return "?";
}

int
fw_part_rank(const char *name)
{
	static const char *const order[] = { "jar", "cnu", "apps", "dsp",
		"cvm" };

	for (int i = 0; i < 5; i++)
		if (strncasecmp(name, order[i], strlen(order[i])) == 0)
			return i;
	return 5;
}

static enum fw_keys
signature_keys(const uint8_t *value, size_t length)
{
	char text[9] = "";
	enum fw_keys keys;
	size_t n = 0;

	if (length < 4 || memcmp(value, "KEY=", 4) != 0)
		return FW_KEY_NONE;
	for (size_t i = 4; i < length && n + 1 < sizeof(text); i++) {
		if (value[i] < 'a' || value[i] > 'z')
			break;
		text[n++] = (char)value[i];
	}
	return fw_keys_parse(text, &keys) ? keys : FW_KEY_NONE;
}

static const char *
take_field(unsigned tag, const uint8_t *value, size_t length,
    size_t *header_length, struct fw_loads *loads)
{
	if (tag == TAG_HEADER_LENGTH) {
		if (length != 2)
			return "header length is not 2 octets";
		*header_length = (size_t)value[0] << 8 | value[1];
	} else if (tag == TAG_SIGNATURE) {
		loads->signature = signature_keys(value, length);
	} else if (tag == TAG_FILE_NAME) {
		if (length == 0 || length > FW_NAME_MAX ||
		    memchr(value, '\0', length) == NULL)
			return "file name in header has no end";
		memcpy(loads->name, value, length);
	}
	return NULL;
}

static const char *
read_header(
    const uint8_t *data, size_t length, struct fw_loads *loads, size_t *payload)
{
	size_t header = 0;
	size_t at = 0;

	if (length < 10 || data[0] != TAG_VERSION || data[1] != 0 ||
	    data[2] != 2 || data[5] != TAG_HEADER_LENGTH)
		return "no signed header";
	while (header == 0 || at < header) {
		size_t size;
		const char *wrong;

		if (at < length && data[at] == TAG_PAD) {
			at++;
			continue;
		}
		if (length - at < 3)
			return "header cut short";
		size = (size_t)data[at + 1] << 8 | data[at + 2];
		if (size > length - at - 3)
			return "header field past the end";
		wrong =
		    take_field(data[at], data + at + 3, size, &header, loads);
		if (wrong != NULL)
			return wrong;
		at += 3 + size;
		if (header != 0 && (header > length || header < at))
			return "header length does not fit";
	}
	*payload = header;
	return NULL;
}

size_t
fw_payload_offset(const uint8_t *data, size_t length)
{
	struct fw_loads ignored;
	size_t payload = 0;

	return read_header(data, length, &ignored, &payload) == NULL ? payload
	                                                             : 0;
}

static const char *
add_part(struct fw_loads *loads, const char *name)
{
	size_t at = loads->count;

	if (at == FW_PARTS_MAX)
		return "too many parts";
	while (
	    at > 0 && fw_part_rank(loads->part[at - 1]) > fw_part_rank(name)) {
		memcpy(loads->part[at], loads->part[at - 1], FW_NAME_MAX);
		at--;
	}
	snprintf(loads->part[at], FW_NAME_MAX, "%s", name);
	loads->count++;
	return NULL;
}

/* A line of the list: a part, or the head of a section. */
static const char *
take_line(
    const char *line, unsigned platform, bool *mine, struct fw_loads *loads)
{
	unsigned section;

	if (line[0] == '[') {
		*mine = sscanf(line, "[PLATFORM_%u]", &section) == 1 &&
		        section == platform;
		return NULL;
	}
	return line[0] == '\0' || !*mine ? NULL : add_part(loads, line);
}

static const char *
read_parts(const uint8_t *text, size_t length, unsigned platform,
    struct fw_loads *loads)
{
	char line[FW_NAME_MAX];
	bool mine = true;
	size_t n = 0;
	const char *wrong = NULL;

	for (size_t i = 0; i <= length && wrong == NULL; i++) {
		uint8_t c = i < length ? text[i] : '\n';

		if (c == '\n') {
			line[n] = '\0';
			wrong = take_line(line, platform, &mine, loads);
			n = 0;
		} else if (c == '\r') {
			continue;
		} else if (c < 0x20 || c > 0x7e) {
			return "list of parts is not text";
		} else if (n + 1 == sizeof(line)) {
			return "part's name too long";
		} else {
			line[n++] = (char)c;
		}
	}
	if (wrong == NULL && loads->count == 0)
		return "no part named";
	return wrong;
}

const char *
fw_loads_check(const uint8_t *data, size_t length, const char *asked,
    struct fw_reader reader, struct fw_loads *loads)
{
	size_t payload = 0;
	const char *wrong;

	memset(loads, 0, sizeof(*loads));
	wrong = read_header(data, length, loads, &payload);
	if (wrong != NULL)
		return wrong;
	if ((loads->signature & reader.known) == 0)
		return "auth fail";
	if (strcasecmp(loads->name, asked) != 0)
		return "file name in header differs";
	return read_parts(
	    data + payload, length - payload, reader.platform, loads);
}

/* Copies the value of ` key=` up to the next space. */
static bool
banner_word(const char *line, const char *key, char out[static FW_NAME_MAX])
{
	const char *at = strstr(line, key);
	size_t n;

	if (at == NULL)
		return false;
	at += strlen(key);
	n = strcspn(at, " ");
	if (n == 0 || n >= FW_NAME_MAX)
		return false;
	memcpy(out, at, n);
	out[n] = '\0';
	return true;
}

/* Copies one line out of data and returns where the next begins, or NULL. */
static const uint8_t *
next_line(const uint8_t *data, const uint8_t *end, char *line, size_t room)
{
	const uint8_t *newline = NULL;
	size_t n;

	if (data < end)
		newline = memchr(data, '\n', (size_t)(end - data));
	if (newline == NULL || (n = (size_t)(newline - data)) >= room)
		return NULL;
	memcpy(line, data, n);
	line[n] = '\0';
	return newline + 1;
}

bool
fw_banner_parse(const uint8_t *data, size_t length, struct fw_banner *out)
{
	const uint8_t *end = data + length;
	const uint8_t *next;
	char line[512];
	char keys[FW_NAME_MAX];

	memset(out, 0, sizeof(*out));
	next = next_line(data, end, line, sizeof(line));
	if (next == NULL || strncmp(line, "STAGELOAD-LOOKALIKE ", 20) != 0)
		return false;
	if (!banner_word(line, " part=", out->part) ||
	    !banner_word(line, " load=", out->load) ||
	    !banner_word(line, " keys=", keys) ||
	    !fw_keys_parse(keys, &out->keys))
		return false;
	if (next_line(next, end, line, sizeof(line)) != NULL &&
	    sscanf(line, "size=%" SCNu64 " fnv=%" SCNx64, &out->size,
	        &out->sum) == 2)
		out->has_sum = true;
	return true;
}
