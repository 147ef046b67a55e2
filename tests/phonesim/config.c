/* SPDX-License-Identifier: BSD-2-Clause */
/* config.c: the running application asks for its configuration. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "phone.h"

#define GAP_S 0.06
#define AGAIN_S 45.0
#define HANDS_S 10.0

/* %s is the MAC; a trust list never ends the round, a configuration does. */
struct wanted {
	const char *format;
	bool trust;
};

static const struct wanted wanted_79xx[] = {
	{ "CTLSEP%s.tlv", true },
	{ "ITLSEP%s.tlv", true },
	{ "ITLFile.tlv", true },
	{ "SEP%s.cnf.xml", false },
	{ "XMLDefault.cnf.xml", false },
	{ NULL, false },
};

static const struct wanted wanted_7940[] = {
	{ "CTLSEP%s.tlv", true },
	{ "SEP%s.cnf.xml", false },
	{ "SIP%s.cnf", false },
	{ "XMLDefault.cnf.xml", false },
	{ "SIPDefault.cnf", false },
	{ NULL, false },
};

/* Firmware of the 7940 before it was signed. */
static const struct wanted wanted_7940_old[] = {
	{ "SIPDefault.cnf", false },
	{ "SIP%s.cnf", false },
	{ NULL, false },
};

static const struct wanted wanted_7905_sip[] = {
	{ "gk%s", false },
	{ "ld%s", false },
	{ NULL, false },
};

static const struct wanted wanted_7905[] = {
	{ "SEP%s.cnf.xml", false },
	{ "XMLDefault.cnf.xml", false },
	{ "SEPDefault.cnf", false },
	{ NULL, false },
};

static const struct wanted *
wanted_by(const struct phone *phone)
{
	switch (phone->spec.model->kind) {
	case BOOT_TEXT:
		return single_is_old(phone) ? wanted_7940_old : wanted_7940;
	case BOOT_IMAGE:
		return phone->spec.sip ? wanted_7905_sip : wanted_7905;
	case BOOT_NONE:
	case BOOT_LOADS:
		return wanted_79xx;
	}
	return wanted_79xx;
}

static void ask_next(struct phone *phone);

static void
ask_again(struct phone *phone)
{
	phone->config_short = true;
	phone->config_at = 0;
	ask_next(phone);
}

static void
go_idle(struct phone *phone, bool wants_more)
{
	phone->step = STEP_IDLE;
	if (!wants_more && !phone->spec.endless &&
	    strcmp(phone->load, phone->spec.until) == 0)
		phone_finish(phone);
	else
		phone_after(phone, AGAIN_S, ask_again);
}

void
config_resume(struct phone *phone, bool same)
{
	go_idle(phone, !same);
}

static bool
reset_by_hand(struct phone *phone)
{
	if (phone->reset_done ||
	    strcmp(phone->load, phone->spec.reset_after) != 0)
		return false;
	phone->reset_done = true;
	phone->in_boot = true;
	report_str(phone_event(phone, "reset"), "load", phone->load);
	report_end(&phone->sim->report);
	phone_reboot(phone, HANDS_S);
	return true;
}

static void
end_round(struct phone *phone, const char *file)
{
	const char *load = phone->config_load;

	report_str(phone_event(phone, "config"), "name", file);
	report_str(&phone->sim->report, "load", load);
	report_end(&phone->sim->report);
	if (reset_by_hand(phone))
		return;
	if (phone->spec.follow && load[0] != '\0' &&
	    strcmp(load, phone->load) != 0)
		upgrade_named(phone, load);
	else
		go_idle(phone, false);
}

/*
 * The text of the element whose start tag begins with `<name`, trimmed.
 * False if there is none, or none of a sensible length.
 */
