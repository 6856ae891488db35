// Opens TCP and TLS connections. Addresses are tried in the resolver's order, the families taking turns, each a quarter
// of a second after the one before unless that has failed already (RFC 8305).
#pragma once

#include <vector>

#include "base/offload.hpp"
#include "base/stream.hpp"
#include "base/tls.hpp"

namespace base {

struct DialLimits {
  std::chrono::seconds resolve{10}, connect{15}, handshake{15};
  std::size_t resolver_threads = 16;  // that many names may be slow at once without holding up the others
};

class TcpDialer final : public Dialer {
 public:
  explicit TcpDialer(asio::any_io_executor executor, DialLimits limits = {});
  // Must outlive the coroutine.
  asio::awaitable<Result<std::unique_ptr<Stream>>> dial(Endpoint endpoint) override;

 private:
  using Addresses = std::vector<asio::ip::tcp::endpoint>;

  asio::awaitable<Result<Addresses>> resolve(std::string host, std::uint16_t port);
  asio::awaitable<Result<std::unique_ptr<Stream>>> shake_hands(Socket socket, Endpoint endpoint);

  DialLimits limits_;
  Offload resolver_;
  TlsContexts contexts_;
};

}  // namespace base
