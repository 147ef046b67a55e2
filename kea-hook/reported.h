/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reported.h: which addresses were reported as phones' since the hook was
 * loaded.
 *
 * The state shows a report only after the engine has read it.  When the engine
 * was away and the address has gone to another client meanwhile, this is the
 * only place that still knows.  Any number of threads; no lock.
 */
#ifndef STAGELOAD_REPORTED_H
#define STAGELOAD_REPORTED_H

#include <atomic>
#include <cstdint>
#include <memory>

#include "common_c.h"

namespace stageload
{

class Reported
{
      public:
	Reported() : slots_(new std::atomic<uint64_t>[slot_count]())
	{
	}
	void add(uint32_t addr, const sl_mac &mac)
	{
		slot(addr).store(pack(addr, mac));
	}
	/* True once: whose the address was. */
	bool take(uint32_t addr, sl_mac &mac)
	{
		uint64_t seen = slot(addr).load(std::memory_order_relaxed);

		if (seen == 0 || seen >> 48 != addr >> 16 ||
		    !slot(addr).compare_exchange_strong(seen, 0))
			return false;
		for (int i = 0; i < 6; i++)
			mac.octet[i] =
			    static_cast<uint8_t>(seen >> (8 * (5 - i)));
		return true;
	}

      private:
	/* By the low half of an address; the high half is in the value. */
	static constexpr size_t slot_count = 65536;

	std::unique_ptr<std::atomic<uint64_t>[]> slots_;

	std::atomic<uint64_t> &slot(uint32_t addr)
	{
		return slots_[addr & (slot_count - 1)];
	}
	static uint64_t pack(uint32_t addr, const sl_mac &mac)
	{
		uint64_t value = addr >> 16;

		for (uint8_t octet : mac.octet)
			value = value << 8 | octet;
		return value;
	}
};

} // namespace stageload

#endif
