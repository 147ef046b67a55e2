/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * phone.h: one phone as a state machine.
 *
 *   phone.c    power, reboots, one file at a time
 *   lease.c    DHCP, the choice of the TFTP server
 *   upgrade.c  boot file or named load, its parts, flashing
 *   single.c   firmware of one image: 7902, 7905, 7912, old 7940, 7960
 *   config.c   the running application's configuration round
 *   http.c     the look at port 6970 before that
 */
#ifndef PHONESIM_PHONE_H
#define PHONESIM_PHONE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fw.h"
#include "loop.h"
#include "sim.h"
#include "spec.h"
#include "tftp.h"

enum step {
	STEP_OFF,
	STEP_DISCOVER,
	STEP_REQUEST,
	STEP_BOOT_FILE,
	STEP_LOADS,
	STEP_PARTS,
	STEP_FLASH,
	STEP_CONFIG,
	STEP_IDLE,
};

enum fetch_kind {
	FETCH_BOOT, /* a boot file or a .loads */
	FETCH_IMAGE,
	FETCH_CONFIG,
};

struct phone {
	struct sim *sim;
	struct spec spec;
	char mac[18];
	char mac_digits[13]; /* upper case, without colons */
	uint64_t random;
	struct timer timer;
	void (*next)(struct phone *phone); /* what the timer starts */
	enum step step;

	/* What outlives a reboot. */
	bool in_boot; /* factory reset: only the boot loader is left */
	enum fw_keys keys;
	char load[FW_NAME_MAX];
	uint64_t installed; /* hash of the list of parts that runs */
	bool powerloss_done;
	bool reset_done;
	unsigned images; /* asked for in its life */

	uint32_t xid;
	unsigned tries;
	struct in_addr ip;
	struct in_addr dhcp_server;
	struct in_addr offered;
	struct in_addr server[2];
	unsigned servers;
	unsigned current; /* the one that answers */

	char name[FW_NAME_MAX + 16]; /* of the file being fetched */
	enum fetch_kind kind;
	uint64_t asked_us; /* when its RRQ was sent */
	void (*fetched)(struct phone *phone, const struct tftp_result *result);

	bool second; /* RRQ of a pair */
	struct fw_loads loads;
	size_t part;
	bool giving_up; /* a part is missing */
	char new_load[FW_NAME_MAX];
	enum fw_keys new_keys;

	size_t config_at;
	bool config_short;
	char config_load[FW_NAME_MAX]; /* named in this round */
	char config_file[FW_NAME_MAX]; /* the image itself, where it is named */
	int http_fd;
	struct watch http_watch;
	void (*http_next)(struct phone *phone);

	unsigned boots;
	unsigned loops;
	unsigned wrong;
	bool finished;
};

void phone_init(struct phone *phone, struct sim *sim, const struct spec *spec);
/* Switches it on after a real time. */
void phone_start(struct phone *phone, uint64_t after_us);
/* Starts again, in whichever of boot loader and application it is. */
void phone_reboot(struct phone *phone, double seconds);
/* The same after a failure: counts a loop, waits as long as a real one. */
void phone_loop(struct phone *phone);
void phone_finish(struct phone *phone);
const char *phone_step(const struct phone *phone);

/* The next step after scaled seconds. */
void phone_after(
    struct phone *phone, double seconds, void (*next)(struct phone *phone));
/* The same, but counted from the last RRQ. */
void phone_after_rrq(
    struct phone *phone, double seconds, void (*next)(struct phone *phone));

void phone_fetch(struct phone *phone, const char *name, enum fetch_kind kind,
    void (*fetched)(struct phone *, const struct tftp_result *));

/* Uniform in [0, 1). */
double phone_random(struct phone *phone);

/* Begins an event of this phone; the caller ends it. */
struct report *phone_event(struct phone *phone, const char *event);

void lease_start(struct phone *phone);
void lease_take(struct phone *phone, const struct dhcp_reply *reply);
/* Called by lease.c when the phone has an address and a server. */
void phone_leased(struct phone *phone);

void upgrade_boot(struct phone *phone);
void upgrade_named(struct phone *phone, const char *load);

/* Why these are not the octets of the image that was asked for, or NULL. */
const char *upgrade_check_image(
    struct phone *phone, const struct tftp_result *r);
void upgrade_wrong_bytes(struct phone *phone, const char *why);
void upgrade_reject(struct phone *phone, const char *reason);
/* `phone->loads` is fetched: into flash with it. */
void upgrade_flash(struct phone *phone);

/* Whether such a phone looks for OS79XX.TXT at each start. */
bool single_is_old(const struct phone *phone);
/* Whether what runs takes `load`; a 7940 climbs rung by rung. */
bool single_takes(const struct phone *phone, const char *load);
/* Whether the load's name is that of another protocol than what runs. */
bool single_differs(const struct phone *phone, const char *load);
/* Fetches the one image of a load. */
void single_fetch(struct phone *phone, const char *load, const char *file);

/* Tries a connection to port 6970, then goes on with `next`. */
void http_look(struct phone *phone, void (*next)(struct phone *phone));

void config_start(struct phone *phone);
/* Back from a named load that brought nothing: `same` if it runs already. */
void config_resume(struct phone *phone, bool same);

#endif
