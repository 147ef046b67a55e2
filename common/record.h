/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record.h: what the state holds of phones, plans, files and history, and how
 * each is laid out: little-endian, a version octet first.
 */
#ifndef SL_RECORD_H
#define SL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "option.h"
#include "plan.h"
#include "text.h"

#define SL_PLAN_NONE 0xffff
#define SL_STAGE_NONE 0xff
#define SL_LOAD_MAX 63 /* octets of a file's base name */

enum sl_status {
	SL_NEW = 0,  /* seen by DHCP only */
	SL_BOOTING,  /* asked its boot file, or a load by name */
	SL_LOADING,  /* fetching images */
	SL_FLASHING, /* all it asked for is acknowledged: do not unplug */
	SL_CLIMBING, /* booted into a stage's firmware, the next stage ahead */
	SL_DONE,
	SL_STUCK,  /* no stage left to try */
	SL_SILENT, /* leases, but never a file request */
	SL_HELD,   /* by the administrator */
	SL_STATUSES
};

/* "new", "booting", ... */
const char *sl_status_name(enum sl_status status);

/* The ways to tell a phone its server, in the order in which they are tried. */
enum sl_way { SL_WAY_ALL = 0, SL_WAY_66, SL_WAY_150, SL_WAY_SIADDR, SL_WAYS };

enum sl_attempt_kind {
	SL_ATTEMPT_NONE = 0,
	SL_ATTEMPT_BOOT, /* begun by a boot file */
	SL_ATTEMPT_NAMED /* begun by a load asked by its name */
};

/* What is remarkable about a file that a phone asked for. */
enum sl_note {
	SL_NOTE_NONE = 0,
	SL_NOTE_OTHER_STAGE, /* served from another stage than its own */
	SL_NOTE_CASE,        /* served; the name differs in case only */
	SL_NOTE_MISSING,     /* in no directory of its plan */
	SL_NOTE_UNREADABLE,  /* there, but in.tftpd would refuse it */
	SL_NOTE_CLASH,       /* several differ in case only: none is served */
	SL_NOTE_OUTSIDE,     /* leads out of the TFTP root */
	SL_NOTES
};

/* "", "other-stage", ... */
const char *sl_note_name(enum sl_note note);

/* A phone.  Times are microseconds since 1970; 0: never. */
struct sl_phone {
	struct sl_mac mac; /* its key, not part of the encoded record */
	uint8_t status;    /* enum sl_status */
	uint8_t held_from; /* the status to which `release` returns */
	uint8_t stage;     /* index: boot file, loads and images come from it */
	uint8_t running;   /* the last stage it was seen running, or NONE */
	uint8_t way;       /* enum sl_way */
	uint8_t attempt_kind;
	uint8_t waits; /* 1: not its turn, its firmware requests are denied */
	uint8_t finding150;   /* enum sl_finding about Kea's own option 150 */
	uint8_t finding66;    /* ... and 66, in its newest reply */
	uint8_t downs;        /* steps down since it was placed or done */
	uint16_t plan;        /* id of a plan row, or SL_PLAN_NONE */
	uint16_t model;       /* 7906, or SL_MODEL_UNKNOWN */
	uint16_t attempts;    /* at this stage, without an image */
	uint16_t attempt_id;  /* counts the attempts of its life */
	uint16_t leases;      /* since the last file request */
	uint16_t reason;      /* enum sl_reason */
	uint16_t images_got;  /* of the running attempt, acknowledged */
	uint16_t images_all;  /* parts its load lists; 0: not known */
	uint32_t addr;        /* IPv4, host byte order; 0: none */
	uint32_t history_seq; /* of its newest line; 0: none */
	uint64_t bytes_done;  /* of this stage's images */
	uint64_t bytes_total; /* 0: not known */
	int64_t first_seen_us, last_heard_us;
	int64_t attempt_us; /* when the running attempt began */
	int64_t image_us;   /* last image acknowledged, no sign of life since */
	int64_t
	    waiting_us;  /* since when it waits for its turn; 0: it does not */
	int64_t turn_us; /* when it got its turn or used it last; 0: none */
	int64_t due_us;  /* when the attempt is judged; 0: nothing to judge */
	char load[SL_LOAD_MAX + 1]; /* boot file or load it asked last */
};

