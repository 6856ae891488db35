#include "legacy/sms/pace.hpp"

#include "tests/unit/sms/session_fixture.hpp"

namespace sms {
namespace {

TEST(Pace, SpreadsSegmentsEvenly) {
  const Pace::Time start{};
  Pace pace(4);
  EXPECT_LE(pace.next(), start);
  pace.take(1, start);
  EXPECT_EQ(pace.next(), start + 250ms);
  pace.take(3, start + 300ms);
  EXPECT_EQ(pace.next(), start + 1050ms);
  EXPECT_FALSE(Pace(0).is_limited());
}

class PacedTest : public SessionTest {
 protected:
  static config::SmsNetwork paced(int rate) {
    auto config = settings();
    config.name = "paced";
    config.rate = rate;
    return config;
  }
  // A session of the paced network instead of the fixture's.
  void open_paced() {
    legacy::Account account{"juliet", {{"number", "+15550002222"}}};
    session = slow.open(account, {io.get_executor(), sink, state});
    asio::co_spawn(io, session->run(), asio::bind_cancellation_slot(end.slot(), [](std::exception_ptr) {}));
    settle();
  }
  ~PacedTest() override {
    end.emit(asio::cancellation_type::terminal);
    settle();
    session.reset();
  }
  void answer_all() {
    for (; answered < client.calls.size(); ++answered) client.answer(answered, base::HttpResponse{202, {}, "0: ok"});
    settle();
  }

  Network slow{paced(2), client, nullptr, ""};
  std::size_t answered = 0;
};

TEST_F(PacedTest, TextsGoOneAfterTheOther) {
  open_paced();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(send("+1555123456" + std::to_string(i), "hi"), Errc::none);
  EXPECT_EQ(client.calls.size(), 1u);
  answer_all();
  EXPECT_EQ(client.calls.size(), 1u) << "an answer doesn't make the next one earlier";
  for (std::size_t expected = 2; expected <= 4; ++expected) {
    pass(400ms);
    EXPECT_EQ(client.calls.size(), expected - 1);
    pass(110ms);
    EXPECT_EQ(client.calls.size(), expected) << "also without an answer to the one before";
  }
}

TEST_F(PacedTest, ALongTextTakesTheTimeOfItsSegments) {
  open_paced();
  send("+15551234560", std::string(400, 'x'));  // three segments
  send("+15551234561", "hi");
  EXPECT_EQ(client.calls.size(), 1u);
  pass(1400ms);
  EXPECT_EQ(client.calls.size(), 1u);
  pass(200ms);
  EXPECT_EQ(client.calls.size(), 2u);
}

}  // namespace
}  // namespace sms
