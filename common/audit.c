/* SPDX-License-Identifier: BSD-2-Clause */
/* audit.c: which mistake a reply's options 150, 66 and siaddr hold. */
#include "audit.h"

#include "audit_read.h"
#include "text.h"

#define PHONE_USES 2 /* servers of option 150 */

static struct sl_span
span150(const struct sl_audit_input *in)
{
	return (struct sl_span){ in->option150, in->option150_length };
}

static struct sl_span
span66(const struct sl_audit_input *in)
{
	return (struct sl_span){ in->option66, in->option66_length };
}

static bool
any_intended(const struct sl_audit_input *in, const struct sl_servers *servers)
{
	for (size_t i = 0; i < servers->count; i++) {
		if (sl_has_server(in->intended, servers->addr[i]))
			return true;
	}
	return false;
}

static bool
all_intended(const struct sl_audit_input *in, const struct sl_servers *servers)
{
	for (size_t i = 0; i < servers->count; i++) {
		if (!sl_has_server(in->intended, servers->addr[i]))
			return false;
	}
	return servers->count > 0;
}

static bool
is_reversed(const struct sl_audit_input *in, uint32_t addr)
{
	return !sl_has_server(in->intended, addr) &&
	       sl_has_server(in->intended, sl_addr_reversed(addr));
}

static bool
is_no_host(const struct sl_audit_input *in, uint32_t addr)
{
	return !sl_has_server(in->intended, addr) && !sl_addr_is_host(addr);
}

static bool
is_private(uint32_t addr)
{
	return addr >> 24 == 10 || addr >> 20 == 0xac1 || addr >> 16 == 0xc0a8;
}

/*
 * Digits without any mark are told from octets only by what they give: eight
 * digits are also two addresses.
 */
static bool
is_hex_text(const struct sl_audit_input *in, struct sl_span bare)
{
	struct sl_servers read;
	unsigned marks;

	if (!sl_span_hex(bare, &read, &marks) || bare.length < 4)
		return false;
	if (marks != 0 && bare.length >= 8)
		return true;
	if ((marks & SL_HEX_PREFIX) != 0)
		return true;
	return any_intended(in, &read) ||
	       (read.count > 0 && is_private(read.addr[0]));
}

/* The first octets of an intended address. */
static bool
is_cut(const struct sl_audit_input *in, struct sl_span span)
{
	for (size_t i = 0; in->intended != NULL && i < in->intended->count;
	     i++) {
		size_t at = 0;

		while (at < span.length && at < 4 &&
		       span.at[at] ==
		           (in->intended->addr[i] >> (24 - 8 * at) & 0xff))
			at++;
		if (at == span.length)
			return true;
	}
	return false;
}

static bool
in_path(uint8_t c)
{
	return sl_in_host_name(c) || c == '/' || c == ':' || c == '(' ||
	       c == ')';
}

static bool
is_lower(uint8_t c)
{
	return sl_is_letter(c) && (c & 0x20) != 0;
}

/* Servers of one site begin alike; text does not repeat every four letters. */
static bool
groups_begin_alike(struct sl_span span)
{
	for (size_t i = 4; i < span.length; i += 4) {
		if (span.at[i] != span.at[0])
			return false;
	}
	return true;
}

/*
 * Text that is a multiple of four long is also a list of addresses.  It is
 * called text where these would be a strange list: all octets letters, digits
 * and the like, most of them letters, and eight of them of one case.
 */
static bool
is_name_that_fits(struct sl_span span, struct sl_span bare)
{
	size_t letters = sl_span_count(bare, sl_is_letter);
	size_t lower = sl_span_count(bare, is_lower);

	if (bare.length < 7 || !sl_span_all(bare, in_path) ||
	    letters * 2 < bare.length || groups_begin_alike(span))
		return false;
	return bare.length > 8 || lower == 0 || lower == letters;
}

