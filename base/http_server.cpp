#include "base/http_server.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/src.hpp>
#include <map>
#include <set>

#include "base/clock.hpp"
#include "base/log.hpp"

namespace base {
namespace {

namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

constexpr std::chrono::seconds farewell{1};
constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::size_t longest_drain = std::size_t{4} << 20;
constexpr std::size_t slowest_reader = std::size_t{16} << 10;  // bytes of a long answer per second
constexpr std::size_t slowest_writer = std::size_t{64} << 10;  // bytes of a long request per second
constexpr std::size_t most_long = 10;  // requests above HttpLimits::body under way: strangers may begin them, too

const Log log_("http");

// What a request that can't be served is answered with; 0: nothing, the peer is gone.
int status_for(error_code ec) {
  if (ec == http::error::header_limit) return 431;
  if (ec == http::error::body_limit || ec == http::error::buffer_overflow) return 413;
  if (ec == http::error::end_of_stream || ec == http::error::partial_message) return 0;
  static const auto& category = http::make_error_code(http::error::bad_method).category();
  return ec.category() == category ? 400 : 0;
}

}  // namespace

HttpReply::~HttpReply() {
  if (send_) (*this)(HttpResponse{503, {}, {}});
}

void HttpReply::operator()(HttpResponse response) {
  const auto send = std::exchange(send_, nullptr);
  if (send) send(std::move(response));
}

struct HttpServer::Impl : std::enable_shared_from_this<Impl> {
  class Connection;
  struct Route {
    Handler handler;
    std::size_t longest_body;
  };

  Impl(asio::any_io_executor executor, HttpLimits l) : limits(l), acceptor(executor), pause(executor), end(executor) {}

  void listen(const std::string& host, std::uint16_t port);
  void accept();
  void on_accept(error_code ec, tcp::socket socket);
  void make_room();
  void close_idle();
  void stop();
  Route find(std::string_view target) const;

  HttpLimits limits;
  tcp::acceptor acceptor;
  Timer pause;
  Timer end;
  bool stopping = false;
  bool is_full = false;  // nobody is accepted
  std::map<std::string, Route, std::greater<>> routes;
  std::size_t long_requests = 0;
  std::set<std::shared_ptr<Connection>> connections;
};

// Reads a request, waits for its answer, writes it, and so on. Lives as long as a handler or the server's set holds it.
class HttpServer::Impl::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, std::weak_ptr<Impl> server, const HttpLimits& limits)
      : socket_(std::move(socket)), timer_(socket_.get_executor()), server_(std::move(server)), limits_(limits) {
    error_code ignored;
    remote_ = socket_.remote_endpoint(ignored).address().to_string();
  }

  void read();
  void close() noexcept;
  bool is_busy() const noexcept { return busy_; }
  // Has been answered before, and has not begun to ask for more.
  bool is_idle() const noexcept { return !busy_ && was_answered_ && parser_ && !parser_->got_some(); }

 private:
  void on_header(error_code ec);
  void on_request(error_code ec);
  void end_long();
  void refuse(int status, const std::string& why);
  void dispatch();
  HttpRequest take_request();
  void answer(HttpResponse response, bool keep);
  void on_written(bool keep);
  void drain();
  void limit_time(std::chrono::seconds time);

  tcp::socket socket_;
  Timer timer_;
  std::weak_ptr<Impl> server_;
  HttpLimits limits_;
  std::string remote_;
  boost::beast::flat_buffer buffer_{std::size_t{64} << 10};
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> response_;
  std::shared_ptr<void> held_;  // of the answer that is being written
  bool busy_ = false;
  bool was_answered_ = false;
  bool is_head_ = false;
  bool is_long_ = false;
  std::size_t drained_ = 0;
};

void HttpServer::Impl::Connection::limit_time(std::chrono::seconds time) {
  timer_.expires_after(time);
  timer_.async_wait([self = shared_from_this()](error_code ec) {
    // It may have run out, and been set anew, before this call.
    if (!ec && self->timer_.expiry() <= Clock::now()) self->close();
  });
}

