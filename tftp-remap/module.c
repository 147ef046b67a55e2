/* SPDX-License-Identifier: BSD-2-Clause */
/* module.c: the remap ABI in terms of the state's door: phone, stage, file. */
#include "tftpd_remap.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "serve.h"
#include "state.h"
#include "text.h"
#include "tree.h"

#define REFRESH_MS 200
#define LINE_MAX_OCTETS 1024

/* Members up to this one are there, whatever the other side's version. */
#define HAS(object, member)                                          \
	((object)->size >= offsetof(__typeof__(*(object)), member) + \
	                       sizeof((object)->member))

struct context {
	void (*log)(enum tftpd_remap_level level, const char *text);
	const char *root;
	uint32_t flags;
	char dir[4096]; /* the state directory */
	struct sl_door *door;
	struct sl_tree *tree; /* NULL: in.tftpd was given no directory */
	bool refreshed;       /* the two below are of a refresh */
	enum sl_rc rc;
	struct sl_err why;
	char noted[LINE_MAX_OCTETS]; /* the last line about a file */
	time_t told;                 /* and when, monotonic seconds */
	struct sl_answer answer;
	/*
	 * The request judged last.  The child that serves it is forked before
	 * the next one is judged, so its copy is the child's own request.
	 */
	struct sl_event last;
	time_t strange_s; /* when a stranger's request was journaled last */
};

#define TOKEN_NONE 0
#define TOKEN_LAST 1

static void
say(const struct context *ctx, enum tftpd_remap_level level, char *line)
{
	/* Names come from the network: they must not forge lines. */
	for (char *at = line; *at != '\0'; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			*at = '?';
	ctx->log(level, line);
}

/* Tells once that the state went or came; the door says why. */
static void
tell_state(struct context *ctx, enum sl_rc rc, const struct sl_err *why)
{
	struct sl_mac mac;
	bool usable = sl_door_owner(ctx->door, 0, &mac) != SL_AGAIN;
	char line[LINE_MAX_OCTETS];

	if (rc == SL_OK)
		snprintf(line, sizeof(line),
		    "stageload: state in %.300s: phones are served by stage",
		    ctx->dir);
	else if (usable)
		snprintf(line, sizeof(line),
		    "stageload: %s: what phones fetch goes unseen", why->text);
	else if (rc == SL_NONE)
		snprintf(line, sizeof(line),
		    "stageload: no state in %.300s: files are served as asked",
		    ctx->dir);
	else
		snprintf(line, sizeof(line),
		    "stageload: %s: files are served as asked", why->text);
	say(ctx, rc == SL_OK ? TFTPD_REMAP_LOG_INFO : TFTPD_REMAP_LOG_WARNING,
	    line);
}

static void
refresh(struct context *ctx, uint32_t min_interval_ms)
{
	struct sl_err why = { "" };
	enum sl_rc rc = sl_door_refresh(ctx->door, min_interval_ms, &why);

	if (ctx->refreshed && rc == ctx->rc &&
	    strcmp(why.text, ctx->why.text) == 0)
		return;
	ctx->refreshed = true;
	ctx->rc = rc;
	ctx->why = why;
	tell_state(ctx, rc, &why);
}

/* `state=DIR` among the administrator's words, else the environment. */
static bool
choose_state(struct context *ctx, const char *args)
{
	static const char key[] = "state=";
	const char *dir = getenv("STAGELOAD_STATE");
	size_t length;

	if (dir == NULL || *dir == '\0')
		dir = SL_STATE_DIRECTORY;
	length = strlen(dir);
	while (*args != '\0') {
		size_t word = strcspn(args, " \t");

		if (strncmp(args, key, sizeof(key) - 1) == 0 &&
		    word >= sizeof(key)) {
			dir = args + sizeof(key) - 1;
			length = word - (sizeof(key) - 1);
		}
		args += word;
		args += strspn(args, " \t");
	}
	if (length >= sizeof(ctx->dir))
		return false;
	memcpy(ctx->dir, dir, length);
	ctx->dir[length] = '\0';
	return true;
}

static void
open_tree(struct context *ctx)
{
	char line[] = "stageload: in.tftpd was given no directory: files are "
	              "served as asked";
	unsigned flags =
	    (ctx->flags & TFTPD_REMAP_PERMISSIVE) != 0 ? SL_TREE_PERMISSIVE : 0;

	if (ctx->root[0] == '/')
		ctx->tree = sl_tree_new(ctx->root, flags);
	if (ctx->tree == NULL)
		say(ctx, TFTPD_REMAP_LOG_WARNING, line);
}

static void
module_close(void *opaque)
{
	struct context *ctx = opaque;

	sl_door_free(ctx->door);
	sl_tree_free(ctx->tree);
	free(ctx);
}

/*
 * in.tftpd 5.2 under inetd has closed its standard streams: what is opened
 * next would be written to by whoever still complains to them.
 */
static void
fill_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

static void *
module_open(const struct tftpd_remap_host *host)
{
	struct context *ctx;

	if (host->abi != TFTPD_REMAP_ABI || !HAS(host, log))
		return NULL;
	ctx = calloc(1, sizeof(*ctx));
	if (ctx == NULL)
		return NULL;
	ctx->log = host->log;
	ctx->root = host->root == NULL ? "" : host->root;
	ctx->flags = host->flags;
	if (choose_state(ctx, host->args == NULL ? "" : host->args))
		ctx->door = sl_door_new(ctx->dir);
	if (ctx->door == NULL) {
		module_close(ctx);
		return NULL;
	}
	open_tree(ctx);
	fill_standard_streams();
	refresh(ctx, 0);
	return ctx;
}

static void
module_reload(void *opaque)
{
	refresh(opaque, 0);
}

/* The client's address and port, as far as they are IPv4. */
static void
take_peer(const struct sockaddr *peer, struct sl_event *event)
{
	struct sockaddr_in in4;

	if (peer == NULL || peer->sa_family != AF_INET)
		return;
	memcpy(&in4, peer, sizeof(in4));
	event->addr = ntohl(in4.sin_addr.s_addr);
	event->port = ntohs(in4.sin_port);
}

/* By address, else by the MAC in a name that only the phone itself asks. */
static enum sl_rc
identify(struct context *ctx, const struct sl_request *request,
    struct sl_event *event)
{
	enum sl_rc rc = SL_NONE;

	if (event->addr != 0)
		rc = sl_door_by_addr(ctx->door, event->addr, &ctx->answer);
	if (rc == SL_NONE && request->has_mac &&
	    (request->class == SL_CLASS_CONFIG ||
	        request->class == SL_CLASS_TRUST)) {
		rc = sl_door_by_mac(ctx->door, &request->mac, &ctx->answer);
		event->by_name = true;
	}
	event->mac = ctx->answer.phone.mac;
	return rc;
}

/*
 * Firmware asked from an address that no lease tells.  Anybody can ask at any
 * rate, so only one a second is told.
 */
static void
tell_stranger(struct context *ctx, const struct sl_request *asked)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (ctx->last.addr == 0 || now.tv_sec == ctx->strange_s ||
	    (asked->class != SL_CLASS_BOOT && asked->class != SL_CLASS_LOADS &&
	        asked->class != SL_CLASS_IMAGE))
		return;
	ctx->strange_s = now.tv_sec;
	memset(&ctx->last.mac, 0, sizeof(ctx->last.mac));
	ctx->last.kind = SL_EVENT_REQUEST;
	ctx->last.stage = SL_STAGE_NONE;
	sl_copy(ctx->last.name, sizeof(ctx->last.name), asked->base);
	sl_door_append(ctx->door, &ctx->last);
}

