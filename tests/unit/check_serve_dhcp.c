/* SPDX-License-Identifier: BSD-2-Clause */
/* check_serve_dhcp.c: each phone is told the servers of its stage. */
#include "serve.h"

#include <stdio.h>
#include <string.h>

#include "suite.h"

static struct sl_answer answer;
static struct sl_stage stages[4];
static struct sl_plan plan;

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
	plan.stage_count = 4;
	plan.stages = stages;
	answer.phone.running = SL_STAGE_NONE;
	encode_plan();
}

static void
place(enum sl_status status, uint8_t stage)
{
	answer.phone.status = (uint8_t)status;
	answer.phone.stage = stage;
}

static const struct sl_servers configured = { 2, { 0xc000020a, 0xc000020b } };

static struct sl_sent
answer_to(const struct sl_answer *to)
{
	struct sl_sent sent;

	memset(&sent, 0xa5, sizeof(sent));
	sl_serve_dhcp(to, &configured, "tftp.example", &sent);
	return sent;
}

static void
expect_sent(const char *name, uint8_t count, uint32_t first)
{
	struct sl_sent sent = answer_to(&answer);

	ck_assert_str_eq(sent.server_name, name);
	ck_assert_uint_eq(sent.servers.count, count);
	ck_assert_uint_eq(sent.servers.addr[0], first);
}

static void
give(struct sl_delivery *delivery, uint8_t count, uint32_t first,
    const char *name)
{
	memset(delivery, 0, sizeof(*delivery));
	delivery->servers.count = count;
	for (uint8_t i = 0; i < count; i++)
		delivery->servers.addr[i] = first + i;
	snprintf(
	    delivery->server_name, sizeof(delivery->server_name), "%s", name);
}

START_TEST(unknown_phone_is_sent_what_is_configured)
{
	struct sl_sent sent = answer_to(NULL);

	ck_assert_str_eq(sent.server_name, "tftp.example");
	ck_assert_uint_eq(sent.servers.count, 2);
	ck_assert_uint_eq(sent.servers.addr[1], 0xc000020b);
	ck_assert(sent.option150 && sent.option66 && sent.siaddr);
	answer.planned = false;
	expect_sent("tftp.example", 2, 0xc000020a);
}
END_TEST

START_TEST(servers_by_status_and_stage)
{
	enum sl_status status = (enum sl_status)_i;

	give(&stages[1].delivery, 3, 0x0a000001, "");
	give(&stages[2].delivery, 0, 0, "stage.example");
	give(&stages[3].delivery, 1, 0x0a000101, "three.example");
	give(&plan.finished, 2, 0xc6336405, "");
	encode_plan();
	if (status == SL_DONE) {
		for (uint8_t stage = 0; stage < 4; stage++) {
			place(status, stage);
			expect_sent("198.51.100.5", 2, 0xc6336405);
		}
		return;
	}
	place(status, 0);
	expect_sent("tftp.example", 2, 0xc000020a);
	place(status, 1);
	expect_sent("10.0.0.1", 3, 0x0a000001);
	place(status, 2);
	expect_sent("stage.example", 2, 0xc000020a);
	place(status, 3);
	expect_sent("three.example", 1, 0x0a000101);
}
END_TEST

START_TEST(finished_inherits_what_it_does_not_say)
{
	give(&stages[3].delivery, 1, 0x0a000101, "three.example");
	encode_plan();
	place(SL_DONE, 3);
	expect_sent("three.example", 1, 0x0a000101);
	give(&plan.finished, 0, 0, "home.example");
	encode_plan();
	expect_sent("home.example", 1, 0x0a000101);
	give(&plan.finished, 1, 0xc6336405, "home.example");
	encode_plan();
	expect_sent("home.example", 1, 0xc6336405);
	place(SL_DONE, 0);
	give(&plan.finished, 0, 0, "");
	encode_plan();
	expect_sent("tftp.example", 2, 0xc000020a);
}
END_TEST

START_TEST(held_when_done_is_still_done)
{
	give(&plan.finished, 1, 0xc6336405, "");
	encode_plan();
	place(SL_HELD, 3);
	expect_sent("tftp.example", 2, 0xc000020a);
	answer.phone.held_from = SL_DONE;
	expect_sent("198.51.100.5", 1, 0xc6336405);
}
END_TEST

START_TEST(most_servers_fit)
{
	give(&stages[0].delivery, SL_SERVERS_MAX, 0x0a000001, "");
	encode_plan();
	expect_sent("10.0.0.1", SL_SERVERS_MAX, 0x0a000001);
	ck_assert_uint_eq(
	    answer_to(&answer).servers.addr[SL_SERVERS_MAX - 1], 0x0a00003f);
}
END_TEST

START_TEST(ways_of_delivery)
{
	static const struct {
		uint8_t way;
		bool option150, option66, siaddr;
	} rows[] = {
		{ SL_WAY_ALL, true, true, true },
		{ SL_WAY_66, false, true, false },
		{ SL_WAY_150, true, false, false },
		{ SL_WAY_SIADDR, false, false, true },
		{ SL_WAYS, true, true, true }, /* of a damaged record */
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sl_sent sent;

		for (int planned = 0; planned < 2; planned++) {
			answer.planned = planned;
			answer.phone.way = rows[i].way;
			sent = answer_to(&answer);
			ck_assert_int_eq(sent.option150, rows[i].option150);
			ck_assert_int_eq(sent.option66, rows[i].option66);
			ck_assert_int_eq(sent.siaddr, rows[i].siaddr);
		}
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("serve dhcp");
	TCase *dhcp = tcase_create("dhcp");

	tcase_add_checked_fixture(dhcp, set_up, NULL);
	suite_add_tcase(suite, dhcp);
	tcase_add_test(dhcp, unknown_phone_is_sent_what_is_configured);
	tcase_add_loop_test(dhcp, servers_by_status_and_stage, 0, SL_STATUSES);
	tcase_add_test(dhcp, finished_inherits_what_it_does_not_say);
	tcase_add_test(dhcp, held_when_done_is_still_done);
	tcase_add_test(dhcp, most_servers_fit);
	tcase_add_test(dhcp, ways_of_delivery);
	return suite_run(suite);
}