void HttpServer::Impl::Connection::close() noexcept {
  error_code ignored;
  held_.reset();
  socket_.close(ignored);
  timer_.cancel();
  const auto server = server_.lock();
  if (!server) return;
  server->connections.erase(shared_from_this());
  if (server->connections.empty()) server->end.cancel();
  server->make_room();
}

void HttpServer::Impl::Connection::read() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(limits_.header));
  parser_->body_limit(boost::none);  // until it is known what for it is
  limit_time(limits_.request);
  http::async_read_header(socket_, buffer_, *parser_,
                          [self = shared_from_this()](error_code ec, std::size_t) { self->on_header(ec); });
}

void HttpServer::Impl::Connection::on_header(error_code ec) {
  if (ec || !socket_.is_open()) return on_request(ec);
  const auto server = server_.lock();
  const std::size_t size = parser_->content_length().value_or(0);
  const std::size_t longest = server ? server->find(parser_->get().target()).longest_body : 0;
  if (size > std::max(longest, limits_.body)) return on_request(http::error::body_limit);
  if (size > limits_.body) {
    if (server->long_requests >= most_long) return refuse(503, "too many long requests");
    ++server->long_requests;
    is_long_ = true;
    limit_time(limits_.request + std::chrono::seconds(size / slowest_writer));
  }
  if (parser_->is_done()) return on_request({});
  parser_->body_limit(std::max(size, limits_.body));
  http::async_read(socket_, buffer_, *parser_, [self = shared_from_this()](error_code read_ec, std::size_t) {
    self->end_long();
    self->on_request(read_ec);
  });
}

void HttpServer::Impl::Connection::end_long() {
  const auto server = server_.lock();
  if (std::exchange(is_long_, false) && server) --server->long_requests;
}

void HttpServer::Impl::Connection::refuse(int status, const std::string& why) {
  log_.info("request from {} refused with {}: {}", remote_, status, why);
  busy_ = true;
  answer(HttpResponse{status, {}, {}}, false);
}

void HttpServer::Impl::Connection::on_request(error_code ec) {
  if (!socket_.is_open()) return;
  if (!ec) return dispatch();
  const int status = status_for(ec);
  return status == 0 ? close() : refuse(status, ec.message());
}

HttpRequest HttpServer::Impl::Connection::take_request() {
  auto& message = parser_->get();
  HttpRequest request{message.method_string(), message.target(), {}, std::move(message.body()), remote_};
  for (const auto& field : message) request.headers.emplace_back(field.name_string(), field.value());
  return request;
}

void HttpServer::Impl::Connection::dispatch() {
  busy_ = true;
  is_head_ = parser_->get().method() == http::verb::head;
  const bool keep = parser_->keep_alive();
  const auto server = server_.lock();
  auto request = take_request();
  const Handler handler = server ? server->find(request.target).handler : nullptr;
  if (!handler) return answer(HttpResponse{404, {}, {}}, keep);
  limit_time(limits_.answer);
  HttpReply reply(
      [self = shared_from_this(), keep](HttpResponse response) { self->answer(std::move(response), keep); });
  handler(std::move(request), std::move(reply));
}

void HttpServer::Impl::Connection::answer(HttpResponse response, bool keep) {
  if (!socket_.is_open()) return;
  const auto server = server_.lock();
  if (!server || server->stopping || server->is_full) keep = false;
  auto& message = response_.emplace();
  message.result(static_cast<unsigned>(response.status));
  for (const auto& [name, value] : response.headers) message.set(name, value);
  message.content_length(response.body.size());
  message.keep_alive(keep);
  held_ = std::move(response.held);
  const auto size = response.body.size();
  if (!is_head_) message.body() = std::move(response.body);
  limit_time(limits_.request + std::chrono::seconds(size / slowest_reader));
  http::async_write(socket_, message, [self = shared_from_this(), keep](error_code ec, std::size_t) {
    if (ec) return self->close();
    self->on_written(keep);
  });
}

void HttpServer::Impl::Connection::on_written(bool keep) {
  busy_ = false;
  was_answered_ = true;
  response_.reset();
  held_.reset();
  if (keep) {
    const auto server = server_.lock();
    return server && !server->stopping ? read() : close();
  }
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  buffer_.clear();
  limit_time(farewell);
  drain();
}

