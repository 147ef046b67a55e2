/* SPDX-License-Identifier: BSD-2-Clause */
/* tree_list.c: cached directory listings, sorted without regard to case. */
#include "tree_list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tree_below.h"

/*
 * A directory may change twice within one tick of the file system's clock;
 * so close to its last change a listing is good for one use only.
 */
#define SETTLED_NS 2000000000

struct listing {
	char *path;  /* NULL: unused */
	char *text;  /* all names, each ended by NUL */
	char **name; /* into text, sorted */
	size_t count;
	struct stat status; /* of the directory before it was read */
	bool settled;
	uint64_t used; /* when, counted in look-ups */
};

struct sl_listings {
	uint64_t clock;
	struct listing listing[SL_LISTINGS_MAX];
};

struct sl_listings *
sl_listings_new(void)
{
	return calloc(1, sizeof(struct sl_listings));
}

static void
clear(struct listing *listing)
{
	free(listing->path);
	free(listing->text);
	free(listing->name);
	*listing = (struct listing){ .path = NULL };
}

void
sl_listings_free(struct sl_listings *listings)
{
	if (listings == NULL)
		return;
	for (size_t i = 0; i < SL_LISTINGS_MAX; i++)
		clear(&listings->listing[i]);
	free(listings);
}

/* The one of this path, else an unused one, else the least recently used. */
static struct listing *
choose(struct sl_listings *listings, const char *path)
{
	struct listing *oldest = &listings->listing[0];

	for (size_t i = 0; i < SL_LISTINGS_MAX; i++) {
		struct listing *one = &listings->listing[i];

		if (one->path != NULL && strcmp(one->path, path) == 0)
			return one;
		if (one->used < oldest->used)
			oldest = one;
	}
	return oldest;
}

