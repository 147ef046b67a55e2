/* SPDX-License-Identifier: BSD-2-Clause */
/* The writer's tables: phones, addresses, files, history, plans, timers. */
#include "store_impl.h"

#include <string.h>

static void
fail(struct sl_store *store, int rc)
{
	if (rc != 0 && store->failed == 0)
		store->failed = rc;
}

static void
put(struct sl_store *store, enum sl_table table, const void *key,
    size_t key_length, const void *data, size_t length)
{
	MDB_val k = { key_length, (void *)key };
	MDB_val v = { length, (void *)data };

	fail(store, mdb_put(store->txn, store->base.table[table], &k, &v, 0));
}

static void
drop(struct sl_store *store, enum sl_table table, const void *key,
    size_t key_length)
{
	MDB_val k = { key_length, (void *)key };
	int rc = mdb_del(store->txn, store->base.table[table], &k, NULL);

	fail(store, rc == MDB_NOTFOUND ? 0 : rc);
}

/* Calls `each` for all keys with the prefix; it may delete at the cursor. */
static void
each_with_prefix(struct sl_store *store, enum sl_table table,
    const void *prefix, size_t length,
    void (*each)(void *, MDB_cursor *, const MDB_val *, const MDB_val *),
    void *ctx)
{
	MDB_cursor *cursor;
	MDB_val k = { length, (void *)prefix }, v;
	int rc = mdb_cursor_open(store->txn, store->base.table[table], &cursor);

	if (rc != 0) {
		fail(store, rc);
		return;
	}
	rc = mdb_cursor_get(cursor, &k, &v, MDB_SET_RANGE);
	while (rc == 0 && k.mv_size >= length &&
	       memcmp(k.mv_data, prefix, length) == 0) {
		each(ctx, cursor, &k, &v);
		rc = mdb_cursor_get(cursor, &k, &v, MDB_NEXT);
	}
	fail(store, rc == MDB_NOTFOUND ? 0 : rc);
	mdb_cursor_close(cursor);
}

static void
delete_here(
    void *ctx, MDB_cursor *cursor, const MDB_val *key, const MDB_val *value)
{
	(void)key;
	(void)value;
	fail(ctx, mdb_cursor_del(cursor, 0));
}

static void
drop_prefix(struct sl_store *store, enum sl_table table, const void *prefix,
    size_t length)
{
	each_with_prefix(store, table, prefix, length, delete_here, store);
}

enum sl_rc
sl_store_phone(
    struct sl_store *store, const struct sl_mac *mac, struct sl_phone *phone)
{
	return sl_base_phone(&store->base, store->txn, mac, phone);
}

void
sl_store_put_phone(struct sl_store *store, const struct sl_phone *phone)
{
	uint8_t data[SL_PHONE_BYTES_MAX];
	size_t length;

	if (sl_phone_encode(phone, data, sizeof(data), &length) != SL_OK) {
		fail(store, MDB_BAD_VALSIZE);
		return;
	}
	put(store, SL_TABLE_PHONE, phone->mac.octet, 6, data, length);
}

void
sl_store_forget(struct sl_store *store, const struct sl_phone *phone)
{
	struct sl_mac owner;

	if (phone->addr != 0 &&
	    sl_store_owner(store, phone->addr, &owner) == SL_OK &&
	    sl_mac_equal(&owner, &phone->mac))
		sl_store_unbind(store, phone->addr);
	if (phone->due_us != 0)
		sl_store_drop_due(store, phone->due_us, &phone->mac);
	if (phone->turn_us != 0)
		sl_store_unmark(
		    store, SL_TABLE_TURN, phone->turn_us, &phone->mac);
	if (phone->waiting_us != 0)
		sl_store_unmark(
		    store, SL_TABLE_QUEUE, phone->waiting_us, &phone->mac);
	drop_prefix(store, SL_TABLE_FILE, phone->mac.octet, 6);
	drop_prefix(store, SL_TABLE_HISTORY, phone->mac.octet, 6);
	drop(store, SL_TABLE_PHONE, phone->mac.octet, 6);
}

enum sl_rc
sl_store_next_phone(
    struct sl_store *store, const struct sl_mac *after, struct sl_phone *phone)
{
	MDB_cursor *cursor;
	MDB_val k, v;
	int rc = mdb_cursor_open(
	    store->txn, store->base.table[SL_TABLE_PHONE], &cursor);

