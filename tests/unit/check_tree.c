/* SPDX-License-Identifier: BSD-2-Clause */
/* check_tree.c: files are found below the TFTP root, and nowhere else. */
#include "tree_example.h"

/* ---- names ---- */

START_TEST(exact_name_is_found)
{
	expect_found("sip", "term06.default.loads", "sip/term06.default.loads");
	expect_found(
	    "/sip//", "term06.default.loads", "sip/term06.default.loads");
	expect_found(
	    "./sip/.", "./term06.default.loads", "sip/term06.default.loads");
}
END_TEST

START_TEST(missing_name_is_none)
{
	ck_assert_int_eq(find("sip", "term11.default.loads"), SL_NONE);
	ck_assert_int_eq(find("sccp", "term06.default.loads"), SL_NONE);
	ck_assert_int_eq(
	    find("sip/term06.default.loads", "term06.default.loads"), SL_NONE);
}
END_TEST

START_TEST(the_one_of_other_case_is_found)
{
	expect_found(
	    "sip", "Jar11sip.9-4-2ES9.sbn", "sip/jar11sip.9-4-2ES9.sbn");
	expect_found(
	    "sip", "JAR11SIP.9-4-2es9.SBN", "sip/jar11sip.9-4-2ES9.sbn");
	expect_found("sip", "TERM06.default.loads", "sip/term06.default.loads");
}
END_TEST

START_TEST(exact_name_wins_over_other_case)
{
	make_file("sip/Jar11sip.9-4-2ES9.sbn", "other");
	expect_found(
	    "sip", "Jar11sip.9-4-2ES9.sbn", "sip/Jar11sip.9-4-2ES9.sbn");
	expect_found(
	    "sip", "jar11sip.9-4-2ES9.sbn", "sip/jar11sip.9-4-2ES9.sbn");
}
END_TEST

START_TEST(two_of_other_case_are_not_guessed)
{
	make_file("sip/Jar11sip.9-4-2ES9.sbn", "other");
	expect_invalid("sip", "JAR11sip.9-4-2ES9.sbn",
	    "Jar11sip.9-4-2ES9.sbn and jar11sip.9-4-2ES9.sbn differ only");
}
END_TEST

START_TEST(case_of_a_directory_counts)
{
	ck_assert_int_eq(find("SIP", "term06.default.loads"), SL_NONE);
}
END_TEST

START_TEST(directory_of_other_case_is_no_rival)
{
	make_directory("sip/JAR11sip.9-4-2ES9.sbn");
	expect_found(
	    "sip", "Jar11sip.9-4-2ES9.sbn", "sip/jar11sip.9-4-2ES9.sbn");
}
END_TEST

START_TEST(letters_beyond_ascii_keep_their_case)
{
	make_file("sip/\xc3\xa4.sbn", "x");
	expect_found("sip", "\xc3\xa4.SBN", "sip/\xc3\xa4.sbn");
	ck_assert_int_eq(find("sip", "\xc3\x84.sbn"), SL_NONE);
	ck_assert_int_eq(find("sip", "[ar11sip.9-4-2ES9.sbn"), SL_NONE);
}
END_TEST

START_TEST(spaces_are_part_of_a_name)
{
	make_directory("my phones");
	make_file("my phones/a load.loads", "x");
	expect_found("my phones", "a load.loads", "my phones/a load.loads");
	expect_found("my phones", "A LOAD.loads", "my phones/a load.loads");
	ck_assert_int_eq(find("my phones", "a load.loads "), SL_NONE);
}
END_TEST

START_TEST(empty_names_are_refused)
{
	expect_invalid("sip", "", "no file's name");
	expect_invalid("sip", "x/", "no file's name");
	expect_invalid("sip", ".", "no file's name");
}
END_TEST

START_TEST(root_itself_may_be_the_directory)
{
	make_file("OS79XX.TXT", "P003");
	expect_found("", "os79xx.txt", "OS79XX.TXT");
	expect_found("/", "OS79XX.TXT", "OS79XX.TXT");
	expect_found(".", "OS79XX.TXT", "OS79XX.TXT");
}
END_TEST

