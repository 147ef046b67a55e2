/* SPDX-License-Identifier: BSD-2-Clause */
/* tree.c: finds firmware files that in.tftpd can give to a phone. */
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text.h"
#include "tree_below.h"
#include "tree_list.h"

struct sl_tree {
	char root[PATH_MAX];
	unsigned flags;
	enum sl_tree_remark remark; /* about the last look-up */
	struct sl_listings *listings;
};

struct sl_tree *
sl_tree_new(const char *root, unsigned flags)
{
	struct sl_tree *tree = calloc(1, sizeof(*tree));

	if (tree == NULL)
		return NULL;
	tree->flags = flags;
	tree->listings = sl_listings_new();
	/* A root that was cut short would be another directory. */
	if (tree->listings == NULL ||
	    !sl_copy(tree->root, sizeof(tree->root), root)) {
		sl_tree_free(tree);
		return NULL;
	}
	return tree;
}

void
sl_tree_free(struct sl_tree *tree)
{
	if (tree == NULL)
		return;
	sl_listings_free(tree->listings);
	free(tree);
}

/*
 * Anew for each look-up: a root that was replaced is seen at once, and no
 * descriptor is left for in.tftpd's children.
 */
static int
open_root(const struct sl_tree *tree, struct sl_err *err)
{
	int fd = open(tree->root, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		sl_fail(err, SL_IO, "TFTP root %s: %s", tree->root,
		    strerror(errno));
	return fd;
}

static enum sl_rc
check_file(const struct sl_tree *tree, const struct stat *status,
    const char *path, struct sl_err *err)
{
	if (S_ISDIR(status->st_mode))
		return sl_fail(err, SL_INVALID, "%s: is a directory", path);
	if (!S_ISREG(status->st_mode))
		return sl_fail(err, SL_INVALID, "%s: is no regular file", path);
	if ((tree->flags & SL_TREE_PERMISSIVE) == 0 &&
	    (status->st_mode & S_IROTH) == 0)
		return sl_fail(err, SL_INVALID,
		    "%s: mode %04o lacks o+r, so in.tftpd refuses it", path,
		    (unsigned)status->st_mode & 07777);
	return SL_OK;
}

/*
 * in.tftpd opens files as an unprivileged user whom we do not know: owner
 * and group might be his unless they are root's.
 */
static bool
may_be_searched(const struct stat *status)
{
	return (status->st_mode & S_IXOTH) != 0 ||
	       ((status->st_mode & S_IXUSR) != 0 && status->st_uid != 0) ||
	       ((status->st_mode & S_IXGRP) != 0 && status->st_gid != 0);
}

static enum sl_rc
check_directory(int root, const char *path, struct sl_err *err)
{
	int fd =
	    sl_below_open(root, path, O_PATH | O_DIRECTORY, SL_LINKS_REFUSED);
	struct stat status;
	enum sl_rc rc = SL_OK;

	if (fd < 0)
		return sl_fail(err, SL_INVALID, "%s: %s", path, strerror(-fd));
	if (fstat(fd, &status) == 0 && !may_be_searched(&status))
		rc = sl_fail(err, SL_INVALID,
		    "%s: mode %04o lacks o+x, so in.tftpd can not enter it",
		    *path == '\0' ? "the TFTP root" : path,
		    (unsigned)status.st_mode & 07777);
	close(fd);
	return rc;
}

/* `path` holds no links; each directory on its way. */
static enum sl_rc
check_directories(int root, const char *path, struct sl_err *err)
{
	char prefix[PATH_MAX];
	enum sl_rc rc = check_directory(root, "", err);
	const char *slash = strchr(path, '/');

	while (rc == SL_OK && slash != NULL) {
		size_t length = (size_t)(slash - path);

		if (length >= sizeof(prefix))
			return sl_fail(
			    err, SL_INVALID, "%s: is too long", path);
		memcpy(prefix, path, length);
		prefix[length] = '\0';
		rc = check_directory(root, prefix, err);
		slash = strchr(slash + 1, '/');
	}
	return rc;
}

/*
 * Opens path; when links were followed, path becomes the one without them.
 * in.tftpd without a chroot would follow an absolute link out of the root.
 */
static enum sl_rc
open_real(int root, char *path, size_t size, int *fd, struct sl_err *err)
{
	enum sl_rc rc;

	*fd = sl_below_open(root, path, O_PATH, SL_LINKS_REFUSED);
	if (*fd != -ELOOP)
		return SL_OK;
	*fd = sl_below_open(root, path, O_PATH, SL_LINKS_IN_ROOT);
	if (*fd < 0)
		return SL_OK;
	rc = sl_below_real_path(root, *fd, path, size, err);
	if (rc != SL_OK)
		close(*fd);
	return rc;
}

/* SL_NONE: nothing of this very name. */
static enum sl_rc
judge(
    struct sl_tree *tree, int root, char *path, size_t size, struct sl_err *err)
{
	struct stat status;
	int fd, error;
	enum sl_rc rc = open_real(root, path, size, &fd, err);

	if (rc != SL_OK) {
		tree->remark = SL_TREE_OUTSIDE;
		return rc;
	}
	if (fd == -ENOENT || fd == -ENOTDIR || fd == -ENAMETOOLONG)
		return SL_NONE;
	if (fd < 0)
		return sl_fail(err, SL_INVALID, "%s: %s", path, strerror(-fd));
	error = fstat(fd, &status) == 0 ? 0 : errno;
	close(fd);
	if (error != 0)
		return sl_fail(
		    err, SL_INVALID, "%s: %s", path, strerror(error));
	rc = check_file(tree, &status, path, err);
	if (rc == SL_OK)
		rc = check_directories(root, path, err);
	return rc;
}

static enum sl_rc
find_by_case(
    struct sl_tree *tree, int root, char *path, size_t size, struct sl_err *err)
{
	char directory[PATH_MAX];
	const char *const *matches;
	char *base = path + (sl_base_name(path) - path);
	size_t count;
	enum sl_rc rc;

	if (!sl_copy(directory, sizeof(directory), path))
		return sl_fail(err, SL_INVALID, "%s: is too long", path);
	directory[base == path ? 0 : base - path - 1] = '\0';
	rc = sl_listings_match(
	    tree->listings, root, directory, base, &matches, &count, err);
	if (rc != SL_OK || count == 0)
		return rc == SL_OK ? SL_NONE : rc;
	if (count > 1) {
		tree->remark = SL_TREE_CLASH;
		return sl_fail(err, SL_INVALID,
		    "%s: %s and %s differ only in letter case",
		    *directory == '\0' ? "the TFTP root" : directory,
		    matches[0], matches[1]);
	}
	/* Only ASCII letters differ, so the length is the same. */
	memcpy(base, matches[0], strlen(base));
	rc = judge(tree, root, path, size, err);
	if (rc == SL_OK)
		tree->remark = SL_TREE_OTHER_CASE;
	if (rc != SL_NONE)
		return rc;
	tree->remark = SL_TREE_OUTSIDE;
	return sl_fail(err, SL_INVALID,
	    "%s: a symbolic link that leads to no file below the TFTP root",
	    path);
}

enum sl_rc
sl_tree_find(struct sl_tree *tree, const char *directory, const char *name,
    char *path, size_t size, struct sl_err *err)
{
	enum sl_rc rc = sl_below_join(directory, name, path, size, err);
	int root;

	tree->remark = SL_TREE_PLAIN;
	if (rc != SL_OK) {
		tree->remark = SL_TREE_OUTSIDE;
		return rc;
	}
	root = open_root(tree, err);
	if (root >= 0) {
		rc = judge(tree, root, path, size, err);
		if (rc == SL_NONE)
			rc = find_by_case(tree, root, path, size, err);
		close(root);
	} else {
		rc = SL_IO;
	}
	if (rc != SL_OK && rc != SL_NONE && tree->remark == SL_TREE_PLAIN)
		tree->remark = SL_TREE_REFUSED;
	return rc;
}

enum sl_tree_remark
sl_tree_remark(const struct sl_tree *tree)
{
	return tree->remark;
}

/* A descriptor of the regular file at `path`, to be read; or -1. */
static int
open_file(const struct sl_tree *tree, const char *path, struct stat *status,
    struct sl_err *err)
{
	int root = open_root(tree, err);
	int fd;

	if (root < 0)
		return -1;
	/* A FIFO must not make us wait. */
	fd = sl_below_open(
	    root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, SL_LINKS_IN_ROOT);
	close(root);
	if (fd < 0) {
		sl_fail(err, SL_IO, "%s: %s", path, strerror(-fd));
		return -1;
	}
	if (fstat(fd, status) == 0 && S_ISREG(status->st_mode))
		return fd;
	close(fd);
	sl_fail(err, SL_INVALID, "%s: is no regular file", path);
	return -1;
}

enum sl_rc
sl_tree_size(struct sl_tree *tree, const char *path, uint64_t *size)
{
	int root = open_root(tree, NULL);
	struct stat status;
	int fd;
	enum sl_rc rc = SL_NONE;

	if (root < 0)
		return SL_IO;
	fd = sl_below_open(root, path, O_PATH, SL_LINKS_IN_ROOT);
	close(root);
	if (fd < 0)
		return SL_NONE;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
		*size = (uint64_t)status.st_size;
		rc = SL_OK;
	}
	close(fd);
	return rc;
}

