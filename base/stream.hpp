// A byte stream and what opens one. The real ones are TCP and TLS (base/dialer.hpp); tests give a pipe.
#pragma once

#include <cstdint>
#include <span>

#include "base/asio.hpp"
#include "base/result.hpp"

namespace base {

// One connected byte stream. Loop thread only; one read and one write may be under way at the same time.
// Cancelling a pending operation gives asio::error::operation_aborted as a result, it never throws.
class Stream {
 public:
  virtual ~Stream() = default;
  // Reads at least one byte. End of file, also a TLS truncation, is asio::error::eof.
  virtual asio::awaitable<Result<std::size_t>> read_some(std::span<char> into) = 0;
  // Writes everything or fails. The bytes must stay valid until it returns.
  virtual asio::awaitable<Result<std::size_t>> write_all(std::span<const char> bytes) = 0;
  // Closes at once; pending operations end with an error. TLS sends its close_notify without waiting for the answer.
  virtual void close() noexcept = 0;
  // "127.0.0.1:6697 TLSv1.3", for logs and for the user.
  virtual std::string describe() const = 0;
};

enum class Tls { off, verified };

struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
  Tls tls = Tls::verified;
  std::string ca_file;      // PEM; empty: the system's store
  std::string fingerprint;  // SHA-256 of the certificate's DER in hex; empty: verify by ca_file and host name
};

class Dialer {
 public:
  virtual ~Dialer() = default;
  // Resolves, connects and shakes hands, each within its own time limit (10 s, 15 s, 15 s).
  // The endpoint is taken by value: the coroutine outlives the caller's statement.
  virtual asio::awaitable<Result<std::unique_ptr<Stream>>> dial(Endpoint endpoint) = 0;
};

}  // namespace base
