/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state.h: the plug-ins' door to the state directory: look up a phone, append
 * an event.  Nothing else of stageload is needed in kea-dhcp4 or in.tftpd.
 *
 * Threads.  Look-ups and sl_door_append may be called from any number of
 * threads at once; they take no lock (but LMDB's own, once for each slot, when
 * a reader registers) and make no system call that waits for a device (one
 * fstat, one write to the page cache).  sl_door_refresh opens and closes files:
 * one caller at a time, in kea-dhcp4 a thread of the hook's own. After fork(2)
 * a child may call sl_door_append only.
 */
#ifndef SL_STATE_H
#define SL_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "journal.h"
#include "record.h"
#include "text.h"

#define SL_STATE_DIRECTORY "/var/lib/stageload"
#define SL_STATE_FILE "state.mdb"
#define SL_STATE_LOCK "state.mdb-lock"
#define SL_JOURNAL_FILE "journal"
#define SL_CONFIG_FILE "config.json"

struct sl_door;

/* Everything the state knows that decides a reply.  About 17 KiB. */
struct sl_answer {
	struct sl_phone phone;
	bool planned; /* route is valid */
	struct sl_route
	    route; /* points into route_bytes: do not copy by value */
	uint8_t route_bytes[SL_ROUTE_BYTES_MAX];
};

/* Opens nothing yet.  NULL: no memory. */
struct sl_door *sl_door_new(const char *dir);
/* Waits for look-ups under way.  NULL is fine.  Not in a child. */
void sl_door_free(struct sl_door *door);

/*
 * Opens what is there, reopens what was replaced, lets go of what vanished.
 * Does nothing when the last call was less than min_interval_ms ago.
 * SL_OK: state and journal are open.  SL_NONE: not there (yet).  Other codes
 * and err say what is wrong; the same sentence as last time is given again,
 * so a caller logs it only when it changes.
 */
enum sl_rc sl_door_refresh(
    struct sl_door *door, uint32_t min_interval_ms, struct sl_err *err);

/*
 * SL_OK: *answer is filled.  SL_NONE: not a phone that the state knows.
 * SL_AGAIN: there is no usable state now: go on without.
 */
enum sl_rc sl_door_by_mac(
    struct sl_door *door, const struct sl_mac *mac, struct sl_answer *answer);
enum sl_rc sl_door_by_addr(
    struct sl_door *door, uint32_t addr, struct sl_answer *answer);
/* Only whose an address is; cheaper than sl_door_by_addr. */
enum sl_rc sl_door_owner(
    struct sl_door *door, uint32_t addr, struct sl_mac *mac);

/* SL_AGAIN: no journal now, or too much waits in it: the event is dropped. */
enum sl_rc sl_door_append(struct sl_door *door, const struct sl_event *event);

/*
 * Publishes the hook's checked parameters as DIR/config.json (0660, replaced
 * by rename) unless it holds the same text already.  Waits for the disk.
 */
enum sl_rc sl_state_publish(
    const char *dir, const char *json, size_t length, struct sl_err *err);
/* Reads it; *json is malloc'ed and ended by NUL.  SL_NONE: none published. */
enum sl_rc sl_state_published(
    const char *dir, char **json, size_t *length, struct sl_err *err);

#endif