START_TEST(long_names_are_no_names)
{
	static char name[5000];

	memset(name, 'a', 300);
	ck_assert_int_eq(find("sip", name), SL_NONE);
	memset(name, 'a', sizeof(name) - 1);
	expect_invalid("sip", name, "too long");
}
END_TEST

START_TEST(path_without_room_is_refused)
{
	char small[24];

	ck_assert_int_eq(sl_tree_find(tree, "sip", "term06.default.loads",
	                     small, sizeof(small), &err),
	    SL_INVALID);
	ck_assert_int_eq(
	    sl_tree_find(tree, "sip", "term06.default.loads", small, 0, &err),
	    SL_INVALID);
	ck_assert_int_eq(sl_tree_find(tree, "sip", "term06.default.loads", path,
	                     sizeof("sip/term06.default.loads"), &err),
	    SL_OK);
}
END_TEST

/* ---- leaving the root ---- */

START_TEST(dots_never_lead_out)
{
	char secret[100];
	int fd;

	snprintf(secret, sizeof(secret), "%s/secret.sbn", base);
	fd = open(secret, O_WRONLY | O_CREAT, 0644);
	ck_assert_int_ge(fd, 0);
	close(fd);
	expect_invalid("..", "secret.sbn", "leads out");
	expect_invalid("sip/../..", "secret.sbn", "leads out");
	expect_invalid("sip", "../../secret.sbn", "leads out");
	expect_invalid("sip", "..", "leads out");
	/* Dots alone are no step up. */
	make_file("sip/...", "x");
	expect_found("sip", "...", "sip/...");
}
END_TEST

START_TEST(links_never_lead_out)
{
	char secret[100];
	int fd;

	snprintf(secret, sizeof(secret), "%s/secret.sbn", base);
	fd = open(secret, O_WRONLY | O_CREAT, 0644);
	ck_assert_int_ge(fd, 0);
	close(fd);
	make_link("sip/up.sbn", "../../secret.sbn");
	make_link("sip/abs.sbn", secret);
	make_link("sip/passwd.sbn", "/etc/passwd");
	make_link("out", "..");
	make_link("away", base);
	expect_invalid("sip", "up.sbn", "no file below the TFTP root");
	expect_invalid("sip", "ABS.sbn", "no file below the TFTP root");
	expect_invalid("sip", "passwd.sbn", "no file below the TFTP root");
	ck_assert_int_eq(find("out", "secret.sbn"), SL_NONE);
	ck_assert_int_eq(find("away", "secret.sbn"), SL_NONE);
}
END_TEST

START_TEST(links_inside_give_the_real_path)
{
	make_link("current", "sip");
	make_link("absolute", "/sip");
	make_link("sip/same.sbn", "jar11sip.9-4-2ES9.sbn");
	make_link("sip/abs.sbn", "/sip/jar11sip.9-4-2ES9.sbn");
	make_link("clamped", "../../../../sip");
	expect_found(
	    "current", "term06.default.loads", "sip/term06.default.loads");
	expect_found(
	    "current", "TERM06.default.loads", "sip/term06.default.loads");
	expect_found(
	    "absolute", "term06.default.loads", "sip/term06.default.loads");
	expect_found(
	    "clamped", "term06.default.loads", "sip/term06.default.loads");
	expect_found("sip", "same.sbn", "sip/jar11sip.9-4-2ES9.sbn");
	expect_found("sip", "ABS.sbn", "sip/jar11sip.9-4-2ES9.sbn");
	ck_assert_int_eq(find("current", "nothing.sbn"), SL_NONE);
}
END_TEST

START_TEST(link_loops_end)
{
	make_link("sip/a.sbn", "b.sbn");
	make_link("sip/b.sbn", "a.sbn");
	expect_invalid("sip", "a.sbn", "ymbolic link");
}
END_TEST

START_TEST(root_that_is_a_link_is_followed)
{
	char alias[100];

	snprintf(alias, sizeof(alias), "%s/alias", base);
	ck_assert_int_eq(symlink("root", alias), 0);
	make_link("current", "sip");
	sl_tree_free(tree);
	tree = sl_tree_new(alias, 0);
	expect_found(
	    "current", "term06.default.loads", "sip/term06.default.loads");
}
END_TEST

