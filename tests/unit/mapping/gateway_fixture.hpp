// The gateway over a network and an XMPP server that the test plays.
#pragma once

#include "mapping/gateway.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <filesystem>

#include "component/xml_parser.hpp"
#include "tests/support/outlet.hpp"

namespace mapping {

using component::Jid;
using component::xml::Element;

struct Wire {
  std::vector<std::pair<legacy::Ref, legacy::Request>> requests;
  legacy::Sink* sink = nullptr;
  legacy::State* state = nullptr;
  int opened = 0;
};

class PlayedSession final : public legacy::Session {
 public:
  PlayedSession(Wire& wire, legacy::Context context) : wire_(wire), sink_(context.sink), end_(context.executor) {
    wire_.sink = &context.sink;
    wire_.state = &context.state;
    ++wire_.opened;
    end_.expires_at(base::Clock::time_point::max());
  }
  // As sessions may that end with requests open.
  ~PlayedSession() override { sink_.on_event(legacy::Outcome{1, legacy::Errc::disconnected, {}}); }
  asio::awaitable<void> run() override {
    base::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_await end_.async_wait(std::move(token));
  }
  void submit(legacy::Ref ref, const legacy::Request& request) override {
    if (std::holds_alternative<legacy::Close>(request)) end_.cancel();
    wire_.requests.emplace_back(ref, request);
  }

 private:
  Wire& wire_;
  legacy::Sink& sink_;
  base::Timer end_;
};

class PlayedNetwork final : public legacy::Network {
 public:
  explicit PlayedNetwork(Wire& wire) : wire_(wire) {}
  void alarm(std::string text) const { tell_admins(std::move(text)); }
  const std::string& name() const override { return name_; }
  base::Result<legacy::Chat, legacy::Errc> parse(std::string_view id) const override {
    if (id.empty() || id.front() != '+') return legacy::Errc::bad_address;
    std::string number{id};
    std::erase(number, ' ');
    const bool is_group = number.find(',') != number.npos;
    return legacy::Chat{is_group ? legacy::ChatKind::room : legacy::ChatKind::person, std::move(number)};
  }
  std::string check(const legacy::Account& account) const override {
    return account.field("number").starts_with('+') ? "" : "Register your number first.";
  }
  legacy::Features features() const override {
    return {.rooms = has_rooms, .delivery_reports = true, .always_on = true};
  }
  std::unique_ptr<legacy::Session> open(legacy::Account, legacy::Context context) override {
    return std::make_unique<PlayedSession>(wire_, context);
  }
  bool has_rooms = true;

 private:
  Wire& wire_;
  std::string name_ = "sms";
};

class PlayedServer final : public support::TreeOutlet {
 public:
  using TreeOutlet::send;
  bool send(const Element& stanza) override {
    sent.push_back(stanza);
    return true;
  }
  bool send_confirmed(const Element& stanza, std::function<void(bool)> confirmed) override {
    confirmations.push_back(std::move(confirmed));
    return send(stanza);
  }
  bool is_up() const noexcept override { return up; }
  bool has_room(std::string_view) const override { return !resume; }
  void when_room(std::string_view, std::function<void()> call) override { resume = std::move(call); }
  // Nothing has room until there is some.
  void fill() {
    resume = [] {};
  }
  void make_room() { std::exchange(resume, {})(); }
  std::function<void()> resume;
  bool up = true;
  std::deque<Element> sent;
  std::vector<std::function<void(bool)>> confirmations;
};

class GatewayTest : public testing::Test {
 protected:
  GatewayTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "wherry-gateway-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    store_ = *Store::open(io_.get_executor(), (directory_ / "w.db").string(), std::string(32, 'k'));
    open({});
  }
  ~GatewayTest() override {
    close();
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  // The gateway of a process that starts with what is stored.
  void open(Options options) {
    options.type = "sms";
    Identity identity("sms.x", true);
    auto network = std::make_unique<PlayedNetwork>(wire_);
    network_ = network.get();
    identity.add(std::move(network));
    gateway_ = std::make_unique<Gateway>(io_.get_executor(), server_, *store_, std::move(identity), options);
    gateway_->start();
  }
  void close() {
    bool done = false;
    gateway_->stop([&] { done = true; });
    for (int turn = 0; turn < 1000 && !done; ++turn) {
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds(5));
    }
    EXPECT_TRUE(done);
    gateway_.reset();
  }

  void receive(const std::string& xml) {
    hand_over(xml);
    settle();
  }
  void hand_over(const std::string& xml) {
    auto element = component::xml::parse_element(xml, component::ns_component);
    gateway_->on_stanza(*component::Stanza::parse(std::move(*element)));
  }
  void settle() {
    io_.restart();
    while (io_.poll() > 0) {
    }
  }
  // The next stanza; the store's writer is a thread, so one may have to be waited for.
  Element next() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (server_.sent.empty() && std::chrono::steady_clock::now() < deadline) {
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds(5));
    }
    if (server_.sent.empty()) return Element("nothing");
    Element stanza = std::move(server_.sent.front());
    server_.sent.pop_front();
    return stanza;
  }
  std::string next_text() { return next().to_string(component::ns_component); }
  void event(legacy::Event event) {
    wire_.sink->on_event(std::move(event));
    settle();
  }
  template <class Request>
  const Request& last() {
    return std::get<Request>(wire_.requests.back().second);
  }
  void register_phone() {
    receive(
        "<iq type='set' id='r' from='al@x/a' to='sms.x'><query "
        "xmlns='jabber:iq:register'><phone>+1 555 000 1111</phone></query></iq>");
    EXPECT_EQ(next().attr("type"), "result");
    EXPECT_EQ(next().attr("type"), "subscribe");
    settle();
  }

  asio::io_context io_{1};
  std::filesystem::path directory_;
  Wire wire_;
  PlayedNetwork* network_ = nullptr;
  PlayedServer server_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Gateway> gateway_;
};

inline constexpr const char* hello =
    "<message type='chat' id='m1' from='al@x/a' to='+15551234567@sms.x'><body>hi</body>"
    "<request xmlns='urn:xmpp:receipts'/></message>";

}  // namespace mapping
