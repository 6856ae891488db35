// A listener with some routes, and plain blocking clients.
#pragma once

#include "base/http_server.hpp"

#include "base/clock.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace base {

using asio::ip::tcp;
using namespace std::chrono_literals;

// The listener on a loop and thread of its own, so that the tests can be plain blocking clients.
class HttpServerTest : public testing::Test {
 protected:
  void start(HttpLimits limits = {}) {
    server_.emplace(io_.get_executor(), "127.0.0.1", 0, limits);
    server_->route("/echo", [](HttpRequest request, HttpReply reply) {
      const auto type = find_header(request.headers, "x-type");
      reply({200, {{"Content-Type", type}}, request.method + " " + request.target + " " + request.body});
    });
    server_->route("/echo/longer", [](HttpRequest, HttpReply reply) { reply({202, {}, ""}); });
    server_->route("/drop", [](HttpRequest, HttpReply) {});
    server_->route("/later", [this](HttpRequest, HttpReply reply) {
      auto shared = std::make_shared<HttpReply>(std::move(reply));
      timer_.expires_after(100ms);
      timer_.async_wait([shared](error_code) { (*shared)({200, {}, "late"}); });
    });
    server_->route("/never",
                   [this](HttpRequest, HttpReply reply) { kept_ = std::make_shared<HttpReply>(std::move(reply)); });
    thread_ = std::thread([this] { io_.run(); });
  }

  void TearDown() override {
    if (!thread_.joinable()) return;
    on_loop([this] {
      kept_.reset();
      server_.reset();
    });
    guard_.reset();
    thread_.join();
  }

  void on_loop(std::function<void()> act) {
    std::promise<void> done;
    asio::post(io_, [&] {
      act();
      done.set_value();
    });
    done.get_future().wait();
  }

  void pass(Clock::duration time) {
    std::this_thread::sleep_for(20ms);
    on_loop([this, time] {
      Clock::advance(time);
      // Asio set its timerfd by the old time; a timer before all others makes it look again.
      kick_.expires_at(Clock::time_point::min());
      kick_.async_wait([](error_code) {});
    });
  }

  tcp::socket connect() {
    tcp::socket socket(client_);
    socket.connect({asio::ip::make_address("127.0.0.1"), server_->port()});
    return socket;
  }

  // Everything until the listener closes; a reset counts as an end too.
  static std::string read_all(tcp::socket& socket) {
    std::string out;
    error_code ec;
    asio::read(socket, asio::dynamic_buffer(out), ec);
    return out;
  }

  std::string talk(const std::string& bytes) {
    auto socket = connect();
    error_code ec;
    asio::write(socket, asio::buffer(bytes), ec);
    return read_all(socket);
  }

  asio::io_context client_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard_{io_.get_executor()};
  asio::steady_timer timer_{io_};
  Timer kick_{io_};
  std::optional<HttpServer> server_;
  std::shared_ptr<HttpReply> kept_;
  std::thread thread_;
};

}  // namespace base
