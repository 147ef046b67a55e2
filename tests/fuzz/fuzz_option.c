/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_option.c: any octets as options 150, 66 and 60. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "option.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

static void
must(int promise)
{
	if (!promise)
		abort();
}

/* What decodes encodes to the same octets; what does not says why. */
static void
servers(const uint8_t *data, size_t length)
{
	struct sl_servers servers;
	struct sl_err err = { "" };
	uint8_t out[SL_SERVERS_MAX * 4];
	size_t written;

	if (sl_option150_decode(data, length, &servers, &err) != SL_OK) {
		must(servers.count == 0 && err.text[0] != '\0');
		return;
	}
	must(sl_option150_encode(&servers, out, sizeof(out), &written, &err) ==
	     SL_OK);
	must(written == length && memcmp(out, data, length) == 0);
}

static void
name(const uint8_t *data, size_t length)
{
	char name[SL_SERVER_NAME_MAX + 1];
	uint8_t out[SL_SERVER_NAME_MAX];
	struct sl_err err = { "" };
	size_t written;

	if (sl_option66_decode(data, length, name, &err) != SL_OK) {
		must(name[0] == '\0' && err.text[0] != '\0');
		return;
	}
	must(sl_option66_encode(name, out, sizeof(out), &written, &err) ==
	     SL_OK);
	must(written <= length && memcmp(out, data, written) == 0);
	for (size_t i = written; i < length; i++)
		must(data[i] == '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	uint16_t number = sl_model_from_vendor_class(data, length);

	must(number <= 9999);
	must(number == SL_MODEL_UNKNOWN ||
	     sl_vendor_class_is_cisco(data, length));
	servers(data, length);
	name(data, length);
	return 0;
}
