/* SPDX-License-Identifier: BSD-2-Clause */
/* watch.c: `stageload status --watch`, the table redrawn each second. */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "status.h"
#include "table.h"
#include "walk.h"

#define EACH_MS 1000
#define HEAD_ROWS 3 /* counts, heading, and the line that says what is left */

/* Whom to show first when not all fit: the ones that something happens to. */
static const unsigned groups[] = {
	1u << SL_BOOTING | 1u << SL_LOADING | 1u << SL_FLASHING |
	    1u << SL_CLIMBING,
	1u << SL_STUCK | 1u << SL_SILENT | 1u << SL_HELD,
	1u << SL_NEW,
	1u << SL_DONE,
};

struct picture {
	struct sl_table table;
	struct sl_counts counts;
	unsigned group;     /* statuses that are drawn now */
	unsigned rows_left; /* of the screen */
	uint64_t drawn;
};

static bool
look_over(void *ctx, FILE *out, const struct sl_answer *answer)
{
	struct picture *picture = ctx;

	(void)out;
	sl_table_measure(&picture->table, answer);
	sl_count(&picture->counts, answer);
	return true;
}

static bool
draw_row(void *ctx, FILE *out, const struct sl_answer *answer)
{
	struct picture *picture = ctx;

	if (picture->rows_left == 0)
		return false;
	if ((picture->group & 1u << answer->phone.status) == 0)
		return true;
	sl_table_row(out, &picture->table, answer);
	picture->rows_left--;
	picture->drawn++;
	return true;
}

static void
draw_counts(FILE *out, const struct picture *picture)
{
	const struct sl_counts *counts = &picture->counts;
	char text[512];
	size_t used;

	snprintf(text, sizeof(text), "%ju phone%s", (uintmax_t)counts->all,
	    counts->all == 1 ? "" : "s");
	for (size_t i = 0; i < SL_STATUSES; i++) {
		if (counts->of[i] == 0)
			continue;
		used = strlen(text);
		snprintf(text + used, sizeof(text) - used, "%s %ju %s",
		    strchr(text, ':') == NULL ? ":" : ",",
		    (uintmax_t)counts->of[i],
		    sl_status_name((enum sl_status)i));
	}
	sl_put_safe(out, text, picture->table.screen.columns);
	putc('\n', out);
}

/* A fleet that fits is shown in order; of a larger one, whom it matters. */
static enum sl_rc
draw_rows(const struct sl_cli *cli, struct picture *picture, FILE *out,
    struct sl_err *err)
{
	bool all_fit = picture->counts.all <= picture->rows_left;
	enum sl_rc rc = SL_OK;

	if (all_fit) {
		picture->group = ~0u;
		return sl_walk(cli->state, out, draw_row, picture, NULL, err);
	}
	for (size_t i = 0; rc == SL_OK && picture->rows_left > 0 &&
	                   i < sizeof(groups) / sizeof(groups[0]);
	     i++) {
		picture->group = groups[i];
		rc = sl_walk(cli->state, out, draw_row, picture, NULL, err);
	}
	if (rc == SL_OK && picture->drawn < picture->counts.all)
		fprintf(out, "... and %ju more",
		    (uintmax_t)(picture->counts.all - picture->drawn));
	return rc;
}

static enum sl_rc
draw(const struct sl_cli *cli, FILE *out, struct sl_err *err)
{
	struct picture picture = { 0 };
	unsigned rows;
	enum sl_rc rc;

	sl_table_begin(&picture.table, STDOUT_FILENO, sl_cli_now_us());
	rows = picture.table.screen.rows;
	picture.rows_left = rows > HEAD_ROWS ? rows - HEAD_ROWS : 1;
	rc = sl_walk(cli->state, out, look_over, &picture, NULL, err);
	if (rc != SL_OK)
		return rc;
	draw_counts(out, &picture);
	if (picture.counts.all == 0) {
		fputs("\nno phone was seen yet; each one appears here with its "
		      "first lease\n",
		    out);
		return SL_OK;
	}
	sl_table_fit(&picture.table);
	sl_table_head(out, &picture.table);
	return draw_rows(cli, &picture, out, err);
}

/*
 * One write a picture, and each line cleared by itself instead of the
 * whole screen: so nothing flickers.
 */
static enum sl_rc
show(const struct sl_cli *cli, struct sl_err *err)
{
	char *text = NULL, *line, *end;
	size_t length;
	FILE *memory = open_memstream(&text, &length);
	enum sl_rc rc;

	if (memory == NULL)
		return sl_fail(err, SL_NOMEM, "no memory");
	rc = draw(cli, memory, err);
	if (fclose(memory) != 0)
		rc = sl_fail(err, SL_NOMEM, "no memory");
	if (rc == SL_OK) {
		fputs("\033[H", stdout);
		for (line = text; (end = strchr(line, '\n')) != NULL;
		     line = end + 1)
			printf("\033[K%.*s\r\n", (int)(end - line), line);
		printf("\033[J%s", line);
		fflush(stdout);
	}
	free(text);
	return rc;
}

static int
open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGWINCH);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* Waits a second, or for less when the window changed.  True: it is over. */
static bool
is_over(int signals, int keys)
{
	struct pollfd fds[2] = { { .fd = signals, .events = POLLIN },
		{ .fd = keys, .events = POLLIN } };
	struct signalfd_siginfo info;
	char key;

	if (poll(fds, 2, EACH_MS) <= 0)
		return false;
	if (read(signals, &info, sizeof(info)) == sizeof(info))
		return info.ssi_signo != SIGWINCH;
	if (fds[1].revents == 0)
		return false;
	/* Nothing to read although there was: the terminal is gone. */
	return read(keys, &key, 1) != 1 || key == 'q' || key == 'Q';
}

static int
watch_terminal(const struct sl_cli *cli, int signals)
{
	struct termios before, raw;
	bool keys = tcgetattr(STDIN_FILENO, &before) == 0;
	struct sl_err err = { "" };
	enum sl_rc rc;

	if (keys) {
		raw = before;
		raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
		tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	}
	/* No cursor, no wrapping of lines that are too long; clear. */
	fputs("\033[?25l\033[?7l\033[H\033[2J", stdout);
	do
		rc = show(cli, &err);
	while (rc == SL_OK && !ferror(stdout) &&
	       !is_over(signals, keys ? STDIN_FILENO : -1));
	fputs("\033[?7h\033[?25h\n", stdout);
	fflush(stdout);
	if (keys)
		tcsetattr(STDIN_FILENO, TCSANOW, &before);
	return rc == SL_OK ? SL_EXIT_DONE : sl_cli_failed(cli, rc, &err);
}

static int
watch_plain(const struct sl_cli *cli, int signals)
{
	int status;

	do {
		status = sl_status_table(cli, stdout);
		putchar('\n');
		fflush(stdout);
	} while (
	    status == SL_EXIT_DONE && !ferror(stdout) && !is_over(signals, -1));
	return status;
}

int
sl_status_watch(const struct sl_cli *cli)
{
	struct sl_screen screen;
	int signals = open_signals();
	int status;

	if (signals < 0) {
		sl_complain("no descriptor to wait with");
		return SL_EXIT_NO;
	}
	sl_screen_look(STDOUT_FILENO, &screen);
	status = screen.terminal ? watch_terminal(cli, signals)
	                         : watch_plain(cli, signals);
	close(signals);
	return status;
}
