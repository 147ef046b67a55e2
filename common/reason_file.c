/* SPDX-License-Identifier: BSD-2-Clause */
/* Reasons about files and addresses: missing, unreadable, strange. */
#include "model.h"
#include "reason_tell.h"
#include "text.h"

void
sl_tell_unknown_address(const struct telling *t)
{
	char addr[SL_ADDR_TEXT];

	sl_addr_print(t->phone->addr, addr);
	sl_say(t,
	    "firmware is asked from an address that no lease tells, probably "
	    "by this phone: its lease is %s",
	    t->phone->addr == 0 ? "over" : addr);
}

void
sl_tell_boot_missing(const struct telling *t)
{
	char a[LABEL_MAX], b[LABEL_MAX];

	sl_say(t, "its boot file %s is not in the directory of %s",
	    sl_load(t, "of unknown name", a), sl_own_stage(t, b));
}

void
sl_tell_part_missing(const struct telling *t)
{
	char a[LABEL_MAX], b[LABEL_MAX];

	sl_say(t,
	    "a file that it needs for %s is in no directory of its plan; %s "
	    "delivered",
	    sl_own_stage(t, a), sl_parts(t, b));
}

void
sl_tell_part_case(const struct telling *t)
{
	char a[LABEL_MAX];

	sl_say(t,
	    "a file of %s has another letter case than the phone asks; it is "
	    "served all the same",
	    sl_own_stage(t, a));
}

void
sl_tell_part_unreadable(const struct telling *t)
{
	char a[LABEL_MAX];

	sl_say(t,
	    "a file that it needs for %s is there, but in.tftpd can not give "
	    "it",
	    sl_own_stage(t, a));
}

void
sl_tell_trust_loop(const struct telling *t)
{
	sl_say(t, "asks the same trust file again and again and never its "
	          "configuration");
}

void
sl_tell_no_config(const struct telling *t)
{
	const uint8_t *o = t->phone->mac.octet;

	sl_say(t,
	    "asks its configuration SEP%02X%02X%02X%02X%02X%02X.cnf.xml, and "
	    "neither that nor a default is there",
	    o[0], o[1], o[2], o[3], o[4], o[5]);
}

void
sl_tell_on_target(const struct telling *t)
{
	char a[LABEL_MAX];

	sl_say(t,
	    "runs %s already: its configuration names that load, and it asked "
	    "for none",
	    sl_own_stage(t, a));
}

void
sl_tell_damaged(const struct telling *t)
{
	char a[LABEL_MAX];

	sl_say(t,
	    "asks the load %s, which is a serial number and no load: what it "
	    "boots from is damaged",
	    sl_load(t, "of unknown name", a));
}

void
sl_tell_moved_away(const struct telling *t)
{
	char a[LABEL_MAX];

	sl_say(t,
	    "its configuration at %s sends it elsewhere for firmware, so it "
	    "does not ask here",
	    sl_own_stage(t, a));
}
