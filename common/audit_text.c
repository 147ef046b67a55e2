/* SPDX-License-Identifier: BSD-2-Clause */
/* audit_text.c: each finding's name, and its sentence with the real values. */
#include "audit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "audit_read.h"
#include "text.h"

#define QUOTED_OCTETS 64 /* of an option, in a sentence */
#define QUOTED_TEXT (QUOTED_OCTETS * 4 + sizeof("\"\"..."))
#define OCTETS_SHOWN 24
#define READ_SHOWN 3 /* addresses */
#define READ_TEXT 256

/* What the sentences are made of. */
struct telling {
	const struct sl_audit_input *in;
	struct sl_span option150, option66;
	char *out;
	size_t size;
};

typedef void teller(const struct telling *t);

static void say(const struct telling *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
say(const struct telling *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(t->out, t->size, format, args);
	va_end(args);
}

/* The octets came from elsewhere: nothing in them may command a terminal. */
static const char *
quote(struct sl_span span, char out[QUOTED_TEXT])
{
	size_t at = 0;

	out[at++] = '"';
	for (size_t i = 0; i < span.length && i < QUOTED_OCTETS; i++) {
		uint8_t c = span.at[i];

		if (c == '"' || c == '\\') {
			out[at++] = '\\';
			out[at++] = (char)c;
		} else if (sl_is_printable(c)) {
			out[at++] = (char)c;
		} else {
			at += (size_t)snprintf(
			    out + at, QUOTED_TEXT - at, "\\x%02x", c);
		}
	}
	snprintf(out + at, QUOTED_TEXT - at, "%s",
	    span.length > QUOTED_OCTETS ? "\"..." : "\"");
	return out;
}

/* What a phone makes of option 150. */
static const char *
read_by_phone(const struct telling *t, char out[READ_TEXT])
{
	struct sl_servers servers;
	size_t at, length = t->option150.length;

	if (length % 4 != 0) {
		snprintf(out, READ_TEXT,
		    "%zu octet%s no multiple of 4, so a phone refuses the "
		    "whole lease",
		    length, length == 1 ? " is" : "s are");
		return out;
	}
	sl_span_octets(t->option150, &servers);
	at = (size_t)snprintf(out, READ_TEXT, "the phone reads");
	for (size_t i = 0; i < servers.count && i < READ_SHOWN; i++) {
		char addr[SL_ADDR_TEXT];

		sl_addr_print(servers.addr[i], addr);
		at += (size_t)snprintf(
		    out + at, READ_TEXT - at, "%s %s", i > 0 ? "," : "", addr);
	}
	if (servers.count > READ_SHOWN)
		snprintf(out + at, READ_TEXT - at, "...");
	return out;
}

/* The first address of those in option 150 that `is` says. */
static uint32_t
first150(const struct telling *t, bool reversed)
{
	const struct sl_servers *intended = t->in->intended;
	struct sl_servers sent;

	sl_span_octets(t->option150, &sent);
	for (size_t i = 0; i < sent.count; i++) {
		uint32_t addr = sent.addr[i];

		if (sl_has_server(intended, addr))
			continue;
		if (reversed ? sl_has_server(intended, sl_addr_reversed(addr))
		             : !sl_addr_is_host(addr))
			return addr;
	}
	return 0;
}

static void
tell_nothing(const struct telling *t)
{
	say(t, "%s", "");
}

static void
tell_no_server(const struct telling *t)
{
	say(t, "the reply names no TFTP server: it has no option 150, no "
	       "option 66, and siaddr is 0.0.0.0; without \"always-send\" "
	       "options are left out that the phone does not ask for");
}

static void
tell_150_empty(const struct telling *t)
{
	say(t, "option 150 is empty: it names no server");
}

static void
tell_150_text(const struct telling *t)
{
	char text[QUOTED_TEXT], read[READ_TEXT];

	say(t, "option 150 holds the text %s: %s", quote(t->option150, text),
	    read_by_phone(t, read));
}

static void
tell_150_hex_text(const struct telling *t)
{
	char text[QUOTED_TEXT], read[READ_TEXT];

	say(t, "option 150 holds hexadecimal digits as text, %s: %s",
	    quote(t->option150, text), read_by_phone(t, read));
}

static void
tell_150_name(const struct telling *t)
{
	char text[QUOTED_TEXT], read[READ_TEXT];

	say(t,
	    "option 150 holds the text %s, but only addresses belong there: "
	    "%s",
	    quote(t->option150, text), read_by_phone(t, read));
}

static void
tell_150_dns_name(const struct telling *t)
{
	char text[QUOTED_TEXT], read[READ_TEXT];

	say(t, "option 150 holds a name in the form of DNS (type fqdn), %s: %s",
	    quote(t->option150, text), read_by_phone(t, read));
}

static void
tell_150_length(const struct telling *t)
{
	size_t length = t->option150.length, at = 0;
	char octets[OCTETS_SHOWN * 3 + 1] = "", read[READ_TEXT];

	for (size_t i = 0; i < length && i < OCTETS_SHOWN; i++)
		at += (size_t)snprintf(octets + at, sizeof(octets) - at,
		    "%s%02x", i > 0 ? " " : "", t->option150.at[i]);
	say(t, "option 150 holds %s%s: %s", octets,
	    length > OCTETS_SHOWN ? "..." : "", read_by_phone(t, read));
}

static void
tell_150_too_long(const struct telling *t)
{
	say(t,
	    "option 150 has %zu octets: one option holds at most %d, which "
	    "are %d addresses",
	    t->option150.length, SL_SERVERS_MAX * 4, SL_SERVERS_MAX);
}

static void
tell_150_reversed(const struct telling *t)
{
	uint32_t addr = first150(t, true);
	char sent[SL_ADDR_TEXT], meant[SL_ADDR_TEXT];

	sl_addr_print(addr, sent);
	sl_addr_print(sl_addr_reversed(addr), meant);
	say(t, "option 150 names %s, which is %s with its octets backwards",
	    sent, meant);
}

/* Why it is none: in the words of sl_server_check() where it has some. */
static void
tell_no_host(const struct telling *t, const char *where, uint32_t addr)
{
	char text[SL_ADDR_TEXT];
	struct sl_err err;

	if (sl_server_check(addr, &err) != SL_OK) {
		say(t, "%s: %s", where, err.text);
		return;
	}
	sl_addr_print(addr, text);
	say(t, "%s: %s is of %s, where no host is", where, text,
	    addr >> 24 == 0 ? "0.0.0.0/8" : "240.0.0.0/4");
}

static void
tell_150_no_host(const struct telling *t)
{
	tell_no_host(t, "option 150", first150(t, false));
}

static void
tell_150_first_only(const struct telling *t)
{
	struct sl_servers sent;
	char addr[SL_ADDR_TEXT];

	sl_span_octets(t->option150, &sent);
	sl_addr_print(sent.count > 0 ? sent.addr[0] : 0, addr);
	say(t,
	    "option 150 names %s alone, the first of %u intended servers; a "
	    "definition without \"array\": true sends one",
	    addr, t->in->intended == NULL ? 0u : t->in->intended->count);
}

static void
tell_150_many(const struct telling *t)
{
	say(t, "option 150 names %zu servers; phones use the first two",
	    t->option150.length / 4);
}

static void
tell_66_empty(const struct telling *t)
{
	say(t, "option 66 is empty: it names no server");
}

static void
tell_66_binary(const struct telling *t)
{
	struct sl_servers servers;
	char addr[SL_ADDR_TEXT];

	sl_span_octets(t->option66, &servers);
	sl_addr_print(servers.count > 0 ? servers.addr[0] : 0, addr);
	say(t, "option 66 holds the raw octets of %s%s; it must be text", addr,
	    servers.count > 1 ? " and more" : "");
}

static void
tell_66(const struct telling *t, const char *what)
{
	char text[QUOTED_TEXT];

	say(t, "option 66 holds %s: %s", quote(t->option66, text), what);
}

/* The first octet that `is` does not want, and where. */
static void
tell_66_octet(const struct telling *t, bool (*is)(uint8_t), const char *what)
{
	struct sl_span span = t->option66;
	char text[QUOTED_TEXT];
	size_t at = 0;

	while (at < span.length && is(span.at[at]))
		at++;
	say(t, "option 66 holds %s: the octet 0x%02x at offset %zu %s",
	    quote(span, text), at < span.length ? span.at[at] : 0, at, what);
}

static bool
is_no_nul(uint8_t c)
{
	return c != '\0';
}

static void
tell_66_inner_nul(const struct telling *t)
{
	tell_66_octet(t, is_no_nul, "ends the name there");
}

static void
tell_66_control(const struct telling *t)
{
	tell_66_octet(t, sl_is_printable, "is no printable ASCII");
}

static void
tell_66_list(const struct telling *t)
{
	tell_66(t, "a phone takes all of it for one name");
}

static void
tell_66_blank(const struct telling *t)
{
	tell_66(t, "no host's name has a blank, a phone takes it as it is");
}

static void
tell_66_hex_text(const struct telling *t)
{
	tell_66(t, "hexadecimal digits, which a phone takes for a name");
}

static void
tell_66_bad_name(const struct telling *t)
{
	tell_66(t, "no host has such a name; only the name or the dotted "
	           "address belongs there");
}

static void
tell_66_reversed(const struct telling *t)
{
	char text[QUOTED_TEXT], meant[SL_ADDR_TEXT];
	uint32_t addr = 0;

	(void)sl_span_addr(sl_span_without_nul(t->option66), &addr);
	sl_addr_print(sl_addr_reversed(addr), meant);
	say(t, "option 66 holds %s, which is %s with its octets backwards",
	    quote(t->option66, text), meant);
}

static void
tell_66_no_host(const struct telling *t)
{
	uint32_t addr;

	if (sl_span_addr(sl_span_without_nul(t->option66), &addr) == SL_OK)
		tell_no_host(t, "option 66", addr);
	else
		tell_66(t, "that is no IPv4 address");
}

static void
tell_66_too_long(const struct telling *t)
{
	say(t, "option 66 has %zu octets: one option holds at most %d",
	    t->option66.length, SL_SERVER_NAME_MAX);
}

static void
tell_66_last_nul(const struct telling *t)
{
	tell_66(t, "the NUL at its end is no part of the name, and not every "
	           "phone drops it");
}

static void
tell_siaddr_reversed(const struct telling *t)
{
	char sent[SL_ADDR_TEXT], meant[SL_ADDR_TEXT];

	sl_addr_print(t->in->siaddr, sent);
	sl_addr_print(sl_addr_reversed(t->in->siaddr), meant);
	say(t, "siaddr is %s, which is %s with its octets backwards", sent,
	    meant);
}

static void
tell_siaddr_no_host(const struct telling *t)
{
	tell_no_host(t, "siaddr", t->in->siaddr);
}

static const struct {
	const char *name;
	teller *tell;
	bool note;
} findings[SL_FINDINGS] = {
	[SL_FINDING_NONE] = { "none", tell_nothing, false },
	[SL_FINDING_NO_SERVER] = { "no-server", tell_no_server, false },
	[SL_FINDING_150_EMPTY] = { "150-empty", tell_150_empty, false },
	[SL_FINDING_150_TEXT] = { "150-text", tell_150_text, false },
	[SL_FINDING_150_TEXT_FITS] = { "150-text-as-addresses", tell_150_text,
	    false },
	[SL_FINDING_150_HEX_TEXT] = { "150-hex-text", tell_150_hex_text,
	    false },
	[SL_FINDING_150_NAME] = { "150-name", tell_150_name, false },
	[SL_FINDING_150_DNS_NAME] = { "150-dns-name", tell_150_dns_name,
	    false },
	[SL_FINDING_150_LENGTH] = { "150-length", tell_150_length, false },
	[SL_FINDING_150_TOO_LONG] = { "150-too-long", tell_150_too_long,
	    false },
	[SL_FINDING_150_REVERSED] = { "150-reversed", tell_150_reversed,
	    false },
	[SL_FINDING_150_NO_HOST] = { "150-no-host", tell_150_no_host, false },
	[SL_FINDING_150_FIRST_ONLY] = { "150-first-only", tell_150_first_only,
	    true },
	[SL_FINDING_150_MANY] = { "150-many", tell_150_many, true },
	[SL_FINDING_66_EMPTY] = { "66-empty", tell_66_empty, false },
	[SL_FINDING_66_BINARY] = { "66-binary", tell_66_binary, false },
	[SL_FINDING_66_INNER_NUL] = { "66-inner-nul", tell_66_inner_nul,
	    false },
	[SL_FINDING_66_CONTROL] = { "66-control", tell_66_control, false },
	[SL_FINDING_66_LIST] = { "66-list", tell_66_list, false },
	[SL_FINDING_66_BLANK] = { "66-blank", tell_66_blank, false },
	[SL_FINDING_66_HEX_TEXT] = { "66-hex-text", tell_66_hex_text, false },
	[SL_FINDING_66_BAD_NAME] = { "66-bad-name", tell_66_bad_name, false },
	[SL_FINDING_66_REVERSED] = { "66-reversed", tell_66_reversed, false },
	[SL_FINDING_66_NO_HOST] = { "66-no-host", tell_66_no_host, false },
	[SL_FINDING_66_TOO_LONG] = { "66-too-long", tell_66_too_long, false },
	[SL_FINDING_66_LAST_NUL] = { "66-last-nul", tell_66_last_nul, false },
	[SL_FINDING_SIADDR_REVERSED] = { "siaddr-reversed",
	    tell_siaddr_reversed, false },
	[SL_FINDING_SIADDR_NO_HOST] = { "siaddr-no-host", tell_siaddr_no_host,
	    false },
};

const char *
sl_finding_name(enum sl_finding finding)
{
	if ((unsigned)finding >= SL_FINDINGS)
		finding = SL_FINDING_NONE;
	return findings[finding].name;
}

bool
sl_finding_is_note(enum sl_finding finding)
{
	return (unsigned)finding < SL_FINDINGS && findings[finding].note;
}

void
sl_finding_text(enum sl_finding finding, const struct sl_audit_input *in,
    char *out, size_t size)
{
	struct telling t = { in, { in->option150, in->option150_length },
		{ in->option66, in->option66_length }, out, size };

	if ((unsigned)finding >= SL_FINDINGS)
		finding = SL_FINDING_NONE;
	findings[finding].tell(&t);
}
