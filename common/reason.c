/* SPDX-License-Identifier: BSD-2-Clause */
/* reason.c: each reason's name, and its sentence with the phone's values. */
#include "reason.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "audit.h"
#include "model.h"
#include "reason_tell.h"
#include "text.h"

void
sl_say(const struct telling *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(t->out, t->size, format, args);
	va_end(args);
}

/* "bridge" (sccp-8.5.2) */
static const char *
stage(const struct telling *t, unsigned index, char out[LABEL_MAX])
{
	const struct sl_route *route = t->route;

	if (route != NULL && index < route->stage_count)
		snprintf(out, LABEL_MAX, "\"%s\" (%s)",
		    route->stage[index].name, route->stage[index].directory);
	else if (index == SL_STAGE_NONE)
		sl_copy(out, LABEL_MAX, "what it was given");
	else
		snprintf(out, LABEL_MAX, "stage %u", index + 1);
	return out;
}

const char *
sl_own_stage(const struct telling *t, char out[LABEL_MAX])
{
	return stage(t, t->phone->stage, out);
}

/*
 * What the phone asked last.  The name came from the network: nothing in it
 * may command a terminal.
 */
const char *
sl_load(const struct telling *t, const char *otherwise, char out[LABEL_MAX])
{
	const char *name = t->phone->load;

	if (*name == '\0')
		name = otherwise;
	sl_copy(out, LABEL_MAX, name);
	for (char *c = out; *c != '\0'; c++)
		if (*c < 0x20 || *c > 0x7e)
			*c = '?';
	return out;
}

/* How far the images are: "2 of 5 parts". */
const char *
sl_parts(const struct telling *t, char out[LABEL_MAX])
{
	unsigned got = t->phone->images_got, all = t->phone->images_all;

	if (all > 0)
		snprintf(out, LABEL_MAX, "%u of %u parts", got, all);
	else
		snprintf(out, LABEL_MAX, "%u part%s", got, got == 1 ? "" : "s");
	return out;
}

/* Which attempt is running: those that failed are counted. */
static unsigned
attempt(const struct telling *t)
{
	return t->phone->attempts + 1u;
}

static void
tell_nothing(const struct telling *t)
{
	sl_say(t, "%s", "");
}

static void
tell_first_seen(const struct telling *t)
{
	char addr[SL_ADDR_TEXT];

	sl_addr_print(t->phone->addr, addr);
	if (t->phone->addr != 0)
		sl_say(t,
		    "got its first lease, %s; it has not asked for a file "
		    "yet",
		    addr);
	else
		sl_say(t,
		    "seen for the first time; it has not asked for a file "
		    "yet");
}

static void
tell_no_plan(const struct telling *t)
{
	if (t->phone->model == SL_MODEL_UNKNOWN)
		sl_say(t,
		    "no plan names its MAC address, and it did not tell its "
		    "model; it is served as if there were no stageload");
	else
		sl_say(t,
		    "no plan names model %u or its MAC address; it is "
		    "served as if there were no stageload",
		    t->phone->model);
}

static void
tell_asked_boot(const struct telling *t)
{
	char a[LABEL_MAX], b[LABEL_MAX];

	sl_say(t, "asked its boot file %s, for %s, attempt %u",
	    sl_load(t, "of unknown name", a), sl_own_stage(t, b), attempt(t));
}

static void
tell_asked_load(const struct telling *t)
{
	char a[LABEL_MAX], b[LABEL_MAX];

	sl_say(t, "asked the load %s by its name, at %s, attempt %u",
	    sl_load(t, "of unknown name", a), sl_own_stage(t, b), attempt(t));
}

static void
tell_fetching(const struct telling *t)
{
	char a[LABEL_MAX], b[LABEL_MAX];

	sl_say(
	    t, "fetches %s: %s delivered", sl_own_stage(t, a), sl_parts(t, b));
}

