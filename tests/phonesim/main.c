/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c: the command line, the run, the summary. */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "phone.h"

enum { USAGE = 2, PHONES_MAX = 100000, LAST_US = 500 * 1000 };

struct options {
	struct in_addr server;
	struct in_addr giaddr;
	double timeout_s;
	double ramp_s;
	double tftp_timeout_s;
	const char *default_target;
	const char *events;
	struct spec *specs;
	size_t count;
	size_t room;
};

static struct sim sim;

__attribute__((noreturn, format(printf, 1, 2))) static void
die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "phonesim: ");
	vfprintf(stderr, format, args);
	fprintf(stderr, "\n");
	va_end(args);
	exit(USAGE);
}

__attribute__((noreturn)) static void
usage(void)
{
	fprintf(stderr,
	    "usage: phonesim --server ADDR --giaddr ADDR [--scale F] "
	    "[--seed N]\n"
	    "           [--timeout S] [--ramp S] [--tftp-timeout S]\n"
	    "           [--events FILE|-] [--trace-hex] [--verbose]\n"
	    "           [--default-target LOAD]\n"
	    "           --phone SPEC ... | --phones-file FILE\n"
	    "SPEC: mac=MAC[,model=7906][,key=old|new|both]"
	    "[,state=reset|running]\n"
	    "      [,load=LOAD][,abort=K][,vanish=K][,lastack=K]"
	    "[,powerloss=1][,dup=1]\n"
	    "      [,reset-after=LOAD][,delay=S][,follow=0]"
	    "[,until=LOAD|none]\n"
	    "      [,server-choice=150|66|siaddr][,opt60=TEXT][,prl=HEX]\n"
	    "      [,last=IMAGE][,proto=sccp|sip][,platform=N]\n");
	exit(USAGE);
}

uint64_t
sim_us(const struct sim *s, double seconds)
{
	return (uint64_t)(seconds * 1e6 / s->scale);
}

static double
number(const char *option, const char *text, double min, double max)
{
	char *end;
	double value = strtod(text, &end);

	if (*text == '\0' || *end != '\0' || !(value >= min && value <= max))
		die("--%s: \"%s\" is not a number from %g to %g", option, text,
		    min, max);
	return value;
}

static struct in_addr
address(const char *option, const char *text)
{
	struct in_addr addr;

	if (inet_pton(AF_INET, text, &addr) != 1)
		die("--%s: \"%s\" is not an IPv4 address", option, text);
	return addr;
}

static void
add_phone(
    struct options *options, const char *text, const char *where, size_t line)
{
	char error[400];

	if (options->count == PHONES_MAX)
		die("more than %d phones", PHONES_MAX);
	if (options->count == options->room) {
		options->room = options->room ? options->room * 2 : 16;
		options->specs = realloc(
		    options->specs, options->room * sizeof(*options->specs));
		if (options->specs == NULL)
			die("no memory for %zu phones", options->room);
	}
	if (!spec_parse(text, options->default_target,
	        &options->specs[options->count], error, sizeof(error)))
		die("%s %zu: %s", where, line, error);
	options->count++;
}

static void
read_phones(struct options *options, const char *path)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	char *line = NULL;
	size_t room = 0;

	if (file == NULL)
		die("%s: %s", path, strerror(errno));
	for (size_t n = 1; getline(&line, &room, file) >= 0; n++) {
		char *text = line + strspn(line, " \t");

		text[strcspn(text, "\r\n")] = '\0';
		if (*text != '\0' && *text != '#')
			add_phone(options, text, path, n);
	}
	free(line);
	fclose(file);
}

enum setting {
	OPT_SERVER = 256,
	OPT_GIADDR,
	OPT_SCALE,
	OPT_SEED,
	OPT_TIMEOUT,
	OPT_RAMP,
	OPT_TFTP_TIMEOUT,
	OPT_EVENTS,
	OPT_TRACE_HEX,
	OPT_VERBOSE,
	OPT_TARGET,
	OPT_PHONE,
	OPT_PHONES_FILE,
};

