/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_request.c: any text as a file name, a MAC address and an address. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "request.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

static void
must(int promise)
{
	if (!promise)
		abort();
}

static void
name(const char *text, size_t length)
{
	struct sl_request request;

	sl_request_classify(text, &request);
	must(request.base >= text && request.base <= text + length);
	must(strchr(request.base, '/') == NULL);
	must(request.class == SL_CLASS_OTHER ||
	     strcmp(sl_class_name(request.class), "other") != 0);
	must(!request.has_mac || request.class == SL_CLASS_CONFIG ||
	     request.class == SL_CLASS_TRUST);
	/* A boot file of the model table is a boot file of the classifier. */
	must(sl_model_from_boot_file(request.base) == SL_MODEL_UNKNOWN ||
	     request.class == SL_CLASS_BOOT);
}

static void
addresses(const char *text)
{
	char out[SL_MAC_TEXT], addr_out[SL_ADDR_TEXT];
	struct sl_mac mac, again;
	uint32_t addr;

	if (sl_mac_parse(text, &mac) == SL_OK) {
		sl_mac_print(&mac, out);
		must(sl_mac_parse(out, &again) == SL_OK);
		must(sl_mac_equal(&mac, &again));
	}
	if (sl_addr_parse(text, &addr) == SL_OK) {
		sl_addr_print(addr, addr_out);
		must(strcmp(addr_out, text) == 0);
	}
}

static void
copy_and_time(const char *text, const uint8_t *data, size_t length)
{
	char small[8], when[SL_TIME_TEXT];
	int64_t usec = 0;

	must(sl_copy(small, sizeof(small), text) ==
	     (strlen(text) < sizeof(small)));
	must(strncmp(small, text, strlen(small)) == 0);
	memcpy(&usec, data, length < sizeof(usec) ? length : sizeof(usec));
	sl_time_print(usec, when);
	must(strlen(when) == strlen("2026-11-20T23:53:42Z"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	char *text = malloc(length + 1);

	must(text != NULL);
	if (length > 0)
		memcpy(text, data, length);
	text[length] = '\0';
	name(text, strlen(text));
	addresses(text);
	if (length > 0)
		copy_and_time(text, data, length);
	free(text);
	return 0;
}
