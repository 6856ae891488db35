// What systemd is told and what it asks for (sd_notify(3), sd_watchdog_enabled(3)). Started by something else: nothing
// happens. Loop thread only.
#pragma once

#include <string>

#include "base/clock.hpp"

namespace base {

class Systemd {
 public:
  explicit Systemd(asio::any_io_executor executor) : timer_(std::move(executor)) {}

  // The service does its work from now on; the watchdog is fed from the loop, so a loop that hangs is noticed.
  void ready();
  void stopping();
  // One line for `systemctl status`.
  void status(const std::string& text);
  // Ends the feeding, which otherwise keeps the loop alive.
  void close() noexcept { timer_.cancel(); }

 private:
  void feed(std::chrono::microseconds interval);

  Timer timer_;
};

}  // namespace base