static bool
is_name(const struct sl_audit_input *in, struct sl_span span)
{
	struct sl_span bare = sl_span_bare(span);
	size_t letters = sl_span_count(bare, sl_is_letter);

	if (letters == 0 || !sl_span_all(bare, sl_is_printable))
		return false;
	if (in->intended_name != NULL && sl_span_is(bare, in->intended_name))
		return true;
	if (span.length % 4 == 0)
		return is_name_that_fits(span, bare);
	if (span.length < 4)
		return letters == span.length && !is_cut(in, span);
	return true;
}

static enum sl_finding
text_in_150(const struct sl_audit_input *in, struct sl_span span)
{
	struct sl_span bare = sl_span_bare(sl_span_without_own_length(span));
	struct sl_servers read;

	if (sl_span_dotted(bare, &read))
		return span.length % 4 == 0 ? SL_FINDING_150_TEXT_FITS
		                            : SL_FINDING_150_TEXT;
	if (is_hex_text(in, bare))
		return SL_FINDING_150_HEX_TEXT;
	if (span.length > 4 && sl_span_dns_name(span))
		return SL_FINDING_150_DNS_NAME;
	return is_name(in, span) ? SL_FINDING_150_NAME : SL_FINDING_NONE;
}

static enum sl_finding
addresses_in_150(const struct sl_audit_input *in, const struct sl_servers *sent)
{
	for (size_t i = 0; i < sent->count; i++) {
		if (is_reversed(in, sent->addr[i]))
			return SL_FINDING_150_REVERSED;
	}
	for (size_t i = 0; i < sent->count; i++) {
		if (is_no_host(in, sent->addr[i]))
			return SL_FINDING_150_NO_HOST;
	}
	if (sent->count > PHONE_USES)
		return SL_FINDING_150_MANY;
	if (sent->count == 1 && in->intended != NULL &&
	    in->intended->count > 1 && in->intended->addr[0] == sent->addr[0])
		return SL_FINDING_150_FIRST_ONLY;
	return SL_FINDING_NONE;
}

enum sl_finding
sl_audit150(const struct sl_audit_input *in)
{
	struct sl_span span = span150(in);
	enum sl_finding text = SL_FINDING_NONE;
	struct sl_servers sent;
	bool whole = span.length % 4 == 0;

	if (!in->has150)
		return SL_FINDING_NONE;
	if (span.length == 0)
		return SL_FINDING_150_EMPTY;
	sl_span_octets(span, &sent);
	if (!whole || !all_intended(in, &sent))
		text = text_in_150(in, span);
	if (text != SL_FINDING_NONE)
		return text;
	if (!whole)
		return SL_FINDING_150_LENGTH;
	if (span.length > SL_SERVERS_MAX * 4)
		return SL_FINDING_150_TOO_LONG;
	return addresses_in_150(in, &sent);
}

/*
 * Raw addresses.  Text may be four octets long as well, but then begins with
 * a character; an address that begins with one is told by being intended.
 */
static bool
is_binary(const struct sl_audit_input *in, struct sl_span span)
{
	struct sl_servers read;

	sl_span_octets(span, &read);
	if (span.length % 4 != 0 || span.length > SL_SERVERS_MAX * 4)
		return false;
	if (all_intended(in, &read))
		return true;
	for (size_t i = 0; i < read.count; i++) {
		if (sl_is_printable((uint8_t)(read.addr[i] >> 24)) ||
		    !sl_addr_is_host(read.addr[i]))
			return false;
	}
	return true;
}

static bool
is_list(struct sl_span text)
{
	struct sl_servers read;

	for (size_t i = 0; i < text.length; i++) {
		if (text.at[i] == ',' || text.at[i] == ';')
			return true;
	}
	return sl_span_dotted(text, &read) && read.count > 1;
}

static bool
is_blank(uint8_t c)
{
	return c == ' ';
}

