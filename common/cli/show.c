/* SPDX-License-Identifier: BSD-2-Clause */
/* show.c: `stageload show MAC`, everything the state knows of one phone. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "finding.h"
#include "model.h"
#include "phone_json.h"
#include "reason.h"
#include "request.h"
#include "screen.h"
#include "view.h"

/* One phone, and how its parts are written. */
struct showing {
	const struct sl_answer *answer;
	struct sl_json json;
	unsigned name_width;
	bool any;
	struct sl_told_finding told[2];
	size_t told_count;
};

static const char *const ways[SL_WAYS] = { "150+66+siaddr", "66", "150",
	"siaddr" };

static const char *
stage_name(const struct sl_answer *answer, unsigned stage)
{
	if (answer->planned && stage < answer->route.stage_count)
		return answer->route.stage[stage].name;
	return stage == SL_STAGE_NONE ? "as asked" : "?";
}

static void
put_field(const char *name, const char *text)
{
	printf("%-12s ", name);
	sl_put_safe(stdout, text, 0);
	putchar('\n');
}

static void
put_time(const char *name, int64_t usec)
{
	char text[SL_TIME_TEXT], age[SL_AGE_TEXT];

	if (usec == 0) {
		put_field(name, "never");
		return;
	}
	sl_time_print(usec, text);
	sl_age_print(usec, sl_cli_now_us(), age);
	printf("%-12s %s (%s ago)\n", name, text, age);
}

static void
put_place(const struct sl_answer *answer)
{
	const struct sl_phone *phone = &answer->phone;
	const struct sl_route *route = &answer->route;

	if (!answer->planned) {
		put_field("plan", "none");
		return;
	}
	put_field("plan", route->name);
	printf("%-12s %u of %u: \"%s\" from %s\n", "stage", phone->stage + 1u,
	    route->stage_count, route->stage[phone->stage].name,
	    route->stage[phone->stage].directory);
	put_field("runs", phone->running == SL_STAGE_NONE
	                      ? "not known"
	                      : stage_name(answer, phone->running));
}

static void
put_progress(const struct sl_phone *phone)
{
	printf("%-12s %u failed at this stage\n", "attempts", phone->attempts);
	printf("%-12s %u", "images", phone->images_got);
	if (phone->images_all > 0)
		printf(" of %u", phone->images_all);
	printf(" parts, %ju", (uintmax_t)phone->bytes_done);
	if (phone->bytes_total > 0)
		printf(" of %ju", (uintmax_t)phone->bytes_total);
	printf(" octets\n");
}

static void
put_record(const struct sl_answer *answer)
{
	const struct sl_phone *phone = &answer->phone;
	char text[512];

	sl_mac_print(&phone->mac, text);
	put_field("MAC", text);
	sl_addr_print(phone->addr, text);
	put_field("IP", phone->addr == 0 ? "none" : text);
	snprintf(text, sizeof(text), "%u", phone->model);
	put_field(
	    "model", phone->model == SL_MODEL_UNKNOWN ? "not known" : text);
	put_field("status", sl_status_name((enum sl_status)phone->status));
	put_place(answer);
	put_progress(phone);
	put_field("asked last", *phone->load == '\0' ? "nothing" : phone->load);
	put_field("server by", ways[phone->way]);
	put_time("first seen", phone->first_seen_us);
	put_time("last heard", phone->last_heard_us);
	sl_reason_text((enum sl_reason)phone->reason, phone,
	    answer->planned ? &answer->route : NULL, text, sizeof(text));
	put_field("reason", text);
}

static void
put_findings(const struct showing *showing)
{
	for (size_t i = 0; i < showing->told_count; i++) {
		const struct sl_told_finding *told = &showing->told[i];

		put_field("finding", sl_finding_name(told->finding));
		put_field("", told->text);
		printf("%-12s { %s }\n", "Kea's cure", told->cure);
	}
}

