// One accepted TCP connection of the load generator, plain or TLS: reads into a buffer, hands on what is complete, and
// writes what is queued in one go. Callbacks run on the loop; the owner destroys it only after on_closed, or at the
// end.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/asio.hpp"

namespace load {

using Tcp = asio::ip::tcp;

// How our side of a connection behaves. `prompt`: TCP_NODELAY and TCP_QUICKACK, so that only the gateway's own habits
// show; otherwise the kernel's defaults (Nagle, delayed ACK), as ordinary peers have them.
struct Manners {
  bool prompt = true;
  asio::ssl::context* tls = nullptr;  // must outlive the connections
  std::uint64_t pace = 0;             // bytes per second that are read; 0: what comes
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Tcp::socket socket, Manners manners);
  virtual ~Connection() = default;

  void start();
  // Leaves with the next turn of the loop, together with what else is said in this one.
  void send(std::string_view bytes);
  void close();
  bool is_open() const { return open_; }
  // Bytes that were sent and have not left.
  std::size_t backlog() const { return queued_.size() + writing_.size(); }

 protected:
  // Takes the complete part of the input and returns its size.
  virtual std::size_t on_bytes(std::string_view bytes) = 0;
  virtual void on_closed() {}

 private:
  using TlsSocket = asio::ssl::stream<Tcp::socket&>;

  void read();
  void read_in_time();
  void write();
  void taken(std::size_t size);
  void acknowledge_at_once();

  Tcp::socket socket_;
  Manners manners_;
  std::unique_ptr<TlsSocket> tls_;
  std::string input_;
  std::size_t filled_ = 0;
  std::string queued_, writing_;
  asio::steady_timer pace_;
  std::chrono::steady_clock::time_point next_read_{};  // at the pace
  bool ready_ = false;                                 // shaken hands
  bool flushing_ = false;                              // a write is due
  bool open_ = true;
};

}  // namespace load
