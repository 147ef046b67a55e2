/* SPDX-License-Identifier: BSD-2-Clause */
/* check_option.c: options 150 and 66, octet by octet. */
#include "option.h"

#include "suite.h"

#define BYTES(...)                        \
	(const uint8_t[]){ __VA_ARGS__ }, \
	    sizeof((const uint8_t[]){ __VA_ARGS__ })
#define TEXT(s) (const uint8_t *)(s), sizeof(s) - 1

static const struct {
	struct sl_servers servers;
	const uint8_t *wire;
	size_t length;
} good150[] = {
	{ { 1, { 0xc0a80005 } }, BYTES(0xc0, 0xa8, 0x00, 0x05) },
	{ { 2, { 0x0a000001, 0x0a000002 } }, BYTES(10, 0, 0, 1, 10, 0, 0, 2) },
	{ { 3, { 0xc0000201, 0x01020304, 0xdfffffff } },
	    BYTES(192, 0, 2, 1, 1, 2, 3, 4, 223, 255, 255, 255) },
	/* The same server twice is the administrator's business. */
	{ { 2, { 0x80000001, 0x80000001 } },
	    BYTES(128, 0, 0, 1, 128, 0, 0, 1) },
};

START_TEST(option150_is_the_addresses_in_order)
{
	struct sl_servers back = { 0, { 0 } };
	uint8_t *out = suite_at_edge("############", good150[_i].length);
	size_t length = 0;
	struct sl_err err = { "" };

	ck_assert_int_eq(sl_option150_encode(&good150[_i].servers, out,
	                     good150[_i].length, &length, &err),
	    SL_OK);
	ck_assert_uint_eq(length, good150[_i].length);
	ck_assert_mem_eq(out, good150[_i].wire, length);
	ck_assert_int_eq(sl_option150_decode(out, length, &back, &err), SL_OK);
	ck_assert_uint_eq(back.count, good150[_i].servers.count);
	ck_assert_mem_eq(back.addr, good150[_i].servers.addr,
	    back.count * sizeof(back.addr[0]));
}
END_TEST

START_TEST(option150_holds_63_addresses_and_no_64th)
{
	struct sl_servers servers = { .count = SL_SERVERS_MAX }, back;
	uint8_t out[1024];
	size_t length = 0;
	struct sl_err err;

	for (uint32_t i = 0; i < SL_SERVERS_MAX; i++)
		servers.addr[i] = 0x0a000001 + i;
	ck_assert_int_eq(
	    sl_option150_encode(&servers, out, sizeof(out), &length, &err),
	    SL_OK);
	ck_assert_uint_eq(length, 252);
	ck_assert_int_eq(sl_option150_decode(out, length, &back, &err), SL_OK);
	ck_assert_uint_eq(back.count, 63);
	ck_assert_uint_eq(back.addr[62], 0x0a00003f);

	memcpy(out + 252, out, 4);
	ck_assert_int_eq(
	    sl_option150_decode(out, 256, &back, &err), SL_INVALID);
	ck_assert_uint_eq(back.count, 0);
	for (int count = 64; count <= 255; count++) {
		servers.count = (uint8_t)count;
		length = 77;
		ck_assert_int_eq(sl_option150_encode(
		                     &servers, out, sizeof(out), &length, &err),
		    SL_INVALID);
		ck_assert_ptr_nonnull(strstr(err.text, "at most 63 addresses"));
		ck_assert_uint_eq(length, 77);
	}
}
END_TEST

static const struct {
	struct sl_servers servers;
	size_t size;
	const char *says;
} bad_servers[] = {
	{ { 0, { 0 } }, 252, "needs an address" },
	{ { 1, { 0 } }, 252, "0.0.0.0" },
	{ { 1, { 0xffffffff } }, 252, "255.255.255.255" },
	{ { 1, { 0x7f000001 } }, 252, "127.0.0.1" },
	{ { 1, { 0x7fffffff } }, 252, "127.255.255.255" },
	{ { 1, { 0xe0000001 } }, 252, "224.0.0.1" },
	{ { 1, { 0xefffffff } }, 252, "239.255.255.255" },
	{ { 3, { 0x0a000001, 0x0a000002, 0xe0000001 } }, 252, "224.0.0.1" },
	{ { 1, { 0x0a000001 } }, 0, "needs 4 octets" },
	{ { 1, { 0x0a000001 } }, 3, "needs 4 octets" },
	{ { 2, { 0x0a000001, 0x0a000002 } }, 7, "needs 8 octets" },
};

