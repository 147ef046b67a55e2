/* SPDX-License-Identifier: BSD-2-Clause */
/* The state machine: its rows, what their guards mean, what they do. */
#include "phone.h"

/* A transfer in progress postpones the verdict on an attempt, this often. */
#define WINDOWS_FOR_A_TRANSFER 5

#define BIT(status) (1u << (status))
#define ANY ((1u << SL_STATUSES) - 1)
#define FREE (ANY & ~BIT(SL_HELD))
#define STAY 0xff
#define AS_BEFORE 0xfe /* the status in which it was held */

enum guard {
	ALWAYS,
	NOWHERE,       /* no stage of the plan has it */
	HERE,          /* it comes from the phone's own stage */
	SAME_ATTEMPT,  /* the window of the running attempt is still open */
	REPEATED,      /* a duplicate of a request that was served */
	COMPLETE,      /* every image is fetched */
	COMPLETE_LAST, /* ... of the plan's last stage */
	HINT,          /* the boot file tells nothing about what it runs */
	HINT_COMPLETE,
	BARE, /* a boot file was asked and no image */
	BARE_LAST,
	HIGHER,    /* the image comes from a higher stage */
	LOWER,     /* the load comes from a lower stage */
	RESTING,   /* within hold-down of its last image */
	PENDING,   /* a transfer is under way */
	FRUITLESS, /* not one image of this attempt was fetched */
	LAST_TRY,  /* ... for the stuck-after'th time */
	LAST_TRY_LOWEST,
	QUIET, /* silent-after leases without a file request */
	QUIET_LAST,
	EXISTS,      /* the stage that is asked for */
	NAMES_TARGET /* its configuration names the last stage's load */
};

static bool
is_last(const struct sl_phone *p, const struct sl_facts *f)
{
	return p->stage + 1 >= f->stage_count;
}

/* What a row does to the phone. */
typedef void act_fn(
    struct sl_phone *phone, const struct sl_facts *facts, struct sl_step *step);

static void
begin_attempt(struct sl_phone *p, const struct sl_facts *f,
    enum sl_attempt_kind kind, struct sl_step *step)
{
	p->attempt_kind = (uint8_t)kind;
	p->attempt_id++;
	p->attempt_us = f->now_us;
	p->due_us = f->now_us + f->window_us;
	p->images_got = 0;
	step->new_attempt = true;
}

static void
end_attempt(struct sl_phone *p)
{
	p->due_us = 0;
	p->image_us = 0;
	p->attempt_us = 0;
	p->attempt_kind = SL_ATTEMPT_NONE;
}

/* From here on everything is counted for that stage. */
static void
enter_stage(struct sl_phone *p, uint8_t stage, struct sl_step *step)
{
	p->stage = stage;
	p->attempts = 0;
	p->images_got = 0;
	p->images_all = 0;
	p->bytes_done = 0;
	p->bytes_total = 0;
	step->new_stage = true;
}

static void
attempt_boot(struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	/* It lost what it ran, or it would not ask for it. */
	if (!f->hint)
		p->running = SL_STAGE_NONE;
	begin_attempt(p, f, SL_ATTEMPT_BOOT, step);
}

static void
attempt_named(
    struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	begin_attempt(p, f, SL_ATTEMPT_NAMED, step);
}

/* Nothing hangs on this one: there is no verdict on it. */
static void
attempt_idle(struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	begin_attempt(p, f, SL_ATTEMPT_NAMED, step);
	p->due_us = 0;
}

/* It was reset: its files of this stage are counted afresh. */
static void
restart(struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	enter_stage(p, p->stage, step);
	p->running = SL_STAGE_NONE;
	begin_attempt(p, f, SL_ATTEMPT_BOOT, step);
}

static void
follow_named(struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	enter_stage(p, f->stage, step);
	begin_attempt(p, f, SL_ATTEMPT_NAMED, step);
}

/* The attempt brought nothing. */
static void
count_attempt(
    struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	(void)f;
	(void)step;
	p->attempts++;
	p->due_us = 0;
}

