/* SPDX-License-Identifier: BSD-2-Clause */
/* lease.c: a phone's DHCP, and which TFTP server it takes from the answer. */
#include <arpa/inet.h>
#include <string.h>

#include "phone.h"

enum { SHORTEST_WAIT_US = 300 * 1000, REQUEST_TRIES = 4 };

static void
set_vendor_class(const struct phone *phone, struct dhcp_query *query)
{
	const struct model *model = phone->spec.model;
	const char *text = model->vendor_class;

	if (phone->spec.has_opt60) {
		query->vendor_class = phone->spec.opt60;
		query->vendor_class_length = phone->spec.opt60_length;
		return;
	}
	if (phone->in_boot && model->reset_class != NULL)
		text = model->reset_class;
	query->vendor_class = (const uint8_t *)text;
	query->vendor_class_length = strlen(text) + (model->nul ? 1 : 0);
}

static void
send_query(const struct phone *phone, uint8_t type)
{
	struct dhcp_query query = {
		.type = type,
		.xid = phone->xid,
		.requested = phone->offered,
		.server_id = phone->dhcp_server,
		.parameters = phone->spec.prl,
		.parameters_length = phone->spec.prl_length,
	};

	memcpy(query.mac, phone->spec.mac, 6);
	set_vendor_class(phone, &query);
	dhcp_send(&phone->sim->relay, &query);
}

static void
repeat(void *arg)
{
	struct phone *phone = arg;
	double wait = 4 << (phone->tries < 4 ? phone->tries : 4);
	uint64_t us =
	    sim_us(phone->sim, wait * (0.9 + 0.2 * phone_random(phone)));
	uint64_t floor = SHORTEST_WAIT_US
	                 << (phone->tries < 4 ? phone->tries : 4);

	if (phone->step == STEP_REQUEST && phone->tries >= REQUEST_TRIES) {
		lease_start(phone);
		return;
	}
	send_query(
	    phone, phone->step == STEP_REQUEST ? DHCP_REQUEST : DHCP_DISCOVER);
	phone->tries++;
	timer_set(&phone->sim->loop, &phone->timer, us < floor ? floor : us,
	    repeat, phone);
}

void
lease_start(struct phone *phone)
{
	phone->step = STEP_DISCOVER;
	phone->tries = 0;
	phone->xid = (uint32_t)(phone_random(phone) * 4294967296.0);
	repeat(phone);
}

static void
tell_reply(
    struct phone *phone, const struct dhcp_reply *reply, const char *event)
{
	struct report *r = phone_event(phone, event);
	const struct dhcp_option *o150 = &reply->option150;
	const struct dhcp_option *o66 = &reply->option66;

	report_addr(r, "yiaddr", reply->yiaddr);
	report_addr(r, "siaddr", reply->siaddr);
	report_hex(
	    r, "option150", o150->present ? o150->data : NULL, o150->length);
	report_hex(r, "option66", o66->present ? o66->data : NULL, o66->length);
	if (phone->sim->trace_hex)
		report_hex(r, "raw", reply->raw, reply->raw_length);
	report_end(r);
}

static void
add_server(struct phone *phone, const void *octets)
{
	struct in_addr addr;

	memcpy(&addr, octets, sizeof(addr));
	if (addr.s_addr != 0 && phone->servers < 2)
		phone->server[phone->servers++] = addr;
}

static void
add_dotted(struct phone *phone, const struct dhcp_option *option)
{
	char text[256];
	struct in_addr addr;

	memcpy(text, option->data, option->length);
	text[option->length] = '\0';
	/* A trailing NUL is tolerated; a host name would need a resolver. */
	if (option->present && inet_pton(AF_INET, text, &addr) == 1)
		add_server(phone, &addr);
}

static void
choose_servers(struct phone *phone, const struct dhcp_reply *reply)
{
	enum server_choice choice = phone->spec.choice;
	const struct dhcp_option *o150 = &reply->option150;

	phone->servers = 0;
	phone->current = 0;
	if (choice == CHOICE_ANY || choice == CHOICE_150)
		for (size_t i = 0; i + 4 <= o150->length; i += 4)
			add_server(phone, o150->data + i);
	if (choice == CHOICE_66 ||
	    (choice == CHOICE_ANY && phone->servers == 0))
		add_dotted(phone, &reply->option66);
	if (choice == CHOICE_SIADDR ||
	    (choice == CHOICE_ANY && phone->servers == 0))
		add_server(phone, &reply->siaddr);
}

/* A list of addresses of any other length spoils the whole answer. */
static bool
refuses(struct phone *phone, const struct dhcp_reply *reply)
{
	const struct dhcp_option *o150 = &reply->option150;

	if (!o150->present || (o150->length != 0 && o150->length % 4 == 0))
		return false;
	tell_reply(phone, reply, "nak-offer150");
	phone_after(phone, 10, lease_start);
	phone->step = STEP_OFF;
	return true;
}

static void
take_offer(struct phone *phone, const struct dhcp_reply *reply)
{
	tell_reply(phone, reply, "offer");
	if (refuses(phone, reply))
		return;
	phone->offered = reply->yiaddr;
	phone->dhcp_server = reply->server_id;
	phone->step = STEP_REQUEST;
	phone->tries = 0;
	repeat(phone);
}

static void
take_ack(struct phone *phone, const struct dhcp_reply *reply)
{
	phone->ip = reply->yiaddr;
	tell_reply(phone, reply, "ack");
	if (refuses(phone, reply)) {
		phone->ip.s_addr = 0;
		return;
	}
	timer_clear(&phone->sim->loop, &phone->timer);
	choose_servers(phone, reply);
	if (phone->servers == 0) {
		report_end(phone_event(phone, "no-server"));
		phone_loop(phone);
		return;
	}
	/* "TFTP server chosen" came a second after the ACK: phones.md 4. */
	phone->step = STEP_OFF;
	phone_after(phone, 1, phone_leased);
}

void
lease_take(struct phone *phone, const struct dhcp_reply *reply)
{
	if (reply->xid != phone->xid)
		return;
	if (phone->step == STEP_DISCOVER && reply->type == DHCP_OFFER) {
		take_offer(phone, reply);
	} else if (phone->step == STEP_REQUEST && reply->type == DHCP_ACK) {
		take_ack(phone, reply);
	} else if (phone->step == STEP_REQUEST && reply->type == DHCP_NAK) {
		tell_reply(phone, reply, "nak");
		phone_after(phone, 10, lease_start);
		phone->step = STEP_OFF;
	}
}
