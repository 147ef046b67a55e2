/* SPDX-License-Identifier: BSD-2-Clause */
/* The journal as a file: appended to by many, read by the engine. */
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state.h"
#include "wire.h"

/*
 * The file's own header fills a block, so that punching holes behind the read
 * position never touches it.  Records follow it.
 */
#define FIRST_RECORD 4096
#define FILE_MAGIC 0x4c4e524a4c53ull /* "SLJRNL" */
#define FILE_VERSION 1
#define FILE_HEADER_BYTES 24
#define WINDOW_BYTES (64 * 1024)
#define LOWEST_FD 10 /* in.tftpd closes or replaces the small ones */

struct sl_journal {
	int fd;
	uint64_t id;
	char path[PATH_MAX];
	uint64_t window_start;
	size_t window_used;
	uint8_t window[WINDOW_BYTES];
};

static bool
journal_path(const char *dir, const char *suffix, char out[PATH_MAX])
{
	int n =
	    snprintf(out, PATH_MAX, "%s/%s%s", dir, SL_JOURNAL_FILE, suffix);

	return n > 0 && n < PATH_MAX;
}

enum sl_rc
sl_journal_open(const char *dir, int *fd, struct sl_err *err)
{
	char path[PATH_MAX];
	int low;

	if (!journal_path(dir, "", path))
		return sl_fail(err, SL_INVALID, "%s: path too long", dir);
	low = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
	if (low < 0 && errno == ENOENT)
		return sl_fail(err, SL_NONE, "%s: no journal yet", path);
	if (low < 0)
		return sl_fail(err, SL_IO, "%s: %s", path, strerror(errno));
	*fd = fcntl(low, F_DUPFD_CLOEXEC, LOWEST_FD);
	close(low);
	if (*fd < 0)
		return sl_fail(err, SL_IO, "%s: %s", path, strerror(errno));
	return SL_OK;
}

enum sl_rc
sl_journal_append(int fd, const struct sl_event *event, struct sl_err *err)
{
	uint8_t record[SL_EVENT_BYTES_MAX];
	struct stat status;
	size_t length;
	ssize_t written;

	if (sl_event_encode(event, record, &length) != SL_OK)
		return sl_fail(err, SL_INVALID, "event does not fit a record");
	/* What is allocated is what waits: space behind the reader is freed. */
	if (fstat(fd, &status) == 0 &&
	    (uint64_t)status.st_blocks * 512 > SL_JOURNAL_BACKLOG_MAX)
		return sl_fail(err, SL_AGAIN, "nobody reads the journal");
	written = write(fd, record, length);
	if (written < 0)
		return sl_fail(err, SL_IO, "journal: %s", strerror(errno));
	if ((size_t)written != length)
		return sl_fail(err, SL_IO, "journal: record cut short");
	return SL_OK;
}

static enum sl_rc
write_header(int fd, struct sl_err *err)
{
	uint8_t header[FILE_HEADER_BYTES];
	struct sl_writer w = { .data = header, .size = sizeof(header) };
	uint64_t id;

	if (getrandom(&id, sizeof(id), 0) != (ssize_t)sizeof(id))
		return sl_fail(err, SL_IO, "no random number for the journal");
	sl_put_u64(&w, FILE_MAGIC);
	sl_put_u32(&w, FILE_VERSION);
	sl_put_u32(&w, FIRST_RECORD);
	sl_put_u64(&w, id);
	if (pwrite(fd, header, w.used, 0) != (ssize_t)w.used ||
	    ftruncate(fd, FIRST_RECORD) != 0 || fchmod(fd, 0660) != 0 ||
	    fsync(fd) != 0)
		return sl_fail(err, SL_IO, "journal: %s", strerror(errno));
	return SL_OK;
}

