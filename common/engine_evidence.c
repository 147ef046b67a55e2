/* SPDX-License-Identifier: BSD-2-Clause */
/* What a phone's files say about its running attempt. */
#include "engine_impl.h"

#include <string.h>

#define MANIFEST_FRESH_US (5 * 1000000ll)

static void
read_manifest(struct sl_engine *engine, const struct sl_route *route,
    struct sl_manifest *m)
{
	char path[512];
	const char *directory = route->stage[m->stage].directory;

	m->known = false;
	memset(m->bytes, 0, sizeof(m->bytes));
	if (sl_tree_find(engine->tree, directory, m->load, path, sizeof(path),
	        NULL) != SL_OK ||
	    sl_tree_loads(engine->tree, path, &m->loads, NULL) != SL_OK)
		return;
	m->known = true;
	for (size_t i = 0; i < m->loads.count; i++) {
		uint64_t size;

		if (sl_tree_find(engine->tree, directory, m->loads.part[i],
		        path, sizeof(path), NULL) == SL_OK &&
		    sl_tree_size(engine->tree, path, &size) == SL_OK)
			m->bytes[i] = size;
	}
}

static struct sl_manifest *
slot_for(struct sl_engine *engine, const struct sl_phone *phone, bool *hit)
{
	struct sl_manifest *oldest = &engine->manifest[0];

	for (size_t i = 0; i < SL_MANIFESTS; i++) {
		struct sl_manifest *m = &engine->manifest[i];

		*hit = m->read_us != 0 && m->plan == phone->plan &&
		       m->stage == phone->stage &&
		       strcmp(m->load, phone->load) == 0;
		if (*hit)
			return m;
		if (m->read_us < oldest->read_us)
			oldest = m;
	}
	return oldest;
}

static bool
lists_parts(const char *load)
{
	struct sl_request request;

	sl_request_classify(load, &request);
	return load[0] != '\0' && !request.whole && !request.hint;
}

/* NULL: the TFTP root is not seen from here, or the file is not there. */
static const struct sl_manifest *
manifest_for(struct sl_engine *engine, const struct sl_phone *phone,
    const struct sl_route *route, int64_t now_us)
{
	struct sl_manifest *m;
	bool hit;

	if (engine->tree == NULL || !lists_parts(phone->load) ||
	    phone->stage >= route->stage_count)
		return NULL;
	m = slot_for(engine, phone, &hit);
	if (!hit || now_us - m->read_us > MANIFEST_FRESH_US ||
	    now_us < m->read_us) {
		m->plan = phone->plan;
		m->stage = phone->stage;
		memcpy(m->load, phone->load, sizeof(m->load));
		m->read_us = now_us;
		read_manifest(engine, route, m);
	}
	return m->known ? m : NULL;
}

struct tally {
	const struct sl_phone *phone;
	const struct sl_manifest *manifest;
	struct sl_facts *facts;
	uint32_t parts_got; /* a bit for each part of the manifest */
	uint64_t bytes;
};

static void
tick_part(struct tally *tally, const struct sl_file *file)
{
	if (tally->manifest == NULL)
		return;
	for (size_t i = 0; i < tally->manifest->loads.count; i++)
		if (sl_same_ignoring_case(
		        tally->manifest->loads.part[i], file->name))
			tally->parts_got |= 1u << i;
}

/*
 * Which parts a phone needs, as bits: of several sections those of one that
 * it fetched whole, else of one that holds all that it fetched.
 */
static uint32_t
parts_wanted(const struct sl_loads *loads, uint32_t got)
{
	uint32_t all = (uint32_t)((1ull << loads->count) - 1);

	for (size_t i = 0; i < loads->section_count; i++)
		if (loads->section[i] != 0 && (loads->section[i] & ~got) == 0)
			return loads->section[i];
	for (size_t i = 0; i < loads->section_count; i++)
		if (loads->section[i] != 0 && (got & ~loads->section[i]) == 0)
			return loads->section[i];
	return all;
}

static void
tell_size(
    const struct sl_manifest *manifest, uint32_t wanted, struct sl_phone *phone)
{
	for (size_t i = 0; i < manifest->loads.count; i++) {
		if ((wanted & 1u << i) == 0)
			continue;
		phone->images_all++;
		phone->bytes_total += manifest->bytes[i];
	}
}

static void
count_file(void *ctx, const struct sl_file *file)
{
	struct tally *tally = ctx;
	struct sl_facts *facts = tally->facts;

	if (file->class == SL_CLASS_BOOT)
		facts->booted |=
		    file->acked && file->attempt_id == tally->phone->attempt_id;
	if (file->class != SL_CLASS_IMAGE)
		return;
	if (file->acked) {
		tick_part(tally, file);
		tally->bytes += file->bytes;
	}
	if (file->attempt_id != tally->phone->attempt_id)
		return;
	facts->images_asked++;
	if (file->acked)
		facts->images_acked++;
	else if (file->outcome == SL_FETCHING)
		facts->images_pending++;
}

static void
fill_rules(const struct sl_engine *engine, struct sl_facts *facts)
{
	const struct sl_config *config = engine->config;

	facts->window_us = config->attempt_window_s * 1000000ll;
	facts->hold_down_us = config->hold_down_s * 1000000ll;
	facts->stuck_after = config->stuck_after;
	facts->silent_after = config->silent_after;
}

