/* SPDX-License-Identifier: BSD-2-Clause */
/* store_impl.h: what store.c and store_tables.c share; nobody else's. */
#ifndef SL_STORE_IMPL_H
#define SL_STORE_IMPL_H

#include "store.h"

struct sl_store {
	struct sl_base base;
	MDB_txn *txn;  /* NULL between transactions */
	int failed;    /* first failure of this transaction, LMDB's code */
	bool panicked; /* LMDB wants the file to be opened anew */
	int lock;      /* descriptor that holds the writer's lock */
};

#endif
