/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan.c: answers questions to a parsed configuration, and frees it.
 */
#include <stdlib.h>
#include <string.h>

#include "plan.h"

static void
plan_clear(struct sl_plan *plan)
{
	free(plan->models);
	free(plan->macs);
	free(plan->stages);
}

void
sl_config_free(struct sl_config *config)
{
	size_t i;

	if (config == NULL)
		return;
	for (i = 0; config->plans != NULL && i < config->plan_count; i++)
		plan_clear(&config->plans[i]);
	free(config->plans);
	free(config);
}

/*
 * How closely the plan names this phone: 7 for its whole MAC address down to
 * 2 for one octet of it, 1 for its model, 0 for not at all.
 */
static unsigned
plan_rank(const struct sl_plan *plan, const struct sl_mac *mac, uint16_t model)
{
	unsigned rank = 0;
	size_t i;

	for (i = 0; i < plan->model_count; i++) {
		if (plan->models[i] == model)
			rank = 1;
	}
	for (i = 0; i < plan->mac_count; i++) {
		const struct sl_mac_prefix *prefix = &plan->macs[i];

		if (prefix->length + 1u > rank &&
		    memcmp(prefix->mac.octet, mac->octet, prefix->length) == 0)
			rank = prefix->length + 1u;
	}
	return rank;
}

const struct sl_plan *
sl_config_plan_for(
    const struct sl_config *config, const struct sl_mac *mac, uint16_t model)
{
	const struct sl_plan *best = NULL;
	unsigned best_rank = 0;
	size_t i;

	for (i = 0; i < config->plan_count; i++) {
		unsigned rank = plan_rank(&config->plans[i], mac, model);

		if (rank > best_rank) {
			best_rank = rank;
			best = &config->plans[i];
		}
	}
	return best;
}

int
sl_plan_stage_index(const struct sl_plan *plan, const char *name)
{
	int i;

	for (i = 0; i < plan->stage_count; i++) {
		if (strcmp(plan->stages[i].name, name) == 0)
			return i;
	}
	return -1;
}