	if (rc != 0)
		return SL_IO;
	k.mv_size = 6;
	k.mv_data = after == NULL ? NULL : (void *)after->octet;
	rc = mdb_cursor_get(
	    cursor, &k, &v, after == NULL ? MDB_FIRST : MDB_SET_RANGE);
	if (rc == 0 && after != NULL && k.mv_size == 6 &&
	    memcmp(k.mv_data, after->octet, 6) == 0)
		rc = mdb_cursor_get(cursor, &k, &v, MDB_NEXT);
	mdb_cursor_close(cursor);
	if (rc != 0)
		return rc == MDB_NOTFOUND ? SL_NONE : SL_IO;
	memcpy(phone->mac.octet, k.mv_data, 6);
	return sl_phone_decode(v.mv_data, v.mv_size, phone);
}

enum sl_rc
sl_store_owner(struct sl_store *store, uint32_t addr, struct sl_mac *mac)
{
	return sl_base_owner(&store->base, store->txn, addr, mac);
}

void
sl_store_bind(struct sl_store *store, uint32_t addr, const struct sl_mac *mac)
{
	uint8_t key[SL_ADDR_KEY];

	sl_key_addr(addr, key);
	put(store, SL_TABLE_ADDR, key, sizeof(key), mac->octet, 6);
}

void
sl_store_unbind(struct sl_store *store, uint32_t addr)
{
	uint8_t key[SL_ADDR_KEY];

	sl_key_addr(addr, key);
	drop(store, SL_TABLE_ADDR, key, sizeof(key));
}

enum sl_rc
sl_store_file(struct sl_store *store, const struct sl_mac *mac, uint8_t stage,
    const char *name, struct sl_file *file)
{
	uint8_t key[SL_FILE_KEY_MAX];
	MDB_val k = { sl_key_file(mac, stage, name, key), key }, v;
	int rc = mdb_get(store->txn, store->base.table[SL_TABLE_FILE], &k, &v);

	if (rc != 0)
		return rc == MDB_NOTFOUND ? SL_NONE : SL_IO;
	file->stage = stage;
	sl_copy(file->name, sizeof(file->name), name);
	return sl_file_decode(v.mv_data, v.mv_size, file);
}

void
sl_store_put_file(struct sl_store *store, const struct sl_mac *mac,
    const struct sl_file *file)
{
	uint8_t key[SL_FILE_KEY_MAX], data[SL_FILE_BYTES_MAX];
	size_t key_length = sl_key_file(mac, file->stage, file->name, key);
	size_t length;

	if (sl_file_encode(file, data, sizeof(data), &length) == SL_OK)
		put(store, SL_TABLE_FILE, key, key_length, data, length);
	else
		fail(store, MDB_BAD_VALSIZE);
}

struct file_walk {
	void (*each)(void *, const struct sl_file *);
	void *ctx;
};

static void
decode_file(
    void *ctx, MDB_cursor *cursor, const MDB_val *key, const MDB_val *value)
{
	struct file_walk *walk = ctx;
	const uint8_t *k = key->mv_data;
	struct sl_file file = { 0 };

	(void)cursor;
	if (key->mv_size < 7 || key->mv_size > SL_FILE_KEY_MAX ||
	    sl_file_decode(value->mv_data, value->mv_size, &file) != SL_OK)
		return;
	file.stage = k[6];
	memcpy(file.name, k + 7, key->mv_size - 7);
	walk->each(walk->ctx, &file);
}

static size_t
file_prefix(const struct sl_mac *mac, uint8_t stage, uint8_t out[7])
{
	memcpy(out, mac->octet, 6);
	out[6] = stage;
	return stage == SL_STAGE_NONE ? 6 : 7;
}

void
sl_store_each_file(struct sl_store *store, const struct sl_mac *mac,
    uint8_t stage, void (*each)(void *, const struct sl_file *), void *ctx)
{
	struct file_walk walk = { each, ctx };
	uint8_t prefix[7];
	size_t length = file_prefix(mac, stage, prefix);

	each_with_prefix(
	    store, SL_TABLE_FILE, prefix, length, decode_file, &walk);
}

void
sl_store_drop_file(struct sl_store *store, const struct sl_mac *mac,
    const struct sl_file *file)
{
	uint8_t key[SL_FILE_KEY_MAX];

	drop(store, SL_TABLE_FILE, key,
	    sl_key_file(mac, file->stage, file->name, key));
}

void
sl_store_drop_files(
    struct sl_store *store, const struct sl_mac *mac, uint8_t stage)
{
	uint8_t prefix[7];
	size_t length = file_prefix(mac, stage, prefix);

	drop_prefix(store, SL_TABLE_FILE, prefix, length);
}

void
sl_store_add_line(
    struct sl_store *store, struct sl_phone *phone, const struct sl_line *line)
{
	uint8_t key[SL_HISTORY_KEY], data[SL_LINE_BYTES_MAX];
	size_t length;

