/* SPDX-License-Identifier: BSD-2-Clause */
/* replay_tale.c: what became of a phone of the log, in sentences. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "replay_impl.h"

/* A log of a year may show a phone looping a thousand times in turn. */
#define SENTENCES_MAX 12

struct tale {
	const struct sl_lead *lead;
	char *out;
	size_t size, used;
	unsigned sentences;
};

static void add(struct tale *tale, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
add(struct tale *tale, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(
	    tale->out + tale->used, tale->size - tale->used, format, args);
	va_end(args);
	if (length < 0)
		return;
	tale->used += (size_t)length;
	if (tale->used >= tale->size)
		tale->used = tale->size - 1;
}

static const char *
when(int64_t usec, char out[SL_TIME_TEXT])
{
	sl_time_print(usec, out);
	out[10] = ' ';
	out[19] = '\0';
	return out;
}

static const struct sl_stage *
stage(const struct tale *tale, unsigned index)
{
	return &tale->lead->replay->plan->stages[index];
}

static const char *
times(unsigned n, char out[32])
{
	if (n == 1)
		return "once";
	snprintf(out, 32, "%u times", n);
	return out;
}

/* What stageload would have done in a row of rounds that brought nothing. */
static void
add_remedy(struct tale *tale, size_t from, size_t to, unsigned counted)
{
	const struct sl_mark *mark = tale->lead->mark;
	const struct sl_stage *before = stage(tale, mark[from].before);
	const struct sl_stage *after = stage(tale, mark[to - 1].after);
	unsigned limit = tale->lead->replay->config->stuck_after;

	if (counted == 0)
		add(tale,
		    "stageload would have served \"%s\" (%s) from the first "
		    "request on",
		    before->name, before->directory);
	else if (after != before)
		add(tale,
		    "stageload would have served \"%s\" (%s) after attempt %u",
		    after->name, after->directory,
		    counted < limit ? counted : limit);
	else if (tale->lead->phone.status == SL_STUCK)
		add(tale,
		    "stageload has no stage below \"%s\" to try, and would "
		    "have called it stuck after attempt %u",
		    before->name, limit);
	else
		add(tale,
		    "stageload would have counted %u of the %u attempts at "
		    "\"%s\" after which it serves the next lower stage",
		    counted, limit, before->name);
}

/* Rounds from `from` on that brought nothing; returns where they end. */
static size_t
add_fruitless(struct tale *tale, size_t from)
{
	const struct sl_round *round = tale->lead->rounds.round;
	const char *file = tale->lead->trace->entry[round[from].first].file;
	unsigned requests = 0, counted = 0;
	size_t to = from;
	const char *often;
	char text[32];

	while (to < tale->lead->rounds.count && round[to].fruitless &&
	       round[to].missing == round[from].missing) {
		requests += round[to].requests;
		counted += tale->lead->mark[to].counted;
		to++;
	}
	often = times((unsigned)(to - from), text);
	if (round[from].missing)
		add(tale,
		    "%s was asked %s (%u request%s) and the server had no "
		    "such file; ",
		    file, often, requests, requests == 1 ? "" : "s");
	else
		add(tale,
		    "%s was taken %s (%u request%s) without one part asked: "
		    "the firmware served is most likely signed with a key "
		    "that this phone's loader does not know; ",
		    file, often, requests, requests == 1 ? "" : "s");
	add_remedy(tale, from, to, counted);
	add(tale, ".");
	return to;
}

static void
add_taken(struct tale *tale, size_t at)
{
	const struct sl_round *round = &tale->lead->rounds.round[at];
	const char *verb = tale->lead->mark[at].whole ? "took" : "asked";
	const char *end = round->images == 1 ? "" : "s";
	char text[SL_TIME_TEXT];

	add(tale,
	    "%s: ", when(tale->lead->trace->entry[round->first].time_us, text));
	if (round->stage == SL_STAGE_NONE)
		add(tale, "asked %u part%s of a load that no stage holds",
		    round->images, end);
	else
		add(tale, "%s %u part%s of \"%s\" (%s)", verb, round->images,
		    end, stage(tale, round->stage)->name,
		    stage(tale, round->stage)->directory);
	if (round->build[0] != '\0')
		add(tale, ", build %s", round->build);
	if (round->absent != 0)
		add(tale,
		    "; the server has no %s (stageload finds a file whose "
		    "name differs in case alone)",
		    tale->lead->trace->entry[round->absent - 1].file);
	add(tale, ".");
}

static size_t
add_round(struct tale *tale, size_t at)
{
	const struct sl_round *round = &tale->lead->rounds.round[at];

	if (round->fruitless)
		return add_fruitless(tale, at);
	if (round->images > 0)
		add_taken(tale, at);
	return at + 1;
}

static void
add_rounds(struct tale *tale)
{
	size_t count = tale->lead->rounds.count, at = 0;

	while (at < count) {
		size_t before = tale->used;

		/* The end tells most: of a long tale the middle is left out. */
		if (tale->sentences == SENTENCES_MAX) {
			add(tale, " (and so on)");
			return;
		}
		if (tale->used > 0)
			add(tale, " ");
		at = add_round(tale, at);
		if (tale->used > before + 1)
			tale->sentences++;
		else
			tale->used = before;
	}
}

static void
add_silence(struct tale *tale)
{
	const struct sl_config *config = tale->lead->replay->config;

	add(tale, "%llu lease%s and not one file request",
	    (unsigned long long)tale->lead->told.leases,
	    tale->lead->told.leases == 1 ? "" : "s");
	if (tale->lead->phone.status == SL_NEW && tale->lead->phone.way == 0)
		add(tale,
		    "; after %u of them stageload tells its server in another "
		    "way: option 66 alone, then option 150, then siaddr",
		    config->silent_after);
	add(tale, ".");
}

/* Attempts in vain at the end of the log. */
static unsigned
trailing(const struct sl_lead *lead)
{
	unsigned n = 0;

	for (size_t i = lead->rounds.count;
	     i > 0 && lead->rounds.round[i - 1].fruitless; i--)
		n++;
	return n;
}

static enum sl_replay_end
find_end(const struct sl_lead *lead)
{
	if (lead->phone.status == SL_DONE)
		return SL_REPLAY_DONE;
	if (lead->phone.status == SL_STUCK)
		return SL_REPLAY_STUCK;
	if (lead->phone.status == SL_SILENT)
		return SL_REPLAY_SILENT;
	return trailing(lead) >= lead->replay->config->stuck_after
	           ? SL_REPLAY_LOOPING
	           : SL_REPLAY_OPEN;
}

enum sl_replay_end
sl_replay_tale(const struct sl_lead *lead, char *out, size_t size)
{
	struct tale tale = { .lead = lead, .out = out, .size = size };
	enum sl_replay_end end = find_end(lead);
	char text[512];

	out[0] = '\0';
	if (lead->told.requests == 0)
		add_silence(&tale);
	else
		add_rounds(&tale);
	sl_reason_text((enum sl_reason)lead->phone.reason, &lead->phone,
	    &lead->answer.route, text, sizeof(text));
	add(&tale, "%sAt the end of the log it is %s: %s.",
	    tale.used > 0 ? " " : "",
	    sl_status_name((enum sl_status)lead->phone.status), text);
	if (end == SL_REPLAY_LOOPING)
		add(&tale, " It was still looping.");
	else if (lead->phone.status == SL_FLASHING)
		add(&tale, " That it runs this firmware no request shows yet.");
	return end;
}
