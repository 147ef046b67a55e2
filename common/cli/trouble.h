/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trouble.h: the evidence for a phone's reason, and its remarkable files, as
 * `stageload why` tells them.
 */
#ifndef SL_CLI_TROUBLE_H
#define SL_CLI_TROUBLE_H

#include "record.h"
#include "view.h"

#define SL_TROUBLED_FILES 8

struct sl_trouble {
	char evidence[SL_LINE_MAX + 1]; /* of the newest such line; or "" */
	int64_t time_us;
	size_t count;
	struct sl_file file[SL_TROUBLED_FILES];
};

void sl_trouble_read(struct sl_view *view, const struct sl_phone *phone,
    struct sl_trouble *trouble);

/* "is in no directory of its plan" and so on; "" for SL_NOTE_NONE. */
const char *sl_trouble_note(enum sl_note note);

#endif
