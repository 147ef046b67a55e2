/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c: the `stageload` command: its verbs and the options of all of them. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#ifndef SL_VERSION_TEXT
#define SL_VERSION_TEXT "unknown"
#endif

static const struct verb {
	const char *name;
	sl_verb *function;
	const char *operands;
	const char *help;
} verbs[] = {
	{ "run", sl_cli_run, "", "run the engine in the foreground" },
	{ "status", sl_cli_status, " [--json] [--watch]",
	    "one row for each phone" },
	{ "show", sl_cli_show, " MAC [--json]",
	    "everything known about a phone" },
	{ "why", sl_cli_why, " MAC",
	    "what a phone would get now over DHCP and TFTP, and why" },
	{ "stage", sl_cli_stage, " MAC NAME", "place a phone at a stage" },
	{ "retry", sl_cli_retry, " MAC", "try again, forgetting what failed" },
	{ "hold", sl_cli_hold, " MAC", "keep a phone where it is" },
	{ "release", sl_cli_release, " MAC", "let a held phone go on" },
	{ "forget", sl_cli_forget, " MAC",
	    "drop a phone and its history; it starts again as new" },
	{ "replay", sl_cli_replay, " LOG [--plan P] [--year Y] [--json]",
	    "what would have been decided at each line of an old log" },
};

#define VERBS (sizeof(verbs) / sizeof(verbs[0]))

struct globals {
	const char *state, *root;
	bool help, version;
};

static void
print_help(void)
{
	char head[64];

	printf("usage: stageload [--state DIR] [--root DIR] VERB ...\n\n");
	for (size_t i = 0; i < VERBS; i++) {
		snprintf(head, sizeof(head), "%s%s", verbs[i].name,
		    verbs[i].operands);
		printf("  %-28s %s\n", head, verbs[i].help);
	}
	printf("\n"
	       "  --state DIR   the state directory (STAGELOAD_STATE; else "
	       "%s)\n"
	       "  --root DIR    the TFTP root (STAGELOAD_TFTP_ROOT; else that "
	       "of the configuration)\n"
	       "  --help        this text, or the usage of a verb\n"
	       "  --version     the version of this command\n",
	    SL_STATE_DIRECTORY);
}

static const struct verb *
find_verb(const char *name)
{
	for (size_t i = 0; i < VERBS; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

static int
unknown_verb(const char *name)
{
	const char *names[VERBS];
	const char *near;

	for (size_t i = 0; i < VERBS; i++)
		names[i] = verbs[i].name;
	near = sl_cli_nearest(name, names, VERBS);
	if (near != NULL)
		sl_complain("there is no verb \"%s\"; did you mean \"%s\"?",
		    name, near);
	else
		sl_complain("there is no verb \"%s\"; `stageload --help` lists "
		            "them all",
		    name);
	return SL_EXIT_USAGE;
}

/*
 * Takes --name VALUE or --name=VALUE at argv[*at].  True: it was this option;
 * *value stays NULL when its value is missing.
 */
static bool
take_value(int argc, char **argv, int *at, const char *name, const char **value)
{
	size_t length = strlen(name);

	if (strncmp(argv[*at], name, length) != 0)
		return false;
	if (argv[*at][length] == '=') {
		*value = argv[*at] + length + 1;
		return true;
	}
	if (argv[*at][length] != '\0')
		return false;
	*value = *at + 1 < argc ? argv[++*at] : NULL;
	return true;
}

/* Leaves in argv what is not an option of all verbs; -1 after a complaint. */
static int
take_globals(int argc, char **argv, struct globals *globals)
{
	int left = 1;
	bool options = true;

	for (int i = 1; i < argc; i++) {
		const char *given = argv[i];
		bool valued = true;
		const char *value = NULL;

		if (strcmp(given, "--") == 0)
			options = false;
		if (!options)
			valued = false;
		else if (take_value(argc, argv, &i, "--state", &value))
			globals->state = value;
		else if (take_value(argc, argv, &i, "--root", &value))
			globals->root = value;
		else
			valued = false;
		if (valued && (value == NULL || *value == '\0')) {
			sl_complain("%s needs a directory", given);
			return -1;
		}
		if (valued)
			continue;
		if (options && strcmp(given, "--help") == 0)
			globals->help = true;
		else if (options && strcmp(given, "--version") == 0)
			globals->version = true;
		else
			argv[left++] = argv[i];
	}
	argv[left] = NULL;
	return left;
}

/* An empty variable counts as none, as in the shell's ${NAME:-...}. */
static const char *
from_environment(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0' ? value : otherwise;
}

static int
call(const struct verb *verb, const struct globals *globals, int argc,
    char **argv)
{
	char usage[64];
	struct sl_cli cli = { globals->state, globals->root, usage };

	snprintf(usage, sizeof(usage), "%s%s", verb->name, verb->operands);
	if (!globals->help)
		return verb->function(&cli, argc, argv);
	printf("usage: stageload %s\n\n%s\n", usage, verb->help);
	return SL_EXIT_DONE;
}

static int
choose(int argc, char **argv)
{
	struct globals globals = { from_environment(
		                       "STAGELOAD_STATE", SL_STATE_DIRECTORY),
		from_environment("STAGELOAD_TFTP_ROOT", NULL), false, false };
	const struct verb *verb;

	argc = take_globals(argc, argv, &globals);
	if (argc < 0)
		return SL_EXIT_USAGE;
	if (globals.version) {
		printf("stageload %s\n", SL_VERSION_TEXT);
		return SL_EXIT_DONE;
	}
	if (argc < 2 && globals.help) {
		print_help();
		return SL_EXIT_DONE;
	}
	if (argc < 2) {
		sl_complain("what shall be done? `stageload --help` lists all "
		            "verbs");
		return SL_EXIT_USAGE;
	}
	verb = find_verb(argv[1]);
	if (verb == NULL)
		return unknown_verb(argv[1]);
	return call(verb, &globals, argc - 1, argv + 1);
}

int
main(int argc, char **argv)
{
	int status;

	/* Only what characters are: numbers and times stay as they are. */
	setlocale(LC_CTYPE, "");
	status = choose(argc, argv);
	/* A full disk must not look like an empty fleet. */
	if (fflush(stdout) != 0 || ferror(stdout)) {
		sl_complain("standard output can not be written");
		return status == SL_EXIT_DONE ? SL_EXIT_NO : status;
	}
	return status;
}
