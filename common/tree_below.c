/* SPDX-License-Identifier: BSD-2-Clause */
/* tree_below.c: opens paths below the TFTP root with the kernel's help. */
#include "tree_below.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "text.h"

/* A rename elsewhere makes the kernel give up on a path with "..". */
#define TRIES 8

static int
open_by_kernel(int root, const char *path, int flags, enum sl_links links)
{
	struct open_how how = {
		.flags = (unsigned)(flags | O_CLOEXEC),
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	if (links == SL_LINKS_REFUSED)
		how.resolve |= RESOLVE_NO_SYMLINKS;
	for (int i = 0; i < TRIES; i++) {
		long fd = syscall(SYS_openat2, root, path, &how, sizeof(how));

		if (fd >= 0)
			return (int)fd;
		if (errno != EAGAIN && errno != EINTR)
			break;
	}
	return -errno;
}

/* O_PATH opens a link itself, and anything else that stands in the way. */
static int
open_directory(int dir, const char *name)
{
	struct stat status;
	int fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	int error = ENOTDIR;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) != 0)
		error = errno;
	else if (S_ISDIR(status.st_mode))
		return fd;
	else if (S_ISLNK(status.st_mode))
		error = ELOOP;
	close(fd);
	return -error;
}

static int
open_last(int dir, const char *name, int flags)
{
	struct stat status;
	int fd = openat(dir, name, flags | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) == 0 && !S_ISLNK(status.st_mode))
		return fd;
	close(fd);
	return -ELOOP;
}

/* Without openat2(2): one component after the other. */
static int
open_by_hand(int root, const char *path, int flags)
{
	char name[NAME_MAX + 1];
	int dir = root;

	for (;;) {
		const char *slash = strchr(path, '/');
		size_t length =
		    slash == NULL ? strlen(path) : (size_t)(slash - path);
		int next = -ENAMETOOLONG;

		if (length < sizeof(name)) {
			memcpy(name, path, length);
			name[length] = '\0';
			next = slash == NULL ? open_last(dir, name, flags)
			                     : open_directory(dir, name);
		}
		if (dir != root)
			close(dir);
		if (slash == NULL || next < 0)
			return next;
		dir = next;
		path = slash + 1;
	}
}

int
sl_below_open(int root, const char *path, int flags, enum sl_links links)
{
	int fd;

	if (*path == '\0')
		path = ".";
	fd = open_by_kernel(root, path, flags, links);
	if (fd == -ENOSYS || fd == -EPERM)
		fd = open_by_hand(root, path, flags);
	return fd;
}

/* SL_INVALID: a step up.  SL_NOMEM: no room. */
static enum sl_rc
append(char *path, size_t size, const char *text)
{
	size_t used = strlen(path);

	while (*text != '\0') {
		size_t length = strcspn(text, "/");

		if (length == 2 && memcmp(text, "..", 2) == 0)
			return SL_INVALID;
		if (length > 0 && !(length == 1 && *text == '.')) {
			if (used + length + 2 > size)
				return SL_NOMEM;
			if (used > 0)
				path[used++] = '/';
			memcpy(path + used, text, length);
			used += length;
			path[used] = '\0';
		}
		text += length + (text[length] == '/');
	}
	return SL_OK;
}

enum sl_rc
sl_below_join(const char *directory, const char *name, char *path, size_t size,
    struct sl_err *err)
{
	const char *base = sl_base_name(name);
	enum sl_rc rc;

	if (*base == '\0' || strcmp(base, ".") == 0)
		return sl_fail(
		    err, SL_INVALID, "\"%.200s\" is no file's name", name);
	if (size == 0)
		return sl_fail(err, SL_INVALID, "no room for a path");
	*path = '\0';
	rc = append(path, size, directory);
	if (rc == SL_OK)
		rc = append(path, size, name);
	if (rc == SL_OK)
		return SL_OK;
	return sl_fail(err, SL_INVALID, "%.200s/%.200s: %s", directory, name,
	    rc == SL_NOMEM ? "too long" : "leads out of the TFTP root");
}

static bool
path_of(int fd, char out[PATH_MAX])
{
	char link[40];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, out, PATH_MAX);
	if (length <= 0 || length >= PATH_MAX)
		return false;
	out[length] = '\0';
	return out[0] == '/';
}

static bool
is_same_file(int root, const char *path, int fd)
{
	struct stat a, b;
	int again = sl_below_open(root, path, O_PATH, SL_LINKS_REFUSED);
	bool same;

	if (again < 0)
		return false;
	same = fstat(fd, &a) == 0 && fstat(again, &b) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
	close(again);
	return same;
}

enum sl_rc
sl_below_real_path(
    int root, int fd, char *path, size_t size, struct sl_err *err)
{
	char base[PATH_MAX], full[PATH_MAX];
	size_t length;

	if (!path_of(root, base) || !path_of(fd, full))
		return sl_fail(err, SL_INVALID,
		    "/proc does not tell where a symbolic link leads");
	length = strcmp(base, "/") == 0 ? 0 : strlen(base);
	if (strncmp(full, base, length) != 0 || full[length] != '/' ||
	    !is_same_file(root, full + length + 1, fd))
		return sl_fail(err, SL_INVALID,
		    "a symbolic link leads out of the TFTP root, to %s", full);
	if (!sl_copy(path, size, full + length + 1))
		return sl_fail(err, SL_INVALID,
		    "%s: longer than %zu octets below the TFTP root", full,
		    size - 1);
	return SL_OK;
}
