/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan.h: the configuration as the administrator writes it in Kea's JSON, and
 * its plans and stages (design contract: the table of parameters).
 *
 * A configuration is immutable once parsed, so any number of threads may read
 * it unlocked.
 */
#ifndef SL_PLAN_H
#define SL_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "option.h"
#include "text.h"

#define SL_STAGES_MAX 16
#define SL_PLANS_MAX 1000
#define SL_NAME_MAX 63 /* octets of a plan's or stage's name */
#define SL_DIRECTORY_MAX                                    \
	127 /* octets of a stage's directory or config file \
	     */

enum sl_strategy { SL_CLIMB = 0, SL_PROBE = 1 };
enum sl_send { SL_SEND_ALWAYS = 0, SL_SEND_REQUESTED = 1 };
enum sl_audit { SL_AUDIT_REPAIR = 0, SL_AUDIT_WARN = 1, SL_AUDIT_OFF = 2 };

/* Where a phone shall fetch; what is empty is inherited. */
struct sl_delivery {
	struct sl_servers servers;                /* count 0: inherited */
	char server_name[SL_SERVER_NAME_MAX + 1]; /* "": inherited */
};

struct sl_stage {
	char name[SL_NAME_MAX + 1];
	char directory[SL_DIRECTORY_MAX + 1]; /* relative to the TFTP root */
	char config[SL_DIRECTORY_MAX + 1];    /* in that directory; "": none */
	struct sl_delivery delivery;
};

/* Which phones: a MAC address or its first octets. */
struct sl_mac_prefix {
	uint8_t length; /* octets, 1 to 6 */
	struct sl_mac mac;
};

struct sl_plan {
	char name[SL_NAME_MAX + 1];
	enum sl_strategy strategy;
	size_t model_count;
	uint16_t *models;
	size_t mac_count;
	struct sl_mac_prefix *macs;
	uint8_t stage_count; /* 1 to SL_STAGES_MAX, lowest firmware first */
	struct sl_stage *stages;
	struct sl_delivery finished;
};

struct sl_config {
	char state[256];
	char tftp_root[256]; /* "": not given */
	struct sl_servers servers;
	char server_name[SL_SERVER_NAME_MAX + 1]; /* never empty */
	char client_class[256];                   /* "": by option 60 */
	enum sl_send send;
	enum sl_audit audit;
	uint16_t stuck_after;      /* attempts */
	uint32_t attempt_window_s; /* seconds */
	uint16_t silent_after;     /* leases */
	uint32_t hold_down_s;      /* seconds */
	uint32_t max_active;       /* phones; 0: no limit */
	size_t plan_count;
	struct sl_plan *plans;
};

/*
 * Reads the `parameters` object of the hook, plain JSON in UTF-8.  NULL:
 * *rc is SL_SHAPE (wrong JSON types, unknown keys: judged over the whole text
 * first), SL_INVALID (a value) or SL_NOMEM, and err names the JSON place and
 * the value: plans[0].stages[1].directory: "../etc" leaves the TFTP root
 */
struct sl_config *sl_config_parse(
    const char *json, size_t length, enum sl_rc *rc, struct sl_err *err);
void sl_config_free(struct sl_config *config); /* NULL is fine */

/*
 * The plan of a phone: by MAC address, then the longest prefix, then model;
 * among equals the first.  NULL: none.
 */
const struct sl_plan *sl_config_plan_for(
    const struct sl_config *config, const struct sl_mac *mac, uint16_t model);

/* The index of the stage of that name in the plan, or -1. */
int sl_plan_stage_index(const struct sl_plan *plan, const char *name);

#endif