START_TEST(option150_is_not_built_from_what_is_no_server)
{
	struct sl_err err = { "" };
	uint8_t *out = suite_at_edge((uint8_t[252]){ 0 }, bad_servers[_i].size);
	size_t length = 77;

	ck_assert_int_eq(sl_option150_encode(&bad_servers[_i].servers, out,
	                     bad_servers[_i].size, &length, &err),
	    SL_INVALID);
	ck_assert_msg(
	    strstr(err.text, bad_servers[_i].says) != NULL, "%s", err.text);
	ck_assert_uint_eq(length, 77);
	for (size_t i = 0; i < bad_servers[_i].size; i++)
		ck_assert_uint_eq(out[i], 0);
}
END_TEST

static const struct {
	const uint8_t *wire;
	size_t length;
	const char *says;
} bad150[] = {
	{ NULL, 0, "empty" },
	{ BYTES(10), "1 octets" },
	{ BYTES(10, 0, 0), "3 octets" },
	{ BYTES(10, 0, 0, 1, 10), "5 octets" },
	/* An address typed as text, with the NUL that some servers add. */
	{ TEXT("10.136.123.11\0"), "14 octets" },
	{ TEXT("c0:a8:00:05"), "11 octets" },
	{ TEXT("0xc0a80005"), "10 octets" },
	{ BYTES(0, 0, 0, 0), "0.0.0.0" },
	{ BYTES(255, 255, 255, 255), "255.255.255.255" },
	{ BYTES(10, 0, 0, 1, 127, 0, 0, 1), "127.0.0.1" },
	{ BYTES(10, 0, 0, 1, 224, 0, 0, 9), "224.0.0.9" },
};

START_TEST(option150_that_a_phone_would_refuse_is_named)
{
	struct sl_err err = { "" };
	struct sl_servers servers = { .count = 9 };

	ck_assert_int_eq(sl_option150_decode(
	                     suite_at_edge(bad150[_i].wire, bad150[_i].length),
	                     bad150[_i].length, &servers, &err),
	    SL_INVALID);
	ck_assert_uint_eq(servers.count, 0);
	ck_assert_msg(
	    strstr(err.text, bad150[_i].says) != NULL, "%s", err.text);
}
END_TEST

START_TEST(failing_without_a_place_for_the_sentence_is_fine)
{
	struct sl_servers servers = { 0, { 0 } };
	uint8_t out[4];
	char name[SL_SERVER_NAME_MAX + 1];
	size_t length;

	ck_assert_int_eq(
	    sl_option150_encode(&servers, out, 4, &length, NULL), SL_INVALID);
	ck_assert_int_eq(
	    sl_option150_decode(out, 3, &servers, NULL), SL_INVALID);
	ck_assert_int_eq(
	    sl_option66_encode("", out, 4, &length, NULL), SL_INVALID);
	ck_assert_int_eq(sl_option66_decode(out, 0, name, NULL), SL_INVALID);
}
END_TEST

static const struct {
	uint32_t addr;
	enum sl_rc rc;
} servers_judged[] = {
	{ 0x00000000, SL_INVALID },
	{ 0x7effffff, SL_OK },
	{ 0x7f000000, SL_INVALID },
	{ 0x7fffffff, SL_INVALID },
	{ 0x80000000, SL_OK },
	{ 0xdfffffff, SL_OK },
	{ 0xe0000000, SL_INVALID },
	{ 0xefffffff, SL_INVALID },
	{ 0xfffffffe, SL_OK },
	{ 0xffffffff, SL_INVALID },
	{ 0xc0000201, SL_OK },
};

START_TEST(server_is_an_address_that_a_host_can_have)
{
	struct sl_err err = { "" };

	ck_assert_int_eq(sl_server_check(servers_judged[_i].addr, &err),
	    servers_judged[_i].rc);
	ck_assert((err.text[0] != '\0') == (servers_judged[_i].rc != SL_OK));
}
END_TEST

static const struct {
	const uint8_t *wire;
	size_t length;
	const char *name;
} good66[] = {
	{ TEXT("192.168.0.5"), "192.168.0.5" },
	{ TEXT("tftp.example.net"), "tftp.example.net" },
	{ TEXT("a"), "a" },
	/* RFC 2132 section 2: NULs at the end are dropped by who receives. */
	{ TEXT("192.168.0.5\0"), "192.168.0.5" },
	{ TEXT("tftp\0\0\0"), "tftp" },
};

