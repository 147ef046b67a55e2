/* SPDX-License-Identifier: BSD-2-Clause */
/* Little-endian cursors whose error sticks, and the journal's checksum. */
#include "wire.h"

#include <string.h>

static uint8_t *
room(struct sl_writer *out, size_t length)
{
	uint8_t *at;

	if (out->failed || out->size - out->used < length) {
		out->failed = true;
		return NULL;
	}
	at = out->data + out->used;
	out->used += length;
	return at;
}

static void
put_number(struct sl_writer *out, uint64_t value, size_t length)
{
	uint8_t *at = room(out, length);

	for (size_t i = 0; at != NULL && i < length; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

void
sl_put_u8(struct sl_writer *out, uint8_t value)
{
	put_number(out, value, 1);
}

void
sl_put_u16(struct sl_writer *out, uint16_t value)
{
	put_number(out, value, 2);
}

void
sl_put_u32(struct sl_writer *out, uint32_t value)
{
	put_number(out, value, 4);
}

void
sl_put_u64(struct sl_writer *out, uint64_t value)
{
	put_number(out, value, 8);
}

void
sl_put_bytes(struct sl_writer *out, const void *data, size_t length)
{
	uint8_t *at = room(out, length);

	if (at != NULL && length > 0)
		memcpy(at, data, length);
}

void
sl_put_text(struct sl_writer *out, const char *text)
{
	sl_put_bytes(out, text, strlen(text) + 1);
}

static const uint8_t *
take(struct sl_reader *in, size_t length)
{
	const uint8_t *at;

	if (in->failed || in->size - in->used < length) {
		in->failed = true;
		return NULL;
	}
	at = in->data + in->used;
	in->used += length;
	return at;
}

static uint64_t
get_number(struct sl_reader *in, size_t length)
{
	const uint8_t *at = take(in, length);
	uint64_t value = 0;

	for (size_t i = 0; at != NULL && i < length; i++)
		value |= (uint64_t)at[i] << (8 * i);
	return value;
}

uint8_t
sl_get_u8(struct sl_reader *in)
{
	return (uint8_t)get_number(in, 1);
}

uint16_t
sl_get_u16(struct sl_reader *in)
{
	return (uint16_t)get_number(in, 2);
}

uint32_t
sl_get_u32(struct sl_reader *in)
{
	return (uint32_t)get_number(in, 4);
}

uint64_t
sl_get_u64(struct sl_reader *in)
{
	return get_number(in, 8);
}

void
sl_get_bytes(struct sl_reader *in, void *out, size_t length)
{
	const uint8_t *at = take(in, length);

	if (length == 0)
		return;
	if (at != NULL)
		memcpy(out, at, length);
	else
		memset(out, 0, length);
}

const char *
sl_get_text(struct sl_reader *in)
{
	const uint8_t *start, *end;

	if (in->failed || in->used == in->size) {
		in->failed = true;
		return "";
	}
	start = in->data + in->used;
	end = memchr(start, 0, in->size - in->used);
	if (end == NULL) {
		in->failed = true;
		return "";
	}
	in->used += (size_t)(end - start) + 1;
	return (const char *)start;
}

uint32_t
sl_crc32c(const void *data, size_t length)
{
	/* Four bits at a time: sixteen entries stay in the cache. */
	static const uint32_t table[16] = { 0x00000000, 0x105ec76f, 0x20bd8ede,
		0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
		0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4,
		0xd3d3e1ab, 0xe330a81a, 0xf36e6f75 };
	const uint8_t *octet = data;
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < length; i++) {
		crc ^= octet[i];
		crc = table[crc & 15] ^ (crc >> 4);
		crc = table[crc & 15] ^ (crc >> 4);
	}
	return ~crc;
}
