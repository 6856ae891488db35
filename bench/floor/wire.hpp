// A TCP connection on loopback, non-blocking and without Nagle's delay; and which of many have something to read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bottom {

class Wire {
 public:
  Wire() = default;
  explicit Wire(int fd);  // takes it over
  ~Wire() { close(); }
  Wire(Wire&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Wire& operator=(Wire&& other) noexcept;

  static Wire connect(std::uint16_t port);

  int fd() const { return fd_; }
  // Appends what is there now; false: the other end has closed.
  bool read(std::string& in) const;
  // Writes all of it, waiting where it must; clears it.
  void write_all(std::string& out) const;
  // Writes what goes without waiting and removes that.
  void write_some(std::string& out) const;
  void close();

 private:
  int fd_ = -1;
};

class Listener {
 public:
  Listener();
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::uint16_t port() const;
  int fd() const { return fd_; }
  Wire accept() const;  // waits

 private:
  int fd_ = -1;
};

// Both ends of one connection: the gateway's and the peer's.
struct Pair {
  Wire gateway, peer;
};
Pair make_pair();

class Poller {
 public:
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  void add(int fd, std::size_t tag);
  // The tags of those that can be read or have ended. Milliseconds; -1: for ever.
  const std::vector<std::size_t>& wait(int timeout = -1);

 private:
  int fd_;
  std::vector<std::size_t> ready_;
};

}  // namespace bottom