// A close with unread bytes resets the connection, and the peer might never see the answer: so read on for a while.
void HttpServer::Impl::Connection::drain() {
  buffer_.consume(buffer_.size());
  socket_.async_read_some(buffer_.prepare(std::size_t{16} << 10),
                          [self = shared_from_this()](error_code ec, std::size_t size) {
                            self->drained_ += size;
                            if (ec || self->drained_ > longest_drain) return self->close();
                            self->drain();
                          });
}

void HttpServer::Impl::listen(const std::string& host, std::uint16_t port) {
  const tcp::endpoint endpoint(asio::ip::make_address(host), port);
  acceptor.open(endpoint.protocol());
  acceptor.set_option(tcp::acceptor::reuse_address(true));
  acceptor.bind(endpoint);
  acceptor.listen();
}

void HttpServer::Impl::accept() {
  acceptor.async_accept([weak = weak_from_this()](error_code ec, tcp::socket socket) {
    const auto self = weak.lock();
    if (self && !self->stopping) self->on_accept(ec, std::move(socket));
  });
}

void HttpServer::Impl::on_accept(error_code ec, tcp::socket socket) {
  if (ec) {
    log_.warning("accept: {}", ec.message());
    pause.expires_after(accept_pause);
    pause.async_wait([weak = weak_from_this()](error_code cancelled) {
      const auto self = weak.lock();
      if (!cancelled && self && !self->stopping) self->accept();
    });
    return;
  }
  const auto connection = std::make_shared<Connection>(std::move(socket), weak_from_this(), limits);
  connections.insert(connection);
  connection->read();
  is_full = connections.size() >= limits.connections;
  if (is_full) return close_idle();
  accept();
}

// Who is between two requests has the least to lose.
void HttpServer::Impl::close_idle() {
  const auto all = connections;
  for (const auto& connection : all) {
    if (connection->is_idle()) connection->close();
  }
}

// A caller who is hung up on may never call again; in the kernel's queue he only waits.
void HttpServer::Impl::make_room() {
  if (!stopping && is_full && connections.size() < limits.connections) {
    is_full = false;
    accept();
  }
}

void HttpServer::Impl::stop() {
  if (std::exchange(stopping, true)) return;
  error_code ignored;
  acceptor.close(ignored);
  pause.cancel();
  const auto all = connections;
  for (const auto& connection : all) {
    if (!connection->is_busy()) connection->close();
  }
  if (connections.empty()) return;
  end.expires_after(farewell);
  end.async_wait([self = shared_from_this()](error_code) {
    const auto rest = self->connections;
    for (const auto& connection : rest) connection->close();
  });
}

HttpServer::Impl::Route HttpServer::Impl::find(std::string_view target) const {
  // In descending order a longer prefix comes before the shorter ones that it starts with.
  for (const auto& [prefix, route] : routes) {
    if (target.starts_with(prefix)) return route;
  }
  return {nullptr, 0};
}

HttpServer::HttpServer(asio::any_io_executor executor, const std::string& host, std::uint16_t port, HttpLimits limits)
    : impl_(std::make_shared<Impl>(std::move(executor), limits)) {
  impl_->listen(host, port);
  impl_->accept();
}

HttpServer::~HttpServer() {
  impl_->stop();
  impl_->routes.clear();
  const auto rest = impl_->connections;
  for (const auto& connection : rest) connection->close();
}

std::uint16_t HttpServer::port() const noexcept {
  error_code ignored;
  return impl_->acceptor.local_endpoint(ignored).port();
}

void HttpServer::route(std::string path_prefix, Handler handler, std::size_t longest_body) {
  if (longest_body == 0) longest_body = impl_->limits.body;
  const bool is_new =
      impl_->routes.emplace(std::move(path_prefix), Impl::Route{std::move(handler), longest_body}).second;
  if (!is_new) throw std::logic_error("two handlers for one path");
}

void HttpServer::unroute(const std::string& path_prefix) {
  impl_->routes.erase(path_prefix);
}

void HttpServer::stop() {
  impl_->stop();
}

}  // namespace base
