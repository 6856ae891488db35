// Strangers at the listener, on a thread of their own: a quarter each says nothing, sends its request a byte at a time,
// forges calls one after the other, and announces four megabytes. Who is hung up on comes again at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "base/asio.hpp"

namespace sms_bench {

class Stranger;

class Crowd {
 public:
  Crowd(std::size_t size, std::uint16_t port);
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  // Connections that were made so far.
  std::uint64_t connected() const noexcept { return connected_; }
  std::uint64_t refused() const noexcept { return refused_; }

 private:
  asio::io_context io_;
  std::atomic<std::uint64_t> connected_ = 0;
  std::atomic<std::uint64_t> refused_ = 0;  // calls that were answered
  std::vector<std::unique_ptr<Stranger>> strangers_;
  std::thread thread_;
};

}  // namespace sms_bench
