/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Takes a published configuration: plans get ids that last as long as their
 * names, and every phone keeps its place where the place still exists.
 */
#include "engine_impl.h"

#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "state.h"

struct change {
	struct sl_engine *engine;
	struct sl_config *config; /* the new one */
	uint16_t *ids;            /* of its plans */
	bool was_limited;         /* max-active of the one before */
};

void
sl_engine_config_free(struct sl_engine *engine)
{
	sl_config_free(engine->config);
	free(engine->config_text);
	free(engine->plan_ids);
	engine->config = NULL;
	engine->config_text = NULL;
	engine->plan_ids = NULL;
}

/* The only plan for models that ask the phone's boot file, or NULL. */
static const struct sl_plan *
plan_by_boot_file(const struct sl_config *config, const struct sl_phone *phone)
{
	const struct sl_plan *found = NULL;
	const struct sl_model *model;

	for (size_t n = 0; (model = sl_model_asking(phone->load, n)) != NULL;
	     n++) {
		const struct sl_plan *plan =
		    sl_config_plan_for(config, &phone->mac, model->number);

		if (plan != NULL && found != NULL && plan != found)
			return NULL;
		if (plan != NULL)
			found = plan;
	}
	return found;
}

static const struct sl_plan *
choose_plan(const struct sl_config *config, const struct sl_phone *phone)
{
	const struct sl_plan *plan =
	    sl_config_plan_for(config, &phone->mac, phone->model);

	if (plan == NULL && phone->model == SL_MODEL_UNKNOWN)
		plan = plan_by_boot_file(config, phone);
	return plan;
}

uint16_t
sl_engine_plan_for(const struct sl_engine *engine, const struct sl_phone *phone,
    const struct sl_plan **plan)
{
	*plan = NULL;
	if (engine->config != NULL)
		*plan = choose_plan(engine->config, phone);
	if (*plan == NULL)
		return SL_PLAN_NONE;
	return engine->plan_ids[*plan - engine->config->plans];
}

