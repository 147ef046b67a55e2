/* SPDX-License-Identifier: BSD-2-Clause */
/* check_engine_audit.c: what a lease tells of Kea's own options. */
#include "audit.h"

#include "engine_world.h"

#define TEXT "10.136.123.11"
#define LIST "a,b"

static struct sl_event
with_raw(struct sl_event event, const char *raw, size_t length)
{
	memcpy(event.raw, raw, length);
	event.raw_length = (uint8_t)length;
	return event;
}

static struct sl_event
a_lease_with_150(enum sl_lease_kind kind, bool left)
{
	struct sl_event event = a_lease();

	event.lease = (uint8_t)kind;
	event.finding150 = SL_FINDING_150_TEXT;
	event.left = left;
	return with_raw(event, TEXT, sizeof(TEXT) - 1);
}

static struct sl_event
a_lease_with_66(void)
{
	struct sl_event event = a_lease();

	event.finding66 = SL_FINDING_66_LIST;
	return with_raw(event, LIST, sizeof(LIST) - 1);
}

static void
ck_reason(const struct sl_phone *phone, enum sl_reason want)
{
	ck_assert_str_eq(sl_reason_name((enum sl_reason)phone->reason),
	    sl_reason_name(want));
}

static unsigned
lines_with(const struct world_lines *lines, enum sl_reason reason)
{
	unsigned count = 0;

	for (size_t i = 0; i < lines->count; i++)
		count += lines->line[i].reason == reason;
	return count;
}

START_TEST(finding_is_told_once_with_its_octets)
{
	struct world_lines lines;
	struct world w;
	struct sl_phone p;

	world_make(&w);
	world_open(&w);
	for (int i = 0; i < 2; i++)
		world_happens(&w, a_lease_with_150(SL_LEASE_BOOT, _i == 1));
	p = world_phone(&w);
	ck_assert_uint_eq(p.finding150, SL_FINDING_150_TEXT);
	ck_assert_uint_eq(p.finding66, SL_FINDING_NONE);
	ck_assert_uint_eq(p.leases, 2);
	ck_reason(&p, SL_REASON_MALFORMED_150);
	world_history(&w, &lines);
	ck_assert_uint_eq(lines_with(&lines, SL_REASON_MALFORMED_150), 1);
	ck_assert_str_eq(world_line(&lines, SL_REASON_MALFORMED_150)->text,
	    _i == 1 ? "option 150 holds the text \"10.136.123.11\": 13 octets "
	              "are no multiple of 4, so a phone refuses the whole "
	              "lease [left as it is]"
	            : "option 150 holds the text \"10.136.123.11\": 13 octets "
	              "are no multiple of 4, so a phone refuses the whole "
	              "lease [mended in the reply]");
	world_remove(&w);
}
END_TEST

START_TEST(octets_that_tell_another_finding_are_not_quoted)
{
	struct sl_event cut = a_lease_with_150(SL_LEASE_BOOT, false);
	struct sl_event both = a_lease_with_150(SL_LEASE_BOOT, false);
	struct world_lines lines;
	struct world w;

	world_make(&w);
	world_open(&w);
	/* Cut in the event, so its length is not known. */
	memset(cut.raw, 'n', sizeof(cut.raw));
	cut.raw_length = SL_EVENT_RAW_MAX;
	cut.finding150 = SL_FINDING_150_NAME;
	world_happens(&w, cut);
	/* Of two the event has the octets of option 150 alone. */
	both.finding66 = SL_FINDING_66_LIST;
	world_happens(&w, both);
	/* Reversed is what is intended, and that is not known here. */
	both.finding150 = SL_FINDING_150_REVERSED;
	world_happens(&w, both);
	/* Of a newer version. */
	both.finding150 = UINT8_MAX;
	world_happens(&w, both);
	world_history(&w, &lines);
	ck_assert_uint_eq(lines_with(&lines, SL_REASON_MALFORMED_150), 4);
	ck_assert_uint_eq(lines_with(&lines, SL_REASON_MALFORMED_66), 1);
	for (size_t i = 0; i < lines.count; i++)
		if (lines.line[i].reason == SL_REASON_MALFORMED_66 ||
		    (lines.line[i].reason == SL_REASON_MALFORMED_150 &&
		        strstr(lines.line[i].text, TEXT) == NULL))
			ck_assert_msg(
			    strncmp(lines.line[i].text, "Kea's own", 9) == 0,
			    "%s", lines.line[i].text);
	world_remove(&w);
}
END_TEST

START_TEST(reversed_octets_are_told_by_the_configured_servers)
{
	struct sl_event event = a_lease();
	struct world_lines lines;
	struct world w;

	world_make(&w);
	world_open(&w);
	event.finding150 = SL_FINDING_150_REVERSED;
	world_happens(&w, with_raw(event, "\x0a\x02\x00\xc0", 4));
	world_history(&w, &lines);
	ck_assert_ptr_nonnull(
	    strstr(world_line(&lines, SL_REASON_MALFORMED_150)->text,
	        "10.2.0.192, which is 192.0.2.10 with its octets backwards"));
	world_remove(&w);
}
END_TEST