/* ---- what in.tftpd would refuse ---- */

START_TEST(unreadable_files_are_refused)
{
	change_mode("sip/term06.default.loads", 0640);
	expect_invalid("sip", "term06.default.loads", "0640 lacks o+r");
	expect_invalid("sip", "TERM06.default.loads", "0640 lacks o+r");
	change_mode("sip/term06.default.loads", 0604);
	expect_found("sip", "term06.default.loads", "sip/term06.default.loads");
}
END_TEST

START_TEST(permissive_asks_for_no_mode)
{
	sl_tree_free(tree);
	tree = sl_tree_new(root, SL_TREE_PERMISSIVE);
	change_mode("sip/term06.default.loads", 0640);
	expect_found("sip", "term06.default.loads", "sip/term06.default.loads");
}
END_TEST

START_TEST(a_directory_is_no_file)
{
	make_directory("sip/cnu11.sbn");
	expect_invalid("sip", "cnu11.sbn", "is a directory");
	ck_assert_int_eq(find("sip", "CNU11.sbn"), SL_NONE);
}
END_TEST

START_TEST(a_fifo_is_no_file)
{
	char full[600];
	struct sl_loads loads;

	snprintf(full, sizeof(full), "%s/sip/fifo.loads", root);
	ck_assert_int_eq(mkfifo(full, 0644), 0);
	expect_invalid("sip", "fifo.loads", "no regular file");
	ck_assert_int_ne(
	    sl_tree_loads(tree, "sip/fifo.loads", &loads, &err), SL_OK);
}
END_TEST

START_TEST(closed_directories_are_refused)
{
	if (getuid() != 0) {
		fprintf(stderr, "root's directories not tested: not root\n");
		return;
	}
	make_directory("deep");
	make_directory("deep/sip");
	make_file("deep/sip/x.loads", "x");
	expect_found("deep/sip", "x.loads", "deep/sip/x.loads");
	change_mode("deep", 0700);
	expect_invalid("deep/sip", "x.loads", "deep: mode 0700 lacks o+x");
	change_mode("deep", 0755);
	change_mode("deep/sip", 0744);
	expect_invalid("deep/sip", "X.loads", "deep/sip: mode 0744");
	change_mode("deep/sip", 0711);
	expect_found("deep/sip", "x.loads", "deep/sip/x.loads");
}
END_TEST

START_TEST(directory_of_its_owner_may_be_closed_to_others)
{
	char full[600];

	if (getuid() != 0) {
		fprintf(stderr, "an owner's directory not tested: not root\n");
		return;
	}
	snprintf(full, sizeof(full), "%s/sip", root);
	ck_assert_int_eq(chown(full, 12345, 0), 0);
	change_mode("sip", 0750);
	expect_found("sip", "term06.default.loads", "sip/term06.default.loads");
	ck_assert_int_eq(chown(full, 0, 12345), 0);
	expect_found("sip", "term06.default.loads", "sip/term06.default.loads");
	change_mode("sip", 0700);
	expect_invalid("sip", "term06.default.loads", "lacks o+x");
}
END_TEST

START_TEST(missing_root_is_said)
{
	sl_tree_free(tree);
	tree = sl_tree_new("/nonexistent/root", 0);
	ck_assert_int_eq(find("sip", "term06.default.loads"), SL_IO);
	ck_assert_ptr_nonnull(strstr(err.text, "/nonexistent/root"));
}
END_TEST

/* ---- what is remarkable ---- */

