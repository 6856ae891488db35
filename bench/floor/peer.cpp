#include "bench/floor/peer.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <ctime>
#include <iostream>
#include <stdexcept>

namespace bottom {
namespace {

// In the child; never returns.
[[noreturn]] void run(const std::function<std::string()>& play, int pipe) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  int status = 0;
  try {
    const std::string report = play();
    status = ::write(pipe, report.data(), report.size()) == static_cast<ssize_t>(report.size()) ? 0 : 1;
  } catch (const std::exception& why) {
    std::cerr << "floor: the peer: " << why.what() << '\n';
    status = 1;
  }
  ::_exit(status);
}

double us(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

}  // namespace

Peer::Peer(const std::function<std::string()>& play) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw std::runtime_error("pipe failed");
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ == 0) {
    ::close(ends[0]);
    run(play, ends[1]);
  }
  ::close(ends[1]);
  pipe_ = ends[0];
}

Peer::~Peer() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(pipe_);
}

std::string Peer::join() {
  std::string report;
  std::array<char, 4096> buffer;
  for (ssize_t got = 0; (got = ::read(pipe_, buffer.data(), buffer.size())) > 0;)
    report.append(buffer.data(), static_cast<std::size_t>(got));
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  if (status != 0) throw std::runtime_error("the peer failed");
  return report;
}

double cpu_us() {
  return us(CLOCK_PROCESS_CPUTIME_ID);
}

double wall_us() {
  return us(CLOCK_MONOTONIC);
}

void Meter::count(std::uint64_t items) {
  total_ += items;
  if (is_running_ || total_ < warm_) return;
  is_running_ = true;
  skipped_ = total_;
  begin_ = cpu_us();
}

}  // namespace bottom
