// One connection to the listener: reads a request, waits for its answer, writes it, and so on. Lives as long as a
// handler or the listener holds it. Internal to base/.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/http_listener.hpp"

namespace base {

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(asio::ip::tcp::socket socket, std::weak_ptr<HttpListener> server, const HttpLimits& limits);

  void read();
  void close() noexcept;
  bool is_busy() const noexcept { return busy_; }
  const std::string& peer() const noexcept { return peer_; }
  // Bytes of the body so far.
  std::size_t received() const noexcept { return parser_ ? parser_->get().body().size() : 0; }
  // Its body comes too slowly while others wait.
  void give_up_body();

 private:
  void on_header(error_code ec);
  void take_head();
  void begin_body(std::size_t size);
  void read_body();
  void on_body(error_code ec);
  void refuse(int status, std::string_view why);
  void refuse(HttpResponse response);
  void dispatch();
  void answer(HttpResponse response, bool keep);
  void write(bool keep);
  void on_written(bool keep);
  void drain();
  bool is_flood(int status);
  std::chrono::milliseconds head_time(const HttpListener& server) const;
  std::string caller() const;
  void after(std::chrono::milliseconds time, void (HttpConnection::*act)());
  void limit_time(std::chrono::milliseconds time) { after(time, &HttpConnection::run_out); }
  void run_out();
  void end_write();

  asio::ip::tcp::socket socket_;
  Timer timer_;
  std::weak_ptr<HttpListener> server_;
  HttpLimits limits_;
  std::string peer_;
  boost::beast::flat_buffer buffer_{std::size_t{64} << 10};
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  std::optional<boost::beast::http::response<boost::beast::http::string_body>> response_;
  HttpRequest head_;            // of the present request, without its body
  std::shared_ptr<void> held_;  // of the answer that is being written
  bool is_proxy_ = false;
  bool busy_ = false;
  bool has_glance_ = false;   // the present route knows strangers by their heads
  bool is_proven_ = false;    // has shown that it knows a secret
  bool is_stranger_ = false;  // the present call has not
  bool waits_for_room_ = false;
  bool is_head_ = false;
  bool was_answered_ = false;
  std::size_t drained_ = 0;
};

}  // namespace base
