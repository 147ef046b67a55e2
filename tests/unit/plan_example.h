/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan_example.h: the documented configuration, and how a test changes one
 * value of it.
 */
#ifndef SL_TESTS_PLAN_EXAMPLE_H
#define SL_TESTS_PLAN_EXAMPLE_H

#include <jansson.h>
#include <stdio.h>

#include "plan.h"
#include "suite.h"

/* The documented example, so that it can not rot. */
static const char example[] =
    "{\n"
    "  \"state\": \"/var/lib/stageload\",\n"
    "  \"tftp-root\": \"/srv/tftp\",\n"
    "  \"tftp-servers\": [ \"192.0.2.10\", \"192.0.2.11\" ],\n"
    "  \"tftp-server-name\": \"192.0.2.10\",\n"
    "  \"client-class\": \"CISCO_PHONES\",\n"
    "  \"send-options\": \"always\",\n"
    "  \"option-audit\": \"repair\",\n"
    "  \"stuck-after\": 3,\n"
    "  \"attempt-window\": 20,\n"
    "  \"silent-after\": 3,\n"
    "  \"hold-down\": 300,\n"
    "  \"max-active\": 0,\n"
    "  \"plans\": [\n"
    "    { \"name\": \"7906-to-sip\",\n"
    "      \"models\": [ \"7906\", \"7911\" ],\n"
    "      \"strategy\": \"climb\",\n"
    "      \"stages\": [\n"
    "        { \"name\": \"bridge\", \"directory\": \"sccp-8.5.2\",\n"
    "          \"config\": \"bridge.cnf.xml\" },\n"
    "        { \"name\": \"target\", \"directory\": \"sip-9.4.2sr1\",\n"
    "          \"tftp-servers\": [ \"192.0.2.10\" ] } ],\n"
    "      \"finished\": { \"tftp-servers\": [ \"198.51.100.5\" ] } } ]\n"
    "}\n";

#define HOST(a, b, c, d) \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (c) << 8 | (d))

static inline struct sl_config *
accepted(const char *json)
{
	enum sl_rc rc = SL_IO;
	struct sl_err err;
	struct sl_config *config =
	    sl_config_parse(json, strlen(json), &rc, &err);

	ck_assert_msg(config != NULL, "refused: %s", err.text);
	ck_assert_int_eq(rc, SL_OK);
	ck_assert_str_eq(err.text, "");
	return config;
}

static inline void
refused(const char *json, enum sl_rc expected, const char *sentence)
{
	enum sl_rc rc = SL_OK;
	struct sl_err err;
	struct sl_config *config =
	    sl_config_parse(json, strlen(json), &rc, &err);

	ck_assert_msg(config == NULL, "accepted: %s", json);
	ck_assert_str_eq(err.text, sentence);
	ck_assert_int_eq(rc, expected);
}

/* A place in the example where a test puts its own value. */
enum level { CONFIG, PLAN, STAGE, FINISHED };

static inline json_t *
object_at(json_t *root, enum level level)
{
	json_t *plan = json_array_get(json_object_get(root, "plans"), 0);

	switch (level) {
	case CONFIG:
		return root;
	case PLAN:
		return plan;
	case STAGE:
		return json_array_get(json_object_get(plan, "stages"), 1);
	case FINISHED:
		return json_object_get(plan, "finished");
	}
	return NULL;
}

/* The example with `key` set to `value`, or without it; the caller frees. */
static inline char *
example_with(enum level level, const char *key, const char *value)
{
	json_t *root = json_loads(example, 0, NULL);
	json_t *object = object_at(root, level);
	char *text;

	if (value == NULL)
		ck_assert_int_eq(json_object_del(object, key), 0);
	else
		ck_assert_int_eq(json_object_set_new(object, key,
		                     json_loads(value, JSON_DECODE_ANY, NULL)),
		    0);
	text = json_dumps(root, 0);
	ck_assert_ptr_nonnull(text);
	json_decref(root);
	return text;
}

static inline struct sl_config *
accepted_with(enum level level, const char *key, const char *value)
{
	char *text = example_with(level, key, value);
	struct sl_config *config = accepted(text);

	free(text);
	return config;
}

static inline void
refused_with(enum level level, const char *key, const char *value,
    enum sl_rc rc, const char *sentence)
{
	char *text = example_with(level, key, value);

	refused(text, rc, sentence);
	free(text);
}

#endif
