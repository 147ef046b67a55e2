/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tftpd_remap.h: the contract between an in.tftpd host and a remap module.
 *
 * A module decides, request by request, which file a TFTP client is really
 * given, and learns how each transfer ended.  It does not know how it was
 * loaded: a preload carrier inside a distribution's in.tftpd and a patched
 * in.tftpd speak the same contract.
 *
 * Processes.  in.tftpd is one listening process which forks a child for each
 * request; the child may chroot(2) and give up its user before it answers.
 *   open, rewrite, reload, close   listening process, one call at a time
 *   start                          child, before chroot and setuid
 *   done                           child, after chroot and setuid
 * There are no threads in the listening process and a module starts none.
 *
 * Failure.  Whatever goes wrong in a module, the request is served as asked:
 * a host treats every value it does not know as TFTPD_REMAP_PASS.
 *
 * Sizes.  Both sides use the smaller of their own sizeof and the `size` they
 * are given; new members are added at the end only.  `abi` changes only when
 * that is not enough, and on a mismatch nothing but `abi` may be read.
 */
#ifndef TFTPD_REMAP_H
#define TFTPD_REMAP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define TFTPD_REMAP_ABI 1

enum tftpd_remap_level {
	TFTPD_REMAP_LOG_ERROR = 0,
	TFTPD_REMAP_LOG_WARNING = 1,
	TFTPD_REMAP_LOG_INFO = 2,
	TFTPD_REMAP_LOG_DEBUG = 3
};

/* How in.tftpd was started, as far as it limits what a module may answer. */
#define TFTPD_REMAP_SECURE 0x1u     /* chrooted: names are below `root` */
#define TFTPD_REMAP_PERMISSIVE 0x2u /* -p: no world-readable bit needed */

struct tftpd_remap_host {
	uint32_t abi, size;
	/* The directory given to in.tftpd: absolute, and valid until close. */
	const char *root;
	uint32_t flags;
	uint32_t pad;
	/* The administrator's words for this module; never NULL, may be "". */
	const char *args;
	/* One line without its newline.  Callable from every process. */
	void (*log)(enum tftpd_remap_level level, const char *text);
};

enum tftpd_remap_op { TFTPD_REMAP_RRQ = 1, TFTPD_REMAP_WRQ = 2 };

enum tftpd_remap_verdict {
	TFTPD_REMAP_PASS = 0,    /* serve `filename` */
	TFTPD_REMAP_REWRITE = 1, /* serve `name` */
	TFTPD_REMAP_DENY = 2     /* answer ERROR deny_code deny_text */
};

/*
 * One request.  Everything is the host's and valid during the call only,
 * except what the module writes: `name`, `deny_*` and `token`.
 */
struct tftpd_remap_request {
	uint32_t size;
	uint32_t op;
	/* The client; an IPv4-mapped IPv6 address is given as AF_INET. */
	const struct sockaddr *peer;
	const char *filename; /* as asked, ended by NUL */
	const char *mode;     /* "octet", "netascii", ... */
	const char *options; /* RFC 2347: name NUL value NUL ..., as received */
	size_t options_len;  /* octets */
	char *name;          /* out: the new name, ended by NUL */
	size_t name_size;    /* octets in `name`, the NUL included */
	uint32_t deny_code;  /* out: TFTP error code, RFC 1350 */
	uint32_t pad;
	const char
	    *deny_text; /* out: valid until the next call of the module */
	uint64_t token; /* out: handed back by `done` */
};

enum tftpd_remap_status {
	/* The ACK (RRQ) or the last DATA (WRQ) of the short block was seen. */
	TFTPD_REMAP_OK = 0,
	TFTPD_REMAP_PEER_ERROR = 1,  /* the client sent ERROR */
	TFTPD_REMAP_TIMEOUT = 2,     /* the client fell silent */
	TFTPD_REMAP_LOCAL_ERROR = 3, /* in.tftpd sent ERROR */
	TFTPD_REMAP_NOT_STARTED =
	    4,                    /* the child ended before it sent anything */
	TFTPD_REMAP_PEER_GONE = 5 /* the client's port is closed */
};

struct tftpd_remap_result {
	uint32_t size;
	uint32_t status;
	uint64_t token;
	uint32_t tftp_error;  /* code of the ERROR sent or received, or 0 */
	uint32_t retransmits; /* DATA blocks or OACKs sent again */
	uint64_t bytes;     /* file octets acknowledged (RRQ) or taken (WRQ) */
	uint64_t usec;      /* from the start of the child */
	uint32_t last_sent; /* 1: the short block was sent at least once */
	uint32_t pad;
};

/* A module exports one of these, read-only, as `tftpd_remap_module`. */
struct tftpd_remap_module {
	uint32_t abi, size; /* these two never move */
	const char *name;
	/*
	 * Called once, before the first request.  NULL: the module can not work
	 * and is not called again.  May run as root, as an unprivileged user or
	 * as root without CAP_DAC_OVERRIDE; paths are absolute.
	 */
	void *(*open)(const struct tftpd_remap_host *host);
	/*
	 * Bounded time, no waiting, no lock kept.  Must answer alike when the
	 * same client repeats a request.  A name that does not fit is a DENY.
	 */
	enum tftpd_remap_verdict (*rewrite)(
	    void *ctx, struct tftpd_remap_request *request);
	/* The last chance to open anything.  May be NULL. */
	void (*start)(void *ctx);
	/*
	 * At most once for each PASS or REWRITE, never after DENY.  Only
	 * descriptors which are open already; must not block.  A killed child
	 * reports nothing: silence means "unknown".  May be NULL.
	 */
	void (*done)(void *ctx, const struct tftpd_remap_result *result);
	/* SIGHUP.  May be NULL; the preload carrier never calls it. */
	void (*reload)(void *ctx);
	/* May be NULL.  Not called in children. */
	void (*close)(void *ctx);
};

#endif /* TFTPD_REMAP_H */
