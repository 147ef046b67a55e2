/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan_shape.c: judges keys and JSON types of a whole configuration against
 * a table, before any value is looked at.
 */
#include <string.h>

#include "plan_read.h"

enum kind { TEXT, WHOLE, OBJECT, TEXTS, OBJECTS };

struct shape {
	const char *key;
	enum kind kind;
	const struct shape *fields; /* of an object, or of each in a list */
};

static const struct shape finished_shape[] = {
	{ "tftp-servers", TEXTS, NULL },
	{ "tftp-server-name", TEXT, NULL },
	{ NULL, TEXT, NULL },
};

static const struct shape stage_shape[] = {
	{ "name", TEXT, NULL },
	{ "directory", TEXT, NULL },
	{ "config", TEXT, NULL },
	{ "tftp-servers", TEXTS, NULL },
	{ "tftp-server-name", TEXT, NULL },
	{ NULL, TEXT, NULL },
};

static const struct shape plan_shape[] = {
	{ "name", TEXT, NULL },
	{ "models", TEXTS, NULL },
	{ "macs", TEXTS, NULL },
	{ "strategy", TEXT, NULL },
	{ "stages", OBJECTS, stage_shape },
	{ "finished", OBJECT, finished_shape },
	{ NULL, TEXT, NULL },
};

static const struct shape config_shape[] = {
	{ "state", TEXT, NULL },
	{ "tftp-root", TEXT, NULL },
	{ "tftp-servers", TEXTS, NULL },
	{ "tftp-server-name", TEXT, NULL },
	{ "client-class", TEXT, NULL },
	{ "send-options", TEXT, NULL },
	{ "option-audit", TEXT, NULL },
	{ "stuck-after", WHOLE, NULL },
	{ "attempt-window", WHOLE, NULL },
	{ "silent-after", WHOLE, NULL },
	{ "hold-down", WHOLE, NULL },
	{ "max-active", WHOLE, NULL },
	{ "plans", OBJECTS, plan_shape },
	{ NULL, TEXT, NULL },
};

static const struct shape root_shape = { NULL, OBJECT, config_shape };

#define KEY_OCTETS 32 /* compared; no known key is as long */

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

static char
lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c;
}

static size_t
compared_length(const char *key)
{
	size_t length = strlen(key);

	return length < KEY_OCTETS ? length : KEY_OCTETS;
}

/*
 * How many octets to insert, drop or replace, whatever their case; of the
 * first KEY_OCTETS.
 */
static size_t
edit_distance(const char *a, const char *b)
{
	size_t row[KEY_OCTETS + 1];
	size_t a_length = compared_length(a);
	size_t b_length = compared_length(b);
	size_t i, j;

	for (j = 0; j <= b_length; j++)
		row[j] = j;
	for (i = 1; i <= a_length; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (j = 1; j <= b_length; j++) {
			size_t other = lower(a[i - 1]) != lower(b[j - 1]);
			size_t above = row[j];

			row[j] =
			    least(above + 1, row[j - 1] + 1, diagonal + other);
			diagonal = above;
		}
	}
	return row[b_length];
}

static const struct shape *
find_field(const struct shape *fields, const char *key)
{
	for (; fields->key != NULL; fields++) {
		if (strcmp(fields->key, key) == 0)
			return fields;
	}
	return NULL;
}

static const char *
nearest_key(const struct shape *fields, const char *key)
{
	size_t best = edit_distance(fields->key, key);
	const char *nearest = fields->key;

	for (; fields->key != NULL; fields++) {
		size_t distance = edit_distance(fields->key, key);

		if (distance < best) {
			best = distance;
			nearest = fields->key;
		}
	}
	return nearest;
}

static const char *
type_name(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "a list";
	case JSON_STRING:
		return "a string";
	case JSON_INTEGER:
		return "a whole number";
	case JSON_REAL:
		return "a number with decimals";
	case JSON_TRUE:
	case JSON_FALSE:
		return "a truth value";
	case JSON_NULL:
		return "no value";
	}
	return "something else";
}

/* The type to which each kind must belong. */
static const struct {
	json_type type;
	const char *name;
} needed[] = {
	[TEXT] = { JSON_STRING, "a string" },
	[WHOLE] = { JSON_INTEGER, "a whole number" },
	[OBJECT] = { JSON_OBJECT, "an object" },
	[TEXTS] = { JSON_ARRAY, "a list" },
	[OBJECTS] = { JSON_ARRAY, "a list" },
};

static void check_value(struct sl_reader *reader, json_t *value, enum kind kind,
    const struct shape *fields);

static void
check_field(struct sl_reader *reader, const struct shape *fields,
    const char *key, json_t *value)
{
	const struct shape *field = find_field(fields, key);
	size_t mark = sl_enter_key(reader, key);

	if (field == NULL)
		sl_reader_fail(reader, SL_SHAPE,
		    "unknown key; did you mean \"%s\"?",
		    nearest_key(fields, key));
	else
		check_value(reader, value, field->kind, field->fields);
	sl_leave(reader, mark);
}

static void
check_object(
    struct sl_reader *reader, json_t *object, const struct shape *fields)
{
	void *at = json_object_iter(object);

	while (at != NULL && reader->rc == SL_OK) {
		check_field(reader, fields, json_object_iter_key(at),
		    json_object_iter_value(at));
		at = json_object_iter_next(object, at);
	}
}

static void
check_list(struct sl_reader *reader, json_t *list, enum kind kind,
    const struct shape *fields)
{
	size_t i;

	for (i = 0; i < json_array_size(list) && reader->rc == SL_OK; i++) {
		size_t mark = sl_enter_item(reader, i);

		check_value(reader, json_array_get(list, i), kind, fields);
		sl_leave(reader, mark);
	}
}

/* Recurses no deeper than the tables do, whatever the text holds. */
static void
check_value(struct sl_reader *reader, json_t *value, enum kind kind,
    const struct shape *fields)
{
	if (json_typeof(value) != needed[kind].type) {
		sl_reader_refuse(reader, SL_SHAPE, value, "is %s, %s is needed",
		    type_name(value), needed[kind].name);
		return;
	}
	switch (kind) {
	case OBJECT:
		check_object(reader, value, fields);
		return;
	case TEXTS:
		check_list(reader, value, TEXT, NULL);
		return;
	case OBJECTS:
		check_list(reader, value, OBJECT, fields);
		return;
	case TEXT:
	case WHOLE:
		return;
	}
}

void
sl_check_shape(struct sl_reader *reader, json_t *root)
{
	check_value(reader, root, root_shape.kind, root_shape.fields);
}
