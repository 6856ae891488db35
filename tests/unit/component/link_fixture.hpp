// The link over an in-memory stream, with a server that is a script.
#pragma once

#include "component/link.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <stdexcept>

#include "base/pipe.hpp"
#include "base/spawn.hpp"
#include "component/xml_parser.hpp"
#include "tests/support/loop.hpp"

namespace link_test {

using namespace component;
using namespace std::chrono_literals;

inline const std::string header =
    "<stream:stream xmlns='jabber:component:accept' "
    "xmlns:stream='http://etherx.jabber.org/streams' from='gw' id='1'>";

// Gives out one end of a pipe per dial; the test has the other.
class PipeDialer final : public base::Dialer {
 public:
  explicit PipeDialer(asio::any_io_executor executor) : executor_(std::move(executor)) {}

  asio::awaitable<base::Result<std::unique_ptr<base::Stream>>> dial(base::Endpoint endpoint) override {
    dialed.push_back(endpoint.host + ":" + std::to_string(endpoint.port));
    if (refusing) co_return base::error_code(asio::error::connection_refused);
    auto [mine, theirs] = base::make_pipe(executor_);
    server = std::move(theirs);
    received.clear();
    base::spawn(executor_, "server", collect(server));
    co_return std::move(mine);
  }

  std::vector<std::string> dialed;
  std::shared_ptr<base::Stream> server;
  std::string received;
  bool refusing = false;
  bool eof = false;

 private:
  asio::awaitable<void> collect(std::shared_ptr<base::Stream> stream) {
    std::array<char, 4096> buffer{};
    eof = false;
    while (true) {
      const auto size = co_await stream->read_some(buffer);
      if (!size) break;
      received.append(buffer.data(), *size);
    }
    eof = true;
  }
  asio::any_io_executor executor_;
};

struct Recorder final : LinkHandler {
  void on_stanza(Stanza stanza) override {
    if (stanza.id() == "throw") throw std::runtime_error("handler broke");
    log += stanza.xml().to_string(ns_component) + "\n";
  }
  void on_up() override { log += "up\n"; }
  void on_down() override { log += "down\n"; }
  std::string log;
};

inline asio::awaitable<void> write(std::shared_ptr<base::Stream> stream, std::string bytes) {
  co_await stream->write_all(bytes);
}

class LinkTest : public testing::Test {
 protected:
  LinkTest() {
    base::Log::set_threshold(static_cast<base::Level>(0));
    start();
  }
  ~LinkTest() override {
    link->stop();
    loop.settle();
    loop.advance(5min);
    EXPECT_TRUE(returned);
    if (dialer.server) dialer.server->close();
    loop.settle();
  }

  void start(base::OutboxLimits limits = {}) {
    link = std::make_unique<Link>(loop.executor(), dialer, config(), recorder, limits);
    returned = false;
    base::spawn(loop.executor(), "link", link->run(), [this] { returned = true; });
  }
  static config::Component config() {
    config::Component c;
    c.domain = "gw";
    c.secret.value = "s3cret";
    c.server = {"127.0.0.1", 5347, base::Tls::off, {}, {}};
    return c;
  }
  void server_says(std::string bytes) {
    base::spawn(loop.executor(), "say", write(dialer.server, std::move(bytes)));
    loop.settle();
  }
  void connect() {
    loop.settle();
    server_says(header);
    server_says("<handshake/>");
    dialer.received.clear();
  }
  // In the steps in which real time would pass.
  void pass(std::chrono::seconds time) {
    for (; time > 0s; time -= 1s) loop.advance(1s);
  }
  // Without forgetting what comes right after the handshake.
  void connect_again() {
    loop.settle();
    server_says(header);
    dialer.received.clear();
    server_says("<handshake/>");
  }
  std::string take() { return std::exchange(dialer.received, {}); }
  std::string log() { return std::exchange(recorder.log, {}); }
  static xml::Element stanza(std::string_view text) { return *xml::parse_element(text, ns_component); }
  bool send(std::string_view text) {
    const bool sent = link->send(stanza(text));
    loop.settle();
    return sent;
  }
  // The id of the ping that is on its way, from what the server received.
  std::string ping_id() {
    const std::string got = take();
    const auto at = got.rfind("<iq ");
    if (at == std::string::npos) return {};
    const auto iq = xml::parse_element(got.substr(at, got.find("</iq>", at) + 5 - at), ns_component);
    return iq && iq->child("ping", "urn:xmpp:ping") ? std::string(iq->attr("id")) : std::string{};
  }

  support::Loop loop;
  PipeDialer dialer{loop.executor()};
  Recorder recorder;
  std::unique_ptr<Link> link;
  bool returned = false;
};

inline const std::string message = "<message from='a@gw' to='b@c' id='1'><body>x</body></message>";

}  // namespace link_test