static bool
measure_file(void *ctx, const struct sl_file *file)
{
	struct showing *showing = ctx;
	unsigned width = (unsigned)strlen(file->name);

	if (showing->name_width < width)
		showing->name_width = width;
	return true;
}

static void
put_padded(const char *text, unsigned width)
{
	for (unsigned n = sl_put_safe(stdout, text, 0); n < width; n++)
		putchar(' ');
	fputs("  ", stdout);
}

static bool
put_file(void *ctx, const struct sl_file *file)
{
	struct showing *showing = ctx;
	char text[SL_TIME_TEXT];

	if (!showing->any) {
		printf("\n%-12s  ", "STAGE");
		put_padded("FILE", showing->name_width);
		printf("%-6s  %5s  %5s  %6s  %9s  %-11s  %-20s  %s\n", "KIND",
		    "ASKED", "GOT", "FAILED", "OCTETS", "OUTCOME", "TIME",
		    "NOTE");
	}
	showing->any = true;
	put_padded(stage_name(showing->answer, file->stage), 12);
	put_padded(file->name, showing->name_width);
	sl_time_print(
	    file->ended_us != 0 ? file->ended_us : file->asked_us, text);
	printf("%-6s  %5u  %5u  %6u  %9ju  %-11s  %-20s  %s\n",
	    sl_class_name((enum sl_class)file->class), file->asked, file->got,
	    file->failed, (uintmax_t)file->bytes,
	    sl_outcome_name((enum sl_outcome)file->outcome), text,
	    sl_note_name((enum sl_note)file->note));
	return true;
}

static bool
put_line(void *ctx, const struct sl_line *line)
{
	struct showing *showing = ctx;
	char time[SL_TIME_TEXT];

	if (!showing->any)
		printf("\n%-20s  %-8s  %s\n", "TIME", "STATUS", "HISTORY");
	showing->any = true;
	sl_time_print(line->time_us, time);
	printf("%-20s  %-8s  ", time,
	    sl_status_name((enum sl_status)line->status));
	sl_put_safe(stdout, line->text, 0);
	putchar('\n');
	return true;
}

static void
put_text(struct sl_view *view, struct showing *showing)
{
	const struct sl_mac *mac = &showing->answer->phone.mac;

	put_record(showing->answer);
	put_findings(showing);
	showing->name_width = 4;
	sl_view_files(view, mac, measure_file, showing);
	sl_view_files(view, mac, put_file, showing);
	showing->any = false;
	sl_view_history(view, mac, put_line, showing);
}

static void
json_stage(struct sl_json *json, const struct sl_answer *answer, unsigned stage)
{
	if (answer->planned && stage < answer->route.stage_count)
		sl_json_text(json, "stage", answer->route.stage[stage].name);
	else
		sl_json_null(json, "stage");
}

static bool
json_file(void *ctx, const struct sl_file *file)
{
	struct showing *showing = ctx;
	struct sl_json *json = &showing->json;

	sl_json_begin(json, NULL, '{');
	json_stage(json, showing->answer, file->stage);
	sl_json_text(json, "name", file->name);
	sl_json_text(json, "class", sl_class_name((enum sl_class)file->class));
	sl_json_number(json, "asked", file->asked);
	sl_json_number(json, "fetched", file->got);
	sl_json_number(json, "failed", file->failed);
	sl_json_number(json, "bytes", file->bytes);
	sl_json_text(
	    json, "outcome", sl_outcome_name((enum sl_outcome)file->outcome));
	sl_json_number(json, "tftp_error", file->tftp_error);
	sl_json_text(json, "note", sl_note_name((enum sl_note)file->note));
	sl_json_time(json, "asked_at", file->asked_us);
	sl_json_time(json, "ended_at", file->ended_us);
	sl_json_end(json, '}');
	return true;
}

