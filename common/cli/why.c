/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * why.c: `stageload why MAC`: what a phone would get now, told with the same
 * functions that give it to the phone.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "finding.h"
#include "model.h"

#include "plan.h"
#include "reason.h"
#include "request.h"
#include "screen.h"
#include "serve.h"
#include "tree.h"
#include "trouble.h"
#include "view.h"

#define LINE_MAX_TOLD 1024

struct question {
	const struct sl_cli *cli;
	struct sl_mac mac;
	bool known;               /* answer is valid */
	struct sl_config *config; /* NULL: none can be read */
	struct sl_err no_config;  /* then why */
	struct sl_tree *tree;     /* NULL: no TFTP root is known */
	const char *root;
	struct sl_answer answer;
	struct sl_told_finding told[2];
	size_t told_count;
	struct sl_trouble trouble;
};

static void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A line of the answer; names in it may come from the network. */
static void
tell(const char *format, ...)
{
	char text[LINE_MAX_TOLD];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	sl_put_safe(stdout, text, 0);
	putchar('\n');
}

static void
open_tree(struct question *q)
{
	q->root = q->cli->root;
	if (q->root == NULL && q->config != NULL &&
	    q->config->tftp_root[0] != '\0')
		q->root = q->config->tftp_root;
	if (q->root != NULL)
		q->tree = sl_tree_new(q->root, 0);
}

static void
tell_who(const struct question *q)
{
	const struct sl_phone *phone = &q->answer.phone;
	char mac[SL_MAC_TEXT], addr[SL_ADDR_TEXT], model[32], age[SL_AGE_TEXT];

	sl_mac_print(&phone->mac, mac);
	sl_addr_print(phone->addr, addr);
	sl_age_print(phone->last_heard_us, sl_cli_now_us(), age);
	snprintf(model, sizeof(model), "a %u", phone->model);
	if (phone->model == SL_MODEL_UNKNOWN)
		sl_copy(model, sizeof(model), "a phone of unknown model");
	tell("%s is %s%s%s, last heard %s ago.", mac, model,
	    phone->addr != 0 ? " at " : "", phone->addr != 0 ? addr : "", age);
}

static void
tell_place(const struct question *q)
{
	const struct sl_phone *phone = &q->answer.phone;
	const struct sl_route *route = &q->answer.route;
	char text[512];

	if (q->answer.planned)
		tell("It is %s, at stage %u of %u of plan %s: \"%s\", from %s.",
		    sl_status_name((enum sl_status)phone->status),
		    phone->stage + 1u, route->stage_count, route->name,
		    route->stage[phone->stage].name,
		    route->stage[phone->stage].directory);
	else
		tell("It is %s and has no plan.",
		    sl_status_name((enum sl_status)phone->status));
	sl_reason_text((enum sl_reason)phone->reason, phone,
	    q->answer.planned ? route : NULL, text, sizeof(text));
	if (text[0] != '\0')
		tell("Why: %s (%s).", text,
		    sl_reason_name((enum sl_reason)phone->reason));
}

/* What is behind the reason, and what the administrator can do. */
static void
tell_trouble(const struct question *q)
{
	const struct sl_trouble *trouble = &q->trouble;
	const char *cure =
	    sl_reason_cure((enum sl_reason)q->answer.phone.reason);
	char time[SL_TIME_TEXT];

	if (trouble->evidence[0] != '\0') {
		sl_time_print(trouble->time_us, time);
		tell("Seen %s: %s.", time, trouble->evidence);
	}
	for (size_t i = 0; i < trouble->count; i++) {
		const struct sl_file *file = &trouble->file[i];

		tell("  %s %s (asked %u times).", file->name,
		    sl_trouble_note((enum sl_note)file->note), file->asked);
	}
	if (cure[0] != '\0')
		tell("What to do: %s.", cure);
}

