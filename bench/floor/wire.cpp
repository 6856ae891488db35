#include "bench/floor/wire.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace bottom {
namespace {

constexpr std::size_t read_bytes = std::size_t{64} << 10;

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void wait_writable(int fd) {
  pollfd entry{fd, POLLOUT, 0};
  ::poll(&entry, 1, -1);
}

}  // namespace

Wire::Wire(int fd) : fd_(checked(fd, "socket")) {
  const int yes = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

Wire& Wire::operator=(Wire&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

void Wire::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Wire Wire::connect(std::uint16_t port) {
  Wire wire(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(port);
  checked(::connect(wire.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), "connect");
  return wire;
}

bool Wire::read(std::string& in) const {
  static thread_local std::array<char, read_bytes> buffer;
  const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got > 0) in.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && errno == EAGAIN);
}

void Wire::write_all(std::string& out) const {
  while (true) {
    write_some(out);
    if (out.empty()) return;
    wait_writable(fd_);
  }
}

void Wire::write_some(std::string& out) const {
  std::size_t written = 0;
  while (written < out.size()) {
    const ssize_t sent = ::send(fd_, out.data() + written, out.size() - written, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) throw std::system_error(errno, std::generic_category(), "send");
    if (sent < 0) break;
    written += static_cast<std::size_t>(sent);
  }
  out.erase(0, written);
}

Listener::Listener() : fd_(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")) {
  const sockaddr_in address = loopback(0);
  checked(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
  checked(::listen(fd_, SOMAXCONN), "listen");
}

Listener::~Listener() {
  ::close(fd_);
}

std::uint16_t Listener::port() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  checked(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  return ntohs(address.sin_port);
}

Wire Listener::accept() const {
  return Wire(::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC));
}

Pair make_pair() {
  const Listener listener;
  Wire peer = Wire::connect(listener.port());
  return {listener.accept(), std::move(peer)};
}

Poller::Poller() : fd_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {}

Poller::~Poller() {
  ::close(fd_);
}

void Poller::add(int fd, std::size_t tag) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = tag;
  checked(::epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

const std::vector<std::size_t>& Poller::wait(int timeout) {
  std::array<epoll_event, 128> events;
  const int count = ::epoll_wait(fd_, events.data(), events.size(), timeout);
  if (count < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "epoll_wait");
  ready_.clear();
  for (int i = 0; i < count; ++i) ready_.push_back(events[static_cast<std::size_t>(i)].data.u64);
  return ready_;
}

}  // namespace bottom
