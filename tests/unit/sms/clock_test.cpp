// The system's clock is set while texts are under way, or while we were away.
#include "legacy/sms/clock_watch.hpp"

#include "tests/unit/sms/queue_fixture.hpp"
#include "tests/unit/sms/session_fixture.hpp"

namespace sms {
namespace {

TEST(ClockWatch, NoticesThatTheClockIsSetAndNotThatItIsSlewed) {
  const base::Clock::time_point start{1h};
  ClockWatch watch(noon, start);
  EXPECT_EQ(watch.look(noon + 5h, start + 5h), 0ms);
  EXPECT_EQ(watch.look(noon + 5h + 1s, start + 5h), 0ms);
  EXPECT_EQ(watch.look(noon + 8h + 1s, start + 5h), 3h);
  EXPECT_EQ(watch.look(noon + 8h + 1s, start + 5h), 0ms);
  EXPECT_EQ(watch.look(noon + 2h + 1s, start + 6h), -7h);
}

TEST_F(QueueTest, DeadlinesMoveWithTheClock) {
  for (const auto by : {std::chrono::hours{5}, std::chrono::hours{-5}}) {
    add("+1", "retry"), add("+2", "unknown");
    claim();
    answer("retry", Kind::retry), answer("unknown", Kind::unknown);
    const auto begun = now;
    now += by;
    queue->shift(by);
    EXPECT_EQ(queue->next_due(now), now + 5s);
    now += 5s;
    EXPECT_EQ(claim(), Texts{"retry"});
    answer("retry", Kind::retry);
    now = begun + by + 299s;
    EXPECT_FALSE(queue->tick(now));
    restart();
    now = begun + by + 24h - 1s;
    queue->tick(now);
    EXPECT_EQ(announced().size(), 1u) << "uncertain";
    now += 1s;
    queue->tick(now);
    const auto told = announced();
    ASSERT_EQ(told.size(), 1u) << "given up after a day";
    EXPECT_EQ(told[0].reason, Errc::unreachable_now);
    state = {};
    restart();
  }
}

TEST_F(QueueTest, AStoppedAccountIsTriedInTimeWhenTheClockIsSetBack) {
  add("+1", "a");
  claim();
  answer("a", Kind::stopped);
  now -= 5h;
  queue->shift(-5h);
  now += 300s;
  EXPECT_EQ(claim(), Texts{"a"});
}

TEST_F(QueueTest, AClockThatWasSetBackWhileWeWereAwayHoldsNothingUp) {
  add("+1", "a"), add("+2", "sent");
  claim();
  answer("a", Kind::retry), answer("sent", Kind::accepted);
  now -= 24h * 30;
  restart();
  now += 600s;
  EXPECT_EQ(claim(), Texts{"a"});
  answer("a", Kind::retry);
  report("sent", Report::State::delivered);
  EXPECT_EQ(announced().size(), 1u);
  now += 24h;
  queue->tick(now);
  EXPECT_EQ(announced().size(), 1u);
}

class ClockTest : public SessionTest {
 protected:
  ~ClockTest() override { base::WallClock::set(-set_by_); }
  void set_clock(std::chrono::milliseconds by) {
    base::WallClock::set(by);
    set_by_ += by;
  }

 private:
  std::chrono::milliseconds set_by_{};
};

TEST_F(ClockTest, ARetryComesInTime) {
  for (const auto by : {std::chrono::hours{3}, std::chrono::hours{-3}}) {
    open();
    client.calls.clear(), client.waiting.clear();
    send("+15551234567", "x");
    client.answer(0, base::HttpFailure{false, "connection refused"});
    settle();
    set_clock(by);
    pass(1s);
    EXPECT_EQ(client.calls.size(), 1u);
    pass(5s);
    ASSERT_EQ(client.calls.size(), 2u);
    client.answer(1, base::HttpResponse{202, {}, ""});
    settle();
    crash();
  }
}

TEST_F(ClockTest, NobodyIsToldTooEarlyOrTooLateThatItIsUncertain) {
  for (const auto by : {std::chrono::hours{3}, std::chrono::hours{-3}}) {
    open();
    client.calls.clear(), client.waiting.clear();
    send("+15551234567", "x");
    client.answer(0, base::HttpFailure{true, "timeout"});
    settle();
    set_clock(by);
    send("+15557654321", "another wakes the session");
    pass(290s);
    EXPECT_TRUE(sink.all<Delivery>().empty());
    pass(11s);
    ASSERT_EQ(sink.all<Delivery>().size(), 1u);
    state.live.clear(), state.disk.clear();
    crash();
  }
}

TEST_F(ClockTest, RepeatsAreKnownAndTheOrderIsThatOfArrival) {
  open();
  text("one", "1");
  set_clock(-5h);
  text("two", "2");
  set_clock(10h);
  text("three", "3");
  for (const char* id : {"1", "2", "3"}) EXPECT_EQ(text("again", id), 200);
  EXPECT_EQ(sink.all<Received>().size(), 3u);
  crash();
  open();
  const auto got = sink.all<Received>();
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(got[0].text + " " + got[1].text + " " + got[2].text, "one two three");
}

// While the clock stands behind, or still, the count alone tells texts apart; also from those of before a restart.
TEST_F(ClockTest, NoTextTakesAnothersPlace) {
  const auto arrive = [](Inbox& inbox, const std::string& id) {
    Inbound text;
    text.from = "+15551234567", text.to = "+15550001111", text.text = id, text.id = id;
    inbox.offer(text, text.from, noon);
  };
  {
    Inbox inbox(state);
    for (const char* id : {"1", "2", "3", "4", "5"}) arrive(inbox, id);
    for (const auto& each : inbox.announce(inbox.mark())) {
      if (each.text < "4") inbox.take(each.key);
    }
  }
  Inbox inbox(state);
  for (const char* id : {"6", "7", "8"}) arrive(inbox, id);
  std::string order;
  for (const auto& each : inbox.announce(inbox.mark())) order += each.text;
  EXPECT_EQ(order, "45678");
}

TEST_F(ClockTest, SegmentsAreWaitedForAsLongAsEver) {
  Parts parts(state, 600s);
  Inbound first;
  first.to = "+15550001111", first.text = "hello", first.id = "1", first.part = Part{"7", 1, 2};
  parts.offer(first, "+15551234567", noon);
  parts.shift(3h);
  EXPECT_TRUE(parts.tick(noon + 3h + 599s).empty());
  parts.shift(-6h);
  EXPECT_EQ(parts.next_due(), noon - 3h + 600s);
  Parts later(state, 600s);
  const auto long_before = noon - 24h;
  EXPECT_TRUE(later.tick(long_before).empty());
  EXPECT_EQ(later.tick(long_before + 600s).size(), 1u);
}

}  // namespace
}  // namespace sms
