/* SPDX-License-Identifier: BSD-2-Clause */
/* model.h: what differs between the phone models. */
#ifndef PHONESIM_MODEL_H
#define PHONESIM_MODEL_H

#include <stdbool.h>

/* What a phone's boot loader asks for by itself after a factory reset. */
enum boot_kind {
	BOOT_NONE,  /* nothing is known: it starts its application */
	BOOT_LOADS, /* a signed list of parts */
	BOOT_TEXT,  /* a text file with the name of one image */
	BOOT_IMAGE, /* a recovery image itself */
};

struct model {
	const char *name;
	const char *vendor_class; /* option 60, of the running application */
	bool nul;                 /* a NUL octet ends option 60 on the wire */
	const char *reset_class;  /* of the boot loader, where it differs */
	enum boot_kind kind;
	const char *boot_file;
	const char *family; /* number in its load and image names, or NULL */
	int device_type;    /* number in loadInformationNNN, 0: unknown */
	bool http;          /* tries HTTP before TFTP */
};

/* NULL if there is no such model. */
const struct model *model_find(const char *name);

#endif
