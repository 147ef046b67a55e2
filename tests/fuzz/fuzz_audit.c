/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_audit.c: any octets in a reply to a phone, and what is said of them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "audit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

static void
must(int promise)
{
	if (!promise)
		abort();
}

static void
told(enum sl_finding finding, const struct sl_audit_input *in)
{
	char text[SL_FINDING_TEXT_MAX];
	size_t length;

	sl_finding_text(finding, in, text, sizeof(text));
	length = strlen(text);
	must(length > 0 && length < sizeof(text) - 1);
	for (size_t i = 0; i < length; i++)
		must(text[i] >= 0x20 && text[i] <= 0x7e);
}

/* What a cure says is right, whatever was wrong. */
static void
value(const json_t *option)
{
	const char *name = json_string_value(json_object_get(option, "name"));
	const char *data = json_string_value(json_object_get(option, "data"));
	struct sl_audit_input in = { .has66 = true };

	must(name != NULL && data != NULL && *data != '\0');
	in.option66 = (const uint8_t *)data;
	in.option66_length = strlen(data);
	if (strcmp(name, "tftp-server-name") == 0)
		must(sl_audit66(&in) == SL_FINDING_NONE);
	else
		must(strspn(data, "0123456789., ") == strlen(data));
}

static void
cured(enum sl_finding finding, const struct sl_audit_input *in)
{
	char cure[SL_CURE_MAX + 2] = "{";
	size_t length;
	json_t *root, *options;

	(void)sl_finding_cure(finding, in, cure + 1, SL_CURE_MAX);
	must(cure[1] != '\0');
	length = strlen(cure);
	cure[length] = '}';
	cure[length + 1] = '\0';
	root = json_loads(cure, JSON_REJECT_DUPLICATES, NULL);
	must(json_is_object(root));
	options = json_object_get(root, "option-data");
	for (size_t i = 0; i < json_array_size(options); i++)
		value(json_array_get(options, i));
	json_decref(root);
}

static void
audit(const struct sl_audit_input *in)
{
	enum sl_finding found[SL_AUDIT_MAX];
	size_t count = sl_audit_reply(in, found);

	must(count <= SL_AUDIT_MAX);
	for (size_t i = 0; i < count; i++) {
		must(found[i] > SL_FINDING_NONE && found[i] < SL_FINDINGS);
		told(found[i], in);
		cured(found[i], in);
	}
	if (in->has150 &&
	    (in->option150_length % 4 != 0 || in->option150_length == 0))
		must(sl_audit150(in) != SL_FINDING_NONE);
}

/* What the product itself sends has no mistake; what it refuses has one. */
static void
own(const struct sl_audit_input *in)
{
	struct sl_servers servers;
	char name[SL_SERVER_NAME_MAX + 1];
	struct sl_audit_input sent = *in;
	enum sl_finding found;

	if (sl_option150_decode(
	        in->option150, in->option150_length, &servers, NULL) == SL_OK) {
		sent.intended = &servers;
		found = sl_audit150(&sent);
		must(found == SL_FINDING_NONE || sl_finding_is_note(found));
	} else {
		must(sl_audit150(in) != SL_FINDING_NONE);
	}
	if (sl_option66_decode(in->option66, in->option66_length, name, NULL) !=
	    SL_OK) {
		must(sl_audit66(in) != SL_FINDING_NONE);
		return;
	}
	sent.intended_name = name;
	found = sl_audit66(&sent);
	must(found == SL_FINDING_NONE || found == SL_FINDING_66_LAST_NUL ||
	     strlen(name) < in->option66_length);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static const struct sl_servers intended = { 2,
		{ 0xc0a80005, 0xc0a80006 } };
	struct sl_audit_input in = { .option150 = data,
		.option150_length = length,
		.has150 = true,
		.option66 = data,
		.option66_length = length,
		.has66 = true };

	if (length >= 4)
		memcpy(&in.siaddr, data, 4);
	audit(&in);
	own(&in);
	in.intended = &intended;
	in.intended_name = "tftp.example.net";
	audit(&in);
	in.has150 = false;
	audit(&in);
	return 0;
}
