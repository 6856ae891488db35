// What HttpServer is made of: the acceptor, the routes, and who may stay. Internal to base/.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/http_bodies.hpp"
#include "base/http_places.hpp"
#include "base/http_server.hpp"
#include "base/refusals.hpp"

namespace base {

class HttpConnection;

class HttpListener : public std::enable_shared_from_this<HttpListener> {
 public:
  struct Route {
    HttpServer::Handler handler;  // null: there is no such route
    std::size_t longest_body = 0;
    HttpServer::Glance glance;
  };

  HttpListener(asio::any_io_executor executor, HttpLimits limits);
  HttpListener(const HttpListener&) = delete;
  HttpListener& operator=(const HttpListener&) = delete;

  void listen(const std::string& host, std::uint16_t port);
  void accept();
  void stop();
  void close_all();
  std::uint16_t port() const noexcept;

  void route(std::string prefix, Route route);
  void unroute(const std::string& prefix) { routes_.erase(prefix); }
  void unroute_all() { routes_.clear(); }
  const Route& find(std::string_view target) const;

  // ---- of a connection
  const HttpLimits& limits() const noexcept { return limits_; }
  bool is_stopping() const noexcept { return stopping_; }
  // Whether a connection may be kept after its answer.
  bool has_places() const noexcept { return !stopping_ && !is_full_; }
  bool is_crowded() const noexcept { return places_.waiting() >= crowd; }
  HttpPlaces& places() noexcept { return places_; }
  // go() runs when the body may be read, perhaps at once.
  void enter_body(const HttpConnection* who, const std::string& address, std::size_t size, std::function<void()> go);
  void leave_body(const HttpConnection* who) { bodies_.leave(who, Clock::now()); }
  // False: this refusal is one too many for now, and goes out later.
  bool may_refuse_now() noexcept { return refusals_.may_go(Clock::now()); }
  void note_refusal(const std::string& address, int status, std::string_view why);
  void ended(const HttpConnection* who);

 private:
  static constexpr std::size_t crowd = 100;  // who wait with nothing to show: then there is less patience

  void on_accept(error_code ec, asio::ip::tcp::socket socket);
  void go_on();
  void accept_later(std::chrono::milliseconds pause, std::function<void()> act);
  void press_bodies();

  HttpLimits limits_;
  asio::ip::tcp::acceptor acceptor_;
  Timer pause_;
  Timer press_;  // while bodies wait for room
  Timer end_;
  HttpPlaces places_;
  HttpBodies bodies_;
  RefusalPace refusals_;
  LogBound lines_;
  std::map<std::string, Route, std::greater<>> routes_;
  std::map<const void*, std::shared_ptr<HttpConnection>> connections_;
  bool stopping_ = false;
  bool is_full_ = false;  // nobody is accepted
  bool is_accepting_ = false;
  bool is_pressing_ = false;
};

}  // namespace base
