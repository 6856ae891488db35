// The HTTP listener for webhooks, on Boost.Beast (which stays in http_server.cpp). HTTP/1.1 with keep-alive; not a
// general web server: no TLS, no paths of the disk, no Server header; put it behind loopback or a proxy. Loop thread
// only.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/asio.hpp"
#include "base/http.hpp"
#include "base/result.hpp"

namespace base {

struct HttpRequest {
  std::string method;
  std::string target;  // as it came, still encoded, query included
  HttpHeaders headers;
  std::string body;    // raw bytes
  std::string remote;  // address of the peer, without its port
};

// The answer to one request: call it once, now or later. Dropped uncalled it answers 503, so that the peer repeats.
class HttpReply {
 public:
  explicit HttpReply(std::function<void(HttpResponse)> send) : send_(std::move(send)) {}
  HttpReply(HttpReply&& other) noexcept : send_(std::exchange(other.send_, nullptr)) {}
  HttpReply& operator=(HttpReply&&) = delete;
  ~HttpReply();
  void operator()(HttpResponse response);

 private:
  std::function<void(HttpResponse)> send_;
};

struct HttpLimits {
  std::size_t header = std::size_t{16} << 10;  // bytes; above: 431
  std::size_t body = std::size_t{256} << 10;   // bytes, where a route has no other limit; above: 413
  std::size_t connections = 200;               // further ones wait unaccepted for one of these to end
  std::chrono::seconds request{10};            // to get a whole request, and between two; then closed
  std::chrono::seconds answer{30};             // for the handler; then closed
};

class HttpServer {
 public:
  using Handler = std::function<void(HttpRequest, HttpReply)>;

  // Listens at once. Port 0: one that is free. Throws boost::system::system_error (address in use, bad address).
  HttpServer(asio::any_io_executor executor, const std::string& host, std::uint16_t port, HttpLimits limits = {});
  ~HttpServer();

  std::uint16_t port() const noexcept;
  // The handler of all targets that start with the prefix; the longest prefix wins, none: 404. One handler per prefix.
  // longest_body: bytes, instead of HttpLimits::body; 0: that one.
  void route(std::string path_prefix, Handler handler, std::size_t longest_body = 0);
  void unroute(const std::string& path_prefix);
  // No new connections or requests; answers in progress have one second to go out.
  void stop();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with the connections' Asio handlers
};

}  // namespace base
