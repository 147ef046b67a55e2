/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stageload_log.h: the logger of the hook and a limit for repeating lines.
 */
#ifndef STAGELOAD_LOG_H
#define STAGELOAD_LOG_H

#include <atomic>
#include <cstdint>

#include <log/log_dbglevels.h>
#include <log/logger.h>
#include <log/macros.h>

#include "messages.h"

namespace stageload
{

/* kea-dhcp4.stageload-hooks in Kea's configuration. */
extern isc::log::Logger logger;

/* Monotonic, whole milliseconds, cheap enough for every packet. */
int64_t nowMs();

/* Lets one line a minute through and counts the others.  Any thread. */
class LogLimit
{
      public:
	/* True: log, and `swallowed` lines were not since the last one. */
	bool due(uint64_t &swallowed);

      private:
	std::atomic<int64_t> next_ms_{ 0 };
	std::atomic<uint64_t> swallowed_{ 0 };
};

} // namespace stageload

#endif
