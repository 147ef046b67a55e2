/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay.c: `stageload replay LOG`: an old log of a TFTP server, and what
 * stageload would have decided at each of its lines.
 */
#include "replay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "json_out.h"
#include "model.h"
#include "screen.h"

#define YEAR_FIRST 1970
#define YEAR_LAST 9999

struct telling {
	bool json;
	struct sl_json out;
	bool bad; /* a phone ended looping, stuck or silent */
};

static const char *
when(int64_t usec, char out[SL_TIME_TEXT])
{
	sl_time_print(usec, out);
	/* The log's own clock: whose zone it was is not known. */
	out[10] = ' ';
	out[19] = '\0';
	return out;
}

/* ---- as text ---- */

static void
text_plan(void *ctx, const struct sl_plan *plan, bool made_up)
{
	(void)ctx;
	printf("plan %s (%s):", plan->name,
	    plan->strategy == SL_PROBE ? "probe" : "climb");
	for (uint8_t i = 0; i < plan->stage_count; i++)
		printf("%s %u \"%s\" (%s)", i == 0 ? "" : ",", i + 1u,
		    plan->stages[i].name, plan->stages[i].directory);
	printf("%s\n",
	    made_up ? "; made up, as no --plan is given: loads up to 8.5(2) "
	              "are the bridge, later ones the target"
	            : "");
}

static void
text_phone(void *ctx, const struct sl_replay_phone *phone)
{
	char first[SL_TIME_TEXT], last[SL_TIME_TEXT];

	(void)ctx;
	printf("\nphone %u: ", phone->number);
	if (phone->model != SL_MODEL_UNKNOWN)
		printf("%u", phone->model);
	else
		printf("model not known");
	printf(", %s", phone->client[0] != '\0' ? phone->client
	                                        : "address not in the log");
	if (phone->leases > 0)
		printf(", %ju lease%s", (uintmax_t)phone->leases,
		    phone->leases == 1 ? "" : "s");
	printf(", %ju request%s, %s to %s\n", (uintmax_t)phone->requests,
	    phone->requests == 1 ? "" : "s", when(phone->first_us, first),
	    when(phone->last_us, last));
}

/* What stands in for a decision where the engine wrote no history. */
static void
put_unchanged(const struct sl_replay_step *step)
{
	const struct sl_phone *phone = step->phone;

	if (phone->leases > 0)
		printf("lease %u without a file request\n", phone->leases);
	else if (phone->status == SL_LOADING)
		printf("%u part%s delivered\n", phone->images_got,
		    phone->images_got == 1 ? "" : "s");
	else if (step->serves[0] != '\0')
		puts("the same attempt");
	else
		puts("nothing new");
}

static void
put_line(const char *head, const char *text)
{
	fputs(head, stdout);
	sl_put_safe(stdout, text, 0);
	putchar('\n');
}

static void
text_step(void *ctx, const struct sl_replay_step *step)
{
	char time[SL_TIME_TEXT];

	(void)ctx;
	printf("%s  ", when(step->time_us, time));
	if (step->line[0] != '\0')
		put_line("", step->line);
	else if (step->inferred[0] != '\0')
		put_line("concluded: ", step->inferred);
	else
		puts("the attempt's window has passed");
	if (step->serves[0] != '\0')
		put_line("    serves   ", step->serves);
	if (step->text[0] == '\0' && step->line[0] == '\0')
		return;
	printf(
	    "    %-8s ", sl_status_name((enum sl_status)step->phone->status));
	if (step->phone->attempt_id > 0)
		printf("try %u, ", step->phone->attempt_id);
	sl_put_safe(stdout, step->stage, 0);
	fputs(": ", stdout);
	if (step->text[0] != '\0')
		put_line("", step->text);
	else
		put_unchanged(step);
}

static void
text_end(void *ctx, const struct sl_replay_phone *phone, enum sl_replay_end end,
    const char *summary)
{
	struct telling *telling = ctx;

	telling->bad |= end != SL_REPLAY_OPEN && end != SL_REPLAY_DONE;
	printf("summary of phone %u: ", phone->number);
	put_line("", summary);
}

