/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loads.h: reads a .loads file: a signed container whose plain text payload
 * names the parts of a load (phones.md sections 3.1 and 3.2).
 */
#ifndef SL_LOADS_H
#define SL_LOADS_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

#define SL_LOADS_PARTS_MAX 32
#define SL_LOADS_SECTIONS_MAX 32
#define SL_LOADS_NAME_MAX 64 /* octets of a part's name with its NUL */
#define SL_LOADS_SIZE_MAX (256 * 1024) /* no .loads is near this large */

struct sl_loads {
	char file_name[SL_LOADS_NAME_MAX]; /* of the header's tag 14, or "" */
	uint16_t header_length; /* octets; 0: no container, bare text */
	uint8_t count;
	char part[SL_LOADS_PARTS_MAX][SL_LOADS_NAME_MAX];
	/*
	 * Sections, one for each variant of the hardware, as bits for their
	 * parts; a phone takes one section's.  0: there are none.
	 */
	uint8_t section_count;
	uint32_t section[SL_LOADS_SECTIONS_MAX];
};

/*
 * Finds the parts in `data`.  A file without the container (some phones take
 * it) is read as text from its start.  SL_INVALID names the offset and what
 * is wrong there: a header cut short, a length past the end, no part, too
 * many parts or sections, a part's name that is too long or holds a '/'.
 */
enum sl_rc sl_loads_parse(const uint8_t *data, size_t length,
    struct sl_loads *loads, struct sl_err *err);

#endif
