/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit.h: what a DHCP reply really tells a phone about its TFTP server: each
 * known mistake has a name, a sentence, and the Kea configuration that mends
 * it.
 *
 * A finding is something that can be told from the octets.  Where octets may
 * be right as well ("1234" is the address 49.50.51.52), there is none; and an
 * option that differs from what is intended is no mistake by itself.
 *
 * All functions are pure and may be called from any thread.
 */
#ifndef SL_AUDIT_H
#define SL_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "option.h"

enum sl_finding {
	SL_FINDING_NONE = 0,
	/* the reply as a whole */
	SL_FINDING_NO_SERVER, /* neither 150 nor 66 nor siaddr */
	/* option 150, which is n x 4 octets */
	SL_FINDING_150_EMPTY,
	SL_FINDING_150_TEXT,      /* dotted text of such a length that phones
	                             refuse the lease */
	SL_FINDING_150_TEXT_FITS, /* dotted text, 4 x n long by chance */
	SL_FINDING_150_HEX_TEXT,  /* hexadecimal digits as text */
	SL_FINDING_150_NAME,      /* a host name or other text */
	SL_FINDING_150_DNS_NAME,  /* a name as DNS encodes it (type fqdn) */
	SL_FINDING_150_LENGTH,    /* no multiple of 4 octets */
	SL_FINDING_150_TOO_LONG,  /* more than one option can hold */
	SL_FINDING_150_REVERSED,  /* octets of an intended address, backwards */
	SL_FINDING_150_NO_HOST,   /* 0.0.0.0, loopback, multicast... */
	SL_FINDING_150_FIRST_ONLY, /* note: the first of several intended */
	SL_FINDING_150_MANY,       /* note: phones use two */
	/* option 66, which is text without NUL */
	SL_FINDING_66_EMPTY,
	SL_FINDING_66_BINARY,    /* four raw octets for each address */
	SL_FINDING_66_INNER_NUL, /* NUL before its end */
	SL_FINDING_66_CONTROL,   /* control or non-ASCII characters */
	SL_FINDING_66_LIST,      /* several names */
	SL_FINDING_66_BLANK,     /* blanks around or within */
	SL_FINDING_66_HEX_TEXT,  /* hexadecimal digits as text */
	SL_FINDING_66_BAD_NAME,  /* quotes, slashes: in no host's name */
	SL_FINDING_66_REVERSED,  /* an intended address, backwards */
	SL_FINDING_66_NO_HOST,   /* dotted, but no host's address */
	SL_FINDING_66_TOO_LONG,  /* more than one option can hold */
	SL_FINDING_66_LAST_NUL,  /* NUL at its end */
	/* siaddr, Kea's next-server */
	SL_FINDING_SIADDR_REVERSED,
	SL_FINDING_SIADDR_NO_HOST,
	SL_FINDINGS
};

/*
 * A reply, and what it should have told.  The payloads are without code and
 * length octets; they may be NULL when their length is 0.
 */
struct sl_audit_input {
	const uint8_t *option150;
	size_t option150_length;
	bool has150;
	const uint8_t *option66;
	size_t option66_length;
	bool has66;
	uint32_t siaddr;                   /* host byte order; 0: none */
	const struct sl_servers *intended; /* NULL: not known */
	const char *intended_name;         /* NULL: not known */
};

#define SL_AUDIT_MAX 3          /* findings of one reply */
#define SL_FINDING_TEXT_MAX 512 /* a sentence and its NUL */
#define SL_CURE_MAX 2048        /* a cure and its NUL */

/* The gravest finding for one part of the reply. */
enum sl_finding sl_audit150(const struct sl_audit_input *in);
enum sl_finding sl_audit66(const struct sl_audit_input *in);
enum sl_finding sl_audit_siaddr(const struct sl_audit_input *in);

/* All of these and the reply as a whole; how many were written. */
size_t sl_audit_reply(
    const struct sl_audit_input *in, enum sl_finding found[SL_AUDIT_MAX]);

/* "150-text" and so on; "none"; never NULL. */
const char *sl_finding_name(enum sl_finding finding);

/* A note tells what a phone makes of it; there is nothing to repair. */
bool sl_finding_is_note(enum sl_finding finding);

/*
 * One sentence with the reply's real values, in printable ASCII, without a
 * full stop; "" for SL_FINDING_NONE.  `in` is what the finding was made of.
 */
void sl_finding_text(enum sl_finding finding, const struct sl_audit_input *in,
    char *out, size_t size);

/*
 * Kea configuration that mends it, valid JSON between '{' and '}'.  The
 * option-def belongs into "Dhcp4", in place of any other for code 150; the
 * option-data replaces the wrong one where that stands (subnet, class,
 * reservation...).  Never cut: "" where `size` is too small.
 *
 * It holds the intended servers, else those that the reply lets recognize;
 * false: there are none, and 192.0.2.10 stands for them.
 */
bool sl_finding_cure(enum sl_finding finding, const struct sl_audit_input *in,
    char *out, size_t size);

#endif
