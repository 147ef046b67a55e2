/* SPDX-License-Identifier: BSD-2-Clause */
/* run.c: `stageload run`, the engine as a service in the foreground. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "engine.h"

#define LOOK_US 1000000 /* at least this often everything is looked at */

struct service {
	struct sl_engine *engine;
	const char *dir;
	int signals; /* descriptors */
	int changes;
	int journal;         /* the watch on it, or -1 */
	bool terminal;       /* lines get a time */
	bool levels;         /* lines get the level's mark of sd-daemon(3) */
	bool end, look;      /* wanted by a signal or a change */
	int64_t looked_us;   /* on the clock that is never set */
	struct sl_err wrong; /* what is wrong since the last good turn */
};

static int64_t
steady_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
log_line(void *ctx, enum sl_log_level level, const char *line)
{
	static const char *const marks[] = { "<3>", "<4>", "<6>" };
	const struct service *service = ctx;
	char now[SL_TIME_TEXT + 1] = "";

	if (service->terminal) {
		sl_time_print(sl_cli_now_us(), now);
		memcpy(now + strlen(now), " ", 2);
	}
	fprintf(
	    stderr, "%s%s%s\n", service->levels ? marks[level] : "", now, line);
}

/*
 * Whether standard error goes to the system's journal: JOURNAL_STREAM is
 * inherited, so it tells of this stream only if the numbers in it are its own.
 */
static bool
is_journald(void)
{
	const char *given = getenv("JOURNAL_STREAM");
	struct stat status;
	char own[64];

	if (given == NULL || fstat(STDERR_FILENO, &status) != 0)
		return false;
	snprintf(own, sizeof(own), "%ju:%ju", (uintmax_t)status.st_dev,
	    (uintmax_t)status.st_ino);
	return strcmp(given, own) == 0;
}

/*
 * Watches the directory for files that come and go, and the journal alone for
 * what is written: the database beside it is written by the engine itself.
 * A watch that is there already stays as it is, so this may be called at any
 * time, and finds a directory or a journal that was replaced.
 */
static void
watch(struct service *service)
{
	char path[4096 + sizeof(SL_JOURNAL_FILE)];

	(void)inotify_add_watch(service->changes, service->dir,
	    IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_ONLYDIR);
	snprintf(path, sizeof(path), "%s/%s", service->dir, SL_JOURNAL_FILE);
	service->journal = inotify_add_watch(service->changes, path, IN_MODIFY);
}

/* Files that tell of news when they come or go. */
static bool
matters(const char *name)
{
	return strcmp(name, SL_STATE_FILE) == 0 ||
	       strcmp(name, SL_JOURNAL_FILE) == 0 ||
	       strcmp(name, SL_CONFIG_FILE) == 0;
}

static void
read_changes(struct service *service)
{
	_Alignas(struct inotify_event) char buffer[4096];
	ssize_t n;

	while ((n = read(service->changes, buffer, sizeof(buffer))) > 0) {
		for (ssize_t at = 0; at < n;) {
			const struct inotify_event *event =
			    (const void *)(buffer + at);

			/* Nameless: the directory, or too much at once. */
			if (event->wd != service->journal &&
			    (event->len == 0 || matters(event->name)))
				service->look = true;
			at += (ssize_t)(sizeof(*event) + event->len);
		}
	}
}

static void
read_signals(struct service *service)
{
	struct signalfd_siginfo info;

	while (read(service->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGHUP)
			service->look = true;
		else
			service->end = true;
	}
}

static int
open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	/* A log reader that went away must not end the engine. */
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* Says what is wrong once, and once that it is right again. */
static void
note(struct service *service, enum sl_rc rc, const struct sl_err *err)
{
	if (rc == SL_OK && service->wrong.text[0] != '\0') {
		log_line(service, SL_LOG_INFO, "the state can be used again");
		service->wrong.text[0] = '\0';
	} else if (rc != SL_OK && strcmp(service->wrong.text, err->text) != 0) {
		log_line(service, SL_LOG_ERROR, err->text);
		service->wrong = *err;
	}
}

