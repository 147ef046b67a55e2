/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base.h: state.mdb opened for reading, and what is looked up in it.
 *
 * Shared by the plug-ins' door and by the command's view; the engine writes
 * through store.h.  LMDB, MDB_NOSUBDIR, one environment per file and process.
 */
#ifndef SL_BASE_H
#define SL_BASE_H

#include <lmdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "err.h"
#include "record.h"
#include "text.h"

/* The sub-databases, in the order of their handles. */
enum sl_table {
	SL_TABLE_PHONE = 0, /* MAC -> phone record */
	SL_TABLE_ADDR,      /* IPv4, network order -> MAC */
	SL_TABLE_FILE,      /* MAC, stage, name -> file record */
	SL_TABLE_HISTORY,   /* MAC, sequence (big-endian) -> line */
	SL_TABLE_PLAN,      /* id (big-endian) -> route */
	SL_TABLE_DUE,       /* time (big-endian), MAC -> nothing */
	SL_TABLE_META,      /* name -> u64 */
	SL_TABLE_TURN,      /* phones that may load: as DUE, by turn_us */
	SL_TABLE_QUEUE,     /* phones that wait for that: by waiting_us */
	SL_TABLES
};

extern const char *const sl_table_names[SL_TABLES];

#define SL_META_SCHEMA "schema"     /* SL_SCHEMA */
#define SL_META_POSITION "position" /* in the journal, octets */
#define SL_META_JOURNAL "journal"   /* id of that journal */
#define SL_META_LIMIT "max-active"  /* of the configuration taken last */
#define SL_SCHEMA 1

#define SL_MAP_BYTES (64ull << 30) /* address space, not disk */
#define SL_READERS_MAX 512

struct sl_base {
	MDB_env *env;
	MDB_dbi table[SL_TABLES];
	char path[4096];
	struct stat status; /* when it was opened */
	int fd;             /* the environment's own */
	int lock; /* O_PATH, so closing it drops none of LMDB's locks */
	struct stat lock_status;
	bool unmendable; /* cut, and it can not be made longer again */
};

/*
 * NULL: *rc is SL_NONE (no file, or the engine has not finished making it),
 * SL_VERSION (written by a newer stageload) or SL_IO; err names the file.
 */
struct sl_base *sl_base_open(
    const char *dir, enum sl_rc *rc, struct sl_err *err);
/* Every transaction of it must have ended.  NULL is fine. */
void sl_base_close(struct sl_base *base);

/*
 * LMDB maps its lock file too.  mark: remember how long it is, 0 or errno.
 * mend: give a lock file that was cut its length back, because ending a
 * transaction or the environment writes into it.
 */
int sl_base_mark_lock(struct sl_base *base);
void sl_base_mend_lock(struct sl_base *base);
/* The file in the directory is still the one that is open. */
bool sl_base_is_current(const struct sl_base *base);
/*
 * Both files are as long as their maps need.  Reading a mapped page
 * past the end of a file that was cut short ends the process with SIGBUS.
 */
bool sl_base_is_whole(const struct sl_base *base);

/* SL_OK, SL_NONE, or what the record's decoder said. */
enum sl_rc sl_base_phone(const struct sl_base *base, MDB_txn *txn,
    const struct sl_mac *mac, struct sl_phone *phone);
enum sl_rc sl_base_owner(const struct sl_base *base, MDB_txn *txn,
    uint32_t addr, struct sl_mac *mac);
/* `out` has room for SL_ROUTE_BYTES_MAX. */
enum sl_rc sl_base_route(const struct sl_base *base, MDB_txn *txn, uint16_t id,
    uint8_t *out, size_t *length);
enum sl_rc sl_base_meta(const struct sl_base *base, MDB_txn *txn,
    const char *name, uint64_t *value);

/* Keys, as they are laid out. */
#define SL_ADDR_KEY 4
#define SL_PLAN_KEY 2
#define SL_FILE_KEY_MAX (6 + 1 + SL_LOAD_MAX)
#define SL_HISTORY_KEY 10
#define SL_DUE_KEY 14
void sl_key_addr(uint32_t addr, uint8_t out[SL_ADDR_KEY]);
void sl_key_plan(uint16_t id, uint8_t out[SL_PLAN_KEY]);
/* Returns the key's octets. */
size_t sl_key_file(const struct sl_mac *mac, uint8_t stage, const char *name,
    uint8_t out[SL_FILE_KEY_MAX]);
void sl_key_history(
    const struct sl_mac *mac, uint32_t seq, uint8_t out[SL_HISTORY_KEY]);
void sl_key_due(
    int64_t due_us, const struct sl_mac *mac, uint8_t out[SL_DUE_KEY]);

#endif
