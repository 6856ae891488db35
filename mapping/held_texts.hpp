// Texts of one user that wait for their network to come back, for those who have chosen to wait instead of being told
// at once: each for a minute at most, in the order in which they were said. Loop thread only.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/asio.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "component/stanza.hpp"
#include "mapping/identity.hpp"

namespace mapping {

class HeldTexts {
 public:
  static constexpr auto longest_wait = std::chrono::seconds(60);
  static constexpr std::size_t most = 100;
  static constexpr std::size_t most_bytes = 256 * 1024;  // of their bodies

  struct Text {
    component::Stanza message;
    Address to;
    std::string body;
  };
  using Overdue = std::function<void(Text)>;

  // overdue: gets a text that has waited too long; not called any more after our end.
  HeldTexts(asio::any_io_executor executor, Overdue overdue);

  // False: enough is waiting, and the text is still the caller's.
  bool hold(Text& text);
  // Those for one address, or all others but rooms' (an empty one), oldest first. They wait no longer.
  std::vector<Text> take(std::string_view room);
  std::vector<Text> take_all();
  bool is_holding(std::string_view room) const;

 private:
  struct Entry {
    Text text;
    std::string room;  // its bare JID; empty: for a person or the network
    base::Clock::time_point until;
  };
  void watch();
  void expire();

  Overdue overdue_;
  base::Timer timer_;
  std::vector<Entry> entries_;
  std::size_t bytes_ = 0;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace mapping
