/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keeper.h: the one thread of the hook: publishes the configuration and keeps
 * the door to the state directory open, so that no packet waits for a file.
 */
#ifndef STAGELOAD_KEEPER_H
#define STAGELOAD_KEEPER_H

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common_c.h"

namespace stageload
{

class Keeper
{
      public:
	/* An empty json: nothing to publish.  The door outlives the keeper. */
	Keeper(sl_door *door, std::string dir, std::string json);
	~Keeper();

	/* Throws what std::thread throws. */
	void start();
	/* Any thread, for every packet: the first one ends the delay. */
	void wake();
	/*
	 * Keeps an event until the journal is there: the first packets come
	 * before it is open, and after a boot Kea may be up before the engine
	 * has ever run.  False: too many wait already.  Any thread.
	 */
	bool hold(const sl_event &event);
	/* The state was open when the keeper looked last. */
	bool ready() const
	{
		return ready_.load(std::memory_order_relaxed);
	}

      private:
	sl_door *door_;
	const std::string dir_, json_;
	bool published_ = false, announced_ = false;
	std::string state_sentence_, publish_sentence_;
	bool looked_ = false;
	enum sl_rc state_rc_ = SL_NONE;
	std::atomic<bool> ready_{ false };

	std::mutex mutex_;
	std::condition_variable changed_;
	std::atomic<bool> woken_{ false };
	bool stopping_ = false;      /* under mutex_ */
	std::vector<sl_event> held_; /* under mutex_ */
	std::thread thread_;

	void run();
	void tick();
	void look();
	void publish();
	void announce();
	void handOver();
};

} // namespace stageload

#endif