static void
go_down(struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	(void)f;
	enter_stage(p, (uint8_t)(p->stage - 1), step);
	/* What it was seen running was no firm ground, or it would go on. */
	if (p->running != SL_STAGE_NONE && p->running >= p->stage)
		p->running = SL_STAGE_NONE;
	p->downs++;
	p->due_us = 0;
}

static void
judged(struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	(void)f;
	(void)step;
	p->due_us = 0;
}

static void
judge_later(struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	(void)step;
	p->due_us = f->now_us + f->window_us;
}

/* The load is accepted, so there is no vain attempt to count. */
static void
fetched(struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	(void)step;
	p->attempts = 0;
	p->image_us = f->now_us;
}

static void
to_stage(struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	enter_stage(p, f->stage, step);
	p->image_us = f->now_us;
}

/* It runs its stage: the next one. */
static void
go_up(struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	(void)f;
	p->running = p->stage;
	enter_stage(p, (uint8_t)(p->stage + 1), step);
	end_attempt(p);
}

/* It runs the last stage. */
static void
arrive(struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	(void)f;
	(void)step;
	p->running = p->stage;
	p->attempts = 0;
	p->downs = 0;
	end_attempt(p);
}

/* If it does not run what its configuration names, it asks for that now. */
static void
await_load(struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	(void)step;
	if (p->due_us == 0)
		p->due_us = f->now_us + f->window_us;
}

/* It asked for no load, so it runs the last stage. */
static void
find_there(struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	if (!is_last(p, f))
		enter_stage(p, (uint8_t)(f->stage_count - 1), step);
	arrive(p, f, step);
}

static void
count_lease(struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	(void)f;
	(void)step;
	p->leases++;
}

static void
next_way(struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	(void)f;
	(void)step;
	p->way++;
	p->leases = 0;
}

/* None helped: the one that suits most phones is kept. */
static void
all_ways(struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	(void)f;
	(void)step;
	p->way = SL_WAY_ALL;
	p->leases = 0;
}

/* Where the administrator says. */
static void
place(struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	enter_stage(p, f->stage, step);
	p->running = SL_STAGE_NONE;
	p->downs = 0;
	p->leases = 0;
	p->held_from = SL_NEW; /* a held one begins there when released */
	end_attempt(p);
}

/* Forgets what failed. */
static void
afresh(struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	if (p->status == SL_STUCK)
		p->stage = sl_phone_first_stage(f->strategy, f->stage_count);
	enter_stage(p, p->stage, step);
	p->downs = 0;
	p->leases = 0;
	p->way = SL_WAY_ALL;
	end_attempt(p);
}

static void
hold(struct sl_phone *p, const struct sl_facts *f, struct sl_step *step)
{
	(void)f;
	(void)step;
	p->held_from = p->status;
	end_attempt(p);
}

struct row {
	unsigned from;
	enum sl_on on;
	enum guard guard;
	act_fn *act; /* NULL: nothing */
	uint8_t to;
	enum sl_reason reason; /* NONE: no line of history */
};

