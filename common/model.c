/* SPDX-License-Identifier: BSD-2-Clause */
/* model.c: the table of phone models and how a phone names its own. */
#include "model.h"

#include <string.h>

#include "text.h"

/* Public descriptions of the GE variants name no boot file of their own. */
static const struct sl_model models[] = {
	{ 6901, NULL, "6901" },
	{ 6911, NULL, "6911" },
	{ 6921, NULL, "69xx" },
	{ 6941, NULL, "69xx" },
	{ 6945, NULL, "6945" },
	{ 6961, NULL, "69xx" },
	{ 7811, NULL, "78xx" },
	{ 7821, NULL, "78xx" },
	{ 7841, NULL, "78xx" },
	{ 7861, NULL, "78xx" },
	{ 7902, "cp7902r.zup", NULL },
	{ 7905, "ldragonr.zup", NULL },
	{ 7906, "term06.default.loads", "11" },
	{ 7911, "term11.default.loads", "11" },
	{ 7912, "cp7912r.zup", NULL },
	{ 7920, NULL, NULL },
	{ 7921, NULL, NULL },
	{ 7925, NULL, NULL },
	{ 7931, "term31.default.loads", "31" },
	{ 7937, NULL, "37" },
	{ 7940, "OS79XX.TXT", NULL },
	{ 7941, "term41.default.loads", "41" },
	{ 7942, "term42.default.loads", "42" },
	{ 7945, "term45.default.loads", "45" },
	{ 7960, "OS79XX.TXT", NULL },
	{ 7961, "term61.default.loads", "41" },
	{ 7962, "term62.default.loads", "42" },
	{ 7965, "term65.default.loads", "45" },
	{ 7970, "term70.default.loads", "70" },
	{ 7971, "term71.default.loads", "70" },
	{ 7975, "term75.default.loads", "75" },
	{ 7985, NULL, NULL },
	{ 8811, NULL, "88xx" },
	{ 8841, NULL, "88xx" },
	{ 8845, NULL, "8845_65" },
	{ 8851, NULL, "88xx" },
	{ 8861, NULL, "88xx" },
	{ 8865, NULL, "8845_65" },
	{ 8941, NULL, "894x" },
	{ 8945, NULL, "894x" },
	{ 8961, NULL, "8961" },
	{ 9951, NULL, "9951" },
	{ 9971, NULL, "9971" },
};

static const size_t model_count = sizeof(models) / sizeof(models[0]);

const struct sl_model *
sl_model_find(uint16_t number)
{
	for (size_t i = 0; i < model_count; i++) {
		if (models[i].number == number)
			return &models[i];
	}
	return NULL;
}

const struct sl_model *
sl_model_at(size_t n)
{
	return n < model_count ? &models[n] : NULL;
}

/* Whether `data` goes on with `text`; then *at is moved behind it. */
static int
take(const uint8_t *data, size_t length, size_t *at, const char *text)
{
	size_t n = strlen(text);

	if (length - *at < n || memcmp(data + *at, text, n) != 0)
		return 0;
	*at += n;
	return 1;
}

int
sl_vendor_class_is_cisco(const uint8_t *data, size_t length)
{
	size_t at = 0;

	return take(data, length, &at, "Cisco Systems");
}

static int
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* "Phone" counts as a word of its own only: no "Headphone 7906". */
static int
in_word(uint8_t c)
{
	return is_digit(c) || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || c == '_';
}

/* Exactly four digits, whatever letters follow: 7906G, 7841-3PCC. */
static uint16_t
take_number(const uint8_t *data, size_t length, size_t at)
{
	uint16_t number = 0;
	size_t end = at + 4;

	if (length - at < 4 || (end < length && is_digit(data[end])))
		return SL_MODEL_UNKNOWN;
	for (; at < end; at++) {
		if (!is_digit(data[at]))
			return SL_MODEL_UNKNOWN;
		number = (uint16_t)(number * 10 + (data[at] - '0'));
	}
	return number;
}

uint16_t
sl_model_from_vendor_class(const uint8_t *data, size_t length)
{
	if (!sl_vendor_class_is_cisco(data, length))
		return SL_MODEL_UNKNOWN;
	const uint8_t *nul = memchr(data, '\0', length);
	if (nul != NULL)
		length = (size_t)(nul - data);
	for (size_t i = 1; i < length; i++) {
		size_t at = i;

		if (in_word(data[i - 1]) || !take(data, length, &at, "Phone "))
			continue;
		(void)take(data, length, &at, "CP-");
		uint16_t number = take_number(data, length, at);
		if (number != SL_MODEL_UNKNOWN)
			return number;
	}
	return SL_MODEL_UNKNOWN;
}

const struct sl_model *
sl_model_asking(const char *name, size_t n)
{
	for (size_t i = 0; i < model_count; i++) {
		const char *boot = models[i].boot_file;

		if (boot == NULL || !sl_same_ignoring_case(boot, name))
			continue;
		if (n-- == 0)
			return &models[i];
	}
	return NULL;
}

uint16_t
sl_model_from_boot_file(const char *name)
{
	const struct sl_model *model = sl_model_asking(name, 0);

	/* The 7940 and the 7960 ask the same. */
	if (model == NULL || sl_model_asking(name, 1) != NULL)
		return SL_MODEL_UNKNOWN;
	return model->number;
}
