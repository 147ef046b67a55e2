/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * walk.h: goes through all phones without holding a snapshot while anything
 * waits for a reader.
 *
 * A read transaction that lasts keeps the engine from using pages again, and
 * `stageload status | less` may last for days.  So the phones are taken in
 * batches: what is written about a batch is kept in memory until its
 * transaction has ended.
 */
#ifndef SL_WALK_H
#define SL_WALK_H

#include <stdbool.h>
#include <stdio.h>

#include "err.h"
#include "state.h"

/* Returns false to stop.  What it writes to `out` reaches the stream later. */
typedef bool sl_each_phone(
    void *ctx, FILE *out, const struct sl_answer *answer);

/*
 * Calls back for each phone in the order of their MAC addresses.  Phones that
 * come or go meanwhile may be in it or not; nobody is in it twice.  SL_NONE:
 * there is no state.  Damaged records are left out and counted in *damaged.
 */
enum sl_rc sl_walk(const char *dir, FILE *out, sl_each_phone *each, void *ctx,
    uint64_t *damaged, struct sl_err *err);

#endif