static bool
json_line(void *ctx, const struct sl_line *line)
{
	struct showing *showing = ctx;
	struct sl_json *json = &showing->json;

	sl_json_begin(json, NULL, '{');
	sl_json_number(json, "number", line->seq);
	sl_json_time(json, "time", line->time_us);
	sl_json_text(
	    json, "status", sl_status_name((enum sl_status)line->status));
	json_stage(json, showing->answer, line->stage);
	sl_json_text(
	    json, "reason", sl_reason_name((enum sl_reason)line->reason));
	sl_json_text(json, "text", line->text);
	sl_json_end(json, '}');
	return true;
}

static void
json_findings(struct showing *showing)
{
	struct sl_json *json = &showing->json;

	sl_json_begin(json, "findings", '[');
	for (size_t i = 0; i < showing->told_count; i++) {
		const struct sl_told_finding *told = &showing->told[i];

		sl_json_begin(json, NULL, '{');
		sl_json_number(json, "option", told->option);
		sl_json_text(json, "name", sl_finding_name(told->finding));
		sl_json_text(json, "text", told->text);
		sl_json_text(json, "cure", told->cure);
		sl_json_end(json, '}');
	}
	sl_json_end(json, ']');
}

/* What `status --json` says of a phone, and more. */
static void
put_json(struct sl_view *view, struct showing *showing)
{
	const struct sl_phone *phone = &showing->answer->phone;
	struct sl_json *json = &showing->json;

	json->out = stdout;
	sl_json_begin(json, NULL, '{');
	sl_phone_json(json, showing->answer);
	if (phone->running == SL_STAGE_NONE)
		sl_json_null(json, "running");
	else
		sl_json_text(json, "running",
		    stage_name(showing->answer, phone->running));
	sl_json_text(json, "delivery", ways[phone->way]);
	if (*phone->load == '\0')
		sl_json_null(json, "asked_last");
	else
		sl_json_text(json, "asked_last", phone->load);
	sl_json_number(json, "images_got", phone->images_got);
	if (phone->images_all == 0)
		sl_json_null(json, "images_all");
	else
		sl_json_number(json, "images_all", phone->images_all);
	sl_json_time(json, "first_seen", phone->first_seen_us);
	json_findings(showing);
	sl_json_begin(json, "files", '[');
	sl_view_files(view, &phone->mac, json_file, showing);
	sl_json_end(json, ']');
	sl_json_begin(json, "history", '[');
	sl_view_history(view, &phone->mac, json_line, showing);
	sl_json_end(json, ']');
	sl_json_end(json, '}');
	putchar('\n');
}

static int
show(const struct sl_cli *cli, const struct sl_mac *mac, bool json,
    struct sl_answer *answer)
{
	struct showing showing = { .answer = answer };
	struct sl_err err = { "" };
	struct sl_config *config;
	struct sl_view *view;
	enum sl_rc rc;
	int status = sl_cli_phone(cli, mac, answer);

	if (status != SL_EXIT_DONE)
		return status;
	view = sl_view_open(cli->state, &rc, &err);
	if (view == NULL)
		return sl_cli_failed(cli, rc, &err);
	config = sl_cli_config(cli->state, &err);
	showing.told_count =
	    sl_findings_read(view, answer, config, showing.told);
	if (json)
		put_json(view, &showing);
	else
		put_text(view, &showing);
	sl_view_close(view);
	sl_config_free(config);
	return SL_EXIT_DONE;
}

int
sl_cli_show(const struct sl_cli *cli, int argc, char **argv)
{
	bool json = false;
	const struct sl_flag flags[] = { { "--json", &json, NULL } };
	struct sl_answer *answer;
	struct sl_mac mac;
	int status;

	if (sl_cli_operands(cli, argc, argv, flags, 1, 1, 1) < 0 ||
	    !sl_cli_mac(argv[1], &mac))
		return SL_EXIT_USAGE;
	answer = malloc(sizeof(*answer));
	if (answer == NULL) {
		sl_complain("no memory");
		return SL_EXIT_STATE;
	}
	status = show(cli, &mac, json, answer);
	free(answer);
	return status;
}
