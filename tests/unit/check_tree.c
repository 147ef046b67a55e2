/* SPDX-License-Identifier: BSD-2-Clause */
/* check_tree.c: files are found below the TFTP root, and nowhere else. */
#include "tree.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "suite.h"

static char base[64], root[80];
static struct sl_tree *tree;
static char path[512];
static struct sl_err err;

/* ---- a tree on disk ---- */

static void
make_directory(const char *name)
{
	char full[600];

	snprintf(full, sizeof(full), "%s/%s", root, name);
	ck_assert_int_eq(mkdir(full, 0755), 0);
	ck_assert_int_eq(chmod(full, 0755), 0);
}

static void
make_file(const char *name, const char *text)
{
	char full[600];
	int fd;

	snprintf(full, sizeof(full), "%s/%s", root, name);
	fd = open(full, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (int)strlen(text));
	ck_assert_int_eq(fchmod(fd, 0644), 0);
	close(fd);
}

static void
make_link(const char *name, const char *target)
{
	char full[600];

	snprintf(full, sizeof(full), "%s/%s", root, name);
	ck_assert_int_eq(symlink(target, full), 0);
}

static void
change_mode(const char *name, mode_t mode)
{
	char full[600];

	snprintf(full, sizeof(full), "%s/%s", root, name);
	ck_assert_int_eq(chmod(full, mode), 0);
}

static void
rename_in_root(const char *from, const char *to)
{
	char a[600], b[600];

	snprintf(a, sizeof(a), "%s/%s", root, from);
	snprintf(b, sizeof(b), "%s/%s", root, to);
	ck_assert_int_eq(rename(a, b), 0);
}

static void
set_up(void)
{
	snprintf(base, sizeof(base), "/tmp/check-tree-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(base));
	ck_assert_int_eq(chmod(base, 0755), 0);
	snprintf(root, sizeof(root), "%s/root", base);
	ck_assert_int_eq(mkdir(root, 0755), 0);
	ck_assert_int_eq(chmod(root, 0755), 0);
	make_directory("sip");
	make_file("sip/term06.default.loads", "x");
	make_file("sip/jar11sip.9-4-2ES9.sbn", "image");
	tree = sl_tree_new(root, 0);
	ck_assert_ptr_nonnull(tree);
}

static void
remove_all(const char *directory)
{
	pid_t child = fork();

	if (child == 0) {
		execlp("rm", "rm", "-rf", directory, (char *)NULL);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
}

static void
tear_down(void)
{
	sl_tree_free(tree);
	remove_all(base);
}

static enum sl_rc
find(const char *directory, const char *name)
{
	err.text[0] = '\0';
	return sl_tree_find(tree, directory, name, path, sizeof(path), &err);
}

static void
expect_found(const char *directory, const char *name, const char *want)
{
	enum sl_rc rc = find(directory, name);

	ck_assert_msg(
	    rc == SL_OK, "%s/%s: %d %s", directory, name, rc, err.text);
	ck_assert_str_eq(path, want);
}

static void
expect_invalid(const char *directory, const char *name, const char *says)
{
	enum sl_rc rc = find(directory, name);

	ck_assert_msg(
	    rc == SL_INVALID, "%s/%s: %d, path %s", directory, name, rc, path);
	ck_assert_msg(strstr(err.text, says) != NULL,
	    "\"%s\" does not say \"%s\"", err.text, says);
}

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

	if (getuid() != 0)
		return;
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

/* ---- the cache ---- */

static void
wait_until_settled(void)
{
	struct timespec pause = { .tv_sec = 2, .tv_nsec = 50000000 };

	while (nanosleep(&pause, &pause) != 0 && errno == EINTR)
		;
}

START_TEST(changes_are_seen_at_once)
{
	char name[64], other[64], want[80];

	/* Each within the same tick of the clock as the listing before. */
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "sip/part%d.sbn", i);
		snprintf(other, sizeof(other), "PART%d.sbn", i);
		snprintf(want, sizeof(want), "sip/part%d.sbn", i);
		ck_assert_int_eq(find("sip", other), SL_NONE);
		make_file(name, "x");
		expect_found("sip", other, want);
	}
}
END_TEST

START_TEST(changes_of_a_settled_directory_are_seen)
{
	struct stat before;
	struct timespec times[2];
	char full[600];

	wait_until_settled();
	expect_found("sip", "TERM06.default.loads", "sip/term06.default.loads");
	ck_assert_int_eq(find("sip", "NEW.sbn"), SL_NONE);
	snprintf(full, sizeof(full), "%s/sip", root);
	ck_assert_int_eq(stat(full, &before), 0);
	make_file("sip/new.sbn", "x");
	/* As rsync -a and tar leave it. */
	times[0] = before.st_atim;
	times[1] = before.st_mtim;
	ck_assert_int_eq(utimensat(AT_FDCWD, full, times, 0), 0);
	expect_found("sip", "NEW.sbn", "sip/new.sbn");
}
END_TEST

