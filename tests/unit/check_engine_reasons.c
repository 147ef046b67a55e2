/* SPDX-License-Identifier: BSD-2-Clause */
/* check_engine_reasons.c: what keeps a phone from moving is told, and once. */
#include "engine_world.h"

#define OWN "SEP001BD4123456.cnf.xml"
#define TRUST "CTLSEP001BD4123456.tlv"
#define BOOT "term06.default.loads"
#define NONE SL_STAGE_NONE
#define LOW_CONFIG                                      \
	"{ \"name\": \"low\", \"directory\": \"low\", " \
	"\"config\": \"next.cnf.xml\" }"

static struct sl_event
asked(enum sl_class class, uint8_t stage, const char *name, enum sl_note note)
{
	struct sl_event event = a_request(class, stage, name);

	event.note = (uint8_t)note;
	return event;
}

static struct sl_event
ended(const struct sl_event *request, enum sl_outcome outcome, uint32_t error)
{
	struct sl_event event = *request;

	event.kind = SL_EVENT_DONE;
	event.outcome = (uint8_t)outcome;
	event.tftp_error = error;
	return event;
}

/* Asked, and answered with ERROR 1. */
static void
refused(struct world *w, struct sl_event request)
{
	world_happens(w, request);
	world_happens(w, ended(&request, SL_REFUSED, 1));
}

static void
given(struct world *w, struct sl_event request)
{
	world_happens(w, request);
	world_happens(w, ended(&request, SL_FETCHED, 0));
}

static void
write_file(const struct world *w, const char *name, const char *text)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", w->root, name);
	world_file(path, text);
}

static void
begin(struct world *w)
{
	world_make(w);
	world_publish(w, PLAN_OF("climb", LOW_CONFIG ", " HIGH));
	world_open(w);
	world_happens(w, a_lease());
}

#define ck_reason(w, want)                                         \
	ck_assert_str_eq(                                          \
	    sl_reason_name((enum sl_reason)world_phone(w).reason), \
	    sl_reason_name(want))

static unsigned
count_lines(struct world *w, enum sl_reason reason)
{
	struct world_lines lines;
	unsigned count = 0;

	world_history(w, &lines);
	for (size_t i = 0; i < lines.count; i++)
		count += lines.line[i].reason == reason;
	world_open(w);
	return count;
}

/* ---- the table ---- */