static void
tell_all_sent(const struct telling *t)
{
	char a[LABEL_MAX];

	if (t->phone->images_all > 0)
		snprintf(a, sizeof(a), "all %u parts", t->phone->images_all);
	else
		sl_copy(a, sizeof(a), "all the parts that it asked");
	if (t->route != NULL && t->phone->stage < t->route->stage_count)
		sl_say(t,
		    "%s of %s are delivered; the phone is flashing, do not "
		    "unplug it (up to 12 minutes)",
		    a, t->route->stage[t->phone->stage].directory);
	else
		sl_say(t,
		    "%s are delivered; the phone is flashing, do not unplug "
		    "it (up to 12 minutes)",
		    a);
}

static void
tell_aborted(const struct telling *t)
{
	char a[LABEL_MAX], b[LABEL_MAX];

	if (t->phone->status == SL_BOOTING) {
		sl_say(t,
		    "asked %s and was not seen to get it whole (attempt %u)",
		    sl_load(t, "its boot file", a), t->phone->attempts);
		return;
	}
	sl_say(t,
	    "a transfer of %s ended before its last block; %s delivered, "
	    "the phone has to ask again",
	    sl_own_stage(t, a), sl_parts(t, b));
}

static void
tell_came_back(const struct telling *t)
{
	char a[LABEL_MAX], b[LABEL_MAX];

	sl_say(t,
	    "asked its boot file %s again before it showed that it runs %s, "
	    "attempt %u",
	    sl_load(t, "of unknown name", a), sl_own_stage(t, b), attempt(t));
}

/* While it is booting it asked no image, or it would be loading. */
static void
tell_no_image(const struct telling *t)
{
	char a[LABEL_MAX];

	sl_load(t, "its boot file", a);
	if (t->phone->status == SL_LOADING)
		sl_say(t,
		    "asked parts of %s but not one was delivered whole "
		    "(attempt %u): the network or the files are at fault",
		    a, t->phone->attempts);
	else
		sl_say(t,
		    "asked %s and then no part of it (attempt %u): the load "
		    "is probably signed with a key this phone's loader does "
		    "not know",
		    a, t->phone->attempts);
}

static void
tell_stepped_down(const struct telling *t)
{
	char a[LABEL_MAX], b[LABEL_MAX];

	sl_say(t, "no attempt brought a part of %s; one stage down, to %s",
	    stage(t, t->phone->stage + 1u, a), sl_own_stage(t, b));
}

static void
tell_no_stage_left(const struct telling *t)
{
	char a[LABEL_MAX];

	sl_say(t,
	    "%u attempts brought no part of %s, and no lower stage is left "
	    "to try: it needs your help",
	    t->phone->attempts, sl_own_stage(t, a));
}

static void
tell_runs_stage(const struct telling *t)
{
	char a[LABEL_MAX], b[LABEL_MAX];

	sl_say(t, "runs %s now; next is %s", stage(t, t->phone->running, a),
	    sl_own_stage(t, b));
}

static void
tell_ran_already(const struct telling *t)
{
	char a[LABEL_MAX], b[LABEL_MAX];

	sl_say(t,
	    "asked no image after its boot file but its configuration, so "
	    "it runs %s already; next is %s",
	    stage(t, t->phone->running, a), sl_own_stage(t, b));
}

static void
tell_target_reached(const struct telling *t)
{
	char a[LABEL_MAX];

	if (t->route != NULL)
		sl_say(t, "runs %s, the last stage of plan %s",
		    sl_own_stage(t, a), t->route->name);
	else
		sl_say(t, "runs the last stage of its plan");
}

static void
tell_reset(const struct telling *t)
{
	char a[LABEL_MAX], b[LABEL_MAX];

	sl_say(t,
	    "had finished, was reset and asks its boot file %s again; it "
	    "gets %s",
	    sl_load(t, "of unknown name", a), sl_own_stage(t, b));
}

static void
tell_found_lower(const struct telling *t)
{
	char a[LABEL_MAX], b[LABEL_MAX];

	sl_say(t,
	    "had finished, but asks the lower load %s; it starts again "
	    "at %s",
	    sl_load(t, "of unknown name", a), sl_own_stage(t, b));
}

