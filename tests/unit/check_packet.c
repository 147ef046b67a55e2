/* SPDX-License-Identifier: BSD-2-Clause */
/* check_packet.c: requests as they may arrive, byte by byte. */
#include "preload_packet.h"

#include "suite.h"

#define ROOM 64

/* The buffer is dirty before each packet, as in.tftpd's is. */
struct buffer {
	unsigned char octet[ROOM + 8]; /* the last 8 are not ours */
};

static void
fill(struct buffer *buffer, const char *data, size_t len)
{
	memset(buffer->octet, 0xaa, sizeof(buffer->octet));
	memcpy(buffer->octet, data, len < ROOM ? len : ROOM);
}

static void
nothing_past_the_room(const struct buffer *buffer)
{
	for (size_t i = ROOM; i < sizeof(buffer->octet); i++)
		ck_assert_uint_eq(buffer->octet[i], 0xaa);
}

#define BYTES(s) (s), sizeof(s) - 1

static const struct row {
	const char *name, *data;
	size_t len;
	enum sl_packet_kind kind;
	size_t closed_len; /* of a request */
	const char *filename, *mode;
	const char *options;
	size_t options_len;
} rows[] = {
	{ "plain", BYTES("\0\1a\0octet\0"), SL_PACKET_REQUEST, 10, "a", "octet",
	    BYTES("") },
	{ "write", BYTES("\0\2a\0octet\0"), SL_PACKET_REQUEST, 10, "a", "octet",
	    BYTES("") },
	{ "options", BYTES("\0\1a\0octet\0tsize\0000\0"), SL_PACKET_REQUEST, 18,
	    "a", "octet", BYTES("tsize\0000\0") },
	{ "no final NUL", BYTES("\0\1a\0octet"), SL_PACKET_REQUEST, 10, "a",
	    "octet", BYTES("") },
	{ "no NUL after the option", BYTES("\0\1a\0octet\0blksize"),
	    SL_PACKET_REQUEST, 18, "a", "octet", BYTES("blksize\0") },
	{ "no NUL after the value", BYTES("\0\1a\0octet\0tsize\0000"),
	    SL_PACKET_REQUEST, 18, "a", "octet", BYTES("tsize\0000\0") },
	{ "octets behind the mode", BYTES("\0\1a\0octet\0x"), SL_PACKET_REQUEST,
	    12, "a", "octet", BYTES("x\0") },
	{ "empty option", BYTES("\0\1a\0octet\0\0\0"), SL_PACKET_REQUEST, 12,
	    "a", "octet", BYTES("\0\0") },
	{ "unknown mode", BYTES("\0\1a\0mail\0"), SL_PACKET_REQUEST, 9, "a",
	    "mail", BYTES("") },
	{ "name of bytes", BYTES("\0\1\xff\n\0octet\0"), SL_PACKET_REQUEST, 11,
	    "\xff\n", "octet", BYTES("") },

	{ "nothing", BYTES(""), SL_PACKET_RUNT, 0, 0, 0, 0, 0 },
	{ "half an opcode", BYTES("\0"), SL_PACKET_RUNT, 0, 0, 0, 0, 0 },
	{ "opcode 0", BYTES("\0\0a\0octet\0"), SL_PACKET_OTHER, 0, 0, 0, 0, 0 },
	{ "DATA", BYTES("\0\3\0\1x"), SL_PACKET_OTHER, 0, 0, 0, 0, 0 },
	{ "ACK", BYTES("\0\4\0\1"), SL_PACKET_OTHER, 0, 0, 0, 0, 0 },
	{ "ERROR", BYTES("\0\5\0\1x\0"), SL_PACKET_OTHER, 0, 0, 0, 0, 0 },
	{ "low octet alone", BYTES("\1\1a\0octet\0"), SL_PACKET_OTHER, 0, 0, 0,
	    0, 0 },

	{ "opcode only", BYTES("\0\1"), SL_PACKET_REFUSE, 0, 0, 0, 0, 0 },
	{ "empty name", BYTES("\0\1\0octet\0"), SL_PACKET_REFUSE, 0, 0, 0, 0,
	    0 },
	{ "name alone", BYTES("\0\1a"), SL_PACKET_REFUSE, 0, 0, 0, 0, 0 },
	{ "name and NUL", BYTES("\0\1a\0"), SL_PACKET_REFUSE, 0, 0, 0, 0, 0 },
	{ "empty mode", BYTES("\0\1a\0\0"), SL_PACKET_REFUSE, 0, 0, 0, 0, 0 },
	{ "empty mode, options", BYTES("\0\1a\0\0tsize\0000\0"),
	    SL_PACKET_REFUSE, 0, 0, 0, 0, 0 },
	{ "empty write", BYTES("\0\2"), SL_PACKET_REFUSE, 0, 0, 0, 0, 0 },
};

