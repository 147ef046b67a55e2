/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree_list.h: listings of directories in which names are found whatever
 * their letter case, kept until the directory changes.
 *
 * For tree.c alone.
 */
#ifndef SL_TREE_LIST_H
#define SL_TREE_LIST_H

#include <stddef.h>

#include "err.h"

#define SL_LISTINGS_MAX 64         /* directories kept */
#define SL_LISTING_NAMES_MAX 32768 /* names in one */

struct sl_listings;

/* NULL: no memory. */
struct sl_listings *sl_listings_new(void);
void sl_listings_free(struct sl_listings *listings);

/*
 * The names in the directory `path` below `root` which differ from `name` at
 * most in letter case, directories left out: *matches points to *count of
 * them, valid until the next call.  SL_NONE: no such directory.
 */
enum sl_rc sl_listings_match(struct sl_listings *listings, int root,
    const char *path, const char *name, const char *const **matches,
    size_t *count, struct sl_err *err);

#endif
