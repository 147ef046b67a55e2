/* SPDX-License-Identifier: BSD-2-Clause */
/* trouble.c: what history and files say about a phone that does not move. */
#include "trouble.h"

#include <string.h>

struct reading {
	const struct sl_phone *phone;
	struct sl_trouble *trouble;
};

/* What stands in brackets at the end of a line. */
static void
take_evidence(const char *text, struct sl_trouble *trouble)
{
	const char *at = NULL, *next = text;
	size_t length;

	while ((next = strstr(next, " [")) != NULL)
		at = next += 2;
	trouble->evidence[0] = '\0';
	if (at == NULL)
		return;
	sl_copy(trouble->evidence, sizeof(trouble->evidence), at);
	length = strlen(trouble->evidence);
	if (length > 0 && trouble->evidence[length - 1] == ']')
		trouble->evidence[length - 1] = '\0';
}

static bool
read_line(void *ctx, const struct sl_line *line)
{
	struct reading *reading = ctx;

	if (line->reason != reading->phone->reason)
		return true;
	take_evidence(line->text, reading->trouble);
	reading->trouble->time_us = line->time_us;
	return true;
}

static bool
read_file(void *ctx, const struct sl_file *file)
{
	struct reading *reading = ctx;
	struct sl_trouble *trouble = reading->trouble;

	if (file->note != SL_NOTE_NONE && file->note != SL_NOTE_OTHER_STAGE &&
	    trouble->count < SL_TROUBLED_FILES)
		trouble->file[trouble->count++] = *file;
	return true;
}

void
sl_trouble_read(struct sl_view *view, const struct sl_phone *phone,
    struct sl_trouble *trouble)
{
	struct reading reading = { phone, trouble };

	memset(trouble, 0, sizeof(*trouble));
	sl_view_history(view, &phone->mac, read_line, &reading);
	sl_view_files(view, &phone->mac, read_file, &reading);
}

const char *
sl_trouble_note(enum sl_note note)
{
	static const char *const notes[SL_NOTES] = { "",
		"was served from another stage than its own",
		"was served, though the file has another letter case",
		"is in no directory of its plan",
		"is there, but in.tftpd may not give it",
		"is there several times, in different letter case",
		"leads out of the TFTP root" };

	return (unsigned)note < SL_NOTES ? notes[note] : "?";
}
