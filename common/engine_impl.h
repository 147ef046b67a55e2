/* SPDX-License-Identifier: BSD-2-Clause */
/* engine_impl.h: what the engine's files share; nobody else's. */
#ifndef SL_ENGINE_IMPL_H
#define SL_ENGINE_IMPL_H

#include "engine.h"
#include "journal.h"
#include "phone.h"
#include "plan.h"
#include "store.h"
#include "tree.h"

/* A .loads as found in a stage, kept for a while. */
struct sl_manifest {
	uint16_t plan;
	uint8_t stage;
	char load[SL_LOAD_MAX + 1];
	int64_t read_us;
	bool known; /* the file was found and could be read */
	uint64_t bytes[SL_LOADS_PARTS_MAX];
	struct sl_loads loads;
};

#define SL_MANIFESTS 32

struct sl_engine {
	struct sl_engine_options options;
	struct sl_store *store;
	struct sl_journal *journal;
	int64_t now_us;    /* as the caller told last */
	uint64_t position; /* committed */
	char refused[512]; /* what was wrong with the last configuration */
	struct sl_config *config; /* NULL: none published yet */
	char *config_text;
	uint16_t *plan_ids; /* of config->plans, in their order */
	struct sl_tree *tree;
	struct sl_manifest manifest[SL_MANIFESTS];
	int64_t next_due_us;  /* 0: no timer */
	int64_t next_turn_us; /* when a turn ends; 0: there is none */
	int64_t readers_checked_us;
	uint64_t released; /* journal space before it is given back */
};

void sl_engine_log(struct sl_engine *engine, enum sl_log_level level,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* ---- engine_config.c ---- */

/* Takes the published configuration if it is another one than before. */
enum sl_rc sl_engine_configure(struct sl_engine *engine, struct sl_err *err);
/* The plan's id for a phone, by the configuration; SL_PLAN_NONE. */
uint16_t sl_engine_plan_for(const struct sl_engine *engine,
    const struct sl_phone *phone, const struct sl_plan **plan);
void sl_engine_config_free(struct sl_engine *engine);

/* ---- engine_apply.c; all of them in a transaction ---- */

void sl_engine_apply(struct sl_engine *engine, const struct sl_event *event);
/* The timers up to and including until_us, each at its own time. */
void sl_engine_fire(struct sl_engine *engine, int64_t until_us);
/* One line of history, with the evidence behind it; "" is none. */
void sl_engine_note(struct sl_engine *engine, struct sl_phone *phone,
    enum sl_reason reason, int64_t now_us, const char *evidence);

/* ---- engine_reasons.c; in a transaction ---- */

/*
 * After the step: what else an event shows that keeps a phone from moving.
 * Sets phone->reason and writes a line of history when that is news.
 */
void sl_engine_observe(struct sl_engine *engine, struct sl_phone *phone,
    const struct sl_event *event, const struct sl_facts *facts);
/* Why an attempt brought no image: "no-image", or what its files say. */
enum sl_reason sl_engine_verdict(
    struct sl_engine *engine, const struct sl_phone *phone);

/* ---- engine_stranger.c; in a transaction ---- */

/* A request that belongs to no phone: from an address that no lease tells. */
void sl_engine_stranger(struct sl_engine *engine, const struct sl_event *event);

/* ---- engine_named.c; in a transaction ---- */

#define SL_NAMED_MAX 63

/* What a configuration file tells its phone about firmware. */
struct sl_named {
	char path[512];                /* of the file, below the TFTP root */
	char load[SL_NAMED_MAX + 1];   /* loadInformation; "": none */
	char server[SL_NAMED_MAX + 1]; /* a loadServer that is not ours */
	bool sharing;                  /* peerFirmwareSharing */
	uint8_t stage; /* the only one with that load, or SL_STAGE_NONE */
	bool target;   /* the last one, and the phone fetches it from us */
};

/* False: the file asked as `name`, served from `stage`, can not be read. */
bool sl_engine_named(struct sl_engine *engine, const struct sl_phone *phone,
    uint8_t stage, const char *name, struct sl_named *named);
/*
 * Whether a configuration that was delivered whole, and asked at since_us or
 * later, names the load of the last stage.
 */
bool sl_engine_was_sent_to_target(
    struct sl_engine *engine, const struct sl_phone *phone, int64_t since_us);

/* ---- engine_audit.c; in a transaction ---- */

/* After the step: a lease's findings about what Kea itself had sent. */
void sl_engine_audit(struct sl_engine *engine, struct sl_phone *phone,
    const struct sl_event *event);

/* ---- engine_turns.c; in a transaction ---- */

/*
 * max-active: before the step.  Gives the phone a turn or a place among those
 * that wait, if it needs one for that.  False: it waits, so what it asks is no
 * attempt and no evidence.
 */
bool sl_engine_has_turn(struct sl_engine *engine, struct sl_phone *phone,
    enum sl_on on, const struct sl_facts *facts);
/* A sign that it makes use of its turn, if it has one. */
void sl_engine_turn_used(
    struct sl_engine *engine, struct sl_phone *phone, int64_t now_us);
/* After a step from status `was`: who is through gives its turn to the next. */
void sl_engine_next_turn(struct sl_engine *engine, struct sl_phone *phone,
    uint8_t was, int64_t now_us);
/* The phone gives up its turn or its place; *phone is not written. */
void sl_engine_leave_turn(
    struct sl_engine *engine, struct sl_phone *phone, int64_t now_us);
/* When the first turn ends if it is not used; 0: there is none. */
int64_t sl_engine_turn_due(struct sl_engine *engine);
/* Ends the first turn that was not used, if it was due by then. */
bool sl_engine_end_turn(struct sl_engine *engine, int64_t until_us);
/* Turns of the future, which a clock that was ahead gave, begin now. */
void sl_engine_turns_back(struct sl_engine *engine, int64_t now_us);
/* Either is wanted; needs no transaction. */
bool sl_engine_turns_overdue(const struct sl_engine *engine, int64_t now_us);

/*
 * A new configuration: first for every phone, when it has its new place, then
 * once.  The phone is not written.
 */
void sl_engine_keep_turn(struct sl_engine *engine, struct sl_phone *phone,
    const struct sl_config *config, bool was_limited, int64_t now_us);
void sl_engine_new_limit(
    struct sl_engine *engine, const struct sl_config *config, int64_t now_us);

/* ---- engine_evidence.c; in a transaction ---- */

/* The rules, and what the phone's files say about its running attempt. */
void sl_engine_facts(struct sl_engine *engine, struct sl_phone *phone,
    int64_t now_us, struct sl_facts *facts);
/* As what its file counts: a recovery file is asked first and an image. */
enum sl_class sl_engine_class(const struct sl_event *event);
/* Whether it was fetched in the running attempt already. */
bool sl_engine_file_known(struct sl_engine *engine,
    const struct sl_phone *phone, const struct sl_event *event);
void sl_engine_file_asked(struct sl_engine *engine,
    const struct sl_phone *phone, const struct sl_event *event);
/* False: it tells nothing new (a better end is known already). */
bool sl_engine_file_ended(struct sl_engine *engine,
    const struct sl_phone *phone, const struct sl_event *event);

#endif
