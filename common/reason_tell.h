/* SPDX-License-Identifier: BSD-2-Clause */
/* reason_tell.h: what reason.c and reason_file.c share; nobody else's. */
#ifndef SL_REASON_TELL_H
#define SL_REASON_TELL_H

#include "reason.h"

#define LABEL_MAX 256

/* What the sentences are made of. */
struct telling {
	const struct sl_phone *phone;
	const struct sl_route *route; /* NULL: none */
	char *out;
	size_t size;
};

typedef void teller(const struct telling *t);

void sl_say(const struct telling *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* "bridge" (sccp-8.5.2) */
const char *sl_own_stage(const struct telling *t, char out[LABEL_MAX]);
/* What the phone asked last, fit for a terminal. */
const char *sl_load(
    const struct telling *t, const char *otherwise, char out[LABEL_MAX]);

/* How far the images are: "2 of 5 parts". */
const char *sl_parts(const struct telling *t, char out[LABEL_MAX]);

/* reason_file.c: files that are missing, unreadable or strange. */
teller sl_tell_unknown_address;
teller sl_tell_boot_missing;
teller sl_tell_part_missing;
teller sl_tell_part_case;
teller sl_tell_part_unreadable;
teller sl_tell_trust_loop;
teller sl_tell_no_config;
teller sl_tell_on_target;
teller sl_tell_damaged;
teller sl_tell_moved_away;

#endif
