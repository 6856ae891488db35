// What a session does for providers that deliver texts in segments or report under ids of their own.
#include "tests/unit/sms/session_fixture.hpp"

namespace sms {
namespace {

config::SmsNetwork vonage_network() {
  config::SmsNetwork network;
  config::VonageSms vonage;
  vonage.webhook_secret = {"hook"};
  network.provider = vonage;
  return network;
}

config::SmsNetwork sinch_network() {
  config::SmsNetwork network;
  config::Sinch sinch;
  sinch.webhook_secret = {"hook"};
  network.provider = sinch;
  return network;
}

class ProvidersTest : public SessionTest {
 protected:
  ~ProvidersTest() override {
    if (session) crash();
  }
  void open_on(Network& chosen) {
    session = chosen.open({"romeo", {{"number", "+15550001111"}}}, {io.get_executor(), sink, state});
    asio::co_spawn(io, session->run(),
                   asio::bind_cancellation_slot(end.slot(), [](std::exception_ptr error) { EXPECT_FALSE(error); }));
    io.restart();
    settle();
  }
  int call(Network& chosen, const std::string& target, const std::string& body = {}) {
    int status = 0;
    base::HttpReply reply([&](const base::HttpResponse& response) { status = response.status; });
    chosen.on_webhook({body.empty() ? "GET" : "POST", target, {}, body, "127.0.0.1"}, std::move(reply));
    settle();
    return status;
  }
  int part(int number, const std::string& content) {
    return call(vonage, "/vonage/sms/hook/mo?msisdn=15551234567&to=15550001111&messageId=m" + std::to_string(number) +
                            "&text=" + content +
                            "&concat=true&concat-ref=7&concat-total=2&concat-part=" + std::to_string(number));
  }

  Network vonage{vonage_network(), client, &server, "http://gw"};
  Network sinch{sinch_network(), client, &server, "http://gw"};
};

TEST_F(ProvidersTest, SegmentsAreThankedForOnTheDiskAndJoined) {
  open_on(vonage);
  state.fails = true;
  EXPECT_EQ(part(2, "world"), 503);
  state.fails = false;
  EXPECT_EQ(part(2, "world"), 200);
  crash();
  open_on(vonage);
  EXPECT_TRUE(sink.all<Received>().empty());
  EXPECT_EQ(part(1, "hello+"), 200);
  ASSERT_EQ(sink.all<Received>().size(), 1u);
  EXPECT_EQ(sink.all<Received>()[0].text, "hello world");
  EXPECT_EQ(part(1, "hello+"), 200);
  EXPECT_EQ(sink.all<Received>().size(), 1u);
}

TEST_F(ProvidersTest, ASegmentIsDeliveredAloneAfterTenMinutes) {
  open_on(vonage);
  EXPECT_EQ(part(1, "hello+"), 200);
  pass(599s);
  EXPECT_TRUE(sink.all<Received>().empty());
  pass(2s);
  ASSERT_EQ(sink.all<Received>().size(), 1u);
  EXPECT_EQ(sink.all<Received>()[0].text, "hello [part 2 of 2 missing]");
}

TEST_F(ProvidersTest, AReportUnderTheProvidersIdFindsItsMessage) {
  open_on(sinch);
  EXPECT_EQ(send("+15551234567", "hi"), Errc::none);
  client.answer(0, base::HttpResponse{201, {}, R"({"id":"batch 1"})"});
  settle();
  const std::string report = R"({"type":"delivery_report_sms","statuses":[{"status":"Delivered"}],"batch_id":")";
  EXPECT_EQ(call(sinch, "/sinch/sms/hook/dlr", report + "batch 2\"}"), 404);
  EXPECT_TRUE(sink.all<Delivery>().empty());
  EXPECT_EQ(call(sinch, "/sinch/sms/hook/dlr", report + "batch 1\"}"), 200);
  ASSERT_EQ(sink.all<Delivery>().size(), 1u);
  EXPECT_EQ(sink.all<Delivery>()[0].state, Delivery::State::delivered);
}

}  // namespace
}  // namespace sms
