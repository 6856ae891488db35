// Texts to groups in the queue: their order, and fates that all recipients have a part in.
#include "tests/unit/sms/queue_fixture.hpp"

namespace sms {
namespace {

constexpr const char* group = "+1,+2";

class QueueGroupTest : public QueueTest {
 protected:
  void accept(const std::string& text) {
    Verdict verdict;
    verdict.kind = Kind::accepted;
    verdict.segments = Verdict::as_counted;
    queue->answer(claimed.at(text), verdict, now);
  }
  void at(const std::string& text, const std::string& number, Report::State report_state) {
    Report report;
    report.id = claimed.at(text);
    report.state = report_state;
    report.words = "why";
    queue->report(at_recipient(std::move(report), number), now);
  }
};

TEST_F(QueueGroupTest, ADeliveryTakesAllRecipients) {
  add(group, std::string(500, 'a'));
  const auto text = claim().at(0);
  accept(text);
  at(text, "+1", Report::State::delivered);
  at(text, "+1", Report::State::delivered);
  EXPECT_TRUE(announced().empty());
  restart();
  at(text, "+2", Report::State::delivered);
  const auto told = announced();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].state, DeliveryState::delivered);
}

TEST_F(QueueGroupTest, AFailureTakesOneAndNamesIt) {
  add(group, "a");
  claim();
  accept("a");
  at("a", "+1", Report::State::delivered);
  at("a", "+2", Report::State::failed);
  const auto told = announced();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].state, DeliveryState::failed);
  EXPECT_EQ(told[0].text, "+2: why");
}

TEST_F(QueueGroupTest, ReportsMayComeBeforeTheAnswer) {
  add(group, "a");
  claim();
  at("a", "+1", Report::State::delivered);
  at("a", "+2", Report::State::delivered);
  EXPECT_TRUE(announced().empty());
  accept("a");
  EXPECT_EQ(announced().at(0).state, DeliveryState::delivered);
}

TEST_F(QueueGroupTest, TextsToOneGroupStayInOrder) {
  add(group, "a");
  add(group, "b");
  add("+1,+3", "c");
  EXPECT_EQ(claim(), (Texts{"a", "c"}));
  accept("a");
  restart();
  EXPECT_EQ(claim(), Texts{"b"});
}

TEST_F(QueueGroupTest, WhoWantsNoMoreStopsWhatWaitsForTheGroup) {
  add(group, "a");
  add("+1,+3", "b");
  queue->fail_waiting("+2", Errc::opted_out, "no more");
  const auto told = announced();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].reason, Errc::opted_out);
  EXPECT_EQ(claim(), Texts{"b"});
}

}  // namespace
}  // namespace sms
