/* SPDX-License-Identifier: BSD-2-Clause */
/* replay_trace.c: from lines to what each phone did. */
#include "replay_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

static void
free_entry(struct sl_trace_entry *entry)
{
	free(entry->file);
	free(entry->served);
	free(entry->text);
}

void
sl_traces_clear(struct sl_traces *traces)
{
	for (size_t i = 0; i < traces->count; i++) {
		struct sl_trace *trace = traces->trace[i];

		for (size_t j = 0; j < trace->count; j++)
			free_entry(&trace->entry[j]);
		free(trace->entry);
		free(trace);
	}
	free(traces->trace);
	memset(traces, 0, sizeof(*traces));
}

/* FNV-1a. */
static unsigned
hash_of(const char *key)
{
	uint32_t hash = 2166136261u;

	for (; *key != '\0'; key++)
		hash = (hash ^ (unsigned char)*key) * 16777619u;
	return hash % SL_TRACE_HASH;
}

static struct sl_trace *
find_trace(const struct sl_traces *traces, const char *key)
{
	uint32_t at = traces->hash[hash_of(key)];

	while (at != 0) {
		struct sl_trace *trace = traces->trace[at - 1];

		if (strcmp(trace->key, key) == 0)
			return trace;
		at = trace->next;
	}
	return NULL;
}

static struct sl_trace *
add_trace(struct sl_traces *traces, const char *key, const char *client)
{
	struct sl_trace *trace;
	unsigned hash = hash_of(key);

	if (traces->count == traces->room) {
		size_t room = traces->room * 2 + 16;
		struct sl_trace **more =
		    realloc(traces->trace, room * sizeof(*more));

		if (more == NULL)
			return NULL;
		traces->trace = more;
		traces->room = room;
	}
	trace = calloc(1, sizeof(*trace));
	if (trace == NULL)
		return NULL;
	sl_copy(trace->key, sizeof(trace->key), key);
	sl_copy(trace->client, sizeof(trace->client), client);
	trace->index = (uint32_t)traces->count;
	trace->next = traces->hash[hash];
	traces->trace[traces->count++] = trace;
	/* The newest first: it hides one of the same key. */
	traces->hash[hash] = (uint32_t)traces->count;
	return trace;
}

static struct sl_trace *
want_trace(struct sl_traces *traces, const char *key, const char *client)
{
	struct sl_trace *trace = find_trace(traces, key);

	return trace != NULL ? trace : add_trace(traces, key, client);
}

/* NULL: no memory, or more entries than anybody reads. */
static struct sl_trace_entry *
add_entry(struct sl_traces *traces, struct sl_trace *trace,
    const struct sl_log_line *line, const char *file)
{
	struct sl_trace_entry *entry;
	const char *served = line->served;

	/* A rewritten name stands alone in some logs. */
	if (served[0] == '\0' && strchr(line->file, '/') != NULL)
		served = line->file;
	if (traces->entries == SL_TRACE_ENTRIES_MAX)
		return NULL;
	if (trace->count == trace->room) {
		size_t room = trace->room * 2 + 8;
		struct sl_trace_entry *more =
		    realloc(trace->entry, room * sizeof(*more));

		if (more == NULL)
			return NULL;
		trace->entry = more;
		trace->room = room;
	}
	entry = &trace->entry[trace->count];
	*entry = (struct sl_trace_entry){ .time_us = line->time_us,
		.kind = (uint8_t)line->kind,
		.pid = line->pid,
		.code = line->code };
	/* Lines of different processes may stand a little out of order. */
	if (trace->count > 0 && entry[-1].time_us > entry->time_us)
		entry->time_us = entry[-1].time_us;
	entry->file = strdup(file);
	entry->text = strdup(line->text);
	if (served[0] != '\0')
		entry->served = strdup(served);
	if (entry->file == NULL || entry->text == NULL ||
	    (served[0] != '\0' && entry->served == NULL)) {
		free_entry(entry);
		return NULL;
	}
	trace->count++;
	traces->entries++;
	return entry;
}

/* ---- whose a request is ---- */