static int64_t
nanoseconds(const struct timespec *time)
{
	return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

/* rsync and tar set mtime back to what it was; ctime tells on them. */
static bool
is_current(
    const struct listing *listing, const char *path, const struct stat *now)
{
	const struct stat *then = &listing->status;

	return listing->path != NULL && strcmp(listing->path, path) == 0 &&
	       listing->settled && then->st_dev == now->st_dev &&
	       then->st_ino == now->st_ino &&
	       nanoseconds(&then->st_mtim) == nanoseconds(&now->st_mtim) &&
	       nanoseconds(&then->st_ctim) == nanoseconds(&now->st_ctim);
}

/* A directory from the future, by a clock set back, never settles. */
static bool
has_settled(const struct stat *status)
{
	int64_t modified = nanoseconds(&status->st_mtim);
	int64_t changed = nanoseconds(&status->st_ctim);
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return nanoseconds(&now) - SETTLED_NS >
	       (modified > changed ? modified : changed);
}

/* The text being gathered; failed: no memory. */
struct gathered {
	char *text;
	size_t used, size, count;
	bool failed;
};

static void
gather(struct gathered *g, const char *name)
{
	size_t length = strlen(name) + 1;

	if (g->size - g->used < length) {
		size_t size = g->size == 0 ? 4096 : 2 * g->size;
		char *text = realloc(g->text, size);

		if (text == NULL) {
			g->failed = true;
			return;
		}
		g->text = text;
		g->size = size;
	}
	memcpy(g->text + g->used, name, length);
	g->used += length;
	g->count++;
}

static void
gather_all(struct gathered *g, DIR *dir)
{
	const struct dirent *entry;

	while (!g->failed && g->count <= SL_LISTING_NAMES_MAX &&
	       (entry = readdir(dir)) != NULL) {
		if (entry->d_type != DT_DIR &&
		    strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			gather(g, entry->d_name);
	}
}

static int
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

/* Not strcasecmp(3): the order must not hang on the locale. */
static int
compare_names(const char *a, const char *b)
{
	while (*a != '\0' && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return lower(*a) - lower(*b);
}

static int
compare(const void *a, const void *b)
{
	const char *const *left = a, *const *right = b;
	int order = compare_names(*left, *right);

	return order != 0 ? order : strcmp(*left, *right);
}

/* Takes over the text. */
static bool
index_names(struct listing *listing, struct gathered *g)
{
	char *at = g->text;

	listing->name = calloc(g->count + 1, sizeof(*listing->name));
	if (listing->name == NULL)
		return false;
	for (size_t i = 0; i < g->count; i++) {
		listing->name[i] = at;
		at += strlen(at) + 1;
	}
	qsort(listing->name, g->count, sizeof(*listing->name), compare);
	listing->text = g->text;
	listing->count = g->count;
	g->text = NULL;
	return true;
}

static enum sl_rc
read_names(
    struct listing *listing, const char *path, DIR *dir, struct sl_err *err)
{
	struct gathered g = { .text = NULL };
	enum sl_rc rc = SL_OK;

	gather_all(&g, dir);
	if (g.count > SL_LISTING_NAMES_MAX)
		rc = sl_fail(err, SL_INVALID,
		    "%s: holds more than %d files, so letter case counts there",
		    path, SL_LISTING_NAMES_MAX);
	else if (g.failed || !index_names(listing, &g))
		rc = sl_fail(err, SL_NOMEM, "%s: no memory to list it", path);
	free(g.text);
	return rc;
}

static enum sl_rc
fill(struct listing *listing, const char *path, int fd, struct sl_err *err)
{
	int readable = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = readable < 0 ? NULL : fdopendir(readable);
	enum sl_rc rc;

	if (dir == NULL) {
		rc = sl_fail(err, SL_INVALID, "%s: can not be listed: %s", path,
		    strerror(errno));
		if (readable >= 0)
			close(readable);
		return rc;
	}
	rc = read_names(listing, path, dir, err);
	closedir(dir);
	if (rc != SL_OK)
		return rc;
	listing->path = strdup(path);
	if (listing->path == NULL)
		return sl_fail(err, SL_NOMEM, "%s: no memory to list it", path);
	return SL_OK;
}

/* The listing of an open directory, from the cache if that may be. */
static struct listing *
current(struct sl_listings *listings, const char *path, int fd, enum sl_rc *rc,
    struct sl_err *err)
{
	struct listing *listing = choose(listings, path);
	struct stat status;

	*rc = SL_OK;
	if (fstat(fd, &status) != 0) {
		*rc = sl_fail(err, SL_INVALID, "%s: %s", path, strerror(errno));
		return NULL;
	}
	if (!is_current(listing, path, &status)) {
		clear(listing);
		listing->status = status;
		listing->settled = has_settled(&status);
		*rc = fill(listing, path, fd, err);
		if (*rc != SL_OK) {
			clear(listing);
			return NULL;
		}
	}
	listing->used = ++listings->clock;
	return listing;
}

/* The first name not before `name`. */
static size_t
lower_bound(const struct listing *listing, const char *name)
{
	size_t low = 0, high = listing->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_names(listing->name[middle], name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

enum sl_rc
sl_listings_match(struct sl_listings *listings, int root, const char *path,
    const char *name, const char *const **matches, size_t *count,
    struct sl_err *err)
{
	int fd =
	    sl_below_open(root, path, O_PATH | O_DIRECTORY, SL_LINKS_IN_ROOT);
	struct listing *listing;
	enum sl_rc rc;
	size_t first, end;

	if (fd == -ENOENT || fd == -ENOTDIR || fd == -ENAMETOOLONG)
		return SL_NONE;
	if (fd < 0)
		return sl_fail(err, SL_INVALID, "%s: %s", path, strerror(-fd));
	listing = current(listings, path, fd, &rc, err);
	close(fd);
	if (listing == NULL)
		return rc;
	first = end = lower_bound(listing, name);
	while (end < listing->count &&
	       compare_names(listing->name[end], name) == 0)
		end++;
	*matches = (const char *const *)listing->name + first;
	*count = end - first;
	return SL_OK;
}