static const struct option long_options[] = {
	{ "server", required_argument, NULL, OPT_SERVER },
	{ "giaddr", required_argument, NULL, OPT_GIADDR },
	{ "scale", required_argument, NULL, OPT_SCALE },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "ramp", required_argument, NULL, OPT_RAMP },
	{ "tftp-timeout", required_argument, NULL, OPT_TFTP_TIMEOUT },
	{ "events", required_argument, NULL, OPT_EVENTS },
	{ "trace-hex", no_argument, NULL, OPT_TRACE_HEX },
	{ "verbose", no_argument, NULL, OPT_VERBOSE },
	{ "default-target", required_argument, NULL, OPT_TARGET },
	{ "phone", required_argument, NULL, OPT_PHONE },
	{ "phones-file", required_argument, NULL, OPT_PHONES_FILE },
	{ NULL, 0, NULL, 0 },
};

static void
take_setting(struct options *options, int option, const char *name)
{
	switch (option) {
	case OPT_SERVER:
		options->server = address(name, optarg);
		break;
	case OPT_GIADDR:
		options->giaddr = address(name, optarg);
		break;
	case OPT_SCALE:
		sim.scale = number(name, optarg, 0.001, 1e6);
		break;
	case OPT_SEED:
		sim.seed = (uint64_t)number(name, optarg, 0, 1e15);
		break;
	case OPT_TIMEOUT:
		options->timeout_s = number(name, optarg, 0.001, 1e7);
		break;
	case OPT_RAMP:
		options->ramp_s = number(name, optarg, 0, 1e7);
		break;
	case OPT_TFTP_TIMEOUT:
		options->tftp_timeout_s = number(name, optarg, 0.01, 1000);
		break;
	case OPT_EVENTS:
		options->events = optarg;
		break;
	case OPT_TRACE_HEX:
		sim.trace_hex = true;
		break;
	case OPT_VERBOSE:
		sim.report.verbose = true;
		break;
	case OPT_TARGET:
		options->default_target = optarg;
		break;
	default:
		break;
	}
}

/* Phones come in a second round: their defaults depend on the settings. */
static void
read_options(struct options *options, int argc, char **argv)
{
	int option;
	int index = 0;
	size_t phones = 0;

	while ((option = getopt_long(argc, argv, "", long_options, &index)) !=
	       -1) {
		if (option == '?')
			usage();
		take_setting(options, option, long_options[index].name);
	}
	if (optind != argc)
		usage();
	optind = 0;
	while (
	    (option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option == OPT_PHONE)
			add_phone(options, optarg, "--phone", ++phones);
		else if (option == OPT_PHONES_FILE)
			read_phones(options, optarg);
	}
	if (options->server.s_addr == 0 || options->giaddr.s_addr == 0 ||
	    options->count == 0)
		usage();
}

static size_t
mac_slot(const uint8_t mac[6])
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (int i = 0; i < 6; i++)
		hash = (hash ^ mac[i]) * UINT64_C(0x100000001b3);
	for (size_t slot = (size_t)(hash ^ hash >> 32);; slot++) {
		struct phone *phone = sim.by_mac[slot & (sim.by_mac_size - 1)];

		if (phone == NULL || memcmp(phone->spec.mac, mac, 6) == 0)
			return slot & (sim.by_mac_size - 1);
	}
}

static void
make_phones(const struct options *options)
{
	sim.count = options->count;
	for (sim.by_mac_size = 16; sim.by_mac_size < sim.count * 2;)
		sim.by_mac_size *= 2;
	sim.by_mac = calloc(sim.by_mac_size, sizeof(*sim.by_mac));
	sim.phones = calloc(sim.count, sizeof(*sim.phones));
	if (sim.by_mac == NULL || sim.phones == NULL)
		die("no memory for %zu phones", sim.count);
	for (size_t i = 0; i < sim.count; i++) {
		struct phone *phone = &sim.phones[i];
		size_t slot = mac_slot(options->specs[i].mac);

		phone_init(phone, &sim, &options->specs[i]);
		if (sim.by_mac[slot] != NULL)
			die("two phones are %s", phone->mac);
		sim.by_mac[slot] = phone;
	}
}