static void
fill_evidence(struct sl_engine *engine, struct sl_phone *phone,
    const struct sl_route *route, struct sl_facts *facts)
{
	struct tally tally = { .phone = phone, .facts = facts };
	uint32_t wanted = 0;

	tally.manifest = manifest_for(engine, phone, route, facts->now_us);
	sl_store_each_file(
	    engine->store, &phone->mac, phone->stage, count_file, &tally);
	if (tally.manifest != NULL)
		wanted = parts_wanted(&tally.manifest->loads, tally.parts_got);
	facts->complete = facts->images_asked > 0 &&
	                  facts->images_acked == facts->images_asked &&
	                  (tally.parts_got & wanted) == wanted;
	phone->images_got = facts->images_acked;
	phone->bytes_done = tally.bytes;
	phone->images_all = 0;
	phone->bytes_total = 0;
	if (tally.manifest != NULL)
		tell_size(tally.manifest, wanted, phone);
}

void
sl_engine_facts(struct sl_engine *engine, struct sl_phone *phone,
    int64_t now_us, struct sl_facts *facts)
{
	uint8_t row[SL_ROUTE_BYTES_MAX];
	struct sl_route route;
	struct sl_request boot;
	size_t length;

	memset(facts, 0, sizeof(*facts));
	facts->now_us = now_us;
	facts->stage = SL_STAGE_NONE;
	if (engine->config == NULL || phone->plan == SL_PLAN_NONE)
		return;
	fill_rules(engine, facts);
	if (sl_store_plan(engine->store, phone->plan, row, &length) != SL_OK ||
	    sl_route_decode(row, length, &route) != SL_OK)
		return;
	facts->stage_count = route.stage_count;
	sl_request_classify(phone->load, &boot);
	facts->hint = boot.hint;
	facts->strategy = route.strategy;
	fill_evidence(engine, phone, &route, facts);
}

struct oldest {
	size_t count;
	struct sl_file file;
};

static void
find_oldest(void *ctx, const struct sl_file *file)
{
	struct oldest *oldest = ctx;

	if (oldest->count++ == 0 || file->asked_us < oldest->file.asked_us)
		oldest->file = *file;
}

/* A client invents names at will: the one not asked for longest goes. */
static void
make_room(struct sl_engine *engine, const struct sl_mac *mac)
{
	struct oldest oldest = { .count = 0 };

	sl_store_each_file(
	    engine->store, mac, SL_STAGE_NONE, find_oldest, &oldest);
	if (oldest.count >= SL_FILES_KEPT)
		sl_store_drop_file(engine->store, mac, &oldest.file);
}

enum sl_class
sl_engine_class(const struct sl_event *event)
{
	struct sl_request request;

	if (event->class != SL_CLASS_BOOT)
		return (enum sl_class)event->class;
	sl_request_classify(event->name, &request);
	return request.whole ? SL_CLASS_IMAGE : SL_CLASS_BOOT;
}

bool
sl_engine_file_known(struct sl_engine *engine, const struct sl_phone *phone,
    const struct sl_event *event)
{
	struct sl_file file = { 0 };

	return sl_store_file(engine->store, &phone->mac, event->stage,
	           event->name, &file) == SL_OK &&
	       file.acked && file.attempt_id == phone->attempt_id;
}

void
sl_engine_file_asked(struct sl_engine *engine, const struct sl_phone *phone,
    const struct sl_event *event)
{
	struct sl_file file = { 0 };
	enum sl_rc rc = sl_store_file(
	    engine->store, &phone->mac, event->stage, event->name, &file);

	if (rc != SL_OK) {
		make_room(engine, &phone->mac);
		memset(&file, 0, sizeof(file));
		file.stage = event->stage;
		sl_copy(file.name, sizeof(file.name), event->name);
	}
	file.class = (uint8_t)sl_engine_class(event);
	file.note = event->note;
	/*
	 * A duplicate of a request in the same attempt takes nothing back: UDP
	 * may deliver it after the transfer has ended well.
	 */
	if (file.attempt_id != phone->attempt_id || !file.acked) {
		file.acked = false;
		file.outcome = event->denied ? SL_REFUSED : SL_FETCHING;
	}
	file.attempt_id = phone->attempt_id;
	file.asked++;
	file.asked_us = event->time_us;
	sl_store_put_file(engine->store, &phone->mac, &file);
}

bool
sl_engine_file_ended(struct sl_engine *engine, const struct sl_phone *phone,
    const struct sl_event *event)
{
	struct sl_file file = { 0 };

	if (sl_store_file(engine->store, &phone->mac, event->stage, event->name,
	        &file) != SL_OK)
		return false;
	if (event->outcome == SL_FETCHED)
		file.got++;
	else
		file.failed++;
	/* Of several transfers of one request, the good end counts. */
	if (!file.acked) {
		file.acked = event->outcome == SL_FETCHED;
		file.outcome = event->outcome;
		file.tftp_error = event->tftp_error;
		if (file.acked || event->bytes > file.bytes)
			file.bytes = event->bytes;
		file.ended_us = event->time_us;
		sl_store_put_file(engine->store, &phone->mac, &file);
		return true;
	}
	sl_store_put_file(engine->store, &phone->mac, &file);
	return false;
}
