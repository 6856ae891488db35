// The other side in a process of its own, so that its work is not counted; and the clock of what is counted.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>

namespace bottom {

class Peer {
 public:
  // Runs `play` in a child process; what it returns is given back by join(). An exception there makes join() throw.
  explicit Peer(const std::function<std::string()>& play);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  std::string join();

 private:
  pid_t pid_ = -1;
  int pipe_ = -1;
};

// User and system time of this process in microseconds.
double cpu_us();
double wall_us();

// CPU per item, from when `warm` items were done.
class Meter {
 public:
  explicit Meter(std::uint64_t warm) : warm_(warm) { count(0); }
  // At the end of a batch, after its output was written.
  void count(std::uint64_t items);
  std::uint64_t total() const { return total_; }
  double us_per_item() const { return (cpu_us() - begin_) / static_cast<double>(total_ - skipped_); }

 private:
  std::uint64_t warm_, total_ = 0, skipped_ = 0;
  bool is_running_ = false;
  double begin_ = 0;
};

}  // namespace bottom