START_TEST(a_packet_is_read_in_one_way)
{
	const struct row *row = &rows[_i];
	struct buffer buffer;
	struct sl_packet packet;

	fill(&buffer, row->data, row->len);
	ck_assert_msg(
	    sl_packet_read(&packet, buffer.octet, row->len, ROOM) == row->kind,
	    "%s", row->name);
	nothing_past_the_room(&buffer);
	if (row->kind != SL_PACKET_REQUEST)
		return;
	ck_assert_uint_eq(packet.len, row->closed_len);
	ck_assert_str_eq(packet.filename, row->filename);
	ck_assert_uint_eq(packet.filename_len, strlen(row->filename));
	ck_assert_str_eq(packet.mode, row->mode);
	ck_assert_uint_eq(packet.options_len, row->options_len);
	ck_assert_mem_eq(packet.options, row->options, row->options_len);
	/* Not even one octet past the end may keep a reader going. */
	ck_assert_uint_eq(buffer.octet[packet.len - 1], 0);
	ck_assert_uint_eq(buffer.octet[packet.len], 0);
}
END_TEST

START_TEST(what_is_refused_says_why)
{
	struct buffer buffer;
	struct sl_packet packet;

	fill(&buffer, BYTES("\0\1a\0"));
	ck_assert_int_eq(
	    sl_packet_read(&packet, buffer.octet, 4, ROOM), SL_PACKET_REFUSE);
	ck_assert_str_eq(packet.why, "no transfer mode");
}
END_TEST

/* `len` octets: name "a", mode octet, then x to the end, closed or not. */
static enum sl_packet_kind
read_filled(
    struct buffer *buffer, struct sl_packet *packet, size_t len, int closed)
{
	fill(buffer, BYTES("\0\1a\0octet\0"));
	memset(buffer->octet + 10, 'x', ROOM - 10);
	if (closed)
		buffer->octet[len - 1] = 0;
	return sl_packet_read(packet, buffer->octet, len, ROOM);
}

START_TEST(a_full_buffer_is_refused_unless_closed)
{
	struct buffer buffer;
	struct sl_packet packet;

	ck_assert_int_eq(
	    read_filled(&buffer, &packet, ROOM, 0), SL_PACKET_REFUSE);
	ck_assert_int_eq(
	    read_filled(&buffer, &packet, ROOM, 1), SL_PACKET_REQUEST);
	ck_assert_uint_eq(packet.len, ROOM);
	ck_assert_int_eq(
	    read_filled(&buffer, &packet, ROOM - 1, 0), SL_PACKET_REQUEST);
	ck_assert_uint_eq(packet.len, ROOM);
	nothing_past_the_room(&buffer);
}
END_TEST

START_TEST(more_than_was_stored_is_refused)
{
	struct buffer buffer;
	struct sl_packet packet;

	fill(&buffer, BYTES("\0\1a\0octet\0"));
	ck_assert_int_eq(sl_packet_read(&packet, buffer.octet, ROOM + 1, ROOM),
	    SL_PACKET_REFUSE);
	nothing_past_the_room(&buffer);
	/* An ACK of that size is nobody's request. */
	fill(&buffer, BYTES("\0\4\0\1"));
	ck_assert_int_eq(
	    sl_packet_read(&packet, buffer.octet, 9000, ROOM), SL_PACKET_OTHER);
}
END_TEST

static const struct rename {
	const char *before;
	size_t before_len;
	const char *name;
	const char *after;
	size_t after_len;
} renames[] = {
	{ BYTES("\0\1a\0octet\0"), "b/a", BYTES("\0\1b/a\0octet\0") },
	{ BYTES("\0\1long/name\0octet\0"), "a", BYTES("\0\1a\0octet\0") },
	{ BYTES("\0\1ab\0octet\0"), "cd", BYTES("\0\1cd\0octet\0") },
	{ BYTES("\0\1a\0octet\0tsize\0000\0"), "bcd",
	    BYTES("\0\1bcd\0octet\0tsize\0000\0") },
	{ BYTES("\0\1a\0octet\0tsize\0000"), "bcd",
	    BYTES("\0\1bcd\0octet\0tsize\0000\0") },
	{ BYTES("\0\1long/name\0netascii\0tsize\0000\0"), "a",
	    BYTES("\0\1a\0netascii\0tsize\0000\0") },
};

