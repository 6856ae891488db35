#include "base/tcp.hpp"

#include <netinet/tcp.h>

namespace base {
namespace {

void set(Socket& socket, int option, int value) {
  setsockopt(socket.native_handle(), IPPROTO_TCP, option, &value, sizeof value);
}

}  // namespace

void tune(Socket& socket, const Endpoint& endpoint) {
  error_code ignored;  // each of these only makes things better
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  set(socket, TCP_KEEPIDLE, 120);
  set(socket, TCP_KEEPINTVL, 30);
  set(socket, TCP_KEEPCNT, 4);
  set(socket, TCP_USER_TIMEOUT, static_cast<int>(std::chrono::milliseconds(endpoint.patience).count()));
  if (endpoint.send_buffer != 0) socket.set_option(asio::socket_base::send_buffer_size(endpoint.send_buffer), ignored);
}

void acknowledge_at_once(Socket& socket) {
  set(socket, TCP_QUICKACK, 1);
}

}  // namespace base
