/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan_read.c: turns the JSON of the configuration into structs: the second
 * pass, which judges values and may rely on keys and types being right.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"
#include "plan_read.h"

#define TEXT_ROW(type, member, key, problem, fallback)                    \
	{                                                                 \
		key, offsetof(type, member), sizeof(((type *)0)->member), \
		    problem, fallback                                     \
	}

static const struct sl_text_row config_texts[] = {
	TEXT_ROW(struct sl_config, state, "state", sl_absolute_problem,
	    "/var/lib/stageload"),
	TEXT_ROW(
	    struct sl_config, tftp_root, "tftp-root", sl_absolute_problem, ""),
	TEXT_ROW(struct sl_config, server_name, "tftp-server-name",
	    sl_server_name_problem, ""),
	TEXT_ROW(struct sl_config, client_class, "client-class",
	    sl_class_name_problem, ""),
};

static const struct sl_text_row plan_texts[] = {
	TEXT_ROW(struct sl_plan, name, "name", sl_name_problem, NULL),
};

static const struct sl_text_row stage_texts[] = {
	TEXT_ROW(struct sl_stage, name, "name", sl_name_problem, NULL),
	TEXT_ROW(struct sl_stage, directory, "directory", sl_directory_problem,
	    NULL),
	TEXT_ROW(struct sl_stage, config, "config", sl_config_file_problem, ""),
};

static const struct sl_text_row delivery_texts[] = {
	TEXT_ROW(struct sl_delivery, server_name, "tftp-server-name",
	    sl_server_name_problem, ""),
};

#define WHOLE_ROW(member, key, fallback, lowest, highest)                      \
	{                                                                      \
		key, offsetof(struct sl_config, member),                       \
		    sizeof(((struct sl_config *)0)->member), fallback, lowest, \
		    highest                                                    \
	}

static const struct sl_whole_row config_wholes[] = {
	WHOLE_ROW(stuck_after, "stuck-after", 3, 1, 1000),
	WHOLE_ROW(attempt_window_s, "attempt-window", 20, 1, 3600),
	WHOLE_ROW(silent_after, "silent-after", 3, 1, 1000),
	WHOLE_ROW(hold_down_s, "hold-down", 300, 0, 86400),
	WHOLE_ROW(max_active, "max-active", 0, 0, 1000000),
};

/* The words of each enumeration in the order of its values. */
static const char *const strategy_words[] = { "climb", "probe", NULL };
static const char *const send_words[] = { "always", "requested", NULL };
static const char *const audit_words[] = { "repair", "warn", "off", NULL };

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static void
read_server(
    struct sl_reader *reader, const json_t *item, void *out, size_t index)
{
	struct sl_servers *servers = out;
	struct sl_err why;

	if (sl_addr_parse(json_string_value(item), &servers->addr[index]) !=
	    SL_OK)
		sl_reader_refuse(
		    reader, SL_INVALID, item, "is not an IPv4 address");
	else if (sl_server_check(servers->addr[index], &why) != SL_OK)
		sl_reader_fail(reader, SL_INVALID, "%s", why.text);
	else
		servers->count = (uint8_t)(index + 1);
}

static void
read_servers(
    struct sl_reader *reader, const json_t *object, struct sl_servers *servers)
{
	static const char key[] = "tftp-servers";

	if (sl_count_fits(reader, object, key, 1, SL_SERVERS_MAX, "addresses"))
		sl_read_items(reader, object, key, read_server, servers);
}

static void
read_delivery(struct sl_reader *reader, const json_t *object,
    struct sl_delivery *delivery)
{
	if (json_object_get(object, "tftp-servers") != NULL)
		read_servers(reader, object, &delivery->servers);
	sl_read_texts(
	    reader, object, delivery, delivery_texts, ROWS(delivery_texts));
}

static void
read_model(
    struct sl_reader *reader, const json_t *item, void *out, size_t index)
{
	struct sl_plan *plan = out;

	if (sl_model_parse(json_string_value(item), &plan->models[index]) !=
	    SL_OK)
		sl_reader_refuse(
		    reader, SL_INVALID, item, "is not a model number");
}

static void
read_mac(struct sl_reader *reader, const json_t *item, void *out, size_t index)
{
	struct sl_plan *plan = out;

	if (sl_mac_prefix_parse(json_string_value(item), &plan->macs[index]) !=
	    SL_OK)
		sl_reader_refuse(reader, SL_INVALID, item,
		    "is neither a MAC address nor its first octets");
}

static void
read_phones(
    struct sl_reader *reader, const json_t *object, struct sl_plan *plan)
{
	plan->models = sl_new_items(reader, object, "models",
	    sizeof(*plan->models), &plan->model_count);
	plan->macs = sl_new_items(
	    reader, object, "macs", sizeof(*plan->macs), &plan->mac_count);
	if (plan->model_count + plan->mac_count == 0)
		sl_reader_fail(reader, SL_INVALID,
		    "neither \"models\" nor \"macs\" names a phone");
	sl_read_items(reader, object, "models", read_model, plan);
	sl_read_items(reader, object, "macs", read_mac, plan);
}

/* One refusal for two stages (or plans) that may not be the same in `key`. */
static void
refuse_twin(struct sl_reader *reader, const json_t *object, const char *key,
    const char *list, size_t twin)
{
	size_t mark = sl_enter_key(reader, key);

	sl_reader_refuse(reader, SL_INVALID, json_object_get(object, key),
	    "is the %s of %s[%zu] already", key, list, twin);
	sl_leave(reader, mark);
}

