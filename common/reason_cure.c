/* SPDX-License-Identifier: BSD-2-Clause */
/* What the administrator can do about each reason. */
#include <stddef.h>

#include "reason.h"

/* What the administrator can do about it. */
static const char *const cures[SL_REASONS] = {
	[SL_REASON_NO_PLAN] = "if it shall climb, name its model or MAC in a "
	                      "plan of Kea's configuration",
	[SL_REASON_ALL_SENT] = "wait, and leave it plugged in",
	[SL_REASON_ABORTED] = "look at the network between phone and server, "
	                      "at its load and its MTU",
	[SL_REASON_NO_IMAGE] = "if it stays so, put a stage with an older load "
	                       "before this one (8.5(2) for most 79xx)",
	[SL_REASON_STEPPED_DOWN] = "nothing yet: the phone tries the lower "
	                           "stage by itself",
	[SL_REASON_NO_STAGE_LEFT] = "put a stage with an older load first in "
	                            "the plan, then `stageload retry`",
	[SL_REASON_NO_CONTACT] = "plug the phone in next to the server, look "
	                         "for a second DHCP server, let UDP port 69 "
	                         "through",
	[SL_REASON_HELD] = "`stageload release` when it shall go on",
	[SL_REASON_UNKNOWN_ADDRESS] =
	    "give it its address by DHCP from this server: no static one, and "
	    "no address translation in between",
	[SL_REASON_BOOT_MISSING] = "unpack the whole firmware package into "
	                           "that directory; the phone asks again by "
	                           "itself",
	[SL_REASON_PART_MISSING] = "unpack the whole firmware package into the "
	                           "stage's directory; the phone asks again by "
	                           "itself",
	[SL_REASON_PART_CASE] = "nothing; a server without stageload would "
	                        "refuse that file",
	[SL_REASON_PART_UNREADABLE] =
	    "leave one file of that name, below the TFTP root, with mode 0644 "
	    "in directories of mode 0755",
	[SL_REASON_TRUST_LOOP] = "put an empty file of that name into the TFTP "
	                         "root, or erase the phone's trust list",
	[SL_REASON_NO_CONFIG] = "write that file, or XMLDefault.cnf.xml, into "
	                        "the TFTP root, or give the stage a `config`",
	[SL_REASON_DAMAGED] = "reset it to factory settings; if it asks the "
	                      "same again, the phone is broken",
	[SL_REASON_MOVED_AWAY] = "empty <loadServer> and switch "
	                         "<peerFirmwareSharing> off in that file",
};

const char *
sl_reason_cure(enum sl_reason reason)
{
	if ((unsigned)reason >= SL_REASONS || cures[reason] == NULL)
		return "";
	return cures[reason];
}