static const struct {
	enum sl_class class;
	uint8_t stage;
	const char *name;
	enum sl_note note;
	uint32_t error; /* 0: only asked */
	enum sl_reason want;
	const char *evidence;
} troubles[] = {
	{ SL_CLASS_BOOT, NONE, BOOT, SL_NOTE_MISSING, 0, SL_REASON_BOOT_MISSING,
	    "[" BOOT " is not in low]" },
	{ SL_CLASS_BOOT, NONE, BOOT, SL_NOTE_UNREADABLE, 0,
	    SL_REASON_PART_UNREADABLE, "[" BOOT ": in.tftpd may not read" },
	{ SL_CLASS_BOOT, 0, BOOT, SL_NOTE_NONE, 2, SL_REASON_PART_UNREADABLE,
	    "[in.tftpd answered error 2 for " BOOT " in low]" },
	{ SL_CLASS_BOOT, 0, BOOT, SL_NOTE_CASE, 0, SL_REASON_PART_CASE,
	    "[asked " BOOT ", got low/" BOOT "]" },
	{ SL_CLASS_BOOT, 0, BOOT, SL_NOTE_NONE, 0, SL_REASON_ASKED_BOOT,
	    "[asked" },
	{ SL_CLASS_LOADS, NONE, "X.loads", SL_NOTE_MISSING, 1,
	    SL_REASON_PART_MISSING, "[X.loads is in no directory of plan" },
	{ SL_CLASS_LOADS, NONE, "FCH1234ABCD.loads", SL_NOTE_MISSING, 1,
	    SL_REASON_DAMAGED, "[asked FCH1234ABCD.loads from 192.0.2.33]" },
	{ SL_CLASS_LOADS, NONE, "FCH1234ABCD", SL_NOTE_MISSING, 0,
	    SL_REASON_DAMAGED, "[asked FCH1234ABCD from" },
	{ SL_CLASS_IMAGE, NONE, "x.sbn", SL_NOTE_MISSING, 1,
	    SL_REASON_PART_MISSING, "[x.sbn is in no directory of plan climb" },
	/* In no stage, but in.tftpd had one at its top. */
	{ SL_CLASS_IMAGE, NONE, "x.sbn", SL_NOTE_MISSING, 0, SL_REASON_FETCHING,
	    "[asked" },
	{ SL_CLASS_IMAGE, NONE, "x.sbn", SL_NOTE_CLASH, 1,
	    SL_REASON_PART_UNREADABLE, "[x.sbn: several differ" },
	{ SL_CLASS_IMAGE, NONE, "x.sbn", SL_NOTE_OUTSIDE, 1,
	    SL_REASON_PART_UNREADABLE, "[x.sbn: it leads out" },
	{ SL_CLASS_IMAGE, NONE, "closed.sbn", SL_NOTE_UNREADABLE, 1,
	    SL_REASON_PART_UNREADABLE, "[high/closed.sbn: mode 0600" },
	{ SL_CLASS_IMAGE, 1, "x.sbn", SL_NOTE_OTHER_STAGE, 2,
	    SL_REASON_PART_UNREADABLE, "error 2 for x.sbn in high]" },
	{ SL_CLASS_IMAGE, 0, "LOW-apps.sbn", SL_NOTE_CASE, 0,
	    SL_REASON_PART_CASE, "[asked LOW-apps.sbn, got low/low-apps.sbn]" },
	/* Neither a network's fault nor an option that is refused. */
	{ SL_CLASS_IMAGE, 0, "low-apps.sbn", SL_NOTE_NONE, 8, SL_REASON_ABORTED,
	    "[low-apps.sbn: refused" },
	/* A class that no stageload writes. */
	{ (enum sl_class)200, NONE, "x", SL_NOTE_MISSING, 1,
	    SL_REASON_FIRST_SEEN, "[lease" },
};

START_TEST(trouble_is_named_with_its_evidence)
{
	struct sl_event request = asked(troubles[_i].class, troubles[_i].stage,
	    troubles[_i].name, troubles[_i].note);
	const struct sl_line *line;
	struct world_lines lines;
	char path[PATH_MAX];
	struct world w;

	begin(&w);
	write_file(&w, "high/closed.sbn", "x");
	snprintf(path, sizeof(path), "%s/high/closed.sbn", w.root);
	ck_assert_int_eq(chmod(path, 0600), 0);
	for (int i = 0; i < 3; i++) {
		world_happens(&w, request);
		if (troubles[_i].error != 0)
			world_happens(&w,
			    ended(&request, SL_REFUSED, troubles[_i].error));
		ck_reason(&w, troubles[_i].want);
	}
	if (troubles[_i].want != SL_REASON_ABORTED)
		ck_assert_uint_eq(count_lines(&w, troubles[_i].want), 1);
	world_history(&w, &lines);
	line = world_line(&lines, troubles[_i].want);
	ck_assert_msg(strstr(line->text, troubles[_i].evidence) != NULL,
	    "\"%s\" has no \"%s\"", line->text, troubles[_i].evidence);
	world_remove(&w);
}
END_TEST

START_TEST(what_is_no_evidence_is_no_reason)
{
	struct sl_event request =
	    asked(SL_CLASS_BOOT, NONE, BOOT, SL_NOTE_MISSING);
	struct sl_event other = a_lease();
	struct world w;

	begin(&w);
	request.by_name = true;
	world_happens(&w, request);
	request.by_name = false;
	request.denied = true;
	world_happens(&w, request);
	ck_reason(&w, SL_REASON_FIRST_SEEN);
	request.denied = false;
	world_happens(&w, a_command(SL_COMMAND_HOLD, ""));
	world_happens(&w, request);
	ck_reason(&w, SL_REASON_HELD);
	/* Nor is a phone that no plan is for anybody's business. */
	other.mac.octet[5]++;
	other.addr++;
	other.model = 8861;
	world_happens(&w, other);
	for (int i = 0; i < 9; i++) {
		struct sl_event trust = asked(SL_CLASS_TRUST, NONE, TRUST, 0);

		trust.mac = other.mac;
		refused(&w, trust);
	}
	ck_assert_uint_eq(
	    world_phone_of(&w, &other.mac).reason, SL_REASON_NO_PLAN);
	world_remove(&w);
}
END_TEST

