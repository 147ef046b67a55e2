/* SPDX-License-Identifier: BSD-2-Clause */
/* serve.c: from a phone's place in its plan to its file and its servers. */
#include "serve.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

/* Whom to serve and what was found so far. */
struct search {
	const struct sl_answer *answer;
	struct sl_tree *tree;
	struct sl_served *served;
	struct sl_err why;   /* the first failure that tells more than "none" */
	enum sl_note remark; /* what it was about */
};

/* A held phone stays where it is: it is served as before it was held. */
static enum sl_status
standing(const struct sl_phone *phone)
{
	return phone->status == SL_HELD ? (enum sl_status)phone->held_from
	                                : (enum sl_status)phone->status;
}

static enum sl_note
remark_of(const struct sl_tree *tree)
{
	static const enum sl_note notes[] = {
		[SL_TREE_PLAIN] = SL_NOTE_NONE,
		[SL_TREE_OTHER_CASE] = SL_NOTE_CASE,
		[SL_TREE_REFUSED] = SL_NOTE_UNREADABLE,
		[SL_TREE_CLASH] = SL_NOTE_CLASH,
		[SL_TREE_OUTSIDE] = SL_NOTE_OUTSIDE,
	};

	return notes[sl_tree_remark(tree)];
}

static bool
try_stage(struct search *search, uint8_t stage, const char *name)
{
	struct sl_served *served = search->served;
	const char *directory = search->answer->route.stage[stage].directory;
	struct sl_err why = { "" };

	served->rewritten =
	    sl_tree_find(search->tree, directory, name, served->path,
	        sizeof(served->path), &why) == SL_OK;
	if (served->rewritten) {
		served->stage = stage;
		served->remark = remark_of(search->tree);
	} else if (search->why.text[0] == '\0') {
		search->why = why;
		search->remark = remark_of(search->tree);
	}
	return served->rewritten;
}

/* A phone may be quicker than the engine, and then it climbs: up first. */
static bool
try_all_stages(struct search *search, const char *name)
{
	int own = search->answer->phone.stage;

	for (int i = own; i < search->answer->route.stage_count; i++)
		if (try_stage(search, (uint8_t)i, name))
			return true;
	for (int i = own - 1; i >= 0; i--)
		if (try_stage(search, (uint8_t)i, name))
			return true;
	return false;
}

static void
say_not_found(struct search *search, uint8_t stage, const char *name)
{
	const struct sl_route_stage *meant =
	    &search->answer->route.stage[stage];

	search->served->remark =
	    search->remark == SL_NOTE_NONE ? SL_NOTE_MISSING : search->remark;
	if (search->why.text[0] != '\0')
		snprintf(search->served->note, sizeof(search->served->note),
		    "%.*s", (int)sizeof(search->served->note) - 1,
		    search->why.text);
	else
		snprintf(search->served->note, sizeof(search->served->note),
		    "%.100s is not in %.120s", name, meant->directory);
}

/*
 * The 7902, 7905 and 7912 in recovery ask for the image that they tried last,
 * which the plan may not hold any more.
 */
static const struct recovery {
	const char *image; /* its name starts so */
	const char *file;
} recoveries[] = {
	{ "CP7902", "cp7902r.zup" },
	{ "CP7905", "ldragonr.zup" },
	{ "CP7912", "cp7912r.zup" },
};

#define RECOVERIES (sizeof(recoveries) / sizeof(recoveries[0]))

static bool
is_recovery(const char *name)
{
	for (size_t i = 0; i < RECOVERIES; i++)
		if (sl_same_ignoring_case(name, recoveries[i].file))
			return true;
	return false;
}

/*
 * A running 7905 asks for a load as .zup first and, if there is none, as
 * .sbin: where the plan has that, the phone is not in need of recovery.
 */
static bool
has_signed_form(struct search *search, const char *name)
{
	static const char ending[] = ".zup";
	size_t stem = strlen(name);
	char other[SL_LOAD_MAX + 8];
	bool found;

	if (!sl_ends_ignoring_case(name, ending) || stem > SL_LOAD_MAX)
		return false;
	stem -= sizeof(ending) - 1;
	snprintf(other, sizeof(other), "%.*s.sbin", (int)stem, name);
	found = try_all_stages(search, other);
	search->served->rewritten = false;
	search->served->stage = SL_STAGE_NONE;
	search->served->remark = SL_NOTE_NONE;
	return found;
}

/* Not instead of a file that in.tftpd can give as asked. */
static bool
try_recovery(struct search *search, const char *name)
{
	char path[SL_PATH_MAX];

	for (size_t i = 0; i < RECOVERIES; i++) {
		if (!sl_starts_ignoring_case(name, recoveries[i].image))
			continue;
		if (has_signed_form(search, name))
			return false;
		return sl_tree_find(search->tree, "", name, path, sizeof(path),
		           NULL) == SL_NONE &&
		       try_all_stages(search, recoveries[i].file);
	}
	return false;
}

static void
serve_boot(struct search *search, const char *name)
{
	bool found = is_recovery(name)
	                 ? try_all_stages(search, name)
	                 : try_stage(search, search->answer->phone.stage, name);

	if (!found)
		say_not_found(search, search->answer->phone.stage, name);
	else if (search->served->remark == SL_NOTE_NONE &&
	         search->served->stage != search->answer->phone.stage)
		search->served->remark = SL_NOTE_OTHER_STAGE;
}

static void
serve_firmware(struct search *search, const char *name)
{
	struct sl_served *served = search->served;
	uint8_t own = search->answer->phone.stage;

	if (!try_all_stages(search, name) && !try_recovery(search, name))
		say_not_found(search, own, name);
	else if (served->remark == SL_NOTE_NONE && served->stage != own)
		served->remark = SL_NOTE_OTHER_STAGE;
}

