// Outbound HTTP. HttpClient is what adapters are given; CurlClient is the real one, libcurl's multi-socket interface on
// our loop. Loop thread only. No redirect is followed, no proxy is taken from the environment, and every request has a
// connection of its own: on a kept one curl would silently repeat a request that got no answer, and an SMS would go
// twice.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/asio.hpp"
#include "base/http.hpp"
#include "base/result.hpp"

namespace base {

inline constexpr std::size_t usual_longest_body = std::size_t{1} << 20;

struct HttpCall {
  std::string method = "GET";  // a body is sent when it is not empty or the method is POST or PUT
  std::string url;             // http or https; https is always verified
  HttpHeaders headers;
  std::string body;
  std::chrono::milliseconds timeout{30000};       // for everything, name resolution included
  std::string ca_file;                            // PEM; empty: the system's store
  std::size_t longest_body = usual_longest_body;  // of the answer; reading stops there, and it is a failure, sent
  bool public_only = false;                       // never connects to an address that is not of the public Internet
};

// Why there is no answer. Repeating is safe only when `sent` is false.
struct HttpFailure {
  enum class Cause { other, too_long, not_public };
  bool sent = false;  // at least one byte of the request went out
  std::string what;   // for logs; holds no URL and no credential
  Cause cause = Cause::other;
};

class HttpClient {
 public:
  using Done = std::function<void(Result<HttpResponse, HttpFailure>)>;

  virtual ~HttpClient() = default;
  // Calls done exactly once, never before it returns. When the client is destroyed first, done is dropped uncalled.
  virtual void send(HttpCall call, Done done) = 0;
};

class CurlClient final : public HttpClient {
 public:
  explicit CurlClient(asio::any_io_executor executor);
  ~CurlClient() override;
  void send(HttpCall call, Done done) override;
  // Drops the requests under way uncalled, and all that come, so that the loop runs out of work.
  void stop() noexcept;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with Asio handlers, which find it closed after the destructor
};

}  // namespace base
