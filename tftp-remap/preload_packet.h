/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * preload_packet.h: read a TFTP request the way in.tftpd will read it, and
 * give it another file name in place.  Knows bytes only; no I/O, no memory.
 */
#ifndef SL_PRELOAD_PACKET_H
#define SL_PRELOAD_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sl_tftp_opcode {
	SL_TFTP_RRQ = 1,
	SL_TFTP_WRQ = 2,
	SL_TFTP_DATA = 3,
	SL_TFTP_ACK = 4,
	SL_TFTP_ERROR = 5,
	SL_TFTP_OACK = 6
};

enum sl_packet_kind {
	SL_PACKET_REQUEST, /* RRQ or WRQ, every string closed */
	SL_PACKET_OTHER,   /* some other opcode: in.tftpd ignores it */
	SL_PACKET_RUNT,    /* no opcode: answering it could start a loop */
	SL_PACKET_REFUSE   /* RRQ or WRQ that two readers could read in two ways
	                    */
};

/*
 * One datagram in the buffer in.tftpd gave to the kernel.  The pointers aim
 * into that buffer and live as long as it does.
 */
struct sl_packet {
	uint8_t *data;
	size_t len;      /* octets, with the closing NUL that was added */
	size_t capacity; /* octets in `data` */
	const char *filename, *mode, *options;
	size_t filename_len; /* without the NUL */
	size_t options_len;  /* octets up to `len` */
	enum sl_tftp_opcode opcode;
	const char *why; /* SL_PACKET_REFUSE: in words */
};

/* The first two octets of a packet of at least two octets. */
uint16_t sl_packet_u16(const void *at);

/*
 * Look at `received` octets in `data`.  A request whose last string is open
 * is closed in place, for in.tftpd 5.2 reads one octet past the end and
 * serves `name NUL octet` when a zero happens to lie there.  `received` may
 * exceed `capacity` (MSG_TRUNC); nothing past `capacity` is touched.
 */
enum sl_packet_kind sl_packet_read(
    struct sl_packet *packet, void *data, size_t received, size_t capacity);

/*
 * Put `name` in the place of the file name and clear what the packet no
 * longer covers.  False, and nothing changed: it would not fit.
 */
bool sl_packet_rename(
    struct sl_packet *packet, const char *name, size_t name_len);

/*
 * Whether a module's answer may be served: NULL, or why not in words.
 * `root` is NULL when in.tftpd is chrooted; otherwise the name must lie
 * below it.  *name_len is the length without the NUL.
 */
const char *sl_packet_check_name(
    const char *name, size_t name_size, const char *root, size_t *name_len);

/* Write ERROR `code` `text`; returns its octets, at most `size`. */
size_t sl_packet_error(void *out, size_t size, uint16_t code, const char *text);

#endif
