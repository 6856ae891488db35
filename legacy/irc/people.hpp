// People outside of rooms: those whose presence the user wants to see, and what WHOIS said of whom. Plain data of
// State.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/fifo.hpp"
#include "legacy/adapter.hpp"
#include "legacy/irc/casemap.hpp"

namespace irc {

struct Watched {
  std::string nick;           // as it was asked for
  bool is_monitored = false;  // by the server (MONITOR); else we ask (ISON)
  bool is_asked = false;      // an ISON has named them on this connection
  legacy::Show show = legacy::Show::unavailable;
};

struct Watching {
  CaseMap<Watched> people;
  bool is_full = false;                        // the server's list takes no more
  std::optional<base::Clock::time_point> due;  // when those who are new are followed
  std::optional<base::Clock::time_point> poll_due;
};

// A WHOIS that is to be asked or under way, and who waits for it.
struct Whois {
  std::vector<legacy::Ref> refs;
  legacy::Answer answer;  // as far as it has come
};

struct Profile {
  legacy::Answer answer;
  base::Clock::time_point until{};
};

struct Profiles {
  CaseMap<Whois> wanted;
  base::Fifo<std::string> queue;   // those whose WHOIS has not been sent yet
  std::size_t waiting = 0;         // refs in `wanted`
  base::Clock::time_point next{};  // no WHOIS before
  CaseMap<Profile> known;
  std::string missing;  // 401 was said of them; the 318 to come is ours
};

// The nick that we want and don't have.
struct NickWish {
  std::optional<base::Clock::time_point> due;  // to ask for it again
  std::size_t asked = 0;
  bool is_monitored = false;
};

// One that is open (IRCv3 batch).
struct Batch {
  std::string type, label, parent;
};

}  // namespace irc
