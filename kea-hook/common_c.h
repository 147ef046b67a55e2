/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * common_c.h: the headers of common/, which are C, as C++ reads them.
 */
#ifndef STAGELOAD_COMMON_C_H
#define STAGELOAD_COMMON_C_H

/* First, so that neither the linkage nor the macro below reaches them. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Two structs have a member named `class`: a good name in C, a keyword here.
 * Names are no part of C's ABI, so reading it as `class_` changes nothing.
 */
#define class class_
extern "C" {
#include "audit.h"
#include "err.h"
#include "journal.h"
#include "model.h"
#include "option.h"
#include "plan.h"
#include "serve.h"
#include "state.h"
#include "text.h"
}
#undef class

#endif
