/* SPDX-License-Identifier: BSD-2-Clause */
/* loop.c: a binary heap of timers beside an epoll descriptor. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "loop.h"

static uint64_t
clock_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

bool
loop_open(struct loop *loop)
{
	memset(loop, 0, sizeof(*loop));
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	loop->start_us = clock_us();
	return loop->epoll >= 0;
}

void
loop_close(struct loop *loop)
{
	free(loop->heap);
	if (loop->epoll >= 0)
		close(loop->epoll);
}

static void
heap_put(struct loop *loop, size_t slot, struct timer *timer)
{
	loop->heap[slot] = timer;
	timer->slot = slot;
}

static void
sift_up(struct loop *loop, size_t slot, struct timer *timer)
{
	while (slot > 1 && loop->heap[slot / 2]->due_us > timer->due_us) {
		heap_put(loop, slot, loop->heap[slot / 2]);
		slot /= 2;
	}
	heap_put(loop, slot, timer);
}

static void
sift_down(struct loop *loop, size_t slot, struct timer *timer)
{
	size_t child;

	while ((child = slot * 2) <= loop->count) {
		if (child < loop->count &&
		    loop->heap[child + 1]->due_us < loop->heap[child]->due_us)
			child++;
		if (loop->heap[child]->due_us >= timer->due_us)
			break;
		heap_put(loop, slot, loop->heap[child]);
		slot = child;
	}
	heap_put(loop, slot, timer);
}

static void
heap_grow(struct loop *loop)
{
	size_t room = loop->room ? loop->room * 2 : 256;
	struct timer **heap =
	    realloc(loop->heap, room * sizeof(struct timer *));

	if (heap == NULL) {
		perror("phonesim: timers");
		exit(2);
	}
	loop->heap = heap;
	loop->room = room;
}

void
timer_clear(struct loop *loop, struct timer *timer)
{
	size_t slot = timer->slot;
	struct timer *last;

	if (slot == 0)
		return;
	timer->slot = 0;
	last = loop->heap[loop->count--];
	if (last == timer)
		return;
	if (slot > 1 && loop->heap[slot / 2]->due_us > last->due_us)
		sift_up(loop, slot, last);
	else
		sift_down(loop, slot, last);
}

void
timer_set(struct loop *loop, struct timer *timer, uint64_t after_us,
    void (*fire)(void *), void *arg)
{
	timer_clear(loop, timer);
	timer->due_us = loop->now_us + after_us;
	timer->fire = fire;
	timer->arg = arg;
	if (loop->count + 1 >= loop->room)
		heap_grow(loop);
	sift_up(loop, ++loop->count, timer);
}

bool
loop_watch(struct loop *loop, int fd, struct watch *watch)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = watch };

	return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static void
fire_due(struct loop *loop)
{
	loop->now_us = clock_us() - loop->start_us;
	while (!loop->stop && loop->count > 0 &&
	       loop->heap[1]->due_us <= loop->now_us) {
		struct timer *timer = loop->heap[1];

		timer_clear(loop, timer);
		timer->fire(timer->arg);
	}
}

static int
wait_ms(const struct loop *loop)
{
	uint64_t now = clock_us() - loop->start_us;
	uint64_t left;

	if (loop->count == 0)
		return 1000;
	if (loop->heap[1]->due_us <= now)
		return 0;
	left = (loop->heap[1]->due_us - now + 999) / 1000;
	return left > 1000 ? 1000 : (int)left;
}

void
loop_run(struct loop *loop)
{
	struct epoll_event events[256];

	while (!loop->stop) {
		int n = epoll_wait(loop->epoll, events, 256, wait_ms(loop));

		loop->now_us = clock_us() - loop->start_us;
		for (int i = 0; i < n && !loop->stop; i++) {
			struct watch *watch = events[i].data.ptr;

			watch->ready(watch->arg);
		}
		if (n < 0 && errno != EINTR) {
			perror("phonesim: epoll_wait");
			exit(2);
		}
		fire_due(loop);
	}
}
