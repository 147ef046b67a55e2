/* SPDX-License-Identifier: BSD-2-Clause */
/* preload_packet.c: the request parser and the in-place rewrite. */
#include "preload_packet.h"

#include <string.h>

uint16_t
sl_packet_u16(const void *at)
{
	const uint8_t *octet = at;

	return (uint16_t)(octet[0] << 8 | octet[1]);
}

static enum sl_packet_kind
refuse(struct sl_packet *packet, const char *why)
{
	packet->why = why;
	return SL_PACKET_REFUSE;
}

/*
 * After this the last octet of the packet is a NUL, so no string in it can
 * run past the end, in our reading or in anybody's.
 */
static bool
close_last_string(struct sl_packet *packet)
{
	if (packet->data[packet->len - 1] != 0) {
		if (packet->len == packet->capacity)
			return false;
		packet->data[packet->len++] = 0;
	}
	if (packet->len < packet->capacity)
		packet->data[packet->len] = 0;
	return true;
}

static enum sl_packet_kind
split_strings(struct sl_packet *packet)
{
	const char *end = (const char *)packet->data + packet->len;

	packet->filename = (const char *)packet->data + 2;
	if (packet->filename >= end || *packet->filename == '\0')
		return refuse(packet, "no file name");
	packet->filename_len = strlen(packet->filename);
	packet->mode = packet->filename + packet->filename_len + 1;
	if (packet->mode >= end || *packet->mode == '\0')
		return refuse(packet, "no transfer mode");
	packet->options = packet->mode + strlen(packet->mode) + 1;
	packet->options_len = (size_t)(end - packet->options);
	return SL_PACKET_REQUEST;
}

enum sl_packet_kind
sl_packet_read(
    struct sl_packet *packet, void *data, size_t received, size_t capacity)
{
	uint16_t opcode;

	*packet = (struct sl_packet){
		.data = data, .len = received, .capacity = capacity
	};
	if (received < 2 || capacity < 2)
		return SL_PACKET_RUNT;
	opcode = sl_packet_u16(data);
	if (opcode != SL_TFTP_RRQ && opcode != SL_TFTP_WRQ)
		return SL_PACKET_OTHER;
	packet->opcode = (enum sl_tftp_opcode)opcode;
	if (received > capacity)
		return refuse(packet, "request too long");
	if (!close_last_string(packet))
		return refuse(packet, "request too long to be closed");
	return split_strings(packet);
}

bool
sl_packet_rename(struct sl_packet *packet, const char *name, size_t name_len)
{
	uint8_t *at = packet->data + 2;
	uint8_t *tail = at + packet->filename_len;
	size_t tail_len = packet->len - 2 - packet->filename_len;
	size_t new_len = 2 + name_len + tail_len;

	if (name_len > packet->capacity || new_len > packet->capacity)
		return false;
	memmove(at + name_len, tail, tail_len);
	memcpy(at, name, name_len);
	if (new_len < packet->len)
		memset(packet->data + new_len, 0, packet->len - new_len);
	packet->len = new_len;
	if (new_len < packet->capacity)
		packet->data[new_len] = 0;
	return split_strings(packet) == SL_PACKET_REQUEST;
}

static bool
climbs(const char *path)
{
	while (*path != '\0') {
		size_t part = strcspn(path, "/");

		if (part == 2 && path[0] == '.' && path[1] == '.')
			return true;
		path += part;
		path += strspn(path, "/");
	}
	return false;
}

static bool
is_below(const char *path, const char *root)
{
	size_t len = strlen(root);

	while (len > 0 && root[len - 1] == '/')
		len--;
	return strncmp(path, root, len) == 0 && path[len] == '/';
}

const char *
sl_packet_check_name(
    const char *name, size_t name_size, const char *root, size_t *name_len)
{
	size_t len = strnlen(name, name_size);

	*name_len = len;
	if (len == name_size)
		return "a name without its end";
	if (len == 0)
		return "an empty name";
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f)
			return "a name with control characters";
	}
	if (climbs(name))
		return "a name that climbs with \"..\"";
	if (root != NULL && !is_below(name, root))
		return "a name outside the directory of in.tftpd";
	return NULL;
}

size_t
sl_packet_error(void *out, size_t size, uint16_t code, const char *text)
{
	uint8_t *packet = out;
	size_t len = strnlen(text, size - 5);

	packet[0] = 0;
	packet[1] = SL_TFTP_ERROR;
	packet[2] = (uint8_t)(code >> 8);
	packet[3] = (uint8_t)code;
	memcpy(packet + 4, text, len);
	packet[4 + len] = 0;
	return 5 + len;
}
