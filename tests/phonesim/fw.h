/* SPDX-License-Identifier: BSD-2-Clause */
/* fw.h: reads the look-alike firmware as a phone reads the real one. */
#ifndef PHONESIM_FW_H
#define PHONESIM_FW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FW_PARTS_MAX 16
#define FW_NAME_MAX 128

/* Signing keys, as bits: a loader takes what is signed with one it knows. */
enum fw_keys {
	FW_KEY_NONE = 0,
	FW_KEY_OLD = 1,
	FW_KEY_NEW = 2,
	FW_KEY_BOTH = 3,
};

struct fw_loads {
	char name[FW_NAME_MAX]; /* the header's own file name */
	enum fw_keys signature;
	size_t count;
	char part[FW_PARTS_MAX][FW_NAME_MAX]; /* in the order of fetching */
};

/* The first line of an image. */
struct fw_banner {
	char part[FW_NAME_MAX];
	char load[FW_NAME_MAX];
	enum fw_keys keys;
	bool has_sum; /* the second line tells size and sum of the rest */
	uint64_t size;
	uint64_t sum;
};

bool fw_keys_parse(const char *text, enum fw_keys *keys);
const char *fw_keys_name(enum fw_keys keys);

/* Who looks at a list of parts. */
struct fw_reader {
	enum fw_keys known;
	unsigned
	    platform; /* takes the section [PLATFORM_n], if there are any */
};

/* NULL, or why this reader does not take the file. */
const char *fw_loads_check(const uint8_t *data, size_t length,
    const char *asked, struct fw_reader reader, struct fw_loads *loads);

/* False if the image is no look-alike. `data` need not be NUL-terminated. */
bool fw_banner_parse(const uint8_t *data, size_t length, struct fw_banner *out);

/* Where the text behind the signed header begins; 0 without a header. */
size_t fw_payload_offset(const uint8_t *data, size_t length);

/* Place of a part in the order of fetching: jar 0 ... cvm 4, others 5. */
int fw_part_rank(const char *name);

#endif
