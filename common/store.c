/* SPDX-License-Identifier: BSD-2-Clause */
/* The writer's environment: creation, lock, transactions, growth. */
#include "store_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "state.h"

#define LOCK_FILE "engine.lock"
/*
 * The file is kept longer than its last page by this much.  LMDB may count
 * pages that it never wrote, and readers take a file that is shorter than its
 * count for one that was cut.
 */
#define SLACK_BYTES (4 * 1024 * 1024)
/* A line of the cache for each reader, and LMDB's header. */
#define LOCK_BYTES (64 * SL_READERS_MAX + 4096)

static enum sl_rc
say(struct sl_err *err, const struct sl_store *store, int mdb)
{
	return sl_fail(err, SL_IO, "%s: %s", store->base.path,
	    mdb > 0 ? strerror(mdb) : mdb_strerror(mdb));
}

static enum sl_rc
take_lock(struct sl_store *store, const char *dir, struct sl_err *err)
{
	char path[sizeof(store->base.path)];

	snprintf(path, sizeof(path), "%s/%s", dir, LOCK_FILE);
	store->lock =
	    open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
	if (store->lock < 0)
		return sl_fail(err, SL_IO, "%s: %s", path, strerror(errno));
	/* Whoever came first may have had a narrow umask. */
	(void)fchmod(store->lock, 0660);
	if (flock(store->lock, LOCK_EX | LOCK_NB) != 0)
		return sl_fail(err, SL_AGAIN,
		    "%s: another engine works in this directory", path);
	return SL_OK;
}

static int
grow(struct sl_store *store)
{
	MDB_envinfo info;
	struct stat now;
	off_t needed;

	if (mdb_env_info(store->base.env, &info) != 0 ||
	    fstat(store->base.fd, &now) != 0)
		return EIO;
	needed = (off_t)(info.me_last_pgno + 1) * store->base.status.st_blksize;
	if (now.st_size >= needed + SLACK_BYTES / 2)
		return 0;
	return ftruncate(store->base.fd, needed + SLACK_BYTES) == 0 ? 0 : errno;
}

static int
share(const struct sl_store *store, const char *dir)
{
	char lock[sizeof(store->base.path) + 8];

	snprintf(lock, sizeof(lock), "%s/%s", dir, SL_STATE_LOCK);
	/* Another user's files stay as they are: the package made them. */
	(void)chmod(store->base.path, 0660);
	(void)chmod(lock, 0660);
	return 0;
}

static int
make_tables(struct sl_store *store, uint64_t *schema)
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(store->base.env, NULL, 0, &txn);

	for (size_t i = 0; rc == 0 && i < SL_TABLES; i++)
		rc = mdb_dbi_open(
		    txn, sl_table_names[i], MDB_CREATE, &store->base.table[i]);
	if (rc != 0)
		return rc;
	store->txn = txn;
	if (sl_store_meta(store, SL_META_SCHEMA, schema) == SL_NONE) {
		*schema = SL_SCHEMA;
		sl_store_put_meta(store, SL_META_SCHEMA, SL_SCHEMA);
	}
	store->txn = NULL;
	return mdb_txn_commit(txn);
}

/* The disk was full when it was made: it never held a state. */
static void
remove_stillborn(const struct sl_store *store)
{
	struct stat found;

	if (stat(store->base.path, &found) == 0 && S_ISREG(found.st_mode) &&
	    found.st_size < 2 * sysconf(_SC_PAGESIZE))
		(void)unlink(store->base.path);
}

/*
 * LMDB maps its lock file sparse: on a full disk the first write into it would
 * be SIGBUS.
 */
static int
reserve_lock(const struct sl_store *store)
{
	char path[sizeof(store->base.path) + 8];
	int rc = 0, fd;

	snprintf(path, sizeof(path), "%s-lock", store->base.path);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
	if (fd < 0)
		return errno;
	if (fallocate(fd, 0, 0, LOCK_BYTES) != 0 && errno != EOPNOTSUPP)
		rc = errno;
	close(fd);
	return rc;
}

