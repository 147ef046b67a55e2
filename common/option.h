/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * option.h: DHCP options 150 and 66, the two that tell a phone its TFTP server.
 *
 * Option 150 is n x 4 octets, one IPv4 address after the other (RFC 5859);
 * a phone refuses a whole OFFER in which its length is not a multiple of four
 * (phones.md section 5).  Option 66 is text without NUL (RFC 2132 9.4).
 */
#ifndef SL_OPTION_H
#define SL_OPTION_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

#define SL_OPTION_TFTP_NAME 66
#define SL_OPTION_TFTP_SERVERS 150
#define SL_SERVERS_MAX 63 /* 63 x 4 = 252 octets, the most an option holds */
#define SL_SERVER_NAME_MAX 255

/* TFTP servers in the order in which a phone shall try them. */
struct sl_servers {
	uint8_t count;
	uint32_t addr[SL_SERVERS_MAX]; /* host byte order */
};

/*
 * Writes the payload of option 150 (without code and length octets).
 * SL_INVALID: no address, more than 63, an address that is no host's
 * (0.0.0.0, 255.255.255.255, 127/8, multicast), or no room in `out`.
 */
enum sl_rc sl_option150_encode(const struct sl_servers *servers, uint8_t *out,
    size_t size, size_t *length, struct sl_err *err);
enum sl_rc sl_option150_decode(const uint8_t *data, size_t length,
    struct sl_servers *servers, struct sl_err *err);

/* SL_INVALID: empty, longer than 255 octets, or not printable ASCII. */
enum sl_rc sl_option66_encode(const char *name, uint8_t *out, size_t size,
    size_t *length, struct sl_err *err);
/* `name` has room for SL_SERVER_NAME_MAX + 1; a NUL inside is SL_INVALID. */
enum sl_rc sl_option66_decode(
    const uint8_t *data, size_t length, char *name, struct sl_err *err);

/* Whether one address may be a TFTP server. */
enum sl_rc sl_server_check(uint32_t addr, struct sl_err *err);

#endif