/* "11" of "jar11sccp.8-5-2TH1-9.sbn"; false: it has none. */
static bool
family_of(const char *image, char out[8])
{
	size_t length;

	while ((*image >= 'a' && *image <= 'z') ||
	       (*image >= 'A' && *image <= 'Z'))
		image++;
	length = strspn(image, "0123456789");
	if (length == 0 || length >= 8)
		return false;
	memcpy(out, image, length);
	out[length] = '\0';
	return true;
}

static bool
is_family(const struct sl_trace *trace, const char *family)
{
	const struct sl_model *model = sl_model_find(trace->model);

	return model != NULL && model->family != NULL &&
	       strcmp(model->family, family) == 0;
}

/*
 * Without an address there is the boot file alone.  What is asked behind it
 * belongs to the last phone whose model has such images, else to the last.
 */
static struct sl_trace *
nameless_trace(struct sl_traces *traces, const struct sl_request *request)
{
	char key[SL_LOG_CLIENT_MAX + 32], family[8];
	struct sl_trace *last = traces->nameless;

	if (request->class == SL_CLASS_BOOT) {
		snprintf(key, sizeof(key), "boot %.80s", request->base);
		return want_trace(traces, key, "");
	}
	if (request->class == SL_CLASS_IMAGE &&
	    family_of(request->base, family) &&
	    (last == NULL || !is_family(last, family)))
		for (size_t i = traces->count; i > 0; i--)
			if (traces->trace[i - 1]->client[0] == '\0' &&
			    is_family(traces->trace[i - 1], family))
				return traces->trace[i - 1];
	return last != NULL ? last : want_trace(traces, "nameless", "");
}

/* An address may be given to another phone: another model's boot file. */
static struct sl_trace *
trace_at(struct sl_traces *traces, const char *client,
    const struct sl_request *request)
{
	struct sl_trace *trace = want_trace(traces, client, client);
	uint16_t model = SL_MODEL_UNKNOWN;

	if (request->class == SL_CLASS_BOOT)
		model = sl_model_from_boot_file(request->base);
	if (trace == NULL || model == SL_MODEL_UNKNOWN ||
	    trace->model == SL_MODEL_UNKNOWN || trace->model == model)
		return trace;
	return add_trace(traces, client, client);
}

static void
learn(struct sl_trace *trace, const struct sl_log_line *line,
    const struct sl_request *request)
{
	if (line->has_addr)
		trace->addr = line->addr;
	if (request->class != SL_CLASS_OTHER)
		trace->is_phone = true;
	if (request->class != SL_CLASS_BOOT)
		return;
	sl_copy(trace->boot, sizeof(trace->boot), request->base);
	trace->model = sl_model_from_boot_file(request->base);
}

/*
 * The carrier logs "X served as Y" and in.tftpd then, in the same process, a
 * request for Y.
 */
static bool
is_told_already(const struct sl_traces *traces, const struct sl_log_line *line)
{
	uint64_t back = 0;

	while (line->pid != 0 && back < 32 && back < traces->requests) {
		size_t slot = (traces->requests - ++back) % SL_TRACE_RECENT;
		const struct sl_trace *trace =
		    traces->trace[traces->recent[slot].trace];
		const struct sl_trace_entry *entry =
		    &trace->entry[traces->recent[slot].entry];

		if (traces->recent[slot].pid == line->pid &&
		    entry->served != NULL &&
		    strcmp(entry->served, line->file) == 0)
			return true;
	}
	return false;
}

/* True unless there is no memory for it. */
static bool
take_request(struct sl_traces *traces, const struct sl_log_line *line)
{
	const char *client = line->client;
	struct sl_request request;
	struct sl_trace *trace;
	struct sl_trace_entry *entry;
	size_t slot = traces->requests % SL_TRACE_RECENT;

	if (line->served[0] == '\0' && is_told_already(traces, line)) {
		traces->counts.unused++;
		return true;
	}
	sl_request_classify(line->file, &request);
	if (client[0] == '\0')
		client = traces->connected;
	trace = client[0] != '\0' ? trace_at(traces, client, &request)
	                          : nameless_trace(traces, &request);
	if (trace == NULL)
		return false;
	entry = add_entry(traces, trace, line, request.base);
	if (entry == NULL)
		return false;
	entry->class = (uint8_t)request.class;
	learn(trace, line, &request);
	if (trace->client[0] == '\0')
		traces->nameless = trace;
	traces->recent[slot].trace = trace->index;
	traces->recent[slot].entry = (uint32_t)(trace->count - 1);
	traces->recent[slot].pid = line->pid;
	traces->requests++;
	return true;
}