/* A phone that refuses what it was offered. */
START_TEST(offer_makes_a_phone_and_nothing_else)
{
	struct sl_event offer = a_lease_with_150(SL_LEASE_OFFER, true);
	struct world_lines lines;
	struct world w;
	struct sl_phone p;
	struct sl_mac owner;

	world_make(&w);
	world_open(&w);
	for (int i = 0; i < 10; i++)
		world_happens(&w, offer);
	p = world_phone(&w);
	ck_status(p, SL_NEW);
	ck_assert_uint_eq(p.addr, 0);
	ck_assert_uint_eq(p.leases, 0);
	ck_assert_uint_eq(p.way, SL_WAY_ALL);
	ck_assert_uint_eq(p.model, 7906);
	ck_assert_uint_eq(p.plan != SL_PLAN_NONE, 1);
	ck_assert_int_eq(p.last_heard_us, START + 9 * S);
	ck_reason(&p, SL_REASON_MALFORMED_150);
	ck_assert_int_eq(sl_store_begin(w.engine->store, NULL), SL_OK);
	ck_assert_int_eq(
	    sl_store_owner(w.engine->store, ADDR, &owner), SL_NONE);
	sl_store_abort(w.engine->store);
	world_history(&w, &lines);
	ck_assert_uint_eq(lines.count, 2);
	world_remove(&w);
}
END_TEST

START_TEST(offer_takes_no_address_away)
{
	struct world w;

	world_make(&w);
	world_open(&w);
	world_happens(&w, a_lease());
	world_happens(&w, a_lease_with_150(SL_LEASE_OFFER, true));
	ck_assert_uint_eq(world_phone(&w).addr, ADDR);
	ck_assert_uint_eq(world_phone(&w).leases, 1);
	world_remove(&w);
}
END_TEST

START_TEST(phone_on_its_way_keeps_its_reason)
{
	struct world_lines lines;
	struct world w;
	struct sl_phone p;

	world_make(&w);
	world_open(&w);
	world_happens(&w, a_lease());
	world_boots(&w, 0);
	world_happens(&w, a_lease_with_150(SL_LEASE_RENEW, true));
	p = world_phone(&w);
	ck_status(p, SL_BOOTING);
	ck_reason(&p, SL_REASON_ASKED_BOOT);
	ck_assert_uint_eq(p.finding150, SL_FINDING_150_TEXT);
	world_history(&w, &lines);
	ck_assert_uint_eq(lines_with(&lines, SL_REASON_MALFORMED_150), 1);
	world_remove(&w);
}
END_TEST

START_TEST(finding_goes_with_the_reply_that_has_none)
{
	struct world w;
	struct sl_phone p;

	world_make(&w);
	world_open(&w);
	world_happens(&w, a_lease_with_66());
	p = world_phone(&w);
	ck_assert_uint_eq(p.finding66, SL_FINDING_66_LIST);
	ck_reason(&p, SL_REASON_MALFORMED_66);
	world_happens(&w, a_lease());
	p = world_phone(&w);
	ck_assert_uint_eq(p.finding66, SL_FINDING_NONE);
	ck_reason(&p, SL_REASON_FIRST_SEEN);
	world_remove(&w);
}
END_TEST

/* That no plan names it keeps it from moving, unless the option does. */
START_TEST(phone_without_a_plan_says_so_unless_the_option_was_left)
{
	struct sl_event event = a_lease_with_150(SL_LEASE_BOOT, _i == 1);
	struct world w;
	struct sl_phone p;

	event.model = 7971;
	world_make(&w);
	world_open(&w);
	world_happens(&w, event);
	p = world_phone(&w);
	ck_reason(&p, _i == 1 ? SL_REASON_MALFORMED_150 : SL_REASON_NO_PLAN);
	event.finding150 = SL_FINDING_NONE;
	event.left = false;
	world_happens(&w, event);
	p = world_phone(&w);
	ck_reason(&p, SL_REASON_NO_PLAN);
	world_remove(&w);
}
END_TEST

/* Silent because of the option: the option is the reason. */
START_TEST(silent_phone_is_told_by_the_option_that_was_left)
{
	struct sl_event event = a_lease_with_150(SL_LEASE_BOOT, _i == 1);
	struct world w;
	struct sl_phone p;

	world_make(&w);
	world_open(&w);
	for (int i = 0; i < 3 * SL_WAYS; i++)
		world_happens(&w, event);
	p = world_phone(&w);
	ck_status(p, SL_SILENT);
	ck_reason(&p, _i == 1 ? SL_REASON_MALFORMED_150 : SL_REASON_NO_CONTACT);
	world_remove(&w);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("engine-audit");
	TCase *t = tcase_create("engine-audit");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, finding_is_told_once_with_its_octets, 0, 2);
	tcase_add_test(t, octets_that_tell_another_finding_are_not_quoted);
	tcase_add_test(t, reversed_octets_are_told_by_the_configured_servers);
	tcase_add_test(t, offer_makes_a_phone_and_nothing_else);
	tcase_add_test(t, offer_takes_no_address_away);
	tcase_add_test(t, phone_on_its_way_keeps_its_reason);
	tcase_add_test(t, finding_goes_with_the_reply_that_has_none);
	tcase_add_loop_test(
	    t, phone_without_a_plan_says_so_unless_the_option_was_left, 0, 2);
	tcase_add_loop_test(
	    t, silent_phone_is_told_by_the_option_that_was_left, 0, 2);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