static void
tell_findings(const struct question *q)
{
	for (size_t i = 0; i < q->told_count; i++) {
		const struct sl_told_finding *told = &q->told[i];

		tell("In its newest reply Kea had %s: %s.",
		    sl_finding_name(told->finding), told->text);
		printf(
		    "  Kea configuration that mends it: { %s }\n", told->cure);
		if (told->example)
			puts("  with your server in place of 192.0.2.10.");
	}
	if (q->told_count > 0 && q->config != NULL &&
	    q->config->audit == SL_AUDIT_WARN)
		puts(
		    "  Until then the phone gets it as it is, whatever is said "
		    "below (option-audit is warn).");
}

static void
tell_option150(const struct sl_sent *sent)
{
	uint8_t octets[SL_SERVERS_MAX * 4];
	struct sl_err err = { "" };
	size_t length;

	if (sl_option150_encode(&sent->servers, octets, sizeof(octets), &length,
	        &err) != SL_OK) {
		tell("  option 150  none: %s", err.text);
		return;
	}
	fputs("  option 150 ", stdout);
	for (size_t i = 0; i < sent->servers.count; i++) {
		char addr[SL_ADDR_TEXT];

		sl_addr_print(sent->servers.addr[i], addr);
		printf("%s %s", i == 0 ? "" : ",", addr);
	}
	printf(
	    "  (octets: %02x %02x", SL_OPTION_TFTP_SERVERS, (unsigned)length);
	for (size_t i = 0; i < length; i++)
		printf(" %02x", octets[i]);
	puts(")");
}

static void
tell_dhcp(const struct question *q)
{
	struct sl_sent sent;
	char addr[SL_ADDR_TEXT];

	puts("\nOver DHCP:");
	if (q->config == NULL) {
		tell("  nothing that can be told: %s", q->no_config.text);
		return;
	}
	sl_serve_dhcp(q->known ? &q->answer : NULL, &q->config->servers,
	    q->config->server_name, &sent);
	if (sent.option150)
		tell_option150(&sent);
	if (sent.option66)
		tell("  option 66   \"%s\" (%zu octets, no NUL)",
		    sent.server_name, strlen(sent.server_name));
	sl_addr_print(sent.servers.addr[0], addr);
	if (sent.siaddr)
		tell("  siaddr      %s", addr);
	if (!sent.option150 || !sent.option66 || !sent.siaddr)
		tell("  and nothing else, as this is the way of telling the "
		     "server that is tried now");
	if (q->config->send == SL_SEND_REQUESTED)
		tell("  The options go out only if its option 55 asks for them "
		     "(send-options).");
}

/* What the phone gets for a name, and why when it is not what was meant. */
static void
tell_file(const struct question *q, const char *name)
{
	struct sl_request request;
	struct sl_served served;

	sl_request_classify(name, &request);
	sl_serve_file(&q->answer, &request, q->tree, &served);
	if (sl_serve_waits(&q->answer, &request))
		tell("  %s -> ERROR 0 \"%s\", until it is its turn", name,
		    SL_BUSY_TEXT);
	else if (served.rewritten)
		tell("  %s -> %s", name, served.path);
	else
		tell("  %s -> as asked", name);
	if (served.note[0] != '\0')
		tell("    because %s", served.note);
}

static void
tell_tftp(const struct question *q)
{
	const struct sl_phone *phone = &q->answer.phone;
	const struct sl_model *model = sl_model_find(phone->model);
	const char *boot = model != NULL ? model->boot_file : NULL;
	const uint8_t *o = phone->mac.octet;
	char config[64];

	puts("\nOver TFTP:");
	if (q->tree == NULL) {
		puts("  The TFTP root is not known here: give it with --root "
		     "or as tftp-root in the configuration.");
		return;
	}
	tell("  in %s:", q->root);
	snprintf(config, sizeof(config), "SEP%02X%02X%02X%02X%02X%02X.cnf.xml",
	    o[0], o[1], o[2], o[3], o[4], o[5]);
	if (boot != NULL)
		tell_file(q, boot);
	tell_file(q, config);
	if (phone->load[0] != '\0' &&
	    (boot == NULL || !sl_same_ignoring_case(boot, phone->load)))
		tell_file(q, phone->load);
}

