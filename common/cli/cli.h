/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cli.h: what the verbs of the `stageload` command share.
 *
 * Data goes to standard output, sentences to standard error.  One thread.
 */
#ifndef SL_CLI_H
#define SL_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "err.h"
#include "state.h"
#include "text.h"

/* Exit statuses; part of the contract with scripts. */
enum sl_exit {
	SL_EXIT_DONE = 0,
	SL_EXIT_NO = 1, /* the answer is no: a check found something */
	SL_EXIT_USAGE = 2,
	SL_EXIT_STATE = 3 /* the state can not be used */
};

/* The options that every verb knows. */
struct sl_cli {
	const char *state; /* the state directory, never NULL */
	const char *root;  /* the TFTP root; NULL: the configuration's */
	const char *usage; /* of the verb, "status [--json]"; never NULL */
};

/* A verb: argv[0] is its name, the options above are taken out of argv. */
typedef int sl_verb(const struct sl_cli *cli, int argc, char **argv);

sl_verb sl_cli_run, sl_cli_status, sl_cli_show, sl_cli_why;
sl_verb sl_cli_stage, sl_cli_retry, sl_cli_hold, sl_cli_release, sl_cli_forget;
sl_verb sl_cli_replay;

/* "stageload: " and the sentence, on standard error. */
void sl_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
/*
 * Complains with err's sentence; the exit status that fits the code.  SL_NONE
 * means that there is no state yet.
 */
int sl_cli_failed(
    const struct sl_cli *cli, enum sl_rc rc, const struct sl_err *err);

/* One option of a verb: exactly one of the two is set. */
struct sl_flag {
	const char *name;   /* "--json" */
	bool *given;        /* an option without a value */
	const char **value; /* one with: --name VALUE or --name=VALUE */
};

/*
 * Takes the verb's options out of argv and leaves its operands from argv[1]
 * on.  Complains and returns -1 for an unknown option or when there are fewer
 * operands than `least` or more than `most`; else how many there are.
 */
int sl_cli_operands(const struct sl_cli *cli, int argc, char **argv,
    const struct sl_flag *flags, size_t count, int least, int most);

/*
 * The first of the `count` names that differs from `text` by the fewest
 * letters, or NULL when none is near.
 */
const char *sl_cli_nearest(
    const char *text, const char *const names[], size_t count);

/* Complains and returns false when the operand is no MAC address. */
bool sl_cli_mac(const char *text, struct sl_mac *mac);

/*
 * Reads one phone.  SL_EXIT_DONE, or complains and returns what to exit with.
 */
int sl_cli_phone(const struct sl_cli *cli, const struct sl_mac *mac,
    struct sl_answer *answer);

/* Microseconds since 1970. */
int64_t sl_cli_now_us(void);

#endif
