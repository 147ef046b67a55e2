/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan_value.c: judges single values of a configuration: names, paths, model
 * numbers, MAC addresses.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "plan_read.h"
#include "text.h"

static const char hex_digits[] = "0123456789abcdefABCDEF";

static bool
has_control(const char *text)
{
	for (; *text != '\0'; text++) {
		if (sl_is_control(text))
			return true;
	}
	return false;
}

const char *
sl_class_name_problem(const char *text)
{
	if (text[0] == '\0')
		return "is empty";
	if (has_control(text))
		return "holds a control character";
	return NULL;
}

const char *
sl_name_problem(const char *text)
{
	size_t length = strlen(text);

	if (length > 0 && (text[0] == ' ' || text[length - 1] == ' '))
		return "begins or ends with a blank";
	return sl_class_name_problem(text);
}

const char *
sl_absolute_problem(const char *text)
{
	if (text[0] != '/')
		return "is not an absolute path";
	return sl_class_name_problem(text);
}

/* An option 66 is ASCII, and no resolver takes a blank. */
const char *
sl_server_name_problem(const char *text)
{
	const char *at;

	if (text[0] == '\0')
		return "is empty";
	for (at = text; *at != '\0'; at++) {
		if (*at == ' ')
			return "holds a blank";
		if (*at < 0x21 || *at > 0x7e)
			return "is not printable ASCII";
	}
	return NULL;
}

struct path_words {
	const char *absolute, *leaves;
};

static const char *
component_problem(const char *at, size_t length, bool first, const char *leaves)
{
	if (length == 0)
		return "has an empty component";
	if (length == 1 && at[0] == '.')
		return "has a component \".\"";
	if (length == 2 && at[0] == '.' && at[1] == '.')
		return first ? leaves : "has a component \"..\"";
	return NULL;
}

static const char *
relative_problem(const char *text, const struct path_words *words)
{
	const char *problem = sl_class_name_problem(text);
	const char *at = text;

	if (problem != NULL)
		return problem;
	if (text[0] == '/')
		return words->absolute;
	for (;;) {
		size_t length = strcspn(at, "/");

		problem =
		    component_problem(at, length, at == text, words->leaves);
		if (problem != NULL || at[length] == '\0')
			return problem;
		at += length + 1;
	}
}

const char *
sl_directory_problem(const char *text)
{
	static const struct path_words words = {
		"is not relative to the TFTP root",
		"leaves the TFTP root",
	};

	return relative_problem(text, &words);
}

const char *
sl_config_file_problem(const char *text)
{
	static const struct path_words words = {
		"is not relative to the stage's directory",
		"leaves the stage's directory",
	};

	return relative_problem(text, &words);
}

enum sl_rc
sl_model_parse(const char *text, uint16_t *model)
{
	unsigned number = 0;
	int i;

	if (strlen(text) != 4 || strspn(text, "0123456789") != 4)
		return SL_INVALID;
	for (i = 0; i < 4; i++)
		number = 10 * number + (unsigned)(text[i] - '0');
	*model = (uint16_t)number;
	return number != 0 ? SL_OK : SL_INVALID;
}

/* A whole address of zeros, written in the form that `text` begins. */
static const char *
zeros_like(const char *text)
{
	switch (text[strspn(text, hex_digits)]) {
	case '\0':
		return "000000000000";
	case ':':
		return "00:00:00:00:00:00";
	case '-':
		return "00-00-00-00-00-00";
	case '.':
		return "0000.0000.0000";
	}
	return "";
}

static size_t
count_hex(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += strchr(hex_digits, *text) != NULL;
	return count;
}

enum sl_rc
sl_mac_prefix_parse(const char *text, struct sl_mac_prefix *prefix)
{
	const char *zeros = zeros_like(text);
	size_t length = strlen(text), digits = count_hex(text);
	char whole[SL_MAC_TEXT];

	if (digits == 0 || digits % 2 != 0 || length > strlen(zeros))
		return SL_INVALID;
	if (strchr(hex_digits, text[length - 1]) == NULL)
		return SL_INVALID;
	snprintf(whole, sizeof(whole), "%s%s", text, zeros + length);
	prefix->length = (uint8_t)(digits / 2);
	return sl_mac_parse(whole, &prefix->mac);
}
