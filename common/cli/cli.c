/* SPDX-License-Identifier: BSD-2-Clause */
/* cli.c: complaints, options and operands, one phone, for all verbs. */
#include "cli.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "view.h"

/* A name that differs by more letters than this is another word. */
#define NEAR 2
#define NAME_MAX_COMPARED 32

void
sl_complain(const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* One write, so that lines of several processes do not mix. */
	fprintf(stderr, "stageload: %s\n", text);
}

int
sl_cli_failed(const struct sl_cli *cli, enum sl_rc rc, const struct sl_err *err)
{
	if (rc == SL_NONE)
		sl_complain("%s; the engine makes it: stageload run --state %s",
		    err->text, cli->state);
	else
		sl_complain("%s", err->text);
	switch (rc) {
	case SL_OK:
		return SL_EXIT_DONE;
	case SL_SHAPE:
	case SL_INVALID:
		return SL_EXIT_NO;
	case SL_NONE:
	case SL_AGAIN:
	case SL_IO:
	case SL_NOMEM:
	case SL_VERSION:
		return SL_EXIT_STATE;
	}
	return SL_EXIT_STATE;
}

static const struct sl_flag *
find_flag(const struct sl_flag *flags, size_t count, const char *arg)
{
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(flags[i].name);

		if (strncmp(arg, flags[i].name, length) == 0 &&
		    (arg[length] == '\0' ||
		        (arg[length] == '=' && flags[i].value != NULL)))
			return &flags[i];
	}
	return NULL;
}

static int
usage(const struct sl_cli *cli)
{
	sl_complain("usage: stageload %s", cli->usage);
	return -1;
}

/* Returns how many further arguments it took, or -1 after a complaint. */
static int
take_flag(const struct sl_cli *cli, const struct sl_flag *flag, const char *arg,
    const char *next)
{
	const char *equals = strchr(arg, '=');

	if (flag->value == NULL) {
		*flag->given = true;
		return 0;
	}
	*flag->value = equals != NULL ? equals + 1 : next;
	if (*flag->value == NULL) {
		sl_complain("%s needs a value", flag->name);
		return usage(cli);
	}
	return equals != NULL ? 0 : 1;
}

int
sl_cli_operands(const struct sl_cli *cli, int argc, char **argv,
    const struct sl_flag *flags, size_t count, int least, int most)
{
	bool options = true;
	int left = 1;

	for (int i = 1; i < argc; i++) {
		const struct sl_flag *flag;
		int taken;

		if (!options || argv[i][0] != '-' || argv[i][1] == '\0') {
			argv[left++] = argv[i];
			continue;
		}
		if (strcmp(argv[i], "--") == 0) {
			options = false;
			continue;
		}
		flag = find_flag(flags, count, argv[i]);
		if (flag == NULL) {
			sl_complain("%s has no option %s", argv[0], argv[i]);
			return usage(cli);
		}
		taken = take_flag(cli, flag, argv[i], argv[i + 1]);
		if (taken < 0)
			return -1;
		i += taken;
	}
	argv[left] = NULL;
	return left - 1 >= least && left - 1 <= most ? left - 1 : usage(cli);
}

/* Letters to change, add or leave out to make `b` of `a` (Levenshtein). */
static size_t
distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_COMPARED + 1];
	size_t length = strlen(b);

	if (length > NAME_MAX_COMPARED || strlen(a) > NAME_MAX_COMPARED)
		return NAME_MAX_COMPARED;
	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (size_t i = 0; a[i] != '\0'; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < length; j++) {
			size_t best = diagonal + (a[i] != b[j]);

			diagonal = row[j + 1];
			if (row[j + 1] + 1 < best)
				best = row[j + 1] + 1;
			if (row[j] + 1 < best)
				best = row[j] + 1;
			row[j + 1] = best;
		}
	}
	return row[length];
}

const char *
sl_cli_nearest(const char *text, const char *const names[], size_t count)
{
	const char *best = NULL;
	size_t fewest = NEAR + 1;

	for (size_t i = 0; i < count; i++) {
		size_t letters = distance(text, names[i]);

		if (letters < fewest && letters < strlen(names[i])) {
			fewest = letters;
			best = names[i];
		}
	}
	return best;
}

bool
sl_cli_mac(const char *text, struct sl_mac *mac)
{
	if (sl_mac_parse(text, mac) == SL_OK)
		return true;
	sl_complain(
	    "\"%s\" is not a MAC address, as 00:1b:d4:12:34:56 is", text);
	return false;
}

int
sl_cli_phone(const struct sl_cli *cli, const struct sl_mac *mac,
    struct sl_answer *answer)
{
	char text[SL_MAC_TEXT];
	struct sl_err err = { "" };
	enum sl_rc rc;
	struct sl_view *view = sl_view_open(cli->state, &rc, &err);

	if (view == NULL)
		return sl_cli_failed(cli, rc, &err);
	rc = sl_view_phone(view, mac, answer);
	sl_view_close(view);
	sl_mac_print(mac, text);
	if (rc == SL_OK)
		return SL_EXIT_DONE;
	if (rc == SL_NONE) {
		sl_complain("%s is no phone that was seen here", text);
		return SL_EXIT_NO;
	}
	sl_complain("%s/%s: the record of %s can not be read", cli->state,
	    SL_STATE_FILE, text);
	return SL_EXIT_STATE;
}

int64_t
sl_cli_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
