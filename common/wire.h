/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wire.h: little-endian cursors whose error sticks.
 *
 * Write or read ten members, look at `failed` once: after the first access
 * that does not fit nothing is touched any more and reads give zeros.
 */
#ifndef SL_WIRE_H
#define SL_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sl_writer {
	uint8_t *data;
	size_t size, used; /* octets */
	bool failed;
};

struct sl_reader {
	const uint8_t *data;
	size_t size, used; /* octets */
	bool failed;
};

void sl_put_u8(struct sl_writer *out, uint8_t value);
void sl_put_u16(struct sl_writer *out, uint16_t value);
void sl_put_u32(struct sl_writer *out, uint32_t value);
void sl_put_u64(struct sl_writer *out, uint64_t value);
void sl_put_bytes(struct sl_writer *out, const void *data, size_t length);
/* With its NUL, so that a reader can point at it. */
void sl_put_text(struct sl_writer *out, const char *text);

uint8_t sl_get_u8(struct sl_reader *in);
uint16_t sl_get_u16(struct sl_reader *in);
uint32_t sl_get_u32(struct sl_reader *in);
uint64_t sl_get_u64(struct sl_reader *in);
void sl_get_bytes(struct sl_reader *in, void *out, size_t length);
/* Points into the data; "" after a failure. */
const char *sl_get_text(struct sl_reader *in);

/* CRC-32C (Castagnoli), as RFC 3720 appendix B.4 gives test vectors for. */
uint32_t sl_crc32c(const void *data, size_t length);

#endif
