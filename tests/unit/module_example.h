/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * module_example.h: a host, a state and a TFTP root for the tests of the
 * remap module.
 */
#ifndef SL_TESTS_MODULE_EXAMPLE_H
#define SL_TESTS_MODULE_EXAMPLE_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "journal.h"
#include "state.h"
#include "store.h"
#include "suite.h"
#include "tftpd_remap.h"

extern const struct tftpd_remap_module tftpd_remap_module;

#define PHONE "192.0.2.50"   /* in stage 0 of a plan */
#define NO_PLAN "192.0.2.51" /* a phone that no plan is for */
#define WAITS "192.0.2.52"   /* a phone whose turn has not come */
#define STRANGER "192.0.2.99"
#define MAC "001BD4123456"
#define BOOT "term06.default.loads"

static const struct tftpd_remap_module *const module = &tftpd_remap_module;
static const struct sl_mac phone_mac = { { 0x00, 0x1b, 0xd4, 0x12, 0x34,
    0x56 } };
static const struct sl_mac plain_mac = { { 0x00, 0x1b, 0xd4, 0x12, 0x34,
    0x57 } };

static const struct sl_mac waits_mac = { { 0x00, 0x1b, 0xd4, 0x12, 0x34,
    0x58 } };

static char base[64], state[80], root[80];
static void *context;
static char logged[4096];
static int lines;
static struct sl_journal *journal;
static uint64_t position;
static char name[4096];

/* ---- the host ---- */

static inline void
take_log(enum tftpd_remap_level level, const char *text)
{
	size_t used = strlen(logged);

	ck_assert_int_le(level, TFTPD_REMAP_LOG_DEBUG);
	snprintf(logged + used, sizeof(logged) - used, "%s\n", text);
	lines++;
}

static inline void
forget_log(void)
{
	logged[0] = '\0';
	lines = 0;
}

static inline struct tftpd_remap_host
host_with(uint32_t flags, const char *args)
{
	return (struct tftpd_remap_host){
		.abi = TFTPD_REMAP_ABI,
		.size = sizeof(struct tftpd_remap_host),
		.root = root,
		.flags = flags,
		.args = args,
		.log = take_log,
	};
}

static inline void
open_module(uint32_t flags)
{
	struct tftpd_remap_host host = host_with(flags, "");

	context = module->open(&host);
	ck_assert_ptr_nonnull(context);
	forget_log();
}

static inline struct tftpd_remap_request
ask_as(uint32_t op, const char *client, const char *filename)
{
	static struct sockaddr_storage peer;
	struct sockaddr_in in4 = { .sin_family = AF_INET,
		.sin_port = htons(50000) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
		.sin6_port = htons(50000) };
	struct tftpd_remap_request request = {
		.size = sizeof(request),
		.op = op,
		.peer = (const struct sockaddr *)&peer,
		.filename = filename,
		.mode = "octet",
		.options = "",
		.name = name,
		.name_size = sizeof(name),
		.deny_code = 77,
		.token = 4711,
	};

	if (inet_pton(AF_INET, client, &in4.sin_addr) == 1)
		memcpy(&peer, &in4, sizeof(in4));
	else if (inet_pton(AF_INET6, client, &in6.sin6_addr) == 1)
		memcpy(&peer, &in6, sizeof(in6));
	name[0] = '\0';
	return request;
}

/* Returns the new name, "(pass)" or "(deny)". */
static inline const char *
ask(const char *client, const char *filename)
{
	struct tftpd_remap_request request =
	    ask_as(TFTPD_REMAP_RRQ, client, filename);

	switch (module->rewrite(context, &request)) {
	case TFTPD_REMAP_PASS:
		return "(pass)";
	case TFTPD_REMAP_REWRITE:
		ck_assert_uint_ne(request.token, 0);
		return name;
	case TFTPD_REMAP_DENY:
		return "(deny)";
	}
	return "(nonsense)";
}

/* ---- the state ---- */

static inline void
fill_stage(struct sl_stage *stage, const char *directory, const char *config)
{
	snprintf(stage->name, sizeof(stage->name), "%s", directory);
	snprintf(stage->directory, sizeof(stage->directory), "%s", directory);
	snprintf(stage->config, sizeof(stage->config), "%s", config);
}

