#include "base/tls.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>

#include "base/certificate.hpp"
#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/net_error.hpp"
#include "base/tcp.hpp"

namespace base {
namespace {

struct FreeSsl {
  void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
};
using SslPtr = std::unique_ptr<SSL, FreeSsl>;

std::string certificate_sha256(SSL* ssl) {
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(ssl), &X509_free);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (!certificate || X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) != 1) return {};
  std::string hex;
  for (unsigned i = 0; i < size; ++i) fmt::format_to(std::back_inserter(hex), "{:02x}", digest[i]);
  return hex;
}

// What a server chooses must not cost much, as handshakes are work of the loop: no finite-field Diffie-Hellman, whose
// group is the server's and takes OpenSSL half a second at the 10,000 bits that it allows.
constexpr char ciphers[] = "DEFAULT:!kDHE:!kDHEPSK";
constexpr char groups[] = "X25519:P-256:P-384:P-521";
constexpr long longest_chain = 48 * 1024;  // bytes of certificates
constexpr int deepest_chain = 10;          // authorities between the certificate and one that is trusted

std::unique_ptr<asio::ssl::context> make_context() {
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  SSL_CTX* raw = context->native_handle();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // IRC servers and others close without close_notify; the protocols above know where their messages end.
  SSL_CTX_set_options(raw, SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(raw, longest_chain);
  SSL_CTX_set_verify_depth(raw, deepest_chain);
  const bool is_limited = SSL_CTX_set_cipher_list(raw, ciphers) == 1 && SSL_CTX_set1_groups_list(raw, groups) == 1;
  if (!is_limited) throw std::runtime_error("OpenSSL does not know the ciphers and groups of this program");
  return context;
}

bool is_address(const std::string& host) {
  error_code failed;
  asio::ip::make_address(host, failed);
  return !failed;
}

// Whom the certificate must name. SNI carries names only (RFC 6066 section 3).
void expect_host(SSL* ssl, const std::string& host) {
  if (is_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
    return;
  }
  SSL_set_tlsext_host_name(ssl, host.c_str());
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SSL_set1_host(ssl, host.c_str());
}

class TlsStream final : public Stream {
 public:
  TlsStream(Socket socket, SSL_CTX* context) : socket_(std::move(socket)), ssl_(SSL_new(context)) {
    if (!ssl_) throw std::bad_alloc();
    socket_.native_non_blocking(true);
    SSL_set_fd(ssl_.get(), socket_.native_handle());
  }

  SSL* ssl() noexcept { return ssl_.get(); }

  asio::awaitable<Result<std::size_t>> handshake() {
    return perform([this](std::size_t*) { return SSL_connect(ssl_.get()); });
  }
  asio::awaitable<Result<std::size_t>> read_some(std::span<char> into) override {
    return perform([this, into](std::size_t* n) { return SSL_read_ex(ssl_.get(), into.data(), into.size(), n); });
  }
  asio::awaitable<Result<std::size_t>> write_all(std::span<const char> bytes) override {
    const std::size_t total = bytes.size();
    while (!bytes.empty()) {
      const Result<std::size_t> written = co_await write_some(bytes);
      if (!written) co_return written.error();
      bytes = bytes.subspan(*written);
    }
    acknowledge_at_once(socket_);
    co_return total;
  }
  void close() noexcept override {
    if (!socket_.is_open()) return;
    ERR_clear_error();
    if (SSL_is_init_finished(ssl_.get())) SSL_shutdown(ssl_.get());
    error_code ignored;
    socket_.shutdown(asio::socket_base::shutdown_both, ignored);
    socket_.close(ignored);
  }
  std::string describe() const override {
    error_code failed;
    const auto peer = socket_.remote_endpoint(failed);
    const std::string address = failed ? "?" : fmt::format("{}:{}", peer.address().to_string(), peer.port());
    return fmt::format("{} {}", address, SSL_get_version(ssl_.get()));
  }

 private:
  using Step = std::function<int(std::size_t*)>;

  asio::awaitable<Result<std::size_t>> write_some(std::span<const char> bytes) {
    return perform([this, bytes](std::size_t* n) { return SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), n); });
  }

  // Repeats one OpenSSL call until it succeeds or fails, waiting for the socket in between.
  asio::awaitable<Result<std::size_t>> perform(Step step) {
    while (socket_.is_open()) {
      std::size_t transferred = 0;
      ERR_clear_error();
      const int outcome = step(&transferred);
      if (outcome == 1) co_return transferred;
      const int reason = SSL_get_error(ssl_.get(), outcome);
      if (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE) co_return failure(reason);
      auto direction = Socket::wait_read;
      if (reason == SSL_ERROR_WANT_WRITE) direction = Socket::wait_write;
      const auto [waited] = co_await socket_.async_wait(direction, asio::as_tuple(asio::use_awaitable));
      if (waited) co_return waited;
    }
    co_return error_code(asio::error::operation_aborted);
  }

  static error_code failure(int reason) noexcept {
    if (reason == SSL_ERROR_ZERO_RETURN) return error_code(asio::error::eof);
    if (reason == SSL_ERROR_SYSCALL) {
      return errno == 0 ? error_code(asio::error::eof) : error_code(errno, boost::system::system_category());
    }
    return error_code(NetErrc::tls_failed);
  }

  Socket socket_;
  SslPtr ssl_;
};

}  // namespace

