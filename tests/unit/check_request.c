/* SPDX-License-Identifier: BSD-2-Clause */
/* check_request.c: what kind of file a name is, and whose. */
#include "request.h"

#include "suite.h"

#define M "001BD4123456"

static const struct {
	const char *name;
	enum sl_class class;
	bool has_mac;
} names[] = {
	/* boot */
	{ "term06.default.loads", SL_CLASS_BOOT, false },
	{ "term99.default.loads", SL_CLASS_BOOT, false },
	{ "TERM41.Default.LOADS", SL_CLASS_BOOT, false },
	{ "/term06.default.loads", SL_CLASS_BOOT, false },
	{ "a/b/term06.default.loads", SL_CLASS_BOOT, false },
	{ "OS79XX.TXT", SL_CLASS_BOOT, false },
	{ "os79xx.txt", SL_CLASS_BOOT, false },
	{ "cp7902r.zup", SL_CLASS_BOOT, false },
	{ "ldragonr.zup", SL_CLASS_BOOT, false },
	{ "CP7912R.ZUP", SL_CLASS_BOOT, false },

	/* loads, and what only resembles a boot file */
	{ "SCCP11.8-5-2S.loads", SL_CLASS_LOADS, false },
	{ "SIP11.9-4-2SR1-1S.loads", SL_CLASS_LOADS, false },
	{ "CP7921G-1.4.5.3.LOADS", SL_CLASS_LOADS, false },
	{ "P00308000500.loads", SL_CLASS_LOADS, false },
	{ "sip88xx.14-0-1-0001-1.loads", SL_CLASS_LOADS, false },
	{ "term6.default.loads", SL_CLASS_LOADS, false },
	{ "term006.default.loads", SL_CLASS_LOADS, false },
	{ "term.default.loads", SL_CLASS_LOADS, false },
	{ "term0x.default.loads", SL_CLASS_LOADS, false },
	{ "xterm06.default.loads", SL_CLASS_LOADS, false },
	{ "term06.default.default.loads", SL_CLASS_LOADS, false },
	{ "SEP" M ".cnf.xml.loads", SL_CLASS_LOADS, false },
	{ "FCH1234ABCD.loads", SL_CLASS_LOADS, false },
	{ "FCH1234ABCD", SL_CLASS_LOADS, false },
	{ "inm094312z9", SL_CLASS_LOADS, false },
	{ "FCH1234ABC", SL_CLASS_OTHER, false },
	{ "FCH1234ABCDE", SL_CLASS_OTHER, false },
	{ "FC11234ABCD", SL_CLASS_OTHER, false },
	{ "FCHA234ABCD", SL_CLASS_OTHER, false },
	{ "FCH1234AB.D", SL_CLASS_OTHER, false },

	/* image */
	{ "jar11sccp.8-5-2TH1-9.sbn", SL_CLASS_IMAGE, false },
	{ "Jar41sip.8-3-0-50.SBN", SL_CLASS_IMAGE, false },
	{ "P0S3-8-12-00.sb2", SL_CLASS_IMAGE, false },
	{ "kern9951.9-4-2SR3-1.sebn", SL_CLASS_IMAGE, false },
	{ "P0S3-8-12-00.bin", SL_CLASS_IMAGE, false },
	{ "CP7912080004SCCP080108A.sbin", SL_CLASS_IMAGE, false },
	{ "CP7905080003SCCP070409A.zup", SL_CLASS_IMAGE, false },
	{ "cp7905r.zup", SL_CLASS_IMAGE, false },
	{ "BOOT69xx.0-0-0-14.zz.sgn", SL_CLASS_IMAGE, false },
	{ "SCCP6945.9-4-1-3.bin4.sgn", SL_CLASS_IMAGE, false },
	{ "DSP69xx.0-0-0-5.sgn", SL_CLASS_IMAGE, false },
	{ "/sip-9.4.2/jar11sip.9-4-2ES9.sbn", SL_CLASS_IMAGE, false },

	/* config */
	{ "SEP" M ".cnf.xml", SL_CLASS_CONFIG, true },
	{ "sep001bd4123456.CNF.XML", SL_CLASS_CONFIG, true },
	{ "/SEP" M ".cnf.xml", SL_CLASS_CONFIG, true },
	{ "SEP" M ".cnf.xml.sgn", SL_CLASS_CONFIG, true },
	{ "SEP" M ".cnf.xml.enc.sgn", SL_CLASS_CONFIG, true },
	{ "XMLDefault.cnf.xml", SL_CLASS_CONFIG, false },
	{ "xmldefault.cnf.xml", SL_CLASS_CONFIG, false },
	{ "SIP" M ".cnf", SL_CLASS_CONFIG, true },
	{ "SIPDefault.cnf", SL_CLASS_CONFIG, false },
	{ "SEPDefault.cnf", SL_CLASS_CONFIG, false },
	{ "gk001bd4123456", SL_CLASS_CONFIG, true },
	{ "LD001BD4123456", SL_CLASS_CONFIG, true },

	/* trust */
	{ "CTLSEP" M ".tlv", SL_CLASS_TRUST, true },
	{ "ITLSEP" M ".tlv", SL_CLASS_TRUST, true },
	{ "itlsep001bd4123456.TLV", SL_CLASS_TRUST, true },
	{ "ITLFile.tlv", SL_CLASS_TRUST, false },
	{ "CTLFile.tlv", SL_CLASS_TRUST, false },

	/* other: what no phone's firmware is */
	{ "", SL_CLASS_OTHER, false },
	{ "/", SL_CLASS_OTHER, false },
	{ "term06.default.loads/", SL_CLASS_OTHER, false },
	{ ".loads", SL_CLASS_OTHER, false },
	{ ".sbn", SL_CLASS_OTHER, false },
	{ ".sgn", SL_CLASS_OTHER, false },
	{ "loads", SL_CLASS_OTHER, false },
	{ "term06.default.load", SL_CLASS_OTHER, false },
	{ "term06.default.loads ", SL_CLASS_OTHER, false },
	{ "term06.default.loads\n", SL_CLASS_OTHER, false },
	{ "OS79XX.TXT.bak", SL_CLASS_OTHER, false },
	{ "OS79XX", SL_CLASS_OTHER, false },
	{ "RINGLIST.DAT", SL_CLASS_OTHER, false },
	{ "dialplan.xml", SL_CLASS_OTHER, false },
	{ "mk-sip.jar", SL_CLASS_OTHER, false },
	{ "pxelinux.0", SL_CLASS_OTHER, false },

	/* other: signed, but a document */
	{ "dialplan.xml.sgn", SL_CLASS_OTHER, false },
	{ "mk-sip.jar.sgn", SL_CLASS_OTHER, false },
	{ "XMLDefault.cnf.xml.sgn", SL_CLASS_OTHER, false },
	{ "ITLFile.tlv.sgn", SL_CLASS_OTHER, false },

	/* other: what only resembles */
	{ "SEPxyz.cnf.xml", SL_CLASS_OTHER, false },
	{ "SEP.cnf.xml", SL_CLASS_OTHER, false },
	{ "SEP001BD412345.cnf.xml", SL_CLASS_OTHER, false },
	{ "SEP001BD41234567.cnf.xml", SL_CLASS_OTHER, false },
	{ "SEP001BD412345G.cnf.xml", SL_CLASS_OTHER, false },
	{ "SEP00:1B:D4:12:34:56.cnf.xml", SL_CLASS_OTHER, false },
	{ "SEP001BD412345G.cnf.xml.sgn", SL_CLASS_OTHER, false },
	{ "SEP001BD412345G.cnf.xml.enc.sgn", SL_CLASS_OTHER, false },
	{ "XSEP" M ".cnf.xml", SL_CLASS_OTHER, false },
	{ "SEP" M ".cnf.xml.bak", SL_CLASS_OTHER, false },
	{ "SEP" M ".cnf", SL_CLASS_OTHER, false },
	{ "SIP" M ".cnf.xml", SL_CLASS_OTHER, false },
	{ "gk" M ".x", SL_CLASS_OTHER, false },
	{ "gk00:1b:d4:12:34:56", SL_CLASS_OTHER, false },
	{ "gk", SL_CLASS_OTHER, false },
	{ "CTLSEP.tlv", SL_CLASS_OTHER, false },
	{ "CTLSEP" M, SL_CLASS_OTHER, false },
	{ "CTLSEP" M ".tl", SL_CLASS_OTHER, false },
	{ "SEP" M ".cnf.xml/x", SL_CLASS_OTHER, false },
	{ "../../etc/passwd", SL_CLASS_OTHER, false },
	{ "\xff\xfe\x80", SL_CLASS_OTHER, false },
};