#define SL_PHONE_BYTES_MAX 256 /* encoded */

enum sl_rc sl_phone_encode(
    const struct sl_phone *phone, uint8_t *out, size_t size, size_t *length);
/* SL_VERSION: written by a newer stageload.  SL_INVALID: damaged. */
enum sl_rc sl_phone_decode(
    const uint8_t *data, size_t length, struct sl_phone *phone);

/*
 * A plan as the plug-ins need it.  Decoding allocates nothing: all text
 * points into the encoded row.
 */
struct sl_route_delivery {
	uint8_t count;           /* servers; 0: inherited */
	const uint8_t *servers;  /* count x 4 octets in network order */
	const char *server_name; /* "": inherited */
};

struct sl_route_stage {
	const char *name, *directory, *config;
	struct sl_route_delivery delivery;
};

struct sl_route {
	const char *name;
	uint8_t strategy; /* enum sl_strategy */
	uint8_t stage_count;
	struct sl_route_stage stage[SL_STAGES_MAX];
	struct sl_route_delivery finished;
};

#define SL_ROUTE_BYTES_MAX 16384 /* encoded */

enum sl_rc sl_route_encode(
    const struct sl_plan *plan, uint8_t *out, size_t size, size_t *length);
enum sl_rc sl_route_decode(
    const uint8_t *data, size_t length, struct sl_route *route);

/* One file which a phone asked for in one stage.  Key: MAC, stage, name. */
struct sl_file {
	uint8_t stage; /* index it was served from, or NONE: as asked */
	char name[SL_LOAD_MAX + 1];
	uint8_t class;   /* enum sl_class */
	uint8_t note;    /* enum sl_note of the newest request */
	uint8_t outcome; /* enum sl_outcome of the newest transfer */
	bool acked;      /* in attempt `attempt_id`: one transfer ended well */
	uint16_t attempt_id;         /* in which it was asked last */
	uint16_t asked, got, failed; /* transfers */
	uint16_t told;   /* enum sl_reason that history tells of it; 0: none */
	uint16_t streak; /* trust files: asked since the last configuration */
	uint32_t tftp_error;
	uint64_t bytes; /* of the last one that ended well, else the longest */
	int64_t asked_us, ended_us;
};

enum sl_outcome {
	SL_FETCHING = 0, /* asked, no end reported */
	SL_FETCHED,      /* last block acknowledged */
	SL_UNCONFIRMED,  /* all sent, last acknowledgement missing */
	SL_ABORTED,      /* by the phone, or it fell silent midway */
	SL_REFUSED,      /* in.tftpd or stageload answered ERROR */
	SL_OUTCOMES
};

const char *sl_outcome_name(enum sl_outcome outcome);

#define SL_FILES_KEPT 128 /* of one phone */
#define SL_FILE_BYTES_MAX 96

enum sl_rc sl_file_encode(
    const struct sl_file *file, uint8_t *out, size_t size, size_t *length);
/* stage and name come from the key and are left alone. */
enum sl_rc sl_file_decode(
    const uint8_t *data, size_t length, struct sl_file *file);

/* One line of a phone's history. */
#define SL_LINE_MAX 239
struct sl_line {
	uint32_t seq;
	int64_t time_us;
	uint8_t status; /* after the step */
	uint8_t stage;
	uint16_t reason;
	char text[SL_LINE_MAX + 1];
};

#define SL_HISTORY_KEPT 64
#define SL_LINE_BYTES_MAX 272

enum sl_rc sl_line_encode(
    const struct sl_line *line, uint8_t *out, size_t size, size_t *length);
enum sl_rc sl_line_decode(
    const uint8_t *data, size_t length, struct sl_line *line);

#endif
