/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan_read.h: what the parts of the configuration reader share; no business
 * of anybody else's.
 *
 * The reader is a cursor over the JSON whose first failure sticks: later ones
 * are dropped, so that a caller may read on and look at `rc` once.
 */
#ifndef SL_PLAN_READ_H
#define SL_PLAN_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "err.h"
#include "plan.h"

#define SL_PLACE_SIZE 256
#define SL_SHOWN_SIZE 256 /* room for a value that is quoted in a sentence */

struct sl_reader {
	enum sl_rc rc;
	struct sl_err *err; /* the caller's, may be NULL */
	size_t length;      /* of place */
	char place[SL_PLACE_SIZE];
};

/* Both return the mark that sl_leave takes to come back. */
size_t sl_enter_key(struct sl_reader *reader, const char *key);
size_t sl_enter_item(struct sl_reader *reader, size_t index);
void sl_leave(struct sl_reader *reader, size_t mark);

/* "<place>: <sentence>" */
void sl_reader_fail(struct sl_reader *reader, enum sl_rc rc, const char *format,
    ...) __attribute__((format(printf, 3, 4)));
/* "<place>: <value> <problem>" */
void sl_reader_refuse(struct sl_reader *reader, enum sl_rc rc,
    const json_t *value, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * A string in quotes, cut when it is long, with whatever could disturb a
 * terminal or a log written as JSON escapes.
 */
void sl_show_text(const char *text, char out[SL_SHOWN_SIZE]);

/* C0, DEL, and C1 as UTF-8 writes it, which some terminals obey. */
bool sl_is_control(const char *at);

/* The first pass: types and keys of the whole text, SL_SHAPE. */
void sl_check_shape(struct sl_reader *reader, json_t *root);

/* A string that goes into a char array of a struct. */
struct sl_text_row {
	const char *key;
	size_t offset, size;
	const char *(*problem)(const char *text);
	const char *fallback; /* NULL: the key is required */
};

void sl_read_texts(struct sl_reader *reader, const json_t *object, void *out,
    const struct sl_text_row *rows, size_t count);

/* A number that goes into an unsigned member of two or four octets. */
struct sl_whole_row {
	const char *key;
	size_t offset, size;
	uint32_t fallback, lowest, highest;
};

void sl_read_whole(struct sl_reader *reader, const json_t *object, void *out,
    const struct sl_whole_row *row);

/*
 * The index of the word at `key` among `words`, which end with NULL; the
 * first is the default.
 */
unsigned sl_read_word(struct sl_reader *reader, const json_t *object,
    const char *key, const char *const *words);

/* False, and said why, when the list has too few items or too many. */
bool sl_count_fits(struct sl_reader *reader, const json_t *object,
    const char *key, size_t lowest, size_t highest, const char *noun);

/* Zeroed room for the list at `key`; NULL when it is empty. */
void *sl_new_items(struct sl_reader *reader, const json_t *object,
    const char *key, size_t size, size_t *count);

/* Calls `read` for each item of the list at `key`, as long as all is well. */
typedef void sl_read_item(
    struct sl_reader *reader, const json_t *item, void *out, size_t index);
void sl_read_items(struct sl_reader *reader, const json_t *object,
    const char *key, sl_read_item *read, void *out);

/*
 * What is wrong with a text, to be read behind it ("leaves the TFTP root"), or
 * NULL.  Its length is judged by the caller, who knows where it shall fit.
 */
const char *sl_name_problem(const char *text);
const char *sl_absolute_problem(const char *text);
const char *sl_directory_problem(const char *text);
const char *sl_config_file_problem(const char *text);
const char *sl_class_name_problem(const char *text);
const char *sl_server_name_problem(const char *text);

enum sl_rc sl_model_parse(const char *text, uint16_t *model);
/* The forms of sl_mac_parse, whole or cut behind any octet. */
enum sl_rc sl_mac_prefix_parse(const char *text, struct sl_mac_prefix *prefix);

#endif
