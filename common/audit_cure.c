/* SPDX-License-Identifier: BSD-2-Clause */
/* audit_cure.c: the Kea configuration that mends what an audit found. */
#include "audit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "audit_read.h"
#include "text.h"

#define EXAMPLE 0xc000020a /* 192.0.2.10, RFC 5737 */

/* Kea has no definition of its own for code 150. */
#define DEFINITION                                               \
	"\"option-def\": [ { \"name\": \"cisco-tftp-servers\", " \
	"\"code\": 150, \"type\": \"ipv4-address\", "            \
	"\"array\": true } ]"
#define DATA_150 "{ \"name\": \"cisco-tftp-servers\", \"data\": \"%s\"%s }"
#define DATA_66 "{ \"name\": \"tftp-server-name\", \"data\": \"%s\"%s }"
#define ALWAYS ", \"always-send\": true"

#define LIST_TEXT (SL_SERVERS_MAX * (SL_ADDR_TEXT + 1) + 1)

static void
keep_hosts(struct sl_servers *servers)
{
	size_t kept = 0;

	for (size_t i = 0; i < servers->count; i++) {
		if (sl_addr_is_host(servers->addr[i]))
			servers->addr[kept++] = servers->addr[i];
	}
	servers->count = (uint8_t)kept;
}

/* Addresses that somebody typed as text, in whatever form. */
static bool
read_text(struct sl_span text, struct sl_servers *servers)
{
	unsigned marks;

	if (!sl_span_dotted(text, servers))
		(void)sl_span_hex(text, servers, &marks);
	keep_hosts(servers);
	return servers->count > 0;
}

static bool
read_octets(struct sl_span octets, struct sl_servers *servers)
{
	sl_span_octets(octets, servers);
	keep_hosts(servers);
	return servers->count > 0;
}

static bool
read150(const struct sl_audit_input *in, struct sl_servers *servers)
{
	struct sl_span span = { in->option150, in->option150_length };
	enum sl_finding found = sl_audit150(in);
	bool text = found == SL_FINDING_150_TEXT ||
	            found == SL_FINDING_150_TEXT_FITS ||
	            found == SL_FINDING_150_HEX_TEXT;
	bool octets = found == SL_FINDING_NONE || sl_finding_is_note(found) ||
	              found == SL_FINDING_150_NO_HOST ||
	              found == SL_FINDING_150_TOO_LONG;

	if (!in->has150)
		return false;
	if (text)
		return read_text(
		    sl_span_bare(sl_span_without_own_length(span)), servers);
	return octets && read_octets(span, servers);
}

static bool
read66(const struct sl_audit_input *in, struct sl_servers *servers)
{
	struct sl_span span = { in->option66, in->option66_length };

	if (!in->has66)
		return false;
	if (sl_audit66(in) == SL_FINDING_66_BINARY)
		return read_octets(span, servers);
	return read_text(sl_span_bare(span), servers);
}

/* The servers intended, else those recognized in any part of the reply. */
static bool
find_servers(const struct sl_audit_input *in, struct sl_servers *servers)
{
	if (in->intended != NULL && in->intended->count > 0) {
		*servers = *in->intended;
		return true;
	}
	if (read150(in, servers) || read66(in, servers))
		return true;
	servers->count = 1;
	servers->addr[0] = in->siaddr;
	if (in->siaddr != 0 && sl_addr_is_host(in->siaddr))
		return true;
	servers->addr[0] = EXAMPLE;
	return false;
}

/* Whether the name may stand in JSON, and in option 66, as it is. */
static bool
use_name(struct sl_span span, char name[SL_SERVER_NAME_MAX + 1])
{
	const struct sl_audit_input alone = { .option66 = span.at,
		.option66_length = span.length,
		.has66 = true };

	if (span.length > SL_SERVER_NAME_MAX ||
	    !sl_span_all(span, sl_in_host_name) ||
	    sl_audit66(&alone) != SL_FINDING_NONE)
		return false;
	memcpy(name, span.at, span.length);
	name[span.length] = '\0';
	return true;
}

static bool
find_name(const struct sl_audit_input *in, char name[SL_SERVER_NAME_MAX + 1])
{
	struct sl_span rest = { in->option66, in->option66_length }, item;
	struct sl_servers servers;
	bool known;

	if (in->intended_name != NULL) {
		struct sl_span own = { (const uint8_t *)in->intended_name,
			strlen(in->intended_name) };

		if (use_name(own, name))
			return true;
	}
	rest = sl_span_bare(rest);
	if (in->has66 && in->intended == NULL && sl_span_next(&rest, &item) &&
	    use_name(item, name))
		return true;
	known = find_servers(in, &servers);
	sl_addr_print(servers.addr[0], name);
	return known;
}