START_TEST(name_tells_class_and_owner)
{
	static const struct sl_mac want = { { 0x00, 0x1b, 0xd4, 0x12, 0x34,
	    0x56 } };
	const char *name = suite_text_at_edge(names[_i].name);
	struct sl_request request;

	memset(&request, 0xff, sizeof(request));
	sl_request_classify(name, &request);
	ck_assert_msg(request.class == names[_i].class, "\"%s\" is %s", name,
	    sl_class_name(request.class));
	ck_assert_msg(request.has_mac == names[_i].has_mac, "%s", name);
	if (request.has_mac)
		ck_assert(sl_mac_equal(&request.mac, &want));
	ck_assert_ptr_eq(request.base, sl_base_name(name));
}
END_TEST

START_TEST(boot_file_tells_whether_it_is_an_image_or_a_hint)
{
	static const struct {
		const char *name;
		bool whole, hint;
	} rows[] = {
		{ "cp7902r.zup", true, false },
		{ "LDragonR.zup", true, false },
		{ "x/cp7912r.zup", true, false },
		{ "os79xx.TXT", false, true },
		{ "term06.default.loads", false, false },
		{ "CP7912080004SCCP080108A.zup", false, false },
		{ "SEP" M ".cnf.xml", false, false },
		{ "", false, false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sl_request request;

		memset(&request, 0xff, sizeof(request));
		sl_request_classify(suite_text_at_edge(rows[i].name), &request);
		ck_assert_msg(
		    request.whole == rows[i].whole, "%s", rows[i].name);
		ck_assert_msg(request.hint == rows[i].hint, "%s", rows[i].name);
	}
}
END_TEST

START_TEST(name_cut_short_never_tells_an_owner)
{
	static const char *const whole[] = { "SEP" M ".cnf.xml.enc.sgn",
		"CTLSEP" M ".tlv", "SIP" M ".cnf", ("gk" M) };

	for (size_t i = 0; i < COUNT(whole); i++) {
		char name[64];
		struct sl_request request;
		size_t digits = strcspn(whole[i], "0") + 12;

		for (size_t n = 0; n < digits; n++) {
			(void)sl_copy(name, n + 1, whole[i]);
			sl_request_classify(suite_text_at_edge(name), &request);
			ck_assert(!request.has_mac);
			ck_assert_int_eq(request.class, SL_CLASS_OTHER);
		}
	}
}
END_TEST

START_TEST(oversized_name_is_judged_by_its_base)
{
	size_t size = 1 << 20;
	char *name = malloc(size);
	struct sl_request request;

	ck_assert_ptr_nonnull(name);
	memset(name, 'a', size);
	memcpy(name + size - sizeof("/ITLFile.tlv"), "/ITLFile.tlv",
	    sizeof("/ITLFile.tlv"));
	sl_request_classify(name, &request);
	ck_assert_int_eq(request.class, SL_CLASS_TRUST);
	name[size - sizeof("/ITLFile.tlv")] = 'a';
	sl_request_classify(name, &request);
	ck_assert_int_eq(request.class, SL_CLASS_OTHER);
	ck_assert_ptr_eq(request.base, name);
	free(name);
}
END_TEST

START_TEST(classes_have_the_names_of_the_contract)
{
	static const char *const want[] = { "other", "boot", "loads", "image",
		"config", "trust" };

	for (int i = 0; i < (int)COUNT(want); i++)
		ck_assert_str_eq(sl_class_name((enum sl_class)i), want[i]);
	ck_assert_str_eq(sl_class_name((enum sl_class)77), "other");
}
END_TEST

START_TEST(serial_numbers_are_no_loads)
{
	ck_assert(sl_is_serial_load("FCH1234ABCD"));
	ck_assert(sl_is_serial_load("fch1234ab12.LOADS"));
	ck_assert(!sl_is_serial_load("SCCP11.8-5-2S.loads"));
	ck_assert(!sl_is_serial_load("term06.default.loads"));
	ck_assert(!sl_is_serial_load(".loads"));
	ck_assert(!sl_is_serial_load(""));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("request");
	TCase *t = tcase_create("request");

	tcase_add_loop_test(t, name_tells_class_and_owner, 0, COUNT(names));
	tcase_add_test(t, boot_file_tells_whether_it_is_an_image_or_a_hint);
	tcase_add_test(t, name_cut_short_never_tells_an_owner);
	tcase_add_test(t, oversized_name_is_judged_by_its_base);
	tcase_add_test(t, classes_have_the_names_of_the_contract);
	tcase_add_test(t, serial_numbers_are_no_loads);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
