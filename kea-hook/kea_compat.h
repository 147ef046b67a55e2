/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kea_compat.h: all that is done for the sake of particular versions of Kea.
 */
#ifndef STAGELOAD_KEA_COMPAT_H
#define STAGELOAD_KEA_COMPAT_H

#include <cc/data.h>
#include <dhcpsrv/cfg_multi_threading.h>
#include <hooks/callout_handle.h>
#include <util/multi_threading_mgr.h>

namespace stageload
{

/*
 * Kea 2.2 takes its packet threads away before it reads a configuration, and
 * gives them back only when nothing has refused it.  After a refusal on a
 * reload with multi-threading on, packets are queued for threads that do not
 * exist, and no client is answered.  So whoever refuses in
 * dhcp4_srv_configured takes Kea's last step first.  Kea 2.6 and 3.0 keep
 * their threads, and nothing happens here.
 */
inline void
restoreThreads(isc::hooks::CalloutHandle &handle)
{
	const isc::util::MultiThreadingMgr &threads =
	    isc::util::MultiThreadingMgr::instance();
	isc::data::ConstElementPtr config;

	if (!threads.getMode() || threads.getThreadPoolSize() > 0)
		return;
	handle.getArgument("json_config", config);
	isc::dhcp::CfgMultiThreading::apply(config->get("multi-threading"));
}

} // namespace stageload

#endif
