/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan_field.c: reads one field of a JSON object into a struct, as a row of a
 * table describes it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan_read.h"

static void
read_text(struct sl_reader *reader, const json_t *object, void *out,
    const struct sl_text_row *row)
{
	const json_t *value = json_object_get(object, row->key);
	const char *text = row->fallback, *problem = NULL;
	size_t mark = sl_enter_key(reader, row->key);

	if (value != NULL) {
		text = json_string_value(value);
		problem = row->problem(text);
	}
	if (text == NULL)
		sl_reader_fail(reader, SL_INVALID, "missing");
	else if (problem != NULL)
		sl_reader_refuse(reader, SL_INVALID, value, "%s", problem);
	else if (!sl_copy((char *)out + row->offset, row->size, text))
		sl_reader_refuse(reader, SL_INVALID, value,
		    "is longer than %zu octets", row->size - 1);
	sl_leave(reader, mark);
}

void
sl_read_texts(struct sl_reader *reader, const json_t *object, void *out,
    const struct sl_text_row *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		read_text(reader, object, out, &rows[i]);
}

static void
store_whole(void *out, const struct sl_whole_row *row, uint32_t number)
{
	uint16_t half = (uint16_t)number;

	if (row->size == sizeof(half))
		memcpy((char *)out + row->offset, &half, sizeof(half));
	else
		memcpy((char *)out + row->offset, &number, sizeof(number));
}

void
sl_read_whole(struct sl_reader *reader, const json_t *object, void *out,
    const struct sl_whole_row *row)
{
	const json_t *value = json_object_get(object, row->key);
	json_int_t number = row->fallback;
	size_t mark = sl_enter_key(reader, row->key);

	if (value != NULL)
		number = json_integer_value(value);
	if (number < row->lowest || number > row->highest)
		sl_reader_refuse(reader, SL_INVALID, value,
		    "is not between %u and %u", row->lowest, row->highest);
	else
		store_whole(out, row, (uint32_t)number);
	sl_leave(reader, mark);
}

/* `"a" nor "b"`, `"a", "b" nor "c"` */
static void
join_words(const char *const *words, char *out, size_t size)
{
	size_t i, used = 0;

	for (i = 0; words[i] != NULL && used < size; i++) {
		const char *before = i == 0 ? "" : ", ";

		if (i > 0 && words[i + 1] == NULL)
			before = " nor ";
		used += (size_t)snprintf(
		    out + used, size - used, "%s\"%s\"", before, words[i]);
	}
}

unsigned
sl_read_word(struct sl_reader *reader, const json_t *object, const char *key,
    const char *const *words)
{
	const json_t *value = json_object_get(object, key);
	char allowed[80];
	size_t mark;
	unsigned i;

	if (value == NULL)
		return 0;
	for (i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], json_string_value(value)) == 0)
			return i;
	}
	join_words(words, allowed, sizeof(allowed));
	mark = sl_enter_key(reader, key);
	sl_reader_refuse(reader, SL_INVALID, value, "is neither %s", allowed);
	sl_leave(reader, mark);
	return 0;
}

void
sl_read_items(struct sl_reader *reader, const json_t *object, const char *key,
    sl_read_item *read, void *out)
{
	const json_t *list = json_object_get(object, key);
	size_t mark = sl_enter_key(reader, key);
	size_t i;

	for (i = 0; i < json_array_size(list) && reader->rc == SL_OK; i++) {
		size_t item_mark = sl_enter_item(reader, i);

		read(reader, json_array_get(list, i), out, i);
		sl_leave(reader, item_mark);
	}
	sl_leave(reader, mark);
}

bool
sl_count_fits(struct sl_reader *reader, const json_t *object, const char *key,
    size_t lowest, size_t highest, const char *noun)
{
	const json_t *list = json_object_get(object, key);
	size_t count = json_array_size(list);
	size_t mark = sl_enter_key(reader, key);

	if (list == NULL && lowest > 0)
		sl_reader_fail(reader, SL_INVALID, "missing");
	else if (count < lowest || count > highest)
		sl_reader_fail(reader, SL_INVALID,
		    "%zu %s are not between %zu and %zu", count, noun, lowest,
		    highest);
	sl_leave(reader, mark);
	return reader->rc == SL_OK;
}

void *
sl_new_items(struct sl_reader *reader, const json_t *object, const char *key,
    size_t size, size_t *count)
{
	size_t n = json_array_size(json_object_get(object, key));
	void *items = n > 0 ? calloc(n, size) : NULL;

	*count = items != NULL ? n : 0;
	if (n > 0 && items == NULL)
		sl_reader_fail(reader, SL_NOMEM, "no memory");
	return items;
}
