/* SPDX-License-Identifier: BSD-2-Clause */
/* check_tree_cache.c: what changes on disk is seen, and nothing is leaked. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>

#include "tree_example.h"

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
	Suite *suite = suite_create("tree cache");
	TCase *cache = add_case(suite, "cache");
	TCase *reading = add_case(suite, "reading");
	TCase *old_kernel = add_case(suite, "old kernel");

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
