/* SPDX-License-Identifier: BSD-2-Clause */
/* status.h: what the table and its live form share. */
#ifndef SL_CLI_STATUS_H
#define SL_CLI_STATUS_H

#include <stdint.h>
#include <stdio.h>

#include "cli.h"
#include "view.h"

/* How many phones are in each status. */
struct sl_counts {
	uint64_t of[SL_STATUSES], all;
};

void sl_count(struct sl_counts *counts, const struct sl_answer *answer);

/* The whole table, once; an exit status. */
int sl_status_table(const struct sl_cli *cli, FILE *out);
/* The table again each second until it is stopped; an exit status. */
int sl_status_watch(const struct sl_cli *cli);

#endif
