/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests from an address that no lease tells: whose they may be. */
#include <stdio.h>

#include "engine_impl.h"
#include "model.h"

#define PHONES_LOOKED_AT 4096

/* Whether it may be this phone that asks from an address of its own. */
static bool
may_be_meant(const struct sl_phone *phone, const struct sl_event *event)
{
	const struct sl_model *model = sl_model_find(phone->model);

	if (phone->status != SL_NEW && phone->status != SL_SILENT)
		return false;
	if (phone->model == SL_MODEL_UNKNOWN)
		return true;
	return model != NULL && model->boot_file != NULL &&
	       sl_same_ignoring_case(model->boot_file, event->name);
}

/* SL_OK: only one phone may be meant.  A large fleet is not searched. */
static enum sl_rc
find_meant(struct sl_engine *engine, const struct sl_event *event,
    struct sl_phone *meant)
{
	struct sl_phone phone = { 0 };
	const struct sl_mac *after = NULL;
	struct sl_mac last;
	enum sl_rc found = SL_NONE;

	for (unsigned i = 0; i < PHONES_LOOKED_AT; i++) {
		enum sl_rc rc =
		    sl_store_next_phone(engine->store, after, &phone);

		if (rc == SL_NONE)
			return found;
		if (rc == SL_IO)
			return SL_NONE;
		last = phone.mac;
		after = &last;
		if (rc != SL_OK || !may_be_meant(&phone, event))
			continue;
		if (found == SL_OK)
			return SL_NONE;
		found = SL_OK;
		*meant = phone;
	}
	return SL_NONE;
}

void
sl_engine_stranger(struct sl_engine *engine, const struct sl_event *event)
{
	static const struct sl_mac nobody = { { 0 } };
	struct sl_phone phone;
	char evidence[SL_EVENT_NAME_MAX + 64], addr[SL_ADDR_TEXT];

	if (!sl_mac_equal(&event->mac, &nobody) ||
	    find_meant(engine, event, &phone) != SL_OK ||
	    phone.reason == SL_REASON_UNKNOWN_ADDRESS)
		return;
	sl_addr_print(event->addr, addr);
	snprintf(evidence, sizeof(evidence), "%s was asked from %s",
	    event->name, addr);
	phone.reason = SL_REASON_UNKNOWN_ADDRESS;
	sl_engine_note(engine, &phone, SL_REASON_UNKNOWN_ADDRESS,
	    event->time_us, evidence);
	sl_store_put_phone(engine->store, &phone);
}