/* What in.tftpd is to open.  False: it does not fit. */
static bool
write_name(const struct context *ctx, const struct sl_served *served,
    struct tftpd_remap_request *request)
{
	const char *before = "", *slash = "";
	int length;

	if ((ctx->flags & TFTPD_REMAP_SECURE) == 0) {
		before = ctx->root;
		if (before[strlen(before) - 1] != '/')
			slash = "/";
	} else if (request->filename[0] == '/') {
		slash = "/";
	}
	length = snprintf(request->name, request->name_size, "%s%s%s", before,
	    slash, served->path);
	return length > 0 && (size_t)length < request->name_size;
}

/*
 * At most one line a second: the listener must not wait for a log that nobody
 * reads.
 */
static bool
may_tell(struct context *ctx)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (ctx->told == now.tv_sec)
		return false;
	ctx->told = now.tv_sec;
	return true;
}

/* A phone asks the same again and again: a line is not repeated. */
static void
tell_note(struct context *ctx, const struct sl_served *served)
{
	char line[LINE_MAX_OCTETS], mac[SL_MAC_TEXT];

	sl_mac_print(&ctx->last.mac, mac);
	snprintf(line, sizeof(line), "stageload: mac=%s file=%s as asked: %s",
	    mac, ctx->last.name, served->note);
	if (strcmp(line, ctx->noted) == 0 || !may_tell(ctx))
		return;
	sl_copy(ctx->noted, sizeof(ctx->noted), line);
	say(ctx, TFTPD_REMAP_LOG_WARNING, line);
}