/* Milliseconds until something is due, at most a second. */
static int
patience_ms(const struct sl_turn *turn, int64_t now_us)
{
	int64_t left_us = LOOK_US;

	if (turn->more)
		return 0;
	/* A step of the clock must not make it longer. */
	if (turn->next_us != 0 && turn->next_us - now_us < left_us)
		left_us = turn->next_us - now_us;
	return left_us <= 0 ? 0 : (int)((left_us + 999) / 1000);
}

/*
 * While something is wrong only signals are waited for: an event a
 * millisecond must not mean a try a millisecond.
 */
static void
wait_for_news(struct service *service, const struct sl_turn *turn, bool wrong)
{
	struct pollfd fds[2] = {
		{ .fd = service->signals, .events = POLLIN },
		{ .fd = service->changes, .events = POLLIN },
	};
	int ms = wrong ? LOOK_US / 1000 : patience_ms(turn, sl_cli_now_us());

	if (poll(fds, wrong ? 1 : 2, ms) < 0)
		return;
	read_signals(service);
	read_changes(service);
	if (wrong || steady_us() - service->looked_us >= LOOK_US)
		service->look = true;
}

static enum sl_rc
look(struct service *service, struct sl_err *err)
{
	enum sl_rc rc = sl_engine_look(service->engine, sl_cli_now_us(), err);

	service->look = rc != SL_OK;
	service->looked_us = steady_us();
	watch(service);
	return rc;
}

static void
serve(struct service *service)
{
	struct sl_turn turn = { 0 };

	service->looked_us = steady_us();
	watch(service);
	/* What was written before the watch was set makes no noise. */
	turn.more = true;
	for (;;) {
		struct sl_err err = { "" };
		enum sl_rc rc = SL_OK;

		wait_for_news(service, &turn, service->wrong.text[0] != '\0');
		if (service->end)
			return;
		turn = (struct sl_turn){ 0 };
		if (service->look)
			rc = look(service, &err);
		if (rc == SL_OK)
			rc = sl_engine_turn(
			    service->engine, sl_cli_now_us(), &turn, &err);
		note(service, rc, &err);
	}
}

static bool
has_directory(const char *dir)
{
	struct stat status;

	if (stat(dir, &status) != 0) {
		sl_complain("%s: the state directory can not be used: %s", dir,
		    strerror(errno));
		return false;
	}
	if (!S_ISDIR(status.st_mode)) {
		sl_complain("%s: the state directory is no directory", dir);
		return false;
	}
	return true;
}

static int
work(const struct sl_cli *cli, struct service *service)
{
	struct sl_engine_options options = { .state = cli->state,
		.tftp_root = cli->root,
		.log = log_line,
		.ctx = service };
	char line[4200];
	struct sl_err err = { "" };
	enum sl_rc rc;

	service->engine = sl_engine_open(&options, sl_cli_now_us(), &rc, &err);
	if (service->engine == NULL) {
		(void)sl_cli_failed(cli, rc, &err);
		return SL_EXIT_STATE;
	}
	snprintf(line, sizeof(line), "engine works in %s", cli->state);
	log_line(service, SL_LOG_INFO, line);
	serve(service);
	sl_engine_close(service->engine);
	log_line(service, SL_LOG_INFO, "engine ended");
	return SL_EXIT_DONE;
}

int
sl_cli_run(const struct sl_cli *cli, int argc, char **argv)
{
	struct service service = { .dir = cli->state, .journal = -1 };
	int status = SL_EXIT_STATE;

	if (sl_cli_operands(cli, argc, argv, NULL, 0, 0, 0) < 0)
		return SL_EXIT_USAGE;
	/* The servers share our files by their group. */
	umask(0007);
	service.levels = is_journald();
	service.terminal = isatty(STDERR_FILENO) == 1;
	service.signals = open_signals();
	service.changes = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (service.signals < 0 || service.changes < 0)
		sl_complain("no descriptor to wait with: %s", strerror(errno));
	else if (has_directory(cli->state))
		status = work(cli, &service);
	if (service.signals >= 0)
		close(service.signals);
	if (service.changes >= 0)
		close(service.changes);
	return status;
}
