/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree.h: finds firmware files below the TFTP root, and never outside of it.
 *
 * Paths are resolved as a process chrooted to the root would (symbolic links
 * included).  Directory listings are cached until the directory changes.  Not
 * for use by several threads at once.
 */
#ifndef SL_TREE_H
#define SL_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "loads.h"

struct sl_tree;

enum sl_tree_flags {
	SL_TREE_PERMISSIVE = 1 /* in.tftpd -p: no world-readable bit needed */
};

/* Opens nothing yet.  NULL: no memory. */
struct sl_tree *sl_tree_new(const char *root, unsigned flags);
void sl_tree_free(struct sl_tree *tree);

/*
 * Looks for directory/name: exact, else the one file whose name differs only
 * in case.  SL_OK: `path` (relative to the root) is a regular file that
 * in.tftpd would give to a client.  SL_NONE: no such file.  SL_INVALID: there
 * is one, but in.tftpd would refuse it, two differ only in case, or it leads
 * out of the root; err says which.
 */
enum sl_rc sl_tree_find(struct sl_tree *tree, const char *directory,
    const char *name, char *path, size_t size, struct sl_err *err);

/* What is remarkable about what a look-up found, or refused with SL_INVALID. */
enum sl_tree_remark {
	SL_TREE_PLAIN = 0,
	SL_TREE_OTHER_CASE, /* found; its name differs in case */
	SL_TREE_REFUSED,    /* in.tftpd would refuse it */
	SL_TREE_CLASH,      /* two differ only in case */
	SL_TREE_OUTSIDE     /* it leads out of the root */
};

/* About the last sl_tree_find. */
enum sl_tree_remark sl_tree_remark(const struct sl_tree *tree);

/* Octets of the file at a path that sl_tree_find gave. */
enum sl_rc sl_tree_size(struct sl_tree *tree, const char *path, uint64_t *size);

/* Reads and parses the .loads at such a path. */
enum sl_rc sl_tree_loads(struct sl_tree *tree, const char *path,
    struct sl_loads *loads, struct sl_err *err);

/*
 * Reads the file at such a path into out, and ends it by NUL.  SL_INVALID: it
 * has `size` octets or more.
 */
enum sl_rc sl_tree_read(struct sl_tree *tree, const char *path, char *out,
    size_t size, size_t *length, struct sl_err *err);

#endif
