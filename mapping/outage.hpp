// The time between a lost connection of a line and the next one, as the rooms see it: how long they are kept as they
// were, and when to ask once more for those that the network did not give back at once. Loop thread only.
#pragma once

#include <functional>
#include <memory>

#include "base/asio.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace mapping {

class Outage {
 public:
  static constexpr auto pause = std::chrono::seconds(30);  // before a room is asked for once more

  explicit Outage(const asio::any_io_executor& executor) : limit_(executor), retry_(executor) {}

  bool is_on() const noexcept { return is_on_; }
  // From now on, unless it is on already: over() is called when it has lasted that long, unless end() comes first.
  void begin(std::chrono::minutes limit, std::function<void()> over);
  void end();
  bool is_asking() const noexcept { return is_asking_; }
  // Calls ask() after the pause while it is on; one at a time, the first counts.
  void ask_again(std::function<void()> ask);

 private:
  bool is_on_ = false;
  bool is_asking_ = false;
  base::Timer limit_, retry_;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace mapping