static void
tell_other_stage(const struct telling *t)
{
	char a[LABEL_MAX];

	sl_say(t,
	    "took a part of %s, a higher stage than it was at; it goes on "
	    "there",
	    sl_own_stage(t, a));
}

static void
tell_next_way(const struct telling *t)
{
	static const char *const ways[SL_WAYS] = {
		"options 150 and 66 and siaddr", "option 66 alone",
		"option 150 alone", "siaddr alone"
	};
	unsigned way = t->phone->way;

	sl_say(t,
	    "has leases but asked for no file; its server is told by %s now",
	    ways[way < SL_WAYS ? way : 0]);
}

static void
tell_no_contact(const struct telling *t)
{
	sl_say(t,
	    "has leases but asked for no file, however its server was told: "
	    "the phone may be broken, another DHCP server may answer it, or "
	    "a firewall may stop UDP port 69");
}

static void
tell_by_admin(const struct telling *t)
{
	char a[LABEL_MAX];

	sl_say(t, "placed at %s by the administrator", sl_own_stage(t, a));
}

static void
tell_retry(const struct telling *t)
{
	char a[LABEL_MAX];

	sl_say(t, "is to be tried again at %s, as the administrator wished",
	    sl_own_stage(t, a));
}

static void
tell_held(const struct telling *t)
{
	sl_say(t, "held by the administrator; it is served as before (%s)",
	    sl_status_name((enum sl_status)t->phone->held_from));
}

static void
tell_released(const struct telling *t)
{
	sl_say(t, "released by the administrator; it goes on as %s",
	    sl_status_name((enum sl_status)t->phone->status));
}

/* The octets are in the line of history which that reply brought. */
static void
tell_malformed_150(const struct telling *t)
{
	sl_say(t,
	    "Kea's own option 150 is no list of IPv4 addresses (%s); unless it "
	    "is mended, phones refuse the lease or ask a wrong server",
	    sl_finding_name((enum sl_finding)t->phone->finding150));
}

static void
tell_malformed_66(const struct telling *t)
{
	sl_say(t,
	    "Kea's own option 66 is no name or address of a server (%s); "
	    "unless it is mended, phones find no server by it",
	    sl_finding_name((enum sl_finding)t->phone->finding66));
}

static void
tell_contact(const struct telling *t)
{
	sl_say(
	    t, "asked for a file after all; it has not asked for firmware yet");
}

static void
tell_placed(const struct telling *t)
{
	char a[LABEL_MAX];

	sl_say(t, "a plan names it now; it begins at %s", sl_own_stage(t, a));
}

static void
tell_replaced(const struct telling *t)
{
	char a[LABEL_MAX];

	if (t->route != NULL)
		sl_say(t,
		    "its plan or stage is gone from the configuration; it "
		    "is at %s of plan %s now",
		    sl_own_stage(t, a), t->route->name);
	else
		sl_say(t,
		    "its plan is gone from the configuration, and no other "
		    "plan names it");
}

static void
tell_waiting(const struct telling *t)
{
	char since[SL_TIME_TEXT];

	if (t->phone->waits != 0) {
		sl_time_print(t->phone->waiting_us, since);
		sl_say(t,
		    "waits for its turn since %s: as many phones are loading "
		    "as max-active allows; until then it is answered \"busy, "
		    "retry\"",
		    since);
	} else if (t->phone->turn_us != 0) {
		sl_say(
		    t, "its turn to load has come; it has not asked again yet");
	} else {
		sl_say(t,
		    "let its turn to load pass without a request; it gets "
		    "the next free one when it asks again");
	}
}