static void
text_counts(const struct sl_replay_counts *counts)
{
	printf("\n%u phone%s in %ju line%s; %ju of no TFTP server, %ju of no "
	       "phone\n",
	    counts->phones, counts->phones == 1 ? "" : "s",
	    (uintmax_t)counts->lines, counts->lines == 1 ? "" : "s",
	    (uintmax_t)counts->foreign, (uintmax_t)counts->unused);
}

/* ---- as JSON ---- */

static void
json_plan(void *ctx, const struct sl_plan *plan, bool made_up)
{
	struct telling *t = ctx;

	sl_json_begin(&t->out, NULL, '{');
	sl_json_text(&t->out, "plan", plan->name);
	sl_json_bool(&t->out, "made_up", made_up);
	sl_json_begin(&t->out, "phones", '[');
}

static void
json_optional(struct sl_json *out, const char *key, const char *text)
{
	if (text[0] != '\0')
		sl_json_text(out, key, text);
	else
		sl_json_null(out, key);
}

static void
json_phone(void *ctx, const struct sl_replay_phone *phone)
{
	struct telling *t = ctx;

	sl_json_begin(&t->out, NULL, '{');
	sl_json_number(&t->out, "number", phone->number);
	json_optional(&t->out, "client", phone->client);
	if (phone->model != SL_MODEL_UNKNOWN)
		sl_json_number(&t->out, "model", phone->model);
	else
		sl_json_null(&t->out, "model");
	sl_json_number(&t->out, "requests", phone->requests);
	sl_json_number(&t->out, "leases", phone->leases);
	sl_json_begin(&t->out, "steps", '[');
}

static void
json_step(void *ctx, const struct sl_replay_step *step)
{
	struct telling *t = ctx;

	sl_json_begin(&t->out, NULL, '{');
	sl_json_time(&t->out, "time", step->time_us);
	json_optional(&t->out, "line", step->line);
	json_optional(&t->out, "inferred", step->inferred);
	json_optional(&t->out, "serves", step->serves);
	sl_json_text(&t->out, "status",
	    sl_status_name((enum sl_status)step->phone->status));
	json_optional(&t->out, "stage", step->stage);
	sl_json_number(&t->out, "attempt", step->phone->attempt_id);
	json_optional(&t->out, "reason",
	    step->text[0] != '\0' ? sl_reason_name(step->reason) : "");
	json_optional(&t->out, "reason_text", step->text);
	sl_json_end(&t->out, '}');
}

static void
json_end(void *ctx, const struct sl_replay_phone *phone, enum sl_replay_end end,
    const char *summary)
{
	struct telling *t = ctx;

	(void)phone;
	t->bad |= end != SL_REPLAY_OPEN && end != SL_REPLAY_DONE;
	sl_json_end(&t->out, ']');
	sl_json_text(&t->out, "end", sl_replay_end_name(end));
	sl_json_text(&t->out, "summary", summary);
	sl_json_end(&t->out, '}');
}

static void
json_counts(struct telling *t, const struct sl_replay_counts *counts)
{
	sl_json_end(&t->out, ']');
	sl_json_number(&t->out, "lines", counts->lines);
	sl_json_number(&t->out, "lines_foreign", counts->foreign);
	sl_json_number(&t->out, "lines_unused", counts->unused);
	sl_json_end(&t->out, '}');
	putchar('\n');
}

/* ---- the log ---- */

/* Of a line without end only the start is kept; false at the log's end. */
static bool
read_line(FILE *in, char *out, size_t size, size_t *length)
{
	int c = getc(in);

	*length = 0;
	if (c == EOF)
		return false;
	for (; c != EOF && c != '\n'; c = getc(in))
		if (*length < size)
			out[(*length)++] = (char)c;
	return true;
}

static enum sl_rc
read_log(
    struct sl_replay *replay, FILE *in, const char *name, struct sl_err *err)
{
	static char line[SL_LOG_LINE_MAX];
	size_t length;
	enum sl_rc rc = SL_OK;