	if (sl_line_encode(line, data, sizeof(data), &length) != SL_OK) {
		fail(store, MDB_BAD_VALSIZE);
		return;
	}
	phone->history_seq++;
	sl_key_history(&phone->mac, phone->history_seq, key);
	put(store, SL_TABLE_HISTORY, key, sizeof(key), data, length);
	if (phone->history_seq <= SL_HISTORY_KEPT)
		return;
	sl_key_history(&phone->mac, phone->history_seq - SL_HISTORY_KEPT, key);
	drop(store, SL_TABLE_HISTORY, key, sizeof(key));
}

enum sl_rc
sl_store_plan(struct sl_store *store, uint16_t id,
    uint8_t out[SL_ROUTE_BYTES_MAX], size_t *length)
{
	return sl_base_route(&store->base, store->txn, id, out, length);
}

void
sl_store_put_plan(
    struct sl_store *store, uint16_t id, const uint8_t *row, size_t length)
{
	uint8_t key[SL_PLAN_KEY];

	sl_key_plan(id, key);
	put(store, SL_TABLE_PLAN, key, sizeof(key), row, length);
}

void
sl_store_drop_plan(struct sl_store *store, uint16_t id)
{
	uint8_t key[SL_PLAN_KEY];

	sl_key_plan(id, key);
	drop(store, SL_TABLE_PLAN, key, sizeof(key));
}

void
sl_store_mark(struct sl_store *store, enum sl_table table, int64_t at_us,
    const struct sl_mac *mac)
{
	uint8_t key[SL_DUE_KEY];

	sl_key_due(at_us, mac, key);
	put(store, table, key, sizeof(key), "", 0);
}

void
sl_store_unmark(struct sl_store *store, enum sl_table table, int64_t at_us,
    const struct sl_mac *mac)
{
	uint8_t key[SL_DUE_KEY];

	sl_key_due(at_us, mac, key);
	drop(store, table, key, sizeof(key));
}

static enum sl_rc
mark_at(struct sl_store *store, enum sl_table table, MDB_cursor_op end,
    int64_t *at_us, struct sl_mac *mac)
{
	MDB_cursor *cursor;
	MDB_val k, v;
	uint64_t at = 0;
	int rc = mdb_cursor_open(store->txn, store->base.table[table], &cursor);

	if (rc != 0)
		return SL_IO;
	rc = mdb_cursor_get(cursor, &k, &v, end);
	mdb_cursor_close(cursor);
	if (rc != 0 || k.mv_size != SL_DUE_KEY)
		return rc == MDB_NOTFOUND ? SL_NONE : SL_IO;
	for (size_t i = 0; i < 8; i++)
		at = at << 8 | ((const uint8_t *)k.mv_data)[i];
	*at_us = (int64_t)at;
	memcpy(mac->octet, (const uint8_t *)k.mv_data + 8, 6);
	return SL_OK;
}

enum sl_rc
sl_store_first_mark(struct sl_store *store, enum sl_table table, int64_t *at_us,
    struct sl_mac *mac)
{
	return mark_at(store, table, MDB_FIRST, at_us, mac);
}

enum sl_rc
sl_store_last_mark(struct sl_store *store, enum sl_table table, int64_t *at_us,
    struct sl_mac *mac)
{
	return mark_at(store, table, MDB_LAST, at_us, mac);
}

size_t
sl_store_marks(struct sl_store *store, enum sl_table table)
{
	MDB_stat counts;
	int rc = mdb_stat(store->txn, store->base.table[table], &counts);

	fail(store, rc);
	return rc == 0 ? counts.ms_entries : 0;
}

void
sl_store_drop_due(
    struct sl_store *store, int64_t due_us, const struct sl_mac *mac)
{
	sl_store_unmark(store, SL_TABLE_DUE, due_us, mac);
}

void
sl_store_move_due(
    struct sl_store *store, const struct sl_phone *phone, int64_t was)
{
	if (was == phone->due_us)
		return;
	if (was != 0)
		sl_store_drop_due(store, was, &phone->mac);
	if (phone->due_us != 0)
		sl_store_mark(store, SL_TABLE_DUE, phone->due_us, &phone->mac);
}

enum sl_rc
sl_store_first_due(struct sl_store *store, int64_t *due_us, struct sl_mac *mac)
{
	return sl_store_first_mark(store, SL_TABLE_DUE, due_us, mac);
}

enum sl_rc
sl_store_last_due(struct sl_store *store, int64_t *due_us, struct sl_mac *mac)
{
	return sl_store_last_mark(store, SL_TABLE_DUE, due_us, mac);
}

enum sl_rc
sl_store_meta(struct sl_store *store, const char *name, uint64_t *value)
{
	return sl_base_meta(&store->base, store->txn, name, value);
}

void
sl_store_put_meta(struct sl_store *store, const char *name, uint64_t value)
{
	put(store, SL_TABLE_META, name, strlen(name), &value, sizeof(value));
}
