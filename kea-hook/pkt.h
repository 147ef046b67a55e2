/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pkt.h: Kea's packets and leases in stageload's words.
 *
 * Nothing outside of pkt.cc knows Kea's packet classes.
 */
#ifndef STAGELOAD_PKT_H
#define STAGELOAD_PKT_H

#include <string>
#include <vector>

#include <asiolink/io_address.h>
#include <dhcp/option.h>
#include <dhcp/pkt4.h>
#include <hooks/callout_handle.h>

#include "common_c.h"

namespace stageload
{

/* What a phone's reply shall say; the options may be shared by packets. */
struct Delivery {
	isc::dhcp::OptionPtr option150; /* null: left out */
	isc::dhcp::OptionPtr option66;  /* null: left out, sname as well */
	isc::asiolink::IOAddress siaddr = isc::asiolink::IOAddress(0u);
};

/* Throws std::invalid_argument when `sent` does not fit the options. */
Delivery prepare(const sl_sent &sent);
/* Takes from `known` what `sent` has in common with `known_sent`. */
Delivery prepare(
    const sl_sent &sent, const sl_sent &known_sent, const Delivery &known);

/* What becomes of Kea's own, part by part. */
struct Treatment {
	enum How {
		Usual, /* as send-options and the way of delivery say */
		Mend,  /* it goes, and ours comes even if nobody asked */
		Leave  /* it stays, octet by octet */
	};
	How option150 = Usual;
	How option66 = Usual; /* and sname */
	How siaddr = Usual;
};

/* Kea's own 150, 66 and siaddr; the octets are good until apply(). */
struct Own {
	sl_audit_input in = {};
	/* For options that are not kept as octets. */
	isc::dhcp::OptionBuffer room150, room66;
};

/* An OFFER or ACK on its way out, and the packet that it answers. */
class Reply
{
      public:
	enum Kind { Other, Offer, Ack, PackedBootp };

	explicit Reply(isc::hooks::CalloutHandle &handle);

	/* Other: not for us; nothing else may be asked then. */
	Kind kind() const
	{
		return kind_;
	}
	/* Of Ethernet clients alone: only those can be phones. */
	bool mac(sl_mac &mac) const;
	/* In the class, or without one by option 60. */
	bool toPhone(const std::string &client_class) const;
	uint16_t model() const;
	/* yiaddr; the client's own in the answer to an INFORM; or 0. */
	uint32_t address() const;
	bool givesAddress() const;
	enum sl_lease_kind leaseKind() const;
	std::string label() const;

	/* Fills in what is there, nothing about what is intended. */
	void own(Own &own) const;
	/* Whether apply() tells the phone any server. */
	bool gets(const Delivery &delivery, bool only_requested) const;
	/* only_requested: 150 and 66 only where option 55 names them. */
	void apply(const Delivery &delivery, bool only_requested,
	    const Treatment &treatment);

      private:
	isc::dhcp::Pkt4Ptr query_, response_;
	Kind kind_ = Other;

	void put(
	    uint16_t code, const isc::dhcp::OptionPtr &option, bool allowed);
	bool asksFor(uint8_t code) const;
};

/* An address that is nobody's any more. */
struct Freed {
	uint32_t addr;
	bool has_mac; /* a declined lease has none */
	sl_mac mac;
};

/* leases4_committed: those deleted, and those no longer in use. */
std::vector<Freed> freedByCommit(isc::hooks::CalloutHandle &handle);
/* lease4_expire */
std::vector<Freed> freedByExpiry(isc::hooks::CalloutHandle &handle);

} // namespace stageload

#endif
