#include "base/systemd.hpp"

#include <systemd/sd-daemon.h>

namespace base {

void Systemd::ready() {
  sd_notify(0, "READY=1");
  std::uint64_t limit = 0;
  if (sd_watchdog_enabled(0, &limit) > 0) feed(std::chrono::microseconds{limit / 2});
}

void Systemd::stopping() {
  sd_notify(0, "STOPPING=1");
}

void Systemd::status(const std::string& text) {
  sd_notify(0, ("STATUS=" + text).c_str());
}

void Systemd::feed(std::chrono::microseconds interval) {
  sd_notify(0, "WATCHDOG=1");
  timer_.expires_after(interval);
  timer_.async_wait([this, interval](const boost::system::error_code& cancelled) {
    if (!cancelled) feed(interval);
  });
}

}  // namespace base