START_TEST(a_replaced_directory_is_seen)
{
	make_directory("next");
	make_file("next/Term06.Default.loads", "y");
	wait_until_settled();
	expect_found("sip", "TERM06.default.loads", "sip/term06.default.loads");
	expect_found(
	    "next", "TERM06.default.loads", "next/Term06.Default.loads");
	rename_in_root("sip", "old");
	rename_in_root("next", "sip");
	expect_found("sip", "TERM06.default.loads", "sip/Term06.Default.loads");
}
END_TEST

START_TEST(a_replaced_root_is_seen)
{
	char old[100];

	expect_found("sip", "TERM06.default.loads", "sip/term06.default.loads");
	snprintf(old, sizeof(old), "%s/old", base);
	ck_assert_int_eq(rename(root, old), 0);
	ck_assert_int_eq(find("sip", "term06.default.loads"), SL_IO);
	ck_assert_int_eq(mkdir(root, 0755), 0);
	make_directory("sip");
	make_file("sip/TErm06.default.loads", "x");
	expect_found("sip", "TERM06.default.loads", "sip/TErm06.default.loads");
}
END_TEST

static double
seconds_for(int calls, const char *name)
{
	struct timespec from, to;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	for (int i = 0; i < calls; i++)
		ck_assert_int_eq(find("sip", name), SL_OK);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	return (double)(to.tv_sec - from.tv_sec) +
	       (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

START_TEST(five_thousand_files_are_listed_once)
{
	char name[64];
	double fresh, cached;

	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "sip/Image%04d.sbn", i);
		make_file(name, "");
	}
	expect_found("sip", "iMAGE0000.sbn", "sip/Image0000.sbn");
	expect_found("sip", "iMAGE4999.sbn", "sip/Image4999.sbn");
	ck_assert_int_eq(find("sip", "iMAGE5000.sbn"), SL_NONE);
	fresh = seconds_for(20, "iMAGE2500.sbn");
	wait_until_settled();
	expect_found("sip", "iMAGE2500.sbn", "sip/Image2500.sbn");
	cached = seconds_for(20, "iMAGE2500.sbn");
	ck_assert_msg(cached * 10 < fresh, "%.6f s cached, %.6f s listed anew",
	    cached, fresh);
}
END_TEST

START_TEST(more_directories_than_the_cache_holds)
{
	char name[64], want[80];

	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "d%d", i);
		make_directory(name);
		snprintf(name, sizeof(name), "d%d/x%d.sbn", i, i);
		make_file(name, "x");
	}
	wait_until_settled();
	for (int i = 0; i < 1000; i++) {
		char directory[16], asked[16];

		snprintf(directory, sizeof(directory), "d%d", i % 200);
		snprintf(asked, sizeof(asked), "X%d.SBN", i % 200);
		snprintf(want, sizeof(want), "d%d/x%d.sbn", i % 200, i % 200);
		expect_found(directory, asked, want);
	}
}
END_TEST

