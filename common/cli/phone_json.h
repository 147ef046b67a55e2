/* SPDX-License-Identifier: BSD-2-Clause */
/* phone_json.h: a phone as members of a JSON object. */
#ifndef SL_PHONE_JSON_H
#define SL_PHONE_JSON_H

#include "json_out.h"
#include "state.h"

/* The members of a phone that `status --json` promises, without brackets. */
void sl_phone_json(struct sl_json *json, const struct sl_answer *answer);

#endif
