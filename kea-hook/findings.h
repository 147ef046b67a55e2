/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * findings.h: what Kea itself had put into a phone's reply about its TFTP
 * server: looked at, told to the administrator, and what becomes of it.
 */
#ifndef STAGELOAD_FINDINGS_H
#define STAGELOAD_FINDINGS_H

#include <cstdint>
#include <mutex>

#include "common_c.h"
#include "counters.h"
#include "pkt.h"

namespace stageload
{

/*
 * A phone that refuses its lease asks again every few seconds, and a wrong
 * line in a subnet is found in the reply to each of its phones: one line for
 * each finding of a phone in ten minutes, and never more than the table holds.
 */
class FindingLimit
{
      public:
	/* True: log, and `swallowed` lines alike were not.  Any thread. */
	bool due(
	    const sl_mac &mac, enum sl_finding finding, uint64_t &swallowed);

      private:
	static constexpr size_t slots = 256, probes = 8;

	struct Slot {
		uint64_t key = 0;
		int64_t next_ms = 0;
		uint64_t swallowed = 0;
	};

	std::mutex mutex_;
	Slot slot_[slots];

	Slot *find(uint64_t key, int64_t now);
};

/* One reply's audit. */
struct Audited {
	Treatment treatment;
	uint8_t finding150 = SL_FINDING_NONE, finding66 = SL_FINDING_NONE;
	uint8_t raw_length = 0; /* of option 150, or else of 66 */
	uint8_t raw[SL_EVENT_RAW_MAX] = {};

	/* The phone gets an option that is malformed. */
	bool leavesMalformed() const
	{
		return treatment.option150 == Treatment::Leave ||
		       treatment.option66 == Treatment::Leave;
	}
	void describe(sl_event &event) const;
};

class Auditor
{
      public:
	explicit Auditor(Counters &counters) : counters_(counters)
	{
	}
	/* Before Reply::apply().  Any thread. */
	Audited audit(const Reply &reply, const sl_mac &mac,
	    const sl_config &config, const sl_sent &sent,
	    const Delivery &delivery);

      private:
	struct Case;

	Counters &counters_;
	FindingLimit limit_;

	void judge(const Case &which, enum sl_finding finding, Audited &out);
	void log(const Case &which, enum sl_finding finding, const char *done);
};

} // namespace stageload

#endif
