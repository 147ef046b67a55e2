/* SPDX-License-Identifier: BSD-2-Clause */
/* What Kea finds by name in libdhcp_stageload.so, and the guard around it. */
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include <hooks/hooks.h>
#include <process/daemon.h>

#include "instance.h"
#include "kea_compat.h"
#include "params.h"
#include "pkt.h"
#include "stageload_log.h"

using isc::hooks::CalloutHandle;
using isc::hooks::LibraryHandle;
using stageload::Instance;
using stageload::logger;
using stageload::Parameters;

namespace
{

/*
 * Static objects may or may not outlive an unload and load of the library
 * (dlclose does not always unmap), so everything hangs here: made by load(),
 * gone after unload().
 */
std::unique_ptr<Instance> instance;

void
failed(const char *callout, const char *what) noexcept
{
	try {
		instance->failed(callout, what);
	} catch (...) {
		/* No memory for a log line; the packet still goes out. */
	}
}

/*
 * Kea drops the packet when an exception leaves a callout (from 2.4 on), and
 * the client is left without an answer: nothing of ours is worth that.
 */
template <typename Body>
int
guarded(const char *callout, Body body) noexcept
{
	if (!instance)
		return 0;
	try {
		body(*instance);
	} catch (const std::exception &problem) {
		failed(callout, problem.what());
	} catch (...) {
		failed(callout, "unknown exception");
	}
	return 0;
}

int
refuse(const std::string &why)
{
	LOG_ERROR(logger, STAGELOAD_LOAD_ERROR).arg(why);
	return 1;
}

/* Fails only for what can not be run at all: on a reload that ends DHCP. */
int
start(LibraryHandle &handle)
{
	Parameters parameters;

	if (isc::process::Daemon::getProcName() != "kea-dhcp4")
		return refuse("made for kea-dhcp4, not for " +
		              isc::process::Daemon::getProcName());
	parameters = stageload::readParameters(handle.getParameters());
	if (parameters.rc == SL_SHAPE)
		return refuse(parameters.sentence);
	if (parameters.config) {
		LOG_INFO(logger, STAGELOAD_LOAD)
		    .arg(parameters.config->plan_count)
		    .arg(parameters.state);
	} else {
		LOG_ERROR(logger, STAGELOAD_CONFIG_REFUSED)
		    .arg(parameters.sentence);
	}
	instance.reset(new Instance(std::move(parameters)));
	return 0;
}

} // namespace

#define EXPORTED __attribute__((visibility("default")))

extern "C" {

/* Called while the instance before is still at work: touches nothing. */
EXPORTED int
version()
{
	return KEA_HOOKS_VERSION;
}

EXPORTED int
multi_threading_compatible()
{
	return 1;
}

EXPORTED int
load(LibraryHandle &handle)
{
	try {
		instance.reset();
		return start(handle);
	} catch (const std::exception &problem) {
		return refuse(problem.what());
	} catch (...) {
		return refuse("unknown exception");
	}
}

/* Also called after a load() that failed. */
EXPORTED int
unload()
{
	try {
		if (instance) {
			LOG_INFO(logger, STAGELOAD_UNLOAD);
		}
		instance.reset();
	} catch (...) {
		return 1;
	}
	return 0;
}

/*
 * Here a bad value is an answer to whoever changed the configuration, and Kea
 * goes on; as a failure of load() it would be the end of the service.
 */
EXPORTED int
dhcp4_srv_configured(CalloutHandle &handle)
{
	return guarded("dhcp4_srv_configured", [&handle](Instance &hook) {
		if (!hook.refused().empty()) {
			handle.setArgument("error",
			    std::string("stageload: ") + hook.refused());
			handle.setStatus(CalloutHandle::NEXT_STEP_DROP);
		}
		hook.configured();
		if (!hook.refused().empty())
			stageload::restoreThreads(handle);
	});
}

EXPORTED int
pkt4_send(CalloutHandle &handle)
{
	return guarded(
	    "pkt4_send", [&handle](Instance &hook) { hook.reply(handle); });
}

EXPORTED int
leases4_committed(CalloutHandle &handle)
{
	return guarded("leases4_committed", [&handle](Instance &hook) {
		hook.freed(stageload::freedByCommit(handle));
	});
}

EXPORTED int
lease4_expire(CalloutHandle &handle)
{
	return guarded("lease4_expire", [&handle](Instance &hook) {
		hook.freed(stageload::freedByExpiry(handle));
	});
}

/* Without packets the last of them would stay uncounted: look again later. */
EXPORTED int
command_processed(CalloutHandle &)
{
	return guarded(
	    "command_processed", [](Instance &hook) { hook.counted(); });
}

} /* extern "C" */
