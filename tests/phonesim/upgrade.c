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

void
upgrade_reject(struct phone *phone, const char *reason)
{
	report_str(phone_event(phone, "reject"), "name", phone->name);
	report_str(&phone->sim->report, "reason", reason);
	report_str(&phone->sim->report, "knows", fw_keys_name(phone->keys));
	report_end(&phone->sim->report);
}

static struct fw_reader
reader(const struct phone *phone)
{
	return (struct fw_reader){ phone->keys, phone->spec.platform };
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

void
upgrade_flash(struct phone *phone)
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

const char *
upgrade_check_image(struct phone *phone, const struct tftp_result *r)
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

void
upgrade_wrong_bytes(struct phone *phone, const char *why)
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
		upgrade_flash(phone);
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
		wrong = upgrade_check_image(phone, r);
		if (wrong != NULL)
			upgrade_wrong_bytes(phone, wrong);
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

/* It boots what it has. */
static void
go_on(struct phone *phone)
{
	phone->in_boot = false;
	config_start(phone);
}

static void
boot_file_failed(struct phone *phone)
{
	if (phone->load[0] != '\0' && phone->spec.model->kind == BOOT_TEXT) {
		go_on(phone);
		return;
	}
	if (phone->second) {
		phone_loop(phone);
		return;
	}
	phone->second = true;
	phone_after_rrq(phone, PAIR_S, ask_boot_file);
}

/*
 * OS79XX.TXT: the whole file is the name, odd characters included.  One of the
 * same protocol is passed over.
 */
static void
take_text(struct phone *phone, const struct tftp_result *r)
{
	char name[FW_NAME_MAX - 8];

	if (r->kept == 0 || r->kept >= sizeof(name)) {
		upgrade_reject(phone, "not the name of a load");
		boot_file_failed(phone);
		return;
	}
	memcpy(name, r->data, r->kept);
	name[r->kept] = '\0';
	if (single_differs(phone, name))
		single_fetch(phone, name, "");
	else
		go_on(phone);
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
		snprintf(phone->new_load, sizeof(phone->new_load), "%.100s",
		    phone->name);
		phone->new_keys = phone->keys;
	}
	upgrade_flash(phone);
}

static void
take_boot_file(struct phone *phone, const struct tftp_result *r)
{
	const struct model *model = phone->spec.model;
	const char *wrong;

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
	if (model->kind == BOOT_TEXT) {
		take_text(phone, r);
		return;
	}
	wrong = fw_loads_check(
	    r->data, r->kept, phone->name, reader(phone), &phone->loads);
	if (wrong == NULL) {
		start_parts(phone);
		return;
	}
	upgrade_reject(phone, wrong);
	boot_file_failed(phone);
}

static void
ask_boot_file(struct phone *phone)
{
	phone->step = STEP_BOOT_FILE;
	phone->giving_up = false;
	/* In recovery it asks for what it tried last, if it knows that. */
	phone_fetch(phone,
	    phone->spec.last[0] != '\0' ? phone->spec.last
	                                : phone->spec.model->boot_file,
	    FETCH_BOOT, take_boot_file);
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
	    r->data, r->kept, phone->name, reader(phone), &phone->loads);
	if (wrong == NULL && !single_takes(phone, phone->config_load))
		wrong = "not the next rung";
	if (wrong != NULL) {
		upgrade_reject(phone, wrong);
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

	phone->giving_up = false;
	if (phone->spec.model->kind == BOOT_IMAGE || single_is_old(phone)) {
		single_fetch(phone, load, phone->config_file);
		return;
	}
	phone->step = STEP_LOADS;
	snprintf(name, sizeof(name), "%s.loads", load);
	phone_fetch(phone, name, FETCH_BOOT, take_named);
}
