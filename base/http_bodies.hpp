// Room for the long bodies that are under way: each may take its whole length of memory. Who comes when there is no
// room waits for it, and whoever sends nothing, or next to nothing, makes room. Sans-I/O: the owner asks again after a
// while, and closes whom it is told to.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace base {

class HttpBodies {
 public:
  using Time = Clock::time_point;
  using Id = const void*;

  struct Rules {
    std::size_t room = std::size_t{40} << 20;     // bytes of all
    std::size_t slowest = std::size_t{64} << 10;  // bytes per second; who is slower may have to go...
    std::chrono::seconds grace{1};                // ...after so long
  };
  explicit HttpBodies(Rules rules) : rules_(rules) {}

  // True: it may be read now. False: go() is called when it may, unless it leaves first.
  bool enter(Id id, const std::string& address, std::size_t size, Time now, std::function<void()> go);
  void leave(Id id, Time now);
  bool is_waiting() const noexcept { return !waiting_.empty(); }
  // Who has to go for those that wait; `received` says how many bytes of a body have come.
  std::vector<Id> to_leave(Time now, const std::function<std::size_t(Id)>& received) const;

 private:
  struct Body {
    std::string address;
    std::size_t size = 0;
    Time since;
  };
  struct Waiting {
    Id id;
    Body body;
    std::function<void()> go;
  };
  bool fits(std::size_t size) const noexcept { return under_way_.empty() || used_ + size <= rules_.room; }
  std::size_t share_of(const std::string& address) const;

  Rules rules_;
  std::size_t used_ = 0;
  std::map<Id, Body> under_way_;
  std::deque<Waiting> waiting_;
};

}  // namespace base