START_TEST(look_up_tells_what_is_remarkable)
{
	make_file("sip/Jar11sip.9-4-2ES9.sbn", "other");
	make_file("sip/closed.sbn", "x");
	change_mode("sip/closed.sbn", 0640);
	make_link("sip/out.sbn", "/etc/passwd");
	make_link("sip/plain.sbn", "term06.default.loads");
	find("sip", "term06.default.loads");
	ck_assert_int_eq(sl_tree_remark(tree), SL_TREE_PLAIN);
	find("sip", "TERM06.default.loads");
	ck_assert_int_eq(sl_tree_remark(tree), SL_TREE_OTHER_CASE);
	find("sip", "JAR11sip.9-4-2ES9.sbn");
	ck_assert_int_eq(sl_tree_remark(tree), SL_TREE_CLASH);
	find("sip", "closed.sbn");
	ck_assert_int_eq(sl_tree_remark(tree), SL_TREE_REFUSED);
	find("sip", "CLOSED.sbn");
	ck_assert_int_eq(sl_tree_remark(tree), SL_TREE_REFUSED);
	find("sip", "OUT.sbn");
	ck_assert_int_eq(sl_tree_remark(tree), SL_TREE_OUTSIDE);
	find("..", "out.sbn");
	ck_assert_int_eq(sl_tree_remark(tree), SL_TREE_OUTSIDE);
	/* A link whose name is right is what its administrator meant. */
	find("sip", "plain.sbn");
	ck_assert_int_eq(sl_tree_remark(tree), SL_TREE_PLAIN);
	find("sip", "nothing.sbn");
	ck_assert_int_eq(sl_tree_remark(tree), SL_TREE_PLAIN);
}
END_TEST

START_TEST(file_is_read_whole_or_not_at_all)
{
	char text[8];
	size_t length = 0;

	make_file("sip/a.cnf.xml", "1234567");
	ck_assert_int_eq(sl_tree_read(tree, "sip/a.cnf.xml", text, sizeof(text),
	                     &length, &err),
	    SL_OK);
	ck_assert_uint_eq(length, 7);
	ck_assert_str_eq(text, "1234567");
	ck_assert_int_eq(
	    sl_tree_read(tree, "sip/a.cnf.xml", text, 7, &length, &err),
	    SL_INVALID);
	ck_assert_ptr_nonnull(strstr(err.text, "more than 6 octets"));
	ck_assert_int_eq(sl_tree_read(tree, "sip/none.cnf.xml", text,
	                     sizeof(text), &length, &err),
	    SL_IO);
	ck_assert_int_ne(
	    sl_tree_read(tree, "sip", text, sizeof(text), &length, &err),
	    SL_OK);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("tree");
	TCase *names = add_case(suite, "names");
	TCase *outside = add_case(suite, "outside");
	TCase *refused = add_case(suite, "refused");

	tcase_add_test(names, exact_name_is_found);
	tcase_add_test(names, missing_name_is_none);
	tcase_add_test(names, the_one_of_other_case_is_found);
	tcase_add_test(names, exact_name_wins_over_other_case);
	tcase_add_test(names, two_of_other_case_are_not_guessed);
	tcase_add_test(names, case_of_a_directory_counts);
	tcase_add_test(names, directory_of_other_case_is_no_rival);
	tcase_add_test(names, letters_beyond_ascii_keep_their_case);
	tcase_add_test(names, spaces_are_part_of_a_name);
	tcase_add_test(names, empty_names_are_refused);
	tcase_add_test(names, root_itself_may_be_the_directory);
	tcase_add_test(names, long_names_are_no_names);
	tcase_add_test(names, path_without_room_is_refused);
	tcase_add_test(names, look_up_tells_what_is_remarkable);
	tcase_add_test(names, file_is_read_whole_or_not_at_all);
	tcase_add_test(outside, dots_never_lead_out);
	tcase_add_test(outside, links_never_lead_out);
	tcase_add_test(outside, links_inside_give_the_real_path);
	tcase_add_test(outside, link_loops_end);
	tcase_add_test(outside, root_that_is_a_link_is_followed);
	tcase_add_test(refused, unreadable_files_are_refused);
	tcase_add_test(refused, permissive_asks_for_no_mode);
	tcase_add_test(refused, a_directory_is_no_file);
	tcase_add_test(refused, a_fifo_is_no_file);
	tcase_add_test(refused, closed_directories_are_refused);
	tcase_add_test(refused, directory_of_its_owner_may_be_closed_to_others);
	tcase_add_test(refused, missing_root_is_said);
	return suite_run(suite);
}
