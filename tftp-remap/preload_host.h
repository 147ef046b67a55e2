/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * preload_host.h: the program this library finds itself in: whether it is
 * in.tftpd, what it was told on its command line, what it calls, its log.
 * One process, one answer: set up by the constructor, constant afterwards.
 */
#ifndef SL_PRELOAD_HOST_H
#define SL_PRELOAD_HOST_H

#include "tftpd_remap.h"

#include <stdbool.h>

bool sl_host_is_tftpd(void);
/*
 * Read in.tftpd's own command line; argv is left as it is.  False: it can
 * not be known where in.tftpd serves from.
 */
bool sl_host_begin(int argc, char *const argv[]);

/* What a module is told. */
const struct tftpd_remap_host *sl_host(void);
/* What a served name must lie below, or NULL when in.tftpd is chrooted. */
const char *sl_host_limit(void);
bool sl_host_is_verbose(void);

/*
 * NULL, or why this in.tftpd can not be watched.  Looks at the functions
 * that the main program imports.
 */
const char *sl_host_misfit(void);
/*
 * Whether an address lies in the main program.  Resolver and NSS libraries
 * call the same functions on sockets of their own.
 */
bool sl_host_has_code(const void *address);

/* One line to syslog as in.tftpd would write it; errno is kept. */
void sl_host_log(enum tftpd_remap_level level, const char *text);
void sl_host_logf(int priority, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Copy text from the network so that it can not forge a log line. */
void sl_host_quote(char *out, size_t size, const char *text);

#endif