START_TEST(letter_case_hides_no_other_reason)
{
	struct world w;

	begin(&w);
	world_boots(&w, 0);
	refused(&w, asked(SL_CLASS_IMAGE, NONE, "x.sbn", SL_NOTE_MISSING));
	world_happens(
	    &w, asked(SL_CLASS_IMAGE, 0, "LOW-apps.sbn", SL_NOTE_CASE));
	ck_reason(&w, SL_REASON_PART_MISSING);
	ck_assert_uint_eq(count_lines(&w, SL_REASON_PART_CASE), 1);
	world_remove(&w);
}
END_TEST

START_TEST(trouble_that_is_over_is_news_when_it_comes_back)
{
	struct sl_event missing =
	    asked(SL_CLASS_IMAGE, NONE, "low-cnu.sbn", SL_NOTE_MISSING);
	struct world w;

	begin(&w);
	world_boots(&w, 0);
	refused(&w, missing);
	refused(&w, missing);
	ck_reason(&w, SL_REASON_PART_MISSING);
	given(&w, asked(SL_CLASS_IMAGE, 0, "low-cnu.sbn", SL_NOTE_NONE));
	ck_reason(&w, SL_REASON_FETCHING);
	refused(&w, missing);
	ck_reason(&w, SL_REASON_PART_MISSING);
	ck_assert_uint_eq(count_lines(&w, SL_REASON_PART_MISSING), 2);
	world_remove(&w);
}
END_TEST

/* ---- trust files and configurations ---- */

START_TEST(fifth_request_of_a_trust_file_is_a_loop)
{
	struct sl_event trust = asked(SL_CLASS_TRUST, NONE, TRUST, 0);
	struct world w;

	begin(&w);
	for (int i = 0; i < 4; i++) {
		refused(&w, trust);
		refused(&w, asked(SL_CLASS_TRUST, NONE, "ITLFile.tlv", 0));
	}
	ck_reason(&w, SL_REASON_FIRST_SEEN);
	/* A configuration request between them: it comes up each time. */
	world_happens(&w, asked(SL_CLASS_CONFIG, NONE, OWN, 0));
	for (int i = 0; i < 4; i++)
		refused(&w, trust);
	ck_reason(&w, SL_REASON_FIRST_SEEN);
	for (int i = 0; i < 4; i++)
		refused(&w, trust);
	ck_reason(&w, SL_REASON_TRUST_LOOP);
	ck_assert_uint_eq(count_lines(&w, SL_REASON_TRUST_LOOP), 1);
	ck_assert_uint_eq(world_record(&w, NONE, TRUST).streak, 8);
	world_happens(&w, asked(SL_CLASS_CONFIG, NONE, OWN, 0));
	ck_reason(&w, SL_REASON_CONTACT);
	ck_assert_uint_eq(world_record(&w, NONE, TRUST).streak, 0);
	world_remove(&w);
}
END_TEST

START_TEST(configuration_that_is_nowhere_is_told)
{
	struct sl_event own = asked(SL_CLASS_CONFIG, NONE, OWN, 0);
	static const char *const others[] = { "XMLDefault.cnf.xml",
		"SIP001BD4123456.cnf", "SIPDefault.cnf", "gk001bd4123456" };
	char path[PATH_MAX];
	struct world w;

	begin(&w);
	for (size_t i = 0; i < COUNT(others); i++) {
		write_file(&w, others[i], "x");
		refused(&w, own);
		ck_reason(&w, SL_REASON_FIRST_SEEN);
		snprintf(path, sizeof(path), "%s/%s", w.root, others[i]);
		ck_assert_int_eq(unlink(path), 0);
	}
	/* Access is refused, not the file missing. */
	world_happens(&w, own);
	world_happens(&w, ended(&own, SL_REFUSED, 2));
	ck_reason(&w, SL_REASON_FIRST_SEEN);
	refused(&w, own);
	refused(&w, own);
	ck_reason(&w, SL_REASON_NO_CONFIG);
	ck_assert_uint_eq(count_lines(&w, SL_REASON_NO_CONFIG), 1);
	own.stage = 0;
	given(&w, own);
	ck_reason(&w, SL_REASON_CONTACT);
	world_remove(&w);
}
END_TEST

