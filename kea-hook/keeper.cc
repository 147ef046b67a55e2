/* SPDX-License-Identifier: BSD-2-Clause */
/* The thread that publishes the configuration and watches the state. */
#include "keeper.h"

#include <chrono>
#include <cstring>
#include <utility>

#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>

#include "stageload_log.h"

namespace stageload
{

namespace
{

/*
 * kea-dhcp4 -T configures everything as whoever called it, and ends; nothing
 * may be created or opened by then.
 */
constexpr std::chrono::milliseconds delay(1000);
constexpr std::chrono::milliseconds interval(500);

constexpr size_t held_max = 1024; /* events, some 400 octets each */

/* Signals are Kea's business: a thread started inside never gets one. */
class SignalsBlocked
{
      public:
	SignalsBlocked()
	{
		sigset_t all;

		sigfillset(&all);
		pthread_sigmask(SIG_SETMASK, &all, &before_);
	}
	~SignalsBlocked()
	{
		pthread_sigmask(SIG_SETMASK, &before_, nullptr);
	}

      private:
	sigset_t before_;
};

} // namespace

Keeper::Keeper(sl_door *door, std::string dir, std::string json)
    : door_(door), dir_(std::move(dir)), json_(std::move(json))
{
}

Keeper::~Keeper()
{
	{
		std::lock_guard<std::mutex> lock(mutex_);
		stopping_ = true;
	}
	changed_.notify_all();
	if (thread_.joinable())
		thread_.join();
}

void
Keeper::start()
{
	SignalsBlocked blocked;

	if (!thread_.joinable())
		thread_ = std::thread(&Keeper::run, this);
}

void
Keeper::wake()
{
	if (woken_.load(std::memory_order_relaxed) || woken_.exchange(true))
		return;
	/* Empty, but no wait can begin between its check and our notice. */
	std::lock_guard<std::mutex> lock(mutex_);
	changed_.notify_all();
}

bool
Keeper::hold(const sl_event &event)
{
	std::lock_guard<std::mutex> lock(mutex_);

	if (held_.size() >= held_max)
		return false;
	held_.push_back(event);
	held_.back().time_us =
	    std::chrono::duration_cast<std::chrono::microseconds>(
	        std::chrono::system_clock::now().time_since_epoch())
	        .count();
	return true;
}

void
Keeper::run()
{
	std::unique_lock<std::mutex> lock(mutex_);

	changed_.wait_for(
	    lock, delay, [this] { return stopping_ || woken_.load(); });
	while (!stopping_) {
		lock.unlock();
		try {
			tick();
		} catch (...) {
			/* Out of memory while logging: look again later. */
		}
		lock.lock();
		changed_.wait_for(lock, interval, [this] { return stopping_; });
	}
}

void
Keeper::tick()
{
	look();
	if (!json_.empty())
		publish();
	if (published_ && !announced_)
		announce();
	if (ready_)
		handOver();
}

void
Keeper::look()
{
	sl_err err;
	bool ready;

	err.text[0] = '\0';
	state_rc_ = sl_door_refresh(door_, 0, &err);
	ready = state_rc_ == SL_OK;
	if (looked_ && ready == ready_ && state_sentence_ == err.text)
		return;
	/* A directory that came back may be another one, with nothing in it. */
	if (ready && !ready_)
		published_ = announced_ = false;
	looked_ = true;
	ready_ = ready;
	state_sentence_ = err.text;
	if (ready) {
		LOG_INFO(logger, STAGELOAD_STATE_READY).arg(dir_);
	} else {
		LOG_WARN(logger, STAGELOAD_STATE_MISSING).arg(err.text);
	}
}

void
Keeper::publish()
{
	struct stat status;
	sl_err err;

	/*
	 * Without a directory, or without a right to it, the line about the
	 * state has said it all.
	 */
	if (stat(dir_.c_str(), &status) != 0)
		return;
	err.text[0] = '\0';
	bool before = published_;

	published_ = sl_state_publish(dir_.c_str(), json_.data(), json_.size(),
	                 &err) == SL_OK;
	if (published_) {
		publish_sentence_.clear();
		if (!before) {
			LOG_INFO(logger, STAGELOAD_PUBLISHED).arg(dir_);
		}
	} else if ((state_rc_ == SL_OK || state_rc_ == SL_NONE) &&
	           publish_sentence_ != err.text) {
		publish_sentence_ = err.text;
		LOG_WARN(logger, STAGELOAD_PUBLISH_FAILED).arg(err.text);
	}
}

void
Keeper::announce()
{
	sl_event event;

	std::memset(&event, 0, sizeof(event));
	event.kind = SL_EVENT_CONFIG;
	announced_ = sl_door_append(door_, &event) == SL_OK;
}

void
Keeper::handOver()
{
	std::vector<sl_event> held;
	size_t done = 0;

	{
		std::lock_guard<std::mutex> lock(mutex_);
		held.swap(held_);
	}
	while (
	    done < held.size() && sl_door_append(door_, &held[done]) == SL_OK)
		done++;
	if (done == held.size())
		return;
	std::lock_guard<std::mutex> lock(mutex_);
	held_.insert(held_.begin(), held.begin() + done, held.end());
}

} // namespace stageload
