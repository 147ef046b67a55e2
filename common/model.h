/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model.h: the phone models as one table (phones.md section 1.1).
 */
#ifndef SL_MODEL_H
#define SL_MODEL_H

#include <stddef.h>
#include <stdint.h>

#define SL_MODEL_UNKNOWN 0

struct sl_model {
	uint16_t number;       /* 7906 */
	const char *boot_file; /* asked after a factory reset, or NULL */
	const char *family;    /* of its images: "11", or NULL */
};

/* NULL when the table has no such model. */
const struct sl_model *sl_model_find(uint16_t number);

/* The n-th row, or NULL past the last. */
const struct sl_model *sl_model_at(size_t n);

/*
 * The model number in a vendor class (option 60) as received: with or without
 * "CP-", with or without the comma of "Systems, Inc.", with trailing NULs.
 * SL_MODEL_UNKNOWN when the text names none, or is not Cisco's.
 */
uint16_t sl_model_from_vendor_class(const uint8_t *data, size_t length);

/* Whether option 60 starts with "Cisco Systems". */
int sl_vendor_class_is_cisco(const uint8_t *data, size_t length);

/*
 * The n-th model that asks this boot file, or NULL past the last.  Ignores
 * case; `name` is a base name.
 */
const struct sl_model *sl_model_asking(const char *name, size_t n);

/*
 * The only model that asks this boot file, else SL_MODEL_UNKNOWN.  Ignores
 * case; `name` is a base name.
 */
uint16_t sl_model_from_boot_file(const char *name);

#endif