static int
open_descriptors(void)
{
	int count = 0;

	for (int fd = 0; fd < 1024; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

START_TEST(nothing_grows)
{
	static const struct {
		const char *directory, *name;
	} asked[] = {
		{ "sip", "term06.default.loads" },
		{ "sip", "TERM06.default.loads" },
		{ "sip", "missing.sbn" },
		{ "nowhere", "missing.sbn" },
		{ "sip", "closed.sbn" },
		{ "sip", "../x" },
		{ "current", "jar11sip.9-4-2ES9.sbn" },
		{ "sip", "dangling.sbn" },
	};
	size_t n = sizeof(asked) / sizeof(asked[0]);
	struct mallinfo2 before, after;
	int descriptors;

	make_link("current", "sip");
	make_link("sip/dangling.sbn", "nothing");
	make_file("sip/closed.sbn", "x");
	change_mode("sip/closed.sbn", 0600);
	for (size_t i = 0; i < n; i++)
		find(asked[i].directory, asked[i].name);
	descriptors = open_descriptors();
	before = mallinfo2();
	for (size_t i = 0; i < 100000; i++)
		find(asked[i % n].directory, asked[i % n].name);
	after = mallinfo2();
	ck_assert_int_eq(open_descriptors(), descriptors);
	ck_assert_uint_le(after.uordblks, before.uordblks + 4096);
}
END_TEST

/* ---- reading ---- */

START_TEST(size_is_told)
{
	uint64_t size = 0;

	ck_assert_int_eq(
	    sl_tree_size(tree, "sip/jar11sip.9-4-2ES9.sbn", &size), SL_OK);
	ck_assert_uint_eq(size, 5);
	ck_assert_int_eq(sl_tree_size(tree, "sip/no", &size), SL_NONE);
	ck_assert_int_eq(sl_tree_size(tree, "sip", &size), SL_NONE);
}
END_TEST

START_TEST(loads_are_read)
{
	struct sl_loads loads;

	make_file("sip/bare.loads", "jar11sip.9-4-2ES9.sbn\r\n"
	                            "cnu11.9-4-2ES9.sbn\r\n");
	ck_assert_int_eq(
	    sl_tree_loads(tree, "sip/bare.loads", &loads, &err), SL_OK);
	ck_assert_uint_eq(loads.count, 2);
	ck_assert_str_eq(loads.part[1], "cnu11.9-4-2ES9.sbn");
}
END_TEST

START_TEST(bad_loads_are_named)
{
	struct sl_loads loads;
	char full[600];

	make_file("sip/empty.loads", "");
	ck_assert_int_eq(
	    sl_tree_loads(tree, "sip/empty.loads", &loads, &err), SL_INVALID);
	ck_assert_ptr_nonnull(strstr(err.text, "sip/empty.loads: "));
	snprintf(full, sizeof(full), "%s/sip/empty.loads", root);
	ck_assert_int_eq(truncate(full, 300 * 1024), 0);
	ck_assert_int_eq(
	    sl_tree_loads(tree, "sip/empty.loads", &loads, &err), SL_INVALID);
	ck_assert_ptr_nonnull(strstr(err.text, "307200 octets"));
	ck_assert_int_eq(
	    sl_tree_loads(tree, "sip/none.loads", &loads, &err), SL_IO);
}
END_TEST

/* ---- a kernel or a sandbox without openat2 ---- */

static void
forbid_openat2(int error)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K,
		    SECCOMP_RET_ERRNO | ((unsigned)error & SECCOMP_RET_DATA)),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {
		.len = sizeof(filter) / sizeof(filter[0]),
		.filter = filter,
	};

	ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	ck_assert_int_eq(
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

static const int refusals[] = { ENOSYS, EPERM };

START_TEST(without_openat2_files_are_found_but_no_links)
{
	uint64_t size;

	make_directory("sip/deep");
	make_file("sip/deep/x.sbn", "x");
	make_link("sip/link.sbn", "term06.default.loads");
	make_link("current", "sip");
	make_link("away", "/etc");
	forbid_openat2(refusals[_i]);
	expect_found("sip", "TERM06.default.loads", "sip/term06.default.loads");
	expect_found("sip/deep", "x.sbn", "sip/deep/x.sbn");
	expect_invalid("sip", "link.sbn", "ymbolic link");
	expect_invalid("current", "term06.default.loads", "ymbolic link");
	expect_invalid("away", "passwd", "ymbolic link");
	ck_assert_int_eq(find("sip", "missing.sbn"), SL_NONE);
	ck_assert_int_eq(find("sip/term06.default.loads", "x"), SL_NONE);
	ck_assert_int_eq(
	    sl_tree_size(tree, "sip/jar11sip.9-4-2ES9.sbn", &size), SL_OK);
	ck_assert_uint_eq(size, 5);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("tree");
	TCase *names = tcase_create("names");
	TCase *outside = tcase_create("outside");
	TCase *refused = tcase_create("refused");
	TCase *cache = tcase_create("cache");
	TCase *reading = tcase_create("reading");
	TCase *old_kernel = tcase_create("old kernel");
	TCase *cases[] = { names, outside, refused, cache, reading,
		old_kernel };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		tcase_add_checked_fixture(cases[i], set_up, tear_down);
		tcase_set_timeout(cases[i], 60);
		suite_add_tcase(suite, cases[i]);
	}
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
	tcase_add_test(cache, changes_are_seen_at_once);
	tcase_add_test(cache, changes_of_a_settled_directory_are_seen);
	tcase_add_test(cache, a_replaced_directory_is_seen);
	tcase_add_test(cache, a_replaced_root_is_seen);
	tcase_add_test(cache, five_thousand_files_are_listed_once);
	tcase_add_test(cache, more_directories_than_the_cache_holds);
	tcase_add_test(cache, nothing_grows);
	tcase_add_test(reading, size_is_told);
	tcase_add_test(reading, loads_are_read);
	tcase_add_test(reading, bad_loads_are_named);
	tcase_add_loop_test(old_kernel,
	    without_openat2_files_are_found_but_no_links, 0,
	    sizeof(refusals) / sizeof(refusals[0]));
	return suite_run(suite);
}
