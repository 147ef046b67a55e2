/* SPDX-License-Identifier: BSD-2-Clause */
/* The plug-ins' door: lock-free look-ups in a state that may come and go. */
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base.h"

/* Look-ups at once; more than Kea's threads by a wide margin. */
#define SLOTS 64

/*
 * A look-up owns a slot while it runs.  sl_door_refresh puts the new base in
 * its place first and then takes each slot once: whoever takes a slot after
 * that sees the new base, so nobody can hold the old one any more.
 */
struct slot {
	atomic_bool busy;
	struct sl_base *of; /* to which `txn` belongs */
	MDB_txn *txn;       /* reset between look-ups, or NULL */
};

struct sl_door {
	char dir[PATH_MAX];
	_Atomic(struct sl_base *) base;
	atomic_int journal; /* descriptor, or -1 */
	int journal_fd;     /* once open, this number stays ours */
	struct stat journal_status;
	struct timespec refreshed;
	enum sl_rc rc;      /* of the last refresh */
	struct sl_err last; /* and its sentence */
	struct slot slot[SLOTS];
};

struct sl_door *
sl_door_new(const char *dir)
{
	struct sl_door *door = calloc(1, sizeof(*door));

	if (door == NULL)
		return NULL;
	sl_copy(door->dir, sizeof(door->dir), dir);
	atomic_init(&door->base, NULL);
	atomic_init(&door->journal, -1);
	door->journal_fd = -1;
	for (size_t i = 0; i < SLOTS; i++)
		atomic_init(&door->slot[i].busy, false);
	return door;
}

static struct slot *
take_slot(struct sl_door *door)
{
	static _Thread_local unsigned hint;

	for (unsigned i = 0; i < SLOTS; i++) {
		struct slot *slot = &door->slot[(hint + i) % SLOTS];

		if (!atomic_load_explicit(&slot->busy, memory_order_relaxed) &&
		    !atomic_exchange(&slot->busy, true)) {
			hint = (hint + i) % SLOTS;
			return slot;
		}
	}
	return NULL;
}

static void
give_slot(struct slot *slot)
{
	atomic_store(&slot->busy, false);
}

static void
drop_txn(struct slot *slot)
{
	if (slot->txn != NULL)
		mdb_txn_abort(slot->txn);
	slot->txn = NULL;
	slot->of = NULL;
}

/* Ends when no look-up can hold what was the base before. */
static void
drain(struct sl_door *door)
{
	for (size_t i = 0; i < SLOTS; i++) {
		struct slot *slot = &door->slot[i];

		while (atomic_exchange(&slot->busy, true))
			sched_yield();
		drop_txn(slot);
		give_slot(slot);
	}
}

static void
replace_base(struct sl_door *door, struct sl_base *base)
{
	struct sl_base *old = atomic_exchange(&door->base, base);

	if (old == NULL)
		return;
	sl_base_mend_lock(old);
	drain(door);
	sl_base_close(old);
}

/*
 * An append may be under way with the old descriptor: its number is never
 * closed, only made to mean the new file.
 */
static bool
replace_journal(struct sl_door *door, int fd)
{
	if (door->journal_fd < 0) {
		door->journal_fd = fd;
	} else {
		int rc = dup3(fd, door->journal_fd, O_CLOEXEC);

		close(fd);
		if (rc < 0)
			return false;
	}
	atomic_store(&door->journal, door->journal_fd);
	return true;
}

void
sl_door_free(struct sl_door *door)
{
	if (door == NULL)
		return;
	replace_base(door, NULL);
	if (door->journal_fd >= 0)
		close(door->journal_fd);
	free(door);
}