/* ---- which request an end belongs to ---- */

static bool
is_about(const struct sl_log_line *line, const struct sl_trace *trace,
    const struct sl_trace_entry *entry)
{
	if (entry->ended)
		return false;
	if (line->client[0] != '\0' && trace->client[0] != '\0' &&
	    strcmp(line->client, trace->client) != 0)
		return false;
	if (line->kind == SL_LOG_FINISHED)
		return strcmp(sl_base_name(line->file), entry->file) == 0;
	/* A process serves one request; without its number the last counts. */
	return line->pid == entry->pid || line->pid == 0;
}

/* False: no memory.  An end of no request known is passed over. */
static bool
take_end(struct sl_traces *traces, const struct sl_log_line *line)
{
	uint64_t back = 0;

	while (back < SL_TRACE_RECENT && back < traces->requests) {
		size_t slot = (traces->requests - ++back) % SL_TRACE_RECENT;
		struct sl_trace *trace =
		    traces->trace[traces->recent[slot].trace];
		uint32_t about = traces->recent[slot].entry;
		struct sl_trace_entry *end;

		if (!is_about(line, trace, &trace->entry[about]))
			continue;
		end = add_entry(traces, trace, line, trace->entry[about].file);
		if (end == NULL)
			return false;
		end->about = about;
		end->class = trace->entry[about].class;
		trace->entry[about].ended = true;
		traces->tells_ends |= line->kind == SL_LOG_FINISHED;
		return true;
	}
	traces->counts.unused++;
	return true;
}

static bool
take_lease(struct sl_traces *traces, struct sl_log_line *line)
{
	char mac[SL_MAC_TEXT];
	struct sl_trace *trace;
	struct sl_trace_entry *entry;

	if (!traces->has_asking) {
		traces->counts.unused++;
		return true;
	}
	traces->has_asking = false;
	sl_mac_print(&traces->asking, mac);
	/* What it asks from that address later is its own. */
	trace = want_trace(
	    traces, line->client[0] != '\0' ? line->client : mac, mac);
	if (trace == NULL)
		return false;
	entry = add_entry(traces, trace, line, "");
	if (entry == NULL)
		return false;
	entry->addr = line->addr;
	trace->is_phone = true;
	if (line->has_addr)
		trace->addr = line->addr;
	return true;
}

static bool
take(struct sl_traces *traces, struct sl_log_line *line)
{
	switch (line->kind) {
	case SL_LOG_RRQ:
		return take_request(traces, line);
	case SL_LOG_NAK:
	case SL_LOG_FINISHED:
	case SL_LOG_FAILED:
		return take_end(traces, line);
	case SL_LOG_CONNECT:
		sl_copy(
		    traces->connected, sizeof(traces->connected), line->client);
		return true;
	case SL_LOG_DHCP:
		traces->asking = line->mac;
		traces->has_asking = true;
		return true;
	case SL_LOG_LEASE:
		return take_lease(traces, line);
	case SL_LOG_WRQ:
	case SL_LOG_OTHER:
		traces->counts.unused++;
		return true;
	}
	return true;
}

enum sl_rc
sl_traces_take(struct sl_traces *traces, const char *data, size_t length,
    struct sl_err *err)
{
	struct sl_log_line line;

	traces->counts.lines++;
	if (sl_log_line_parse(data, length, &traces->clock, &line) != SL_OK) {
		traces->counts.foreign++;
		return SL_OK;
	}
	if (line.time_us > traces->last_us)
		traces->last_us = line.time_us;
	if (take(traces, &line))
		return SL_OK;
	if (traces->entries == SL_TRACE_ENTRIES_MAX)
		return sl_fail(err, SL_INVALID,
		    "line %llu: more than %d requests; cut the log in pieces",
		    (unsigned long long)traces->counts.lines,
		    SL_TRACE_ENTRIES_MAX);
	return sl_fail(err, SL_NOMEM, "line %llu: no memory for more",
	    (unsigned long long)traces->counts.lines);
}
