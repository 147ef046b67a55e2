/* SPDX-License-Identifier: BSD-2-Clause */
/* finding.c: a phone's findings, from its record, history and configuration. */
#include "finding.h"

#include <stdlib.h>
#include <string.h>

#include "reason.h"
#include "serve.h"
#include "text.h"

struct newest {
	uint16_t reason;
	char *text; /* SL_LINE_MAX + 1 octets */
};

static bool
take_newest(void *ctx, const struct sl_line *line)
{
	struct newest *newest = ctx;

	if (line->reason == newest->reason)
		sl_copy(newest->text, SL_LINE_MAX + 1, line->text);
	return true;
}

static void
read_one(struct sl_view *view, const struct sl_answer *answer,
    const struct sl_audit_input *in, struct sl_told_finding *told)
{
	enum sl_reason reason = told->option == 150 ? SL_REASON_MALFORMED_150
	                                            : SL_REASON_MALFORMED_66;
	struct newest newest = { (uint16_t)reason, told->text };

	/* Only the line that they brought has the octets in it. */
	told->text[0] = '\0';
	sl_view_history(view, &answer->phone.mac, take_newest, &newest);
	if (told->text[0] == '\0')
		sl_reason_text(reason, &answer->phone, NULL, told->text,
		    sizeof(told->text));
	told->example =
	    !sl_finding_cure(told->finding, in, told->cure, sizeof(told->cure));
}

size_t
sl_findings_read(struct sl_view *view, const struct sl_answer *answer,
    const struct sl_config *config, struct sl_told_finding told[2])
{
	const struct sl_phone *phone = &answer->phone;
	struct sl_audit_input in = { .siaddr = 0 };
	struct sl_sent sent;
	size_t count = 0;

	if (config != NULL) {
		sl_serve_dhcp(
		    answer, &config->servers, config->server_name, &sent);
		in.intended = &sent.servers;
		in.intended_name = sent.server_name;
	}
	if (phone->finding150 != SL_FINDING_NONE) {
		told[count].option = 150;
		told[count++].finding = (enum sl_finding)phone->finding150;
	}
	if (phone->finding66 != SL_FINDING_NONE) {
		told[count].option = 66;
		told[count++].finding = (enum sl_finding)phone->finding66;
	}
	for (size_t i = 0; i < count; i++)
		read_one(view, answer, &in, &told[i]);
	return count;
}

struct sl_config *
sl_cli_config(const char *state, struct sl_err *err)
{
	struct sl_config *config = NULL;
	char *json = NULL;
	size_t length = 0;
	enum sl_rc rc = sl_state_published(state, &json, &length, err);

	if (rc == SL_OK)
		config = sl_config_parse(json, length, &rc, err);
	free(json);
	return config;
}
