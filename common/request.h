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
	SL_CLASS_LOADS,  /* any other .loads, or a serial number: a load by its
	                    name */
	SL_CLASS_IMAGE,  /* .sbn, .sb2, .bin, .sbin, .zup, .sgn of firmware */
	SL_CLASS_CONFIG, /* SEP<MAC>.cnf.xml and its kin */
	SL_CLASS_TRUST   /* CTLSEP, ITLSEP, ITLFile, CTLFile .tlv */
};

struct sl_request {
	enum sl_class class;
	const char *base; /* points into the name that was classified */
	bool whole;       /* BOOT: the file is itself the image, not a list */
	bool hint;    /* BOOT: asked at each start, and not always followed */
	bool has_mac; /* the name tells whose it is */
	struct sl_mac mac;
};

void sl_request_classify(const char *name, struct sl_request *request);

/*
 * Whether a base name is like a serial number, with or without ".loads": three
 * letters, four digits, four letters or digits.  No load is named so.
 */
bool sl_is_serial_load(const char *name);

/* "boot", "loads", "image", "config", "trust", "other" */
const char *sl_class_name(enum sl_class class);

#endif
