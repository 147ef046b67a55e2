/* SPDX-License-Identifier: BSD-2-Clause */
/* state.mdb opened for reading: checks before the map is touched, look-ups. */
#include "base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "state.h"

const char *const sl_table_names[SL_TABLES] = { "phone", "addr", "file",
	"history", "plan", "due", "meta", "turn", "queue" };

static void
put_big_endian(uint8_t *out, uint64_t value, size_t length)
{
	for (size_t i = 0; i < length; i++)
		out[i] = (uint8_t)(value >> (8 * (length - 1 - i)));
}

void
sl_key_addr(uint32_t addr, uint8_t out[SL_ADDR_KEY])
{
	put_big_endian(out, addr, 4);
}

void
sl_key_plan(uint16_t id, uint8_t out[SL_PLAN_KEY])
{
	put_big_endian(out, id, 2);
}

size_t
sl_key_file(const struct sl_mac *mac, uint8_t stage, const char *name,
    uint8_t out[SL_FILE_KEY_MAX])
{
	size_t length = strnlen(name, SL_LOAD_MAX);

	memcpy(out, mac->octet, 6);
	out[6] = stage;
	memcpy(out + 7, name, length);
	return 7 + length;
}

void
sl_key_history(
    const struct sl_mac *mac, uint32_t seq, uint8_t out[SL_HISTORY_KEY])
{
	memcpy(out, mac->octet, 6);
	put_big_endian(out + 6, seq, 4);
}

void
sl_key_due(int64_t due_us, const struct sl_mac *mac, uint8_t out[SL_DUE_KEY])
{
	put_big_endian(out, (uint64_t)due_us, 8);
	memcpy(out + 8, mac->octet, 6);
}

static enum sl_rc
get(const struct sl_base *base, MDB_txn *txn, enum sl_table table,
    const void *key, size_t key_length, MDB_val *value)
{
	MDB_val k = { key_length, (void *)key };
	int rc = mdb_get(txn, base->table[table], &k, value);

	if (rc == MDB_NOTFOUND)
		return SL_NONE;
	return rc == 0 ? SL_OK : SL_IO;
}

enum sl_rc
sl_base_phone(const struct sl_base *base, MDB_txn *txn,
    const struct sl_mac *mac, struct sl_phone *phone)
{
	MDB_val value;
	enum sl_rc rc = get(base, txn, SL_TABLE_PHONE, mac->octet, 6, &value);

	if (rc != SL_OK)
		return rc;
	phone->mac = *mac;
	return sl_phone_decode(value.mv_data, value.mv_size, phone);
}

enum sl_rc
sl_base_owner(
    const struct sl_base *base, MDB_txn *txn, uint32_t addr, struct sl_mac *mac)
{
	uint8_t key[SL_ADDR_KEY];
	MDB_val value;
	enum sl_rc rc;

	sl_key_addr(addr, key);
	rc = get(base, txn, SL_TABLE_ADDR, key, sizeof(key), &value);
	if (rc != SL_OK)
		return rc;
	if (value.mv_size != sizeof(mac->octet))
		return SL_INVALID;
	memcpy(mac->octet, value.mv_data, sizeof(mac->octet));
	return SL_OK;
}

enum sl_rc
sl_base_route(const struct sl_base *base, MDB_txn *txn, uint16_t id,
    uint8_t *out, size_t *length)
{
	uint8_t key[SL_PLAN_KEY];
	MDB_val value;
	enum sl_rc rc;

	sl_key_plan(id, key);
	rc = get(base, txn, SL_TABLE_PLAN, key, sizeof(key), &value);
	if (rc != SL_OK)
		return rc;
	if (value.mv_size > SL_ROUTE_BYTES_MAX)
		return SL_INVALID;
	memcpy(out, value.mv_data, value.mv_size);
	*length = value.mv_size;
	return SL_OK;
}

enum sl_rc
sl_base_meta(const struct sl_base *base, MDB_txn *txn, const char *name,
    uint64_t *number)
{
	MDB_val value;
	enum sl_rc rc =
	    get(base, txn, SL_TABLE_META, name, strlen(name), &value);

	if (rc != SL_OK)
		return rc;
	if (value.mv_size != sizeof(*number))
		return SL_INVALID;
	memcpy(number, value.mv_data, sizeof(*number));
	return SL_OK;
}

int
sl_base_mark_lock(struct sl_base *base)
{
	char lock[sizeof(base->path) + 8];

	snprintf(lock, sizeof(lock), "%s-lock", base->path);
	base->lock = open(lock, O_PATH | O_CLOEXEC | O_NOFOLLOW);
	return base->lock >= 0 && fstat(base->lock, &base->lock_status) == 0
	           ? 0
	           : errno;
}

/* Ending transactions writes into it, and it may have been cut. */
void
sl_base_mend_lock(struct sl_base *base)
{
	char lock[64];
	struct stat now;

	snprintf(lock, sizeof(lock), "/proc/self/fd/%d", base->lock);
	if (fstat(base->lock, &now) == 0 &&
	    now.st_size < base->lock_status.st_size &&
	    truncate(lock, base->lock_status.st_size) != 0)
		base->unmendable = true;
}

