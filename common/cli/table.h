/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.h: phones as the rows of a table that fits its screen.
 *
 * Clear it with sl_table_begin, measure every phone, fit, then write.
 */
#ifndef SL_TABLE_H
#define SL_TABLE_H

#include <stdint.h>
#include <stdio.h>

#include "screen.h"
#include "state.h"

enum sl_column {
	SL_COLUMN_MAC = 0,
	SL_COLUMN_IP,
	SL_COLUMN_MODEL,
	SL_COLUMN_PLAN,
	SL_COLUMN_STAGE,
	SL_COLUMN_STATUS,
	SL_COLUMN_PROGRESS,
	SL_COLUMN_HEARD,
	SL_COLUMN_REASON, /* takes what is left */
	SL_COLUMNS
};

struct sl_table {
	struct sl_screen screen;
	int64_t now_us;             /* ages count from then */
	unsigned width[SL_COLUMNS]; /* 0: left out; for reason: no limit */
	uint64_t phones;            /* measured */
};

void sl_table_begin(struct sl_table *table, int fd, int64_t now_us);
void sl_table_measure(struct sl_table *table, const struct sl_answer *answer);
/* Leaves out the least needed columns if the screen is too narrow for all. */
void sl_table_fit(struct sl_table *table);

void sl_table_head(FILE *out, const struct sl_table *table);
void sl_table_row(
    FILE *out, const struct sl_table *table, const struct sl_answer *answer);

#endif
