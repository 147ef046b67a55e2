/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.c: stage, retry, hold, release, forget: what the administrator wants
 * is appended to the journal as everything else that happens is, and the
 * engine does it.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base.h"
#include "cli.h"
#include "journal.h"
#include "reason.h"
#include "view.h"

#define WAIT_MS 2000
#define STEP_MS 20

struct order {
	const struct sl_cli *cli;
	enum sl_command command;
	struct sl_mac mac;
	char mac_text[SL_MAC_TEXT];
	const char *argument;    /* "" but for stage */
	struct sl_answer before; /* the phone when it was asked for */
	struct sl_answer after;
};

static bool
is_stage(const struct order *order)
{
	const struct sl_route *route = &order->before.route;
	const char *names[SL_STAGES_MAX];
	const char *near;

	if (!order->before.planned) {
		sl_complain(
		    "%s has no plan, so it has no stages", order->mac_text);
		return false;
	}
	for (size_t i = 0; i < route->stage_count; i++) {
		names[i] = route->stage[i].name;
		if (strcmp(names[i], order->argument) == 0)
			return true;
	}
	near = sl_cli_nearest(order->argument, names, route->stage_count);
	if (near != NULL)
		sl_complain("plan %s has no stage \"%s\"; did you mean \"%s\"?",
		    route->name, order->argument, near);
	else
		sl_complain("plan %s has no stage \"%s\"; its first is \"%s\"",
		    route->name, order->argument, names[0]);
	return false;
}

/* *end: where in the journal the engine is when it has read the event. */
static enum sl_rc
append(const struct order *order, uint64_t *end, struct sl_err *err)
{
	struct sl_event event = { .kind = SL_EVENT_COMMAND,
		.mac = order->mac,
		.command = (uint8_t)order->command };
	struct stat status;
	enum sl_rc rc;
	int fd;

	sl_copy(event.argument, sizeof(event.argument), order->argument);
	rc = sl_journal_open(order->cli->state, &fd, err);
	if (rc != SL_OK)
		return rc;
	rc = sl_journal_append(fd, &event, err);
	if (rc == SL_OK && fstat(fd, &status) != 0)
		rc = sl_fail(err, SL_IO, "journal: its size can not be read");
	if (rc == SL_OK)
		*end = (uint64_t)status.st_size;
	close(fd);
	return rc;
}

/* How far the engine has read, durably; 0 when that can not be told. */
static uint64_t
engine_position(const char *dir)
{
	uint64_t position = 0;
	enum sl_rc rc;
	struct sl_base *base = sl_base_open(dir, &rc, NULL);
	MDB_txn *txn;

	if (base == NULL)
		return 0;
	if (mdb_txn_begin(base->env, NULL, MDB_RDONLY, &txn) == 0) {
		(void)sl_base_meta(base, txn, SL_META_POSITION, &position);
		mdb_txn_abort(txn);
	}
	sl_base_close(base);
	return position;
}

/* True when the engine has taken the event. */
static bool
wait_for_engine(const struct order *order, uint64_t end)
{
	const struct timespec step = { .tv_nsec = STEP_MS * 1000000 };

	for (unsigned waited_ms = 0; waited_ms < WAIT_MS;
	     waited_ms += STEP_MS) {
		if (engine_position(order->cli->state) >= end)
			return true;
		nanosleep(&step, NULL);
	}
	return false;
}

/* Whether the phone is now what the administrator wanted. */
static bool
is_done(const struct order *order)
{
	const struct sl_phone *before = &order->before.phone;
	const struct sl_phone *after = &order->after.phone;

	switch (order->command) {
	case SL_COMMAND_STAGE:
	case SL_COMMAND_RETRY:
		return before->history_seq != after->history_seq;
	case SL_COMMAND_HOLD:
		return after->status == SL_HELD;
	case SL_COMMAND_RELEASE:
		return after->status != SL_HELD;
	case SL_COMMAND_FORGET:
		return before->first_seen_us != after->first_seen_us;
	}
	return false;
}

static int
tell_forgotten(const struct order *order)
{
	printf("%s is forgotten; it starts again as new with its next lease\n",
	    order->mac_text);
	return SL_EXIT_DONE;
}

