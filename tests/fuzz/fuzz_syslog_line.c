/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_syslog_line.c: any octets as a line of a log, and as a log of lines. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"
#include "syslog_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

static void
must(int promise)
{
	if (!promise)
		abort();
}

static void
is_printable(const char *text, size_t size)
{
	size_t length = strnlen(text, size);

	must(length < size);
	for (size_t i = 0; i < length; i++)
		must((unsigned char)text[i] >= 0x20 && text[i] != 0x7f);
}

static void
one_line(const char *data, size_t length)
{
	struct sl_log_clock clock = { .now_us = INT64_C(1795218822000000) };
	struct sl_log_line line;

	if (sl_log_line_parse(data, length, &clock, &line) != SL_OK)
		return;
	is_printable(line.client, sizeof(line.client));
	is_printable(line.file, sizeof(line.file));
	is_printable(line.served, sizeof(line.served));
	is_printable(line.text, sizeof(line.text));
	must(!line.has_addr || strchr(line.client, '.') != NULL);
	must(line.kind != SL_LOG_RRQ || line.file[0] != '\0');
	must(line.kind != SL_LOG_DHCP || line.has_mac);
	must(clock.year == 0 || (clock.year >= 1970 && clock.year <= 9999));
}

static void
no_plan(void *ctx, const struct sl_plan *plan, bool made_up)
{
	(void)ctx;
	(void)plan;
	(void)made_up;
}

static void
no_phone(void *ctx, const struct sl_replay_phone *phone)
{
	(void)ctx;
	must(phone->requests + phone->leases > 0);
}

static void
a_step(void *ctx, const struct sl_replay_step *step)
{
	(void)ctx;
	must(step->phone->status < SL_STATUSES);
	is_printable(step->line, 1024);
	is_printable(step->text, 1024);
}

static void
an_end(void *ctx, const struct sl_replay_phone *phone, enum sl_replay_end end,
    const char *summary)
{
	(void)ctx;
	(void)phone;
	(void)sl_replay_end_name(end);
	must(strlen(summary) < 4096);
}

/* The engine's environment is made for one in some inputs: it costs most. */
static void
whole_log(const char *data, size_t length)
{
	static const struct sl_replay_out out = { NULL, no_plan, no_phone,
		a_step, an_end };
	struct sl_replay_options options = { .now_us =
		                                 INT64_C(1795218822000000) };
	struct sl_replay_counts counts;
	enum sl_rc rc;
	struct sl_replay *replay = sl_replay_new(&options, &rc, NULL);

	must(replay != NULL);
	while (length > 0) {
		const char *end = memchr(data, '\n', length);
		size_t n = end == NULL ? length : (size_t)(end - data) + 1;

		must(sl_replay_line(replay, data, n, NULL) == SL_OK);
		data += n;
		length -= n;
	}
	must(sl_replay_run(replay, &out, &counts, NULL) == SL_OK);
	sl_replay_free(replay);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static unsigned turn = 0;

	one_line((const char *)data, length);
	if (turn++ % 64 == 0)
		whole_log((const char *)data, length);
	return 0;
}
