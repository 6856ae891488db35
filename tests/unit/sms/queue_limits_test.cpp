#include "tests/unit/sms/queue_fixture.hpp"

namespace sms {
namespace {

TEST_F(QueueTest, IsBounded) {
  for (int i = 0; i < 1000; ++i) {
    ASSERT_FALSE(queue->is_full());
    add("+1");
  }
  EXPECT_TRUE(queue->is_full());
}

TEST_F(QueueTest, ForgetsTheTextWhenItIsNeverSentAgain) {
  add("+1", "accepted!"), add("+2", "unknown!"), add("+3", "refused!"), add("+4", "retry!"), add("+5", "ours!");
  claim();
  answer("accepted!", Kind::accepted), answer("unknown!", Kind::unknown), answer("refused!", Kind::refused);
  answer("retry!", Kind::retry);
  const auto kept = [this](const std::string& text) {
    const auto records = state.list("out/");
    return std::any_of(records.begin(), records.end(),
                       [&](const auto& r) { return r.second.find(text) != r.second.npos; });
  };
  for (const char* gone : {"accepted!", "unknown!", "refused!"}) EXPECT_FALSE(kept(gone)) << gone;
  EXPECT_TRUE(kept("ours!"));
  restart();
  now += 5s;
  EXPECT_EQ(claim(), Texts{"retry!"});
}

TEST_F(QueueTest, ForgetsTheOldestOfTooManyWithoutAReport) {
  QueueRules rules;
  rules.most_sent = 2;
  queue.emplace(
      rules, state, "tag", [] { return 1.0; }, now);
  for (const char* text : {"a", "b", "c"}) {
    add("+1", text);
    claim();
    answer(text, Kind::accepted);
  }
  EXPECT_EQ(state.count("out/"), 2u);
  EXPECT_FALSE(queue->report({claimed.at("a"), Report::State::delivered, ""}, now));
  report("b", Report::State::delivered), report("c", Report::State::delivered);
  EXPECT_EQ(announced().size(), 2u);
}

TEST_F(QueueTest, KeepsTheReasonOfAReport) {
  add("+1", "a");
  claim();
  EXPECT_TRUE(queue->report({claimed.at("a"), Report::State::failed, "later", Errc::unreachable_now}, now));
  EXPECT_EQ(announced().at(0).reason, Errc::unreachable_now);
}

}  // namespace
}  // namespace sms
