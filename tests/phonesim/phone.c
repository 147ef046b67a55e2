/* SPDX-License-Identifier: BSD-2-Clause */
/* phone.c: power, reboots, one file at a time, and where events begin. */
#include <stdio.h>
#include <string.h>

#include "phone.h"

enum { NO_SOCKET_US = 200 * 1000 };

static uint64_t
next_random(struct phone *phone)
{
	uint64_t z = phone->random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

double
phone_random(struct phone *phone)
{
	return (double)(next_random(phone) >> 11) / 9007199254740992.0;
}

void
phone_init(struct phone *phone, struct sim *sim, const struct spec *spec)
{
	const uint8_t *m = spec->mac;

	memset(phone, 0, sizeof(*phone));
	phone->sim = sim;
	phone->spec = *spec;
	phone->keys = spec->keys;
	phone->in_boot = !spec->running;
	memcpy(phone->load, spec->load, sizeof(phone->load));
	snprintf(phone->mac, sizeof(phone->mac),
	    "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4],
	    m[5]);
	snprintf(phone->mac_digits, sizeof(phone->mac_digits),
	    "%02X%02X%02X%02X%02X%02X", m[0], m[1], m[2], m[3], m[4], m[5]);
	/* Its own sequence: the order of the phones must not matter. */
	phone->random = sim->seed;
	for (int i = 0; i < 6; i++)
		phone->random =
		    (phone->random ^ m[i]) * UINT64_C(0x100000001b3);
	next_random(phone);
}

struct report *
phone_event(struct phone *phone, const char *event)
{
	struct report *report = &phone->sim->report;

	report_begin(report, phone->mac, phone->ip, event);
	return report;
}

const char *
phone_step(const struct phone *phone)
{
	switch (phone->step) {
	case STEP_OFF:
		return "off";
	case STEP_DISCOVER:
		return "discover";
	case STEP_REQUEST:
		return "request";
	case STEP_BOOT_FILE:
		return "boot-file";
	case STEP_LOADS:
		return "loads";
	case STEP_PARTS:
		return "parts";
	case STEP_FLASH:
		return "flash";
	case STEP_CONFIG:
		return "config";
	case STEP_IDLE:
		return "idle";
	}
	return "?";
}

static void
power_on(struct phone *phone)
{
	phone->ip.s_addr = 0;
	if (!phone->in_boot) {
		phone->boots++;
		phone_event(phone, "boot");
		report_str(&phone->sim->report, "load", phone->load);
		report_str(
		    &phone->sim->report, "keys", fw_keys_name(phone->keys));
		report_end(&phone->sim->report);
	}
	lease_start(phone);
}

static void
fire_power_on(void *arg)
{
	power_on(arg);
}

void
phone_start(struct phone *phone, uint64_t after_us)
{
	phone->step = STEP_OFF;
	timer_set(
	    &phone->sim->loop, &phone->timer, after_us, fire_power_on, phone);
}

void
phone_reboot(struct phone *phone, double seconds)
{
	phone_start(phone, sim_us(phone->sim, seconds));
}

void
phone_loop(struct phone *phone)
{
	phone->loops++;
	phone_reboot(phone, 93 + 54 * phone_random(phone));
}

void
phone_leased(struct phone *phone)
{
	if (phone->in_boot || single_is_old(phone))
		upgrade_boot(phone);
	else if (phone->spec.model->http)
		http_look(phone, config_start);
	else
		config_start(phone);
}

void
phone_finish(struct phone *phone)
{
	struct sim *sim = phone->sim;

	if (phone->finished)
		return;
	phone->finished = true;
	report_str(phone_event(phone, "finished"), "load", phone->load);
	report_int(&sim->report, "boots", phone->boots);
	report_int(&sim->report, "loops", phone->loops);
	report_end(&sim->report);
	sim->finished++;
	if (sim->finished == sim->count)
		sim_all_finished(sim);
}

/*
 * A function pointer of one type may not be called as another: the timer
 * carries the phone, the phone carries its next step.
 */
static void
fire_next(void *arg)
{
	struct phone *phone = arg;

	phone->next(phone);
}

void
phone_after(
    struct phone *phone, double seconds, void (*next)(struct phone *phone))
{
	phone->next = next;
	timer_set(&phone->sim->loop, &phone->timer, sim_us(phone->sim, seconds),
	    fire_next, phone);
}

void
phone_after_rrq(
    struct phone *phone, double seconds, void (*next)(struct phone *phone))
{
	uint64_t due = phone->asked_us + sim_us(phone->sim, seconds);
	uint64_t now = phone->sim->loop.now_us;

	phone->next = next;
	timer_set(&phone->sim->loop, &phone->timer, due > now ? due - now : 0,
	    fire_next, phone);
}

static void send_request(void *arg);

static bool
is_mid(const struct phone *phone, unsigned image)
{
	return phone->kind == FETCH_IMAGE && image != 0 &&
	       phone->images == image;
}

static struct tftp_habits
habits(const struct phone *phone)
{
	const struct spec *spec = &phone->spec;

	return (struct tftp_habits){
		.want_body = phone->kind != FETCH_IMAGE,
		.duplicate = spec->dup && phone->kind != FETCH_CONFIG,
		.no_last_ack = is_mid(phone, spec->lastack_at),
		.break_off = is_mid(phone, spec->abort_at) || phone->giving_up,
		.vanish = is_mid(phone, spec->vanish_at),
	};
}

static void
tell_result(struct phone *phone, const struct tftp_result *r)
{
	struct report *report = &phone->sim->report;
	static const char *const events[] = { "file", "error", "timeout",
		"abort" };
	size_t at;

	report_str(phone_event(phone, events[r->end]), "name", phone->name);
	switch (r->end) {
	case TFTP_FETCHED:
		report_int(report, "bytes", r->bytes);
		report_fnv(report, "fnv", r->fnv);
		at = fw_payload_offset(r->data, r->kept);
		report_line(report, "first", r->data + at, r->kept - at, 80);
		break;
	case TFTP_REFUSED:
		report_int(report, "code", r->code);
		report_str(report, "text", r->text);
		break;
	case TFTP_SILENT:
		report_addr(report, "server", phone->server[phone->current]);
		break;
	case TFTP_BROKEN_OFF:
		report_int(report, "bytes", r->bytes);
		report_str(
		    report, "how", habits(phone).vanish ? "silent" : "error");
		break;
	}
	report_end(report);
}

static void
take_result(void *arg, const struct tftp_result *result)
{
	struct phone *phone = arg;

	tell_result(phone, result);
	if (result->end == TFTP_SILENT && phone->current + 1 < phone->servers) {
		phone->current++;
		send_request(phone);
		return;
	}
	phone->fetched(phone, result);
}

static void
send_request(void *arg)
{
	struct phone *phone = arg;
	struct tftp_request request = {
		.local = phone->ip,
		.server = phone->server[phone->current],
		.name = phone->name,
		.habits = habits(phone),
		.timeout_us = phone->sim->tftp_timeout_us,
		.done = take_result,
		.arg = phone,
	};
	uint16_t port = tftp_fetch(&phone->sim->loop, &request);

	if (port == 0) {
		timer_set(&phone->sim->loop, &phone->timer, NO_SOCKET_US,
		    send_request, phone);
		return;
	}
	phone->asked_us = phone->sim->loop.now_us;
	report_str(phone_event(phone, "rrq"), "name", phone->name);
	report_int(&phone->sim->report, "port", port);
	report_addr(&phone->sim->report, "server", request.server);
	report_end(&phone->sim->report);
}

void
phone_fetch(struct phone *phone, const char *name, enum fetch_kind kind,
    void (*fetched)(struct phone *, const struct tftp_result *))
{
	snprintf(phone->name, sizeof(phone->name), "%s", name);
	phone->kind = kind;
	phone->fetched = fetched;
	if (kind == FETCH_IMAGE)
		phone->images++;
	send_request(phone);
}
