// File created from messages.mes

#include <cstddef>
#include <log/message_types.h>
#include <log/message_initializer.h>

extern const isc::log::MessageID STAGELOAD_AUDIT = "STAGELOAD_AUDIT";
extern const isc::log::MessageID STAGELOAD_BOOTP_ORDER =
    "STAGELOAD_BOOTP_ORDER";
extern const isc::log::MessageID STAGELOAD_CALLOUT_FAILED =
    "STAGELOAD_CALLOUT_FAILED";
extern const isc::log::MessageID STAGELOAD_CONFIG_KEPT =
    "STAGELOAD_CONFIG_KEPT";
extern const isc::log::MessageID STAGELOAD_CONFIG_NONE =
    "STAGELOAD_CONFIG_NONE";
extern const isc::log::MessageID STAGELOAD_CONFIG_REFUSED =
    "STAGELOAD_CONFIG_REFUSED";
extern const isc::log::MessageID STAGELOAD_EVENT_DROPPED =
    "STAGELOAD_EVENT_DROPPED";
extern const isc::log::MessageID STAGELOAD_KEEPER_FAILED =
    "STAGELOAD_KEEPER_FAILED";
extern const isc::log::MessageID STAGELOAD_LOAD = "STAGELOAD_LOAD";
extern const isc::log::MessageID STAGELOAD_LOAD_ERROR = "STAGELOAD_LOAD_ERROR";
extern const isc::log::MessageID STAGELOAD_LOOKUP_FAILED =
    "STAGELOAD_LOOKUP_FAILED";
extern const isc::log::MessageID STAGELOAD_PLAN_UNUSABLE =
    "STAGELOAD_PLAN_UNUSABLE";
extern const isc::log::MessageID STAGELOAD_PUBLISHED = "STAGELOAD_PUBLISHED";
extern const isc::log::MessageID STAGELOAD_PUBLISH_FAILED =
    "STAGELOAD_PUBLISH_FAILED";
extern const isc::log::MessageID STAGELOAD_REPLY = "STAGELOAD_REPLY";
extern const isc::log::MessageID STAGELOAD_STATE_MISSING =
    "STAGELOAD_STATE_MISSING";
extern const isc::log::MessageID STAGELOAD_STATE_READY =
    "STAGELOAD_STATE_READY";
extern const isc::log::MessageID STAGELOAD_UNLOAD = "STAGELOAD_UNLOAD";

namespace
{

const char *values[] = { "STAGELOAD_AUDIT",
	"%1: %2: %3 (%4); Kea configuration that mends it: { %5 } (%6 alike "
	"since the last such line)",
	"STAGELOAD_BOOTP_ORDER",
	"a BOOTP reply had been packed before stageload saw it; list "
	"libdhcp_stageload.so before libdhcp_bootp.so",
	"STAGELOAD_CALLOUT_FAILED",
	"%1: %2 (%3 alike since the last such line)", "STAGELOAD_CONFIG_KEPT",
	"going on with the configuration in %1, published before",
	"STAGELOAD_CONFIG_NONE",
	"no configuration to go on with, phones get what Kea itself puts into "
	"replies: %1",
	"STAGELOAD_CONFIG_REFUSED", "parameters refused: %1",
	"STAGELOAD_EVENT_DROPPED",
	"%1: not reported, the journal takes nothing (%2 alike since the last "
	"such line)",
	"STAGELOAD_KEEPER_FAILED",
	"the thread that watches the state directory could not be started: %1",
	"STAGELOAD_LOAD", "loaded: %1 plan(s), state directory %2",
	"STAGELOAD_LOAD_ERROR", "not loaded: %1", "STAGELOAD_LOOKUP_FAILED",
	"%1: the state could not be asked, configured servers are sent (%2 "
	"alike since the last such line)",
	"STAGELOAD_PLAN_UNUSABLE",
	"%1: the phone's plan can not be sent, configured servers are: %2",
	"STAGELOAD_PUBLISHED", "configuration published in %1",
	"STAGELOAD_PUBLISH_FAILED",
	"configuration not published, trying again: %1", "STAGELOAD_REPLY",
	"%1: model %2, 150 %3, 66 %4, siaddr %5", "STAGELOAD_STATE_MISSING",
	"no state, phones get the configured servers: %1",
	"STAGELOAD_STATE_READY", "state in %1 is open", "STAGELOAD_UNLOAD",
	"unloaded", NULL };

const isc::log::MessageInitializer initializer(values);

} // Anonymous namespace
