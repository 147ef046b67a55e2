/* SPDX-License-Identifier: BSD-2-Clause */
/* sim.h: what all phones of one run share. */
#ifndef PHONESIM_SIM_H
#define PHONESIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp.h"
#include "loop.h"
#include "report.h"

struct phone;

struct sim {
	struct loop loop;
	struct dhcp_relay relay;
	struct report report;
	double scale; /* all waits of the phones are divided by it */
	uint64_t tftp_timeout_us;
	uint64_t seed;
	bool trace_hex;
	struct timer end;
	struct phone *phones;
	size_t count;
	size_t finished;
	struct phone **by_mac; /* open addressing, by_mac_size a power of two */
	size_t by_mac_size;
};

/* Real time of a wait of the phone's. */
uint64_t sim_us(const struct sim *sim, double seconds);
/* Ends the run once the last packets have had time to be repeated. */
void sim_all_finished(struct sim *sim);

#endif