static bool
element(const char *xml, const char *name, char out[static FW_NAME_MAX])
{
	size_t length = strlen(name);
	const char *at = xml;

	while ((at = strstr(at, name)) != NULL) {
		const char *end = at + length;

		if (at > xml && at[-1] == '<' && strchr(" \t\r\n>", *end)) {
			size_t n;

			end = strchr(end, '>');
			if (end == NULL || end[-1] == '/')
				return false;
			end += 1 + strspn(end + 1, " \t\r\n");
			n = strcspn(end, " \t\r\n<");
			if (n == 0 || n + 16 >= FW_NAME_MAX)
				return false;
			memcpy(out, end, n);
			out[n] = '\0';
			return true;
		}
		at = end;
	}
	return false;
}

/* The value behind the line's key: image_version: P0S3-08-12-00 */
static bool
line_value(const char *text, const char *key, char out[static FW_NAME_MAX])
{
	const char *at = strstr(text, key);
	size_t n;

	if (at == NULL)
		return false;
	at += strlen(key);
	at += strspn(at, " \t\"");
	n = strcspn(at, " \t\"\r\n");
	if (n == 0 || n + 16 >= FW_NAME_MAX)
		return false;
	memcpy(out, at, n);
	out[n] = '\0';
	return true;
}

/*
 * A look-alike of the binary profile: the text line from which it is built,
 * upgradecode:3,0x601,0x0400,0x0100,0.0.0.0,69,0x060412a,CP79...sbin
 * whose last member is the image.
 */
static void
read_profile(struct phone *phone, const char *text)
{
	char line[FW_NAME_MAX];
	const char *image;

	if (!line_value(text, "upgradecode:", line))
		return;
	image = strrchr(line, ',');
	image = image == NULL ? line : image + 1;
	snprintf(phone->config_file, FW_NAME_MAX, "%s", image);
	snprintf(phone->config_load, FW_NAME_MAX, "%.*s",
	    (int)strcspn(image, "."), image);
}

static void
read_config(struct phone *phone, const struct tftp_result *r)
{
	static char text[TFTP_BODY_MAX + 1];
	char own[64];

	memcpy(text, r->data, r->kept);
	text[r->kept] = '\0';
	if (strstr(phone->name, ".xml") == NULL) {
		read_profile(phone, text);
		line_value(text, "image_version:", phone->config_load);
		return;
	}
	snprintf(own, sizeof(own), "loadInformation%d",
	    phone->spec.model->device_type);
	if (!element(text, own, phone->config_load))
		element(text, "loadInformation", phone->config_load);
}

/* A 7905 writes its address in lower case. */
static void
write_name(const struct phone *phone, const char *format, char out[static 64])
{
	const char *rest = strstr(format, "%s");
	int start =
	    (int)(rest == NULL ? strlen(format) : (size_t)(rest - format));

	if (rest == NULL) {
		snprintf(out, 64, "%s", format);
		return;
	}
	snprintf(
	    out, 64, "%.*s%s%s", start, format, phone->mac_digits, rest + 2);
	if (phone->spec.model->kind == BOOT_IMAGE)
		for (int i = start; i < start + 12; i++)
			out[i] = (char)tolower((unsigned char)out[i]);
}

static void
take_file(struct phone *phone, const struct tftp_result *r)
{
	const struct wanted *wanted = wanted_by(phone) + phone->config_at;

	phone->config_at++;
	if (wanted->trust || r->end != TFTP_FETCHED) {
		phone_after(phone, GAP_S, ask_next);
		return;
	}
	if (r->kept > 0)
		read_config(phone, r);
	end_round(phone, phone->name);
}

static void
ask_next(struct phone *phone)
{
	const struct wanted *wanted = wanted_by(phone) + phone->config_at;
	char name[64];

	phone->step = STEP_CONFIG;
	phone->giving_up = false;
	phone->config_load[0] = '\0';
	phone->config_file[0] = '\0';
	while (phone->config_short && wanted->format != NULL && wanted->trust) {
		wanted++;
		phone->config_at++;
	}
	if (wanted->format == NULL) {
		end_round(phone, "");
		return;
	}
	write_name(phone, wanted->format, name);
	phone_fetch(phone, name, FETCH_CONFIG, take_file);
}

void
config_start(struct phone *phone)
{
	phone->config_short = false;
	phone->config_at = 0;
	ask_next(phone);
}
