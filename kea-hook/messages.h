// File created from messages.mes

#ifndef MESSAGES_H
#define MESSAGES_H

#include <log/message_types.h>

extern const isc::log::MessageID STAGELOAD_AUDIT;
extern const isc::log::MessageID STAGELOAD_BOOTP_ORDER;
extern const isc::log::MessageID STAGELOAD_CALLOUT_FAILED;
extern const isc::log::MessageID STAGELOAD_CONFIG_KEPT;
extern const isc::log::MessageID STAGELOAD_CONFIG_NONE;
extern const isc::log::MessageID STAGELOAD_CONFIG_REFUSED;
extern const isc::log::MessageID STAGELOAD_EVENT_DROPPED;
extern const isc::log::MessageID STAGELOAD_KEEPER_FAILED;
extern const isc::log::MessageID STAGELOAD_LOAD;
extern const isc::log::MessageID STAGELOAD_LOAD_ERROR;
extern const isc::log::MessageID STAGELOAD_LOOKUP_FAILED;
extern const isc::log::MessageID STAGELOAD_PLAN_UNUSABLE;
extern const isc::log::MessageID STAGELOAD_PUBLISHED;
extern const isc::log::MessageID STAGELOAD_PUBLISH_FAILED;
extern const isc::log::MessageID STAGELOAD_REPLY;
extern const isc::log::MessageID STAGELOAD_STATE_MISSING;
extern const isc::log::MessageID STAGELOAD_STATE_READY;
extern const isc::log::MessageID STAGELOAD_UNLOAD;

#endif // MESSAGES_H