/* Up to `size` octets; less at the end of the file. */
static enum sl_rc
read_all(int fd, uint8_t *data, size_t size, size_t *length)
{
	*length = 0;
	while (*length < size) {
		ssize_t n = read(fd, data + *length, size - *length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return SL_IO;
		if (n == 0)
			break;
		*length += (size_t)n;
	}
	return SL_OK;
}

static enum sl_rc
read_loads(int fd, const char *path, size_t size, struct sl_loads *loads,
    struct sl_err *err)
{
	uint8_t *data = malloc(size + 1);
	struct sl_err why = { "" };
	size_t length;
	enum sl_rc rc;

	if (data == NULL)
		return sl_fail(err, SL_NOMEM, "%s: no memory to read it", path);
	rc = read_all(fd, data, size, &length);
	if (rc != SL_OK)
		rc = sl_fail(err, rc, "%s: %s", path, strerror(errno));
	else if ((rc = sl_loads_parse(data, length, loads, &why)) != SL_OK)
		rc = sl_fail(err, rc, "%s: %s", path, why.text);
	free(data);
	return rc;
}

enum sl_rc
sl_tree_loads(struct sl_tree *tree, const char *path, struct sl_loads *loads,
    struct sl_err *err)
{
	struct stat status;
	int fd = open_file(tree, path, &status, err);
	enum sl_rc rc;

	if (fd < 0)
		return SL_IO;
	if (status.st_size > SL_LOADS_SIZE_MAX)
		rc = sl_fail(err, SL_INVALID,
		    "%s: %lld octets are too many for a .loads file", path,
		    (long long)status.st_size);
	else
		rc = read_loads(fd, path, (size_t)status.st_size, loads, err);
	close(fd);
	return rc;
}

enum sl_rc
sl_tree_read(struct sl_tree *tree, const char *path, char *out, size_t size,
    size_t *length, struct sl_err *err)
{
	struct stat status;
	int fd = open_file(tree, path, &status, err);
	enum sl_rc rc;

	if (fd < 0)
		return SL_IO;
	rc = read_all(fd, (uint8_t *)out, size, length);
	if (rc != SL_OK)
		rc = sl_fail(err, rc, "%s: %s", path, strerror(errno));
	else if (*length == size)
		rc = sl_fail(err, SL_INVALID, "%s: more than %zu octets", path,
		    size - 1);
	else
		out[*length] = '\0';
	close(fd);
	return rc;
}
