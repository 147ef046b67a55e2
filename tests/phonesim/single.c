/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * single.c: firmware of one image, and the ladder of the 7940 and 7960.
 *
 * Look-alike in one point: a 7940 on unsigned firmware fetches NAME.bin for
 * whatever it is told, where a real one takes a universal loader first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "phone.h"

/* Firmware of the 7940 is signed from this release on. */
enum { FIRST_SIGNED = 5 };

/* P0S3-04-4-00 and P0S30203: 4 and 2.  0: it tells none. */
static int
release(const char *load)
{
	const char *at = load + (strlen(load) < 4 ? strlen(load) : 4);
	char digits[3] = "";

	if (*at == '-')
		at++;
	for (int i = 0; i < 2 && at[i] >= '0' && at[i] <= '9'; i++)
		digits[i] = at[i];
	return atoi(digits);
}

bool
single_is_old(const struct phone *phone)
{
	return phone->spec.model->kind == BOOT_TEXT &&
	       release(phone->load) < FIRST_SIGNED;
}

bool
single_differs(const struct phone *phone, const char *load)
{
	return phone->load[0] == '\0' || strncmp(phone->load, load, 4) != 0;
}

bool
single_takes(const struct phone *phone, const char *load)
{
	int from = release(phone->load), to = release(load);

	if (phone->spec.model->kind != BOOT_TEXT || phone->load[0] == '\0' ||
	    single_differs(phone, load))
		return true;
	if (from >= FIRST_SIGNED)
		return to >= FIRST_SIGNED;
	return to == (from < 4 ? 4 : 5) || (to <= from && from < 4);
}

static void
take_image(struct phone *phone, const struct tftp_result *r)
{
	const char *wrong;
	char *end;

	switch (r->end) {
	case TFTP_FETCHED:
		wrong = upgrade_check_image(phone, r);
		if (phone->giving_up)
			phone_loop(phone);
		else if (wrong != NULL)
			upgrade_wrong_bytes(phone, wrong);
		else
			upgrade_flash(phone);
		break;
	case TFTP_REFUSED:
		end = strstr(phone->loads.part[0], ".zup");
		if (end != NULL && !phone->in_boot) {
			memcpy(end, ".sbin", sizeof(".sbin"));
			phone_fetch(phone, phone->loads.part[0], FETCH_IMAGE,
			    take_image);
		} else if (phone->in_boot) {
			phone_loop(phone);
		} else {
			phone->loops++;
			config_resume(phone, false);
		}
		break;
	case TFTP_SILENT:
	case TFTP_BROKEN_OFF:
		phone_loop(phone);
		break;
	}
}

static const char *
ending(const struct phone *phone)
{
	if (phone->spec.model->kind == BOOT_TEXT)
		return ".bin";
	/* A 7905 asks for the unsigned form first. */
	return strcmp(phone->spec.model->name, "7905") == 0 ? ".zup" : ".sbin";
}

void
single_fetch(struct phone *phone, const char *load, const char *file)
{
	char *part = phone->loads.part[0];

	phone->step = STEP_PARTS;
	memset(&phone->loads, 0, sizeof(phone->loads));
	phone->loads.count = 1;
	if (file[0] != '\0')
		snprintf(part, FW_NAME_MAX, "%s", file);
	else
		snprintf(part, FW_NAME_MAX, "%.100s%s", load, ending(phone));
	phone->new_load[0] = '\0';
	phone->new_keys = FW_KEY_NONE;
	/* Its head tells a phone that this is not for it: it breaks off. */
	phone->giving_up = !single_takes(phone, load);
	if (phone->giving_up) {
		snprintf(phone->name, sizeof(phone->name), "%s", part);
		upgrade_reject(phone, "not the next rung");
	}
	phone_fetch(phone, part, FETCH_IMAGE, take_image);
}