static void
read_stage(
    struct sl_reader *reader, const json_t *item, void *out, size_t index)
{
	struct sl_plan *plan = out;
	struct sl_stage *stage = &plan->stages[index];
	size_t i;

	sl_read_texts(reader, item, stage, stage_texts, ROWS(stage_texts));
	read_delivery(reader, item, &stage->delivery);
	for (i = 0; i < index && reader->rc == SL_OK; i++) {
		const struct sl_stage *other = &plan->stages[i];

		if (strcmp(other->name, stage->name) == 0)
			refuse_twin(reader, item, "name", "stages", i);
		if (strcmp(other->directory, stage->directory) == 0)
			refuse_twin(reader, item, "directory", "stages", i);
	}
}

static void
read_stages(
    struct sl_reader *reader, const json_t *object, struct sl_plan *plan)
{
	size_t count;

	if (!sl_count_fits(
	        reader, object, "stages", 1, SL_STAGES_MAX, "stages"))
		return;
	plan->stages = sl_new_items(
	    reader, object, "stages", sizeof(*plan->stages), &count);
	plan->stage_count = (uint8_t)count;
	if (plan->stages != NULL)
		sl_read_items(reader, object, "stages", read_stage, plan);
}

static void
read_finished(
    struct sl_reader *reader, const json_t *object, struct sl_plan *plan)
{
	size_t mark = sl_enter_key(reader, "finished");

	read_delivery(
	    reader, json_object_get(object, "finished"), &plan->finished);
	sl_leave(reader, mark);
}

static void
read_plan(struct sl_reader *reader, const json_t *item, void *out, size_t index)
{
	struct sl_config *config = out;
	struct sl_plan *plan = &config->plans[index];
	size_t i;

	sl_read_texts(reader, item, plan, plan_texts, ROWS(plan_texts));
	for (i = 0; i < index && reader->rc == SL_OK; i++) {
		if (strcmp(config->plans[i].name, plan->name) == 0)
			refuse_twin(reader, item, "name", "plans", i);
	}
	plan->strategy = (enum sl_strategy)sl_read_word(
	    reader, item, "strategy", strategy_words);
	read_phones(reader, item, plan);
	read_stages(reader, item, plan);
	read_finished(reader, item, plan);
}

static void
read_plans(
    struct sl_reader *reader, const json_t *object, struct sl_config *config)
{
	if (!sl_count_fits(reader, object, "plans", 0, SL_PLANS_MAX, "plans"))
		return;
	config->plans = sl_new_items(reader, object, "plans",
	    sizeof(*config->plans), &config->plan_count);
	if (config->plans != NULL)
		sl_read_items(reader, object, "plans", read_plan, config);
}

static void
read_config(
    struct sl_reader *reader, const json_t *root, struct sl_config *config)
{
	size_t i;

	sl_read_texts(reader, root, config, config_texts, ROWS(config_texts));
	read_servers(reader, root, &config->servers);
	if (config->server_name[0] == '\0')
		sl_addr_print(config->servers.addr[0], config->server_name);
	config->send = (enum sl_send)sl_read_word(
	    reader, root, "send-options", send_words);
	config->audit = (enum sl_audit)sl_read_word(
	    reader, root, "option-audit", audit_words);
	for (i = 0; i < ROWS(config_wholes); i++)
		sl_read_whole(reader, root, config, &config_wholes[i]);
	read_plans(reader, root, config);
}

/* A sentence of the JSON parser's, which may quote any octet of its input. */
static void
tell_syntax(struct sl_reader *reader, const json_error_t *error)
{
	char text[JSON_ERROR_TEXT_LENGTH];
	char *at;

	sl_copy(text, sizeof(text), error->text);
	for (at = text; *at != '\0'; at++) {
		if (*at < 0x20 || *at > 0x7e)
			*at = '?';
	}
	/* Out of memory, jansson mostly leaves no words. */
	if (error->text[0] == '\0')
		sl_reader_fail(reader, SL_NOMEM, "no memory");
	else if (json_error_code(error) == json_error_null_character)
		sl_reader_fail(reader, SL_SHAPE,
		    "line %d, column %d: a NUL (\\u0000) in a string",
		    error->line, error->column);
	else
		sl_reader_fail(reader, SL_SHAPE,
		    "no JSON in line %d, column %d: %s", error->line,
		    error->column, text);
}

static struct sl_config *
build(struct sl_reader *reader, json_t *root)
{
	struct sl_config *config;

	sl_check_shape(reader, root);
	if (reader->rc != SL_OK)
		return NULL;
	config = calloc(1, sizeof(*config));
	if (config == NULL) {
		sl_reader_fail(reader, SL_NOMEM, "no memory");
		return NULL;
	}
	read_config(reader, root, config);
	if (reader->rc == SL_OK)
		return config;
	sl_config_free(config);
	return NULL;
}

struct sl_config *
sl_config_parse(
    const char *json, size_t length, enum sl_rc *rc, struct sl_err *err)
{
	struct sl_reader reader = { .rc = SL_OK, .err = err };
	struct sl_config *config = NULL;
	json_error_t error;
	json_t *root;

	if (err != NULL)
		err->text[0] = '\0';
	root = json_loadb(
	    json != NULL ? json : "", length, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		tell_syntax(&reader, &error);
	else
		config = build(&reader, root);
	json_decref(root);
	*rc = reader.rc;
	return config;
}
