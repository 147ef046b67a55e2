/* SPDX-License-Identifier: BSD-2-Clause */
/* report.h: what happened, as JSON lines for programs, as text for people. */
#ifndef PHONESIM_REPORT_H
#define PHONESIM_REPORT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "loop.h"

struct report {
	const struct loop *loop;
	FILE *events; /* JSON, or NULL */
	bool verbose; /* text on standard output */
	char json[64 * 1024];
	size_t json_length;
	char text[4096];
	size_t text_length;
};

/* One event is begin, any number of fields, end. */
void report_begin(struct report *report, const char *mac, struct in_addr ip,
    const char *event);
void report_str(struct report *report, const char *key, const char *value);
/* The first line of data that need not be text, at most `max` octets. */
void report_line(struct report *report, const char *key, const uint8_t *data,
    size_t length, size_t max);
void report_int(struct report *report, const char *key, uint64_t value);
void report_fnv(struct report *report, const char *key, uint64_t value);
/* NULL data: null. */
void report_hex(
    struct report *report, const char *key, const uint8_t *data, size_t length);
void report_addr(struct report *report, const char *key, struct in_addr addr);
void report_end(struct report *report);

#endif
