#include "bench/load/socket.hpp"

#include <netinet/tcp.h>

namespace load {
namespace {

constexpr std::size_t first_buffer = 1024;  // most of ten thousand connections never need more
constexpr std::size_t largest_buffer = 1024 * 1024;
constexpr std::uint64_t steps_per_second = 500;  // at a pace

}  // namespace

Connection::Connection(Tcp::socket socket, Manners manners)
    : socket_(std::move(socket)), manners_(manners), pace_(socket_.get_executor()) {
  input_.resize(first_buffer);
  if (manners_.prompt) socket_.set_option(Tcp::no_delay(true));
  acknowledge_at_once();
}

// The kernel forgets TCP_QUICKACK by and by, so it is said again after each read.
void Connection::acknowledge_at_once() {
  if (!manners_.prompt) return;
  const int on = 1;
  ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

void Connection::start() {
  ready_ = manners_.tls == nullptr;
  if (ready_) return read();
  tls_ = std::make_unique<TlsSocket>(socket_, *manners_.tls);
  tls_->async_handshake(TlsSocket::server, [self = shared_from_this()](const boost::system::error_code& error) {
    if (error) return self->close();
    self->ready_ = true;
    self->read();
    self->write();
  });
}

void Connection::read() {
  if (filled_ == input_.size()) input_.resize(std::min(input_.size() * 4, largest_buffer));
  std::size_t most = input_.size() - filled_;
  if (manners_.pace != 0) most = std::min<std::size_t>(most, manners_.pace / steps_per_second + 1);
  const auto space = asio::buffer(input_.data() + filled_, most);
  auto done = [self = shared_from_this()](const boost::system::error_code& error, std::size_t size) {
    if (error) return self->close();
    self->taken(size);
  };
  if (tls_) {
    tls_->async_read_some(space, std::move(done));
  } else {
    socket_.async_read_some(space, std::move(done));
  }
}

void Connection::taken(std::size_t size) {
  acknowledge_at_once();
  filled_ += size;
  const std::size_t used = on_bytes(std::string_view(input_.data(), filled_));
  if (!open_) return;
  filled_ -= used;
  if (used > 0 && filled_ > 0) std::char_traits<char>::move(input_.data(), input_.data() + used, filled_);
  if (filled_ >= largest_buffer) return close();
  if (manners_.pace == 0) return read();
  const auto now = std::chrono::steady_clock::now();
  next_read_ = std::max(now, next_read_) + std::chrono::nanoseconds(size * 1'000'000'000 / manners_.pace);
  read_in_time();
}

void Connection::read_in_time() {
  pace_.expires_at(next_read_);
  pace_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error && self->open_) self->read();
  });
}

void Connection::send(std::string_view bytes) {
  if (!open_) return;
  queued_ += bytes;
  if (!ready_ || std::exchange(flushing_, true)) return;
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->flushing_ = false;
    self->write();
  });
}

// At most one write is under way; what is said meanwhile goes with the next.
void Connection::write() {
  if (!open_ || !writing_.empty() || queued_.empty()) return;
  if (!tls_) {
    boost::system::error_code error;
    socket_.non_blocking(true, error);
    const std::size_t written = socket_.write_some(asio::buffer(queued_), error);
    if (!error && written == queued_.size()) return queued_.clear();
    if (!error) queued_.erase(0, written);
  }
  writing_.swap(queued_);
  auto done = [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
    self->writing_.clear();
    if (error) return self->close();
    self->write();
  };
  if (tls_) {
    asio::async_write(*tls_, asio::buffer(writing_), std::move(done));
  } else {
    asio::async_write(socket_, asio::buffer(writing_), std::move(done));
  }
}

void Connection::close() {
  if (!open_) return;
  if (!tls_) write();  // the last word
  open_ = false;
  boost::system::error_code ignored;
  socket_.shutdown(Tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
  pace_.cancel();
  on_closed();
}

}  // namespace load
