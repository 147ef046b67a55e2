/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_event.c: any octets as records of the journal. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "journal.h"
#include "wire.h"

#define CHECKED_FROM 8 /* octets of magic and checksum */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

static void
must(int promise)
{
	if (!promise)
		abort();
}

/* What was decoded is sound, and is the same once more. */
static void
comes_back(const struct sl_event *event)
{
	uint8_t again[SL_EVENT_BYTES_MAX];
	struct sl_event twice;
	size_t length, used;

	must(event->kind >= SL_EVENT_LEASE && event->kind <= SL_EVENT_CONFIG);
	must(event->outcome < SL_OUTCOMES);
	must(memchr(event->name, '\0', sizeof(event->name)) != NULL);
	must(memchr(event->argument, '\0', sizeof(event->argument)) != NULL);
	if (event->time_us == 0)
		return; /* would become now */
	must(sl_event_encode(event, again, &length) == SL_OK);
	must(sl_event_decode(again, length, &twice, &used) == SL_OK);
	must(used == length && memcmp(event, &twice, sizeof(twice)) == 0);
}

static void
decode(const uint8_t *data, size_t length)
{
	static struct sl_event event;
	size_t used = 0;
	enum sl_rc rc = sl_event_decode(data, length, &event, &used);

	must(rc == SL_OK || rc == SL_NONE || rc == SL_INVALID ||
	     rc == SL_VERSION);
	if (rc == SL_OK || rc == SL_VERSION)
		must(used > 0 && used <= length && used <= SL_EVENT_BYTES_MAX);
	if (rc == SL_NONE)
		must(length < SL_EVENT_BYTES_MAX);
	if (rc == SL_OK)
		comes_back(&event);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	uint8_t *copy;
	uint32_t crc;

	decode(data, length);
	if (length < 20 || length > SL_EVENT_BYTES_MAX)
		return 0;
	/* The same with header and checksum put right, to get behind them. */
	copy = malloc(length);
	must(copy != NULL);
	memcpy(copy, data, length);
	memcpy(copy, "SLJ1", 4);
	copy[8] = (uint8_t)length;
	copy[9] = (uint8_t)(length >> 8);
	copy[10] = (uint8_t)(1 + copy[10] % 7);
	copy[11] = 1;
	crc = sl_crc32c(copy + CHECKED_FROM, length - CHECKED_FROM);
	for (int i = 0; i < 4; i++)
		copy[4 + i] = (uint8_t)(crc >> (8 * i));
	decode(copy, length);
	free(copy);
	return 0;
}
