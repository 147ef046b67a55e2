/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal.h: the events that plug-ins and command append, and that the engine
 * reads exactly once.
 *
 * A record is a header with magic, length, kind, time and checksum, and the
 * members of its kind.  It is appended by one write(2) to a descriptor with
 * O_APPEND, so appenders of any process, user or chroot never mix.  A torn
 * record (full disk, killed machine) is skipped by finding the next magic.
 */
#ifndef SL_JOURNAL_H
#define SL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "record.h"
#include "request.h"
#include "text.h"

#define SL_EVENT_BYTES_MAX 512
#define SL_EVENT_RAW_MAX 32
#define SL_EVENT_NAME_MAX 159 /* octets of a file name; a longer one is cut */

enum sl_event_kind {
	SL_EVENT_LEASE = 1, /* a phone was given an address */
	SL_EVENT_UNBIND,    /* an address is no phone's any more */
	SL_EVENT_REQUEST,   /* in.tftpd's listener judged a phone's request */
	SL_EVENT_DONE,      /* its child saw the end of a transfer */
	SL_EVENT_COMMAND,   /* the administrator wants something */
	SL_EVENT_CONFIG     /* a configuration was published */
};

enum sl_lease_kind {
	SL_LEASE_BOOT = 0, /* ACK to a client that just came up */
	SL_LEASE_RENEW,    /* ACK to one that holds the address already */
	SL_LEASE_INFORM,
	/*
	 * No lease: an OFFER that went out with a malformed option, which the
	 * phone may refuse.  It binds no address.
	 */
	SL_LEASE_OFFER
};

enum sl_command {
	SL_COMMAND_STAGE = 1, /* argument: the stage's name */
	SL_COMMAND_RETRY,
	SL_COMMAND_HOLD,
	SL_COMMAND_RELEASE,
	SL_COMMAND_FORGET
};

/* Members which a kind does not use are zero. */
struct sl_event {
	uint8_t kind;    /* enum sl_event_kind */
	int64_t time_us; /* since 1970; 0 when appended: now */
	struct sl_mac mac;
	uint32_t addr; /* LEASE, UNBIND, REQUEST, DONE; host byte order */
	uint16_t port; /* REQUEST, DONE: the client's */
	/* LEASE */
	uint8_t lease;      /* enum sl_lease_kind */
	uint8_t way;        /* enum sl_way that the reply used */
	uint16_t model;     /* by option 60 */
	uint8_t finding150; /* enum sl_finding about what Kea had put there */
	uint8_t finding66;
	uint8_t raw_length; /* octets of the option that was malformed */
	uint8_t raw[SL_EVENT_RAW_MAX];
	bool left; /* it went out as it was (option-audit warn) */
	/* REQUEST, DONE */
	uint8_t class; /* enum sl_class */
	uint8_t stage; /* index it is served from, or SL_STAGE_NONE: as asked */
	bool by_name;  /* known by the MAC in the name, not by its address */
	uint8_t note;  /* REQUEST: enum sl_note */
	bool denied;   /* REQUEST: ERROR was answered instead */
	char name[SL_EVENT_NAME_MAX + 1]; /* base name as asked */
	/* DONE */
	uint8_t outcome; /* enum sl_outcome */
	uint32_t tftp_error;
	uint64_t bytes, usec;
	/* COMMAND */
	uint8_t command; /* enum sl_command */
	char argument[SL_NAME_MAX + 1];
};

/* Encodes header and members; any thread, any process. */
enum sl_rc sl_event_encode(const struct sl_event *event,
    uint8_t out[SL_EVENT_BYTES_MAX], size_t *length);
/*
 * Decodes one record at `data`.  SL_NONE: more octets are needed than there
 * are.  SL_INVALID: no record starts here.  *length: octets of the record.
 */
enum sl_rc sl_event_decode(const uint8_t *data, size_t available,
    struct sl_event *event, size_t *length);

/* ---- appending ---- */

/*
 * Opens DIR/journal for appending; never creates it.  The descriptor is 10 or
 * higher and closed on exec.  SL_NONE: there is none yet.
 */
enum sl_rc sl_journal_open(const char *dir, int *fd, struct sl_err *err);
/*
 * One write(2).  SL_AGAIN: more than SL_JOURNAL_BACKLOG_MAX octets wait, so
 * nobody reads, and the event is dropped.
 */
enum sl_rc sl_journal_append(
    int fd, const struct sl_event *event, struct sl_err *err);

#define SL_JOURNAL_BACKLOG_MAX (64 * 1024 * 1024)

/* ---- reading: the engine alone ---- */

struct sl_journal; /* one reader, one thread */

/* Creates DIR/journal (mode 0660) if there is none. */
struct sl_journal *sl_journal_reader(
    const char *dir, enum sl_rc *rc, struct sl_err *err);
void sl_journal_reader_free(struct sl_journal *journal);
/* Drawn at random when the file was made; tells a replaced journal. */
uint64_t sl_journal_id(const struct sl_journal *journal);
/* The file in the directory is no longer the one that is open. */
bool sl_journal_replaced(const struct sl_journal *journal);
/*
 * Reads the record at *position (0: the first) and moves *position behind it.
 * Octets that are no record are skipped and counted in *skipped (may be NULL).
 * SL_NONE: nothing more for now.  SL_IO: err says why.
 */
enum sl_rc sl_journal_read(struct sl_journal *journal, uint64_t *position,
    struct sl_event *event, uint64_t *skipped, struct sl_err *err);
/* Gives the space before `position` back to the file system; best effort. */
void sl_journal_release(struct sl_journal *journal, uint64_t position);

#endif
