/* SPDX-License-Identifier: BSD-2-Clause */
/* replay_impl.h: what the files of the replay share; nobody else's. */
#ifndef SL_REPLAY_IMPL_H
#define SL_REPLAY_IMPL_H

#include "rehearsal.h"
#include "replay.h"
#include "request.h"
#include "state.h"

/* What the log tells of one phone, in its order. */
struct sl_trace_entry {
	int64_t time_us; /* never before that of the entry before */
	uint8_t kind;    /* enum sl_log_kind: RRQ, NAK, FINISHED, FAILED, LEASE
	                  */
	uint8_t class;   /* RRQ: enum sl_class */
	bool ended;      /* RRQ: a later entry tells how */
	int pid;
	uint32_t about; /* NAK, FINISHED, FAILED: index of the RRQ */
	uint32_t addr;  /* LEASE; 0: not told */
	int code;       /* NAK */
	char *file;     /* base name; of the RRQ it is about.  Not NULL. */
	char *served;   /* NULL: as asked */
	char *text;     /* the log's */
};

struct sl_trace {
	char key[SL_LOG_CLIENT_MAX + 32]; /* by which lines find it */
	char client[SL_LOG_CLIENT_MAX + 1];
	uint32_t addr;
	uint16_t model;
	bool is_phone; /* asked at least one file that phones ask, or a lease */
	char boot[SL_LOAD_MAX + 1]; /* boot file asked last */
	struct sl_trace_entry *entry;
	size_t count, room;
	uint32_t index; /* among all */
	uint32_t next;  /* in its hash chain, + 1 */
};

#define SL_TRACE_HASH 4096
#define SL_TRACE_RECENT 1024
#define SL_TRACE_ENTRIES_MAX 4000000

/* All that was read of a log. */
struct sl_traces {
	struct sl_trace **trace;
	size_t count, room;
	uint32_t hash[SL_TRACE_HASH]; /* index + 1; 0: none */
	struct {
		uint32_t trace, entry;
		int pid;
	} recent[SL_TRACE_RECENT]; /* requests, a ring */
	uint64_t requests;
	size_t entries;
	struct sl_log_clock clock;
	struct sl_trace *nameless; /* last one without an address */
	struct sl_mac asking;      /* tftpd32: whose DHCP request was last */
	bool has_asking;
	char connected[SL_LOG_CLIENT_MAX + 1]; /* tftpd32: TFTP client */
	bool tells_ends; /* the server logs transfers that ended well */
	int64_t last_us;
	struct sl_replay_counts counts;
};

enum sl_rc sl_traces_take(struct sl_traces *traces, const char *data,
    size_t length, struct sl_err *err);
void sl_traces_clear(struct sl_traces *traces);

/* One attempt as the log shows it, from a boot file or load on. */
struct sl_round {
	size_t first, end; /* entries, end excluded */
	unsigned requests; /* of the boot file or load that began it */
	unsigned images;   /* different ones */
	bool named;        /* began with a boot file or load, not an image */
	bool life;         /* a configuration or trust file was asked */
	bool missing;      /* the server did not have the boot file */
	bool fruitless;    /* neither image nor life */
	bool known;        /* the log names the directory it was served from */
	uint8_t stage;     /* from which it was served, or SL_STAGE_NONE */
	uint32_t absent;   /* NAK of an image that was not found, + 1; or 0 */
	char build[48];    /* "8-5-2TH1-9", or "" */
};

struct sl_rounds {
	struct sl_round *round;
	size_t count, room;
};

enum sl_rc sl_rounds_find(const struct sl_trace *trace,
    const struct sl_plan *plan, bool made_up, struct sl_tree *tree,
    int64_t window_us, struct sl_rounds *rounds, struct sl_err *err);

struct sl_replay {
	struct sl_replay_options options;
	struct sl_traces traces;
	struct sl_rehearsal *rehearsal;
	const struct sl_config *config;
	const struct sl_plan *plan;
	bool made_up;
};

/* How the engine stood before and after a round. */
struct sl_mark {
	uint8_t before, after; /* its stage */
	bool counted;          /* as an attempt of no avail */
	bool whole;            /* all images that it asked were fetched */
};

/* One phone on its way through the engine. */
struct sl_lead {
	struct sl_replay *replay;
	const struct sl_trace *trace;
	const struct sl_replay_out *out;
	struct sl_replay_phone told;
	struct sl_rounds rounds;
	struct sl_mark *mark;  /* of each round */
	size_t at;             /* the round that runs */
	uint32_t image;        /* entry whose end is not known, + 1; 0: none */
	struct sl_phone phone; /* as the engine has it */
	struct sl_answer answer; /* for the files it would be served */
};

/* What became of the phone, in sentences.  replay_tale.c */
enum sl_replay_end sl_replay_tale(
    const struct sl_lead *lead, char *out, size_t size);

/* Leads one phone through the engine.  replay_phone.c */
enum sl_rc sl_replay_phone(struct sl_replay *replay,
    const struct sl_trace *trace, unsigned number,
    const struct sl_replay_out *out, struct sl_err *err);

/* The configuration with that plan alone, for every phone; malloc'ed. */
char *sl_replay_config(
    const char *config, const char *plan, enum sl_rc *rc, struct sl_err *err);

#endif
