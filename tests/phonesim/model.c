/* SPDX-License-Identifier: BSD-2-Clause */
/* model.c: the table of phone models. */
#include <stddef.h>
#include <string.h>

#include "model.h"

#define CISCO "Cisco Systems, Inc. "
#define TERM(nn) BOOT_LOADS, "term" nn ".default.loads"

static const struct model models[] = {
	/*
	 * model, option 60, NUL, in reset, boot file, family, device type,
	 * HTTP. Option 60 of the 6921, 7821, 8851 and 9971 is a guess.
	 */
	{ "7902", CISCO "IP Phone CP-7902G", true, NULL, BOOT_IMAGE,
	    "cp7902r.zup", NULL, 30008, false },
	{ "7905", CISCO "IP Phone 7905", false, NULL, BOOT_IMAGE,
	    "ldragonr.zup", NULL, 20000, false },
	{ "7906", CISCO "IP Phone CP-7906G", true, NULL, TERM("06"), "11", 369,
	    false },
	{ "7911", CISCO "IP Phone CP-7911G", true, NULL, TERM("11"), "11", 307,
	    false },
	{ "7912", CISCO "IP Phone 7912", false, NULL, BOOT_IMAGE, "cp7912r.zup",
	    NULL, 30007, false },
	{ "7920", CISCO "IP Phone 7920", true, NULL, BOOT_NONE, NULL, NULL,
	    30002, false },
	{ "7921", "Cisco Systems Inc. Wireless Phone 7921", false, NULL,
	    BOOT_NONE, NULL, NULL, 365, false },
	{ "7931", CISCO "IP Phone CP-7931G", true, NULL, TERM("31"), "31", 348,
	    false },
	{ "7937", CISCO "IP Phone CP-7937G", false, NULL, BOOT_NONE, NULL, NULL,
	    431, false },
	{ "7940", CISCO "IP Phone CP-7940G", true, CISCO "IP Phone", BOOT_TEXT,
	    "OS79XX.TXT", NULL, 8, false },
	{ "7941", CISCO "IP Phone CP-7941G", true, NULL, TERM("41"), "41", 115,
	    false },
	{ "7941G-GE", CISCO "IP Phone CP-7941G-GE", true, NULL, TERM("41"),
	    "41", 309, false },
	{ "7942", CISCO "IP Phone CP-7942G", true, NULL, TERM("42"), "42", 434,
	    false },
	{ "7945", CISCO "IP Phone CP-7945G", true, NULL, TERM("45"), "45", 435,
	    false },
	{ "7960", CISCO "IP Phone CP-7960G", true, CISCO "IP Phone", BOOT_TEXT,
	    "OS79XX.TXT", NULL, 7, false },
	{ "7961", CISCO "IP Phone CP-7961G", true, NULL, TERM("61"), "41",
	    30018, false },
	{ "7961G-GE", CISCO "IP Phone CP-7961G-GE", true, NULL, TERM("61"),
	    "41", 308, false },
	{ "7962", CISCO "IP Phone CP-7962G", true, NULL, TERM("62"), "42", 404,
	    false },
	{ "7965", CISCO "IP Phone CP-7965G", true, NULL, TERM("65"), "45", 436,
	    false },
	{ "7970", CISCO "IP Phone CP-7970G", true, NULL, TERM("70"), "70",
	    30006, false },
	{ "7971", CISCO "IP Phone CP-7971G-GE", true, NULL, TERM("71"), "70",
	    119, false },
	{ "7975", CISCO "IP Phone CP-7975G", true, NULL, TERM("75"), "75", 437,
	    false },
	{ "6921", CISCO "IP Phone CP-6921", true, NULL, BOOT_NONE, NULL, NULL,
	    495, false },
	{ "7821", CISCO "IP Phone CP-7821", true, NULL, BOOT_NONE, NULL, NULL,
	    621, true },
	{ "8851", CISCO "IP Phone CP-8851", true, NULL, BOOT_NONE, NULL, NULL,
	    684, true },
	{ "8941", CISCO "IP Phone CP-8941", false, NULL, BOOT_NONE, NULL, NULL,
	    586, true },
	{ "8945", CISCO "IP Phone CP-8945", false, NULL, BOOT_NONE, NULL, NULL,
	    585, true },
	{ "8961", CISCO "IP Phone CP-8961", true, NULL, BOOT_NONE, NULL, NULL,
	    540, true },
	{ "9951", CISCO "IP Phone CP-9951", true, NULL, BOOT_NONE, NULL, NULL,
	    537, true },
	{ "9971", CISCO "IP Phone CP-9971", true, NULL, BOOT_NONE, NULL, NULL,
	    493, true },
};

const struct model *
model_find(const char *name)
{
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++)
		if (strcmp(models[i].name, name) == 0)
			return &models[i];
	return NULL;
}
