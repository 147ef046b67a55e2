/* SPDX-License-Identifier: BSD-2-Clause */
/* check_serve.c: each phone gets the file and the servers of its stage. */
#include "serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"

#define OWN "001BD4123456"
#define OTHERS "001BD4123457"

static const struct sl_mac own_mac = { { 0x00, 0x1b, 0xd4, 0x12, 0x34, 0x56 } };

static char root[64];
static struct sl_tree *tree;
static struct sl_answer answer;
static struct sl_stage stages[4];
static struct sl_plan plan;

/* A plan of four stages: s0, s1, s2, s3; the configs belong to s0 to s2. */
static const char *const files[] = {
	"s0/term06.default.loads",
	"s1/term06.default.loads",
	"s2/TERM06.default.loads",
	"s3/term06.default.loads",
	"s0/low.sbn",
	"s0/both.sbn",
	"s1/Jar1.sbn",
	"s2/two.sbn",
	"s2/Two.sbn",
	"s2/both.sbn",
	"s3/both.sbn",
	"s3/two.sbn",
	"s3/SIP11.9-4-2SR1-1S.loads",
	"s0/next.cnf.xml",
	"s1/next.cnf.xml",
	"s2/next.cnf.xml",
	"s1/text.cnf",
	"s1/plain",
	"s0/cp7912r.zup",
	"s2/ldragonr.zup",
	"CP7905080003SCCP070409A.zup",
};

static void
make_file(const char *name)
{
	char full[160];
	FILE *file;

	snprintf(full, sizeof(full), "%s/%s", root, name);
	file = fopen(full, "w");
	ck_assert_ptr_nonnull(file);
	fclose(file);
	ck_assert_int_eq(chmod(full, 0644), 0);
}

static void
make_stage(struct sl_stage *stage, const char *name, const char *config)
{
	char full[160];

	memset(stage, 0, sizeof(*stage));
	snprintf(stage->name, sizeof(stage->name), "stage-%s", name);
	snprintf(stage->directory, sizeof(stage->directory), "%s", name);
	snprintf(stage->config, sizeof(stage->config), "%s", config);
	snprintf(full, sizeof(full), "%s/%s", root, name);
	if (mkdir(full, 0755) == 0)
		ck_assert_int_eq(chmod(full, 0755), 0);
}

static void
encode_plan(void)
{
	size_t length;

	ck_assert_int_eq(sl_route_encode(&plan, answer.route_bytes,
	                     sizeof(answer.route_bytes), &length),
	    SL_OK);
	ck_assert_int_eq(
	    sl_route_decode(answer.route_bytes, length, &answer.route), SL_OK);
	answer.planned = true;
}

