/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view.h: the state as the command reads it: a snapshot that stays as it is
 * while it is walked, however much the engine writes meanwhile.
 *
 * One thread.  A view holds a read transaction, so it must not be kept open
 * for long: close it between two screens.
 */
#ifndef SL_VIEW_H
#define SL_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "record.h"
#include "state.h"

struct sl_view;

/* NULL: *rc is SL_NONE (no state yet), SL_VERSION or SL_IO; err says it. */
struct sl_view *sl_view_open(
    const char *dir, enum sl_rc *rc, struct sl_err *err);
void sl_view_close(struct sl_view *view); /* NULL is fine */

/*
 * The first phone whose MAC is above *after (NULL: the first of all), with
 * its plan.  SL_NONE: no more.  Records that can not be decoded are passed
 * over and counted in *damaged (may be NULL).
 */
enum sl_rc sl_view_next(struct sl_view *view, const struct sl_mac *after,
    struct sl_answer *answer, uint64_t *damaged);
enum sl_rc sl_view_phone(
    struct sl_view *view, const struct sl_mac *mac, struct sl_answer *answer);
enum sl_rc sl_view_owner(
    struct sl_view *view, uint32_t addr, struct sl_mac *mac);

/* In the order of stage and name; each returns false to stop. */
void sl_view_files(struct sl_view *view, const struct sl_mac *mac,
    bool (*each)(void *, const struct sl_file *), void *ctx);
/* Oldest first. */
void sl_view_history(struct sl_view *view, const struct sl_mac *mac,
    bool (*each)(void *, const struct sl_line *), void *ctx);

#endif
