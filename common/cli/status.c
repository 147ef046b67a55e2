/* SPDX-License-Identifier: BSD-2-Clause */
/* status.c: `stageload status`, all phones as a table or as JSON. */
#include "status.h"

#include <stdlib.h>

#include "cli.h"
#include "phone_json.h"
#include "table.h"
#include "walk.h"

struct document {
	struct sl_json json;
	struct sl_counts counts;
};

void
sl_count(struct sl_counts *counts, const struct sl_answer *answer)
{
	counts->of[answer->phone.status]++;
	counts->all++;
}

static bool
measure(void *ctx, FILE *out, const struct sl_answer *answer)
{
	(void)out;
	sl_table_measure(ctx, answer);
	return true;
}

static bool
put_row(void *ctx, FILE *out, const struct sl_answer *answer)
{
	sl_table_row(out, ctx, answer);
	return true;
}

static void
complain_of_damage(uint64_t damaged)
{
	if (damaged > 0)
		sl_complain("%ju record%s can not be read and %s left out",
		    (uintmax_t)damaged, damaged == 1 ? "" : "s",
		    damaged == 1 ? "is" : "are");
}

int
sl_status_table(const struct sl_cli *cli, FILE *out)
{
	struct sl_table table;
	struct sl_err err = { "" };
	uint64_t damaged = 0;
	enum sl_rc rc;

	sl_table_begin(&table, fileno(out), sl_cli_now_us());
	rc = sl_walk(cli->state, out, measure, &table, &damaged, &err);
	if (rc == SL_OK && table.phones == 0) {
		sl_complain("no phone was seen yet; each one appears here with "
		            "its first lease");
	} else if (rc == SL_OK) {
		sl_table_fit(&table);
		sl_table_head(out, &table);
		rc = sl_walk(cli->state, out, put_row, &table, NULL, &err);
	}
	complain_of_damage(damaged);
	return rc == SL_OK ? SL_EXIT_DONE : sl_cli_failed(cli, rc, &err);
}

static bool
put_object(void *ctx, FILE *out, const struct sl_answer *answer)
{
	struct document *document = ctx;
	struct sl_json *json = &document->json;

	json->out = out;
	/* A line for each phone, so that line tools can look at it too. */
	fputs(document->counts.all == 0 ? "\n" : ",\n", out);
	json->follows = false;
	sl_json_begin(json, NULL, '{');
	sl_phone_json(json, answer);
	sl_json_end(json, '}');
	sl_count(&document->counts, answer);
	return true;
}

static int
put_json(const struct sl_cli *cli)
{
	struct document document = { .json.out = stdout };
	struct sl_json *json = &document.json;
	struct sl_err err = { "" };
	uint64_t damaged = 0;
	enum sl_rc rc;

	/* Before the first octet, so that no state means no output. */
	struct sl_view *view = sl_view_open(cli->state, &rc, &err);
	if (view == NULL)
		return sl_cli_failed(cli, rc, &err);
	sl_view_close(view);
	sl_json_begin(json, NULL, '{');
	sl_json_begin(json, "phones", '[');
	rc = sl_walk(cli->state, stdout, put_object, &document, &damaged, &err);
	json->out = stdout;
	sl_json_end(json, ']');
	sl_json_begin(json, "counts", '{');
	for (size_t i = 0; i < SL_STATUSES; i++)
		sl_json_number(json, sl_status_name((enum sl_status)i),
		    document.counts.of[i]);
	sl_json_end(json, '}');
	sl_json_end(json, '}');
	putchar('\n');
	complain_of_damage(damaged);
	return rc == SL_OK ? SL_EXIT_DONE : sl_cli_failed(cli, rc, &err);
}

int
sl_cli_status(const struct sl_cli *cli, int argc, char **argv)
{
	bool json = false, watch = false;
	const struct sl_flag flags[] = { { "--json", &json, NULL },
		{ "--watch", &watch, NULL } };

	if (sl_cli_operands(cli, argc, argv, flags, 2, 0, 0) < 0)
		return SL_EXIT_USAGE;
	if (json && watch) {
		sl_complain("--json and --watch do not go together");
		return SL_EXIT_USAGE;
	}
	if (watch)
		return sl_status_watch(cli);
	return json ? put_json(cli) : sl_status_table(cli, stdout);
}
