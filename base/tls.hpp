// TLS client connections (OpenSSL 3) on a connected socket, TLS 1.2 or newer. OpenSSL works on the non-blocking socket
// itself and gives its buffers back between records; Asio's own TLS stream would hold some 70 KiB per connection.
// Elliptic curves and RSA only, and chains of at most 48 KiB: what a server asks for costs some milliseconds at most.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/stream.hpp"

namespace base {

using Socket = asio::basic_stream_socket<asio::ip::tcp, asio::any_io_executor>;

// One context per CA file, shared by all connections that use it, and one that takes any certificate: for pinned ones.
class TlsContexts {
 public:
  Result<asio::ssl::context*> verified(const std::string& ca_file);
  asio::ssl::context& pinned();

 private:
  std::map<std::string, std::unique_ptr<asio::ssl::context>> by_ca_file_;
  std::unique_ptr<asio::ssl::context> pinned_;
};

// Shakes hands as the endpoint says. Without a fingerprint the certificate must be valid for the host, unless the
// endpoint is unverified; else its SHA-256 must be the fingerprint (hex, colons allowed), which overrides everything
// else, and no byte of ours is sent before that is known.
asio::awaitable<Result<std::unique_ptr<Stream>>> tls_connect(Socket socket, asio::ssl::context* context,
                                                             Endpoint endpoint);

}  // namespace base
