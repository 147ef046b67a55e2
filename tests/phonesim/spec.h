/* SPDX-License-Identifier: BSD-2-Clause */
/* spec.h: what the command line says of one phone. */
#ifndef PHONESIM_SPEC_H
#define PHONESIM_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fw.h"
#include "model.h"

enum server_choice {
	CHOICE_ANY, /* the first valid of the three */
	CHOICE_150,
	CHOICE_66,
	CHOICE_SIADDR,
};

struct spec {
	uint8_t mac[6];
	bool has_mac;
	const struct model *model;
	enum fw_keys keys;
	bool running;
	char load[FW_NAME_MAX];
	unsigned abort_at; /* K-th image, 0: never */
	unsigned vanish_at;
	unsigned lastack_at;
	bool powerloss;
	bool dup;
	bool follow;
	char reset_after[FW_NAME_MAX];
	double delay_s;
	char last[FW_NAME_MAX]; /* image that a 7902, 7905, 7912 tried last */
	bool sip;               /* 7902, 7905, 7912: asks gk and ld profiles */
	unsigned platform;      /* its section of a .loads that has sections */
	char until[FW_NAME_MAX];
	bool endless; /* until=none */
	enum server_choice choice;
	bool has_opt60;
	uint8_t opt60[255];
	size_t opt60_length;
	uint8_t prl[64];
	size_t prl_length;
};

/* False with a sentence in `error`, which holds `room` octets. */
bool spec_parse(const char *text, const char *default_target, struct spec *spec,
    char *error, size_t room);

#endif