/* The first row that fits is taken. */
static const struct row rows[] = {
	/* Leases of a phone that never asked a file. */
	{ BIT(SL_NEW), SL_ON_LEASE, QUIET_LAST, all_ways, SL_SILENT,
	    SL_REASON_NO_CONTACT },
	{ BIT(SL_NEW), SL_ON_LEASE, QUIET, next_way, STAY, SL_REASON_NEXT_WAY },
	{ BIT(SL_NEW), SL_ON_LEASE, ALWAYS, count_lease, STAY, SL_REASON_NONE },

	/* The boot file.  It comes in pairs, and again after each reboot. */
	{ BIT(SL_CLIMBING) | BIT(SL_DONE), SL_ON_BOOT, HINT, NULL, STAY,
	    SL_REASON_NONE },
	{ BIT(SL_FLASHING), SL_ON_BOOT, HINT_COMPLETE, NULL, STAY,
	    SL_REASON_NONE },
	{ BIT(SL_BOOTING) | BIT(SL_LOADING) | BIT(SL_FLASHING) | BIT(SL_STUCK),
	    SL_ON_BOOT, SAME_ATTEMPT, NULL, STAY, SL_REASON_NONE },
	{ BIT(SL_NEW) | BIT(SL_SILENT) | BIT(SL_BOOTING), SL_ON_BOOT, ALWAYS,
	    attempt_boot, SL_BOOTING, SL_REASON_ASKED_BOOT },
	{ BIT(SL_LOADING) | BIT(SL_FLASHING), SL_ON_BOOT, ALWAYS, attempt_boot,
	    SL_BOOTING, SL_REASON_CAME_BACK },
	{ BIT(SL_CLIMBING), SL_ON_BOOT, ALWAYS, restart, SL_BOOTING,
	    SL_REASON_ASKED_BOOT },
	{ BIT(SL_DONE), SL_ON_BOOT, ALWAYS, restart, SL_BOOTING,
	    SL_REASON_RESET },
	{ BIT(SL_STUCK), SL_ON_BOOT, ALWAYS, attempt_boot, STAY,
	    SL_REASON_NONE },

	/* A load asked by its name: its configuration file named it. */
	{ BIT(SL_BOOTING) | BIT(SL_LOADING) | BIT(SL_FLASHING) | BIT(SL_STUCK),
	    SL_ON_LOADS, SAME_ATTEMPT, NULL, STAY, SL_REASON_NONE },
	{ FREE, SL_ON_LOADS, NOWHERE, NULL, STAY, SL_REASON_NONE },
	{ BIT(SL_DONE), SL_ON_LOADS, LOWER, follow_named, SL_BOOTING,
	    SL_REASON_FOUND_LOWER },
	/* Some look at the load they run at every start. */
	{ BIT(SL_DONE), SL_ON_LOADS, ALWAYS, attempt_idle, STAY,
	    SL_REASON_NONE },
	{ FREE & ~BIT(SL_STUCK), SL_ON_LOADS, ALWAYS, attempt_named, SL_BOOTING,
	    SL_REASON_ASKED_LOAD },
	{ BIT(SL_STUCK), SL_ON_LOADS, ALWAYS, attempt_named, STAY,
	    SL_REASON_NONE },

	/* Images. */
	{ BIT(SL_LOADING), SL_ON_IMAGE, ALWAYS, NULL, STAY, SL_REASON_NONE },
	{ BIT(SL_FLASHING) | BIT(SL_CLIMBING) | BIT(SL_DONE), SL_ON_IMAGE,
	    REPEATED, NULL, STAY, SL_REASON_NONE },
	{ BIT(SL_CLIMBING) | BIT(SL_DONE), SL_ON_IMAGE, HERE, NULL, SL_LOADING,
	    SL_REASON_FETCHING },
	{ BIT(SL_NEW) | BIT(SL_SILENT) | BIT(SL_BOOTING) | BIT(SL_FLASHING) |
	        BIT(SL_STUCK),
	    SL_ON_IMAGE, ALWAYS, NULL, SL_LOADING, SL_REASON_FETCHING },
	{ BIT(SL_BOOTING) | BIT(SL_LOADING) | BIT(SL_FLASHING) | BIT(SL_STUCK),
	    SL_ON_ACKED, HIGHER, to_stage, SL_LOADING, SL_REASON_OTHER_STAGE },
	{ BIT(SL_FLASHING), SL_ON_ACKED, COMPLETE, fetched, STAY,
	    SL_REASON_NONE },
	{ BIT(SL_BOOTING) | BIT(SL_LOADING) | BIT(SL_STUCK), SL_ON_ACKED,
	    COMPLETE, fetched, SL_FLASHING, SL_REASON_ALL_SENT },
	{ BIT(SL_BOOTING) | BIT(SL_LOADING) | BIT(SL_STUCK) | BIT(SL_FLASHING),
	    SL_ON_ACKED, ALWAYS, fetched, SL_LOADING, SL_REASON_NONE },
	{ BIT(SL_LOADING) | BIT(SL_FLASHING), SL_ON_ABORTED, COMPLETE, NULL,
	    STAY, SL_REASON_NONE },
	{ BIT(SL_LOADING) | BIT(SL_FLASHING), SL_ON_ABORTED, ALWAYS, NULL,
	    SL_LOADING, SL_REASON_ABORTED },

	/* Signs of life. */
	{ BIT(SL_LOADING) | BIT(SL_FLASHING), SL_ON_LIFE, COMPLETE_LAST, arrive,
	    SL_DONE, SL_REASON_TARGET_REACHED },
	{ BIT(SL_LOADING) | BIT(SL_FLASHING), SL_ON_LIFE, COMPLETE, go_up,
	    SL_CLIMBING, SL_REASON_RUNS_STAGE },
	{ BIT(SL_BOOTING) | BIT(SL_STUCK), SL_ON_LIFE, BARE_LAST, arrive,
	    SL_DONE, SL_REASON_TARGET_REACHED },
	{ BIT(SL_BOOTING) | BIT(SL_STUCK), SL_ON_LIFE, BARE, go_up, SL_CLIMBING,
	    SL_REASON_RAN_ALREADY },
	{ BIT(SL_SILENT), SL_ON_LIFE, NAMES_TARGET, await_load, SL_NEW,
	    SL_REASON_CONTACT },
	{ BIT(SL_SILENT), SL_ON_LIFE, ALWAYS, NULL, SL_NEW, SL_REASON_CONTACT },
	{ BIT(SL_NEW), SL_ON_LIFE, NAMES_TARGET, await_load, STAY,
	    SL_REASON_NONE },

	/* The verdict on an attempt, when its window has passed. */
	{ BIT(SL_BOOTING) | BIT(SL_LOADING), SL_ON_WINDOW, RESTING, judged,
	    STAY, SL_REASON_NONE },
	{ BIT(SL_BOOTING) | BIT(SL_LOADING), SL_ON_WINDOW, PENDING, judge_later,
	    STAY, SL_REASON_NONE },
	{ BIT(SL_BOOTING) | BIT(SL_LOADING), SL_ON_WINDOW, LAST_TRY_LOWEST,
	    count_attempt, SL_STUCK, SL_REASON_NO_STAGE_LEFT },
	{ BIT(SL_BOOTING) | BIT(SL_LOADING), SL_ON_WINDOW, LAST_TRY, go_down,
	    SL_BOOTING, SL_REASON_STEPPED_DOWN },
	{ BIT(SL_BOOTING) | BIT(SL_LOADING), SL_ON_WINDOW, FRUITLESS,
	    count_attempt, STAY, SL_REASON_NO_IMAGE },
	{ BIT(SL_NEW), SL_ON_WINDOW, NAMES_TARGET, find_there, SL_DONE,
	    SL_REASON_ON_TARGET },
	{ ANY, SL_ON_WINDOW, ALWAYS, judged, STAY, SL_REASON_NONE },

	/* The administrator. */
	{ BIT(SL_HELD), SL_ON_STAGE, EXISTS, place, STAY, SL_REASON_BY_ADMIN },
	{ FREE, SL_ON_STAGE, EXISTS, place, SL_NEW, SL_REASON_BY_ADMIN },
	{ FREE & ~BIT(SL_DONE), SL_ON_RETRY, ALWAYS, afresh, SL_NEW,
	    SL_REASON_RETRY },
	{ FREE, SL_ON_HOLD, ALWAYS, hold, SL_HELD, SL_REASON_HELD },
	{ BIT(SL_HELD), SL_ON_RELEASE, ALWAYS, NULL, AS_BEFORE,
	    SL_REASON_RELEASED },
};

