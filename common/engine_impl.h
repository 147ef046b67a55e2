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
	uint64_t bytes;
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
	int64_t next_due_us; /* 0: no timer */
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

/* ---- engine_evidence.c; in a transaction ---- */

/* The rules, and what the phone's files say about its running attempt. */
void sl_engine_facts(struct sl_engine *engine, struct sl_phone *phone,
    int64_t now_us, struct sl_facts *facts);
/* Whether it was fetched in the running attempt already. */
bool sl_engine_file_known(struct sl_engine *engine,
    const struct sl_phone *phone, const struct sl_event *event);
void sl_engine_file_asked(struct sl_engine *engine,
    const struct sl_phone *phone, const struct sl_event *event);
/* False: it tells nothing new (a better end is known already). */
bool sl_engine_file_ended(struct sl_engine *engine,
    const struct sl_phone *phone, const struct sl_event *event);

#endif
