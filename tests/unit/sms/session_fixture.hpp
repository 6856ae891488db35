// A session with a played provider, a played sink and records in memory.
#pragma once

#include "legacy/sms/session.hpp"

#include <gtest/gtest.h>

#include "legacy/sms/network.hpp"
#include "tests/unit/sms/memory_state.hpp"

namespace sms {

using namespace std::chrono_literals;
using legacy::ChatKind;
using legacy::Delivery;
using legacy::Errc;
using legacy::LinkState;
using legacy::Outcome;
using legacy::Received;

struct FakeClient final : base::HttpClient {
  void send(base::HttpCall call, Done done) override {
    calls.push_back(std::move(call));
    waiting.push_back(std::move(done));
  }
  void answer(std::size_t index, base::Result<base::HttpResponse, base::HttpFailure> result) {
    const auto done = std::exchange(waiting.at(index), nullptr);
    done(std::move(result));
  }
  std::vector<base::HttpCall> calls;
  std::vector<Done> waiting;
};

struct FakeSink final : legacy::Sink {
  void on_event(legacy::Event&& event) noexcept override { events.push_back(std::move(event)); }
  template <class T>
  std::vector<T> all() const {
    std::vector<T> out;
    for (const auto& event : events) {
      if (const auto* found = std::get_if<T>(&event)) out.push_back(*found);
    }
    return out;
  }
  std::vector<legacy::Event> events;
};

inline config::SmsNetwork settings() {
  config::SmsNetwork network;
  config::Kannel kannel;
  kannel.send_url = "http://kannel/sendsms";
  kannel.webhook_secret = {"s3cret"};
  network.provider = kannel;
  return network;
}

class SessionTest : public testing::Test {
 protected:
  void open(const std::string& number = "+15550001111") {
    legacy::Account account{"romeo", {{"number", number}}};
    session = network.open(account, {io.get_executor(), sink, state});
    asio::co_spawn(io, session->run(), asio::bind_cancellation_slot(end.slot(), [this](std::exception_ptr error) {
                     ended = true;
                     EXPECT_FALSE(error);
                   }));
    io.restart();
    settle();
  }
  void settle() {
    do {
      io.restart();
      io.poll();
    } while (state.flush());
  }
  // Power off: nothing of the process is left but the disk.
  void crash() {
    state.crash();
    end.emit(asio::cancellation_type::terminal);
    io.restart();
    io.poll();
    advance(4s);
    session.reset();
    state.crash();
    sink.events.clear();
    ended = false;
  }
  // Asio set its timerfd by the old time; a timer before all others makes it look again.
  void advance(base::Clock::duration time) {
    base::Clock::advance(time);
    base::Timer kick(io, base::Clock::time_point::min());
    kick.async_wait([](base::error_code) {});
    io.restart();
    io.poll();
  }
  void pass(base::Clock::duration time) {
    advance(time);
    settle();
  }
  Errc send(const std::string& to, const std::string& text, ChatKind kind = ChatKind::person) {
    const auto ref = ++last_ref;
    session->submit(ref, legacy::SendText{{kind, to}, text, "token " + text});
    settle();
    for (const auto& outcome : sink.all<Outcome>()) {
      if (outcome.ref == ref) return outcome.error;
    }
    ADD_FAILURE() << "no outcome";
    return Errc::internal;
  }
  int webhook(const std::string& path, const std::string& method = "GET") {
    int status = 0;
    base::HttpReply reply([&](const base::HttpResponse& response) { status = response.status; });
    network.on_webhook({method, "/kannel/sms/s3cret/" + path, {}, {}, "127.0.0.1"}, std::move(reply));
    settle();
    return status;
  }
  int report(std::size_t call, const std::string& rest) {
    const auto& url = client.calls.at(call).url;
    const auto id = url.substr(url.find("id%3D") + 5, url.find("%26type") - url.find("id%3D") - 5);
    return webhook("dlr?id=" + id + "&type=" + rest);
  }
  int text(const std::string& content, const std::string& id) {
    return webhook("mo?from=15551234567&to=15550001111&text=" + content + "&time=1700000000&id=" + id);
  }

  asio::io_context io{1};
  MemoryState state;
  FakeSink sink;
  FakeClient client;
  base::HttpServer server{io.get_executor(), "127.0.0.1", 0};
  Network network{settings(), client, &server, "http://gw"};
  asio::cancellation_signal end;
  std::unique_ptr<legacy::Session> session;
  legacy::Ref last_ref = 0;
  bool ended = false;
};

}  // namespace sms
