#include "base/http_server.hpp"

#include <stdexcept>

#include "base/http_connection.hpp"
#include "base/http_listener.hpp"
#include "base/log.hpp"

namespace base {
namespace {

using tcp = asio::ip::tcp;

constexpr std::chrono::seconds farewell{1};
constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::chrono::milliseconds press_pause{250};
constexpr double refusals_at_once = 50;
constexpr double refusals_per_second = 20;
constexpr std::size_t lines_per_minute = 10;

const Log log_("http");

}  // namespace

HttpReply::~HttpReply() {
  if (send_) (*this)(HttpResponse{503, {}, {}});
}

void HttpReply::operator()(HttpResponse response) {
  const auto send = std::exchange(send_, nullptr);
  if (send) send(std::move(response));
}

HttpListener::HttpListener(asio::any_io_executor executor, HttpLimits limits)
    : limits_(std::move(limits)),
      acceptor_(executor),
      pause_(executor),
      press_(executor),
      end_(executor),
      places_(limits_.connections, limits_.grace),
      bodies_(HttpBodies::Rules{}),
      refusals_(refusals_at_once, refusals_per_second),
      lines_(lines_per_minute) {}

void HttpListener::listen(const std::string& host, std::uint16_t port) {
  const tcp::endpoint endpoint(asio::ip::make_address(host), port);
  acceptor_.open(endpoint.protocol());
  acceptor_.set_option(tcp::acceptor::reuse_address(true));
  acceptor_.bind(endpoint);
  acceptor_.listen();
}

void HttpListener::accept() {
  if (stopping_ || std::exchange(is_accepting_, true)) return;
  acceptor_.async_accept([weak = weak_from_this()](error_code ec, tcp::socket socket) {
    const auto self = weak.lock();
    if (!self) return;
    self->is_accepting_ = false;
    if (!self->stopping_) self->on_accept(ec, std::move(socket));
  });
}

void HttpListener::accept_later(std::chrono::milliseconds pause, std::function<void()> act) {
  pause_.expires_after(pause);
  pause_.async_wait([weak = weak_from_this(), act = std::move(act)](error_code cancelled) {
    const auto self = weak.lock();
    if (!cancelled && self && !self->stopping_) act();
  });
}

void HttpListener::on_accept(error_code ec, tcp::socket socket) {
  if (ec) {
    if (lines_.pass(Clock::now())) log_.warning("accept: {}", ec.message());
    return accept_later(accept_pause, [this] { accept(); });
  }
  const auto connection = std::make_shared<HttpConnection>(std::move(socket), weak_from_this(), limits_);
  connections_.emplace(connection.get(), connection);
  places_.enter(connection.get(), connection->peer(), Clock::now());
  connection->read();
  go_on();
}

// Takes the next one, when there is a place or somebody can be sent away for it. In the kernel's queue he only waits,
// but a caller who is hung up on may never call again.
void HttpListener::go_on() {
  while (places_.is_full()) {
    const auto who = connections_.find(places_.to_leave(Clock::now()));
    if (who == connections_.end()) {
      is_full_ = true;
      return accept_later(accept_pause, [this] { go_on(); });
    }
    const auto connection = who->second;
    connection->close();
  }
  is_full_ = false;
  accept();
}

void HttpListener::ended(const HttpConnection* who) {
  places_.leave(who);
  leave_body(who);
  connections_.erase(who);
  if (connections_.empty()) end_.cancel();
  if (stopping_ || !is_full_ || places_.is_full()) return;
  is_full_ = false;
  pause_.cancel();
  accept();
}

void HttpListener::enter_body(const HttpConnection* who, const std::string& address, std::size_t size,
                              std::function<void()> go) {
  if (bodies_.enter(who, address, size, Clock::now(), go)) return go();
  press_bodies();
}

// As long as bodies wait, who sends nothing has to go.
void HttpListener::press_bodies() {
  if (std::exchange(is_pressing_, true)) return;
  press_.expires_after(press_pause);
  press_.async_wait([weak = weak_from_this()](error_code cancelled) {
    const auto self = weak.lock();
    if (cancelled || !self || self->stopping_) return;
    self->is_pressing_ = false;
    const auto received = [&](const void* id) { return static_cast<const HttpConnection*>(id)->received(); };
    for (const auto* const id : self->bodies_.to_leave(Clock::now(), received)) {
      const auto found = self->connections_.find(id);
      if (found == self->connections_.end()) continue;
      const auto connection = found->second;
      connection->give_up_body();
    }
    if (self->bodies_.is_waiting()) self->press_bodies();
  });
}

void HttpListener::note_refusal(const std::string& address, int status, std::string_view why) {
  const auto counted = lines_.pass(Clock::now());
  if (!counted) return;
  if (*counted > 0) log_.info("{} more requests were refused", *counted);
  log_.info("request from {} refused with {}: {}", address, status, why);
}

void HttpListener::stop() {
  if (std::exchange(stopping_, true)) return;
  error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
  press_.cancel();
  const auto all = connections_;
  for (const auto& [id, connection] : all) {
    if (!connection->is_busy()) connection->close();
  }
  if (connections_.empty()) return;
  end_.expires_after(farewell);
  end_.async_wait([self = shared_from_this()](error_code) { self->close_all(); });
}

void HttpListener::close_all() {
  const auto rest = connections_;
  for (const auto& [id, connection] : rest) connection->close();
}

std::uint16_t HttpListener::port() const noexcept {
  error_code ignored;
  return acceptor_.local_endpoint(ignored).port();
}

void HttpListener::route(std::string prefix, Route route) {
  if (route.longest_body == 0) route.longest_body = limits_.body;
  const bool is_new = routes_.emplace(std::move(prefix), std::move(route)).second;
  if (!is_new) throw std::logic_error("two handlers for one path");
}

const HttpListener::Route& HttpListener::find(std::string_view target) const {
  static const Route none;
  // In descending order a longer prefix comes before the shorter ones that it starts with.
  for (const auto& [prefix, route] : routes_) {
    if (target.starts_with(prefix)) return route;
  }
  return none;
}

HttpServer::HttpServer(asio::any_io_executor executor, const std::string& host, std::uint16_t port, HttpLimits limits)
    : impl_(std::make_shared<HttpListener>(std::move(executor), std::move(limits))) {
  impl_->listen(host, port);
  impl_->accept();
}

HttpServer::~HttpServer() {
  impl_->stop();
  impl_->unroute_all();
  impl_->close_all();
}

std::uint16_t HttpServer::port() const noexcept {
  return impl_->port();
}

void HttpServer::route(std::string path_prefix, Handler handler, std::size_t longest_body, Glance glance) {
  impl_->route(std::move(path_prefix), {std::move(handler), longest_body, std::move(glance)});
}

void HttpServer::unroute(const std::string& path_prefix) {
  impl_->unroute(path_prefix);
}

void HttpServer::stop() {
  impl_->stop();
}

}  // namespace base
