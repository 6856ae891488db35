#include "base/http_connection.hpp"

#include <algorithm>
#include <boost/beast/src.hpp>

#include "base/ascii.hpp"
#include "base/http_head.hpp"
#include "base/random.hpp"

namespace base {
namespace {

namespace http = boost::beast::http;

constexpr std::chrono::seconds farewell{1};
constexpr std::size_t longest_drain = std::size_t{4} << 20;
constexpr std::size_t crowd_drain = std::size_t{256} << 10;
constexpr std::size_t slowest_reader = std::size_t{16} << 10;  // bytes of a long answer per second
constexpr std::size_t slowest_writer = std::size_t{64} << 10;  // bytes of a long request per second
constexpr std::chrono::milliseconds refusal_pause{1000};       // and up to three times as long, in a flood

// What a request that can't be served is answered with; 0: nothing, the peer is gone.
int status_for(error_code ec) {
  if (ec == http::error::header_limit) return 431;
  if (ec == http::error::body_limit || ec == http::error::buffer_overflow) return 413;
  if (ec == http::error::end_of_stream || ec == http::error::partial_message) return 0;
  static const auto& category = http::make_error_code(http::error::bad_method).category();
  return ec.category() == category ? 400 : 0;
}

}  // namespace

HttpConnection::HttpConnection(asio::ip::tcp::socket socket, std::weak_ptr<HttpListener> server,
                               const HttpLimits& limits)
    : socket_(std::move(socket)), timer_(socket_.get_executor()), server_(std::move(server)), limits_(limits) {
  error_code ignored;
  peer_ = socket_.remote_endpoint(ignored).address().to_string();
  is_proxy_ = limits_.proxies.contains(peer_);
}

void HttpConnection::after(std::chrono::milliseconds time, void (HttpConnection::*act)()) {
  timer_.expires_after(time);
  timer_.async_wait([self = shared_from_this(), act](error_code ec) {
    // It may have run out, and been set anew, before this call.
    if (!ec && self->timer_.expiry() <= Clock::now()) (*self.*act)();
  });
}

void HttpConnection::run_out() {
  if (std::exchange(waits_for_room_, false)) return refuse(503, "no room for a long request");
  close();
}

void HttpConnection::close() noexcept {
  error_code ignored;
  held_.reset();
  socket_.close(ignored);
  timer_.cancel();
  if (const auto server = server_.lock()) server->ended(this);
}

// Strangers are let go at different times, so that a crowd of them is not a burst of work.
std::chrono::milliseconds HttpConnection::head_time(const HttpListener& server) const {
  const auto most = std::chrono::milliseconds(limits_.request);
  if (was_answered_ || !server.is_crowded()) return most;
  return most / 2 + std::chrono::milliseconds(static_cast<std::int64_t>(random_unit() * double(most.count()) / 2));
}

void HttpConnection::read() {
  const auto server = server_.lock();
  if (!server) return close();
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(limits_.header));
  parser_->body_limit(boost::none);  // until it is known what for it is
  limit_time(head_time(*server));
  http::async_read_header(socket_, buffer_, *parser_,
                          [self = shared_from_this()](error_code ec, std::size_t) { self->on_header(ec); });
}

// From the right, as each proxy adds whom it has heard: the first that is none of ours.
std::string HttpConnection::caller() const {
  if (!is_proxy_) return peer_;
  std::string out = peer_;
  auto named = forwarded_for(head_.headers);
  for (; !named.empty() && limits_.proxies.contains(out); named.pop_back()) {
    error_code failed;
    const auto address = asio::ip::make_address(named.back(), failed);
    if (failed) break;
    out = address.to_string();
  }
  return out;
}

void HttpConnection::take_head() {
  const auto& message = parser_->get();
  head_ = {std::string(message.method_string()), {}, {}, {}, peer_};
  for (const auto& field : message) head_.headers.emplace_back(field.name_string(), field.value());
  head_.remote = caller();
}

void HttpConnection::on_header(error_code ec) {
  if (!socket_.is_open()) return;
  const auto server = server_.lock();
  if (!server) return close();
  if (ec) return on_body(ec);
  take_head();
  const auto target = parser_->get().target();
  const auto checked =
      check_head({head_.method, {target.data(), target.size()}, parser_->get().version()}, head_.headers);
  if (!checked) return refuse(checked.error().status, checked.error().why);
  head_.target = *checked;
  server->places().begin(this);
  const auto& route = server->find(head_.target);
  has_glance_ = static_cast<bool>(route.glance);
  if (!route.handler && !parser_->is_done()) return refuse(404, "no such path");
  if (has_glance_) {
    auto refusal = route.glance(head_);
    is_stranger_ = refusal.has_value();
    if (refusal) return refuse(std::move(*refusal));
  }
  const std::size_t longest = std::max(route.longest_body, limits_.body);
  const std::size_t size = parser_->content_length().value_or(limits_.body);
  if (size > longest) return refuse(413, "too long a body");
  if (parser_->is_done()) return dispatch();
  begin_body(size);
}

void HttpConnection::begin_body(std::size_t size) {
  parser_->body_limit(size);
  if (size <= limits_.small_body) return read_body();
  waits_for_room_ = true;
  limit_time(limits_.request);
  server_.lock()->enter_body(this, head_.remote, size, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self && self->socket_.is_open() && std::exchange(self->waits_for_room_, false)) self->read_body();
  });
}

