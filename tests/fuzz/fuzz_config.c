/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_config.c: any octets as a configuration: accepted and within its
 * bounds, or refused with one printable sentence.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
expect(bool promise)
{
	if (!promise)
		abort();
}

static void
expect_sentence(const struct sl_err *err)
{
	const char *at;

	expect(err->text[0] != '\0');
	for (at = err->text; *at != '\0'; at++)
		expect((unsigned char)*at >= 0x20 && *at != 0x7f);
}

static void
expect_path(const char *path)
{
	expect(path[0] != '\0' && path[0] != '/');
	expect(strstr(path, "//") == NULL && strstr(path, "/../") == NULL);
	expect(strcmp(path, "..") != 0 && strncmp(path, "../", 3) != 0);
}

static void
expect_plan(const struct sl_plan *plan)
{
	size_t i;

	expect(plan->name[0] != '\0');
	expect(plan->model_count + plan->mac_count > 0);
	expect(plan->stage_count >= 1 && plan->stage_count <= SL_STAGES_MAX);
	for (i = 0; i < plan->stage_count; i++) {
		const struct sl_stage *stage = &plan->stages[i];

		expect_path(stage->directory);
		if (stage->config[0] != '\0')
			expect_path(stage->config);
		expect(sl_plan_stage_index(plan, stage->name) == (int)i);
	}
	for (i = 0; i < plan->mac_count; i++)
		expect(plan->macs[i].length >= 1 && plan->macs[i].length <= 6);
}

static void
expect_config(const struct sl_config *config)
{
	struct sl_mac mac = { { 0 } };
	size_t i;

	expect(config->servers.count >= 1);
	expect(config->servers.count <= SL_SERVERS_MAX);
	expect(config->server_name[0] != '\0' && config->state[0] == '/');
	expect(config->stuck_after >= 1 && config->stuck_after <= 1000);
	expect(config->plan_count <= SL_PLANS_MAX);
	for (i = 0; i < config->plan_count; i++)
		expect_plan(&config->plans[i]);
	for (i = 0; i < config->plan_count; i++) {
		const struct sl_plan *plan = &config->plans[i];

		if (plan->model_count > 0)
			expect(sl_config_plan_for(
			           config, &mac, plan->models[0]) != NULL);
		if (plan->mac_count > 0)
			expect(sl_config_plan_for(
			           config, &plan->macs[0].mac, 0) != NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum sl_rc rc = SL_IO;
	struct sl_err err;
	struct sl_config *config =
	    sl_config_parse((const char *)data, size, &rc, &err);

	if (config != NULL) {
		expect(rc == SL_OK && err.text[0] == '\0');
		expect_config(config);
	} else {
		expect(rc == SL_SHAPE || rc == SL_INVALID);
		expect_sentence(&err);
	}
	sl_config_free(config);
	return 0;
}
