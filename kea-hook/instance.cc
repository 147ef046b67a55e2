/* SPDX-License-Identifier: BSD-2-Clause */
/* What the hook does with a packet: ask common/, apply, report. */
#include "instance.h"

#include <cstring>
#include <stdexcept>
#include <utility>

namespace stageload
{

Instance::Instance(Parameters parameters) : parameters_(std::move(parameters))
{
	if (parameters_.config)
		use();
	else
		refused_ = parameters_.sentence;
	counters_.declare();
}

Instance::~Instance()
{
	keeper_.reset();
	counters_.forget();
}

/* Opens nothing: load() also runs when a configuration is only tested. */
void
Instance::use()
{
	const sl_config &config = *parameters_.config;

	client_class_ = config.client_class;
	sl_serve_dhcp(
	    nullptr, &config.servers, config.server_name, &static_sent_);
	static_ = prepare(static_sent_);
	door_.reset(sl_door_new(parameters_.state.c_str()));
	if (!door_)
		throw std::bad_alloc();
}

/*
 * Kea goes on with the subnets it had before, but with this new instance of
 * the library: the old one, and its good parameters, are gone.  What it had
 * published is their only copy.
 */
void
Instance::fallBack()
{
	const std::string dir = parameters_.state;
	Parameters published = readPublished(dir);

	if (!published.config) {
		LOG_WARN(logger, STAGELOAD_CONFIG_NONE).arg(published.sentence);
		return;
	}
	parameters_ = std::move(published);
	try {
		use();
	} catch (...) {
		/* Half of it is worse than nothing: replies look at this. */
		parameters_.config.reset();
		throw;
	}
	LOG_WARN(logger, STAGELOAD_CONFIG_KEPT).arg(dir);
}

void
Instance::configured()
{
	if (!parameters_.config)
		fallBack();
	if (!parameters_.config || keeper_)
		return;
	try {
		std::string json = refused_.empty() ? parameters_.json : "";

		keeper_.reset(new Keeper(door_.get(), parameters_.state, json));
		keeper_->start();
	} catch (const std::exception &problem) {
		LOG_ERROR(logger, STAGELOAD_KEEPER_FAILED).arg(problem.what());
	}
}

void
Instance::reply(isc::hooks::CalloutHandle &handle)
{
	Reply reply(handle);
	sl_mac mac;

	if (reply.kind() == Reply::PackedBootp &&
	    !bootp_warned_.exchange(true)) {
		LOG_WARN(logger, STAGELOAD_BOOTP_ORDER);
	}
	if (reply.kind() != Reply::Offer && reply.kind() != Reply::Ack)
		return;
	count(counters_.packets);
	if (parameters_.config) {
		if (keeper_)
			keeper_->wake();
		if (reply.mac(mac) && reply.toPhone(client_class_))
			toPhone(reply, mac);
		else
			toOther(reply);
	}
	counters_.fold();
}

void
Instance::toPhone(Reply &reply, const sl_mac &mac)
{
	uint8_t way = SL_WAY_ALL;
	sl_sent sent;
	Delivery delivery;
	Audited audited;

	count(counters_.phones);
	ask(reply, mac, sent, way);
	delivery = deliver(reply, sent);
	audited = audit(reply, mac, sent, delivery);
	reply.apply(delivery, parameters_.config->send == SL_SEND_REQUESTED,
	    audited.treatment);
	count(counters_.options_set);
	LOG_DEBUG(logger, isc::log::DBGLVL_TRACE_BASIC, STAGELOAD_REPLY)
	    .arg(reply.label())
	    .arg(reply.model())
	    .arg(delivery.option150 ? "set" : "left out")
	    .arg(delivery.option66 ? "set" : "left out")
	    .arg(delivery.siaddr.toText());
	if (reply.kind() == Reply::Ack || audited.leavesMalformed())
		report(reply, mac, way, audited);
}

/* What the state says the phone shall get, or else the configuration. */
void
Instance::ask(
    const Reply &reply, const sl_mac &mac, sl_sent &sent, uint8_t &way)
{
	const sl_config &config = *parameters_.config;
	sl_answer answer;
	uint64_t swallowed;
	enum sl_rc rc = sl_door_by_mac(door_.get(), &mac, &answer);

	if (rc == SL_OK) {
		sl_serve_dhcp(
		    &answer, &config.servers, config.server_name, &sent);
		way = answer.phone.way;
		return;
	}
	sent = static_sent_;
	if (rc == SL_NONE)
		return;
	count(counters_.state_errors);
	/* The keeper has told what is wrong with a state that it misses. */
	if (keeper_ && keeper_->ready() && lookup_limit_.due(swallowed)) {
		LOG_WARN(logger, STAGELOAD_LOOKUP_FAILED)
		    .arg(reply.label())
		    .arg(swallowed);
	}
}

Delivery
Instance::deliver(const Reply &reply, const sl_sent &sent)
{
	uint64_t swallowed;

	try {
		return prepare(sent, static_sent_, static_);
	} catch (const std::invalid_argument &problem) {
		count(counters_.state_errors);
		if (plan_limit_.due(swallowed)) {
			LOG_WARN(logger, STAGELOAD_PLAN_UNUSABLE)
			    .arg(reply.label())
			    .arg(problem.what());
		}
		return static_;
	}
}

/* An option that Kea itself can not write is no reason to send nothing. */
Audited
Instance::audit(const Reply &reply, const sl_mac &mac, const sl_sent &sent,
    const Delivery &delivery)
{
	try {
		return auditor_.audit(
		    reply, mac, *parameters_.config, sent, delivery);
	} catch (const std::exception &problem) {
		failed("pkt4_send", problem.what());
		return Audited();
	}
}

void
Instance::report(
    const Reply &reply, const sl_mac &mac, uint8_t way, const Audited &audited)
{
	bool bound = reply.kind() == Reply::Ack;
	sl_event event;

	if (bound && reply.address() == 0)
		return;
	std::memset(&event, 0, sizeof(event));
	event.kind = SL_EVENT_LEASE;
	event.mac = mac;
	event.addr = bound ? reply.address() : 0;
	event.lease = reply.leaseKind();
	event.way = way;
	event.model = reply.model();
	audited.describe(event);
	reported_.add(event.addr, mac);
	append(event, reply.label());
}

/* By what was reported just now, else by the state. */
bool
Instance::ownerOf(uint32_t addr, sl_mac &owner)
{
	return reported_.take(addr, owner) ||
	       sl_door_owner(door_.get(), addr, &owner) == SL_OK;
}

/* A phone's address that another client was given is the phone's no more. */
void
Instance::toOther(const Reply &reply)
{
	sl_mac owner, mac;

	if (reply.kind() != Reply::Ack || !reply.givesAddress() ||
	    !ownerOf(reply.address(), owner))
		return;
	if (reply.mac(mac) && sl_mac_equal(&mac, &owner))
		return;
	unbind(reply.address(), owner);
}

void
Instance::freed(const std::vector<Freed> &all)
{
	sl_mac owner;

	if (!parameters_.config)
		return;
	for (const Freed &one : all)
		if (ownerOf(one.addr, owner) &&
		    (!one.has_mac || sl_mac_equal(&one.mac, &owner)))
			unbind(one.addr, owner);
	counters_.fold();
}

void
Instance::unbind(uint32_t addr, const sl_mac &owner)
{
	char text[SL_MAC_TEXT];
	sl_event event;

	std::memset(&event, 0, sizeof(event));
	event.kind = SL_EVENT_UNBIND;
	event.mac = owner;
	event.addr = addr;
	sl_mac_print(&owner, text);
	append(event, text);
}

void
Instance::append(const sl_event &event, const std::string &label)
{
	uint64_t swallowed;

	if (sl_door_append(door_.get(), &event) == SL_OK ||
	    (keeper_ && !keeper_->ready() && keeper_->hold(event)))
		return;
	count(counters_.events_dropped);
	if (keeper_ && keeper_->ready() && event_limit_.due(swallowed)) {
		LOG_WARN(logger, STAGELOAD_EVENT_DROPPED)
		    .arg(label)
		    .arg(swallowed);
	}
}

void
Instance::failed(const char *callout, const char *what)
{
	uint64_t swallowed;

	count(counters_.callout_errors);
	if (failed_limit_.due(swallowed)) {
		LOG_ERROR(logger, STAGELOAD_CALLOUT_FAILED)
		    .arg(callout)
		    .arg(what)
		    .arg(swallowed);
	}
}

} // namespace stageload
