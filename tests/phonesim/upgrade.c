/* SPDX-License-Identifier: BSD-2-Clause */
/* upgrade.c: from a boot file or a named load to new firmware in flash. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "phone.h"

#define FLASH_S 300.0
#define POWER_BACK_S 30.0
#define PAIR_S 1.0

static void ask_boot_file(struct phone *phone);

static void
reject(struct phone *phone, const char *reason)
{
	report_str(phone_event(phone, "reject"), "name", phone->name);
	report_str(&phone->sim->report, "reason", reason);
	report_str(&phone->sim->report, "knows", fw_keys_name(phone->keys));
	report_end(&phone->sim->report);
}

static uint64_t
parts_hash(const struct fw_loads *loads)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < loads->count; i++)
		for (const char *c = loads->part[i];; c++) {
			hash = (hash ^ (uint8_t)*c) * UINT64_C(0x100000001b3);
			if (*c == '\0')
				break;
		}
	return hash;
}

static void
flashed(struct phone *phone)
{
	memcpy(phone->load, phone->new_load, sizeof(phone->load));
	phone->keys = phone->new_keys;
	phone->installed = parts_hash(&phone->loads);
	phone->in_boot = false;
	phone_reboot(phone, 0);
}

static void
power_fails(struct phone *phone)
{
	report_str(phone_event(phone, "powerloss"), "load", phone->new_load);
	report_end(&phone->sim->report);
	phone->powerloss_done = true;
	phone_reboot(phone, POWER_BACK_S);
}

static void
flash(struct phone *phone)
{
	phone->step = STEP_FLASH;
	report_str(phone_event(phone, "flash"), "load", phone->new_load);
	report_str(&phone->sim->report, "keys", fw_keys_name(phone->new_keys));
	report_end(&phone->sim->report);
	if (phone->spec.powerloss && !phone->powerloss_done)
		phone_after(phone, FLASH_S / 2, power_fails);
	else
		phone_after(phone, FLASH_S, flashed);
}

/* NULL, or why these are not the octets of the image that was asked for. */
static const char *
check_image(struct phone *phone, const struct tftp_result *r)
{
	struct fw_banner banner;

	if (!fw_banner_parse(r->data, r->kept, &banner))
		return "no look-alike image";
	if (strcasecmp(banner.part, phone->name) != 0)
		return "another image";
	if (banner.has_sum &&
	    (banner.size != r->rest_bytes || banner.sum != r->rest_fnv))
		return "damaged";
	if (phone->new_load[0] == '\0')
		memcpy(phone->new_load, banner.load, sizeof(banner.load));
	else if (strcmp(phone->new_load, banner.load) != 0)
		return "image of another load";
	if (phone->new_keys == FW_KEY_NONE || fw_part_rank(phone->name) == 1)
		phone->new_keys = banner.keys;
	return NULL;
}

static void
wrong_bytes(struct phone *phone, const char *why)
{
	phone->wrong++;
	report_str(phone_event(phone, "wrong-bytes"), "name", phone->name);
	report_str(&phone->sim->report, "reason", why);
	report_end(&phone->sim->report);
	phone_loop(phone);
}

static void ask_part(struct phone *phone);

static void
next_part(struct phone *phone)
{
	static const double gaps[] = { 1, 7, 2, 12, 2 };
	int rank;

	if (phone->part == phone->loads.count) {
		flash(phone);
		return;
	}
	rank = fw_part_rank(phone->loads.part[phone->part]);
	phone_after_rrq(phone, rank < 5 ? gaps[rank] : 2, ask_part);
}

static void
take_part(struct phone *phone, const struct tftp_result *r)
{
	const char *wrong;

	phone->part++;
	switch (r->end) {
	case TFTP_FETCHED:
		/* Too short to be broken off: it is given up all the same. */
		if (phone->giving_up) {
			phone_loop(phone);
			break;
		}
		wrong = check_image(phone, r);
		if (wrong != NULL)
			wrong_bytes(phone, wrong);
		else
			next_part(phone);
		break;
	case TFTP_REFUSED:
		if (phone->giving_up || phone->part == phone->loads.count) {
			phone_loop(phone);
		} else {
			phone->giving_up = true;
			next_part(phone);
		}
		break;
	case TFTP_SILENT:
		phone_loop(phone);
		break;
	case TFTP_BROKEN_OFF:
		if (!phone->giving_up)
			phone->in_boot = true;
		phone_loop(phone);
		break;
	}
}