/*
 * The file of a stage is unsigned, so it is no answer to a signed name.  One
 * in XML is none to a phone that asks for plain text, nor the other way round:
 * the first name that a 7940 is given decides which protocol it loads.  The
 * binary profiles of the 7905 and 7912 have no ending at all.
 */
static bool
config_fits(const char *name, const char *config)
{
	static const char *const kinds[] = { ".xml", ".cnf" };
	bool profile = strchr(name, '.') == NULL; /* gk<mac>, ld<mac> */
	bool known = false;

	for (size_t i = 0; i < 2; i++) {
		if (sl_ends_ignoring_case(name, kinds[i]) &&
		    sl_ends_ignoring_case(config, kinds[i]))
			return true;
		known |= sl_ends_ignoring_case(config, kinds[i]);
	}
	return !known && (profile || sl_ends_ignoring_case(name, kinds[0]) ||
	                     sl_ends_ignoring_case(name, kinds[1]));
}

static bool
asks_own_config(const struct sl_phone *phone, const struct sl_request *request)
{
	if (request->has_mac)
		return sl_mac_equal(&request->mac, &phone->mac);
	return sl_same_ignoring_case(request->base, "XMLDefault.cnf.xml") ||
	       sl_same_ignoring_case(request->base, "SIPDefault.cnf");
}

/*
 * Which stage's file names the load to fetch next: that of the stage it runs,
 * also when it came back from a transfer that was broken off.  After the last
 * image it runs the stage whose images it has.
 */
static uint8_t
config_stage(const struct sl_phone *phone)
{
	enum sl_status status = standing(phone);

	if (phone->running == SL_STAGE_NONE || status == SL_FLASHING ||
	    status == SL_DONE)
		return phone->stage;
	return phone->running;
}

static void
serve_config(struct search *search, const struct sl_request *request)
{
	const struct sl_phone *phone = &search->answer->phone;
	uint8_t stage = config_stage(phone);
	const char *config;

	if (stage >= search->answer->route.stage_count ||
	    !asks_own_config(phone, request))
		return;
	config = search->answer->route.stage[stage].config;
	if (*config == '\0' || !config_fits(request->base, config))
		return;
	if (!try_stage(search, stage, config))
		say_not_found(search, stage, config);
}

void
sl_serve_file(const struct sl_answer *answer, const struct sl_request *request,
    struct sl_tree *tree, struct sl_served *served)
{
	struct search search = {
		.answer = answer, .tree = tree, .served = served
	};

	served->rewritten = false;
	served->stage = SL_STAGE_NONE;
	served->remark = SL_NOTE_NONE;
	served->path[0] = '\0';
	served->note[0] = '\0';
	if (!answer->planned || tree == NULL ||
	    answer->phone.stage >= answer->route.stage_count)
		return;
	switch (request->class) {
	case SL_CLASS_BOOT:
		serve_boot(&search, request->base);
		break;
	case SL_CLASS_LOADS:
	case SL_CLASS_IMAGE:
		serve_firmware(&search, request->base);
		break;
	case SL_CLASS_CONFIG:
		serve_config(&search, request);
		break;
	case SL_CLASS_TRUST:
	case SL_CLASS_OTHER:
		break;
	}
	if (!served->rewritten)
		served->path[0] = '\0';
}

static void
copy_servers(
    const struct sl_route_delivery *delivery, struct sl_servers *servers)
{
	servers->count = 0;
	for (size_t i = 0; i < delivery->count && i < SL_SERVERS_MAX; i++) {
		const uint8_t *octet = delivery->servers + 4 * i;

		servers->addr[i] = (uint32_t)octet[0] << 24 |
		                   (uint32_t)octet[1] << 16 |
		                   (uint32_t)octet[2] << 8 | octet[3];
		servers->count++;
	}
}

/*
 * A name is more special than servers, but servers given without a name must
 * not go out beside the name of others.
 */
static void
override(struct sl_sent *sent, const struct sl_route_delivery *delivery)
{
	if (delivery->count > 0) {
		copy_servers(delivery, &sent->servers);
		sl_addr_print(sent->servers.addr[0], sent->server_name);
	}
	if (delivery->server_name[0] != '\0')
		sl_copy(sent->server_name, sizeof(sent->server_name),
		    delivery->server_name);
}

static void
choose_way(enum sl_way way, struct sl_sent *sent)
{
	sent->option150 = way == SL_WAY_150;
	sent->option66 = way == SL_WAY_66;
	sent->siaddr = way == SL_WAY_SIADDR;
	if (sent->option150 || sent->option66 || sent->siaddr)
		return;
	sent->option150 = sent->option66 = sent->siaddr = true;
}

void
sl_serve_dhcp(const struct sl_answer *answer, const struct sl_servers *servers,
    const char *server_name, struct sl_sent *sent)
{
	const struct sl_route *route;

	sent->servers = *servers;
	sl_copy(sent->server_name, sizeof(sent->server_name), server_name);
	choose_way(
	    answer == NULL ? SL_WAY_ALL : (enum sl_way)answer->phone.way, sent);
	if (answer == NULL || !answer->planned)
		return;
	route = &answer->route;
	if (answer->phone.stage < route->stage_count)
		override(sent, &route->stage[answer->phone.stage].delivery);
	if (standing(&answer->phone) == SL_DONE)
		override(sent, &route->finished);
}

bool
sl_serve_waits(const struct sl_answer *answer, const struct sl_request *request)
{
	return answer->planned && answer->phone.waits != 0 &&
	       (request->class == SL_CLASS_BOOT ||
	           request->class == SL_CLASS_LOADS ||
	           request->class == SL_CLASS_IMAGE);
}
