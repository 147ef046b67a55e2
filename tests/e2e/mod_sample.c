/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mod_sample.c: a remap module without any product behind it, for testing
 * carriers: a table says what it answers, a file tells what it heard.
 *
 * The file's path is host.args; one line is appended for open, for each
 * start and for each done.  With args "" open answers NULL.  SAMPLE_ABI
 * builds a module of another interface.
 */
#include "tftpd_remap.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef SAMPLE_ABI
#define SAMPLE_ABI TFTPD_REMAP_ABI
#endif

struct sample {
	int fd;
	uint64_t requests;
	char asked[64]; /* the last request; in a child: its own */
};

struct answer {
	const char *asked;
	int verdict;
	const char *name;
};

/* The rows from "empty" on are what a host must not believe. */
static const struct answer answers[] = {
	{ "a", TFTPD_REMAP_REWRITE, "b/a" },
	{ "/srv/sample/a", TFTPD_REMAP_REWRITE, "/srv/sample/b/a" },
	{ "longer-than-its-target", TFTPD_REMAP_REWRITE, "a" },
	{ "same", TFTPD_REMAP_REWRITE, "same" },
	{ "deny-me", TFTPD_REMAP_DENY, "busy" },
	{ "deny-mute", TFTPD_REMAP_DENY, NULL },
	{ "empty", TFTPD_REMAP_REWRITE, "" },
	{ "climbing", TFTPD_REMAP_REWRITE, "b/../../etc/passwd" },
	{ "control", TFTPD_REMAP_REWRITE, "b/\na" },
	{ "outside", TFTPD_REMAP_REWRITE, "/etc/passwd" },
	{ "unknown-verdict", 77, "b/a" },
	{ "endless", TFTPD_REMAP_REWRITE, NULL },
};

static void __attribute__((format(printf, 2, 3)))
note(struct sample *sample, const char *format, ...)
{
	char line[256];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (len > 0 && (size_t)len < sizeof(line) &&
	    write(sample->fd, line, (size_t)len) != len)
		sample->fd = -1;
}

static void *
sample_open(const struct tftpd_remap_host *host)
{
	static struct sample sample;
	int fd = open(host->args, O_WRONLY | O_APPEND | O_CREAT, 0644);

	if (fd < 0)
		return NULL;
	/* Low numbers may be taken for the standard streams later. */
	sample.fd = fcntl(fd, F_DUPFD_CLOEXEC, 10);
	close(fd);
	if (sample.fd < 0)
		return NULL;
	note(&sample, "open root=%s flags=%u\n", host->root, host->flags);
	host->log(TFTPD_REMAP_LOG_INFO, "sample module speaking");
	return &sample;
}

static enum tftpd_remap_verdict
give(const struct answer *answer, struct tftpd_remap_request *request)
{
	if (answer->verdict == TFTPD_REMAP_DENY) {
		request->deny_code = 0;
		request->deny_text = answer->name;
	} else if (answer->name == NULL) {
		memset(request->name, 'x', request->name_size);
	} else {
		snprintf(request->name, request->name_size, "%s", answer->name);
	}
	return (enum tftpd_remap_verdict)answer->verdict;
}

static enum tftpd_remap_verdict
sample_rewrite(void *ctx, struct tftpd_remap_request *request)
{
	struct sample *sample = ctx;

	request->token = ++sample->requests;
	snprintf(sample->asked, sizeof(sample->asked), "%s", request->filename);
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		if (strcmp(request->filename, answers[i].asked) == 0)
			return give(&answers[i], request);
	}
	return TFTPD_REMAP_PASS;
}

static void
sample_start(void *ctx)
{
	struct sample *sample = ctx;

	note(sample, "start name=%s token=%llu\n", sample->asked,
	    (unsigned long long)sample->requests);
}

static void
sample_done(void *ctx, const struct tftpd_remap_result *result)
{
	struct sample *sample = ctx;

	note(sample,
	    "done name=%s token=%llu status=%u error=%u retransmits=%u "
	    "bytes=%llu last=%u\n",
	    sample->asked, (unsigned long long)result->token, result->status,
	    result->tftp_error, result->retransmits,
	    (unsigned long long)result->bytes, result->last_sent);
}

static void
sample_close(void *ctx)
{
	note(ctx, "close\n");
}

__attribute__((visibility("default")))
const struct tftpd_remap_module tftpd_remap_module = {
	.abi = SAMPLE_ABI,
	.size = sizeof(tftpd_remap_module),
	.name = "sample",
	.open = sample_open,
	.rewrite = sample_rewrite,
	.start = sample_start,
	.done = sample_done,
	.close = sample_close,
};
