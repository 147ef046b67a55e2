/* SPDX-License-Identifier: BSD-2-Clause */
/* The hook's counters in Kea's statistics. */
#include "counters.h"

#include <stats/stats_mgr.h>

#include "stageload_log.h"

using isc::stats::StatsMgr;

namespace stageload
{

namespace
{

constexpr int64_t fold_ms = 1000;

struct Row {
	const char *name;
	std::atomic<uint64_t> Counters::*counter;
};

const Row rows[] = {
	{ "stageload-packets", &Counters::packets },
	{ "stageload-phones", &Counters::phones },
	{ "stageload-options-set", &Counters::options_set },
	{ "stageload-options-repaired", &Counters::options_repaired },
	{ "stageload-state-errors", &Counters::state_errors },
	{ "stageload-events-dropped", &Counters::events_dropped },
	{ "stageload-callout-errors", &Counters::callout_errors },
};

} // namespace

void
Counters::store()
{
	for (const Row &row : rows)
		StatsMgr::instance().setValue(row.name,
		    static_cast<int64_t>((this->*row.counter).load()));
}

void
Counters::declare()
{
	store();
	for (const Row &row : rows)
		StatsMgr::instance().setMaxSampleCount(row.name, 1);
}

void
Counters::forget() noexcept
{
	try {
		for (const Row &row : rows)
			StatsMgr::instance().del(row.name);
	} catch (...) {
		/* Names without a value are no harm. */
	}
}

void
Counters::fold()
{
	int64_t now = nowMs();
	int64_t next = next_ms_.load(std::memory_order_relaxed);

	if (now >= next &&
	    next_ms_.compare_exchange_strong(next, now + fold_ms))
		store();
}

} // namespace stageload
