/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * preload_watch.h: follow one read transfer from the packets in.tftpd sends
 * and receives, and say how it ended.  Knows bytes only; no I/O, no clock.
 */
#ifndef SL_PRELOAD_WATCH_H
#define SL_PRELOAD_WATCH_H

#include "tftpd_remap.h"

#include <stdbool.h>

/*
 * Blocks are counted from 1 without wrapping; `top_block` is the 16-bit
 * number the newest of them had on the wire.
 */
struct sl_watch {
	uint64_t top, acked;
	uint64_t last; /* the short block, 0 while it was not sent */
	uint32_t blksize, short_len;
	uint16_t top_block;
	uint16_t rollover; /* number after 65535 */
	bool oack_sent, started, finished;
	struct tftpd_remap_result result; /* all but usec; see finished */
};

void sl_watch_begin(struct sl_watch *watch, uint64_t token);

/*
 * Each is called with what passed by on the client's socket.  True: the
 * transfer has just ended and `result` holds how; said once per transfer.
 */
bool sl_watch_sent(struct sl_watch *watch, const void *packet, size_t len);
bool sl_watch_received(struct sl_watch *watch, const void *packet, size_t len);
bool sl_watch_failed(struct sl_watch *watch, int error); /* an errno */
bool sl_watch_exit(struct sl_watch *watch); /* the process is leaving */

#endif