static enum sl_rc
open_environment(struct sl_store *store, const char *dir, struct sl_err *err)
{
	uint64_t schema = 0;
	int rc = mdb_env_create(&store->base.env);

	snprintf(store->base.path, sizeof(store->base.path), "%s/%s", dir,
	    SL_STATE_FILE);
	remove_stillborn(store);
	if (rc == 0)
		rc = reserve_lock(store);
	if (rc == 0)
		rc = mdb_env_set_maxdbs(store->base.env, SL_TABLES);
	if (rc == 0)
		rc = mdb_env_set_mapsize(store->base.env, SL_MAP_BYTES);
	if (rc == 0)
		rc = mdb_env_set_maxreaders(store->base.env, SL_READERS_MAX);
	if (rc == 0)
		rc = mdb_env_open(store->base.env, store->base.path,
		    MDB_NOSUBDIR | MDB_NOTLS, 0660);
	if (rc == 0)
		rc = mdb_env_get_fd(store->base.env, &store->base.fd);
	if (rc == 0)
		rc = sl_base_mark_lock(&store->base);
	if (rc == 0)
		rc =
		    fstat(store->base.fd, &store->base.status) == 0 ? 0 : errno;
	store->base.status.st_blksize = sysconf(_SC_PAGESIZE);
	/* Growing a file that was cut would put zeros where pages were. */
	if (rc == 0 && !sl_base_is_whole(&store->base))
		return sl_fail(err, SL_IO, "%s: cut short", store->base.path);
	if (rc == 0)
		rc = share(store, dir);
	if (rc == 0)
		rc = grow(store);
	if (rc == 0)
		rc = make_tables(store, &schema);
	if (rc == 0)
		rc = grow(store);
	if (rc != 0)
		return say(err, store, rc);
	if (schema > SL_SCHEMA)
		return sl_fail(err, SL_VERSION,
		    "%s: written by a newer stageload (schema %llu)",
		    store->base.path, (unsigned long long)schema);
	return SL_OK;
}

struct sl_store *
sl_store_open(const char *dir, enum sl_rc *rc, struct sl_err *err)
{
	struct sl_store *store = calloc(1, sizeof(*store));

	if (store == NULL) {
		*rc = sl_fail(err, SL_NOMEM, "no memory");
		return NULL;
	}
	store->lock = -1;
	store->base.lock = -1;
	*rc = take_lock(store, dir, err);
	if (*rc == SL_OK)
		*rc = open_environment(store, dir, err);
	if (*rc == SL_OK)
		return store;
	sl_store_close(store);
	return NULL;
}

void
sl_store_close(struct sl_store *store)
{
	if (store == NULL)
		return;
	sl_store_abort(store);
	sl_base_mend_lock(&store->base);
	if (store->base.env != NULL)
		mdb_env_close(store->base.env);
	if (store->base.lock >= 0)
		close(store->base.lock);
	if (store->lock >= 0)
		close(store->lock);
	free(store);
}

bool
sl_store_lost(const struct sl_store *store)
{
	return store->panicked || !sl_base_is_current(&store->base) ||
	       !sl_base_is_whole(&store->base);
}

enum sl_rc
sl_store_begin(struct sl_store *store, struct sl_err *err)
{
	int rc;

	if (!sl_base_is_whole(&store->base))
		return sl_fail(err, SL_IO, "%s: cut short", store->base.path);
	rc = mdb_txn_begin(store->base.env, NULL, 0, &store->txn);
	if (rc != 0) {
		store->txn = NULL;
		store->panicked = rc == MDB_PANIC;
		return say(err, store, rc);
	}
	store->failed = 0;
	return SL_OK;
}

enum sl_rc
sl_store_commit(struct sl_store *store, struct sl_err *err)
{
	MDB_txn *txn = store->txn;
	int rc;

	if (store->failed != 0) {
		sl_store_abort(store);
		return say(err, store, store->failed);
	}
	store->txn = NULL;
	rc = mdb_txn_commit(txn);
	if (rc != 0)
		return say(err, store, rc);
	/* It is on the disk; the slack is large, the next commit tries again.
	 */
	(void)grow(store);
	return SL_OK;
}

void
sl_store_abort(struct sl_store *store)
{
	if (store->txn != NULL)
		mdb_txn_abort(store->txn);
	store->txn = NULL;
}

void
sl_store_check_readers(struct sl_store *store)
{
	int dead;

	(void)mdb_reader_check(store->base.env, &dead);
}
