/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration that the hook publishes in the state directory. */
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONFIG_BYTES_MAX (16 * 1024 * 1024)

static enum sl_rc
write_all(int fd, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t n = write(fd, data, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return SL_IO;
		data += n;
		length -= (size_t)n;
	}
	return SL_OK;
}

static bool
is_published(const char *dir, const char *json, size_t length)
{
	char *old = NULL;
	size_t old_length = 0;
	bool same;

	if (sl_state_published(dir, &old, &old_length, NULL) != SL_OK)
		return false;
	same = old_length == length && memcmp(old, json, length) == 0;
	free(old);
	return same;
}

enum sl_rc
sl_state_publish(
    const char *dir, const char *json, size_t length, struct sl_err *err)
{
	char path[PATH_MAX], aside[PATH_MAX];
	enum sl_rc rc;
	int fd;

	if (is_published(dir, json, length))
		return SL_OK;
	snprintf(path, sizeof(path), "%s/%s", dir, SL_CONFIG_FILE);
	snprintf(aside, sizeof(aside), "%s/.%s.new", dir, SL_CONFIG_FILE);
	unlink(aside);
	fd = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
	if (fd < 0)
		return sl_fail(err, SL_IO, "%s: %s", aside, strerror(errno));
	rc = write_all(fd, json, length);
	/* Kea runs with umask 0027, and the engine is another user. */
	if (rc == SL_OK && (fchmod(fd, 0660) != 0 || fsync(fd) != 0))
		rc = SL_IO;
	if (rc == SL_OK && rename(aside, path) != 0)
		rc = SL_IO;
	if (rc != SL_OK)
		sl_fail(err, rc, "%s: %s", path, strerror(errno));
	close(fd);
	return rc;
}

static enum sl_rc
read_all(int fd, char **json, size_t *length)
{
	struct stat status;
	size_t size, used = 0;
	ssize_t n = 1;

	if (fstat(fd, &status) != 0 || status.st_size < 0 ||
	    status.st_size > CONFIG_BYTES_MAX)
		return SL_INVALID;
	size = (size_t)status.st_size;
	*json = malloc(size + 1);
	if (*json == NULL)
		return SL_NOMEM;
	while (used < size && n > 0) {
		n = read(fd, *json + used, size - used);
		if (n > 0)
			used += (size_t)n;
	}
	(*json)[used] = '\0';
	*length = used;
	return SL_OK;
}

enum sl_rc
sl_state_published(
    const char *dir, char **json, size_t *length, struct sl_err *err)
{
	char path[PATH_MAX];
	enum sl_rc rc;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, SL_CONFIG_FILE);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 && errno == ENOENT)
		return sl_fail(err, SL_NONE,
		    "%s: no configuration was published yet", path);
	if (fd < 0)
		return sl_fail(err, SL_IO, "%s: %s", path, strerror(errno));
	rc = read_all(fd, json, length);
	close(fd);
	if (rc != SL_OK)
		sl_fail(err, rc, "%s: can not be read", path);
	return rc;
}
