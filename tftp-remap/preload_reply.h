/* SPDX-License-Identifier: BSD-2-Clause */
/* preload_reply.h: answer a client from the listening socket. */
#ifndef SL_PRELOAD_REPLY_H
#define SL_PRELOAD_REPLY_H

#include "preload_listener.h"

/* Never waits; an answer that can not be sent is lost like any datagram. */
void sl_reply_error(
    const struct sl_datagram *datagram, uint16_t code, const char *text);

#endif