static void
print_list(const struct sl_servers *servers, size_t most, char out[LIST_TEXT])
{
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < servers->count && i < most; i++) {
		char addr[SL_ADDR_TEXT];

		sl_addr_print(servers->addr[i], addr);
		at += (size_t)snprintf(
		    out + at, LIST_TEXT - at, "%s%s", i > 0 ? ", " : "", addr);
	}
}

static void put(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* All or nothing: half a cure is none. */
static void
put(char *out, size_t size, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(out, size, format, args);
	va_end(args);
	if (size > 0 && (length < 0 || (size_t)length >= size))
		out[0] = '\0';
}

static bool
cure150(enum sl_finding finding, const struct sl_audit_input *in, char *out,
    size_t size)
{
	struct sl_servers servers;
	char list[LIST_TEXT];
	bool known = find_servers(in, &servers);

	print_list(&servers,
	    finding == SL_FINDING_150_MANY ? 2 : SL_SERVERS_MAX, list);
	put(out, size, DEFINITION ", \"option-data\": [ " DATA_150 " ]", list,
	    "");
	return known;
}

static bool
cure66(enum sl_finding finding, const struct sl_audit_input *in, char *out,
    size_t size)
{
	char name[SL_SERVER_NAME_MAX + 1];
	bool known = find_name(in, name);

	(void)finding;
	put(out, size, "\"option-data\": [ " DATA_66 " ]", name, "");
	return known;
}

static bool
cure_siaddr(enum sl_finding finding, const struct sl_audit_input *in, char *out,
    size_t size)
{
	struct sl_servers servers;
	char addr[SL_ADDR_TEXT];
	bool known = find_servers(in, &servers);

	(void)finding;
	sl_addr_print(servers.addr[0], addr);
	put(out, size, "\"next-server\": \"%s\"", addr);
	return known;
}

static bool
cure_all(enum sl_finding finding, const struct sl_audit_input *in, char *out,
    size_t size)
{
	struct sl_servers servers;
	char list[LIST_TEXT], addr[SL_ADDR_TEXT], name[SL_SERVER_NAME_MAX + 1];
	bool known = find_servers(in, &servers);

	(void)finding;
	(void)find_name(in, name);
	print_list(&servers, SL_SERVERS_MAX, list);
	sl_addr_print(servers.addr[0], addr);
	put(out, size,
	    DEFINITION ", \"option-data\": [ " DATA_150 ", " DATA_66
	               " ], \"next-server\": \"%s\"",
	    list, ALWAYS, name, ALWAYS, addr);
	return known;
}

typedef bool cure_writer(enum sl_finding finding,
    const struct sl_audit_input *in, char *out, size_t size);

static cure_writer *const cures[SL_FINDINGS] = {
	[SL_FINDING_NO_SERVER] = cure_all,
	[SL_FINDING_150_EMPTY] = cure150,
	[SL_FINDING_150_TEXT] = cure150,
	[SL_FINDING_150_TEXT_FITS] = cure150,
	[SL_FINDING_150_HEX_TEXT] = cure150,
	[SL_FINDING_150_NAME] = cure150,
	[SL_FINDING_150_DNS_NAME] = cure150,
	[SL_FINDING_150_LENGTH] = cure150,
	[SL_FINDING_150_TOO_LONG] = cure150,
	[SL_FINDING_150_REVERSED] = cure150,
	[SL_FINDING_150_NO_HOST] = cure150,
	[SL_FINDING_150_FIRST_ONLY] = cure150,
	[SL_FINDING_150_MANY] = cure150,
	[SL_FINDING_66_EMPTY] = cure66,
	[SL_FINDING_66_BINARY] = cure66,
	[SL_FINDING_66_INNER_NUL] = cure66,
	[SL_FINDING_66_CONTROL] = cure66,
	[SL_FINDING_66_LIST] = cure66,
	[SL_FINDING_66_BLANK] = cure66,
	[SL_FINDING_66_HEX_TEXT] = cure66,
	[SL_FINDING_66_BAD_NAME] = cure66,
	[SL_FINDING_66_REVERSED] = cure66,
	[SL_FINDING_66_NO_HOST] = cure66,
	[SL_FINDING_66_TOO_LONG] = cure66,
	[SL_FINDING_66_LAST_NUL] = cure66,
	[SL_FINDING_SIADDR_REVERSED] = cure_siaddr,
	[SL_FINDING_SIADDR_NO_HOST] = cure_siaddr,
};

bool
sl_finding_cure(enum sl_finding finding, const struct sl_audit_input *in,
    char *out, size_t size)
{
	if (size > 0)
		out[0] = '\0';
	if ((unsigned)finding >= SL_FINDINGS || cures[finding] == NULL)
		return false;
	return cures[finding](finding, in, out, size);
}
