/* SPDX-License-Identifier: BSD-2-Clause */
/* replay_rounds.c: the attempts in a phone's trace, and whose files they got.
 */
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "replay_impl.h"

#define LOOK_BACK 64 /* a load has fewer parts */

/* 8.5(2) is 8, 5, 2. */
struct version {
	int part[3];
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* One sign between all three: in "SIP11.9-4-2S" 11 is no part of it. */
static bool
takes_version(const char *text, const char *end, const char *sign,
    struct version *version)
{
	struct sl_piece p = { text, end };
	int *part = version->part;

	return sl_log_take_number(&p, 3, &part[0]) && sl_log_take(&p, sign) &&
	       sl_log_take_number(&p, 3, &part[1]) && sl_log_take(&p, sign) &&
	       sl_log_take_number(&p, 3, &part[2]);
}

static bool
read_version(const char *text, struct version *version)
{
	const char *end = text + strlen(text);

	/* "P0S3-8-12-00": the 3 belongs to the name. */
	if (strncmp(text, "P0", 2) == 0 && strlen(text) > 4)
		text += 4;
	for (; *text != '\0'; text++) {
		if (takes_version(text, end, "-", version) ||
		    takes_version(text, end, ".", version))
			return true;
		while (is_digit(text[0]) && is_digit(text[1]))
			text++;
	}
	return false;
}

static int
compare(const struct version *a, const struct version *b)
{
	for (int i = 0; i < 3; i++)
		if (a->part[i] != b->part[i])
			return a->part[i] < b->part[i] ? -1 : 1;
	return 0;
}

static bool
is_request(const struct sl_trace_entry *entry, enum sl_class class)
{
	return entry->kind == SL_LOG_RRQ && entry->class == class;
}

/* ---- finding the rounds ---- */

struct finding {
	const struct sl_trace *trace;
	struct sl_rounds *rounds;
	int64_t window_us;
};

static struct sl_round *
begin_round(struct finding *f, size_t at, bool named)
{
	struct sl_rounds *rounds = f->rounds;
	struct sl_round *round;

	if (rounds->count == rounds->room) {
		size_t room = rounds->room * 2 + 8;
		struct sl_round *more =
		    realloc(rounds->round, room * sizeof(*more));

		if (more == NULL)
			return NULL;
		rounds->round = more;
		rounds->room = room;
	}
	if (rounds->count > 0)
		rounds->round[rounds->count - 1].end = at;
	round = &rounds->round[rounds->count++];
	*round = (struct sl_round){ .first = at,
		.end = f->trace->count,
		.named = named,
		.stage = SL_STAGE_NONE };
	return round;
}

static bool
begins_round(const struct finding *f, const struct sl_round *round, size_t at)
{
	const struct sl_trace_entry *entry = &f->trace->entry[at];
	bool names = is_request(entry, SL_CLASS_BOOT) ||
	             is_request(entry, SL_CLASS_LOADS);

	if (round == NULL)
		return true;
	if (is_request(entry, SL_CLASS_IMAGE))
		return round->life;
	return names &&
	       (!round->named || round->life ||
	           entry->time_us - f->trace->entry[round->first].time_us >=
	               f->window_us);
}

static bool
asked_before(
    const struct sl_trace *trace, const struct sl_round *round, size_t at)
{
	for (size_t i = at, n = 0; i > round->first && n < LOOK_BACK; n++)
		if (is_request(&trace->entry[--i], SL_CLASS_IMAGE) &&
		    strcmp(trace->entry[i].file, trace->entry[at].file) == 0)
			return true;
	return false;
}

/* What stands between the first and the last dot. */
static void
note_build(struct sl_round *round, const char *image)
{
	const char *dot = strchr(image, '.');
	const char *last = strrchr(image, '.');
	size_t length = dot == last ? 0 : (size_t)(last - dot) - 1;

	if (round->build[0] != '\0' || length == 0 ||
	    length >= sizeof(round->build))
		return;
	memcpy(round->build, dot + 1, length);
	round->build[length] = '\0';
}

static void
note_entry(const struct sl_trace *trace, struct sl_round *round, size_t at)
{
	const struct sl_trace_entry *entry = &trace->entry[at];

	if (entry->kind == SL_LOG_NAK && entry->code == 1) {
		if (entry->class == SL_CLASS_BOOT ||
		    entry->class == SL_CLASS_LOADS)
			round->missing = true;
		else if (entry->class == SL_CLASS_IMAGE && round->absent == 0)
			round->absent = (uint32_t)at + 1;
	}
	if (entry->kind != SL_LOG_RRQ)
		return;
	switch ((enum sl_class)entry->class) {
	case SL_CLASS_BOOT:
	case SL_CLASS_LOADS:
		round->requests++;
		break;
	case SL_CLASS_IMAGE:
		if (!asked_before(trace, round, at))
			round->images++;
		note_build(round, entry->file);
		break;
	case SL_CLASS_CONFIG:
	case SL_CLASS_TRUST:
		round->life = true;
		break;
	case SL_CLASS_OTHER:
		break;
	}
}

static enum sl_rc
find_rounds(struct finding *f, struct sl_err *err)
{
	struct sl_round *round = NULL;

	for (size_t i = 0; i < f->trace->count; i++) {
		const struct sl_trace_entry *entry = &f->trace->entry[i];

		if (begins_round(f, round, i))
			round = begin_round(f, i,
			    is_request(entry, SL_CLASS_BOOT) ||
			        is_request(entry, SL_CLASS_LOADS));
		if (round == NULL)
			return sl_fail(err, SL_NOMEM, "no memory");
		note_entry(f->trace, round, i);
	}
	for (size_t i = 0; i < f->rounds->count; i++) {
		round = &f->rounds->round[i];
		round->fruitless =
		    round->named && round->images == 0 && !round->life;
	}
	return SL_OK;
}

/* ---- from which stage a round was served ---- */

struct placing {
	const struct sl_trace *trace;
	const struct sl_plan *plan;
	struct sl_tree *tree; /* NULL: not known */
	bool made_up;
	const struct sl_round *before; /* that took images, or NULL */
};

static uint8_t
stage_served(const struct placing *p, const struct sl_round *round)
{
	for (size_t i = round->first; i < round->end; i++) {
		const char *served = p->trace->entry[i].served;

		if (served == NULL)
			continue;
		served += strspn(served, "/");
		for (uint8_t s = 0; s < p->plan->stage_count; s++) {
			const char *dir = p->plan->stages[s].directory;
			size_t length = strlen(dir);
			const char *in = strstr(served, dir);

			/* The root may stand before it. */
			if (in != NULL && in[length] == '/' &&
			    (in == served || in[-1] == '/'))
				return s;
		}
	}
	return SL_STAGE_NONE;
}

static uint8_t
stage_with_file(const struct placing *p, const char *name)
{
	uint8_t found = SL_STAGE_NONE;
	char path[512];

	for (uint8_t s = 0; s < p->plan->stage_count; s++) {
		if (sl_tree_find(p->tree, p->plan->stages[s].directory, name,
		        path, sizeof(path), NULL) != SL_OK)
			continue;
		if (found != SL_STAGE_NONE)
			return SL_STAGE_NONE; /* in two: it tells nothing */
		found = s;
	}
	return found;
}

static uint8_t
stage_by_tree(const struct placing *p, const struct sl_round *round)
{
	for (size_t i = round->first; p->tree != NULL && i < round->end; i++) {
		uint8_t found = SL_STAGE_NONE;

		if (is_request(&p->trace->entry[i], SL_CLASS_IMAGE) ||
		    is_request(&p->trace->entry[i], SL_CLASS_LOADS))
			found = stage_with_file(p, p->trace->entry[i].file);
		if (found != SL_STAGE_NONE)
			return found;
	}
	return SL_STAGE_NONE;
}

/* Models whose loads are signed with one of the two keys. */
static bool
is_keyed_image(const char *image)
{
	const char *family = image;
	size_t length;

	while ((*family >= 'a' && *family <= 'z') ||
	       (*family >= 'A' && *family <= 'Z'))
		family++;
	length = strspn(family, "0123456789");
	for (size_t n = 0; length > 0 && sl_model_at(n) != NULL; n++) {
		const char *own = sl_model_at(n)->family;

		if (own != NULL && strlen(own) == length &&
		    strncmp(own, family, length) == 0)
			return true;
	}
	return false;
}

/*
 * The made up plan: up to 8.5(2) loads are signed with the key which every
 * loader knows, later ones and 8.5(2)SR1 with the new one.
 */
static uint8_t
stage_by_key(const struct version *version, const char *image)
{
	static const struct version bridge = { { 8, 5, 2 } };
	int order = compare(version, &bridge);

	if (!is_keyed_image(image))
		return SL_STAGE_NONE;
	if (order == 0)
		return strstr(image, "8-5-2TH1") != NULL ? 0 : 1;
	return order < 0 ? 0 : 1;
}

/* The only stage with the version in its directory's name or its own. */
static uint8_t
stage_of_version(
    const struct placing *p, const struct version *version, unsigned *versions)
{
	uint8_t found = SL_STAGE_NONE;
	unsigned matches = 0;

	*versions = 0;
	for (uint8_t s = 0; s < p->plan->stage_count; s++) {
		const struct sl_stage *stage = &p->plan->stages[s];
		struct version own;

		if (!read_version(stage->directory, &own) &&
		    !read_version(stage->name, &own))
			continue;
		(*versions)++;
		if (compare(&own, version) != 0)
			continue;
		found = s;
		matches++;
	}
	return matches == 1 ? found : SL_STAGE_NONE;
}

/* *strange: each stage has a version, and the load has none of these. */
static uint8_t
stage_by_version(
    const struct placing *p, const struct sl_round *round, bool *strange)
{
	*strange = false;
	for (size_t i = round->first; i < round->end; i++) {
		const struct sl_trace_entry *entry = &p->trace->entry[i];
		struct version version;
		unsigned versions;
		uint8_t found;

		if ((!is_request(entry, SL_CLASS_IMAGE) &&
		        !is_request(entry, SL_CLASS_LOADS)) ||
		    !read_version(entry->file, &version))
			continue;
		if (p->made_up)
			return stage_by_key(&version, entry->file);
		found = stage_of_version(p, &version, &versions);
		if (found != SL_STAGE_NONE)
			return found;
		*strange = versions == p->plan->stage_count;
	}
	return SL_STAGE_NONE;
}

static bool
same_load(const struct placing *p, const struct sl_round *round)
{
	const struct sl_round *old = p->before;

	for (size_t i = round->first;
	     i < round->end && i < round->first + LOOK_BACK; i++)
		for (size_t j = old->first;
		     j < old->end && j < old->first + LOOK_BACK; j++)
			if (is_request(&p->trace->entry[i], SL_CLASS_IMAGE) &&
			    is_request(&p->trace->entry[j], SL_CLASS_IMAGE) &&
			    strcmp(p->trace->entry[i].file,
			        p->trace->entry[j].file) == 0)
				return true;
	return false;
}

static uint8_t
stage_by_order(const struct placing *p, const struct sl_round *round)
{
	if (p->before == NULL || p->before->stage == SL_STAGE_NONE)
		return 0;
	if (same_load(p, round) || p->before->stage + 1 >= p->plan->stage_count)
		return p->before->stage;
	return (uint8_t)(p->before->stage + 1);
}

static uint8_t
find_stage(const struct placing *p, struct sl_round *round)
{
	bool strange = false;
	uint8_t stage = stage_served(p, round);

	round->known = stage != SL_STAGE_NONE;
	if (stage == SL_STAGE_NONE && round->fruitless)
		return (uint8_t)(p->plan->stage_count - 1);
	if (stage == SL_STAGE_NONE && round->images == 0)
		return SL_STAGE_NONE;
	if (stage == SL_STAGE_NONE)
		stage = stage_by_tree(p, round);
	if (stage == SL_STAGE_NONE)
		stage = stage_by_version(p, round, &strange);
	if (stage == SL_STAGE_NONE && !strange)
		stage = stage_by_order(p, round);
	return stage;
}

enum sl_rc
sl_rounds_find(const struct sl_trace *trace, const struct sl_plan *plan,
    bool made_up, struct sl_tree *tree, int64_t window_us,
    struct sl_rounds *rounds, struct sl_err *err)
{
	struct finding f = { trace, rounds, window_us };
	struct placing p = { trace, plan, tree, made_up, NULL };
	enum sl_rc rc = find_rounds(&f, err);

	for (size_t i = 0; rc == SL_OK && i < rounds->count; i++) {
		struct sl_round *round = &rounds->round[i];

		round->stage = find_stage(&p, round);
		if (round->images > 0)
			p.before = round;
	}
	return rc;
}