/* Whether the stage that it runs can send it to the next load. */
static bool
has_config(const struct sl_answer *answer)
{
	unsigned running = answer->phone.running;

	return answer->planned && running < answer->route.stage_count &&
	       answer->route.stage[running].config[0] != '\0';
}

static const char *
what_next(const struct question *q)
{
	switch ((enum sl_status)q->answer.phone.status) {
	case SL_NEW:
		return "it has to ask for a file; a factory reset makes it do "
		       "so if it does not by itself";
	case SL_BOOTING:
		return "if it accepts the load it asks for its parts now; if "
		       "not, it comes back in some two minutes and the attempt "
		       "is counted";
	case SL_LOADING:
		return "when the last part is delivered it writes its flash; "
		       "do not unplug it";
	case SL_FLASHING:
		return "do not unplug it; it boots by itself and its first "
		       "configuration request shows that it runs the new "
		       "firmware";
	case SL_CLIMBING:
		return has_config(&q->answer)
		           ? "its configuration file names the next load, and "
		             "the phone fetches that by itself"
		           : "no configuration file sends it on, as its stage "
		             "has no `config`: reset it by hand";
	case SL_DONE:
		return "nothing, it is where it shall be";
	case SL_STUCK:
		return "stageload waits for you: mend the plan or the firmware "
		       "files, then `stageload retry`";
	case SL_SILENT:
		return "stageload waits for its first file request; look at "
		       "the phone, its network and other DHCP servers";
	case SL_HELD:
		return "nothing until `stageload release`";
	case SL_STATUSES:
		break;
	}
	return "";
}

static void
tell_unknown(const struct question *q)
{
	char mac[SL_MAC_TEXT];

	sl_mac_print(&q->mac, mac);
	tell("%s is no phone that was seen here: it never got a lease from "
	     "this server.",
	    mac);
	if (q->config != NULL) {
		tell("If it is a phone, this is what it gets first.");
		tell_dhcp(q);
	}
	puts("\nOver TFTP: every file as asked.");
}

static int
answer(struct question *q)
{
	struct sl_err err = { "" };
	enum sl_rc rc;
	struct sl_view *view = sl_view_open(q->cli->state, &rc, &err);

	if (view == NULL)
		return sl_cli_failed(q->cli, rc, &err);
	rc = sl_view_phone(view, &q->mac, &q->answer);
	q->config = sl_cli_config(q->cli->state, &q->no_config);
	if (rc == SL_OK)
		q->told_count =
		    sl_findings_read(view, &q->answer, q->config, q->told);
	if (rc == SL_OK)
		sl_trouble_read(view, &q->answer.phone, &q->trouble);
	sl_view_close(view);
	if (rc != SL_OK && rc != SL_NONE) {
		sl_complain("%s/%s: its record can not be read", q->cli->state,
		    SL_STATE_FILE);
		return SL_EXIT_STATE;
	}
	q->known = rc == SL_OK;
	open_tree(q);
	if (!q->known) {
		tell_unknown(q);
		return SL_EXIT_NO;
	}
	tell_who(q);
	tell_place(q);
	tell_trouble(q);
	tell_findings(q);
	tell_dhcp(q);
	tell_tftp(q);
	putchar('\n');
	tell("Next: %s.", what_next(q));
	return SL_EXIT_DONE;
}

int
sl_cli_why(const struct sl_cli *cli, int argc, char **argv)
{
	struct question *q;
	struct sl_mac mac;
	int status;

	if (sl_cli_operands(cli, argc, argv, NULL, 0, 1, 1) < 0 ||
	    !sl_cli_mac(argv[1], &mac))
		return SL_EXIT_USAGE;
	q = calloc(1, sizeof(*q));
	if (q == NULL) {
		sl_complain("no memory");
		return SL_EXIT_STATE;
	}
	q->cli = cli;
	q->mac = mac;
	status = answer(q);
	sl_tree_free(q->tree);
	sl_config_free(q->config);
	free(q);
	return status;
}
