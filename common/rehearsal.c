/* SPDX-License-Identifier: BSD-2-Clause */
/* rehearsal.c: an engine whose transactions are never committed. */
#include "rehearsal.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine_impl.h"
#include "state.h"
#include "store_impl.h"

struct sl_rehearsal {
	struct sl_engine *engine;
	char dir[PATH_MAX];
	char complaint[512]; /* the engine's last */
};

static void
keep_complaint(void *ctx, enum sl_log_level level, const char *line)
{
	struct sl_rehearsal *rehearsal = ctx;

	if (level != SL_LOG_INFO)
		sl_copy(
		    rehearsal->complaint, sizeof(rehearsal->complaint), line);
}

static enum sl_rc
make_directory(struct sl_rehearsal *rehearsal, struct sl_err *err)
{
	const char *parent = getenv("TMPDIR");
	int length;

	if (parent == NULL || *parent == '\0')
		parent = "/tmp";
	length = snprintf(rehearsal->dir, sizeof(rehearsal->dir),
	    "%s/stageload-replay-XXXXXX", parent);
	if (length < 0 || (size_t)length >= sizeof(rehearsal->dir) ||
	    mkdtemp(rehearsal->dir) == NULL) {
		rehearsal->dir[0] = '\0';
		return sl_fail(err, SL_IO,
		    "%s: no directory can be made there for the replay: %s",
		    parent, strerror(errno));
	}
	return SL_OK;
}

/* The files live on for us, who have them open. */
static void
remove_directory(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL)
		(void)unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	(void)rmdir(path);
}

static enum sl_rc
open_engine(struct sl_rehearsal *rehearsal, const char *config,
    const char *root, int64_t now_us, struct sl_err *err)
{
	struct sl_engine_options options = { .state = rehearsal->dir,
		.tftp_root = root,
		.log = keep_complaint,
		.ctx = rehearsal };
	enum sl_rc rc;

	rc = sl_state_publish(rehearsal->dir, config, strlen(config), err);
	if (rc != SL_OK)
		return rc;
	rehearsal->engine = sl_engine_open(&options, now_us, &rc, err);
	if (rehearsal->engine == NULL)
		return rc;
	/* The engine goes on without a configuration; a replay can not. */
	if (rehearsal->engine->config == NULL)
		return sl_fail(err, SL_INVALID, "%s", rehearsal->complaint);
	return SL_OK;
}

struct sl_rehearsal *
sl_rehearsal_open(const char *config, const char *root, int64_t now_us,
    enum sl_rc *rc, struct sl_err *err)
{
	struct sl_rehearsal *rehearsal = calloc(1, sizeof(*rehearsal));

	if (rehearsal == NULL) {
		*rc = sl_fail(err, SL_NOMEM, "no memory");
		return NULL;
	}
	*rc = make_directory(rehearsal, err);
	if (*rc == SL_OK) {
		*rc = open_engine(rehearsal, config, root, now_us, err);
		remove_directory(rehearsal->dir);
	}
	if (*rc == SL_OK)
		return rehearsal;
	sl_rehearsal_close(rehearsal);
	return NULL;
}

void
sl_rehearsal_close(struct sl_rehearsal *rehearsal)
{
	if (rehearsal == NULL)
		return;
	sl_engine_close(rehearsal->engine);
	free(rehearsal);
}

const struct sl_config *
sl_rehearsal_config(const struct sl_rehearsal *rehearsal)
{
	return rehearsal->engine->config;
}

struct sl_tree *
sl_rehearsal_tree(const struct sl_rehearsal *rehearsal)
{
	return rehearsal->engine->tree;
}

enum sl_rc
sl_rehearsal_begin(struct sl_rehearsal *rehearsal, struct sl_err *err)
{
	sl_store_abort(rehearsal->engine->store);
	return sl_store_begin(rehearsal->engine->store, err);
}

void
sl_rehearsal_apply(struct sl_rehearsal *rehearsal, const struct sl_event *event)
{
	sl_engine_apply(rehearsal->engine, event);
}

enum sl_rc
sl_rehearsal_phone(struct sl_rehearsal *rehearsal, const struct sl_mac *mac,
    struct sl_phone *phone)
{
	return sl_store_phone(rehearsal->engine->store, mac, phone);
}

void
sl_rehearsal_fire(struct sl_rehearsal *rehearsal, const struct sl_phone *phone)
{
	if (phone->due_us != 0)
		sl_engine_fire(rehearsal->engine, phone->due_us);
}

void
sl_rehearsal_drop(struct sl_rehearsal *rehearsal, const struct sl_phone *phone)
{
	struct sl_phone calm = *phone;

	calm.due_us = 0;
	sl_store_move_due(rehearsal->engine->store, &calm, phone->due_us);
	sl_store_put_phone(rehearsal->engine->store, &calm);
}

enum sl_rc
sl_rehearsal_check(struct sl_rehearsal *rehearsal, struct sl_err *err)
{
	int failed = rehearsal->engine->store->failed;

	if (failed == 0)
		return SL_OK;
	return sl_fail(err, SL_IO, "the replay's own state: %s",
	    failed > 0 ? strerror(failed) : mdb_strerror(failed));
}
