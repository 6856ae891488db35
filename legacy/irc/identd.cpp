#include "legacy/irc/identd.hpp"

#include <array>
#include <set>

#include "base/result.hpp"
#include "base/spawn.hpp"
#include "base/timeout.hpp"

namespace irc {

using asio::ip::tcp;
using Socket = asio::basic_stream_socket<tcp, asio::any_io_executor>;

struct Identd::Impl : std::enable_shared_from_this<Impl> {
  Impl(const asio::any_io_executor& executor, const IdentTable& t, IdentLimits l)
      : table(t), limits(l), acceptor(executor), pause(executor) {}

  asio::awaitable<void> accept();
  asio::awaitable<void> serve(std::shared_ptr<Socket> socket);
  asio::awaitable<base::Result<std::size_t>> talk(std::shared_ptr<Socket> socket);

  const IdentTable& table;
  IdentLimits limits;
  asio::basic_socket_acceptor<tcp, asio::any_io_executor> acceptor;
  base::Timer pause;
  std::set<std::shared_ptr<Socket>> sockets;
  bool stopped = false;
};

asio::awaitable<void> Identd::Impl::accept() {
  constexpr std::chrono::milliseconds out_of_sockets{100};
  const auto self = shared_from_this();
  while (!stopped) {
    auto [failed, accepted] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    if (stopped) co_return;
    if (failed) {
      pause.expires_after(out_of_sockets);
      co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
      continue;
    }
    const auto socket = std::make_shared<Socket>(std::move(accepted));
    if (sockets.size() >= limits.connections) continue;
    sockets.insert(socket);
    base::spawn(acceptor.get_executor(), "identd", serve(socket));
  }
}

asio::awaitable<void> Identd::Impl::serve(std::shared_ptr<Socket> socket) {
  const auto self = shared_from_this();
  auto talking = talk(socket);
  co_await base::with_timeout<std::size_t>(limits.time, std::move(talking));
  sockets.erase(socket);
  base::error_code ignored;
  socket->close(ignored);
}

asio::awaitable<base::Result<std::size_t>> Identd::Impl::talk(std::shared_ptr<Socket> socket) {
  std::string query;
  std::array<char, 128> buffer{};
  const auto bytes = asio::buffer(buffer);
  while (query.find('\n') == query.npos) {
    if (query.size() > limits.line) co_return std::size_t{0};
    const auto [failed, size] = co_await socket->async_read_some(bytes, asio::as_tuple(asio::use_awaitable));
    if (failed) co_return failed;
    query.append(buffer.data(), size);
  }
  query.resize(query.find('\n'));
  if (query.ends_with('\r')) query.pop_back();
  base::error_code gone;
  const tcp::endpoint peer = socket->remote_endpoint(gone);
  if (gone || query.size() > limits.line) co_return std::size_t{0};
  const std::string answer = table.answer(query, peer.address()) + "\r\n";
  if (answer.size() == 2) co_return std::size_t{0};
  const auto out = asio::buffer(answer);
  const auto [failed, size] = co_await asio::async_write(*socket, out, asio::as_tuple(asio::use_awaitable));
  if (failed) co_return failed;
  co_return size;
}

Identd::Identd(const asio::any_io_executor& executor, const std::string& host, std::uint16_t port,
               const IdentTable& table, IdentLimits limits)
    : impl_(std::make_shared<Impl>(executor, table, limits)) {
  const tcp::endpoint at(asio::ip::make_address(host), port);
  impl_->acceptor.open(at.protocol());
  impl_->acceptor.set_option(tcp::acceptor::reuse_address(true));
  impl_->acceptor.bind(at);
  impl_->acceptor.listen();
  base::spawn(executor, "identd", impl_->accept());
}

Identd::~Identd() {
  stop();
}

std::uint16_t Identd::port() const noexcept {
  base::error_code ignored;
  return impl_->acceptor.local_endpoint(ignored).port();
}

void Identd::stop() {
  impl_->stopped = true;
  base::error_code ignored;
  impl_->acceptor.close(ignored);
  impl_->pause.cancel();
  for (const auto& socket : impl_->sockets) socket->close(ignored);
}

}  // namespace irc