/* Digits alone may be a name; a prefix or colons may not. */
static bool
is_hex_name(const struct sl_audit_input *in, struct sl_span text)
{
	struct sl_servers read;
	unsigned marks;

	if (!sl_span_hex(text, &read, &marks))
		return false;
	return (marks & (SL_HEX_PREFIX | SL_HEX_COLON)) != 0 ||
	       any_intended(in, &read);
}

static bool
is_dotted_number(uint8_t c)
{
	return sl_is_digit(c) || c == '.';
}

static bool
is_dot(uint8_t c)
{
	return c == '.';
}

static enum sl_finding
name_in_66(const struct sl_audit_input *in, struct sl_span text)
{
	uint32_t addr;

	if (is_hex_name(in, text))
		return SL_FINDING_66_HEX_TEXT;
	if (!sl_span_all(text, sl_in_host_name) || text.at[0] == '.' ||
	    text.at[0] == '-')
		return SL_FINDING_66_BAD_NAME;
	/* "1234" is a name; with a dot it is meant to be an address. */
	if (!sl_span_all(text, is_dotted_number) ||
	    sl_span_count(text, is_dot) == 0)
		return SL_FINDING_NONE;
	if (sl_span_addr(text, &addr) != SL_OK)
		return SL_FINDING_66_NO_HOST;
	if (is_reversed(in, addr))
		return SL_FINDING_66_REVERSED;
	return is_no_host(in, addr) ? SL_FINDING_66_NO_HOST : SL_FINDING_NONE;
}

static enum sl_finding
text_in_66(const struct sl_audit_input *in, struct sl_span text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.at[i] == '\0')
			return SL_FINDING_66_INNER_NUL;
	}
	if (!sl_span_all(text, sl_is_printable))
		return SL_FINDING_66_CONTROL;
	if (is_list(text))
		return SL_FINDING_66_LIST;
	if (sl_span_count(text, is_blank) > 0)
		return SL_FINDING_66_BLANK;
	return name_in_66(in, text);
}

enum sl_finding
sl_audit66(const struct sl_audit_input *in)
{
	struct sl_span span = span66(in), text = sl_span_without_nul(span);
	enum sl_finding found;

	if (!in->has66)
		return SL_FINDING_NONE;
	if (text.length == 0)
		return SL_FINDING_66_EMPTY;
	if (in->intended_name != NULL && sl_span_is(span, in->intended_name))
		return SL_FINDING_NONE;
	if (is_binary(in, span))
		return SL_FINDING_66_BINARY;
	found = text_in_66(in, text);
	if (found != SL_FINDING_NONE)
		return found;
	if (span.length > SL_SERVER_NAME_MAX)
		return SL_FINDING_66_TOO_LONG;
	return text.length < span.length ? SL_FINDING_66_LAST_NUL
	                                 : SL_FINDING_NONE;
}

enum sl_finding
sl_audit_siaddr(const struct sl_audit_input *in)
{
	if (in->siaddr == 0)
		return SL_FINDING_NONE;
	if (is_reversed(in, in->siaddr))
		return SL_FINDING_SIADDR_REVERSED;
	return is_no_host(in, in->siaddr) ? SL_FINDING_SIADDR_NO_HOST
	                                  : SL_FINDING_NONE;
}

size_t
sl_audit_reply(
    const struct sl_audit_input *in, enum sl_finding found[SL_AUDIT_MAX])
{
	const enum sl_finding parts[SL_AUDIT_MAX] = { sl_audit150(in),
		sl_audit66(in), sl_audit_siaddr(in) };
	size_t count = 0;

	if (!in->has150 && !in->has66 && in->siaddr == 0)
		found[count++] = SL_FINDING_NO_SERVER;
	for (size_t i = 0; i < SL_AUDIT_MAX; i++) {
		if (parts[i] != SL_FINDING_NONE)
			found[count++] = parts[i];
	}
	return count;
}
