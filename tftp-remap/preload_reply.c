/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * preload_reply.c: answer from the address that was asked, for a client of
 * a host with many addresses ignores an answer from another one.
 */
#include "preload_reply.h"

#include "preload_packet.h"
#include "preload_real.h"

#include <errno.h>
#include <string.h>

union control {
	struct cmsghdr header; /* for its alignment */
	char in4[CMSG_SPACE(sizeof(struct in_pktinfo))];
	char in6[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

static size_t
attach(
    union control *control, int level, int type, const void *info, size_t size)
{
	memset(control, 0, sizeof(*control));
	control->header.cmsg_level = level;
	control->header.cmsg_type = type;
	control->header.cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(&control->header), info, size);
	return CMSG_SPACE(size);
}

static size_t
answer_in4(union control *control, const struct cmsghdr *seen)
{
	struct in_pktinfo info;

	memcpy(&info, CMSG_DATA(seen), sizeof(info));
	info.ipi_ifindex = 0;
	/* Not filled in for a packet that came before IP_PKTINFO was set. */
	if (info.ipi_spec_dst.s_addr == INADDR_ANY)
		info.ipi_spec_dst = info.ipi_addr;
	return attach(control, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
}

static size_t
answer_in6(union control *control, const struct cmsghdr *seen)
{
	struct in6_pktinfo info;

	memcpy(&info, CMSG_DATA(seen), sizeof(info));
	if (IN6_IS_ADDR_MULTICAST(&info.ipi6_addr))
		return 0;
	info.ipi6_ifindex = 0;
	return attach(control, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info));
}

/* Octets written to *control: 0 when the kernel may choose the address. */
static size_t
answer_from(union control *control, const struct sl_datagram *datagram)
{
	struct msghdr seen = { 0 };
	bool in6 = datagram->peer->sa_family == AF_INET6;

	if (datagram->message == NULL ||
	    (datagram->message->msg_flags & MSG_CTRUNC) != 0)
		return 0;
	seen.msg_control = datagram->message->msg_control;
	seen.msg_controllen = datagram->message->msg_controllen;
	for (struct cmsghdr *item = CMSG_FIRSTHDR(&seen); item != NULL;
	     item = CMSG_NXTHDR(&seen, item)) {
		if (!in6 && item->cmsg_level == IPPROTO_IP &&
		    item->cmsg_type == IP_PKTINFO)
			return answer_in4(control, item);
		if (in6 && item->cmsg_level == IPPROTO_IPV6 &&
		    item->cmsg_type == IPV6_PKTINFO)
			return answer_in6(control, item);
	}
	return 0;
}

void
sl_reply_error(
    const struct sl_datagram *datagram, uint16_t code, const char *text)
{
	char packet[512];
	union control control;
	struct iovec content = { .iov_base = packet };
	struct msghdr message = {
		.msg_name = (void *)datagram->peer,
		.msg_namelen = datagram->peer_len,
		.msg_iov = &content,
		.msg_iovlen = 1,
	};
	int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
	int saved = errno;

	content.iov_len = sl_packet_error(packet, sizeof(packet), code, text);
	message.msg_controllen = answer_from(&control, datagram);
	if (message.msg_controllen != 0)
		message.msg_control = &control;
	if (sl_real()->sendmsg(datagram->fd, &message, flags) < 0 &&
	    message.msg_control != NULL) {
		message.msg_control = NULL;
		message.msg_controllen = 0;
		sl_real()->sendmsg(datagram->fd, &message, flags);
	}
	errno = saved;
}
