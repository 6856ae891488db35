// A loop whose time only tests move.
#pragma once

#include "base/asio.hpp"
#include "base/clock.hpp"

namespace support {

class Loop {
 public:
  asio::io_context io{1};

  asio::any_io_executor executor() { return io.get_executor(); }
  // Runs everything that can run now.
  void settle() {
    io.restart();
    while (io.poll() > 0) {
    }
  }
  // Lets d pass at once: timers that are due by then fire, in one go.
  void advance(base::Clock::duration d) {
    base::Clock::advance(d);
    // The reactor looks at its timers again when one comes to the front of the queue.
    base::Timer front(io, base::Clock::time_point::min());
    bool fired = false;
    front.async_wait([&fired](auto) { fired = true; });
    io.restart();
    while (!fired) io.run_one();
    settle();
  }
};

}  // namespace support
