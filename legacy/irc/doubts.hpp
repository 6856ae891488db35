// Texts of ours of which nobody knows whether they have arrived: they were written, and the answer never came. What the
// server plays back or repeats later may show that they have. Plain memory of State, bounded in number and time.
#pragma once

#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "legacy/irc/casemap.hpp"
#include "legacy/irc/line.hpp"
#include "legacy/irc/pending.hpp"

namespace irc {

class Doubts {
 public:
  static constexpr auto patience = std::chrono::seconds(60);  // how long an error may be held back
  static constexpr auto memory = std::chrono::minutes(10);
  static constexpr std::size_t most = 100;

  // The text stands in the room under that line's name. Held: its sender has not been told yet. With more than `most`
  // the oldest is forgotten, one that was told first; false: there is no place for one that is to be held.
  bool add(Said said, bool is_held, Time now);
  // One of them as the server shows it, in a room: when it is the last piece the whole, which is in doubt no longer.
  // `when`: as the server says; a text of the same words that is older than ours is another.
  struct Found {
    bool is_ours = false;
    std::optional<Said> whole = {};
  };
  Found find(std::string_view room, const legacy::Received& seen, CaseMapping mapping);
  // Those whose senders have to be told now; they are remembered. All of them: whoever is still held.
  std::vector<Said> due(Time now, bool all = false);
  std::optional<Time> deadline() const;

 private:
  struct Entry {
    Said said;
    std::optional<Time> tell_at;  // not told yet
    Time forget_at;
  };
  std::deque<Entry> entries_;  // oldest first
};

}  // namespace irc
