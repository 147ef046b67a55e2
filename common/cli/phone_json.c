/* SPDX-License-Identifier: BSD-2-Clause */
/* phone_json.c: a phone as members of a JSON object. */
#include "phone_json.h"

#include "model.h"
#include "reason.h"
#include "text.h"

static void
json_stage(struct sl_json *json, const struct sl_answer *answer)
{
	const struct sl_route *route = &answer->route;
	unsigned stage = answer->phone.stage;

	if (!answer->planned) {
		sl_json_null(json, "plan");
		sl_json_null(json, "stage");
		sl_json_null(json, "stage_number");
		sl_json_null(json, "stage_count");
		return;
	}
	sl_json_text(json, "plan", route->name);
	sl_json_text(json, "stage", route->stage[stage].name);
	sl_json_number(json, "stage_number", stage + 1u);
	sl_json_number(json, "stage_count", route->stage_count);
}

static void
json_reason(struct sl_json *json, const struct sl_answer *answer)
{
	enum sl_reason reason = (enum sl_reason)answer->phone.reason;
	char text[512];

	if (reason == SL_REASON_NONE) {
		sl_json_null(json, "reason");
		sl_json_null(json, "reason_text");
		return;
	}
	sl_reason_text(reason, &answer->phone,
	    answer->planned ? &answer->route : NULL, text, sizeof(text));
	sl_json_text(json, "reason", sl_reason_name(reason));
	sl_json_text(json, "reason_text", text);
}

void
sl_phone_json(struct sl_json *json, const struct sl_answer *answer)
{
	const struct sl_phone *phone = &answer->phone;
	char text[SL_MAC_TEXT];

	sl_mac_print(&phone->mac, text);
	sl_json_text(json, "mac", text);
	sl_json_addr(json, "ip", phone->addr);
	snprintf(text, sizeof(text), "%u", phone->model);
	if (phone->model == SL_MODEL_UNKNOWN)
		sl_json_null(json, "model");
	else
		sl_json_text(json, "model", text);
	json_stage(json, answer);
	sl_json_text(
	    json, "status", sl_status_name((enum sl_status)phone->status));
	sl_json_number(json, "attempts", phone->attempts);
	sl_json_number(json, "bytes_done", phone->bytes_done);
	if (phone->bytes_total == 0)
		sl_json_null(json, "bytes_total");
	else
		sl_json_number(json, "bytes_total", phone->bytes_total);
	sl_json_time(json, "last_heard", phone->last_heard_us);
	json_reason(json, answer);
}
