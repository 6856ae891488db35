#include "base/dialer.hpp"

#include <fmt/format.h>
#include <resolv.h>

#include <csignal>
#include <list>

#include "base/net_error.hpp"
#include "base/public_address.hpp"
#include "base/spawn.hpp"
#include "base/tcp.hpp"
#include "base/timeout.hpp"

namespace base {
namespace {

using asio::ip::tcp;

class TcpStream final : public Stream {
 public:
  explicit TcpStream(Socket socket) : socket_(std::move(socket)) {}

  asio::awaitable<Result<std::size_t>> read_some(std::span<char> into) override {
    const auto buffer = asio::buffer(into.data(), into.size());
    const auto [failed, size] = co_await socket_.async_read_some(buffer, asio::as_tuple(asio::use_awaitable));
    if (failed) co_return failed;
    co_return size;
  }
  asio::awaitable<Result<std::size_t>> write_all(std::span<const char> bytes) override {
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    const auto [failed, size] = co_await asio::async_write(socket_, buffer, asio::as_tuple(asio::use_awaitable));
    if (failed) co_return failed;
    acknowledge_at_once(socket_);
    co_return size;
  }
  void close() noexcept override {
    error_code ignored;
    socket_.shutdown(asio::socket_base::shutdown_both, ignored);
    socket_.close(ignored);
  }
  std::string describe() const override {
    error_code failed;
    const auto peer = socket_.remote_endpoint(failed);
    return failed ? "?" : fmt::format("{}:{}", peer.address().to_string(), peer.port());
  }

 private:
  Socket socket_;
};

// The resolver's order within each family, the families taking turns.
Addresses interleave(const Addresses& addresses) {
  const auto first_family = addresses.front().protocol().family();
  Addresses first, second, mixed;
  for (const auto& a : addresses) (a.protocol().family() == first_family ? first : second).push_back(a);
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) mixed.push_back(first[i]);
    if (i < second.size()) mixed.push_back(second[i]);
  }
  return mixed;
}

// The attempts of one dial. Held by each of them, so that a late one still finds it.
struct Race {
  explicit Race(const asio::any_io_executor& ex) : executor(ex), news(ex) {}
  asio::any_io_executor executor;
  Timer news;  // cancelled when there are some
  std::list<Socket> sockets;
  std::optional<Socket> winner;
  std::size_t running = 0;
  error_code last_error = asio::error::host_unreachable;
  bool over = false;
};

// Gives the socket its end before it connects, where somebody wants to know or to choose that.
error_code bind_socket(Socket& socket, const Endpoint& endpoint, const tcp::endpoint& remote) {
  error_code failed;
  if (endpoint.local_address.empty() && endpoint.observer == nullptr) return failed;
  auto address = asio::ip::make_address(endpoint.local_address, failed);
  // Without a choice of ours connect() chooses the address; the port is known already.
  if (failed)
    address = remote.address().is_v4() ? asio::ip::address(asio::ip::address_v4::any()) : asio::ip::address_v6::any();
  failed = {};
  socket.open(remote.protocol(), failed);
  if (!failed) socket.bind(tcp::endpoint(address, 0), failed);
  if (!failed && endpoint.observer != nullptr) endpoint.observer->on_bound(socket.local_endpoint(failed), remote);
  return failed;
}

asio::awaitable<void> attempt(std::shared_ptr<Race> race, std::list<Socket>::iterator socket, tcp::endpoint address) {
  const auto [failed] = co_await socket->async_connect(address, asio::as_tuple(asio::use_awaitable));
  --race->running;
  if (failed) {
    race->last_error = failed;
  } else if (!race->winner && !race->over) {
    race->winner.emplace(std::move(*socket));
  }
  race->news.cancel();
}

// Waits for a winner, for the number of running attempts to fall, or for the moment. False when cancelled.
asio::awaitable<bool> wait_for_news(std::shared_ptr<Race> race, Clock::time_point until) {
  const std::size_t before = race->running;
  while (!race->winner && race->running == before && Clock::now() < until) {
    race->news.expires_at(until);
    co_await race->news.async_wait(asio::as_tuple(asio::use_awaitable));
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return false;
  }
  co_return true;
}

asio::awaitable<Result<Socket>> race_addresses(std::shared_ptr<Race> race, Addresses addresses, Endpoint endpoint,
                                               Clock::time_point deadline) {
  constexpr std::chrono::milliseconds head_start{250};
  for (const auto& address : addresses) {
    const auto socket = race->sockets.emplace(race->sockets.end(), race->executor);
    if (const error_code unbound = bind_socket(*socket, endpoint, address)) {
      race->last_error = unbound;
      continue;
    }
    ++race->running;
    spawn(race->executor, "connect", attempt(race, socket, address));
    const bool going_on = co_await wait_for_news(race, std::min(Clock::now() + head_start, deadline));
    if (!going_on) co_return error_code(asio::error::operation_aborted);
    if (race->winner || Clock::now() >= deadline) break;
  }
  while (!race->winner && race->running > 0 && Clock::now() < deadline) {
    const bool going_on = co_await wait_for_news(race, deadline);
    if (!going_on) co_return error_code(asio::error::operation_aborted);
  }
  if (!race->winner && race->running > 0) co_return error_code(asio::error::timed_out);
  if (!race->winner) co_return race->last_error;
  co_return std::move(*race->winner);
}