static void
start_phones(const struct options *options)
{
	for (size_t i = 0; i < sim.count; i++) {
		double wait = options->specs[i].delay_s +
		              options->ramp_s * (double)i / (double)sim.count;

		phone_start(&sim.phones[i], sim_us(&sim, wait));
	}
}

static void
take_reply(void *arg, const struct dhcp_reply *reply)
{
	struct phone *phone = sim.by_mac[mac_slot(reply->mac)];

	(void)arg;
	if (phone != NULL)
		lease_take(phone, reply);
}

static void
stop_timeout(void *arg)
{
	(void)arg;
	sim.loop.stop = true;
}

void
sim_all_finished(struct sim *s)
{
	timer_set(&s->loop, &s->end, LAST_US, stop_timeout, NULL);
}

static void
stop_signal(int number_)
{
	(void)number_;
	sim.loop.stop = true;
}

/* Each phone under way holds a socket, and one more that lingers. */
static void
raise_limit(void)
{
	struct rlimit limit = { 65536, 65536 };

	if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
		return;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static bool
summary(void)
{
	size_t good = 0;
	unsigned long loops = 0;
	unsigned long wrong = 0;

	for (size_t i = 0; i < sim.count; i++) {
		const struct phone *p = &sim.phones[i];
		bool good_one = p->finished || p->spec.endless;

		printf("%s %s %s %s %u %u %s%s\n", p->mac, p->spec.model->name,
		    p->load[0] == '\0' ? "-" : p->load, fw_keys_name(p->keys),
		    p->boots, p->loops,
		    p->finished ? "finished"
		    : good_one  ? "ran"
		                : "unfinished:",
		    good_one ? "" : phone_step(p));
		good += good_one ? 1 : 0;
		loops += p->loops;
		wrong += p->wrong;
	}
	printf("phones=%zu finished=%zu loops=%lu wrong=%lu\n", sim.count, good,
	    loops, wrong);
	return good == sim.count;
}

static void
open_all(const struct options *options)
{
	struct sigaction action = { .sa_handler = stop_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	raise_limit();
	if (options->events != NULL) {
		sim.report.events = strcmp(options->events, "-") == 0
		                        ? stdout
		                        : fopen(options->events, "we");
		if (sim.report.events == NULL)
			die("%s: %s", options->events, strerror(errno));
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!loop_open(&sim.loop))
		die("epoll: %s", strerror(errno));
	sim.report.loop = &sim.loop;
	if (!dhcp_relay_open(&sim.relay, &sim.loop, options->giaddr,
	        options->server, take_reply, NULL))
		die("giaddr port 67: %s", strerror(errno));
}

int
main(int argc, char **argv)
{
	struct options options = {
		.timeout_s = 120,
		.default_target = "SIP11.9-4-2SR1-1S",
	};
	bool good;

	sim.scale = 20;
	sim.seed = 1;
	read_options(&options, argc, argv);
	sim.tftp_timeout_us = sim_us(&sim, 4);
	if (sim.tftp_timeout_us < 300 * 1000)
		sim.tftp_timeout_us = 300 * 1000;
	if (options.tftp_timeout_s > 0)
		sim.tftp_timeout_us = (uint64_t)(options.tftp_timeout_s * 1e6);
	make_phones(&options);
	open_all(&options);
	start_phones(&options);
	timer_set(&sim.loop, &sim.end, (uint64_t)(options.timeout_s * 1e6),
	    stop_timeout, NULL);
	loop_run(&sim.loop);
	good = summary();
	dhcp_relay_close(&sim.relay);
	tftp_release_all(&sim.loop);
	loop_close(&sim.loop);
	free(sim.phones);
	free(sim.by_mac);
	free(options.specs);
	return good ? 0 : 1;
}
