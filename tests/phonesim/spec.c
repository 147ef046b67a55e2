/* SPDX-License-Identifier: BSD-2-Clause */
/* spec.c: key=value pairs with commas between them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spec.h"

#define VALUE_MAX 256

struct value {
	char data[VALUE_MAX]; /* always ends with a NUL beyond length */
	size_t length;
};

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Two digits as one octet, or -1. */
static int
hex_octet(const char *at)
{
	int high = hex_digit(at[0]);
	int low = high < 0 ? -1 : hex_digit(at[1]);

	return low < 0 ? -1 : high * 16 + low;
}

static bool
set_mac(struct spec *spec, const struct value *value)
{
	const char *at = value->data;

	for (int i = 0; i < 6; i++) {
		if (i > 0 && (*at == ':' || *at == '-'))
			at++;
		if (hex_octet(at) < 0)
			return false;
		spec->mac[i] = (uint8_t)hex_octet(at);
		at += 2;
	}
	spec->has_mac = true;
	return *at == '\0';
}

static bool
set_model(struct spec *spec, const struct value *value)
{
	spec->model = model_find(value->data);
	return spec->model != NULL;
}

static bool
set_key(struct spec *spec, const struct value *value)
{
	return fw_keys_parse(value->data, &spec->keys);
}

static bool
set_state(struct spec *spec, const struct value *value)
{
	spec->running = strcmp(value->data, "running") == 0;
	return spec->running || strcmp(value->data, "reset") == 0;
}

static bool
copy_name(char to[static FW_NAME_MAX], const struct value *value)
{
	if (value->length == 0 || value->length >= FW_NAME_MAX)
		return false;
	memcpy(to, value->data, value->length + 1);
	return true;
}

static bool
set_load(struct spec *spec, const struct value *value)
{
	return copy_name(spec->load, value);
}

static bool
set_last(struct spec *spec, const struct value *value)
{
	return copy_name(spec->last, value);
}

static bool
set_proto(struct spec *spec, const struct value *value)
{
	spec->sip = strcmp(value->data, "sip") == 0;
	return spec->sip || strcmp(value->data, "sccp") == 0;
}

static bool
set_until(struct spec *spec, const struct value *value)
{
	spec->endless = strcmp(value->data, "none") == 0;
	return copy_name(spec->until, value);
}

static bool
set_reset_after(struct spec *spec, const struct value *value)
{
	return copy_name(spec->reset_after, value);
}

static bool
number(const struct value *value, double max, double *out)
{
	char *end;

	*out = strtod(value->data, &end);
	return value->length > 0 && *end == '\0' && *out >= 0 && *out <= max;
}

static bool
set_count(unsigned *out, const struct value *value)
{
	double n;

	if (!number(value, 1e6, &n))
		return false;
	*out = (unsigned)n;
	return true;
}

static bool
set_abort(struct spec *spec, const struct value *value)
{
	return set_count(&spec->abort_at, value);
}

static bool
set_vanish(struct spec *spec, const struct value *value)
{
	return set_count(&spec->vanish_at, value);
}

static bool
set_lastack(struct spec *spec, const struct value *value)
{
	return set_count(&spec->lastack_at, value);
}

static bool
set_platform(struct spec *spec, const struct value *value)
{
	return set_count(&spec->platform, value);
}

static bool
set_flag(bool *out, const struct value *value)
{
	*out = strcmp(value->data, "1") == 0;
	return *out || strcmp(value->data, "0") == 0;
}

static bool
set_powerloss(struct spec *spec, const struct value *value)
{
	return set_flag(&spec->powerloss, value);
}

static bool
set_dup(struct spec *spec, const struct value *value)
{
	return set_flag(&spec->dup, value);
}

static bool
set_follow(struct spec *spec, const struct value *value)
{
	return set_flag(&spec->follow, value);
}

static bool
set_delay(struct spec *spec, const struct value *value)
{
	return number(value, 1e9, &spec->delay_s);
}

static bool
set_choice(struct spec *spec, const struct value *value)
{
	if (strcmp(value->data, "150") == 0)
		spec->choice = CHOICE_150;
	else if (strcmp(value->data, "66") == 0)
		spec->choice = CHOICE_66;
	else if (strcmp(value->data, "siaddr") == 0)
		spec->choice = CHOICE_SIADDR;
	else
		return false;
	return true;
}

static bool
set_opt60(struct spec *spec, const struct value *value)
{
	if (value->length > sizeof(spec->opt60))
		return false;
	memcpy(spec->opt60, value->data, value->length);
	spec->opt60_length = value->length;
	spec->has_opt60 = true;
	return true;
}

