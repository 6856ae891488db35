// The dialer on the loopback interface; names and TLS are tested end to end.
#include "base/dialer.hpp"

#include <gtest/gtest.h>

#include <future>

#include "base/net_error.hpp"
#include "base/spawn.hpp"
#include "tests/support/loop.hpp"

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

// A resolver that knows "fast" at once and does not answer for any other name before it is released.
struct Names {
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();

  LookUp look_up() const {
    return [released = released](const std::string& host, std::uint16_t port) -> Result<Addresses> {
      if (host == "fast") return Addresses{{asio::ip::address_v4::loopback(), port}};
      released.wait();
      return error_code(NetErrc::unknown_host);
    };
  }
};

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

// By number and by name.
TEST(Dialer, StaysOnThePublicInternetWhereItIsTold) {
  for (const char* const host : {"127.0.0.1", "fast"}) {
    asio::io_context io{1};
    const Names names;
    TcpDialer dialer(io.get_executor(), {}, names.look_up());
    asio::ip::tcp::acceptor acceptor(io, loopback);
    std::string got;
    error_code failed;
    Endpoint endpoint{host, acceptor.local_endpoint().port(), Tls::off, {}, {}};
    endpoint.public_only = true;
    spawn(io.get_executor(), "client", exchange(&dialer, endpoint, &got, &failed));
    io.run();
    EXPECT_EQ(failed, NetErrc::not_public) << host;
  }
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

TEST(Dialer, SlowNamesHoldUpNobodyElse) {
  asio::io_context io{1};
  Names names;
  DialLimits limits;
  TcpDialer dialer(io.get_executor(), limits, names.look_up());
  asio::ip::tcp::acceptor acceptor(io, loopback);
  const std::size_t slow = limits.resolver_threads - 1;
  std::vector<std::string> unused(slow);
  std::vector<error_code> slow_end(slow);
  for (std::size_t i = 0; i < slow; ++i) {
    const Endpoint endpoint{"slow", 6667, Tls::off, {}, {}};
    spawn(io.get_executor(), "slow", exchange(&dialer, endpoint, &unused[i], &slow_end[i]));
  }
  std::string got;
  error_code end;
  spawn(io.get_executor(), "server", echo_once(&acceptor));
  const Endpoint endpoint{"fast", acceptor.local_endpoint().port(), Tls::off, {}, {}};
  spawn(io.get_executor(), "fast", exchange(&dialer, endpoint, &got, &end));
  while (end != asio::error::eof) io.run_one();
  EXPECT_EQ(got, "hello");
  EXPECT_EQ(slow_end, std::vector<error_code>(slow)) << "a slow name has ended";
  names.release.set_value();
  io.run();
  EXPECT_EQ(slow_end, std::vector<error_code>(slow, NetErrc::unknown_host));
}

// However many there are.
TEST(Dialer, NamesThatUsersGiveHoldUpNobodyElse) {
  asio::io_context io{1};
  Names names;
  DialLimits limits;
  TcpDialer dialer(io.get_executor(), limits, names.look_up());
  asio::ip::tcp::acceptor acceptor(io, loopback);
  const std::size_t slow = 2 * limits.resolver_threads;
  std::vector<std::string> unused(slow);
  std::vector<error_code> slow_end(slow);
  for (std::size_t i = 0; i < slow; ++i) {
    Endpoint endpoint{"slow", 6667, Tls::off, {}, {}};
    endpoint.is_strange = true;
    spawn(io.get_executor(), "slow", exchange(&dialer, endpoint, &unused[i], &slow_end[i]));
  }
  std::string got;
  error_code end;
  spawn(io.get_executor(), "server", echo_once(&acceptor));
  const Endpoint endpoint{"fast", acceptor.local_endpoint().port(), Tls::off, {}, {}};
  spawn(io.get_executor(), "fast", exchange(&dialer, endpoint, &got, &end));
  while (end != asio::error::eof) io.run_one();
  EXPECT_EQ(got, "hello");
  names.release.set_value();
  io.run();
}

TEST(Dialer, GivesUpOnANameInTime) {
  support::Loop loop;
  Names names;
  TcpDialer dialer(loop.executor(), DialLimits{}, names.look_up());
  std::string got;
  error_code end;
  spawn(loop.executor(), "slow", exchange(&dialer, Endpoint{"slow", 6667, Tls::off, {}, {}}, &got, &end));
  loop.settle();
  loop.advance(DialLimits{}.resolve);
  EXPECT_TRUE(end) << "still waiting";
  names.release.set_value();
}
