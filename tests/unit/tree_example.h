/* SPDX-License-Identifier: BSD-2-Clause */
/* tree_example.h: a TFTP root on disk for the tests of tree.h. */
#ifndef SL_TESTS_TREE_EXAMPLE_H
#define SL_TESTS_TREE_EXAMPLE_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"
#include "tree.h"

static char base[64], root[80];
static struct sl_tree *tree;
static char path[512];
static struct sl_err err;

/* ---- a tree on disk ---- */

static inline void
make_directory(const char *name)
{
	char full[600];

	snprintf(full, sizeof(full), "%s/%s", root, name);
	ck_assert_int_eq(mkdir(full, 0755), 0);
	ck_assert_int_eq(chmod(full, 0755), 0);
}

static inline void
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

static inline void
make_link(const char *name, const char *target)
{
	char full[600];

	snprintf(full, sizeof(full), "%s/%s", root, name);
	ck_assert_int_eq(symlink(target, full), 0);
}

static inline void
change_mode(const char *name, mode_t mode)
{
	char full[600];

	snprintf(full, sizeof(full), "%s/%s", root, name);
	ck_assert_int_eq(chmod(full, mode), 0);
}

static inline void
rename_in_root(const char *from, const char *to)
{
	char a[600], b[600];

	snprintf(a, sizeof(a), "%s/%s", root, from);
	snprintf(b, sizeof(b), "%s/%s", root, to);
	ck_assert_int_eq(rename(a, b), 0);
}

static inline void
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

static inline void
remove_all(const char *directory)
{
	pid_t child = fork();

	if (child == 0) {
		execlp("rm", "rm", "-rf", directory, (char *)NULL);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
}

static inline void
tear_down(void)
{
	sl_tree_free(tree);
	remove_all(base);
}

static inline enum sl_rc
find(const char *directory, const char *name)
{
	err.text[0] = '\0';
	return sl_tree_find(tree, directory, name, path, sizeof(path), &err);
}

static inline void
expect_found(const char *directory, const char *name, const char *want)
{
	enum sl_rc rc = find(directory, name);

	ck_assert_msg(
	    rc == SL_OK, "%s/%s: %d %s", directory, name, rc, err.text);
	ck_assert_str_eq(path, want);
}

static inline void
expect_invalid(const char *directory, const char *name, const char *says)
{
	enum sl_rc rc = find(directory, name);

	ck_assert_msg(
	    rc == SL_INVALID, "%s/%s: %d, path %s", directory, name, rc, path);
	ck_assert_msg(strstr(err.text, says) != NULL,
	    "\"%s\" does not say \"%s\"", err.text, says);
}

static inline TCase *
add_case(Suite *suite, const char *title)
{
	TCase *added = tcase_create(title);

	tcase_add_checked_fixture(added, set_up, tear_down);
	tcase_set_timeout(added, 60);
	suite_add_tcase(suite, added);
	return added;
}

#endif
