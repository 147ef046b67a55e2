/* SPDX-License-Identifier: BSD-2-Clause */
/* What the configuration file that a phone was given tells it to fetch. */
#include <stdio.h>
#include <string.h>

#include "engine_impl.h"

#define CONFIG_SIZE_MAX 65536

/* Examples that were commented out tell the phone nothing. */
static void
blank_comments(char *text)
{
	char *at = text;

	while ((at = strstr(at, "<!--")) != NULL) {
		char *end = strstr(at, "-->");
		size_t length =
		    end == NULL ? strlen(at) : (size_t)(end + 3 - at);

		memset(at, ' ', length);
		at += length;
	}
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The text between `at` and the next tag, without blanks around it. */
static size_t
take_text(const char *at, char *out, size_t size)
{
	size_t length;

	while (is_blank(*at))
		at++;
	length = strcspn(at, "<");
	while (length > 0 && is_blank(at[length - 1]))
		length--;
	if (length >= size)
		length = size - 1;
	memcpy(out, at, length);
	out[length] = '\0';
	return length;
}

/* The first element of that name which is not empty. */
static bool
take_element(const char *text, const char *name, char *out, size_t size)
{
	char tag[64];
	int length = snprintf(tag, sizeof(tag), "<%s", name);

	out[0] = '\0';
	while ((text = strstr(text, tag)) != NULL) {
		text += length;
		if (*text != '>' && !is_blank(*text))
			continue;
		text += strcspn(text, ">");
		if (*text == '>' && text[-1] != '/' &&
		    take_text(text + 1, out, size) > 0)
			return true;
	}
	return false;
}

/* The stage with that load, when only one has it. */
static uint8_t
stage_of(
    struct sl_engine *engine, const struct sl_route *route, const char *load)
{
	char name[SL_NAMED_MAX + 8], path[512];
	uint8_t found = SL_STAGE_NONE;

	snprintf(name, sizeof(name), "%s%s", load,
	    sl_ends_ignoring_case(load, ".loads") ? "" : ".loads");
	for (uint8_t i = 0; i < route->stage_count; i++) {
		if (sl_tree_find(engine->tree, route->stage[i].directory, name,
		        path, sizeof(path), NULL) != SL_OK)
			continue;
		if (found != SL_STAGE_NONE)
			return SL_STAGE_NONE;
		found = i;
	}
	return found;
}

static bool
is_delivered(const struct sl_route_delivery *delivery, const char *server)
{
	char addr[SL_ADDR_TEXT];

	for (size_t i = 0; i < delivery->count; i++) {
		const uint8_t *o = delivery->servers + 4 * i;

		snprintf(
		    addr, sizeof(addr), "%u.%u.%u.%u", o[0], o[1], o[2], o[3]);
		if (strcmp(addr, server) == 0)
			return true;
	}
	return delivery->server_name[0] != '\0' &&
	       sl_same_ignoring_case(server, delivery->server_name);
}

/* One that stageload itself would send a phone of this plan to. */
static bool
is_ours(const struct sl_engine *engine, const struct sl_route *route,
    const char *server)
{
	const struct sl_config *config = engine->config;
	char addr[SL_ADDR_TEXT];

	for (size_t i = 0; i < config->servers.count; i++) {
		sl_addr_print(config->servers.addr[i], addr);
		if (strcmp(addr, server) == 0)
			return true;
	}
	for (size_t i = 0; i < route->stage_count; i++)
		if (is_delivered(&route->stage[i].delivery, server))
			return true;
	return is_delivered(&route->finished, server) ||
	       sl_same_ignoring_case(server, config->server_name);
}

static bool
read_config(struct sl_engine *engine, const struct sl_route *route,
    uint8_t stage, const char *name, struct sl_named *named,
    char text[CONFIG_SIZE_MAX + 1])
{
	const char *directory = "";
	size_t length;

	if (stage < route->stage_count) {
		directory = route->stage[stage].directory;
		name = route->stage[stage].config;
	}
	if (*name == '\0' ||
	    sl_tree_find(engine->tree, directory, name, named->path,
	        sizeof(named->path), NULL) != SL_OK ||
	    sl_tree_read(engine->tree, named->path, text, CONFIG_SIZE_MAX + 1,
	        &length, NULL) != SL_OK)
		return false;
	/* A signed one begins with octets that are no text. */
	for (size_t i = 0; i < length; i++)
		if (text[i] == '\0')
			text[i] = ' ';
	return true;
}

bool
sl_engine_named(struct sl_engine *engine, const struct sl_phone *phone,
    uint8_t stage, const char *name, struct sl_named *named)
{
	static char text[CONFIG_SIZE_MAX + 1]; /* the engine has one thread */
	uint8_t row[SL_ROUTE_BYTES_MAX];
	struct sl_route route;
	size_t length;
	char sharing[8];

	memset(named, 0, sizeof(*named));
	named->stage = SL_STAGE_NONE;
	if (engine->tree == NULL || engine->config == NULL ||
	    phone->plan == SL_PLAN_NONE ||
	    sl_store_plan(engine->store, phone->plan, row, &length) != SL_OK ||
	    sl_route_decode(row, length, &route) != SL_OK ||
	    !read_config(engine, &route, stage, name, named, text))
		return false;
	blank_comments(text);
	if (take_element(
	        text, "loadServer", named->server, sizeof(named->server)) &&
	    is_ours(engine, &route, named->server))
		named->server[0] = '\0';
	take_element(text, "peerFirmwareSharing", sharing, sizeof(sharing));
	named->sharing =
	    strcmp(sharing, "true") == 0 || strcmp(sharing, "1") == 0;
	if (take_element(
	        text, "loadInformation", named->load, sizeof(named->load)))
		named->stage = stage_of(engine, &route, named->load);
	named->target = named->stage + 1 == route.stage_count &&
	                named->server[0] == '\0' && !named->sharing;
	return true;
}

struct newest {
	int64_t since_us;
	struct sl_file file;
};

static void
find_newest(void *ctx, const struct sl_file *file)
{
	struct newest *newest = ctx;

	if (file->class == SL_CLASS_CONFIG && file->acked &&
	    file->asked_us >= newest->since_us &&
	    file->asked_us >= newest->file.asked_us)
		newest->file = *file;
}

bool
sl_engine_was_sent_to_target(
    struct sl_engine *engine, const struct sl_phone *phone, int64_t since_us)
{
	struct newest newest = { .since_us = since_us };
	struct sl_named named;

	sl_store_each_file(
	    engine->store, &phone->mac, SL_STAGE_NONE, find_newest, &newest);
	return newest.file.name[0] != '\0' &&
	       sl_engine_named(engine, phone, newest.file.stage,
	           newest.file.name, &named) &&
	       named.target;
}
