// Opens TCP and TLS connections. Addresses are tried in the resolver's order, the families taking turns, each a quarter
// of a second after the one before unless that has failed already (RFC 8305).
#pragma once

#include <functional>
#include <vector>

#include "base/offload.hpp"
#include "base/stream.hpp"
#include "base/tls.hpp"

namespace base {

struct DialLimits {
  std::chrono::seconds resolve{10}, connect{15}, handshake{15};
  // That many names may be slow at once without holding up the others; so many again of strange hosts.
  std::size_t resolver_threads = 16;
};

using Addresses = std::vector<asio::ip::tcp::endpoint>;
// Finds a host's addresses, at least one, or fails. May block: it is called on the dialer's threads, on several at
// once.
using LookUp = std::function<Result<Addresses>(const std::string& host, std::uint16_t port)>;

// The system's resolver (getaddrinfo).
Result<Addresses> look_up(const std::string& host, std::uint16_t port);

class TcpDialer final : public Dialer {
 public:
  explicit TcpDialer(asio::any_io_executor executor, DialLimits limits = {}, LookUp look_up = base::look_up);
  // Must outlive the coroutine.
  asio::awaitable<Result<std::unique_ptr<Stream>>> dial(Endpoint endpoint) override;

 private:
  asio::awaitable<Result<Addresses>> resolve(Offload* threads, std::string host, std::uint16_t port);
  asio::awaitable<Result<std::unique_ptr<Stream>>> shake_hands(Socket socket, Endpoint endpoint);

  DialLimits limits_;
  LookUp look_up_;
  Offload resolver_, strange_resolver_;
  TlsContexts contexts_;
};

}  // namespace base
