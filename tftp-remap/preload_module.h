/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * preload_module.h: the one remap module of this process.  A module that can
 * not be used is reported once and from then on answers PASS.
 */
#ifndef SL_PRELOAD_MODULE_H
#define SL_PRELOAD_MODULE_H

#include "tftpd_remap.h"

#include <stdbool.h>

/* Listening process, once, after it has become a daemon. */
void sl_module_open(void);
bool sl_module_ready(void);
/* Any value unknown here is returned as PASS.  errno is kept by all. */
enum tftpd_remap_verdict sl_module_rewrite(struct tftpd_remap_request *request);
void sl_module_start(void);
void sl_module_done(const struct tftpd_remap_result *result);
void sl_module_close(void);

#endif
