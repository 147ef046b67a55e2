/* SPDX-License-Identifier: BSD-2-Clause */
/* walk.c: all phones, batch by batch, each batch in a snapshot of its own. */
#include "walk.h"

#include <stdlib.h>

#include "view.h"

#define BATCH 4096 /* phones; a MiB of text or so */

struct walk {
	sl_each_phone *each;
	void *ctx;
	uint64_t *damaged;
	bool started; /* after is valid */
	struct sl_mac after;
	struct sl_answer answer;
};

/* SL_NONE: there are no more, or nobody wants them. */
static enum sl_rc
take_batch(struct walk *walk, struct sl_view *view, FILE *out)
{
	for (unsigned i = 0; i < BATCH; i++) {
		enum sl_rc rc =
		    sl_view_next(view, walk->started ? &walk->after : NULL,
		        &walk->answer, walk->damaged);

		if (rc != SL_OK)
			return rc;
		walk->started = true;
		walk->after = walk->answer.phone.mac;
		if (!walk->each(walk->ctx, out, &walk->answer))
			return SL_NONE;
	}
	return SL_OK;
}

static enum sl_rc
write_batch(struct walk *walk, const char *dir, FILE *out, struct sl_err *err)
{
	char *text = NULL;
	size_t length = 0;
	FILE *memory = open_memstream(&text, &length);
	struct sl_view *view;
	enum sl_rc rc;

	if (memory == NULL)
		return sl_fail(err, SL_NOMEM, "no memory");
	view = sl_view_open(dir, &rc, err);
	if (view != NULL)
		rc = take_batch(walk, view, memory);
	if (view != NULL && rc == SL_IO)
		sl_fail(err, rc, "%s/%s: can not be read", dir, SL_STATE_FILE);
	if (view == NULL && rc == SL_NONE)
		rc = SL_AGAIN; /* SL_NONE means the end of the batches */
	sl_view_close(view);
	if (fclose(memory) != 0)
		rc = sl_fail(err, SL_NOMEM, "no memory");
	else
		fwrite(text, 1, length, out);
	free(text);
	return rc;
}

enum sl_rc
sl_walk(const char *dir, FILE *out, sl_each_phone *each, void *ctx,
    uint64_t *damaged, struct sl_err *err)
{
	struct walk *walk = calloc(1, sizeof(*walk));
	enum sl_rc rc;

	if (walk == NULL)
		return sl_fail(err, SL_NOMEM, "no memory");
	walk->each = each;
	walk->ctx = ctx;
	walk->damaged = damaged;
	do
		rc = write_batch(walk, dir, out, err);
	while (rc == SL_OK && !ferror(out));
	free(walk);
	if (rc == SL_AGAIN)
		return SL_NONE;
	return rc == SL_NONE ? SL_OK : rc;
}
