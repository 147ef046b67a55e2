/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serve.h: what a phone is given, from its record and the row of its plan: the
 * file over TFTP, the servers over DHCP.  The plug-ins apply it; `stageload
 * why` tells it with the same code.
 */
#ifndef SL_SERVE_H
#define SL_SERVE_H

#include "err.h"
#include "record.h"
#include "request.h"
#include "state.h"
#include "tree.h"

#define SL_PATH_MAX 512

/* The file a phone shall get for its request. */
struct sl_served {
	bool rewritten;         /* else as asked */
	uint8_t stage;          /* index it comes from, or SL_STAGE_NONE */
	enum sl_note remark;    /* what is remarkable about it */
	char path[SL_PATH_MAX]; /* relative to the TFTP root */
	char note[256]; /* why as asked although a stage was meant; or "" */
};

void sl_serve_file(const struct sl_answer *answer,
    const struct sl_request *request, struct sl_tree *tree,
    struct sl_served *served);

/*
 * max-active: it is not the phone's turn, so the request is answered with TFTP
 * error 0 and this text.
 */
#define SL_BUSY_TEXT "busy, retry"
bool sl_serve_waits(
    const struct sl_answer *answer, const struct sl_request *request);

/* What the DHCP reply shall say; values not overridden by the plan are
 * `servers` and `server_name` of the configuration. */
struct sl_sent {
	struct sl_servers servers;
	char server_name[SL_SERVER_NAME_MAX + 1];
	bool option150, option66, siaddr; /* by the phone's way of delivery */
};

/* answer NULL: a phone the state does not know: everything, as configured. */
void sl_serve_dhcp(const struct sl_answer *answer,
    const struct sl_servers *servers, const char *server_name,
    struct sl_sent *sent);

#endif