const char *
sl_on_name(enum sl_on on)
{
	static const char *const names[SL_ONS] = { "lease", "boot", "loads",
		"image", "acked", "aborted", "life", "window", "stage", "retry",
		"hold", "release" };

	return (unsigned)on < SL_ONS ? names[on] : "?";
}

uint8_t
sl_phone_first_stage(uint8_t strategy, uint8_t stage_count)
{
	if (strategy == SL_PROBE && stage_count > 0)
		return (uint8_t)(stage_count - 1);
	return 0;
}

static bool
within(int64_t now_us, int64_t since_us, int64_t span_us)
{
	/* A clock that was set back makes nothing last longer. */
	return since_us != 0 && now_us - since_us < span_us &&
	       since_us - now_us < span_us;
}

static bool
is_last_try(const struct sl_phone *p, const struct sl_facts *f)
{
	return f->images_acked == 0 && p->attempts + 1 >= f->stuck_after;
}

/* Each stage may be left downwards once, so a phone never flips for ever. */
static bool
is_lowest(const struct sl_phone *p, const struct sl_facts *f)
{
	return p->stage == 0 || p->downs >= f->stage_count;
}

static bool
is_bare(const struct sl_phone *p, const struct sl_facts *f)
{
	return p->attempt_kind == SL_ATTEMPT_BOOT && !f->hint && f->booted &&
	       f->images_asked == 0 &&
	       within(f->now_us, p->attempt_us, f->window_us + f->hold_down_us);
}

