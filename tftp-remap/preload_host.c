/* SPDX-License-Identifier: BSD-2-Clause */
/* preload_host.c: who is in.tftpd here, and its log. */
#include "preload_host.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

static int verbosity;
static struct tftpd_remap_host host = {
	.abi = TFTPD_REMAP_ABI,
	.size = sizeof(host),
	.root = "",
	.args = "",
	.log = sl_host_log,
};

bool
sl_host_is_tftpd(void)
{
	return strcmp(program_invocation_short_name, "in.tftpd") == 0;
}

const struct tftpd_remap_host *
sl_host(void)
{
	return &host;
}

const char *
sl_host_limit(void)
{
	return (host.flags & TFTPD_REMAP_SECURE) != 0 ? NULL : host.root;
}

bool
sl_host_is_verbose(void)
{
	return verbosity > 0;
}

/*
 * The options of all releases from 5.2 to 7.3 in one table, for their
 * letters agree.  Those without a meaning here are listed so that their
 * values are not taken for a directory and abbreviations stay unique.
 */
enum { IGNORED = 0x100, VERBOSITY, PATH_PREFIX };

static const char short_options[] = "46cspjvVlLa:B:W:u:U:r:t:T:R:S:m:P:";

static const struct option long_options[] = {
	{ "secure", no_argument, NULL, 's' },
	{ "chroot", no_argument, NULL, 's' },
	{ "jail", no_argument, NULL, 'j' },
	{ "permissive", no_argument, NULL, 'p' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "verbosity", required_argument, NULL, VERBOSITY },
	{ "path-prefix", required_argument, NULL, PATH_PREFIX },
	{ "ipv4", no_argument, NULL, IGNORED },
	{ "ipv6", no_argument, NULL, IGNORED },
	{ "create", no_argument, NULL, IGNORED },
	{ "version", no_argument, NULL, IGNORED },
	{ "listen", no_argument, NULL, IGNORED },
	{ "foreground", no_argument, NULL, IGNORED },
	{ "ro", no_argument, NULL, IGNORED },
	{ "read-only", no_argument, NULL, IGNORED },
	{ "validate", no_argument, NULL, IGNORED },
	{ "refuse-all", no_argument, NULL, IGNORED },
	{ "reject-all", no_argument, NULL, IGNORED },
	{ "syslog", no_argument, NULL, IGNORED },
	{ "systemd", no_argument, NULL, IGNORED },
	{ "normalize", optional_argument, NULL, IGNORED },
	{ "stderr", optional_argument, NULL, IGNORED },
	{ "stdout", optional_argument, NULL, IGNORED },
	{ "address", required_argument, NULL, IGNORED },
	{ "blocksize", required_argument, NULL, IGNORED },
	{ "windowsize", required_argument, NULL, IGNORED },
	{ "window-bytes", required_argument, NULL, IGNORED },
	{ "max-upload", required_argument, NULL, IGNORED },
	{ "max-size", required_argument, NULL, IGNORED },
	{ "user", required_argument, NULL, IGNORED },
	{ "umask", required_argument, NULL, IGNORED },
	{ "refuse", required_argument, NULL, IGNORED },
	{ "reject", required_argument, NULL, IGNORED },
	{ "timeout", required_argument, NULL, IGNORED },
	{ "retransmit", required_argument, NULL, IGNORED },
	{ "port-range", required_argument, NULL, IGNORED },
	{ "ports", required_argument, NULL, IGNORED },
	{ "service", required_argument, NULL, IGNORED },
	{ "port", required_argument, NULL, IGNORED },
	{ "map-file", required_argument, NULL, IGNORED },
	{ "map-steps", required_argument, NULL, IGNORED },
	{ "map-test", required_argument, NULL, IGNORED },
	{ "pidfile", required_argument, NULL, IGNORED },
	{ "logfile", required_argument, NULL, IGNORED },
	{ "logformat", required_argument, NULL, IGNORED },
	{ NULL, 0, NULL, 0 },
};

static const char *
take_options(int argc, char **argv)
{
	const char *prefix = "";
	int option;

	while ((option = getopt_long(
	            argc, argv, short_options, long_options, NULL)) != -1) {
		if (option == 's' || option == 'j')
			host.flags |= TFTPD_REMAP_SECURE;
		else if (option == 'p')
			host.flags |= TFTPD_REMAP_PERMISSIVE;
		else if (option == 'v')
			verbosity++;
		else if (option == VERBOSITY)
			verbosity = atoi(optarg);
		else if (option == PATH_PREFIX)
			prefix = optarg;
	}
	return prefix;
}

/*
 * Without a directory in.tftpd 5.2 serves every absolute name, and "" says
 * just that: a name must begin with root and a slash.
 */
static bool
set_root(const char *prefix, const char *directory)
{
	char here[PATH_MAX] = "";
	const char *slash = "";
	char *path;
	size_t len;

	if (directory == NULL)
		return true;
	if ((host.flags & TFTPD_REMAP_SECURE) == 0)
		prefix = "";
	if (*prefix == '\0' && *directory != '/') {
		if (getcwd(here, sizeof(here)) == NULL)
			return false;
		slash = "/";
	}
	if (asprintf(&path, "%s%s%s%s", here, slash, prefix, directory) < 0)
		return false;
	for (len = strlen(path); len > 1 && path[len - 1] == '/'; len--)
		path[len - 1] = '\0';
	host.root = path;
	return true;
}

bool
sl_host_begin(int argc, char *const argv[])
{
	const char *args = getenv("TFTPD_REMAP_ARGS");
	char **copy = calloc((size_t)argc + 1, sizeof(*copy));
	const char *prefix;
	int complain = opterr;
	bool done;

	if (args != NULL)
		host.args = args;
	if (copy == NULL)
		return false;
	memcpy(copy, argv, (size_t)argc * sizeof(*copy));
	opterr = 0;
	optind = 0;
	prefix = take_options(argc, copy);
	done = set_root(prefix, optind < argc ? copy[optind] : NULL);
	/* 0 makes getopt start afresh when in.tftpd uses it. */
	optind = 0;
	opterr = complain;
	optarg = NULL;
	free(copy);
	return done;
}

void
sl_host_log(enum tftpd_remap_level level, const char *text)
{
	int priority = LOG_DEBUG;

	switch (level) {
	case TFTPD_REMAP_LOG_ERROR:
		priority = LOG_ERR;
		break;
	case TFTPD_REMAP_LOG_WARNING:
		priority = LOG_WARNING;
		break;
	case TFTPD_REMAP_LOG_INFO:
		priority = LOG_INFO;
		break;
	case TFTPD_REMAP_LOG_DEBUG:
		break;
	}
	sl_host_logf(priority, "%s", text == NULL ? "" : text);
}

void
sl_host_logf(int priority, const char *format, ...)
{
	int saved = errno;
	va_list args;

	va_start(args, format);
	vsyslog(LOG_DAEMON | priority, format, args);
	va_end(args);
	errno = saved;
}

void
sl_host_quote(char *out, size_t size, const char *text)
{
	size_t i;

	for (i = 0; i + 1 < size && text[i] != '\0'; i++) {
		unsigned char c = (unsigned char)text[i];

		out[i] = (char)(c < 0x20 || c == 0x7f ? '?' : c);
	}
	out[i] = '\0';
}