// Closes what is still connecting, however the race ends.
struct EndOfRace {
  std::shared_ptr<Race> race;
  ~EndOfRace() {
    race->over = true;
    error_code ignored;
    for (Socket& socket : race->sockets) socket.close(ignored);
  }
};

// Those that can be reached from the endpoint's local address.
Addresses reachable(Addresses addresses, const Endpoint& endpoint) {
  error_code any;
  const auto local = asio::ip::make_address(endpoint.local_address, any);
  if (!any) std::erase_if(addresses, [&](const auto& each) { return each.address().is_v4() != local.is_v4(); });
  return addresses;
}

asio::awaitable<Result<Socket>> connect_any(Addresses addresses, Endpoint endpoint, Clock::duration limit) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto race = std::make_shared<Race>(executor);
  const EndOfRace end{race};
  auto racing = race_addresses(race, std::move(addresses), std::move(endpoint), Clock::now() + limit);
  Result<Socket> socket = co_await std::move(racing);
  co_return std::move(socket);
}

}  // namespace

// The resolver's patience is a thread's own in glibc; the default (5 s, twice, for
// each server and search domain) would keep the thread long after the dialer has given up.
Result<Addresses> look_up(const std::string& host, std::uint16_t port) {
  if (res_init() == 0) {
    _res.retrans = 3;
    _res.retry = 2;
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* raw = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &raw) != 0) return error_code(NetErrc::unknown_host);
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(raw, &freeaddrinfo);
  Addresses found;
  for (const addrinfo* at = list.get(); at != nullptr; at = at->ai_next) {
    tcp::endpoint endpoint;
    if (at->ai_addrlen > endpoint.capacity()) continue;
    std::memcpy(endpoint.data(), at->ai_addr, at->ai_addrlen);
    endpoint.resize(at->ai_addrlen);
    endpoint.port(port);
    found.push_back(endpoint);
  }
  if (found.empty()) return error_code(NetErrc::unknown_host);
  return found;
}

TcpDialer::TcpDialer(asio::any_io_executor executor, DialLimits limits, LookUp look_up)
    : limits_(limits),
      look_up_(std::move(look_up)),
      resolver_(executor, limits.resolver_threads, Offload::AtEnd::abandon),
      strange_resolver_(std::move(executor), limits.resolver_threads, Offload::AtEnd::abandon) {
  // OpenSSL writes to the socket without MSG_NOSIGNAL.
  std::signal(SIGPIPE, SIG_IGN);
}

asio::awaitable<Result<std::unique_ptr<Stream>>> TcpDialer::dial(Endpoint endpoint) {
  auto lookup = resolve(endpoint.is_strange ? &strange_resolver_ : &resolver_, endpoint.host, endpoint.port);
  Result<Addresses> addresses = co_await std::move(lookup);
  if (!addresses) co_return addresses.error();
  if (endpoint.public_only) std::erase_if(*addresses, [](const auto& each) { return !is_public(each.address()); });
  if (addresses->empty()) co_return error_code(NetErrc::not_public);
  const Addresses usable = reachable(std::move(*addresses), endpoint);
  if (usable.empty()) co_return error_code(NetErrc::bad_local_address);
  auto race = connect_any(interleave(usable), endpoint, limits_.connect);
  Result<Socket> socket = co_await std::move(race);
  if (!socket) co_return socket.error();
  tune(*socket, endpoint);
  if (endpoint.tls == Tls::off) co_return std::make_unique<TcpStream>(std::move(*socket));
  auto shaking = shake_hands(std::move(*socket), std::move(endpoint));
  auto stream = co_await with_timeout<std::unique_ptr<Stream>>(limits_.handshake, std::move(shaking));
  co_return std::move(stream);
}

asio::awaitable<Result<Addresses>> TcpDialer::resolve(Offload* threads, std::string host, std::uint16_t port) {
  error_code not_numeric;
  const auto address = asio::ip::make_address(host, not_numeric);
  if (!not_numeric) co_return Addresses{tcp::endpoint(address, port)};
  std::function<Result<Addresses>()> work = [found = look_up_, host = std::move(host), port] {
    return found(host, port);
  };
  auto lookup = threads->run<Addresses>(std::move(work));
  Result<Addresses> found = co_await with_timeout<Addresses>(limits_.resolve, std::move(lookup));
  co_return std::move(found);
}

asio::awaitable<Result<std::unique_ptr<Stream>>> TcpDialer::shake_hands(Socket socket, Endpoint endpoint) {
  Result<asio::ssl::context*> context = &contexts_.pinned();
  const bool is_verified = endpoint.fingerprint.empty() && endpoint.tls == Tls::verified;
  if (is_verified) context = contexts_.verified(endpoint.ca_file);
  if (!context) co_return context.error();
  auto connecting = tls_connect(std::move(socket), *context, std::move(endpoint));
  auto stream = co_await std::move(connecting);
  co_return std::move(stream);
}

}  // namespace base
