/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_loads.c: any octets as a .loads file. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "loads.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

static void
must(int promise)
{
	if (!promise)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static struct sl_loads loads;
	struct sl_err err = { "" };

	if (sl_loads_parse(data, length, &loads, &err) != SL_OK) {
		must(loads.count == 0 && err.text[0] != '\0');
		return 0;
	}
	must(err.text[0] == '\0');
	must(loads.header_length <= length);
	must(loads.count > 0 && loads.count <= SL_LOADS_PARTS_MAX);
	must(memchr(loads.file_name, '\0', SL_LOADS_NAME_MAX) != NULL);
	must(strchr(loads.file_name, '/') == NULL);
	for (size_t i = 0; i < loads.count; i++) {
		const char *part = loads.part[i];

		must(memchr(part, '\0', SL_LOADS_NAME_MAX) != NULL);
		must(strlen(part) > 4 && strchr(part, '/') == NULL);
		/* Its octets stand in the payload as they are. */
		must(memmem(data + loads.header_length,
		         length - loads.header_length, part,
		         strlen(part)) != NULL);
	}
	return 0;
}