/* ---- what a configuration names ---- */

#define LOADS "<loadInformation>HIGH</loadInformation>"

static const struct {
	const char *text;
	enum sl_reason want; /* a window after it was given */
	const char *evidence;
} configs[] = {
	{ "<device>" LOADS "</device>", SL_REASON_ON_TARGET, "" },
	{ "<loadInformation model=\"x\">\n HIGH \n</loadInformation>",
	    SL_REASON_ON_TARGET, "" },
	{ "<loadInformation/><loadInformation>HIGH.loads<", SL_REASON_ON_TARGET,
	    "" },
	{ "<loadServer>192.0.2.10</loadServer>" LOADS, SL_REASON_ON_TARGET,
	    "" },
	{ "<loadServer> </loadServer><loadServer/>" LOADS, SL_REASON_ON_TARGET,
	    "" },
	{ "<!-- <loadServer>1.2.3.4</loadServer> -->" LOADS,
	    SL_REASON_ON_TARGET, "" },
	{ "<peerFirmwareSharing>false</peerFirmwareSharing>" LOADS,
	    SL_REASON_ON_TARGET, "" },
	{ "<peerFirmwareSharing>true</peerFirmwareSharing>" LOADS,
	    SL_REASON_MOVED_AWAY, "[low/next.cnf.xml: peerFirmwareSharing]" },
	{ "<loadServer>198.51.100.7</loadServer>" LOADS, SL_REASON_MOVED_AWAY,
	    "[low/next.cnf.xml: loadServer 198.51.100.7]" },
	/* The first stage's load, none, in two stages, in no stage. */
	{ "<loadInformation>LOW</loadInformation>", SL_REASON_FIRST_SEEN, "" },
	{ "<device/>", SL_REASON_FIRST_SEEN, "" },
	{ "<loadInformation>term06.default</loadInformation>",
	    SL_REASON_FIRST_SEEN, "" },
	{ "<loadInformation>MID</loadInformation>", SL_REASON_FIRST_SEEN, "" },
	{ "<loadInformation>../high/HIGH</loadInformation>",
	    SL_REASON_FIRST_SEEN, "" },
	{ "<loadInformation", SL_REASON_FIRST_SEEN, "" },
	{ "<!-- " LOADS, SL_REASON_FIRST_SEEN, "" },
	{ "", SL_REASON_FIRST_SEEN, "" },
};

START_TEST(configuration_tells_where_a_phone_is)
{
	struct world w;
	struct sl_phone p;

	begin(&w);
	write_file(&w, "low/next.cnf.xml", configs[_i].text);
	given(&w, asked(SL_CLASS_CONFIG, 0, OWN, 0));
	w.now_us += WINDOW_US;
	world_turn(&w);
	p = world_phone(&w);
	ck_reason(&w, configs[_i].want);
	ck_assert_int_eq(p.due_us, 0);
	if (configs[_i].want == SL_REASON_ON_TARGET) {
		ck_status(p, SL_DONE);
		ck_assert_uint_eq(p.stage, 1);
		ck_assert_uint_eq(p.running, 1);
	} else {
		ck_status(p, SL_NEW);
	}
	if (configs[_i].evidence[0] != '\0') {
		struct world_lines lines;

		world_history(&w, &lines);
		ck_assert_ptr_nonnull(
		    strstr(world_line(&lines, configs[_i].want)->text,
		        configs[_i].evidence));
	}
	world_remove(&w);
}
END_TEST

START_TEST(phone_is_on_target_only_by_what_it_was_given)
{
	struct sl_event own = asked(SL_CLASS_CONFIG, 0, OWN, 0);
	struct world w;

	begin(&w);
	write_file(&w, "low/next.cnf.xml", LOADS);
	/* Not delivered whole. */
	world_happens(&w, own);
	world_happens(&w, ended(&own, SL_UNCONFIRMED, 0));
	w.now_us += WINDOW_US;
	world_turn(&w);
	ck_status(world_phone(&w), SL_NEW);
	/* Delivered, and it asks the load. */
	given(&w, own);
	world_happens(&w, a_request(SL_CLASS_LOADS, 1, "HIGH.loads"));
	w.now_us += WINDOW_US;
	world_turn(&w);
	ck_status(world_phone(&w), SL_BOOTING);
	world_remove(&w);
}
END_TEST

