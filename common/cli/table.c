/* SPDX-License-Identifier: BSD-2-Clause */
/* table.c: a phone as a row: its columns and their widths. */
#include "table.h"

#include <string.h>

#include "model.h"
#include "reason.h"
#include "text.h"

#define BAR_CELLS 10
#define LABEL_MAX 96
#define GAP 2
#define REASON_LEAST 20 /* a narrower one says nothing */

static const char *const heads[SL_COLUMNS] = { "MAC", "IP", "MODEL", "PLAN",
	"STAGE", "STATUS", "PROGRESS", "HEARD", "REASON" };

void
sl_table_begin(struct sl_table *table, int fd, int64_t now_us)
{
	static const unsigned least[SL_COLUMNS] = { [SL_COLUMN_MAC] = 17,
		[SL_COLUMN_IP] = 15,
		[SL_COLUMN_MODEL] = 5,
		[SL_COLUMN_PLAN] = 4,
		[SL_COLUMN_STAGE] = 5,
		[SL_COLUMN_STATUS] = 8,
		[SL_COLUMN_PROGRESS] = BAR_CELLS + 5,
		[SL_COLUMN_HEARD] = 5 };

	memset(table, 0, sizeof(*table));
	sl_screen_look(fd, &table->screen);
	table->now_us = now_us;
	memcpy(table->width, least, sizeof(least));
}

static const char *
plan_name(const struct sl_answer *answer)
{
	return answer->planned ? answer->route.name : "-";
}

/* "1/2 bridge" */
static const char *
stage_label(const struct sl_answer *answer, char out[LABEL_MAX])
{
	const struct sl_route *route = &answer->route;
	unsigned stage = answer->phone.stage;

	if (!answer->planned)
		return "-";
	snprintf(out, LABEL_MAX, "%u/%u %s", stage + 1u, route->stage_count,
	    route->stage[stage].name);
	return out;
}

static void
widen(unsigned *width, unsigned to)
{
	if (*width < to)
		*width = to;
}

void
sl_table_measure(struct sl_table *table, const struct sl_answer *answer)
{
	char label[LABEL_MAX];

	widen(&table->width[SL_COLUMN_PLAN], sl_characters(plan_name(answer)));
	widen(&table->width[SL_COLUMN_STAGE],
	    sl_characters(stage_label(answer, label)));
	table->phones++;
}

static unsigned
taken(const struct sl_table *table)
{
	unsigned sum = 0;

	for (size_t i = 0; i < SL_COLUMN_REASON; i++)
		if (table->width[i] > 0)
			sum += table->width[i] + GAP;
	return sum;
}

void
sl_table_fit(struct sl_table *table)
{
	static const enum sl_column dispensable[] = { SL_COLUMN_PLAN,
		SL_COLUMN_MODEL, SL_COLUMN_HEARD, SL_COLUMN_IP,
		SL_COLUMN_PROGRESS };
	unsigned columns = table->screen.columns;

	if (columns == 0)
		return;
	for (size_t i = 0; i < sizeof(dispensable) / sizeof(dispensable[0]) &&
	                   taken(table) + REASON_LEAST > columns;
	     i++)
		table->width[dispensable[i]] = 0;
	table->width[SL_COLUMN_REASON] = REASON_LEAST;
	if (columns > taken(table) + REASON_LEAST)
		table->width[SL_COLUMN_REASON] = columns - taken(table);
}

static void
put_blanks(FILE *out, unsigned from, unsigned to)
{
	while (from++ < to)
		putc(' ', out);
}

/* Left-justified, and the gap to the next column. */
static void
put_text(FILE *out, const struct sl_table *table, enum sl_column column,
    const char *text)
{
	unsigned width = table->width[column];

	if (width > 0)
		put_blanks(out, sl_put_safe(out, text, 0), width + GAP);
}