START_TEST(option66_is_the_text_without_nul)
{
	struct sl_err err = { "" };
	size_t octets = strlen(good66[_i].name), length = 0;
	uint8_t *out = suite_at_edge("################", octets);
	char *name = suite_at_edge(
	    (char[SL_SERVER_NAME_MAX + 1]){ 0 }, SL_SERVER_NAME_MAX + 1);

	ck_assert_int_eq(
	    sl_option66_encode(good66[_i].name, out, octets, &length, &err),
	    SL_OK);
	ck_assert_uint_eq(length, octets);
	ck_assert_mem_eq(out, good66[_i].name, octets);
	ck_assert_int_eq(sl_option66_decode(
	                     suite_at_edge(good66[_i].wire, good66[_i].length),
	                     good66[_i].length, name, &err),
	    SL_OK);
	ck_assert_str_eq(name, good66[_i].name);
}
END_TEST

START_TEST(option66_holds_255_octets_and_no_256th)
{
	struct sl_err err = { "" };
	char long_name[257], back[SL_SERVER_NAME_MAX + 1];
	uint8_t out[300];
	size_t length = 0;

	memset(long_name, 'n', 256);
	long_name[256] = '\0';
	ck_assert_int_eq(
	    sl_option66_encode(long_name, out, sizeof(out), &length, &err),
	    SL_INVALID);
	memset(out, 'n', sizeof(out));
	ck_assert_int_eq(sl_option66_decode(out, 256, back, &err), SL_INVALID);
	ck_assert_str_eq(back, "");
	ck_assert_int_eq(sl_option66_decode(out, 255, back, &err), SL_OK);
	ck_assert_uint_eq(strlen(back), 255);
	ck_assert_int_eq(
	    sl_option66_encode(back, out, sizeof(out), &length, &err), SL_OK);
	ck_assert_uint_eq(length, 255);
	ck_assert_int_eq(
	    sl_option66_encode(back, out, 254, &length, &err), SL_INVALID);
}
END_TEST

static const struct {
	const uint8_t *wire;
	size_t length;
	const char *says;
} bad66[] = {
	{ NULL, 0, "empty" },
	{ TEXT("\0"), "empty" },
	{ TEXT("\0\0\0\0"), "empty" },
	{ TEXT("tftp\0server"), "0x00 at offset 4" },
	{ TEXT("\0tftp"), "0x00 at offset 0" },
	{ TEXT("tftp\n"), "0x0a at offset 4" },
	{ TEXT("tftp\x7f"), "0x7f" },
	{ TEXT("t\xc3\xa4"), "0xc3 at offset 1" },
	{ TEXT("\x1b[2J"), "0x1b at offset 0" },
	{ BYTES(0xc0, 0xa8, 0x00, 0x05), "0xc0 at offset 0" },
};

START_TEST(option66_that_is_no_text_is_named)
{
	struct sl_err err = { "" };
	char name[SL_SERVER_NAME_MAX + 1] = "stale";

	ck_assert_int_eq(
	    sl_option66_decode(suite_at_edge(bad66[_i].wire, bad66[_i].length),
	        bad66[_i].length, name, &err),
	    SL_INVALID);
	ck_assert_str_eq(name, "");
	ck_assert_msg(strstr(err.text, bad66[_i].says) != NULL, "%s", err.text);
}
END_TEST

static const char *const bad_names[] = { "", "tftp\n", "\t", "t\xc3\xa4",
	"\x7f" };

START_TEST(option66_is_not_built_from_what_is_no_text)
{
	uint8_t out[16];
	size_t length = 77;

	ck_assert_int_eq(
	    sl_option66_encode(bad_names[_i], out, sizeof(out), &length, NULL),
	    SL_INVALID);
	ck_assert_uint_eq(length, 77);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("option");
	TCase *t = tcase_create("option");

	tcase_add_loop_test(
	    t, option150_is_the_addresses_in_order, 0, COUNT(good150));
	tcase_add_test(t, option150_holds_63_addresses_and_no_64th);
	tcase_add_loop_test(t, option150_is_not_built_from_what_is_no_server, 0,
	    COUNT(bad_servers));
	tcase_add_loop_test(
	    t, option150_that_a_phone_would_refuse_is_named, 0, COUNT(bad150));
	tcase_add_test(t, failing_without_a_place_for_the_sentence_is_fine);
	tcase_add_loop_test(t, server_is_an_address_that_a_host_can_have, 0,
	    COUNT(servers_judged));
	tcase_add_loop_test(
	    t, option66_is_the_text_without_nul, 0, COUNT(good66));
	tcase_add_test(t, option66_holds_255_octets_and_no_256th);
	tcase_add_loop_test(
	    t, option66_that_is_no_text_is_named, 0, COUNT(bad66));
	tcase_add_loop_test(
	    t, option66_is_not_built_from_what_is_no_text, 0, COUNT(bad_names));
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
