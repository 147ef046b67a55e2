/* SPDX-License-Identifier: BSD-2-Clause */
/* The row of a plan: what the plug-ins need of it, read without a copy. */
#include "record.h"

#include <string.h>

#include "wire.h"

#define ROUTE_VERSION 1

static void
put_delivery(struct sl_writer *w, const struct sl_delivery *delivery)
{
	sl_put_u8(w, delivery->servers.count);
	for (size_t i = 0; i < delivery->servers.count; i++) {
		uint32_t addr = delivery->servers.addr[i];
		uint8_t octets[4] = { (uint8_t)(addr >> 24),
			(uint8_t)(addr >> 16), (uint8_t)(addr >> 8),
			(uint8_t)addr };

		sl_put_bytes(w, octets, sizeof(octets));
	}
	sl_put_text(w, delivery->server_name);
}

static void
get_delivery(struct sl_reader *r, struct sl_route_delivery *delivery)
{
	size_t octets;

	delivery->count = sl_get_u8(r);
	octets = (size_t)delivery->count * 4;
	if (delivery->count > SL_SERVERS_MAX || r->size - r->used < octets)
		r->failed = true;
	delivery->servers = r->data + r->used;
	if (!r->failed)
		r->used += octets;
	delivery->server_name = sl_get_text(r);
}

enum sl_rc
sl_route_encode(
    const struct sl_plan *plan, uint8_t *out, size_t size, size_t *length)
{
	struct sl_writer w = { .data = out, .size = size };

	sl_put_u8(&w, ROUTE_VERSION);
	sl_put_text(&w, plan->name);
	sl_put_u8(&w, (uint8_t)plan->strategy);
	sl_put_u8(&w, plan->stage_count);
	for (size_t i = 0; i < plan->stage_count; i++) {
		sl_put_text(&w, plan->stages[i].name);
		sl_put_text(&w, plan->stages[i].directory);
		sl_put_text(&w, plan->stages[i].config);
		put_delivery(&w, &plan->stages[i].delivery);
	}
	put_delivery(&w, &plan->finished);
	*length = w.used;
	return w.failed ? SL_INVALID : SL_OK;
}

enum sl_rc
sl_route_decode(const uint8_t *data, size_t length, struct sl_route *route)
{
	struct sl_reader r = { .data = data, .size = length };
	uint8_t version = sl_get_u8(&r);

	if (r.failed || version == 0)
		return SL_INVALID;
	if (version > ROUTE_VERSION)
		return SL_VERSION;
	route->name = sl_get_text(&r);
	route->strategy = sl_get_u8(&r);
	route->stage_count = sl_get_u8(&r);
	if (route->stage_count == 0 || route->stage_count > SL_STAGES_MAX ||
	    route->strategy > SL_PROBE)
		return SL_INVALID;
	for (size_t i = 0; i < route->stage_count; i++) {
		route->stage[i].name = sl_get_text(&r);
		route->stage[i].directory = sl_get_text(&r);
		route->stage[i].config = sl_get_text(&r);
		get_delivery(&r, &route->stage[i].delivery);
	}
	get_delivery(&r, &route->finished);
	return r.failed ? SL_INVALID : SL_OK;
}
