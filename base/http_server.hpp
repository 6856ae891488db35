// The HTTP listener for webhooks, on Boost.Beast (which stays in http_connection.*). HTTP/1.1 with keep-alive; not a
// general web server: no TLS, no paths of the disk, no Server header. It may stand in the open: whoever has proved
// nothing holds a place only as long as nobody else needs it, and room for a long body only while it comes; a flood of
// calls that are refused is refused slowly. Loop thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/asio.hpp"
#include "base/http.hpp"
#include "base/result.hpp"

namespace base {

struct HttpRequest {
  std::string method;
  std::string target;  // as it came, still encoded, query included; of an absolute one the path and the query
  HttpHeaders headers;
  std::string body;    // raw bytes
  std::string remote;  // address of the caller, without its port: the peer, or whom a trusted proxy names
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
  std::size_t header = std::size_t{16} << 10;      // bytes; above: 431
  std::size_t body = std::size_t{256} << 10;       // bytes, where a route has no other limit; above: 413
  std::size_t small_body = std::size_t{16} << 10;  // bytes; above: room is waited for, which who is slow makes
  std::size_t connections = 2000;                  // above: who has proved nothing goes, else the next one waits
  std::chrono::seconds grace{1};                   // so long nobody goes who has just come
  std::chrono::seconds request{10};                // to get a whole request, and between two; then closed
  std::chrono::seconds answer{30};                 // for the handler; then closed
  std::set<std::string> proxies = {};              // addresses whose X-Forwarded-For says who calls
};

class HttpListener;

class HttpServer {
 public:
  using Handler = std::function<void(HttpRequest, HttpReply)>;
  // Looks at a call whose body has not been read: nothing, or what it is refused with. Who then gets an answer below
  // 400 has proved something, and is not sent away for a stranger.
  using Glance = std::function<std::optional<HttpResponse>(const HttpRequest& head)>;

  // Listens at once. Port 0: one that is free. Throws boost::system::system_error (address in use, bad address).
  HttpServer(asio::any_io_executor executor, const std::string& host, std::uint16_t port, HttpLimits limits = {});
  ~HttpServer();

  std::uint16_t port() const noexcept;
  // The handler of all targets that start with the prefix; the longest prefix wins, none: 404. One handler per prefix.
  // longest_body: bytes, instead of HttpLimits::body; 0: that one.
  void route(std::string path_prefix, Handler handler, std::size_t longest_body = 0, Glance glance = nullptr);
  void unroute(const std::string& path_prefix);
  // No new connections or requests; answers in progress have one second to go out.
  void stop();

 private:
  std::shared_ptr<HttpListener> impl_;  // shared with the connections' Asio handlers
};

}  // namespace base
