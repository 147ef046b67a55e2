/* SPDX-License-Identifier: BSD-2-Clause */
/* view.c: one read transaction on the state, and walks through it. */
#include "view.h"

#include <stdlib.h>
#include <string.h>

#include "base.h"

struct sl_view {
	struct sl_base *base;
	MDB_txn *txn;
	MDB_cursor *phones;
};

static enum sl_rc
begin(struct sl_view *view, struct sl_err *err)
{
	int rc = mdb_txn_begin(view->base->env, NULL, MDB_RDONLY, &view->txn);

	if (rc != 0)
		view->txn = NULL;
	else
		rc = mdb_cursor_open(view->txn,
		    view->base->table[SL_TABLE_PHONE], &view->phones);
	if (rc == 0)
		return SL_OK;
	view->phones = NULL;
	return sl_fail(
	    err, SL_IO, "%s: %s", view->base->path, mdb_strerror(rc));
}

struct sl_view *
sl_view_open(const char *dir, enum sl_rc *rc, struct sl_err *err)
{
	struct sl_view *view = calloc(1, sizeof(*view));

	if (view == NULL) {
		*rc = sl_fail(err, SL_NOMEM, "no memory");
		return NULL;
	}
	view->base = sl_base_open(dir, rc, err);
	if (view->base != NULL)
		*rc = begin(view, err);
	if (*rc == SL_OK)
		return view;
	sl_view_close(view);
	return NULL;
}

void
sl_view_close(struct sl_view *view)
{
	if (view == NULL)
		return;
	if (view->phones != NULL)
		mdb_cursor_close(view->phones);
	if (view->txn != NULL)
		mdb_txn_abort(view->txn);
	sl_base_close(view->base);
	free(view);
}

static void
add_route(struct sl_view *view, struct sl_answer *answer)
{
	size_t length;

	answer->planned = false;
	if (answer->phone.plan == SL_PLAN_NONE ||
	    sl_base_route(view->base, view->txn, answer->phone.plan,
	        answer->route_bytes, &length) != SL_OK ||
	    sl_route_decode(answer->route_bytes, length, &answer->route) !=
	        SL_OK)
		return;
	answer->planned = answer->phone.stage < answer->route.stage_count;
}

/* Moves the cursor to the first key above *after. */
static int
seek(struct sl_view *view, const struct sl_mac *after, MDB_val *k, MDB_val *v)
{
	int rc;

	if (after == NULL)
		return mdb_cursor_get(view->phones, k, v, MDB_FIRST);
	k->mv_size = sizeof(after->octet);
	k->mv_data = (void *)after->octet;
	rc = mdb_cursor_get(view->phones, k, v, MDB_SET_RANGE);
	if (rc == 0 && k->mv_size == sizeof(after->octet) &&
	    memcmp(k->mv_data, after->octet, sizeof(after->octet)) == 0)
		rc = mdb_cursor_get(view->phones, k, v, MDB_NEXT);
	return rc;
}

enum sl_rc
sl_view_next(struct sl_view *view, const struct sl_mac *after,
    struct sl_answer *answer, uint64_t *damaged)
{
	struct sl_phone *phone = &answer->phone;
	MDB_val k, v;
	int rc;

	if (!sl_base_is_whole(view->base))
		return SL_IO;
	rc = seek(view, after, &k, &v);
	while (rc == 0) {
		if (k.mv_size == sizeof(phone->mac.octet) &&
		    sl_phone_decode(v.mv_data, v.mv_size, phone) == SL_OK) {
			memcpy(phone->mac.octet, k.mv_data, k.mv_size);
			add_route(view, answer);
			return SL_OK;
		}
		if (damaged != NULL)
			++*damaged;
		rc = mdb_cursor_get(view->phones, &k, &v, MDB_NEXT);
	}
	return rc == MDB_NOTFOUND ? SL_NONE : SL_IO;
}

enum sl_rc
sl_view_phone(
    struct sl_view *view, const struct sl_mac *mac, struct sl_answer *answer)
{
	enum sl_rc rc;

	if (!sl_base_is_whole(view->base))
		return SL_IO;
	rc = sl_base_phone(view->base, view->txn, mac, &answer->phone);
	answer->planned = false;
	if (rc == SL_OK)
		add_route(view, answer);
	return rc;
}

enum sl_rc
sl_view_owner(struct sl_view *view, uint32_t addr, struct sl_mac *mac)
{
	if (!sl_base_is_whole(view->base))
		return SL_IO;
	return sl_base_owner(view->base, view->txn, addr, mac);
}

/* Calls `each` for the keys of one phone until it returns false. */
static void
walk(struct sl_view *view, enum sl_table table, const struct sl_mac *mac,
    bool (*each)(void *, const MDB_val *, const MDB_val *), void *ctx)
{
	size_t length = sizeof(mac->octet);
	MDB_val k = { length, (void *)mac->octet }, v;
	MDB_cursor *cursor;
	int rc;

	if (!sl_base_is_whole(view->base) ||
	    mdb_cursor_open(view->txn, view->base->table[table], &cursor) != 0)
		return;
	rc = mdb_cursor_get(cursor, &k, &v, MDB_SET_RANGE);
	while (rc == 0 && k.mv_size >= length &&
	       memcmp(k.mv_data, mac->octet, length) == 0 && each(ctx, &k, &v))
		rc = mdb_cursor_get(cursor, &k, &v, MDB_NEXT);
	mdb_cursor_close(cursor);
}

struct file_walk {
	bool (*each)(void *, const struct sl_file *);
	void *ctx;
};

static bool
give_file(void *ctx, const MDB_val *key, const MDB_val *value)
{
	struct file_walk *files = ctx;
	const uint8_t *k = key->mv_data;
	struct sl_file file = { 0 };

	if (key->mv_size < 7 || key->mv_size > SL_FILE_KEY_MAX ||
	    sl_file_decode(value->mv_data, value->mv_size, &file) != SL_OK)
		return true;
	file.stage = k[6];
	memcpy(file.name, k + 7, key->mv_size - 7);
	return files->each(files->ctx, &file);
}

void
sl_view_files(struct sl_view *view, const struct sl_mac *mac,
    bool (*each)(void *, const struct sl_file *), void *ctx)
{
	struct file_walk files = { each, ctx };

	walk(view, SL_TABLE_FILE, mac, give_file, &files);
}

struct line_walk {
	bool (*each)(void *, const struct sl_line *);
	void *ctx;
};

static bool
give_line(void *ctx, const MDB_val *key, const MDB_val *value)
{
	struct line_walk *lines = ctx;
	const uint8_t *k = key->mv_data;
	struct sl_line line = { 0 };

	if (key->mv_size != SL_HISTORY_KEY ||
	    sl_line_decode(value->mv_data, value->mv_size, &line) != SL_OK)
		return true;
	line.seq = (uint32_t)k[6] << 24 | (uint32_t)k[7] << 16 |
	           (uint32_t)k[8] << 8 | k[9];
	return lines->each(lines->ctx, &line);
}

void
sl_view_history(struct sl_view *view, const struct sl_mac *mac,
    bool (*each)(void *, const struct sl_line *), void *ctx)
{
	struct line_walk lines = { each, ctx };

	walk(view, SL_TABLE_HISTORY, mac, give_line, &lines);
}