	while (rc == SL_OK && read_line(in, line, sizeof(line), &length))
		rc = sl_replay_line(replay, line, length, err);
	if (rc == SL_OK && ferror(in))
		rc = sl_fail(err, SL_IO, "%s: %s", name, strerror(errno));
	return rc;
}

static enum sl_rc
read_file(struct sl_replay *replay, const char *path, struct sl_err *err)
{
	FILE *in;
	enum sl_rc rc;

	if (strcmp(path, "-") == 0)
		return read_log(replay, stdin, "standard input", err);
	in = fopen(path, "r");
	if (in == NULL)
		return sl_fail(err, SL_IO, "%s: %s", path, strerror(errno));
	rc = read_log(replay, in, path, err);
	fclose(in);
	return rc;
}

static int
tell_all(const struct sl_cli *cli, struct sl_replay *replay, bool json,
    struct sl_err *err)
{
	struct telling telling = { .json = json, .out = { .out = stdout } };
	struct sl_replay_out out = { &telling, text_plan, text_phone, text_step,
		text_end };
	struct sl_replay_counts counts = { 0 };
	enum sl_rc rc;

	if (json)
		out = (struct sl_replay_out){ &telling, json_plan, json_phone,
			json_step, json_end };
	rc = sl_replay_run(replay, &out, &counts, err);
	if (rc != SL_OK)
		return sl_cli_failed(cli, rc, err);
	if (json)
		json_counts(&telling, &counts);
	else
		text_counts(&counts);
	if (counts.phones == 0) {
		sl_complain("no phone's request among %ju line(s); wanted are "
		            "those of in.tftpd -v, as: RRQ from 192.0.2.5 "
		            "filename term06.default.loads",
		    (uintmax_t)counts.lines);
		return SL_EXIT_NO;
	}
	return telling.bad ? SL_EXIT_NO : SL_EXIT_DONE;
}

/* ---- the verb ---- */

static bool
take_year(const char *text, int *year)
{
	char *end;
	long value;

	*year = 0;
	if (text == NULL)
		return true;
	value = strtol(text, &end, 10);
	if (*text == '\0' || *end != '\0' || value < YEAR_FIRST ||
	    value > YEAR_LAST) {
		sl_complain("--year: \"%s\" is no year from %d to %d", text,
		    YEAR_FIRST, YEAR_LAST);
		return false;
	}
	*year = (int)value;
	return true;
}

static int
replay(const struct sl_cli *cli, const struct sl_replay_options *options,
    const char *path, bool json)
{
	struct sl_err err = { "" };
	enum sl_rc rc;
	struct sl_replay *log = sl_replay_new(options, &rc, &err);
	int status;

	if (log == NULL && rc == SL_NONE) {
		sl_complain("%s", err.text);
		return SL_EXIT_USAGE;
	}
	if (log == NULL)
		return sl_cli_failed(cli, rc, &err);
	rc = read_file(log, path, &err);
	if (rc == SL_OK) {
		status = tell_all(cli, log, json, &err);
	} else {
		sl_complain("%s", err.text);
		status = SL_EXIT_USAGE;
	}
	sl_replay_free(log);
	return status;
}

int
sl_cli_replay(const struct sl_cli *cli, int argc, char **argv)
{
	bool json = false;
	const char *plan = NULL, *year = NULL;
	const struct sl_flag flags[] = { { "--json", &json, NULL },
		{ "--plan", NULL, &plan }, { "--year", NULL, &year } };
	struct sl_replay_options options = { .tftp_root = cli->root,
		.now_us = sl_cli_now_us() };
	struct sl_err err = { "" };
	char *config = NULL;
	size_t length;
	enum sl_rc rc = SL_OK;
	int status;

	if (sl_cli_operands(cli, argc, argv, flags, 3, 1, 1) < 0 ||
	    !take_year(year, &options.year))
		return SL_EXIT_USAGE;
	if (plan != NULL)
		rc = sl_state_published(cli->state, &config, &length, &err);
	if (rc != SL_OK)
		return sl_cli_failed(cli, rc, &err);
	options.config = config;
	options.plan = plan;
	status = replay(cli, &options, argv[1], json);
	free(config);
	return status;
}
