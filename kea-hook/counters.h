/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * counters.h: what the hook counts, and how Kea's statistics come to know.
 */
#ifndef STAGELOAD_COUNTERS_H
#define STAGELOAD_COUNTERS_H

#include <atomic>
#include <cstdint>

namespace stageload
{

/*
 * Kea's statistics take no lock unless its packet threads are on, and are
 * dear for every packet.  So the hook counts here, in any thread, and folds
 * the sums in from a callout, at most once a second.
 */
class Counters
{
      public:
	std::atomic<uint64_t> packets{ 0 };     /* OFFERs and ACKs seen */
	std::atomic<uint64_t> phones{ 0 };      /* of them, to phones */
	std::atomic<uint64_t> options_set{ 0 }; /* of them, changed */
	std::atomic<uint64_t> options_repaired{ 0 };
	std::atomic<uint64_t> state_errors{ 0 };
	std::atomic<uint64_t> events_dropped{ 0 };
	std::atomic<uint64_t> callout_errors{ 0 };

	/* Main thread only. */
	void declare();
	void forget() noexcept;
	/* Callouts only. */
	void fold();

      private:
	std::atomic<int64_t> next_ms_{ 0 };

	void store();
};

/* Nothing else is ordered by a counter. */
inline void
count(std::atomic<uint64_t> &counter)
{
	counter.fetch_add(1, std::memory_order_relaxed);
}

} // namespace stageload

#endif