static int
find_plan(const struct sl_config *config, const char *name)
{
	for (size_t i = 0; i < config->plan_count; i++)
		if (strcmp(config->plans[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* Plans that have a row keep its id. */
static void
keep_ids(struct change *change, bool taken[SL_PLANS_MAX])
{
	uint8_t row[SL_ROUTE_BYTES_MAX];
	struct sl_route route;
	size_t length;

	for (uint16_t id = 0; id < SL_PLANS_MAX; id++) {
		int i;

		if (sl_store_plan(change->engine->store, id, row, &length) !=
		    SL_OK)
			continue;
		taken[id] = true;
		if (sl_route_decode(row, length, &route) != SL_OK)
			continue;
		i = find_plan(change->config, route.name);
		if (i >= 0)
			change->ids[i] = id;
	}
}

static enum sl_rc
give_ids(struct change *change, bool taken[SL_PLANS_MAX], struct sl_err *err)
{
	uint16_t next = 0;

	for (size_t i = 0; i < change->config->plan_count; i++) {
		if (change->ids[i] != SL_PLAN_NONE)
			continue;
		while (next < SL_PLANS_MAX && taken[next])
			next++;
		if (next == SL_PLANS_MAX)
			return sl_fail(err, SL_INVALID,
			    "more than %d plans, those that were removed "
			    "just now included",
			    SL_PLANS_MAX);
		taken[next] = true;
		change->ids[i] = next;
	}
	return SL_OK;
}

/* Where a phone of the old row stands in the new plan. */
struct place {
	uint8_t stage;
	bool kept;
};

static struct place
find_place(
    const struct sl_route *old, const struct sl_plan *plan, uint8_t stage)
{
	struct place place = {
		sl_phone_first_stage(plan->strategy, plan->stage_count), false
	};
	int found;

	if (old == NULL || strcmp(old->name, plan->name) != 0 ||
	    stage >= old->stage_count)
		return place;
	found = sl_plan_stage_index(plan, old->stage[stage].name);
	if (found >= 0) {
		place.stage = (uint8_t)found;
		place.kept = true;
	}
	return place;
}

static void
start_over(struct sl_phone *phone, uint8_t stage)
{
	phone->stage = stage;
	phone->running = SL_STAGE_NONE;
	phone->attempts = 0;
	phone->downs = 0;
	phone->due_us = 0;
	phone->attempt_us = 0;
	phone->held_from = SL_NEW;
	if (phone->status != SL_HELD)
		phone->status = SL_NEW;
}

/* A stage was put above the one in which the phone was done. */
static bool
go_on(struct sl_phone *phone, const struct sl_plan *plan)
{
	if (phone->status != SL_DONE || phone->stage + 1 >= plan->stage_count)
		return false;
	phone->status = SL_CLIMBING;
	phone->running = phone->stage;
	phone->stage++;
	return true;
}

/* The new plan has no row in the store yet: its sentence is made here. */
static void
note_place(struct sl_engine *engine, struct sl_phone *phone,
    const struct sl_plan *plan, enum sl_reason reason, int64_t now_us)
{
	uint8_t row[SL_ROUTE_BYTES_MAX];
	struct sl_route route;
	struct sl_line line = {
		.time_us = now_us,
		.status = phone->status,
		.stage = phone->stage,
		.reason = (uint16_t)reason,
	};
	size_t length;
	bool known =
	    plan != NULL &&
	    sl_route_encode(plan, row, sizeof(row), &length) == SL_OK &&
	    sl_route_decode(row, length, &route) == SL_OK;

	sl_reason_text(
	    reason, phone, known ? &route : NULL, line.text, sizeof(line.text));
	sl_store_add_line(engine->store, phone, &line);
}

struct collection {
	struct sl_file *file;
	size_t count, room;
	bool failed;
};

static void
collect(void *ctx, const struct sl_file *file)
{
	struct collection *all = ctx;

	if (all->count == all->room) {
		size_t room = all->room * 2 + 16;
		struct sl_file *more = realloc(all->file, room * sizeof(*more));

		all->failed |= more == NULL;
		if (more == NULL)
			return;
		all->file = more;
		all->room = room;
	}
	all->file[all->count++] = *file;
}

static bool
stages_moved(const struct sl_route *old, const struct sl_plan *plan)
{
	for (uint8_t i = 0; i < old->stage_count; i++) {
		struct place place = find_place(old, plan, i);

		if (!place.kept || place.stage != i)
			return true;
	}
	return false;
}

/* Files are kept by the index of their stage: they move with it. */
static void
move_files(struct sl_store *store, const struct sl_mac *mac,
    const struct sl_route *old, const struct sl_plan *plan)
{
	struct collection all = { .file = NULL };

	if (old == NULL || !stages_moved(old, plan))
		return;
	sl_store_each_file(store, mac, SL_STAGE_NONE, collect, &all);
	if (!all.failed)
		sl_store_drop_files(store, mac, SL_STAGE_NONE);
	for (size_t i = 0; !all.failed && i < all.count; i++) {
		struct sl_file *file = &all.file[i];
		struct place place = find_place(old, plan, file->stage);

		if (file->stage != SL_STAGE_NONE && !place.kept)
			continue;
		if (file->stage != SL_STAGE_NONE)
			file->stage = place.stage;
		sl_store_put_file(store, mac, file);
	}
	free(all.file);
}

/* Puts the phone where it was in the plan, or at its start. */
static void
place_in(struct sl_engine *engine, struct sl_phone *phone,
    const struct sl_plan *plan, const struct sl_route *old, int64_t now_us)
{
	struct place place = find_place(old, plan, phone->stage);
	struct place running = find_place(old, plan, phone->running);

	move_files(engine->store, &phone->mac, old, plan);
	if (!place.kept) {
		enum sl_reason reason =
		    old == NULL ? SL_REASON_PLACED : SL_REASON_REPLACED;

		start_over(phone, place.stage);
		phone->reason = (uint16_t)reason;
		note_place(engine, phone, plan, reason, now_us);
		return;
	}
	phone->stage = place.stage;
	phone->running = running.kept ? running.stage : SL_STAGE_NONE;
	if (!go_on(phone, plan))
		return;
	phone->reason = SL_REASON_RUNS_STAGE;
	note_place(engine, phone, plan, SL_REASON_RUNS_STAGE, now_us);
}

static void
leave_plan(struct sl_engine *engine, struct sl_phone *phone, int64_t now_us)
{
	phone->due_us = 0;
	if (phone->plan == SL_PLAN_NONE)
		return;
	phone->plan = SL_PLAN_NONE;
	phone->reason = SL_REASON_NO_PLAN;
	note_place(engine, phone, NULL, SL_REASON_REPLACED, now_us);
}

static void
replace_phone(struct change *change, struct sl_phone *phone,
    const struct sl_route *old, int64_t now_us)
{
	struct sl_engine *engine = change->engine;
	const struct sl_plan *plan = choose_plan(change->config, phone);
	int64_t was_due_us = phone->due_us;

	if (plan == NULL) {
		leave_plan(engine, phone, now_us);
	} else {
		phone->plan = change->ids[plan - change->config->plans];
		place_in(engine, phone, plan, old, now_us);
	}
	sl_store_move_due(engine->store, phone, was_due_us);
	sl_engine_keep_turn(
	    engine, phone, change->config, change->was_limited, now_us);
	sl_store_put_phone(engine->store, phone);
}

/* Must run while the old rows are still in the store. */
static void
replace_phones(struct change *change, int64_t now_us)
{
	struct sl_store *store = change->engine->store;
	uint8_t row[SL_ROUTE_BYTES_MAX];
	struct sl_phone phone;
	struct sl_mac mac, *after = NULL;
	enum sl_rc rc;

	while ((rc = sl_store_next_phone(store, after, &phone)) != SL_NONE &&
	       rc != SL_IO) {
		struct sl_route route, *old = NULL;
		size_t length;

		mac = phone.mac;
		after = &mac;
		if (rc != SL_OK)
			continue; /* damaged: left alone */
		if (phone.plan != SL_PLAN_NONE &&
		    sl_store_plan(store, phone.plan, row, &length) == SL_OK &&
		    sl_route_decode(row, length, &route) == SL_OK)
			old = &route;
		replace_phone(change, &phone, old, now_us);
	}
}

static bool
row_differs(
    struct sl_store *store, uint16_t id, const uint8_t *row, size_t length)
{
	uint8_t old[SL_ROUTE_BYTES_MAX];
	size_t old_length;

	return sl_store_plan(store, id, old, &old_length) != SL_OK ||
	       old_length != length || memcmp(old, row, length) != 0;
}

/* Writes the rows that changed and removes those nobody names any more. */
static enum sl_rc
write_rows(
    struct change *change, const bool taken[SL_PLANS_MAX], struct sl_err *err)
{
	struct sl_store *store = change->engine->store;
	bool used[SL_PLANS_MAX] = { false };

	for (size_t i = 0; i < change->config->plan_count; i++) {
		uint8_t row[SL_ROUTE_BYTES_MAX];
		size_t length;

		used[change->ids[i]] = true;
		if (sl_route_encode(&change->config->plans[i], row, sizeof(row),
		        &length) != SL_OK)
			return sl_fail(err, SL_INVALID,
			    "plans[%zu]: too large to be stored", i);
		if (!row_differs(store, change->ids[i], row, length))
			continue;
		sl_store_put_plan(store, change->ids[i], row, length);
	}
	for (uint16_t id = 0; id < SL_PLANS_MAX; id++)
		if (taken[id] && !used[id])
			sl_store_drop_plan(store, id);
	return SL_OK;
}

static enum sl_rc
write_change(struct change *change, int64_t now_us, struct sl_err *err)
{
	bool taken[SL_PLANS_MAX] = { false };
	uint64_t limit;
	enum sl_rc rc;

	change->was_limited = sl_store_meta(change->engine->store,
	                          SL_META_LIMIT, &limit) == SL_OK &&
	                      limit != 0;
	keep_ids(change, taken);
	rc = give_ids(change, taken, err);
	if (rc != SL_OK)
		return rc;
	/* Even with the same plans: which phones they are for may differ. */
	replace_phones(change, now_us);
	sl_engine_new_limit(change->engine, change->config, now_us);
	return write_rows(change, taken, err);
}

static enum sl_rc
commit_change(struct change *change, struct sl_err *err)
{
	struct sl_engine *engine = change->engine;
	struct sl_store *store = engine->store;
	enum sl_rc rc = sl_store_begin(store, err);

	if (rc != SL_OK)
		return rc;
	rc = write_change(change, engine->now_us, err);
	if (rc == SL_OK)
		return sl_store_commit(store, err);
	sl_store_abort(store);
	return rc;
}

static enum sl_rc
make_change(
    struct change *change, const char *text, size_t length, struct sl_err *err)
{
	size_t count;
	enum sl_rc rc;

	change->config = sl_config_parse(text, length, &rc, err);
	if (change->config == NULL)
		return rc;
	count = change->config->plan_count;
	change->ids = malloc((count + 1) * sizeof(*change->ids));
	if (change->ids == NULL)
		return sl_fail(err, SL_NOMEM, "no memory");
	for (size_t i = 0; i < count; i++)
		change->ids[i] = SL_PLAN_NONE;
	return commit_change(change, err);
}

static void
use_root(struct sl_engine *engine)
{
	const char *root = engine->options.tftp_root;

	if (root == NULL)
		root = engine->config->tftp_root;
	sl_tree_free(engine->tree);
	engine->tree = root[0] != '\0' ? sl_tree_new(root, 0) : NULL;
	memset(engine->manifest, 0, sizeof(engine->manifest));
}

static enum sl_rc
take(struct sl_engine *engine, char *text, size_t length, struct sl_err *err)
{
	struct change change = { .engine = engine };
	enum sl_rc rc = make_change(&change, text, length, err);

	if (rc != SL_OK) {
		sl_config_free(change.config);
		free(change.ids);
		free(text);
		return rc;
	}
	sl_engine_config_free(engine);
	engine->config = change.config;
	engine->plan_ids = change.ids;
	engine->config_text = text;
	use_root(engine);
	/* Turns may end sooner now: look at once. */
	engine->next_turn_us = engine->config->max_active != 0 ? 1 : 0;
	sl_engine_log(engine, SL_LOG_INFO, "configuration taken: %zu plan(s)",
	    engine->config->plan_count);
	return SL_OK;
}

enum sl_rc
sl_engine_configure(struct sl_engine *engine, struct sl_err *err)
{
	struct sl_err why;
	char *text = NULL;
	size_t length = 0;
	enum sl_rc rc =
	    sl_state_published(engine->options.state, &text, &length, &why);

	if (rc == SL_NONE)
		return SL_OK;
	if (rc == SL_OK && engine->config_text != NULL &&
	    strcmp(engine->config_text, text) == 0) {
		free(text);
		return SL_OK;
	}
	if (rc == SL_OK)
		rc = take(engine, text, length, &why);
	/* What is wrong with a configuration stops nothing: the old one stays.
	 */
	if (rc == SL_SHAPE || rc == SL_INVALID || rc == SL_IO) {
		if (strcmp(engine->refused, why.text) != 0)
			sl_engine_log(engine, SL_LOG_ERROR,
			    "configuration not taken: %s", why.text);
		sl_copy(engine->refused, sizeof(engine->refused), why.text);
		return SL_OK;
	}
	engine->refused[0] = '\0';
	if (rc != SL_OK && err != NULL)
		*err = why;
	return rc;
}
