/* SPDX-License-Identifier: BSD-2-Clause */
/* preload_module.c: load a remap module and call it by the rules of the ABI. */
#include "preload_module.h"

#include "preload_host.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

/* A copy as long as both sides know it; what a module lacks is NULL here. */
static struct tftpd_remap_module module;
static void *context;

static void
complain(const char *path, const char *why)
{
	sl_host_logf(LOG_ERR,
	    "remap module %s: %s; every request is served as asked", path, why);
}

static const char *
adopt(const struct tftpd_remap_module *exported)
{
	uint32_t size;

	if (exported == NULL)
		return "exports no tftpd_remap_module";
	if (exported->abi != TFTPD_REMAP_ABI)
		return "was built for another version of the interface";
	size = exported->size;
	memcpy(
	    &module, exported, size < sizeof(module) ? size : sizeof(module));
	if (module.open == NULL || module.rewrite == NULL)
		return "lacks open or rewrite";
	context = module.open(sl_host());
	return context == NULL ? "could not be opened" : NULL;
}

static const char *
load(const char *path)
{
	const char *why;
	void *library;

	if (*path != '/')
		return "TFTPD_REMAP_MODULE must name it by its absolute path";
	library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (library == NULL) {
		why = dlerror();
		return why == NULL ? "could not be loaded" : why;
	}
	/* Never unloaded: it may have left something of its own behind. */
	return adopt(dlsym(library, "tftpd_remap_module"));
}

void
sl_module_open(void)
{
	const char *path = getenv("TFTPD_REMAP_MODULE");
	int saved = errno;
	const char *why;

	if (path == NULL)
		path = "";
	why = load(path);
	if (why != NULL)
		complain(*path == '\0' ? "(none)" : path, why);
	else
		sl_host_logf(LOG_INFO, "remap module %s (%s): ready",
		    module.name == NULL ? "unnamed" : module.name, path);
	errno = saved;
}

bool
sl_module_ready(void)
{
	return context != NULL;
}

enum tftpd_remap_verdict
sl_module_rewrite(struct tftpd_remap_request *request)
{
	enum tftpd_remap_verdict verdict;
	int saved = errno;

	if (context == NULL)
		return TFTPD_REMAP_PASS;
	verdict = module.rewrite(context, request);
	errno = saved;
	if (verdict != TFTPD_REMAP_REWRITE && verdict != TFTPD_REMAP_DENY)
		return TFTPD_REMAP_PASS;
	return verdict;
}

void
sl_module_start(void)
{
	int saved = errno;

	if (context != NULL && module.start != NULL)
		module.start(context);
	errno = saved;
}

void
sl_module_done(const struct tftpd_remap_result *result)
{
	int saved = errno;

	if (context != NULL && module.done != NULL)
		module.done(context, result);
	errno = saved;
}

void
sl_module_close(void)
{
	int saved = errno;

	if (context != NULL && module.close != NULL)
		module.close(context);
	context = NULL;
	errno = saved;
}
