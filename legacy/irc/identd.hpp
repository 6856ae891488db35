// The listener for RFC 1413: one question per connection, answered from the table. Loop thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "legacy/irc/ident.hpp"

namespace irc {

struct IdentLimits {
  std::size_t line = 100;         // bytes; a longer question is not answered
  std::size_t connections = 100;  // above: closed at once
  std::chrono::seconds time{10};  // for question and answer; then closed
};

class Identd {
 public:
  // Listens at once; port 0: one that is free. Throws boost::system::system_error (address in use, no permission). The
  // table outlives it.
  Identd(const asio::any_io_executor& executor, const std::string& host, std::uint16_t port, const IdentTable& table,
         IdentLimits limits = {});
  ~Identd();
  Identd(const Identd&) = delete;
  Identd& operator=(const Identd&) = delete;

  std::uint16_t port() const noexcept;
  // No new connections; those that there are end.
  void stop();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with its coroutines
};

}  // namespace irc
