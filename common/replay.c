/* SPDX-License-Identifier: BSD-2-Clause */
/* replay.c: a log's phones, one after the other, with the plan for them. */
#include "replay.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "replay_impl.h"

/*
 * The plan when none is named.  No phone has an address of that prefix but
 * those of the replay; the servers are never told to anybody.
 */
static const char made_up[] =
    "{ \"tftp-servers\": [ \"192.0.2.1\" ], \"plans\": [ {"
    " \"name\": \"replay\", \"macs\": [ \"02\" ], \"strategy\": \"climb\","
    " \"stages\": ["
    " { \"name\": \"bridge\", \"directory\": \"8.5.2\" },"
    " { \"name\": \"target\", \"directory\": \"9.x\" } ] } ] }";

const char *
sl_replay_end_name(enum sl_replay_end end)
{
	switch (end) {
	case SL_REPLAY_OPEN:
		return "open";
	case SL_REPLAY_DONE:
		return "done";
	case SL_REPLAY_LOOPING:
		return "looping";
	case SL_REPLAY_STUCK:
		return "stuck";
	case SL_REPLAY_SILENT:
		return "silent";
	}
	return "open";
}

static enum sl_rc
no_such_plan(json_t *plans, const char *name, struct sl_err *err)
{
	char names[256] = "";
	size_t i, used = 0;
	json_t *plan;

	json_array_foreach(plans, i, plan)
	{
		const char *other =
		    json_string_value(json_object_get(plan, "name"));

		if (other == NULL || used + strlen(other) + 3 >= sizeof(names))
			continue;
		used += (size_t)snprintf(names + used, sizeof(names) - used,
		    "%s%s", used > 0 ? ", " : "", other);
	}
	return sl_fail(err, SL_NONE,
	    "there is no plan \"%s\" in the configuration; it has: %s", name,
	    used > 0 ? names : "none");
}

static json_t *
find_plan(json_t *plans, const char *name)
{
	size_t i;
	json_t *plan;

	json_array_foreach(plans, i, plan)
	{
		const char *own =
		    json_string_value(json_object_get(plan, "name"));

		if (own != NULL && strcmp(own, name) == 0)
			return plan;
	}
	return NULL;
}

static char *
with_plan_alone(
    json_t *root, const char *name, enum sl_rc *rc, struct sl_err *err)
{
	json_t *plans = json_object_get(root, "plans");
	json_t *plan = find_plan(plans, name);
	char *text;

	if (plan == NULL) {
		*rc = no_such_plan(plans, name, err);
		return NULL;
	}
	/* Whatever phones it is for, here it is for those of the log. */
	(void)json_object_del(plan, "models");
	if (json_object_set_new(plan, "macs", json_pack("[s]", "02")) != 0 ||
	    json_object_set_new(root, "plans", json_pack("[O]", plan)) != 0) {
		*rc = sl_fail(err, SL_NOMEM, "no memory");
		return NULL;
	}
	text = json_dumps(root, JSON_COMPACT);
	*rc = text != NULL ? SL_OK : sl_fail(err, SL_NOMEM, "no memory");
	return text;
}

char *
sl_replay_config(
    const char *config, const char *plan, enum sl_rc *rc, struct sl_err *err)
{
	struct sl_config *checked;
	json_t *root;
	char *text;

	/* Its complaint names the place and the value. */
	checked = sl_config_parse(config, strlen(config), rc, err);
	if (checked == NULL)
		return NULL;
	sl_config_free(checked);
	root = json_loads(config, 0, NULL);
	if (root == NULL) {
		*rc = sl_fail(err, SL_SHAPE, "the configuration is no JSON");
		return NULL;
	}
	text = with_plan_alone(root, plan, rc, err);
	json_decref(root);
	return text;
}

static enum sl_rc
open_rehearsal(struct sl_replay *replay, struct sl_err *err)
{
	const struct sl_replay_options *options = &replay->options;
	const char *config = made_up;
	char *own = NULL;
	enum sl_rc rc = SL_OK;

	replay->made_up = options->config == NULL || options->plan == NULL;
	if (!replay->made_up) {
		own =
		    sl_replay_config(options->config, options->plan, &rc, err);
		config = own;
	}
	if (rc == SL_OK)
		replay->rehearsal = sl_rehearsal_open(config,
		    replay->made_up ? NULL : options->tftp_root,
		    options->now_us, &rc, err);
	free(own);
	if (rc != SL_OK)
		return rc;
	replay->config = sl_rehearsal_config(replay->rehearsal);
	replay->plan = &replay->config->plans[0];
	return SL_OK;
}

struct sl_replay *
sl_replay_new(
    const struct sl_replay_options *options, enum sl_rc *rc, struct sl_err *err)
{
	struct sl_replay *replay = calloc(1, sizeof(*replay));

	if (replay == NULL) {
		*rc = sl_fail(err, SL_NOMEM, "no memory");
		return NULL;
	}
	replay->options = *options;
	replay->traces.clock.year = options->year;
	replay->traces.clock.now_us = options->now_us;
	*rc = open_rehearsal(replay, err);
	if (*rc == SL_OK)
		return replay;
	sl_replay_free(replay);
	return NULL;
}

void
sl_replay_free(struct sl_replay *replay)
{
	if (replay == NULL)
		return;
	sl_traces_clear(&replay->traces);
	sl_rehearsal_close(replay->rehearsal);
	free(replay);
}

enum sl_rc
sl_replay_line(struct sl_replay *replay, const char *data, size_t length,
    struct sl_err *err)
{
	return sl_traces_take(&replay->traces, data, length, err);
}

enum sl_rc
sl_replay_run(struct sl_replay *replay, const struct sl_replay_out *out,
    struct sl_replay_counts *counts, struct sl_err *err)
{
	struct sl_traces *traces = &replay->traces;
	enum sl_rc rc = SL_OK;

	out->plan(out->ctx, replay->plan, replay->made_up);
	for (size_t i = 0; rc == SL_OK && i < traces->count; i++) {
		const struct sl_trace *trace = traces->trace[i];

		if (trace->is_phone && trace->count > 0)
			rc = sl_replay_phone(
			    replay, trace, ++traces->counts.phones, out, err);
		else
			traces->counts.unused += trace->count;
	}
	*counts = traces->counts;
	return rc;
}
