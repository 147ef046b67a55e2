/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * err.h: how a function of common/ says what went wrong.
 *
 * A code for the program and a sentence for the human, in a buffer that the
 * caller owns.  Nothing here prints, exits or allocates.
 */
#ifndef SL_ERR_H
#define SL_ERR_H

enum sl_rc {
	SL_OK = 0,
	SL_NONE,    /* not there; no failure */
	SL_AGAIN,   /* not now: try later */
	SL_SHAPE,   /* no configuration at all: wrong type, unknown key */
	SL_INVALID, /* a value that can not be right */
	SL_IO,      /* the operating system or the store refused */
	SL_NOMEM,
	SL_VERSION /* written by a newer stageload */
};

/* One sentence without a full stop at its end; "" when nothing went wrong. */
struct sl_err {
	char text[512];
};

/*
 * Writes the sentence and returns `rc`, so that a failure is one statement.
 * A sentence that is too long is cut.  err may be NULL.
 */
enum sl_rc sl_fail(struct sl_err *err, enum sl_rc rc, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