static bool
is_quiet(const struct sl_phone *p, const struct sl_facts *f)
{
	return p->leases + 1 >= f->silent_after;
}

static bool
holds(enum guard guard, const struct sl_phone *p, const struct sl_facts *f)
{
	switch (guard) {
	case ALWAYS:
		return true;
	case NOWHERE:
		return f->stage >= f->stage_count;
	case HERE:
		return f->stage == p->stage;
	case SAME_ATTEMPT:
		return within(f->now_us, p->attempt_us, f->window_us);
	case REPEATED:
		return f->repeated;
	case COMPLETE:
		return f->complete;
	case COMPLETE_LAST:
		return f->complete && is_last(p, f);
	case HINT:
		return f->hint;
	case HINT_COMPLETE:
		return f->hint && f->complete;
	case BARE:
		return is_bare(p, f);
	case BARE_LAST:
		return is_bare(p, f) && is_last(p, f);
	case HIGHER:
		return f->stage < f->stage_count && f->stage > p->stage;
	case LOWER:
		return f->stage < p->stage;
	case RESTING:
		return within(f->now_us, p->image_us, f->hold_down_us);
	case PENDING:
		return f->images_pending > 0 && f->images_acked == 0 &&
		       within(f->now_us, p->attempt_us,
		           WINDOWS_FOR_A_TRANSFER * f->window_us);
	case FRUITLESS:
		return f->images_acked == 0;
	case LAST_TRY:
		return is_last_try(p, f);
	case LAST_TRY_LOWEST:
		return is_last_try(p, f) && is_lowest(p, f);
	case QUIET:
		return is_quiet(p, f);
	case QUIET_LAST:
		return is_quiet(p, f) && p->way + 1 >= SL_WAYS;
	case EXISTS:
		return f->stage < f->stage_count;
	case NAMES_TARGET:
		return f->names_target;
	}
	return false;
}

/* Evidence that holds in every status, whatever the rows say. */
static void
take_note(struct sl_phone *p, enum sl_on on)
{
	if (on == SL_ON_LIFE)
		p->image_us = 0;
	if (on >= SL_ON_BOOT && on <= SL_ON_LIFE)
		p->leases = 0;
}

static const struct row *
find_row(const struct sl_phone *p, enum sl_on on, const struct sl_facts *f)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];

		if ((row->from & BIT(p->status)) && row->on == on &&
		    holds(row->guard, p, f))
			return row;
	}
	return NULL;
}

struct sl_step
sl_phone_step(
    struct sl_phone *phone, enum sl_on on, const struct sl_facts *facts)
{
	const struct row *row;
	struct sl_step step = { 0 };

	/* Without a plan there is nothing to climb. */
	if (facts->stage_count == 0 && on != SL_ON_HOLD && on != SL_ON_RELEASE)
		return step;
	row = find_row(phone, on, facts);
	take_note(phone, on);
	if (row == NULL)
		return step;
	step.matched = true;
	step.reason = row->reason;
	step.noteworthy = row->reason != SL_REASON_NONE;
	if (row->act != NULL)
		row->act(phone, facts, &step);
	if (row->to == AS_BEFORE)
		phone->status = phone->held_from;
	else if (row->to != STAY)
		phone->status = row->to;
	if (step.noteworthy)
		phone->reason = (uint16_t)row->reason;
	return step;
}