void HttpConnection::read_body() {
  const std::size_t size = parser_->content_length().value_or(0);
  const std::size_t more = size > limits_.body ? size / slowest_writer : 0;
  limit_time(limits_.request + std::chrono::seconds(more));
  const auto begin = [self = shared_from_this()] {
    http::async_read(self->socket_, self->buffer_, *self->parser_, [self](error_code ec, std::size_t) {
      if (const auto server = self->server_.lock()) server->leave_body(self.get());
      self->on_body(ec);
    });
  };
  const bool is_asked = ascii_lower(find_header(head_.headers, "Expect")) == "100-continue";
  if (!is_asked || buffer_.size() > 0) return begin();
  static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  asio::async_write(socket_, asio::buffer(go_on.data(), go_on.size()),
                    [self = shared_from_this(), begin](error_code ec, std::size_t) { ec ? self->close() : begin(); });
}

void HttpConnection::on_body(error_code ec) {
  if (!socket_.is_open() || busy_) return;
  if (!ec) return dispatch();
  const int status = status_for(ec);
  return status == 0 ? close() : refuse(status, ec.message());
}

void HttpConnection::give_up_body() {
  if (const auto server = server_.lock()) server->note_refusal(head_.remote, 408, "a body that does not come");
  close();
}

void HttpConnection::refuse(int status, std::string_view why) {
  if (const auto server = server_.lock())
    server->note_refusal(head_.remote.empty() ? peer_ : head_.remote, status, why);
  refuse(HttpResponse{status, {}, {}});
}

void HttpConnection::refuse(HttpResponse response) {
  if (const auto server = server_.lock()) {
    server->places().begin(this);
    server->leave_body(this);
  }
  busy_ = true;
  answer(std::move(response), false);
}

void HttpConnection::dispatch() {
  busy_ = true;
  is_head_ = parser_->get().method() == http::verb::head;
  const bool keep = parser_->keep_alive();
  const auto server = server_.lock();
  const HttpServer::Handler handler = server ? server->find(head_.target).handler : nullptr;
  if (!handler) return answer(HttpResponse{404, {}, {}}, keep);
  limit_time(limits_.answer);
  HttpReply reply(
      [self = shared_from_this(), keep](HttpResponse response) { self->answer(std::move(response), keep); });
  HttpRequest request = std::move(head_);
  head_ = {};
  request.body = std::move(parser_->get().body());
  handler(std::move(request), std::move(reply));
}

// Of refusals to those who have proved nothing some are answered at once, so that a mistake in a configuration is
// found; the rest wait, and cost little meanwhile.
bool HttpConnection::is_flood(int status) {
  const auto server = server_.lock();
  const bool is_refusal = is_stranger_ || (status >= 400 && status < 500 && !is_proven_);
  return is_refusal && server && !server->may_refuse_now();
}

void HttpConnection::answer(HttpResponse response, bool keep) {
  if (!socket_.is_open()) return;
  const auto server = server_.lock();
  if (has_glance_ && response.status < 400) is_proven_ = true;
  const bool is_late = is_flood(response.status);
  if (!server || !server->has_places() || is_late) keep = false;
  auto& message = response_.emplace();
  message.result(static_cast<unsigned>(response.status));
  for (const auto& [name, value] : response.headers) message.set(name, value);
  message.content_length(response.body.size());
  message.keep_alive(keep);
  held_ = std::move(response.held);
  if (!is_head_) message.body() = std::move(response.body);
  if (!is_late) return write(keep);
  const double share = 1 + 2 * random_unit();
  after(std::chrono::milliseconds(static_cast<std::int64_t>(double(refusal_pause.count()) * share)),
        &HttpConnection::end_write);
}

void HttpConnection::end_write() {
  write(false);
}

void HttpConnection::write(bool keep) {
  limit_time(limits_.request + std::chrono::seconds(response_->body().size() / slowest_reader));
  http::async_write(socket_, *response_, [self = shared_from_this(), keep](error_code ec, std::size_t) {
    if (ec) return self->close();
    self->on_written(keep);
  });
}

void HttpConnection::on_written(bool keep) {
  const auto server = server_.lock();
  busy_ = false;
  was_answered_ = true;
  response_.reset();
  held_.reset();
  if (keep) {
    if (!server || server->is_stopping()) return close();
    server->places().wait(this, is_proven_ || is_proxy_, Clock::now());
    return read();
  }
  error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  buffer_.clear();
  limit_time(farewell);
  drain();
}

// A close with unread bytes resets the connection, and the peer might never see the answer: so read on for a while.
void HttpConnection::drain() {
  buffer_.consume(buffer_.size());
  const auto server = server_.lock();
  const std::size_t most = server && server->is_crowded() ? crowd_drain : longest_drain;
  socket_.async_read_some(buffer_.prepare(std::size_t{16} << 10),
                          [self = shared_from_this(), most](error_code ec, std::size_t size) {
                            self->drained_ += size;
                            if (ec || self->drained_ > most) return self->close();
                            self->drain();
                          });
}

}  // namespace base
