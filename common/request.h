/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * request.h: what kind of file a TFTP client asks for, by its name alone.
 *
 * The classes are those of phones.md sections 1.1 to 1.5; names are compared
 * by base name and ignoring case.
 */
#ifndef SL_REQUEST_H
#define SL_REQUEST_H

#include <stdbool.h>

#include "text.h"

enum sl_class {
	SL_CLASS_OTHER = 0,
	SL_CLASS_BOOT,   /* termNN.default.loads, OS79XX.TXT, recovery images */
	SL_CLASS_LOADS,  /* any other .loads: a load asked by its name */
	SL_CLASS_IMAGE,  /* .sbn, .sb2, .bin, .sbin, .zup, .sgn of firmware */
	SL_CLASS_CONFIG, /* SEP<MAC>.cnf.xml and its kin */
	SL_CLASS_TRUST   /* CTLSEP, ITLSEP, ITLFile, CTLFile .tlv */
};

struct sl_request {
	enum sl_class class;
	const char *base; /* points into the name that was classified */
	bool has_mac;     /* the name tells whose it is */
	struct sl_mac mac;
};

void sl_request_classify(const char *name, struct sl_request *request);

/* "boot", "loads", "image", "config", "trust", "other" */
const char *sl_class_name(enum sl_class class);

#endif
