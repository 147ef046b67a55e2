/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rehearsal.h: the engine on a stage of its own: what it would decide, in a
 * state that nobody sees and that leaves nothing behind.
 *
 * One thread.  The directory is made below TMPDIR and removed as soon as it
 * is open, so that not even a killed process leaves it.
 */
#ifndef SL_REHEARSAL_H
#define SL_REHEARSAL_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "journal.h"
#include "plan.h"
#include "record.h"
#include "tree.h"

struct sl_rehearsal;

/*
 * config: the hook's parameters as JSON.  root: the TFTP root, or NULL for
 * the configuration's.  NULL: *rc and err say what is wrong.
 */
struct sl_rehearsal *sl_rehearsal_open(const char *config, const char *root,
    int64_t now_us, enum sl_rc *rc, struct sl_err *err);
void sl_rehearsal_close(struct sl_rehearsal *rehearsal); /* NULL is fine */

const struct sl_config *sl_rehearsal_config(
    const struct sl_rehearsal *rehearsal);
/* NULL: the TFTP root is not known. */
struct sl_tree *sl_rehearsal_tree(const struct sl_rehearsal *rehearsal);

/* Begins with no phone at all; what was before is forgotten. */
enum sl_rc sl_rehearsal_begin(
    struct sl_rehearsal *rehearsal, struct sl_err *err);

/* The rest needs a sl_rehearsal_begin. */

void sl_rehearsal_apply(
    struct sl_rehearsal *rehearsal, const struct sl_event *event);
/* SL_NONE: no such phone. */
enum sl_rc sl_rehearsal_phone(struct sl_rehearsal *rehearsal,
    const struct sl_mac *mac, struct sl_phone *phone);
/* Lets the phone's timer go off, or drops it as if it had never been set. */
void sl_rehearsal_fire(
    struct sl_rehearsal *rehearsal, const struct sl_phone *phone);
void sl_rehearsal_drop(
    struct sl_rehearsal *rehearsal, const struct sl_phone *phone);
/* SL_OK unless something could not be written since the begin. */
enum sl_rc sl_rehearsal_check(
    struct sl_rehearsal *rehearsal, struct sl_err *err);

#endif
