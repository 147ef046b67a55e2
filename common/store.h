/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store.h: state.mdb opened for writing: the engine's side of the state.
 *
 * One writer per state directory, kept by an exclusive lock on a file beside
 * the database; one thread.  Everything happens in a transaction; a commit
 * returns when its pages are on the disk.
 */
#ifndef SL_STORE_H
#define SL_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base.h"
#include "err.h"
#include "record.h"

struct sl_store;

/*
 * Creates what is missing, readable and writable for the directory's group.
 * NULL: *rc is SL_AGAIN (another engine runs), SL_VERSION or SL_IO.
 */
struct sl_store *sl_store_open(
    const char *dir, enum sl_rc *rc, struct sl_err *err);
void sl_store_close(struct sl_store *store); /* aborts; NULL is fine */
/* The database is no longer the file in the directory, or was cut short. */
bool sl_store_lost(const struct sl_store *store);

enum sl_rc sl_store_begin(struct sl_store *store, struct sl_err *err);
enum sl_rc sl_store_commit(struct sl_store *store, struct sl_err *err);
void sl_store_abort(struct sl_store *store);

/*
 * All of the following need a transaction.  A failure to write is kept and
 * given by the commit, so that callers write ten things and look once.
 */
enum sl_rc sl_store_phone(
    struct sl_store *store, const struct sl_mac *mac, struct sl_phone *phone);
void sl_store_put_phone(struct sl_store *store, const struct sl_phone *phone);
/* The phone, its files, history, address, timer and turn. */
void sl_store_forget(struct sl_store *store, const struct sl_phone *phone);
/* The first phone whose MAC is above *mac; NULL: the first of all. */
enum sl_rc sl_store_next_phone(
    struct sl_store *store, const struct sl_mac *after, struct sl_phone *phone);

enum sl_rc sl_store_owner(
    struct sl_store *store, uint32_t addr, struct sl_mac *mac);
void sl_store_bind(
    struct sl_store *store, uint32_t addr, const struct sl_mac *mac);
void sl_store_unbind(struct sl_store *store, uint32_t addr);

enum sl_rc sl_store_file(struct sl_store *store, const struct sl_mac *mac,
    uint8_t stage, const char *name, struct sl_file *file);
void sl_store_put_file(struct sl_store *store, const struct sl_mac *mac,
    const struct sl_file *file);
/* Calls back for each file of the phone in the stage, or in all: NONE. */
void sl_store_each_file(struct sl_store *store, const struct sl_mac *mac,
    uint8_t stage, void (*each)(void *, const struct sl_file *), void *ctx);
void sl_store_drop_file(struct sl_store *store, const struct sl_mac *mac,
    const struct sl_file *file);
void sl_store_drop_files(
    struct sl_store *store, const struct sl_mac *mac, uint8_t stage);

/* Appends a line as number phone->history_seq + 1, and keeps the newest. */
void sl_store_add_line(
    struct sl_store *store, struct sl_phone *phone, const struct sl_line *line);

enum sl_rc sl_store_plan(struct sl_store *store, uint16_t id,
    uint8_t out[SL_ROUTE_BYTES_MAX], size_t *length);
void sl_store_put_plan(
    struct sl_store *store, uint16_t id, const uint8_t *row, size_t length);
void sl_store_drop_plan(struct sl_store *store, uint16_t id);

/* Moves the phone's timer from `was` to phone->due_us; 0: none. */
void sl_store_move_due(
    struct sl_store *store, const struct sl_phone *phone, int64_t was);
/* The timer that is due first. */
enum sl_rc sl_store_first_due(
    struct sl_store *store, int64_t *due_us, struct sl_mac *mac);
/* The one that is due last. */
enum sl_rc sl_store_last_due(
    struct sl_store *store, int64_t *due_us, struct sl_mac *mac);
void sl_store_drop_due(
    struct sl_store *store, int64_t due_us, const struct sl_mac *mac);

/*
 * A phone's mark at a time in SL_TABLE_DUE, SL_TABLE_TURN or SL_TABLE_QUEUE;
 * the caller keeps that time in the phone's record.
 */
void sl_store_mark(struct sl_store *store, enum sl_table table, int64_t at_us,
    const struct sl_mac *mac);
void sl_store_unmark(struct sl_store *store, enum sl_table table, int64_t at_us,
    const struct sl_mac *mac);
enum sl_rc sl_store_first_mark(struct sl_store *store, enum sl_table table,
    int64_t *at_us, struct sl_mac *mac);
enum sl_rc sl_store_last_mark(struct sl_store *store, enum sl_table table,
    int64_t *at_us, struct sl_mac *mac);
/* How many there are; costs as much whatever the answer. */
size_t sl_store_marks(struct sl_store *store, enum sl_table table);

enum sl_rc sl_store_meta(
    struct sl_store *store, const char *name, uint64_t *value);
void sl_store_put_meta(
    struct sl_store *store, const char *name, uint64_t value);

/* Lets go of what killed readers hold. */
void sl_store_check_readers(struct sl_store *store);

#endif
