/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * screen.h: what the stream that is written to can show, and text for it.
 */
#ifndef SL_SCREEN_H
#define SL_SCREEN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct sl_screen {
	bool terminal;
	bool colour;
	bool blocks;      /* UTF-8: bars of block characters */
	unsigned columns; /* 0: any number */
	unsigned rows;    /* 0: any number */
};

void sl_screen_look(int fd, struct sl_screen *screen);

/*
 * Writes at most `columns` characters (0: all of them) and '?' for whatever
 * could command a terminal.  Returns how many it wrote.
 */
unsigned sl_put_safe(FILE *out, const char *text, unsigned columns);

/* How many characters sl_put_safe writes for all of it. */
unsigned sl_characters(const char *text);

/* "5s", "3m", "2h", "4d"; "-" for never. */
#define SL_AGE_TEXT 16
void sl_age_print(int64_t then_us, int64_t now_us, char out[SL_AGE_TEXT]);

#endif
