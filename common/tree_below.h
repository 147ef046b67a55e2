/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree_below.h: opens a path below a directory and never outside of it.
 *
 * For tree.c alone.  A path here is what sl_below_join made: relative, without
 * empty, "." or ".." components; "" is the root itself.
 */
#ifndef SL_TREE_BELOW_H
#define SL_TREE_BELOW_H

#include <stddef.h>

#include "err.h"

enum sl_links {
	SL_LINKS_REFUSED, /* a symbolic link on the way is -ELOOP */
	SL_LINKS_IN_ROOT  /* followed as if `root` were "/" */
};

/*
 * A descriptor, or -errno.  O_CLOEXEC is added to `flags`.  Where the kernel
 * or a sandbox knows no openat2(2), links are refused in either case.
 */
int sl_below_open(int root, const char *path, int flags, enum sl_links links);

/*
 * Joins directory and name.  SL_INVALID: no name, a ".." in either, or more
 * than `size` octets.
 */
enum sl_rc sl_below_join(const char *directory, const char *name, char *path,
    size_t size, struct sl_err *err);

/*
 * Where an open file or directory really is, relative to `root`.  SL_INVALID:
 * not below it any more, or the system does not tell.
 */
enum sl_rc sl_below_real_path(
    int root, int fd, char *path, size_t size, struct sl_err *err);

#endif