static inline void
write_plan(struct sl_store *store)
{
	static struct sl_stage stages[2];
	struct sl_plan plan = {
		.name = "two", .stage_count = 2, .stages = stages
	};
	static uint8_t row[SL_ROUTE_BYTES_MAX];
	size_t length;

	fill_stage(&stages[0], "sccp", "bridge.cnf.xml");
	fill_stage(&stages[1], "sip", "");
	if (sl_route_encode(&plan, row, sizeof(row), &length) != SL_OK)
		_exit(2);
	sl_store_put_plan(store, 7, row, length);
}

static inline void
write_phone(struct sl_store *store, const struct sl_mac *mac, uint16_t plan,
    const char *address)
{
	struct sl_phone phone = { .mac = *mac,
		.plan = plan,
		.running = SL_STAGE_NONE,
		.status = SL_NEW,
		.waits = sl_mac_equal(mac, &waits_mac) };
	struct in_addr in4;

	inet_pton(AF_INET, address, &in4);
	phone.addr = ntohl(in4.s_addr);
	sl_store_put_phone(store, &phone);
	sl_store_bind(store, phone.addr, mac);
}

/* In a process of its own: LMDB wants one environment a file and process. */
static inline void
write_state(void)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct sl_err err = { "" };
		enum sl_rc rc;
		struct sl_store *store = sl_store_open(state, &rc, &err);

		if (store == NULL || sl_store_begin(store, &err) != SL_OK)
			_exit(1);
		write_plan(store);
		write_phone(store, &phone_mac, 7, PHONE);
		write_phone(store, &plain_mac, SL_PLAN_NONE, NO_PLAN);
		write_phone(store, &waits_mac, 7, WAITS);
		rc = sl_store_commit(store, &err);
		sl_store_close(store);
		_exit(rc == SL_OK ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}

static inline void
open_journal(void)
{
	struct sl_err err = { "" };
	enum sl_rc rc;

	journal = sl_journal_reader(state, &rc, &err);
	ck_assert_msg(journal != NULL, "%s", err.text);
	position = 0;
}

static inline struct sl_event
next_event(void)
{
	struct sl_event event;

	memset(&event, 0xa5, sizeof(event));
	ck_assert_int_eq(
	    sl_journal_read(journal, &position, &event, NULL, NULL), SL_OK);
	return event;
}

static inline void
expect_no_event(void)
{
	struct sl_event event;

	ck_assert_int_eq(
	    sl_journal_read(journal, &position, &event, NULL, NULL), SL_NONE);
}

static inline void
make_file(const char *file)
{
	char full[200];
	FILE *made;

	snprintf(full, sizeof(full), "%s/%s", root, file);
	made = fopen(full, "w");
	ck_assert_ptr_nonnull(made);
	fclose(made);
	ck_assert_int_eq(chmod(full, 0644), 0);
}

static inline void
make_directory(const char *full)
{
	ck_assert_int_eq(mkdir(full, 0755), 0);
	ck_assert_int_eq(chmod(full, 0755), 0);
}

static inline void
set_up_files(void)
{
	char full[100];

	snprintf(base, sizeof(base), "/tmp/check-module-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(base));
	ck_assert_int_eq(chmod(base, 0755), 0);
	snprintf(state, sizeof(state), "%s/state", base);
	make_directory(state);
	snprintf(root, sizeof(root), "%s/tftp", base);
	make_directory(root);
	snprintf(full, sizeof(full), "%s/sccp", root);
	make_directory(full);
	snprintf(full, sizeof(full), "%s/sip", root);
	make_directory(full);
	make_file("sccp/" BOOT);
	make_file("sccp/bridge.cnf.xml");
	make_file("sip/" BOOT);
	make_file("sip/Jar11sip.9-4-2ES9.sbn");
	setenv("STAGELOAD_STATE", state, 1);
	forget_log();
}

static inline void
set_up(void)
{
	set_up_files();
	write_state();
	open_journal();
	open_module(TFTPD_REMAP_SECURE);
}

static inline void
tear_down(void)
{
	pid_t child = fork();

	if (child == 0) {
		execlp("rm", "rm", "-rf", base, (char *)NULL);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	if (context != NULL)
		module->close(context);
	sl_journal_reader_free(journal);
}

static inline void
pause_ms(long ms)
{
	struct timespec pause = { .tv_nsec = ms * 1000000 };

	nanosleep(&pause, NULL);
}

static inline TCase *
add_case(Suite *suite, const char *title, void (*begin)(void))
{
	TCase *added = tcase_create(title);

	tcase_add_checked_fixture(added, begin, tear_down);
	tcase_set_timeout(added, 60);
	suite_add_tcase(suite, added);
	return added;
}

#endif