static const struct {
	const char *name;
	teller *tell;
} reasons[SL_REASONS] = {
	[SL_REASON_NONE] = { "none", tell_nothing },
	[SL_REASON_FIRST_SEEN] = { "first-seen", tell_first_seen },
	[SL_REASON_NO_PLAN] = { "no-plan", tell_no_plan },
	[SL_REASON_ASKED_BOOT] = { "asked-boot", tell_asked_boot },
	[SL_REASON_ASKED_LOAD] = { "asked-load", tell_asked_load },
	[SL_REASON_FETCHING] = { "fetching", tell_fetching },
	[SL_REASON_ALL_SENT] = { "all-sent", tell_all_sent },
	[SL_REASON_ABORTED] = { "aborted", tell_aborted },
	[SL_REASON_CAME_BACK] = { "came-back", tell_came_back },
	[SL_REASON_NO_IMAGE] = { "no-image", tell_no_image },
	[SL_REASON_STEPPED_DOWN] = { "stepped-down", tell_stepped_down },
	[SL_REASON_NO_STAGE_LEFT] = { "no-stage-left", tell_no_stage_left },
	[SL_REASON_RUNS_STAGE] = { "runs-stage", tell_runs_stage },
	[SL_REASON_RAN_ALREADY] = { "ran-already", tell_ran_already },
	[SL_REASON_TARGET_REACHED] = { "target-reached", tell_target_reached },
	[SL_REASON_RESET] = { "reset", tell_reset },
	[SL_REASON_FOUND_LOWER] = { "found-lower", tell_found_lower },
	[SL_REASON_OTHER_STAGE] = { "other-stage", tell_other_stage },
	[SL_REASON_NEXT_WAY] = { "next-way", tell_next_way },
	[SL_REASON_NO_CONTACT] = { "no-contact", tell_no_contact },
	[SL_REASON_BY_ADMIN] = { "by-admin", tell_by_admin },
	[SL_REASON_RETRY] = { "retry", tell_retry },
	[SL_REASON_HELD] = { "held", tell_held },
	[SL_REASON_RELEASED] = { "released", tell_released },
	[SL_REASON_MALFORMED_150] = { "malformed-150", tell_malformed_150 },
	[SL_REASON_MALFORMED_66] = { "malformed-66", tell_malformed_66 },
	[SL_REASON_UNKNOWN_ADDRESS] = { "unknown-address",
	    sl_tell_unknown_address },
	[SL_REASON_BOOT_MISSING] = { "boot-missing", sl_tell_boot_missing },
	[SL_REASON_PART_MISSING] = { "part-missing", sl_tell_part_missing },
	[SL_REASON_PART_CASE] = { "part-case", sl_tell_part_case },
	[SL_REASON_PART_UNREADABLE] = { "part-unreadable",
	    sl_tell_part_unreadable },
	[SL_REASON_TRUST_LOOP] = { "trust-loop", sl_tell_trust_loop },
	[SL_REASON_NO_CONFIG] = { "no-config", sl_tell_no_config },
	[SL_REASON_WAITING] = { "waiting", tell_waiting },
	[SL_REASON_ON_TARGET] = { "on-target", sl_tell_on_target },
	[SL_REASON_DAMAGED] = { "damaged", sl_tell_damaged },
	[SL_REASON_MOVED_AWAY] = { "moved-away", sl_tell_moved_away },
	[SL_REASON_CONTACT] = { "contact", tell_contact },
	[SL_REASON_PLACED] = { "placed", tell_placed },
	[SL_REASON_REPLACED] = { "replaced", tell_replaced },
};

const char *
sl_reason_name(enum sl_reason reason)
{
	return (unsigned)reason < SL_REASONS ? reasons[reason].name : "unknown";
}

void
sl_reason_text(enum sl_reason reason, const struct sl_phone *phone,
    const struct sl_route *route, char *out, size_t size)
{
	struct telling t = { phone, route, out, size };

	if (size == 0)
		return;
	/* A newer stageload may know more reasons than this one. */
	if ((unsigned)reason < SL_REASONS)
		reasons[reason].tell(&t);
	else
		sl_say(&t, "reason %u, which this stageload does not know",
		    (unsigned)reason);
}
