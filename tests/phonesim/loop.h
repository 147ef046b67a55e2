/* SPDX-License-Identifier: BSD-2-Clause */
/* loop.h: one thread's timers and readable descriptors. */
#ifndef PHONESIM_LOOP_H
#define PHONESIM_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero it before first use; it may be set again while it is set. */
struct timer {
	uint64_t due_us;
	size_t slot; /* place in the heap, from 1; 0: not set */
	void (*fire)(void *arg);
	void *arg;
};

struct watch {
	void (*ready)(void *arg);
	void *arg;
};

struct loop {
	int epoll;
	struct timer **heap; /* heap[1] is the next one due */
	size_t count;
	size_t room;
	uint64_t start_us;
	uint64_t
	    now_us; /* since loop_open(), renewed before each callback batch */
	bool stop;
};

bool loop_open(struct loop *loop);
void loop_close(struct loop *loop);
/* Runs until `stop` is set by a callback or a signal handler. */
void loop_run(struct loop *loop);

/*
 * `watch` must outlive the batch of events it is reported in: free it from a
 * timer, never from a `ready` callback.
 */
bool loop_watch(struct loop *loop, int fd, struct watch *watch);

void timer_set(struct loop *loop, struct timer *timer, uint64_t after_us,
    void (*fire)(void *), void *arg);
void timer_clear(struct loop *loop, struct timer *timer);

#endif
