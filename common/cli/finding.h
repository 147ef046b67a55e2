/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * finding.h: what was wrong with Kea's own options in a phone's newest reply,
 * and the configuration of Kea that mends it.
 */
#ifndef SL_CLI_FINDING_H
#define SL_CLI_FINDING_H

#include "audit.h"
#include "plan.h"
#include "state.h"
#include "view.h"

struct sl_told_finding {
	enum sl_finding finding;
	unsigned option;            /* 150 or 66 */
	char text[SL_LINE_MAX + 1]; /* the sentence, without a full stop */
	char cure[SL_CURE_MAX];     /* between '{' and '}' */
	bool example; /* the cure has 192.0.2.10 in place of a server */
};

/*
 * Up to two; how many were written.  config NULL: the servers that belong into
 * the cure are not known.
 */
size_t sl_findings_read(struct sl_view *view, const struct sl_answer *answer,
    const struct sl_config *config, struct sl_told_finding told[2]);

/* What was published in the state directory; NULL: none that can be read. */
struct sl_config *sl_cli_config(const char *state, struct sl_err *err);

#endif
