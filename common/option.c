/* SPDX-License-Identifier: BSD-2-Clause */
/* option.c: the payloads of DHCP options 150 and 66, to octets and back. */
#include "option.h"

#include <stdbool.h>
#include <string.h>

#include "text.h"

enum sl_rc
sl_server_check(uint32_t addr, struct sl_err *err)
{
	char text[SL_ADDR_TEXT];
	const char *why = NULL;

	if (addr == 0)
		why = "means \"no address\"";
	else if (addr == UINT32_MAX)
		why = "is the broadcast address";
	else if (addr >> 24 == 127)
		why = "is the phone itself (loopback)";
	else if (addr >> 28 == 14)
		why = "is a multicast address";
	if (why == NULL)
		return SL_OK;
	sl_addr_print(addr, text);
	return sl_fail(
	    err, SL_INVALID, "%s %s, not a TFTP server's", text, why);
}

enum sl_rc
sl_option150_encode(const struct sl_servers *servers, uint8_t *out, size_t size,
    size_t *length, struct sl_err *err)
{
	size_t count = servers->count;

	if (count == 0)
		return sl_fail(err, SL_INVALID, "option 150 needs an address");
	if (count > SL_SERVERS_MAX)
		return sl_fail(err, SL_INVALID,
		    "option 150 holds at most %d addresses, not %zu",
		    SL_SERVERS_MAX, count);
	if (count * 4 > size)
		return sl_fail(err, SL_INVALID,
		    "option 150 needs %zu octets, there are %zu", count * 4,
		    size);
	for (size_t i = 0; i < count; i++) {
		if (sl_server_check(servers->addr[i], err) != SL_OK)
			return SL_INVALID;
	}
	for (size_t i = 0; i < count; i++) {
		uint32_t addr = servers->addr[i];

		*out++ = (uint8_t)(addr >> 24);
		*out++ = (uint8_t)(addr >> 16);
		*out++ = (uint8_t)(addr >> 8);
		*out++ = (uint8_t)addr;
	}
	*length = count * 4;
	return SL_OK;
}

enum sl_rc
sl_option150_decode(const uint8_t *data, size_t length,
    struct sl_servers *servers, struct sl_err *err)
{
	servers->count = 0;
	if (length == 0)
		return sl_fail(err, SL_INVALID, "option 150 is empty");
	if (length % 4 != 0)
		return sl_fail(err, SL_INVALID,
		    "option 150 has %zu octets, not a multiple of 4", length);
	if (length > SL_SERVERS_MAX * 4)
		return sl_fail(err, SL_INVALID,
		    "option 150 has %zu octets, more than %d", length,
		    SL_SERVERS_MAX * 4);
	for (size_t i = 0; i < length; i += 4) {
		uint32_t addr = (uint32_t)data[i] << 24 |
		                (uint32_t)data[i + 1] << 16 |
		                (uint32_t)data[i + 2] << 8 | data[i + 3];

		if (sl_server_check(addr, err) != SL_OK)
			return SL_INVALID;
		servers->addr[i / 4] = addr;
	}
	servers->count = (uint8_t)(length / 4);
	return SL_OK;
}

/* What encoding and decoding ask of a name alike. */
static enum sl_rc
check_name(const uint8_t *name, size_t length, struct sl_err *err)
{
	if (length == 0)
		return sl_fail(err, SL_INVALID, "option 66 is empty");
	if (length > SL_SERVER_NAME_MAX)
		return sl_fail(err, SL_INVALID,
		    "option 66 is longer than %d octets", SL_SERVER_NAME_MAX);
	for (size_t i = 0; i < length; i++) {
		if (name[i] < 0x20 || name[i] > 0x7e)
			return sl_fail(err, SL_INVALID,
			    "option 66 has octet 0x%02x at offset %zu, "
			    "not printable ASCII",
			    name[i], i);
	}
	return SL_OK;
}

enum sl_rc
sl_option66_encode(const char *name, uint8_t *out, size_t size, size_t *length,
    struct sl_err *err)
{
	size_t octets = strnlen(name, SL_SERVER_NAME_MAX + 1);

	if (check_name((const uint8_t *)name, octets, err) != SL_OK)
		return SL_INVALID;
	if (octets > size)
		return sl_fail(err, SL_INVALID,
		    "option 66 needs %zu octets, there are %zu", octets, size);
	memcpy(out, name, octets);
	*length = octets;
	return SL_OK;
}

enum sl_rc
sl_option66_decode(
    const uint8_t *data, size_t length, char *name, struct sl_err *err)
{
	name[0] = '\0';
	/* RFC 2132 section 2: a receiver copes with NULs at the end. */
	while (length > 0 && data[length - 1] == '\0')
		length--;
	if (check_name(data, length, err) != SL_OK)
		return SL_INVALID;
	memcpy(name, data, length);
	name[length] = '\0';
	return SL_OK;
}
