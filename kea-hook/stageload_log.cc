/* SPDX-License-Identifier: BSD-2-Clause */
/* The logger of the hook. */
#include "stageload_log.h"

#include <time.h>

namespace stageload
{

isc::log::Logger logger("stageload-hooks");

namespace
{
constexpr int64_t limit_ms = 60 * 1000;
}

int64_t
nowMs()
{
	timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return static_cast<int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1000000;
}

bool
LogLimit::due(uint64_t &swallowed)
{
	int64_t now = nowMs();
	int64_t next = next_ms_.load();

	if (now < next ||
	    !next_ms_.compare_exchange_strong(next, now + limit_ms)) {
		swallowed_++;
		return false;
	}
	swallowed = swallowed_.exchange(0);
	return true;
}

} // namespace stageload
