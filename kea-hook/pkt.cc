/* SPDX-License-Identifier: BSD-2-Clause */
/* Kea's packets and leases in stageload's words. */
#include "pkt.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <stdexcept>
#include <typeinfo>

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

/* These two are on the wire what getData() gives; others may have nothing. */
bool
keepsOctets(const Option &option)
{
	const std::type_info &type = typeid(option);

	return (type == typeid(Option) || type == typeid(OptionString)) &&
	       option.getOptions().empty();
}

/* False: it is not there.  Nothing is copied of what is octets already. */
bool
octetsOf(const Pkt4 &packet, uint16_t code, OptionBuffer &room,
    const uint8_t *&data, size_t &length)
{
	auto all = packet.options_.equal_range(code);
	const OptionBuffer *octets = &room;

	if (all.first == all.second)
		return false;
	if (std::next(all.first) == all.second &&
	    keepsOctets(*all.first->second)) {
		octets = &all.first->second->getData();
	} else {
		/* A client joins several of one code (RFC 3396). */
		for (auto one = all.first; one != all.second; ++one) {
			const OptionBuffer more = one->second->toBinary();

			room.insert(room.end(), more.begin(), more.end());
		}
	}
	data = octets->data();
	length = octets->size();
	return true;
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
	if (kind_ == Offer)
		return SL_LEASE_OFFER;
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
Reply::own(Own &own) const
{
	own.in.has150 = octetsOf(*response_, SL_OPTION_TFTP_SERVERS,
	    own.room150, own.in.option150, own.in.option150_length);
	own.in.has66 = octetsOf(*response_, SL_OPTION_TFTP_NAME, own.room66,
	    own.in.option66, own.in.option66_length);
	own.in.siaddr = response_->getSiaddr().toUint32();
}

bool
Reply::gets(const Delivery &delivery, bool only_requested) const
{
	return !delivery.siaddr.isV4Zero() ||
	       (delivery.option150 &&
	           (!only_requested || asksFor(SL_OPTION_TFTP_SERVERS))) ||
	       (delivery.option66 &&
	           (!only_requested || asksFor(SL_OPTION_TFTP_NAME)));
}

void
Reply::apply(
    const Delivery &delivery, bool only_requested, const Treatment &treatment)
{
	if (treatment.option150 != Treatment::Leave)
		put(SL_OPTION_TFTP_SERVERS, delivery.option150,
		    !only_requested || treatment.option150 == Treatment::Mend ||
		        asksFor(SL_OPTION_TFTP_SERVERS));
	if (treatment.option66 != Treatment::Leave) {
		put(SL_OPTION_TFTP_NAME, delivery.option66,
		    !only_requested || treatment.option66 == Treatment::Mend ||
		        asksFor(SL_OPTION_TFTP_NAME));
		setServerName(*response_, delivery.option66);
	}
	if (treatment.siaddr != Treatment::Leave)
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