/* Written aside and renamed, so an appender never sees half a header. */
static enum sl_rc
create(const char *dir, const char *path, struct sl_err *err)
{
	char aside[PATH_MAX];
	enum sl_rc rc;
	int fd;

	if (!journal_path(dir, ".new", aside))
		return sl_fail(err, SL_INVALID, "%s: path too long", dir);
	unlink(aside);
	fd = open(aside, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
	if (fd < 0)
		return sl_fail(err, SL_IO, "%s: %s", aside, strerror(errno));
	rc = write_header(fd, err);
	close(fd);
	if (rc == SL_OK && rename(aside, path) != 0)
		rc = sl_fail(err, SL_IO, "%s: %s", path, strerror(errno));
	return rc;
}

/* SL_INVALID: no journal; appenders may even have written where it was. */
static enum sl_rc
read_header(int fd, const char *path, uint64_t *id, struct sl_err *err)
{
	uint8_t header[FILE_HEADER_BYTES];
	struct sl_reader r = { .data = header, .size = sizeof(header) };
	struct stat status;
	uint32_t version;
	ssize_t n = pread(fd, header, sizeof(header), 0);

	if (n < 0 || fstat(fd, &status) != 0)
		return sl_fail(err, SL_IO, "%s: %s", path, strerror(errno));
	if (n != (ssize_t)sizeof(header) || status.st_size < FIRST_RECORD ||
	    sl_get_u64(&r) != FILE_MAGIC)
		return sl_fail(err, SL_INVALID, "%s: not a journal", path);
	version = sl_get_u32(&r);
	if (version != FILE_VERSION || sl_get_u32(&r) != FIRST_RECORD)
		return sl_fail(err, SL_VERSION,
		    "%s: version %u of a newer stageload", path, version);
	*id = sl_get_u64(&r);
	return SL_OK;
}

/* SL_NONE: there is no journal, or one that lost its header. */
static enum sl_rc
open_existing(struct sl_journal *journal, struct sl_err *err)
{
	enum sl_rc rc;

	journal->fd = open(journal->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (journal->fd < 0)
		return sl_fail(err, errno == ENOENT ? SL_NONE : SL_IO, "%s: %s",
		    journal->path, strerror(errno));
	rc = read_header(journal->fd, journal->path, &journal->id, err);
	if (rc == SL_INVALID) {
		close(journal->fd);
		journal->fd = -1;
		rc = SL_NONE;
	}
	return rc;
}

static enum sl_rc
open_for_reading(
    struct sl_journal *journal, const char *dir, struct sl_err *err)
{
	enum sl_rc rc;

	if (!journal_path(dir, "", journal->path))
		return sl_fail(err, SL_INVALID, "%s: path too long", dir);
	rc = open_existing(journal, err);
	if (rc != SL_NONE)
		return rc;
	/* Cut or overwritten, it says no longer where its records begin. */
	rc = create(dir, journal->path, err);
	if (rc == SL_OK)
		rc = open_existing(journal, err);
	return rc == SL_NONE ? SL_IO : rc;
}

struct sl_journal *
sl_journal_reader(const char *dir, enum sl_rc *rc, struct sl_err *err)
{
	struct sl_journal *journal = calloc(1, sizeof(*journal));

	if (journal == NULL) {
		*rc = sl_fail(err, SL_NOMEM, "no memory");
		return NULL;
	}
	journal->fd = -1;
	*rc = open_for_reading(journal, dir, err);
	if (*rc != SL_OK) {
		sl_journal_reader_free(journal);
		return NULL;
	}
	return journal;
}

void
sl_journal_reader_free(struct sl_journal *journal)
{
	if (journal == NULL)
		return;
	if (journal->fd >= 0)
		close(journal->fd);
	free(journal);
}

uint64_t
sl_journal_id(const struct sl_journal *journal)
{
	return journal->id;
}

/* A journal that was cut to nothing is another one under the same inode. */
static bool
has_header(const struct sl_journal *journal)
{
	uint64_t id;

	return read_header(journal->fd, journal->path, &id, NULL) == SL_OK &&
	       id == journal->id;
}

bool
sl_journal_replaced(const struct sl_journal *journal)
{
	struct stat there, here;

	if (stat(journal->path, &there) != 0)
		return errno == ENOENT;
	return fstat(journal->fd, &here) != 0 || there.st_ino != here.st_ino ||
	       there.st_dev != here.st_dev || !has_header(journal);
}

/* Makes the window hold what the file has from `position` on. */
static enum sl_rc
fill(struct sl_journal *journal, uint64_t position, size_t *available,
    struct sl_err *err)
{
	uint64_t end = journal->window_start + journal->window_used;
	ssize_t n;

	*available = 0;
	if (position >= journal->window_start &&
	    position + SL_EVENT_BYTES_MAX <= end) {
		*available = (size_t)(end - position);
		return SL_OK;
	}
	n = pread(journal->fd, journal->window, WINDOW_BYTES, (off_t)position);
	if (n < 0)
		return sl_fail(
		    err, SL_IO, "%s: %s", journal->path, strerror(errno));
	journal->window_start = position;
	journal->window_used = (size_t)n;
	*available = (size_t)n;
	return SL_OK;
}

/* Octets from `data` to the next place where a record may begin. */
static size_t
distance_to_magic(const uint8_t *data, size_t available)
{
	const uint8_t *at = memmem(data + 1, available - 1, "SLJ1", 4);

	if (at != NULL)
		return (size_t)(at - data);
	return available > 4 ? available - 3 : 1;
}

/* The octets to skip when what begins here was torn and records follow it. */
static size_t
torn_length(const uint8_t *data, size_t available)
{
	struct sl_event event;
	size_t length, skip;

	if (available < 2)
		return 0;
	skip = distance_to_magic(data, available);
	if (skip < available && sl_event_decode(data + skip, available - skip,
	                            &event, &length) == SL_OK)
		return skip;
	return 0;
}

/* A file that somebody truncated has nothing new below its old end. */
static void
clamp(struct sl_journal *journal, uint64_t *position)
{
	struct stat status;

	/* Whoever starts over skips the space that was given back. */
	if (*position < FIRST_RECORD) {
		off_t data = lseek(journal->fd, FIRST_RECORD, SEEK_DATA);

		*position = data > FIRST_RECORD ? (uint64_t)data : FIRST_RECORD;
	}
	if (fstat(journal->fd, &status) == 0 &&
	    status.st_size >= FIRST_RECORD &&
	    *position > (uint64_t)status.st_size) {
		*position = (uint64_t)status.st_size;
		journal->window_used = 0;
	}
}

enum sl_rc
sl_journal_read(struct sl_journal *journal, uint64_t *position,
    struct sl_event *event, uint64_t *skipped, struct sl_err *err)
{
	clamp(journal, position);
	for (;;) {
		size_t available, length = 1;
		const uint8_t *data;
		enum sl_rc rc = fill(journal, *position, &available, err);

		if (rc != SL_OK)
			return rc;
		if (available == 0)
			return SL_NONE;
		data = journal->window + (*position - journal->window_start);
		rc = sl_event_decode(data, available, event, &length);
		if (rc == SL_OK) {
			*position += length;
			return SL_OK;
		}
		if (rc == SL_NONE)
			length = torn_length(data, available);
		if (length == 0)
			return SL_NONE;
		if (rc == SL_INVALID)
			length = distance_to_magic(data, available);
		*position += length;
		if (skipped != NULL)
			*skipped += length;
	}
}

void
sl_journal_release(struct sl_journal *journal, uint64_t position)
{
	uint64_t end = position & ~(uint64_t)4095;

	if (end > FIRST_RECORD)
		(void)fallocate(journal->fd,
		    FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, FIRST_RECORD,
		    (off_t)(end - FIRST_RECORD));
}
