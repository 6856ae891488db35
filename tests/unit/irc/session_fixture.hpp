// A session over a pipe, with a clock that is moved.
#pragma once

#include <gtest/gtest.h>

#include <deque>

#include "base/net_error.hpp"
#include "base/pipe.hpp"
#include "base/spawn.hpp"
#include "legacy/irc/network.hpp"
#include "script.hpp"

namespace irc_test {

using namespace legacy;

struct PipeDialer : base::Dialer {
  explicit PipeDialer(asio::any_io_executor e) : executor(e) {}
  asio::awaitable<base::Result<std::unique_ptr<base::Stream>>> dial(base::Endpoint endpoint) override {
    ++dialled;
    if (!wrong_certificate.empty()) endpoint.observer->on_wrong_certificate(wrong_certificate);
    if (endpoint.observer != nullptr) endpoint.observer->on_bound({{}, 40000}, {{}, 6667});
    endpoints.push_back(std::move(endpoint));
    if (refuse) co_return base::error_code(*refuse);
    auto pair = base::make_pipe(executor);
    if (server) earlier.push_back(std::move(server));
    server = std::move(pair.second);
    co_return std::move(pair.first);
  }
  asio::any_io_executor executor;
  std::unique_ptr<base::Stream> server;
  std::vector<std::unique_ptr<base::Stream>> earlier;
  std::optional<base::error_code> refuse;
  int dialled = 0;
  std::vector<base::Endpoint> endpoints;
  std::string wrong_certificate;
};

struct Events : Sink {
  void on_event(Event&& event) noexcept override { heard.push_back(show(event)); }
  bool is_full() const noexcept override { return heard.size() >= most; }
  void when_ready(std::function<void()> call) override { resume = std::move(call); }
  void make_room() {
    heard.clear();
    if (resume) std::exchange(resume, {})();
  }
  std::size_t most = 1'000'000;
  std::function<void()> resume;
  std::deque<std::string> heard;
};

struct NoRecords : legacy::State {
  std::optional<std::string> load(std::string_view) override { return {}; }
  void save(std::string_view, std::string_view) override {}
  void erase(std::string_view) override {}
  std::vector<std::pair<std::string, std::string>> list(std::string_view) override { return {}; }
  void commit(std::function<void(bool)>) override {}
};

class IrcSession : public testing::Test {
 protected:
  IrcSession() {
    config_.name = "net";
    config_.burst = 3;
    config_.endpoint = {"irc.test", 6697, base::Tls::verified, "", ""};
    network_ = std::make_unique<irc::Network>(config_, dialer_);
    Account account{"user@example", {{"nick", "me"}}};
    session_ = network_->open(account, {io_.get_executor(), events_, records_});
  }
  ~IrcSession() override {
    if (!done_) session_->submit(99, Close{""});
    settle();
    pass(3s);
  }
  void start() {
    auto run = [this]() -> asio::awaitable<void> { co_await session_->run(); };
    asio::co_spawn(io_, run, asio::bind_cancellation_slot(cancel_.slot(), [this](std::exception_ptr e) {
                     done_ = true;
                     if (e) std::rethrow_exception(e);
                   }));
    settle();
  }
  void settle() {
    io_.restart();
    for (int i = 0; i < 50; ++i) io_.poll();
    read();
  }
  void pass(base::Clock::duration d) {
    base::Clock::advance(d);
    // Asio looks at the clock only when a timer is touched.
    asio::steady_timer nudge(io_, 1ms);
    nudge.async_wait([](auto) {});
    io_.restart();
    while (!io_.stopped() && nudge.expiry() > std::chrono::steady_clock::now()) io_.run_one_for(2ms);
    settle();
  }
  // What the session has sent so far, without blocking.
  void read() {
    if (!dialer_.server || reading_) return;
    reading_ = true;
    auto work = [this]() -> asio::awaitable<void> {
      std::vector<char> buffer(65536);
      const std::span<char> into(buffer);
      base::Stream* const stream = dialer_.server.get();
      for (;;) {
        const base::Result<std::size_t> got = co_await stream->read_some(into);
        if (!got) break;
        sent_.append(buffer.data(), *got);
      }
      reading_ = false;
      if (close_on_eof_) stream->close();
    };
    asio::co_spawn(io_, work, asio::detached);
    for (int i = 0; i < 50; ++i) io_.poll();
  }
  void server(std::string lines) {
    auto work = [this, lines]() -> asio::awaitable<void> {
      const std::string bytes = lines + "\r\n";
      const std::span<const char> view(bytes);
      co_await dialer_.server->write_all(view);
    };
    asio::co_spawn(io_, work, asio::detached);
    settle();
  }
  std::string take_sent() { return std::exchange(sent_, {}); }
  bool heard(const std::string& event) const {
    return std::find(events_.heard.begin(), events_.heard.end(), event) != events_.heard.end();
  }
  void online() {
    start();
    server(":srv CAP * LS :\r\n:srv 001 me :Hi");
    take_sent();
    events_.heard.clear();
  }

  asio::io_context io_{1};
  PipeDialer dialer_{io_.get_executor()};
  Events events_;
  NoRecords records_;
  config::IrcNetwork config_;
  std::unique_ptr<irc::Network> network_;
  std::unique_ptr<legacy::Session> session_;
  asio::cancellation_signal cancel_;
  bool done_ = false;
  bool reading_ = false;
  bool close_on_eof_ = false;
  std::string sent_;
};

}  // namespace irc_test
