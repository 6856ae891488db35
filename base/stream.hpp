// A byte stream and what opens one. The real ones are TCP and TLS (base/dialer.hpp); tests give a pipe.
#pragma once

#include <cstdint>
#include <span>
#include <string>

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

// `unverified` takes any certificate: it protects from listeners only.
enum class Tls { off, verified, unverified };

// Hears what happens while a connection is made. On the loop, never after dial() has returned.
struct DialObserver {
  virtual ~DialObserver() = default;
  // A socket with this end of ours is about to connect there. Several may, one after the other.
  virtual void on_bound(const asio::ip::tcp::endpoint& local, const asio::ip::tcp::endpoint& remote) = 0;
  // The SHA-256 of the server's certificate, lower-case hex, when it is not the pinned one.
  virtual void on_wrong_certificate(const std::string& sha256) = 0;
};

struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
  Tls tls = Tls::verified;
  std::string ca_file;               // PEM; empty: the system's store
  std::string fingerprint;           // SHA-256 of the certificate's DER in hex; empty: verify by ca_file and host name
  std::string local_address = {};    // where to connect from; empty: the system's choice
  std::string certificate = {};      // our own with its key, in PEM (base/certificate.hpp); empty: none is presented
  DialObserver* observer = nullptr;  // must outlive the dial
  bool public_only = false;          // never to an address that is not of the public Internet (base/public_address.hpp)
  bool is_strange = false;           // a host that a user has named
  std::chrono::seconds patience{90};  // so long what was written may stay unacknowledged
  int send_buffer = 0;                // bytes of it that the kernel holds at most (about); 0: as it likes
  bool operator==(const Endpoint&) const = default;
};

class Dialer {
 public:
  virtual ~Dialer() = default;
  // Resolves, connects and shakes hands, each within its own time limit (10 s, 15 s, 15 s).
  // The endpoint is taken by value: the coroutine outlives the caller's statement.
  virtual asio::awaitable<Result<std::unique_ptr<Stream>>> dial(Endpoint endpoint) = 0;
};

}  // namespace base