START_TEST(huge_configuration_is_not_read)
{
	static char text[70000];
	struct world w;

	begin(&w);
	memset(text, ' ', sizeof(text) - 1);
	memcpy(text, LOADS, strlen(LOADS));
	write_file(&w, "low/next.cnf.xml", text);
	given(&w, asked(SL_CLASS_CONFIG, 0, OWN, 0));
	w.now_us += WINDOW_US;
	world_turn(&w);
	ck_status(world_phone(&w), SL_NEW);
	world_remove(&w);
}
END_TEST

/* ---- vain attempts ---- */

static void
let_window_pass(struct world *w)
{
	w->now_us += WINDOW_US;
	world_turn(w);
}

START_TEST(load_is_called_rejected_only_when_it_was_delivered)
{
	struct sl_event boot = asked(SL_CLASS_BOOT, 0, BOOT, 0);
	struct world w;

	begin(&w);
	given(&w, boot);
	let_window_pass(&w);
	ck_reason(&w, SL_REASON_NO_IMAGE);
	world_happens(&w, boot);
	let_window_pass(&w);
	ck_reason(&w, SL_REASON_ABORTED);
	ck_assert_uint_eq(world_phone(&w).attempts, 2);
	world_remove(&w);
}
END_TEST

START_TEST(attempt_in_vain_keeps_the_reason_that_is_known)
{
	struct world w;

	begin(&w);
	given(&w, asked(SL_CLASS_BOOT, 0, BOOT, 0));
	refused(&w, asked(SL_CLASS_IMAGE, NONE, "x.sbn", SL_NOTE_MISSING));
	let_window_pass(&w);
	ck_assert_uint_eq(world_phone(&w).attempts, 1);
	ck_reason(&w, SL_REASON_PART_MISSING);
	/* In the next attempt all is there, and the phone asks none of it. */
	given(&w, asked(SL_CLASS_BOOT, 0, BOOT, 0));
	let_window_pass(&w);
	ck_reason(&w, SL_REASON_NO_IMAGE);
	world_remove(&w);
}
END_TEST

/* ---- addresses ---- */

static struct sl_event
a_stranger(const char *name)
{
	struct sl_event event = a_request(SL_CLASS_BOOT, NONE, name);

	memset(&event.mac, 0, sizeof(event.mac));
	event.addr = ADDR + 77;
	return event;
}

START_TEST(stranger_is_the_only_phone_that_it_can_be)
{
	struct sl_event other = a_lease();
	const struct sl_line *line;
	struct world_lines lines;
	struct world w;

	begin(&w);
	world_happens(&w, a_stranger("term11.default.loads"));
	ck_reason(&w, SL_REASON_FIRST_SEEN);
	/* A phone that is under way asks from its own address. */
	other.mac.octet[5]++;
	other.addr++;
	world_happens(&w, other);
	world_happens(&w, a_stranger(BOOT));
	ck_reason(&w, SL_REASON_FIRST_SEEN);
	other = asked(SL_CLASS_BOOT, 0, BOOT, 0);
	other.mac.octet[5]++;
	other.addr++;
	world_happens(&w, other);
	world_happens(&w, a_stranger(BOOT));
	world_happens(&w, a_stranger(BOOT));
	ck_reason(&w, SL_REASON_UNKNOWN_ADDRESS);
	ck_assert_uint_eq(count_lines(&w, SL_REASON_UNKNOWN_ADDRESS), 1);
	world_history(&w, &lines);
	line = world_line(&lines, SL_REASON_UNKNOWN_ADDRESS);
	ck_assert_ptr_nonnull(
	    strstr(line->text, "[" BOOT " was asked from 192.0.2.110]"));
	world_open(&w);
	world_happens(&w, asked(SL_CLASS_TRUST, NONE, TRUST, 0));
	ck_reason(&w, SL_REASON_CONTACT);
	world_remove(&w);
}
END_TEST

