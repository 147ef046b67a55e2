/* SPDX-License-Identifier: BSD-2-Clause */
/* preload_real.c: find libc's functions, at the latest when first needed. */
#include "preload_real.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

static struct sl_real real;
static bool found;

/* Arguments do not matter to a function that only sets errno. */
static ssize_t
missing(void)
{
	errno = ENOSYS;
	return -1;
}

static void
find(void *member, const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (function == NULL)
		function = (void *)missing;
	memcpy(member, &function, sizeof(function));
}

const struct sl_real *
sl_real(void)
{
	if (found)
		return &real;
	find(&real.recv, "recv");
	find(&real.recvfrom, "recvfrom");
	find(&real.recvmsg, "recvmsg");
	find(&real.recv_chk, "__recv_chk");
	find(&real.recvfrom_chk, "__recvfrom_chk");
	find(&real.send, "send");
	find(&real.sendto, "sendto");
	find(&real.sendmsg, "sendmsg");
	find(&real.fork, "fork");
	find(&real.select, "select");
	find(&real.poll, "poll");
	find(&real.ppoll, "ppoll");
	found = true;
	return &real;
}