static bool
set_prl(struct spec *spec, const struct value *value)
{
	spec->prl_length = 0;
	for (const char *at = value->data; *at != '\0'; at += 2) {
		if (*at == ':')
			at++;
		if (hex_octet(at) < 0 || spec->prl_length == sizeof(spec->prl))
			return false;
		spec->prl[spec->prl_length++] = (uint8_t)hex_octet(at);
	}
	return true;
}

static const struct {
	const char *key;
	bool (*set)(struct spec *spec, const struct value *value);
} keys[] = {
	{ "mac", set_mac },
	{ "model", set_model },
	{ "key", set_key },
	{ "state", set_state },
	{ "load", set_load },
	{ "abort", set_abort },
	{ "vanish", set_vanish },
	{ "lastack", set_lastack },
	{ "powerloss", set_powerloss },
	{ "dup", set_dup },
	{ "follow", set_follow },
	{ "reset-after", set_reset_after },
	{ "delay", set_delay },
	{ "until", set_until },
	{ "last", set_last },
	{ "proto", set_proto },
	{ "platform", set_platform },
	{ "server-choice", set_choice },
	{ "opt60", set_opt60 },
	{ "prl", set_prl },
};

/* Reads one escape behind a backslash; returns the octets it took, or 0. */
static size_t
unescape(const char *at, char *out)
{
	if (at[0] == '0') {
		*out = '\0';
		return 1;
	}
	if (at[0] == 'x') {
		if (hex_octet(at + 1) < 0)
			return 0;
		*out = (char)hex_octet(at + 1);
		return 3;
	}
	*out = at[0];
	return at[0] == '\0' ? 0 : 1;
}

/* Reads a value up to a bare comma; returns where it ends, or NULL. */
static const char *
take_value(const char *at, struct value *value)
{
	bool quoted = false;

	value->length = 0;
	while (*at != '\0' && (quoted || *at != ',')) {
		char c = *at++;

		if (c == '"') {
			quoted = !quoted;
			continue;
		}
		if (c == '\\') {
			size_t n = unescape(at, &c);

			if (n == 0)
				return NULL;
			at += n;
		}
		if (value->length + 1 == sizeof(value->data))
			return NULL;
		value->data[value->length++] = c;
	}
	value->data[value->length] = '\0';
	return quoted ? NULL : at;
}

static bool
set_pair(struct spec *spec, const char *key, size_t length,
    const struct value *value, char *error, size_t room)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strlen(keys[i].key) != length ||
		    strncmp(keys[i].key, key, length) != 0)
			continue;
		if (keys[i].set(spec, value))
			return true;
		snprintf(
		    error, room, "%s=%s: bad value", keys[i].key, value->data);
		return false;
	}
	snprintf(error, room, "%.*s: no such key", (int)length, key);
	return false;
}

/* SIP11.9-4-2SR1-1S for family 41: SIP41.9-4-2SR1-1S. */
static void
target_for(const struct model *model, const char *target, char *out)
{
	size_t letters = strcspn(target, "0123456789.");
	size_t digits = strspn(target + letters, "0123456789");

	if (model->family == NULL || digits == 0)
		snprintf(out, FW_NAME_MAX, "%s", target);
	else
		snprintf(out, FW_NAME_MAX, "%.*s%s%s", (int)letters, target,
		    model->family, target + letters + digits);
}

static void
set_defaults(struct spec *spec, const char *default_target)
{
	if (spec->until[0] == '\0')
		target_for(spec->model, default_target, spec->until);
	if (spec->running && spec->load[0] == '\0')
		target_for(spec->model, "SCCP11.8-2-1S", spec->load);
	if (!spec->running)
		spec->load[0] = '\0';
}

bool
spec_parse(const char *text, const char *default_target, struct spec *spec,
    char *error, size_t room)
{
	static const uint8_t prl[] = { 1, 66, 6, 3, 15, 150, 35 };
	struct value value;

	memset(spec, 0, sizeof(*spec));
	spec->model = model_find("7906");
	spec->keys = FW_KEY_OLD;
	spec->follow = true;
	spec->platform = 1;
	memcpy(spec->prl, prl, sizeof(prl));
	spec->prl_length = sizeof(prl);
	while (*text != '\0') {
		size_t key = strcspn(text, "=,");
		const char *end = NULL;

		if (text[key] == '=')
			end = take_value(text + key + 1, &value);
		if (end == NULL) {
			snprintf(error, room, "%.40s: not key=value", text);
			return false;
		}
		if (!set_pair(spec, text, key, &value, error, room))
			return false;
		text = *end == ',' ? end + 1 : end;
	}
	if (!spec->has_mac) {
		snprintf(error, room, "mac= is missing");
		return false;
	}
	set_defaults(spec, default_target);
	return true;
}
