/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * instance.h: the hook between load() and unload(): one configuration, one
 * door to the state, one keeper.
 *
 * reply() and freed() may run in any number of threads at once; all else is
 * for Kea's main thread.
 */
#ifndef STAGELOAD_INSTANCE_H
#define STAGELOAD_INSTANCE_H

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "common_c.h"
#include "counters.h"
#include "findings.h"
#include "keeper.h"
#include "params.h"
#include "pkt.h"
#include "reported.h"
#include "stageload_log.h"

namespace stageload
{

class Instance
{
      public:
	explicit Instance(Parameters parameters);
	~Instance();

	/* The sentence that refuses the parameters, or "". */
	const std::string &refused() const
	{
		return refused_;
	}
	/* Kea's configuration is complete: starts, as far as it can. */
	void configured();
	void reply(isc::hooks::CalloutHandle &handle);
	void freed(const std::vector<Freed> &all);
	/* Shows in Kea's statistics what was counted. */
	void counted()
	{
		counters_.fold();
	}
	/* A callout ended with an exception. */
	void failed(const char *callout, const char *what);

      private:
	struct DoorFree {
		void operator()(sl_door *door) const
		{
			sl_door_free(door);
		}
	};

	Parameters parameters_;
	std::string refused_;
	std::string client_class_;
	sl_sent static_sent_;
	Delivery static_;
	Counters counters_;
	Auditor auditor_{ counters_ };
	std::unique_ptr<sl_door, DoorFree> door_;
	std::unique_ptr<Keeper> keeper_; /* uses the door: goes first */
	Reported reported_;
	std::atomic<bool> bootp_warned_{ false };
	LogLimit failed_limit_, lookup_limit_, event_limit_, plan_limit_;

	void use();
	void fallBack();
	void toPhone(Reply &reply, const sl_mac &mac);
	void toOther(const Reply &reply);
	bool ownerOf(uint32_t addr, sl_mac &owner);
	void ask(
	    const Reply &reply, const sl_mac &mac, sl_sent &sent, uint8_t &way);
	Delivery deliver(const Reply &reply, const sl_sent &sent);
	Audited audit(const Reply &reply, const sl_mac &mac,
	    const sl_sent &sent, const Delivery &delivery);
	void report(const Reply &reply, const sl_mac &mac, uint8_t way,
	    const Audited &audited);
	void unbind(uint32_t addr, const sl_mac &owner);
	void append(const sl_event &event, const std::string &label);
};

} // namespace stageload

#endif