static void
set_up(void)
{
	snprintf(root, sizeof(root), "/tmp/check-serve-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	ck_assert_int_eq(chmod(root, 0755), 0);
	make_stage(&stages[0], "s0", "next.cnf.xml");
	make_stage(&stages[1], "s1", "next.cnf.xml");
	make_stage(&stages[2], "s2", "next.cnf.xml");
	make_stage(&stages[3], "s3", "");
	for (size_t i = 0; i < COUNT(files); i++)
		make_file(files[i]);
	memset(&plan, 0, sizeof(plan));
	snprintf(plan.name, sizeof(plan.name), "four");
	plan.stage_count = 4;
	plan.stages = stages;
	memset(&answer, 0, sizeof(answer));
	answer.phone.mac = own_mac;
	answer.phone.running = SL_STAGE_NONE;
	encode_plan();
	tree = sl_tree_new(root, 0);
	ck_assert_ptr_nonnull(tree);
}

static void
tear_down(void)
{
	pid_t child = fork();

	if (child == 0) {
		execlp("rm", "rm", "-rf", root, (char *)NULL);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	sl_tree_free(tree);
}

static struct sl_served
serve(const char *name)
{
	struct sl_request request;
	struct sl_served served;

	memset(&served, 0xa5, sizeof(served));
	sl_request_classify(name, &request);
	sl_serve_file(&answer, &request, tree, &served);
	return served;
}

/* want NULL: as asked. */
static void
expect(const char *name, const char *want, int stage)
{
	struct sl_served served = serve(name);
	const char *got = served.rewritten ? served.path : "(as asked)";

	if (want == NULL) {
		want = "(as asked)";
		stage = SL_STAGE_NONE;
	}
	ck_assert_msg(strcmp(got, want) == 0 && served.stage == stage,
	    "%s: %s of stage %d, not %s of %d; note \"%s\"", name, got,
	    served.stage, want, stage, served.note);
}

static void
place(enum sl_status status, uint8_t stage, uint8_t running)
{
	answer.phone.status = (uint8_t)status;
	answer.phone.stage = stage;
	answer.phone.running = running;
	answer.phone.held_from = SL_NEW;
}

/* ---- boot files ---- */

START_TEST(boot_file_is_of_the_stage_in_every_status)
{
	static const char *const want[] = { "s0/term06.default.loads",
		"s1/term06.default.loads", "s2/TERM06.default.loads",
		"s3/term06.default.loads" };

	for (uint8_t stage = 0; stage < 4; stage++) {
		uint8_t below = stage == 0 ? SL_STAGE_NONE : stage - 1;

		place((enum sl_status)_i, stage, below);
		expect("term06.default.loads", want[stage], stage);
		expect("TERM06.DEFAULT.loads", want[stage], stage);
	}
}
END_TEST

START_TEST(boot_file_is_never_of_another_stage)
{
	struct sl_served served;

	make_file("s3/term75.default.loads");
	make_file("s0/OS79XX.TXT");
	place(SL_BOOTING, 1, SL_STAGE_NONE);
	expect("term75.default.loads", NULL, 0);
	expect("OS79XX.TXT", NULL, 0);
	served = serve("term75.default.loads");
	ck_assert_str_eq(served.note, "term75.default.loads is not in s1");
}
END_TEST

START_TEST(recovery_files_are_of_any_stage)
{
	for (uint8_t stage = 0; stage < 4; stage++) {
		place(SL_BOOTING, stage, SL_STAGE_NONE);
		expect("cp7912r.zup", "s0/cp7912r.zup", 0);
		expect("ldragonr.zup", "s2/ldragonr.zup", 2);
		expect("cp7902r.zup", NULL, 0);
	}
	make_file("s3/cp7912r.zup");
	expect("cp7912r.zup", "s3/cp7912r.zup", 3);
}
END_TEST

START_TEST(last_image_of_a_phone_in_recovery_has_an_alias)
{
	place(SL_BOOTING, 1, SL_STAGE_NONE);
	expect("CP7912080004SCCP080108A.sbin", "s0/cp7912r.zup", 0);
	expect("CP7902080002SCCP060817A.sbin", NULL, 0);
	/* This one in.tftpd has itself. */
	expect("CP7905080003SCCP070409A.zup", NULL, 0);
	expect("CP7905080001SCCP.zup", "s2/ldragonr.zup", 2);
	/* It runs, and asks for the other form next. */
	make_file("s3/CP7905080001SCCP.sbin");
	expect("CP7905080001SCCP.zup", NULL, 0);
	expect("CP7905080001SCCP.sbin", "s3/CP7905080001SCCP.sbin", 3);
	make_file("s3/CP7912080004SCCP080108A.sbin");
	expect("CP7912080004SCCP080108A.sbin",
	    "s3/CP7912080004SCCP080108A.sbin", 3);
	expect("jar11sip.9-4-2ES9.sbn", NULL, 0);
}
END_TEST

/* ---- loads and images ---- */

START_TEST(firmware_is_looked_for_up_then_down)
{
	static const struct {
		const char *name;
		struct {
			const char *path;
			uint8_t stage;
		} want[4]; /* for a phone in each stage */
	} rows[] = {
		{ "low.sbn", { { "s0/low.sbn", 0 }, { "s0/low.sbn", 0 },
		                 { "s0/low.sbn", 0 }, { "s0/low.sbn", 0 } } },
		{ "jar1.sbn",
		    { { "s1/Jar1.sbn", 1 }, { "s1/Jar1.sbn", 1 },
		        { "s1/Jar1.sbn", 1 }, { "s1/Jar1.sbn", 1 } } },
		{ "both.sbn",
		    { { "s0/both.sbn", 0 }, { "s2/both.sbn", 2 },
		        { "s2/both.sbn", 2 }, { "s3/both.sbn", 3 } } },
		{ "SIP11.9-4-2SR1-1S.loads",
		    { { "s3/SIP11.9-4-2SR1-1S.loads", 3 },
		        { "s3/SIP11.9-4-2SR1-1S.loads", 3 },
		        { "s3/SIP11.9-4-2SR1-1S.loads", 3 },
		        { "s3/SIP11.9-4-2SR1-1S.loads", 3 } } },
		{ "sccp11.8-5-2s.loads",
		    { { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 } } },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		for (uint8_t stage = 0; stage < 4; stage++) {
			place((enum sl_status)_i, stage, SL_STAGE_NONE);
			expect(rows[i].name, rows[i].want[stage].path,
			    rows[i].want[stage].stage);
		}
	}
}
END_TEST

START_TEST(other_stages_below_are_tried_from_above)
{
	make_file("s0/down.sbn");
	make_file("s1/down.sbn");
	place(SL_LOADING, 3, SL_STAGE_NONE);
	expect("down.sbn", "s1/down.sbn", 1);
}
END_TEST

START_TEST(two_of_other_case_do_not_hide_other_stages)
{
	struct sl_served served;

	place(SL_LOADING, 2, SL_STAGE_NONE);
	expect("TWO.sbn", "s3/two.sbn", 3);
	make_file("s3/Two.sbn");
	served = serve("TWO.sbn");
	ck_assert(!served.rewritten);
	ck_assert_str_eq(served.path, "");
	ck_assert_str_eq(
	    served.note, "s2: Two.sbn and two.sbn differ only in letter case");
}
END_TEST

START_TEST(a_directory_asked_with_the_name_does_not_count)
{
	place(SL_LOADING, 1, SL_STAGE_NONE);
	expect("/firmware/old/low.sbn", "s0/low.sbn", 0);
	expect("../../../etc/low.sbn", "s0/low.sbn", 0);
}
END_TEST

START_TEST(what_is_not_found_has_a_note)
{
	struct sl_served served;
	char name[160];

	place(SL_LOADING, 1, SL_STAGE_NONE);
	served = serve("cnu11.9-4-2ES9.sbn");
	ck_assert_str_eq(served.note, "cnu11.9-4-2ES9.sbn is not in s1");
	ck_assert_str_eq(serve("Jar1.sbn").note, "");
	memset(name, 'n', sizeof(name));
	memcpy(name + sizeof(name) - 5, ".sbn", 5);
	served = serve(name);
	ck_assert(!served.rewritten);
	ck_assert_uint_lt(strlen(served.note), sizeof(served.note));
	ck_assert_uint_gt(strlen(served.note), 100);
}
END_TEST

START_TEST(missing_root_is_as_asked_with_a_note)
{
	sl_tree_free(tree);
	tree = sl_tree_new("/nonexistent/tftp", 0);
	place(SL_BOOTING, 0, SL_STAGE_NONE);
	expect("term06.default.loads", NULL, 0);
	ck_assert_ptr_nonnull(
	    strstr(serve("term06.default.loads").note, "/nonexistent/tftp"));
}
END_TEST

/* ---- configuration ---- */

#define N SL_STAGE_NONE

START_TEST(config_is_of_the_stage_that_runs)
{
	static const struct {
		enum sl_status status;
		uint8_t stage, running;
		int want; /* stage of the config, or -1: as asked */
	} rows[] = {
		{ SL_NEW, 0, N, 0 },
		{ SL_NEW, 1, N, 1 },
		{ SL_BOOTING, 0, N, 0 },
		{ SL_NEW, 1, 0, 0 }, /* after a retry */
		{ SL_BOOTING, 1, 0, 0 },
		{ SL_LOADING, 1, 0, 0 },
		{ SL_LOADING, 3, 2, 2 },
		{ SL_LOADING, 2, N, 2 },
		{ SL_FLASHING, 0, N, 0 },
		{ SL_FLASHING, 2, 1, 2 },
		/* Booted into `running`; its file names the load of `stage`. */
		{ SL_CLIMBING, 1, 0, 0 },
		{ SL_CLIMBING, 2, 1, 1 },
		{ SL_CLIMBING, 3, 2, 2 },
		{ SL_CLIMBING, 1, N, 1 },
		{ SL_CLIMBING, 0, 3, -1 },
		{ SL_CLIMBING, 0, 4, -1 },
		{ SL_DONE, 3, 3, -1 },
		{ SL_DONE, 3, N, -1 },
		{ SL_DONE, 2, 2, 2 },
		{ SL_STUCK, 0, N, 0 },
		{ SL_STUCK, 1, 0, 0 },
		{ SL_SILENT, 1, N, 1 },
		{ SL_HELD, 1, N, 1 },
		{ SL_HELD, 1, 0, 0 },
		{ SL_HELD, 3, 2, 2 },
		{ SL_HELD, 3, N, -1 },
	};
	char want[32];

	for (size_t i = 0; i < COUNT(rows); i++) {
		place(rows[i].status, rows[i].stage, rows[i].running);
		snprintf(want, sizeof(want), "s%d/next.cnf.xml", rows[i].want);
		expect("SEP" OWN ".cnf.xml", rows[i].want < 0 ? NULL : want,
		    rows[i].want);
		ck_assert_str_eq(serve("SEP" OWN ".cnf.xml").note, "");
	}
}
END_TEST

/* Else the file would name a load which skips the stage held at. */
START_TEST(held_while_climbing_skips_no_stage)
{
	place(SL_HELD, 2, 1);
	answer.phone.held_from = SL_CLIMBING;
	expect("SEP" OWN ".cnf.xml", "s1/next.cnf.xml", 1);
}
END_TEST

START_TEST(config_names)
{
	static const struct {
		const char *name;
		/* with the stage's file in XML, in text, without an ending */
		const char *xml, *cnf, *plain;
	} rows[] = {
		{ "SEP" OWN ".cnf.xml", "s1/next.cnf.xml", NULL, "s1/plain" },
		{ "sep001bd4123456.CNF.XML", "s1/next.cnf.xml", NULL,
		    "s1/plain" },
		{ "XMLDefault.cnf.xml", "s1/next.cnf.xml", NULL, "s1/plain" },
		{ "SIP" OWN ".cnf", NULL, "s1/text.cnf", "s1/plain" },
		{ "SIPDefault.cnf", NULL, "s1/text.cnf", "s1/plain" },
		{ "SEP" OTHERS ".cnf.xml", NULL, NULL, NULL },
		{ "SIP" OTHERS ".cnf", NULL, NULL, NULL },
		{ "SEP" OWN ".cnf.xml.sgn", NULL, NULL, NULL },
		{ "SEP" OWN ".cnf.xml.enc.sgn", NULL, NULL, NULL },
		{ "SEPDefault.cnf", NULL, NULL, NULL },
		{ "gk001bd4123456", NULL, NULL, "s1/plain" },
		{ "ld001bd4123456", NULL, NULL, "s1/plain" },
		{ "gk001bd4999999", NULL, NULL, NULL },
	};
	static const char *const configs[] = { "next.cnf.xml", "text.cnf",
		"plain" };

	place(SL_BOOTING, 1, N);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *const want[] = { rows[i].xml, rows[i].cnf,
			rows[i].plain };

		for (size_t k = 0; k < COUNT(configs); k++) {
			make_stage(&stages[1], "s1", configs[k]);
			encode_plan();
			expect(rows[i].name, want[k], 1);
		}
	}
}
END_TEST

START_TEST(missing_config_is_as_asked_with_a_note)
{
	place(SL_BOOTING, 1, N);
	make_stage(&stages[1], "s1", "gone.cnf.xml");
	encode_plan();
	expect("SEP" OWN ".cnf.xml", NULL, 0);
	ck_assert_str_eq(
	    serve("SEP" OWN ".cnf.xml").note, "gone.cnf.xml is not in s1");
}
END_TEST

/* ---- remarks ---- */

START_TEST(what_is_remarkable_is_remarked)
{
	static const struct {
		const char *name;
		uint8_t stage;
		enum sl_note want;
	} rows[] = {
		{ "term06.default.loads", 0, SL_NOTE_NONE },
		{ "term06.default.loads", 2, SL_NOTE_CASE },
		{ "term11.default.loads", 0, SL_NOTE_MISSING },
		{ "low.sbn", 0, SL_NOTE_NONE },
		{ "low.sbn", 1, SL_NOTE_OTHER_STAGE },
		{ "jar1.sbn", 1, SL_NOTE_CASE },
		{ "jar1.sbn", 0, SL_NOTE_CASE },
		{ "TWO.sbn", 2, SL_NOTE_CASE }, /* found in another stage */
		{ "clash.sbn", 0, SL_NOTE_CLASH },
		{ "closed.sbn", 0, SL_NOTE_UNREADABLE },
		{ "closed.sbn", 3, SL_NOTE_UNREADABLE },
		{ "out.sbn", 0, SL_NOTE_OUTSIDE },
		{ "none.sbn", 0, SL_NOTE_MISSING },
		{ "FCH1234ABCD", 0, SL_NOTE_MISSING },
		{ "cp7912r.zup", 2, SL_NOTE_OTHER_STAGE },
		{ "CP7912080003SCCP.sbin", 0, SL_NOTE_NONE },
		{ "SEP" OWN ".cnf.xml", 0, SL_NOTE_NONE },
		{ "SEP" OTHERS ".cnf.xml", 0, SL_NOTE_NONE },
		{ "CTLSEP" OWN ".tlv", 0, SL_NOTE_NONE },
		{ "RINGLIST.DAT", 0, SL_NOTE_NONE },
	};
	char full[160];

	make_file("s0/Clash.sbn");
	make_file("s0/CLASH.sbn");
	make_file("s0/closed.sbn");
	snprintf(full, sizeof(full), "%s/s0/closed.sbn", root);
	ck_assert_int_eq(chmod(full, 0600), 0);
	snprintf(full, sizeof(full), "%s/s0/out.sbn", root);
	ck_assert_int_eq(symlink("/etc/passwd", full), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		place(SL_BOOTING, rows[i].stage, SL_STAGE_NONE);
		ck_assert_msg(serve(rows[i].name).remark == rows[i].want,
		    "%s at %u: \"%s\"", rows[i].name, rows[i].stage,
		    sl_note_name(serve(rows[i].name).remark));
	}
}
END_TEST

/* ---- everything else ---- */

START_TEST(other_classes_are_as_asked)
{
	static const char *const names[] = { "CTLSEP" OWN ".tlv",
		"ITLSEP" OWN ".tlv", "ITLFile.tlv", "CTLFile.tlv",
		"RINGLIST.DAT", "dialplan.xml", "next.cnf.xml", "plain", "",
		"s1/", "g3-tones.xml" };

	for (size_t i = 0; i < COUNT(names); i++) {
		place((enum sl_status)_i, 1, 0);
		make_file("s1/RINGLIST.DAT");
		make_file("s1/ITLFile.tlv");
		expect(names[i], NULL, 0);
		ck_assert_str_eq(serve(names[i]).note, "");
	}
}
END_TEST

START_TEST(without_a_plan_all_is_as_asked)
{
	static const char *const names[] = { "term06.default.loads", "low.sbn",
		"SEP" OWN ".cnf.xml", "cp7912r.zup" };

	for (size_t i = 0; i < COUNT(names); i++) {
		struct sl_request request;
		struct sl_served served;

		place(SL_BOOTING, 0, N);
		answer.planned = false;
		expect(names[i], NULL, 0);
		ck_assert_str_eq(serve(names[i]).note, "");
		answer.planned = true;
		answer.phone.stage = 4;
		expect(names[i], NULL, 0);
		place(SL_BOOTING, 0, N);
		sl_request_classify(names[i], &request);
		sl_serve_file(&answer, &request, NULL, &served);
		ck_assert(!served.rewritten);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("serve");
	TCase *boot = tcase_create("boot");
	TCase *firmware = tcase_create("firmware");
	TCase *config = tcase_create("config");
	TCase *other = tcase_create("other");
	TCase *cases[] = { boot, firmware, config, other };

	for (size_t i = 0; i < COUNT(cases); i++) {
		tcase_add_checked_fixture(cases[i], set_up, tear_down);
		tcase_set_timeout(cases[i], 60);
		suite_add_tcase(suite, cases[i]);
	}
	tcase_add_loop_test(
	    boot, boot_file_is_of_the_stage_in_every_status, 0, SL_STATUSES);
	tcase_add_test(boot, boot_file_is_never_of_another_stage);
	tcase_add_test(boot, recovery_files_are_of_any_stage);
	tcase_add_test(boot, last_image_of_a_phone_in_recovery_has_an_alias);
	tcase_add_loop_test(
	    firmware, firmware_is_looked_for_up_then_down, 0, SL_STATUSES);
	tcase_add_test(firmware, other_stages_below_are_tried_from_above);
	tcase_add_test(firmware, two_of_other_case_do_not_hide_other_stages);
	tcase_add_test(
	    firmware, a_directory_asked_with_the_name_does_not_count);
	tcase_add_test(firmware, what_is_not_found_has_a_note);
	tcase_add_test(firmware, missing_root_is_as_asked_with_a_note);
	tcase_add_test(config, config_is_of_the_stage_that_runs);
	tcase_add_test(config, held_while_climbing_skips_no_stage);
	tcase_add_test(config, config_names);
	tcase_add_test(config, missing_config_is_as_asked_with_a_note);
	tcase_add_loop_test(other, other_classes_are_as_asked, 0, SL_STATUSES);
	tcase_add_test(other, without_a_plan_all_is_as_asked);
	tcase_add_test(other, what_is_remarkable_is_remarked);
	return suite_run(suite);
}
