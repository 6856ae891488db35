// What State and the connection that carries it say to each other.
#pragma once

#include <cstdint>
#include <list>
#include <string>

#include "base/clock.hpp"
#include "legacy/adapter.hpp"

namespace irc {

using Time = base::Clock::time_point;

struct Now {
  Time steady;
  base::WallTime wall;
  static Now get() { return {base::Clock::now(), std::chrono::system_clock::now()}; }
};

struct Line {
  std::string text;        // without CRLF
  bool urgent = false;     // not held back by the rate limit
  std::uint64_t mark = 0;  // not 0: written(mark) is to be called when it has left
  // A join may overtake texts; what is idle waits until nothing else does.
  enum class Turn { in_order, text, join, idle } turn = Turn::in_order;
};

// In nodes: an event is big to move, and hundreds may come of one turn of the loop.
using Events = std::list<legacy::Event>;

// Why the connection has to be closed.
struct Drop {
  legacy::Errc reason = legacy::Errc::none;
  std::string text;
  bool for_good = false;       // trying again is pointless
  bool again = false;          // connect again at once and tell nobody
  std::uint16_t tls_port = 0;  // not 0: there, with TLS, from now on (STS)
};

}  // namespace irc
