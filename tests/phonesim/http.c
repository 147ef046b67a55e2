/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * http.c: newer phones try HTTP on port 6970 first.  Nothing is fetched that
 * way here: refused, silent or open, the phone goes on by TFTP.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "phone.h"

#define PATIENCE_S 30.0

enum { PORT = 6970, SHORTEST_US = 500 * 1000 };

static void
go_on(struct phone *phone, const char *result)
{
	if (phone->http_fd >= 0)
		close(phone->http_fd);
	phone->http_fd = -1;
	report_str(phone_event(phone, "http"), "result", result);
	report_end(&phone->sim->report);
	phone->http_next(phone);
}

static void
refused(void *arg)
{
	struct phone *phone = arg;

	timer_clear(&phone->sim->loop, &phone->timer);
	go_on(phone, "refused");
}

static void
no_answer(void *arg)
{
	struct phone *phone = arg;
	struct sockaddr_in peer;
	socklen_t room = sizeof(peer);
	bool open =
	    getpeername(phone->http_fd, (struct sockaddr *)&peer, &room) == 0;

	go_on(phone, open ? "open" : "silent");
}

static bool
connecting(struct phone *phone)
{
	struct sockaddr_in from = { .sin_family = AF_INET,
		.sin_addr = phone->ip };
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(PORT),
		.sin_addr = phone->server[phone->current] };
	int on = 1;

	setsockopt(phone->http_fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof(on));
	if (bind(phone->http_fd, (struct sockaddr *)&from, sizeof(from)) < 0)
		return false;
	return connect(phone->http_fd, (struct sockaddr *)&to, sizeof(to)) ==
	           0 ||
	       errno == EINPROGRESS;
}

void
http_look(struct phone *phone, void (*next)(struct phone *phone))
{
	struct loop *loop = &phone->sim->loop;
	uint64_t us = sim_us(phone->sim, PATIENCE_S);

	phone->http_next = next;
	phone->http_watch = (struct watch){ refused, phone };
	phone->http_fd =
	    socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (phone->http_fd < 0 || !connecting(phone) ||
	    !loop_watch(loop, phone->http_fd, &phone->http_watch)) {
		go_on(phone, "refused");
		return;
	}
	timer_set(loop, &phone->timer, us < SHORTEST_US ? SHORTEST_US : us,
	    no_answer, phone);
}
