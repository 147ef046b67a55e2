/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_record.c: any octets as a phone, a file, a line or a plan's row. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

static void
must(int promise)
{
	if (!promise)
		abort();
}

static void
must_be_a_decoders(enum sl_rc rc)
{
	must(rc == SL_OK || rc == SL_INVALID || rc == SL_VERSION);
}

static void
as_phone(const uint8_t *data, size_t length)
{
	uint8_t again[SL_PHONE_BYTES_MAX];
	struct sl_phone phone, twice;
	size_t used;
	enum sl_rc rc;

	memset(&phone, 0, sizeof(phone));
	memset(&twice, 0, sizeof(twice));
	rc = sl_phone_decode(data, length, &phone);
	must_be_a_decoders(rc);
	if (rc != SL_OK)
		return;
	must(phone.status < SL_STATUSES && phone.held_from < SL_STATUSES);
	must(phone.stage < SL_STAGES_MAX && phone.way < SL_WAYS);
	must(memchr(phone.load, '\0', sizeof(phone.load)) != NULL);
	must(sl_phone_encode(&phone, again, sizeof(again), &used) == SL_OK);
	must(used <= 200 && used <= length);
	must(sl_phone_decode(again, used, &twice) == SL_OK);
	must(memcmp(&phone, &twice, offsetof(struct sl_phone, load)) == 0);
	must(strcmp(phone.load, twice.load) == 0);
}

static void
as_file(const uint8_t *data, size_t length)
{
	uint8_t again[SL_FILE_BYTES_MAX];
	struct sl_file file = { .stage = 0 };
	size_t used;
	enum sl_rc rc = sl_file_decode(data, length, &file);

	must_be_a_decoders(rc);
	if (rc != SL_OK)
		return;
	must(file.outcome < SL_OUTCOMES);
	must(sl_file_encode(&file, again, sizeof(again), &used) == SL_OK);
}

static void
as_line(const uint8_t *data, size_t length)
{
	uint8_t again[SL_LINE_BYTES_MAX];
	struct sl_line line = { .seq = 0 };
	size_t used;
	enum sl_rc rc = sl_line_decode(data, length, &line);

	must_be_a_decoders(rc);
	if (rc != SL_OK)
		return;
	must(line.status < SL_STATUSES);
	must(memchr(line.text, '\0', sizeof(line.text)) != NULL);
	must(sl_line_encode(&line, again, sizeof(again), &used) == SL_OK);
}

static void
text_is_inside(const char *text, const uint8_t *data, size_t length)
{
	const uint8_t *start = (const uint8_t *)text;

	must(start >= data && start < data + length);
	must(start + strlen(text) < data + length);
}

static void
delivery_is_inside(const struct sl_route_delivery *delivery,
    const uint8_t *data, size_t length)
{
	must(delivery->count <= SL_SERVERS_MAX);
	must(delivery->servers >= data &&
	     delivery->servers + 4u * delivery->count <= data + length);
	text_is_inside(delivery->server_name, data, length);
}

static void
as_route(const uint8_t *data, size_t length)
{
	static struct sl_route route;
	enum sl_rc rc = sl_route_decode(data, length, &route);

	must_be_a_decoders(rc);
	if (rc != SL_OK)
		return;
	must(route.stage_count > 0 && route.stage_count <= SL_STAGES_MAX);
	must(route.strategy == SL_CLIMB || route.strategy == SL_PROBE);
	text_is_inside(route.name, data, length);
	for (size_t i = 0; i < route.stage_count; i++) {
		text_is_inside(route.stage[i].name, data, length);
		text_is_inside(route.stage[i].directory, data, length);
		text_is_inside(route.stage[i].config, data, length);
		delivery_is_inside(&route.stage[i].delivery, data, length);
	}
	delivery_is_inside(&route.finished, data, length);
}

/* Octets that begin as a version does, so that most get further. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	uint8_t *copy;

	as_phone(data, length);
	as_file(data, length);
	as_line(data, length);
	as_route(data, length);
	if (length == 0)
		return 0;
	copy = malloc(length);
	must(copy != NULL);
	memcpy(copy, data, length);
	copy[0] = 1;
	as_phone(copy, length);
	as_file(copy, length);
	as_line(copy, length);
	as_route(copy, length);
	free(copy);
	return 0;
}