bool
sl_base_is_current(const struct sl_base *base)
{
	struct stat now;
	char lock[sizeof(base->path) + 8];

	snprintf(lock, sizeof(lock), "%s-lock", base->path);
	return stat(base->path, &now) == 0 &&
	       now.st_ino == base->status.st_ino &&
	       now.st_dev == base->status.st_dev && stat(lock, &now) == 0 &&
	       now.st_ino == base->lock_status.st_ino;
}

bool
sl_base_is_whole(const struct sl_base *base)
{
	struct stat now;
	MDB_envinfo info;
	uint64_t page = (uint64_t)base->status.st_blksize;
	uint64_t size;

	if (fstat(base->lock, &now) != 0 ||
	    now.st_size < base->lock_status.st_size ||
	    fstat(base->fd, &now) != 0)
		return false;
	size = (uint64_t)now.st_size;
	/* The two meta pages are mapped too: look at their length first. */
	if (size < 2 * page || mdb_env_info(base->env, &info) != 0)
		return false;
	return size >= ((uint64_t)info.me_last_pgno + 1) * page;
}

static enum sl_rc
open_tables(struct sl_base *base, struct sl_err *err)
{
	MDB_txn *txn;
	uint64_t schema = 0;
	int dead, rc = mdb_txn_begin(base->env, NULL, MDB_RDONLY, &txn);

	if (rc == MDB_READERS_FULL && mdb_reader_check(base->env, &dead) == 0)
		rc = mdb_txn_begin(base->env, NULL, MDB_RDONLY, &txn);
	if (rc != 0)
		return sl_fail(
		    err, SL_IO, "%s: %s", base->path, mdb_strerror(rc));
	for (size_t i = 0; rc == 0 && i < SL_TABLES; i++)
		rc = mdb_dbi_open(txn, sl_table_names[i], 0, &base->table[i]);
	if (rc == 0)
		(void)sl_base_meta(base, txn, SL_META_SCHEMA, &schema);
	if (rc == 0)
		rc = mdb_txn_commit(txn); /* keeps the handles */
	else
		mdb_txn_abort(txn);
	if (rc != 0 || schema == 0)
		return sl_fail(err, SL_NONE, "%s: not made yet", base->path);
	if (schema > SL_SCHEMA)
		return sl_fail(err, SL_VERSION,
		    "%s: written by a newer stageload (schema %llu, "
		    "this one knows %d)",
		    base->path, (unsigned long long)schema, SL_SCHEMA);
	return SL_OK;
}

/*
 * LMDB would create what is missing, and trusts what it finds: look first.
 */
static enum sl_rc
look(struct sl_base *base, const char *dir, struct sl_err *err)
{
	char lock[sizeof(base->path) + 8];

	snprintf(base->path, sizeof(base->path), "%s/%s", dir, SL_STATE_FILE);
	snprintf(lock, sizeof(lock), "%s/%s", dir, SL_STATE_LOCK);
	if (stat(base->path, &base->status) != 0)
		return errno == ENOENT ? sl_fail(err, SL_NONE,
		                             "%s: no such file", base->path)
		                       : sl_fail(err, SL_IO, "%s: %s",
		                             base->path, strerror(errno));
	base->status.st_blksize = sysconf(_SC_PAGESIZE);
	if (base->status.st_size < 2 * base->status.st_blksize)
		return sl_fail(err, SL_NONE, "%s: not made yet", base->path);
	if (access(lock, R_OK | W_OK) != 0)
		return sl_fail(err, SL_IO, "%s: %s", lock, strerror(errno));
	return SL_OK;
}

static enum sl_rc
open_environment(struct sl_base *base, struct sl_err *err)
{
	int rc = mdb_env_create(&base->env);

	if (rc == 0)
		rc = mdb_env_set_maxdbs(base->env, SL_TABLES);
	if (rc == 0)
		rc = mdb_env_set_mapsize(base->env, SL_MAP_BYTES);
	if (rc == 0)
		rc = mdb_env_open(base->env, base->path,
		    MDB_NOSUBDIR | MDB_RDONLY | MDB_NOTLS, 0660);
	if (rc == 0)
		rc = mdb_env_get_fd(base->env, &base->fd);
	if (rc == 0)
		rc = sl_base_mark_lock(base);
	if (rc != 0)
		return sl_fail(
		    err, SL_IO, "%s: %s", base->path, mdb_strerror(rc));
	if (!sl_base_is_whole(base))
		return sl_fail(err, SL_IO, "%s: cut short", base->path);
	return open_tables(base, err);
}

struct sl_base *
sl_base_open(const char *dir, enum sl_rc *rc, struct sl_err *err)
{
	struct sl_base *base = calloc(1, sizeof(*base));

	if (base == NULL) {
		*rc = sl_fail(err, SL_NOMEM, "no memory");
		return NULL;
	}
	base->lock = -1;
	*rc = look(base, dir, err);
	if (*rc == SL_OK)
		*rc = open_environment(base, err);
	if (*rc == SL_OK)
		return base;
	sl_base_close(base);
	return NULL;
}

void
sl_base_close(struct sl_base *base)
{
	if (base == NULL)
		return;
	sl_base_mend_lock(base);
	/* Rather a leak than SIGBUS in somebody else's process. */
	if (base->env != NULL && !base->unmendable)
		mdb_env_close(base->env);
	if (base->lock >= 0)
		close(base->lock);
	free(base);
}
