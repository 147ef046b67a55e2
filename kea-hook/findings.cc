/* SPDX-License-Identifier: BSD-2-Clause */
/* What is wrong with what Kea itself tells a phone, and what is done. */
#include "findings.h"

#include <algorithm>
#include <string>

#include "stageload_log.h"

namespace stageload
{

namespace
{

constexpr int64_t again_ms = 10 * 60 * 1000;

/* The part of a reply that a finding is about. */
enum Part { Whole, Option150, Option66, Siaddr };

Part
partOf(enum sl_finding finding)
{
	if (finding >= SL_FINDING_SIADDR_REVERSED)
		return Siaddr;
	if (finding >= SL_FINDING_66_EMPTY)
		return Option66;
	return finding >= SL_FINDING_150_EMPTY ? Option150 : Whole;
}

void
keepRaw(const uint8_t *data, size_t length, Audited &out)
{
	out.raw_length = static_cast<uint8_t>(
	    std::min(length, static_cast<size_t>(SL_EVENT_RAW_MAX)));
	std::copy_n(data, out.raw_length, out.raw);
}

} // namespace

FindingLimit::Slot *
FindingLimit::find(uint64_t key, int64_t now)
{
	size_t first = (key * UINT64_C(0x9e3779b97f4a7c15)) >> 32;
	Slot *unused = nullptr;

	for (size_t i = 0; i < probes; i++) {
		Slot &slot = slot_[(first + i) % slots];

		if (slot.key == key)
			return &slot;
		if (unused == nullptr && now >= slot.next_ms)
			unused = &slot;
	}
	if (unused != nullptr)
		*unused = Slot{ key, 0, 0 };
	return unused;
}

bool
FindingLimit::due(
    const sl_mac &mac, enum sl_finding finding, uint64_t &swallowed)
{
	std::lock_guard<std::mutex> lock(mutex_);
	int64_t now = nowMs();
	uint64_t key = 0;
	Slot *slot;

	for (uint8_t octet : mac.octet)
		key = key << 8 | octet;
	slot = find(key << 8 | finding, now);
	if (slot == nullptr)
		return false;
	if (now < slot->next_ms) {
		slot->swallowed++;
		return false;
	}
	swallowed = slot->swallowed;
	slot->swallowed = 0;
	slot->next_ms = now + again_ms;
	return true;
}

void
Audited::describe(sl_event &event) const
{
	event.finding150 = finding150;
	event.finding66 = finding66;
	event.raw_length = raw_length;
	event.left = leavesMalformed();
	std::copy_n(raw, sizeof(raw), event.raw);
}

/* What a finding is judged by. */
struct Auditor::Case {
	const Reply &reply;
	const sl_mac &mac;
	const sl_config &config;
	const Delivery &delivery;
	const sl_audit_input &in;
};

void
Auditor::log(const Case &which, enum sl_finding finding, const char *done)
{
	bool note = sl_finding_is_note(finding);
	char text[SL_FINDING_TEXT_MAX], cure[SL_CURE_MAX];
	uint64_t swallowed;

	if ((note && !logger.isDebugEnabled(isc::log::DBGLVL_TRACE_BASIC)) ||
	    !limit_.due(which.mac, finding, swallowed))
		return;
	sl_finding_text(finding, &which.in, text, sizeof(text));
	sl_finding_cure(finding, &which.in, cure, sizeof(cure));
	if (note) {
		LOG_DEBUG(logger, isc::log::DBGLVL_TRACE_BASIC, STAGELOAD_AUDIT)
		    .arg(which.reply.label())
		    .arg(sl_finding_name(finding))
		    .arg(text)
		    .arg(done)
		    .arg(cure)
		    .arg(swallowed);
	} else {
		LOG_WARN(logger, STAGELOAD_AUDIT)
		    .arg(which.reply.label())
		    .arg(sl_finding_name(finding))
		    .arg(text)
		    .arg(done)
		    .arg(cure)
		    .arg(swallowed);
	}
}

void
Auditor::judge(const Case &which, enum sl_finding finding, Audited &out)
{
	bool note = sl_finding_is_note(finding);
	bool left = which.config.audit == SL_AUDIT_WARN && !note;
	Treatment::How how = left   ? Treatment::Leave
	                     : note ? Treatment::Usual
	                            : Treatment::Mend;
	const sl_audit_input &in = which.in;
	bool ours = true;

	switch (partOf(finding)) {
	case Whole:
		log(which, finding,
		    "nothing added, as option 55 asks for nothing");
		return;
	case Option150:
		out.treatment.option150 = how;
		ours = which.delivery.option150 != nullptr;
		if (!note) {
			out.finding150 = finding;
			keepRaw(in.option150, in.option150_length, out);
		}
		break;
	case Option66:
		out.treatment.option66 = how;
		ours = which.delivery.option66 != nullptr;
		if (!note) {
			out.finding66 = finding;
			if (out.finding150 == SL_FINDING_NONE)
				keepRaw(in.option66, in.option66_length, out);
		}
		break;
	case Siaddr:
		out.treatment.siaddr = how;
		ours = !which.delivery.siaddr.isV4Zero();
		break;
	}
	if (how == Treatment::Mend)
		count(counters_.options_repaired);
	log(which, finding,
	    left   ? "left as it is"
	    : ours ? "replaced"
	           : "removed");
}

Audited
Auditor::audit(const Reply &reply, const sl_mac &mac, const sl_config &config,
    const sl_sent &sent, const Delivery &delivery)
{
	enum sl_finding found[SL_AUDIT_MAX];
	size_t found_count;
	Audited out;
	Own own;

	if (config.audit == SL_AUDIT_OFF)
		return out;
	reply.own(own);
	own.in.intended = &sent.servers;
	own.in.intended_name = sent.server_name;
	found_count = sl_audit_reply(&own.in, found);
	if (found_count == 0)
		return out;
	Case which{ reply, mac, config, delivery, own.in };
	for (size_t i = 0; i < found_count; i++) {
		/* Most often: the hook is what tells the servers. */
		if (found[i] == SL_FINDING_NO_SERVER &&
		    reply.gets(delivery, config.send == SL_SEND_REQUESTED))
			continue;
		judge(which, found[i], out);
	}
	return out;
}

} // namespace stageload
