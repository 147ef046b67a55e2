/* SPDX-License-Identifier: BSD-2-Clause */
/* screen.c: what a stream can show, and text that can do no harm there. */
#include "screen.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "json_out.h"
#include "text.h"

void
sl_screen_look(int fd, struct sl_screen *screen)
{
	const char *none = getenv("NO_COLOR"), *term = getenv("TERM");
	struct winsize size;

	memset(screen, 0, sizeof(*screen));
	screen->terminal = isatty(fd) == 1;
	if (!screen->terminal)
		return;
	screen->colour = (none == NULL || *none == '\0') && term != NULL &&
	                 strcmp(term, "dumb") != 0;
	screen->blocks = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	screen->columns = 80;
	screen->rows = 24;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 &&
	    size.ws_row > 0) {
		screen->columns = size.ws_col;
		screen->rows = size.ws_row;
	}
}

/* C0, DEL and, as UTF-8, C1: what a terminal may take for a command. */
static bool
is_command(const char *text, unsigned length)
{
	unsigned char c = (unsigned char)*text;

	return length == 0 || c < 0x20 || c == 0x7f ||
	       (c == 0xc2 && (unsigned char)text[1] < 0xa0);
}

unsigned
sl_put_safe(FILE *out, const char *text, unsigned columns)
{
	unsigned written = 0;

	while (*text != '\0' && (columns == 0 || written < columns)) {
		unsigned length = sl_utf8_length(text);

		if (is_command(text, length))
			putc('?', out);
		else
			fwrite(text, 1, length, out);
		text += length == 0 ? 1 : length;
		written++;
	}
	return written;
}

void
sl_age_print(int64_t then_us, int64_t now_us, char out[SL_AGE_TEXT])
{
	static const struct {
		int64_t seconds;
		char unit;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	/* A clock that was set back makes nobody heard in the future. */
	int64_t s = now_us > then_us ? (now_us - then_us) / 1000000 : 0;
	size_t i = 0;

	if (then_us == 0) {
		sl_copy(out, SL_AGE_TEXT, "-");
		return;
	}
	while (i < 3 && s < units[i].seconds)
		i++;
	snprintf(out, SL_AGE_TEXT, "%lld%c", (long long)(s / units[i].seconds),
	    units[i].unit);
}

unsigned
sl_characters(const char *text)
{
	unsigned n = 0;

	while (*text != '\0') {
		unsigned length = sl_utf8_length(text);

		text += length == 0 ? 1 : length;
		n++;
	}
	return n;
}