static enum tftpd_remap_verdict
deny(struct sl_event *event, struct tftpd_remap_request *request,
    const char *text)
{
	event->denied = true;
	request->deny_code = 0;
	request->deny_text = text;
	return TFTPD_REMAP_DENY;
}

static enum tftpd_remap_verdict
judge(struct context *ctx, const struct sl_request *asked,
    struct tftpd_remap_request *request)
{
	struct sl_served served;
	struct sl_event *event = &ctx->last;
	enum tftpd_remap_verdict verdict = TFTPD_REMAP_PASS;

	sl_serve_file(&ctx->answer, asked, ctx->tree, &served);
	event->stage = served.stage;
	event->note = (uint8_t)served.remark;
	if (sl_serve_waits(&ctx->answer, asked)) {
		verdict = deny(event, request, SL_BUSY_TEXT);
	} else if (served.rewritten) {
		verdict = TFTPD_REMAP_REWRITE;
		if (!write_name(ctx, &served, request))
			verdict = deny(
			    event, request, "name of the file is too long");
	} else if (served.note[0] != '\0') {
		tell_note(ctx, &served);
	}
	event->kind = SL_EVENT_REQUEST;
	sl_door_append(ctx->door, event);
	if (verdict != TFTPD_REMAP_DENY)
		request->token = TOKEN_LAST;
	return verdict;
}

static enum tftpd_remap_verdict
module_rewrite(void *opaque, struct tftpd_remap_request *request)
{
	struct context *ctx = opaque;
	struct sl_request asked;
	enum sl_rc rc;

	if (!HAS(request, token))
		return TFTPD_REMAP_PASS;
	request->token = TOKEN_NONE;
	if (request->op != TFTPD_REMAP_RRQ || request->filename == NULL)
		return TFTPD_REMAP_PASS;
	sl_request_classify(request->filename, &asked);
	if (asked.class == SL_CLASS_OTHER)
		return TFTPD_REMAP_PASS;
	refresh(ctx, REFRESH_MS);
	ctx->last = (struct sl_event){ .class = (uint8_t)asked.class };
	take_peer(request->peer, &ctx->last);
	rc = identify(ctx, &asked, &ctx->last);
	if (rc == SL_NONE)
		tell_stranger(ctx, &asked);
	if (rc != SL_OK)
		return TFTPD_REMAP_PASS;
	sl_copy(ctx->last.name, sizeof(ctx->last.name), asked.base);
	return judge(ctx, &asked, request);
}

/* SL_OUTCOMES: nothing that anybody should know. */
static enum sl_outcome
outcome(const struct tftpd_remap_result *result)
{
	switch ((enum tftpd_remap_status)result->status) {
	case TFTPD_REMAP_OK:
		return SL_FETCHED;
	case TFTPD_REMAP_PEER_ERROR:
		/* A client that only wanted to know the size ends so. */
		if (result->bytes == 0 && !result->last_sent)
			return SL_OUTCOMES;
		return SL_ABORTED;
	case TFTPD_REMAP_TIMEOUT:
		return result->last_sent ? SL_UNCONFIRMED : SL_ABORTED;
	case TFTPD_REMAP_LOCAL_ERROR:
	case TFTPD_REMAP_NOT_STARTED:
		return SL_REFUSED;
	case TFTPD_REMAP_PEER_GONE:
		return SL_ABORTED;
	}
	return SL_OUTCOMES;
}

static void
module_done(void *opaque, const struct tftpd_remap_result *given)
{
	struct context *ctx = opaque;
	struct sl_event event = ctx->last;
	struct tftpd_remap_result result = { .size = sizeof(result) };

	memcpy(&result, given,
	    given->size < sizeof(result) ? given->size : sizeof(result));
	if (result.token != TOKEN_LAST || outcome(&result) == SL_OUTCOMES)
		return;
	event.kind = SL_EVENT_DONE;
	event.time_us = 0;
	event.outcome = (uint8_t)outcome(&result);
	event.tftp_error = result.tftp_error;
	event.bytes = result.bytes;
	event.usec = result.usec;
	sl_door_append(ctx->door, &event);
}

extern const struct tftpd_remap_module tftpd_remap_module
    __attribute__((visibility("default")));

const struct tftpd_remap_module tftpd_remap_module = {
	.abi = TFTPD_REMAP_ABI,
	.size = sizeof(struct tftpd_remap_module),
	.name = "stageload",
	.open = module_open,
	.rewrite = module_rewrite,
	.done = module_done,
	.reload = module_reload,
	.close = module_close,
};
