#include <algorithm>
#include <random>

#include "tests/unit/sms/queue_fixture.hpp"

namespace sms {
namespace {

using State = Report::State;

class ReportsTest : public QueueTest {
 protected:
  void send(const std::string& text) {
    add("+1", text, "token");
    ASSERT_EQ(claim(), Texts{text});
  }
  void accept(const std::string& text, std::size_t segments, const std::string& foreign = {}) {
    Verdict verdict;
    verdict.kind = Kind::accepted;
    verdict.segments = segments;
    verdict.foreign_id = foreign;
    queue->answer(claimed.at(text), verdict, now);
  }
  void segment(const std::string& text, const std::string& name, State segment_state) {
    Report report;
    report.id = claimed.at(text);
    report.state = segment_state;
    report.words = "why";
    report.segment = name;
    EXPECT_TRUE(queue->report(report, now));
  }
  // The state that was told, or nothing; then it is passed on.
  std::optional<DeliveryState> told() {
    const auto all = announced();
    if (all.empty()) return std::nullopt;
    EXPECT_EQ(all.size(), 1u);
    queue->take(all[0].key, now);
    return all[0].state;
  }
};

TEST_F(ReportsTest, DeliveredTakesAllSegments) {
  send("a");
  accept("a", 3);
  segment("a", "x", State::delivered);
  segment("a", "x", State::delivered);
  segment("a", "y", State::delivered);
  EXPECT_EQ(told(), std::nullopt);
  restart();
  segment("a", "y", State::delivered);
  EXPECT_EQ(told(), std::nullopt);
  segment("a", "z", State::delivered);
  EXPECT_EQ(told(), DeliveryState::delivered);
  segment("a", "z", State::failed);
  EXPECT_EQ(told(), std::nullopt) << "the end was told";
}

TEST_F(ReportsTest, FailedTakesOne) {
  send("a");
  accept("a", 3);
  segment("a", "x", State::delivered);
  segment("a", "x", State::failed);
  EXPECT_EQ(told(), std::nullopt) << "of two reports about one segment the first counts";
  segment("a", "y", State::failed);
  EXPECT_EQ(told(), DeliveryState::failed);
}

// Of three segments the provider took two, and one of those was faster than its answer.
TEST_F(ReportsTest, ARefusalCountsAlsoAfterAReport) {
  send("a");
  segment("a", "x", State::delivered);
  answer("a", Kind::refused);
  EXPECT_EQ(told(), DeliveryState::failed);
}

TEST_F(ReportsTest, OneReportForAllEndsIt) {
  send("a");
  accept("a", 3);
  segment("a", "x", State::delivered);
  segment("a", "", State::delivered);
  EXPECT_EQ(told(), DeliveryState::delivered);
  send("b");
  accept("b", 0);
  segment("b", "x", State::delivered);
  EXPECT_EQ(told(), DeliveryState::delivered);
}

TEST_F(ReportsTest, SegmentsMayBeFasterThanTheAnswer) {
  send("a");
  segment("a", "x", State::delivered);
  segment("a", "y", State::delivered);
  EXPECT_EQ(told(), std::nullopt) << "there may be more";
  accept("a", 2);
  EXPECT_EQ(told(), DeliveryState::delivered);
  send("b");
  segment("b", "x", State::delivered);
  accept("b", 2);
  EXPECT_EQ(told(), std::nullopt);
  segment("b", "y", State::delivered);
  EXPECT_EQ(told(), DeliveryState::delivered);
}

// Without an answer our own count has to do.
TEST_F(ReportsTest, WithoutAnAnswerSegmentsAreCountedHere) {
  const std::string text(161, 'a');
  for (const bool is_told : {false, true}) {
    send(text);
    answer(text, Kind::unknown);
    if (is_told) {
      now += 301s;
      queue->tick(now);
      EXPECT_EQ(told(), DeliveryState::uncertain);
    }
    restart();
    segment(text, "x", State::delivered);
    restart();
    EXPECT_EQ(told(), std::nullopt);
    segment(text, "y", State::delivered);
    EXPECT_EQ(told(), DeliveryState::delivered);
  }
}

TEST_F(ReportsTest, ACrashAfterTheLastSegmentButBeforeTheAnswer) {
  send("a");
  segment("a", "x", State::delivered);
  EXPECT_EQ(told(), std::nullopt);
  restart();
  EXPECT_EQ(told(), DeliveryState::delivered);
}

// Every order of the reports, each perhaps repeated, with restarts anywhere, ends the same.
TEST_F(ReportsTest, TheOrderDoesNotMatter) {
  std::mt19937 random(20261121);
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  for (int round = 0; round < 500; ++round) {
    const std::size_t segments = 1 + below(5);
    const bool fails = below(3) == 0;
    const std::size_t bad = below(segments);
    std::vector<std::pair<std::size_t, State>> reports;
    for (std::size_t i = 0; i < segments; ++i) {
      reports.emplace_back(i, fails && i == bad ? State::failed : State::delivered);
      reports.emplace_back(i, State::under_way);
      if (below(2) == 0) reports.push_back(reports[reports.size() - 2]);
    }
    std::shuffle(reports.begin(), reports.end(), random);
    const auto answered = below(reports.size() + 1);
    const std::string text = "r" + std::to_string(round);
    send(text);
    std::vector<DeliveryState> ends;
    for (std::size_t i = 0; i <= reports.size(); ++i) {
      if (i == answered) accept(text, segments);
      if (i > answered && below(4) == 0) restart();
      if (i < reports.size()) segment(text, "s" + std::to_string(reports[i].first), reports[i].second);
      if (const auto end = told()) ends.push_back(*end);
    }
    ASSERT_EQ(ends, std::vector{fails ? DeliveryState::failed : DeliveryState::delivered}) << text;
  }
}

TEST_F(ReportsTest, FindsAMessageByTheProvidersId) {
  send("a");
  accept("a", 0, "f/1");
  const auto id = claimed.at("a");
  EXPECT_EQ(queue->find_foreign("f/1"), id);
  restart();
  EXPECT_EQ(queue->find_foreign("f/1"), id);
  segment("a", "", State::delivered);
  restart();
  EXPECT_EQ(queue->find_foreign("f/1"), id);
  EXPECT_EQ(told(), DeliveryState::delivered);
  EXPECT_EQ(queue->find_foreign("f/1"), id) << "as long as its trace is kept";
  restart();
  EXPECT_EQ(queue->find_foreign("f/1"), id);
  EXPECT_EQ(queue->find_foreign("f/2"), "");
  EXPECT_EQ(queue->find_foreign(""), "");
  now += 169h;
  Sweeper sweeper(state);
  sweeper.collect(now);
  while (sweeper.step(10)) {
  }
  EXPECT_EQ(queue->find_foreign("f/1"), "");
  EXPECT_TRUE(state.live.empty());
}

TEST_F(ReportsTest, TheProvidersIdComesAfterTheReport) {
  send("a");
  segment("a", "", State::failed);
  accept("a", 0, "f/1");
  restart();
  EXPECT_EQ(queue->find_foreign("f/1"), claimed.at("a"));
}

class IdempotentTest : public ReportsTest {
 protected:
  IdempotentTest() { again(); }
  void again() {
    QueueRules rules;
    rules.is_idempotent = true;
    queue.emplace(
        rules, state, "tag", [] { return 1.0; }, now);
  }
};

TEST_F(IdempotentTest, NoAnswerIsRepeatedUnderTheSameId) {
  send("a");
  const auto id = claimed.at("a");
  answer("a", Kind::unknown);
  EXPECT_EQ(claim(), Texts{});
  now += 5s;
  EXPECT_EQ(claim(), Texts{"a"});
  EXPECT_EQ(claimed.at("a"), id);
  again();
  EXPECT_EQ(claim(), Texts{"a"}) << "also after a crash";
  EXPECT_EQ(claimed.at("a"), id);
  answer("a", Kind::accepted);
  EXPECT_EQ(told(), std::nullopt);
}

TEST_F(IdempotentTest, IsUncertainOnlyWhenTimeRunsOut) {
  send("a");
  answer("a", Kind::unknown);
  now += 5s;
  claim();
  answer("a", Kind::retry);
  again();
  now = noon + 86399s;
  EXPECT_FALSE(queue->tick(now));
  now = noon + 86400s;
  EXPECT_TRUE(queue->tick(now));
  EXPECT_EQ(told(), DeliveryState::uncertain);
}

TEST_F(IdempotentTest, AReportEndsTheRepeats) {
  send("a");
  answer("a", Kind::unknown);
  segment("a", "", State::under_way);
  now += 1h;
  EXPECT_EQ(claim(), Texts{});
  segment("a", "", State::delivered);
  EXPECT_EQ(told(), DeliveryState::delivered);
}

}  // namespace
}  // namespace sms