void
sl_table_head(FILE *out, const struct sl_table *table)
{
	if (table->screen.colour)
		fputs("\033[1m", out);
	for (size_t i = 0; i < SL_COLUMN_REASON; i++)
		put_text(out, table, (enum sl_column)i, heads[i]);
	fputs(heads[SL_COLUMN_REASON], out);
	if (table->screen.colour)
		fputs("\033[0m", out);
	putc('\n', out);
}

/* A finished phone is full, however it got there. */
static void
put_bar(FILE *out, const struct sl_table *table, const struct sl_phone *phone)
{
	const char *full = table->screen.blocks ? "\u2588" : "#";
	const char *empty = table->screen.blocks ? "\u2591" : "-";
	uint64_t done = phone->bytes_done, total = phone->bytes_total;
	unsigned cells;

	if (table->width[SL_COLUMN_PROGRESS] == 0)
		return;
	if (phone->status == SL_DONE)
		done = total = 1;
	if (total == 0) {
		put_text(out, table, SL_COLUMN_PROGRESS, "-");
		return;
	}
	if (done > total)
		done = total;
	cells = (unsigned)(done * BAR_CELLS / total);
	for (unsigned i = 0; i < BAR_CELLS; i++)
		fputs(i < cells ? full : empty, out);
	fprintf(out, " %3u%%  ", (unsigned)(done * 100 / total));
}

static const char *
colour_of(enum sl_status status)
{
	switch (status) {
	case SL_DONE:
		return "\033[32m"; /* green */
	case SL_STUCK:
	case SL_SILENT:
		return "\033[1;31m"; /* red */
	case SL_FLASHING:
		return "\033[1;33m"; /* yellow: do not unplug */
	case SL_BOOTING:
	case SL_LOADING:
	case SL_CLIMBING:
		return "\033[36m"; /* cyan */
	case SL_HELD:
		return "\033[35m"; /* magenta */
	case SL_NEW:
	case SL_STATUSES:
		return "";
	}
	return "";
}

static void
put_status(FILE *out, const struct sl_table *table, enum sl_status status)
{
	if (table->screen.colour)
		fputs(colour_of(status), out);
	put_text(out, table, SL_COLUMN_STATUS, sl_status_name(status));
	if (table->screen.colour)
		fputs("\033[0m", out);
}

/* One that is cut ends in "...". */
static void
put_reason(
    FILE *out, const struct sl_table *table, const struct sl_answer *answer)
{
	unsigned width = table->width[SL_COLUMN_REASON];
	char text[512];

	sl_reason_text((enum sl_reason)answer->phone.reason, &answer->phone,
	    answer->planned ? &answer->route : NULL, text, sizeof(text));
	if (width > 0 && sl_characters(text) > width) {
		sl_put_safe(out, text, width - 3);
		fputs("...", out);
	} else {
		sl_put_safe(out, text, 0);
	}
}

void
sl_table_row(
    FILE *out, const struct sl_table *table, const struct sl_answer *answer)
{
	const struct sl_phone *phone = &answer->phone;
	char mac[SL_MAC_TEXT], addr[SL_ADDR_TEXT] = "-", model[8] = "-";
	char label[LABEL_MAX], age[SL_AGE_TEXT];

	sl_mac_print(&phone->mac, mac);
	if (phone->addr != 0)
		sl_addr_print(phone->addr, addr);
	if (phone->model != SL_MODEL_UNKNOWN)
		snprintf(model, sizeof(model), "%u", phone->model);
	sl_age_print(phone->last_heard_us, table->now_us, age);
	put_text(out, table, SL_COLUMN_MAC, mac);
	put_text(out, table, SL_COLUMN_IP, addr);
	put_text(out, table, SL_COLUMN_MODEL, model);
	put_text(out, table, SL_COLUMN_PLAN, plan_name(answer));
	put_text(out, table, SL_COLUMN_STAGE, stage_label(answer, label));
	put_status(out, table, (enum sl_status)phone->status);
	put_bar(out, table, phone);
	put_text(out, table, SL_COLUMN_HEARD, age);
	put_reason(out, table, answer);
	putc('\n', out);
}