static int
tell_result(const struct order *order)
{
	const struct sl_phone *phone = &order->after.phone;
	const char *status = sl_status_name((enum sl_status)phone->status);
	char text[512];

	if (!is_done(order)) {
		sl_complain(
		    "%s is %s: nothing was changed", order->mac_text, status);
		return SL_EXIT_NO;
	}
	if (order->command == SL_COMMAND_FORGET)
		return tell_forgotten(order);
	if (order->before.phone.history_seq == phone->history_seq) {
		printf("%s is %s already\n", order->mac_text,
		    phone->status == SL_HELD ? "held" : "free");
		return SL_EXIT_DONE;
	}
	sl_reason_text((enum sl_reason)phone->reason, phone,
	    order->after.planned ? &order->after.route : NULL, text,
	    sizeof(text));
	printf("%s: %s\n", order->mac_text, text);
	return SL_EXIT_DONE;
}

static int
tell_noted(const struct order *order)
{
	printf("noted for %s; the engine does not answer now and will do it "
	       "when it runs (stageload run)\n",
	    order->mac_text);
	return SL_EXIT_DONE;
}

/* A forgotten phone is not there, and that is no failure. */
static int
look_again(struct order *order)
{
	struct sl_err err = { "" };
	enum sl_rc rc;
	struct sl_view *view = sl_view_open(order->cli->state, &rc, &err);

	if (view == NULL)
		return sl_cli_failed(order->cli, rc, &err);
	rc = sl_view_phone(view, &order->mac, &order->after);
	sl_view_close(view);
	if (rc == SL_OK)
		return tell_result(order);
	if (rc == SL_NONE && order->command == SL_COMMAND_FORGET)
		return tell_forgotten(order);
	if (rc == SL_NONE) {
		sl_complain("%s was forgotten meanwhile", order->mac_text);
		return SL_EXIT_NO;
	}
	sl_complain("%s/%s: the record of %s can not be read",
	    order->cli->state, SL_STATE_FILE, order->mac_text);
	return SL_EXIT_STATE;
}

static int
carry_out(struct order *order)
{
	struct sl_err err = { "" };
	uint64_t end = 0;
	enum sl_rc rc;
	int status = sl_cli_phone(order->cli, &order->mac, &order->before);

	if (status != SL_EXIT_DONE)
		return status;
	if (order->command == SL_COMMAND_STAGE && !is_stage(order))
		return SL_EXIT_NO;
	rc = append(order, &end, &err);
	if (rc != SL_OK)
		return sl_cli_failed(order->cli, rc, &err);
	return wait_for_engine(order, end) ? look_again(order)
	                                   : tell_noted(order);
}

static int
command(
    const struct sl_cli *cli, int argc, char **argv, enum sl_command command)
{
	int operands = command == SL_COMMAND_STAGE ? 2 : 1;
	struct order *order;
	struct sl_mac mac;
	int status;

	if (sl_cli_operands(cli, argc, argv, NULL, 0, operands, operands) < 0 ||
	    !sl_cli_mac(argv[1], &mac))
		return SL_EXIT_USAGE;
	order = calloc(1, sizeof(*order));
	if (order == NULL) {
		sl_complain("no memory");
		return SL_EXIT_STATE;
	}
	order->cli = cli;
	order->command = command;
	order->mac = mac;
	order->argument = operands == 2 ? argv[2] : "";
	sl_mac_print(&mac, order->mac_text);
	status = carry_out(order);
	free(order);
	return status;
}

int
sl_cli_stage(const struct sl_cli *cli, int argc, char **argv)
{
	return command(cli, argc, argv, SL_COMMAND_STAGE);
}

int
sl_cli_retry(const struct sl_cli *cli, int argc, char **argv)
{
	return command(cli, argc, argv, SL_COMMAND_RETRY);
}

int
sl_cli_hold(const struct sl_cli *cli, int argc, char **argv)
{
	return command(cli, argc, argv, SL_COMMAND_HOLD);
}

int
sl_cli_release(const struct sl_cli *cli, int argc, char **argv)
{
	return command(cli, argc, argv, SL_COMMAND_RELEASE);
}

int
sl_cli_forget(const struct sl_cli *cli, int argc, char **argv)
{
	return command(cli, argc, argv, SL_COMMAND_FORGET);
}