START_TEST(stranger_may_be_a_phone_without_a_model)
{
	struct sl_event lease = a_lease();
	struct world w;

	world_make(&w);
	world_open(&w);
	world_happens(&w, a_stranger(BOOT));
	lease.model = SL_MODEL_UNKNOWN;
	world_happens(&w, lease);
	world_happens(&w, a_stranger("term75.default.loads"));
	ck_reason(&w, SL_REASON_UNKNOWN_ADDRESS);
	world_remove(&w);
}
END_TEST

START_TEST(lease_wins_over_the_name_and_history_says_so)
{
	struct world_lines lines;
	struct world w;

	begin(&w);
	for (int i = 0; i < 3; i++)
		world_happens(&w,
		    asked(SL_CLASS_CONFIG, NONE, "SEP001BD4999999.cnf.xml", 0));
	world_happens(&w, asked(SL_CLASS_CONFIG, NONE, OWN, 0));
	ck_reason(&w, SL_REASON_FIRST_SEEN);
	ck_assert_uint_eq(count_lines(&w, SL_REASON_NONE), 1);
	world_history(&w, &lines);
	ck_assert_str_eq(world_line(&lines, SL_REASON_NONE)->text,
	    "asked SEP001BD4999999.cnf.xml, a name of another phone; "
	    "192.0.2.33 is leased to this one, and the lease counts");
	world_remove(&w);
}
END_TEST

/* The second phone at an address begins where every phone begins. */
START_TEST(address_that_moved_brings_no_place_with_it)
{
	struct sl_event lease = a_lease();
	struct sl_mac second = { { 0, 0x1b, 0xd4, 0, 0, 2 } };
	struct sl_phone p;
	struct world w;

	begin(&w);
	world_boots(&w, 0);
	world_fetches(&w, 0, "low-apps.sbn");
	world_fetches(&w, 0, "low-cnu.sbn");
	world_lives(&w);
	ck_status(world_phone(&w), SL_CLIMBING);
	lease.mac = second;
	world_happens(&w, lease);
	p = world_phone_of(&w, &second);
	ck_status(p, SL_NEW);
	ck_assert_uint_eq(p.stage, 0);
	ck_assert_uint_eq(p.addr, ADDR);
	ck_assert_uint_eq(p.running, SL_STAGE_NONE);
	ck_assert_uint_eq(p.attempt_id, 0);
	p = world_phone(&w);
	ck_status(p, SL_CLIMBING);
	ck_assert_uint_eq(p.stage, 1);
	ck_assert_uint_eq(p.addr, 0);
	world_remove(&w);
}
END_TEST

static TCase *
add_case(Suite *suite, const char *name)
{
	TCase *t = tcase_create(name);

	tcase_set_timeout(t, 60);
	suite_add_tcase(suite, t);
	return t;
}

int
main(void)
{
	Suite *suite = suite_create("engine reasons");
	TCase *files = add_case(suite, "files");
	TCase *config = add_case(suite, "config");
	TCase *who = add_case(suite, "who");

	tcase_add_loop_test(
	    files, trouble_is_named_with_its_evidence, 0, COUNT(troubles));
	tcase_add_test(files, what_is_no_evidence_is_no_reason);
	tcase_add_test(files, letter_case_hides_no_other_reason);
	tcase_add_test(files, trouble_that_is_over_is_news_when_it_comes_back);
	tcase_add_test(
	    files, load_is_called_rejected_only_when_it_was_delivered);
	tcase_add_test(files, attempt_in_vain_keeps_the_reason_that_is_known);
	tcase_add_test(config, fifth_request_of_a_trust_file_is_a_loop);
	tcase_add_test(config, configuration_that_is_nowhere_is_told);
	tcase_add_loop_test(
	    config, configuration_tells_where_a_phone_is, 0, COUNT(configs));
	tcase_add_test(config, phone_is_on_target_only_by_what_it_was_given);
	tcase_add_test(config, huge_configuration_is_not_read);
	tcase_add_test(who, stranger_is_the_only_phone_that_it_can_be);
	tcase_add_test(who, stranger_may_be_a_phone_without_a_model);
	tcase_add_test(who, lease_wins_over_the_name_and_history_says_so);
	tcase_add_test(who, address_that_moved_brings_no_place_with_it);
	return suite_run(suite);
}