Result<asio::ssl::context*> TlsContexts::verified(const std::string& ca_file) {
  const auto found = by_ca_file_.find(ca_file);
  if (found != by_ca_file_.end()) return found->second.get();
  auto context = make_context();
  error_code failed;
  if (ca_file.empty()) {
    context->set_default_verify_paths(failed);
  } else {
    context->load_verify_file(ca_file, failed);
  }
  if (failed) return error_code(NetErrc::bad_ca_file);
  SSL_CTX_set_verify(context->native_handle(), SSL_VERIFY_PEER, nullptr);
  return by_ca_file_.emplace(ca_file, std::move(context)).first->second.get();
}

asio::ssl::context& TlsContexts::pinned() {
  if (!pinned_) pinned_ = make_context();
  return *pinned_;
}

namespace {

struct Free {
  void operator()(X509* p) const noexcept { X509_free(p); }
  void operator()(EVP_PKEY* p) const noexcept { EVP_PKEY_free(p); }
  void operator()(BIO* p) const noexcept { BIO_free(p); }
};

// Our own certificate, for servers that ask for one.
bool present(SSL* ssl, const std::string& pem) {
  const auto read = [&pem] {
    return std::unique_ptr<BIO, Free>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  };
  const std::unique_ptr<EVP_PKEY, Free> key(PEM_read_bio_PrivateKey(read().get(), nullptr, nullptr, nullptr));
  const std::unique_ptr<X509, Free> certificate(PEM_read_bio_X509(read().get(), nullptr, nullptr, nullptr));
  return key && certificate && SSL_use_certificate(ssl, certificate.get()) == 1 &&
         SSL_use_PrivateKey(ssl, key.get()) == 1;
}

bool is_pinned(SSL* ssl, const Endpoint& endpoint) {
  const std::string seen = certificate_sha256(ssl);
  const std::optional<std::string> wanted = parse_fingerprint(endpoint.fingerprint);
  if (wanted && equal_in_constant_time(seen, *wanted)) return true;
  if (endpoint.observer != nullptr) endpoint.observer->on_wrong_certificate(seen);
  return false;
}

}  // namespace

asio::awaitable<Result<std::unique_ptr<Stream>>> tls_connect(Socket socket, asio::ssl::context* context,
                                                             Endpoint endpoint) {
  auto stream = std::make_unique<TlsStream>(std::move(socket), context->native_handle());
  expect_host(stream->ssl(), endpoint.host);
  const bool is_known = endpoint.certificate.empty() || present(stream->ssl(), endpoint.certificate);
  if (!is_known) co_return error_code(NetErrc::bad_certificate);
  const Result<std::size_t> shaken = co_await stream->handshake();
  if (!shaken) {
    const long verified = SSL_get_verify_result(stream->ssl());
    const bool is_verified = endpoint.fingerprint.empty() && endpoint.tls == Tls::verified;
    if (verified == X509_V_OK || !is_verified) co_return shaken.error();
    Log("tls").notice("certificate of {}: {}", quoted(endpoint.host), X509_verify_cert_error_string(verified));
    co_return error_code(NetErrc::certificate_rejected);
  }
  const bool is_right = endpoint.fingerprint.empty() || is_pinned(stream->ssl(), endpoint);
  if (!is_right) co_return error_code(NetErrc::fingerprint_mismatch);
  co_return std::unique_ptr<Stream>(std::move(stream));
}

}  // namespace base