START_TEST(a_new_name_moves_the_rest)
{
	const struct rename *row = &renames[_i];
	struct buffer buffer;
	struct sl_packet packet;
	size_t closed;

	fill(&buffer, row->before, row->before_len);
	sl_packet_read(&packet, buffer.octet, row->before_len, ROOM);
	closed = packet.len;
	ck_assert(sl_packet_rename(&packet, row->name, strlen(row->name)));
	ck_assert_uint_eq(packet.len, row->after_len);
	ck_assert_mem_eq(buffer.octet, row->after, row->after_len);
	ck_assert_str_eq(packet.filename, row->name);
	/* Nothing of the old packet is left behind the new one. */
	for (size_t i = packet.len; i <= closed; i++)
		ck_assert_uint_eq(buffer.octet[i], 0);
	nothing_past_the_room(&buffer);
}
END_TEST

START_TEST(a_name_without_room_changes_nothing)
{
	char longest[ROOM];
	struct buffer buffer, before;
	struct sl_packet packet;

	memset(longest, 'n', sizeof(longest));
	fill(&buffer, BYTES("\0\1a\0octet\0"));
	sl_packet_read(&packet, buffer.octet, 10, ROOM);
	before = buffer;
	ck_assert(!sl_packet_rename(&packet, longest, ROOM - 8));
	ck_assert_mem_eq(&buffer, &before, sizeof(buffer));
	ck_assert_uint_eq(packet.len, 10);
	ck_assert(sl_packet_rename(&packet, longest, ROOM - 9));
	ck_assert_uint_eq(packet.len, ROOM);
	nothing_past_the_room(&buffer);
}
END_TEST

static const struct answer {
	const char *name, *root;
	int fine;
} answers[] = {
	{ "a", NULL, 1 },
	{ "/a", NULL, 1 },
	{ "b/a", NULL, 1 },
	{ "..a/b..", NULL, 1 },
	{ "...", NULL, 1 },
	{ "\xc3\xa4", NULL, 1 },
	{ "", NULL, 0 },
	{ "..", NULL, 0 },
	{ "../a", NULL, 0 },
	{ "a/..", NULL, 0 },
	{ "a//../b", NULL, 0 },
	{ "/../a", NULL, 0 },
	{ "a\n", NULL, 0 },
	{ "\x7f", NULL, 0 },
	{ "/srv/tftp/a", "/srv/tftp", 1 },
	{ "/srv/tftp/a", "/srv/tftp/", 1 },
	{ "/a", "/", 1 },
	{ "/a", "", 1 },
	{ "a", "", 0 },
	{ "/srv/tftp", "/srv/tftp", 0 },
	{ "/srv/tftpx/a", "/srv/tftp", 0 },
	{ "/etc/passwd", "/srv/tftp", 0 },
	{ "a", "/srv/tftp", 0 },
	{ "/srv/tftp/../a", "/srv/tftp", 0 },
};

START_TEST(only_a_sane_answer_is_served)
{
	const struct answer *row = &answers[_i];
	size_t len;
	const char *why = sl_packet_check_name(row->name, 64, row->root, &len);

	ck_assert_msg((why == NULL) == row->fine, "%s below %s: %s", row->name,
	    row->root == NULL ? "(chroot)" : row->root,
	    why == NULL ? "served" : why);
	if (row->fine)
		ck_assert_uint_eq(len, strlen(row->name));
}
END_TEST

START_TEST(an_answer_must_end)
{
	size_t len;

	ck_assert_ptr_null(sl_packet_check_name("abcd", 5, NULL, &len));
	ck_assert_ptr_nonnull(sl_packet_check_name("abcd", 4, NULL, &len));
}
END_TEST

START_TEST(an_error_packet_is_cut_to_its_buffer)
{
	char out[9];

	ck_assert_uint_eq(sl_packet_error(out, sizeof(out), 0, "busy"), 9);
	ck_assert_mem_eq(out, "\0\5\0\0busy\0", 9);
	ck_assert_uint_eq(sl_packet_error(out, sizeof(out), 259, "busier"), 9);
	ck_assert_mem_eq(out, "\0\5\1\3busi\0", 9);
	ck_assert_uint_eq(sl_packet_error(out, sizeof(out), 4, ""), 5);
	ck_assert_mem_eq(out, "\0\5\0\4\0", 5);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("packet");
	TCase *t = tcase_create("packet");

	tcase_add_loop_test(t, a_packet_is_read_in_one_way, 0, COUNT(rows));
	tcase_add_test(t, what_is_refused_says_why);
	tcase_add_test(t, a_full_buffer_is_refused_unless_closed);
	tcase_add_test(t, more_than_was_stored_is_refused);
	tcase_add_loop_test(t, a_new_name_moves_the_rest, 0, COUNT(renames));
	tcase_add_test(t, a_name_without_room_changes_nothing);
	tcase_add_loop_test(t, only_a_sane_answer_is_served, 0, COUNT(answers));
	tcase_add_test(t, an_answer_must_end);
	tcase_add_test(t, an_error_packet_is_cut_to_its_buffer);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