static void
ask_part(struct phone *phone)
{
	phone->step = STEP_PARTS;
	phone_fetch(
	    phone, phone->loads.part[phone->part], FETCH_IMAGE, take_part);
}

static void
start_parts(struct phone *phone)
{
	phone->part = 0;
	phone->giving_up = false;
	phone->new_load[0] = '\0';
	phone->new_keys = FW_KEY_NONE;
	next_part(phone);
}

/* OS79XX.TXT: the whole file is the name, odd characters included. */
static const char *
read_text(struct phone *phone, const struct tftp_result *r)
{
	char name[FW_NAME_MAX - 8];

	if (r->kept == 0 || r->kept >= sizeof(name))
		return "not the name of a load";
	memcpy(name, r->data, r->kept);
	name[r->kept] = '\0';
	memset(&phone->loads, 0, sizeof(phone->loads));
	phone->loads.count = 1;
	snprintf(phone->loads.part[0], FW_NAME_MAX, "%s.bin", name);
	return NULL;
}

/* A recovery image is flashed as it is. */
static void
take_recovery_image(struct phone *phone, const struct tftp_result *r)
{
	struct fw_banner banner;

	memset(&phone->loads, 0, sizeof(phone->loads));
	if (fw_banner_parse(r->data, r->kept, &banner)) {
		memcpy(phone->new_load, banner.load, sizeof(banner.load));
		phone->new_keys = banner.keys;
	} else {
		snprintf(phone->new_load, sizeof(phone->new_load), "%s",
		    phone->spec.model->boot_file);
		phone->new_keys = phone->keys;
	}
	flash(phone);
}

static void
boot_file_failed(struct phone *phone)
{
	if (phone->second) {
		phone_loop(phone);
		return;
	}
	phone->second = true;
	phone_after_rrq(phone, PAIR_S, ask_boot_file);
}

static void
take_boot_file(struct phone *phone, const struct tftp_result *r)
{
	const struct model *model = phone->spec.model;
	const char *wrong = NULL;

	if (r->end == TFTP_SILENT) {
		phone_loop(phone);
		return;
	}
	if (r->end != TFTP_FETCHED) {
		boot_file_failed(phone);
		return;
	}
	if (model->kind == BOOT_IMAGE) {
		take_recovery_image(phone, r);
		return;
	}
	if (model->kind == BOOT_TEXT)
		wrong = read_text(phone, r);
	else
		wrong = fw_loads_check(
		    r->data, r->kept, phone->name, phone->keys, &phone->loads);
	if (wrong == NULL) {
		start_parts(phone);
		return;
	}
	reject(phone, wrong);
	boot_file_failed(phone);
}

static void
ask_boot_file(struct phone *phone)
{
	phone->step = STEP_BOOT_FILE;
	phone->giving_up = false;
	phone_fetch(
	    phone, phone->spec.model->boot_file, FETCH_BOOT, take_boot_file);
}

void
upgrade_boot(struct phone *phone)
{
	if (phone->spec.model->kind == BOOT_NONE) {
		phone->in_boot = false;
		phone_reboot(phone, 0);
		return;
	}
	phone->second = false;
	ask_boot_file(phone);
}

static void
take_named(struct phone *phone, const struct tftp_result *r)
{
	const char *wrong;

	if (r->end != TFTP_FETCHED) {
		phone->loops++;
		config_resume(phone, false);
		return;
	}
	wrong = fw_loads_check(
	    r->data, r->kept, phone->name, phone->keys, &phone->loads);
	if (wrong != NULL) {
		reject(phone, wrong);
		phone->loops++;
		config_resume(phone, false);
	} else if (parts_hash(&phone->loads) == phone->installed) {
		config_resume(phone, true);
	} else {
		start_parts(phone);
	}
}

void
upgrade_named(struct phone *phone, const char *load)
{
	char name[FW_NAME_MAX + 8];

	phone->step = STEP_LOADS;
	phone->giving_up = false;
	snprintf(name, sizeof(name), "%s.loads", load);
	phone_fetch(phone, name, FETCH_BOOT, take_named);
}