/* True when it is time, and then the next time counts from now. */
static bool
is_due(struct sl_door *door, uint32_t min_interval_ms)
{
	struct timespec now;
	int64_t passed_ms;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	passed_ms = (int64_t)(now.tv_sec - door->refreshed.tv_sec) * 1000 +
	            (now.tv_nsec - door->refreshed.tv_nsec) / 1000000;
	if (door->refreshed.tv_sec != 0 && passed_ms < min_interval_ms)
		return false;
	door->refreshed = now;
	return true;
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

static enum sl_rc
refresh_journal(struct sl_door *door, struct sl_err *err)
{
	char path[PATH_MAX + 16];
	struct stat status;
	enum sl_rc rc;
	int fd = -1;

	snprintf(path, sizeof(path), "%s/%s", door->dir, SL_JOURNAL_FILE);
	if (atomic_load(&door->journal) >= 0 && stat(path, &status) == 0 &&
	    same_file(&status, &door->journal_status))
		return SL_OK;
	atomic_store(&door->journal, -1);
	rc = sl_journal_open(door->dir, &fd, err);
	if (rc != SL_OK)
		return rc;
	if (fstat(fd, &door->journal_status) != 0) {
		close(fd);
		return sl_fail(err, SL_IO, "%s: %s", path, strerror(errno));
	}
	return replace_journal(door, fd)
	           ? SL_OK
	           : sl_fail(err, SL_IO, "%s: %s", path, strerror(errno));
}

static enum sl_rc
refresh_base(struct sl_door *door, struct sl_err *err)
{
	struct sl_base *base = atomic_load(&door->base);
	enum sl_rc rc;

	if (base != NULL && sl_base_is_current(base))
		return SL_OK;
	replace_base(door, NULL);
	base = sl_base_open(door->dir, &rc, err);
	if (base != NULL)
		replace_base(door, base);
	return rc;
}

enum sl_rc
sl_door_refresh(
    struct sl_door *door, uint32_t min_interval_ms, struct sl_err *err)
{
	if (is_due(door, min_interval_ms)) {
		door->last.text[0] = '\0';
		struct sl_err why = { "" };
		enum sl_rc journal = refresh_journal(door, &why);

		/* Without a state events still wait in the journal. */
		door->rc = refresh_base(door, &door->last);
		if (door->rc == SL_OK && journal != SL_OK) {
			door->rc = journal;
			door->last = why;
		}
	}
	if (err != NULL)
		*err = door->last;
	return door->rc;
}

/* A slot whose transaction sees the newest state; NULL: no usable state. */
static struct slot *
enter(struct sl_door *door)
{
	struct slot *slot = take_slot(door);
	struct sl_base *base;

	if (slot == NULL)
		return NULL;
	base = atomic_load(&door->base);
	if (base != NULL && sl_base_is_whole(base)) {
		if (slot->of == base && mdb_txn_renew(slot->txn) == 0)
			return slot;
		drop_txn(slot);
		if (mdb_txn_begin(base->env, NULL, MDB_RDONLY, &slot->txn) ==
		    0) {
			slot->of = base;
			return slot;
		}
		slot->txn = NULL;
	}
	give_slot(slot);
	return NULL;
}

static void
leave(struct slot *slot)
{
	mdb_txn_reset(slot->txn);
	give_slot(slot);
}

static enum sl_rc
answer_for(
    struct slot *slot, const struct sl_mac *mac, struct sl_answer *answer)
{
	enum sl_rc rc = sl_base_phone(slot->of, slot->txn, mac, &answer->phone);
	size_t length;

	answer->planned = false;
	if (rc != SL_OK || answer->phone.plan == SL_PLAN_NONE)
		return rc;
	if (sl_base_route(slot->of, slot->txn, answer->phone.plan,
	        answer->route_bytes, &length) == SL_OK &&
	    sl_route_decode(answer->route_bytes, length, &answer->route) ==
	        SL_OK)
		answer->planned =
		    answer->phone.stage < answer->route.stage_count;
	return SL_OK;
}

/* What a newer stageload wrote, or what is damaged, is no state for us. */
static enum sl_rc
as_seen(enum sl_rc rc)
{
	return rc == SL_OK || rc == SL_NONE ? rc : SL_AGAIN;
}

enum sl_rc
sl_door_by_mac(
    struct sl_door *door, const struct sl_mac *mac, struct sl_answer *answer)
{
	struct slot *slot = enter(door);
	enum sl_rc rc;

	if (slot == NULL)
		return SL_AGAIN;
	rc = answer_for(slot, mac, answer);
	leave(slot);
	return as_seen(rc);
}

enum sl_rc
sl_door_by_addr(struct sl_door *door, uint32_t addr, struct sl_answer *answer)
{
	struct slot *slot = enter(door);
	struct sl_mac mac;
	enum sl_rc rc;

	if (slot == NULL)
		return SL_AGAIN;
	rc = sl_base_owner(slot->of, slot->txn, addr, &mac);
	if (rc == SL_OK)
		rc = answer_for(slot, &mac, answer);
	leave(slot);
	return as_seen(rc);
}

enum sl_rc
sl_door_owner(struct sl_door *door, uint32_t addr, struct sl_mac *mac)
{
	struct slot *slot = enter(door);
	enum sl_rc rc;

	if (slot == NULL)
		return SL_AGAIN;
	rc = sl_base_owner(slot->of, slot->txn, addr, mac);
	leave(slot);
	return as_seen(rc);
}

enum sl_rc
sl_door_append(struct sl_door *door, const struct sl_event *event)
{
	int fd = atomic_load(&door->journal);

	if (fd < 0)
		return SL_AGAIN;
	return sl_journal_append(fd, event, NULL) == SL_OK ? SL_OK : SL_AGAIN;
}
