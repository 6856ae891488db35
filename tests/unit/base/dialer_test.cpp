// The dialer on the loopback interface; names and TLS are tested end to end.
#include "base/dialer.hpp"

#include <gtest/gtest.h>

#include "base/net_error.hpp"
#include "base/spawn.hpp"

using namespace base;

namespace {

asio::awaitable<void> exchange(Dialer* dialer, Endpoint endpoint, std::string* got, error_code* failed) {
  auto dialing = dialer->dial(std::move(endpoint));
  auto stream = co_await std::move(dialing);
  if (!stream) {
    *failed = stream.error();
    co_return;
  }
  const std::string hello = "hello";
  co_await (*stream)->write_all(hello);
  std::array<char, 64> buffer{};
  const auto size = co_await (*stream)->read_some(buffer);
  if (size) got->assign(buffer.data(), *size);
  const auto end = co_await (*stream)->read_some(buffer);
  if (!end) *failed = end.error();
  (*stream)->close();
}

asio::awaitable<void> echo_once(asio::ip::tcp::acceptor* acceptor) {
  auto socket = co_await acceptor->async_accept(asio::use_awaitable);
  std::array<char, 64> buffer{};
  const auto size = co_await socket.async_read_some(asio::buffer(buffer), asio::use_awaitable);
  co_await asio::async_write(socket, asio::buffer(buffer.data(), size), asio::use_awaitable);
}

const asio::ip::tcp::endpoint loopback{asio::ip::address_v4::loopback(), 0};

}  // namespace

TEST(Dialer, ConnectsAndTellsTheEnd) {
  asio::io_context io{1};
  TcpDialer dialer(io.get_executor());
  asio::ip::tcp::acceptor acceptor(io, loopback);
  std::string got;
  error_code failed;
  spawn(io.get_executor(), "server", echo_once(&acceptor));
  const Endpoint endpoint{"127.0.0.1", acceptor.local_endpoint().port(), Tls::off, {}, {}};
  spawn(io.get_executor(), "client", exchange(&dialer, endpoint, &got, &failed));
  io.run();
  EXPECT_EQ(got, "hello");
  EXPECT_EQ(failed, asio::error::eof);
}

TEST(Dialer, ReportsARefusedConnection) {
  asio::io_context io{1};
  TcpDialer dialer(io.get_executor());
  std::uint16_t port = 0;
  {
    const asio::ip::tcp::acceptor gone(io, loopback);
    port = gone.local_endpoint().port();
  }
  std::string got;
  error_code failed;
  spawn(io.get_executor(), "client", exchange(&dialer, Endpoint{"127.0.0.1", port, Tls::off, {}, {}}, &got, &failed));
  io.run();
  EXPECT_EQ(failed, asio::error::connection_refused);
}

TEST(Dialer, ReportsAMissingCaFile) {
  asio::io_context io{1};
  TcpDialer dialer(io.get_executor());
  asio::ip::tcp::acceptor acceptor(io, loopback);
  std::string got;
  error_code failed;
  const Endpoint endpoint{"127.0.0.1", acceptor.local_endpoint().port(), Tls::verified, "/nonexistent.pem", {}};
  spawn(io.get_executor(), "client", exchange(&dialer, endpoint, &got, &failed));
  io.run();
  EXPECT_EQ(failed, NetErrc::bad_ca_file);
}
