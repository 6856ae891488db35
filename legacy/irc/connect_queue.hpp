// How many connections to one network are being made at the same time: when a server comes back, its users don't all
// knock at once. First come, first served. Loop thread only.
#pragma once

#include <list>

#include "base/condition.hpp"

namespace irc {

class ConnectTurn;

class ConnectQueue {
 public:
  // 0: no limit.
  explicit ConnectQueue(std::size_t at_once) : at_once_(at_once) {}

 private:
  friend class ConnectTurn;
  bool is_full() const noexcept { return at_once_ != 0 && busy_ >= at_once_; }
  void grant() noexcept;

  std::size_t at_once_;
  std::size_t busy_ = 0;
  std::list<ConnectTurn*> waiting_;
};

// One session's place in the queue, which outlives it.
class ConnectTurn {
 public:
  explicit ConnectTurn(ConnectQueue& queue) : queue_(queue) {}
  ~ConnectTurn() { end(); }
  ConnectTurn(const ConnectTurn&) = delete;
  ConnectTurn& operator=(const ConnectTurn&) = delete;

  // Returns when it is our turn; false when cancelled first.
  asio::awaitable<bool> begin();
  // The next one may go. Harmless when it was not our turn.
  void end() noexcept;

 private:
  friend class ConnectQueue;
  enum class Place { outside, waiting, inside };

  ConnectQueue& queue_;
  base::Condition* news_ = nullptr;  // of begin(), while it waits
  Place place_ = Place::outside;
};

}  // namespace irc
