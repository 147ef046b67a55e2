/* SPDX-License-Identifier: BSD-2-Clause */
/* Kea's packets and leases in stageload's words. */
#include "pkt.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include <boost/make_shared.hpp>
#include <dhcp/dhcp4.h>
#include <dhcp/option_int_array.h>
#include <dhcp/option_string.h>
#include <dhcpsrv/lease.h>

using isc::asiolink::IOAddress;
using isc::dhcp::Lease4;
using isc::dhcp::Lease4CollectionPtr;
using isc::dhcp::Lease4Ptr;
using isc::dhcp::Option;
using isc::dhcp::OptionBuffer;
using isc::dhcp::OptionPtr;
using isc::dhcp::OptionString;
using isc::dhcp::OptionUint8Array;
using isc::dhcp::Pkt4;
using isc::hooks::CalloutHandle;

namespace stageload
{

namespace
{

constexpr size_t mac_octets = sizeof(sl_mac::octet);
/* One less than the field, so that its text always ends with NUL. */
constexpr size_t sname_max = Pkt4::MAX_SNAME_LEN - 1;

/*
 * Pkt4::getOption() inside a callout copies the option and stores the copy in
 * the packet; a packet that is only looked at shall stay as it is.
 */
const Option *
peek(const Pkt4 &packet, uint16_t code)
{
	auto found = packet.options_.find(code);

	return found == packet.options_.end() ? nullptr : found->second.get();
}

bool
sameServers(const sl_servers &a, const sl_servers &b)
{
	return a.count == b.count &&
	       std::equal(a.addr, a.addr + a.count, b.addr);
}

OptionPtr
makeServers(const sl_servers &servers)
{
	uint8_t data[SL_SERVERS_MAX * 4];
	size_t length;
	sl_err err;

	if (sl_option150_encode(&servers, data, sizeof(data), &length, &err) !=
	    SL_OK)
		throw std::invalid_argument(err.text);
	return boost::make_shared<Option>(Option::V4, SL_OPTION_TFTP_SERVERS,
	    OptionBuffer(data, data + length));
}

OptionPtr
makeName(const char *name)
{
	uint8_t data[SL_SERVER_NAME_MAX];
	size_t length;
	sl_err err;

	if (sl_option66_encode(name, data, sizeof(data), &length, &err) !=
	    SL_OK)
		throw std::invalid_argument(err.text);
	return boost::make_shared<OptionString>(
	    Option::V4, SL_OPTION_TFTP_NAME, std::string(data, data + length));
}

IOAddress
firstServer(const sl_sent &sent)
{
	if (!sent.siaddr)
		return IOAddress::IPV4_ZERO_ADDRESS();
	if (sent.servers.count == 0)
		throw std::invalid_argument("no server for siaddr");
	return IOAddress(sent.servers.addr[0]);
}

void
setServerName(Pkt4 &response, const OptionPtr &option66)
{
	static const uint8_t none = 0;
	const OptionBuffer *name = option66 ? &option66->getData() : nullptr;

	if (name != nullptr && name->size() <= sname_max)
		response.setSname(name->data(), name->size());
	else
		response.setSname(&none, 0);
}

} // namespace

Delivery
prepare(const sl_sent &sent)
{
	Delivery delivery;

	if (sent.option150)
		delivery.option150 = makeServers(sent.servers);
	if (sent.option66)
		delivery.option66 = makeName(sent.server_name);
	delivery.siaddr = firstServer(sent);
	return delivery;
}

Delivery
prepare(const sl_sent &sent, const sl_sent &known_sent, const Delivery &known)
{
	Delivery delivery;

	if (sent.option150)
		delivery.option150 =
		    known.option150 &&
		            sameServers(sent.servers, known_sent.servers)
		        ? known.option150
		        : makeServers(sent.servers);
	if (sent.option66)
		delivery.option66 =
		    known.option66 && std::strcmp(sent.server_name,
		                          known_sent.server_name) == 0
		        ? known.option66
		        : makeName(sent.server_name);
	delivery.siaddr = firstServer(sent);
	return delivery;
}

Reply::Reply(CalloutHandle &handle)
{
	CalloutHandle::CalloutNextStep status = handle.getStatus();

	if (status == CalloutHandle::NEXT_STEP_SKIP) {
		/* Packed already; only BOOTP has a cure for it. */
		handle.getArgument("query4", query_);
		if (query_->inClass("BOOTP"))
			kind_ = PackedBootp;
		return;
	}
	if (status != CalloutHandle::NEXT_STEP_CONTINUE)
		return;
	handle.getArgument("response4", response_);
	switch (response_->getType()) {
	case isc::dhcp::DHCPOFFER:
		kind_ = Offer;
		break;
	case isc::dhcp::DHCPACK:
		kind_ = Ack;
		break;
	default:
		return;
	}
	handle.getArgument("query4", query_);
}

bool
Reply::mac(sl_mac &mac) const
{
	/* chaddr, also behind a relay; Kea's "remote" address is the relay's.
	 */
	const isc::dhcp::HWAddrPtr from = query_->getHWAddr();

	if (!from || from->htype_ != isc::dhcp::HTYPE_ETHER ||
	    from->hwaddr_.size() != mac_octets)
		return false;
	std::copy(from->hwaddr_.begin(), from->hwaddr_.end(), mac.octet);
	return true;
}

bool
Reply::toPhone(const std::string &client_class) const
{
	const Option *vendor;

	if (!client_class.empty())
		return query_->inClass(client_class);
	vendor = peek(*query_, isc::dhcp::DHO_VENDOR_CLASS_IDENTIFIER);
	return vendor != nullptr &&
	       sl_vendor_class_is_cisco(
	           vendor->getData().data(), vendor->getData().size());
}

uint16_t
Reply::model() const
{
	const Option *vendor =
	    peek(*query_, isc::dhcp::DHO_VENDOR_CLASS_IDENTIFIER);

	if (vendor == nullptr)
		return SL_MODEL_UNKNOWN;
	return sl_model_from_vendor_class(
	    vendor->getData().data(), vendor->getData().size());
}

bool
Reply::givesAddress() const
{
	return !response_->getYiaddr().isV4Zero();
}

uint32_t
Reply::address() const
{
	return givesAddress() ? response_->getYiaddr().toUint32()
	                      : query_->getCiaddr().toUint32();
}

enum sl_lease_kind
Reply::leaseKind() const
{
	if (query_->getType() == isc::dhcp::DHCPINFORM)
		return SL_LEASE_INFORM;
	return query_->getCiaddr().isV4Zero() ? SL_LEASE_BOOT : SL_LEASE_RENEW;
}

std::string
Reply::label() const
{
	return query_->getLabel();
}

bool
Reply::asksFor(uint8_t code) const
{
	const OptionUint8Array *list = dynamic_cast<const OptionUint8Array *>(
	    peek(*query_, isc::dhcp::DHO_DHCP_PARAMETER_REQUEST_LIST));

	if (list == nullptr)
		return false;
	const std::vector<uint8_t> &codes = list->getValues();
	return std::find(codes.begin(), codes.end(), code) != codes.end();
}

/* What Kea put there goes in any case, unless ours is not allowed instead. */
void
Reply::put(uint16_t code, const OptionPtr &option, bool allowed)
{
	if (option && !allowed)
		return;
	while (response_->delOption(code)) {
		/* Several may carry the code. */
	}
	if (option)
		response_->addOption(option);
}

void
Reply::apply(const Delivery &delivery, bool only_requested)
{
	put(SL_OPTION_TFTP_SERVERS, delivery.option150,
	    !only_requested || asksFor(SL_OPTION_TFTP_SERVERS));
	put(SL_OPTION_TFTP_NAME, delivery.option66,
	    !only_requested || asksFor(SL_OPTION_TFTP_NAME));
	setServerName(*response_, delivery.option66);
	response_->setSiaddr(delivery.siaddr);
}

namespace
{

Freed
freed(const Lease4 &lease)
{
	Freed freed = {};

	freed.addr = lease.addr_.toUint32();
	freed.has_mac =
	    lease.hwaddr_ && lease.hwaddr_->hwaddr_.size() == mac_octets;
	if (freed.has_mac)
		std::copy(lease.hwaddr_->hwaddr_.begin(),
		    lease.hwaddr_->hwaddr_.end(), freed.mac.octet);
	return freed;
}

} // namespace

std::vector<Freed>
freedByCommit(CalloutHandle &handle)
{
	Lease4CollectionPtr kept, deleted;
	std::vector<Freed> all;

	handle.getArgument("leases4", kept);
	handle.getArgument("deleted_leases4", deleted);
	if (deleted)
		for (const Lease4Ptr &lease : *deleted)
			all.push_back(freed(*lease));
	if (kept)
		for (const Lease4Ptr &lease : *kept)
			if (lease->state_ != Lease4::STATE_DEFAULT)
				all.push_back(freed(*lease));
	return all;
}

std::vector<Freed>
freedByExpiry(CalloutHandle &handle)
{
	Lease4Ptr lease;

	handle.getArgument("lease4", lease);
	return { freed(*lease) };
}

} // namespace stageload
