#include "tests/unit/sms/queue_fixture.hpp"

namespace sms {
namespace {

TEST_F(QueueTest, SendsWhatIsConfirmedOnly) {
  const auto id = queue->add({"+1", "a", "t"}, now);
  EXPECT_EQ(claim(), Texts{});
  queue->confirm(id);
  EXPECT_EQ(claim(), Texts{"a"});
  EXPECT_EQ(claim(), Texts{});
  const auto other = queue->add({"+2", "b", "t"}, now);
  queue->withdraw(other);
  queue->confirm(other);
  EXPECT_EQ(claim(), Texts{});
  EXPECT_EQ(state.count("out/"), 1u);
}

TEST_F(QueueTest, IdsAreTaggedAndUnlike) {
  const auto a = add("+1"), b = add("+1");
  EXPECT_NE(a, b);
  EXPECT_TRUE(a.starts_with("tag."));
  EXPECT_GE(a.size(), 26u);
}

TEST_F(QueueTest, KeepsOrderPerRecipientAndSlots) {
  add("+1", "a"), add("+1", "b"), add("+2", "c"), add("+3", "d"), add("+4", "e");
  EXPECT_EQ(claim(2), (Texts{"a", "c"}));
  EXPECT_EQ(claim(0), Texts{});
  answer("a", Kind::accepted);
  EXPECT_EQ(claim(1), Texts{"b"});
  EXPECT_EQ(claim(), (Texts{"d", "e"}));
}

TEST_F(QueueTest, OrderHoldsAcrossARetryAndARestart) {
  add("+1", "a"), add("+1", "b");
  claim();
  answer("a", Kind::retry);
  EXPECT_EQ(claim(), Texts{});
  now += 5s;
  restart();
  EXPECT_EQ(claim(), Texts{"a"});
  EXPECT_EQ(claim(), Texts{});
}

TEST_F(QueueTest, PausesGrow) {
  add("+1", "a");
  for (const auto pause : {5s, 10s, 20s, 40s, 80s, 160s, 320s, 600s, 600s}) {
    ASSERT_EQ(claim(), Texts{"a"});
    answer("a", Kind::retry);
    EXPECT_EQ(queue->next_due(now), now + pause);
    now += pause - 1ms;
    ASSERT_EQ(claim(), Texts{});
    now += 1ms;
  }
}

TEST_F(QueueTest, JitterShortensAPauseByHalfAtMost) {
  queue.emplace(
      QueueRules{}, state, "tag", [] { return 0.0; }, now);
  add("+1", "a");
  claim();
  answer("a", Kind::retry);
  EXPECT_EQ(queue->next_due(now), now + 2500ms);
}

TEST_F(QueueTest, HonoursRetryAfter) {
  add("+1", "a");
  claim();
  answer("a", Kind::retry, 77s);
  EXPECT_EQ(queue->next_due(now), now + 77s);
}

TEST_F(QueueTest, RetryAfterNothingIsNoBusyLoop) {
  add("+1", "a");
  claim();
  answer("a", Kind::retry, 0s);
  EXPECT_EQ(queue->next_due(now), now + 1s);
}

TEST_F(QueueTest, GivesUp) {
  add("+1", "a"), add("+1", "b");
  claim();
  answer("a", Kind::retry);
  now = noon + 86399s;
  EXPECT_FALSE(queue->tick(now));
  EXPECT_EQ(claim(), Texts{"a"});
  answer("a", Kind::retry);
  now = noon + 86400s;
  EXPECT_TRUE(queue->tick(now));
  const auto told = announced();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].state, DeliveryState::failed);
  EXPECT_EQ(told[0].reason, Errc::unreachable_now);
  EXPECT_EQ(claim(), Texts{});
}

TEST_F(QueueTest, RefusedIsFinal) {
  add("+1", "a", "token a");
  claim();
  answer("a", Kind::refused);
  const auto told = announced();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].token, "token a");
  EXPECT_EQ(told[0].state, DeliveryState::failed);
  EXPECT_EQ(told[0].reason, Errc::provider_refused);
  EXPECT_EQ(told[0].text, "words");
  EXPECT_FALSE(told[0].key.empty());
}

TEST_F(QueueTest, AStoppedAccountKeepsMessagesAndTriesOne) {
  add("+1", "a"), add("+2", "b");
  EXPECT_EQ(claim(), (Texts{"a", "b"}));
  answer("a", Kind::stopped);
  answer("b", Kind::stopped);
  EXPECT_TRUE(queue->is_stopped());
  EXPECT_TRUE(announced().empty());
  EXPECT_EQ(claim(), Texts{});
  EXPECT_EQ(queue->next_due(now), now + 300s);
  now += 300s;
  EXPECT_EQ(claim(), Texts{"a"});
  EXPECT_EQ(claim(), Texts{});
  answer("a", Kind::retry);
  EXPECT_TRUE(queue->is_stopped());
  now += 300s;
  EXPECT_EQ(claim(), Texts{"a"});
  answer("a", Kind::accepted);
  EXPECT_FALSE(queue->is_stopped());
  EXPECT_EQ(claim(), Texts{"b"});
}

TEST_F(QueueTest, NoAnswerIsNeverRepeated) {
  add("+1", "a"), add("+1", "b");
  claim();
  answer("a", Kind::unknown);
  EXPECT_EQ(claim(), Texts{"b"}) << "the next one need not wait";
  now += 299s;
  EXPECT_FALSE(queue->tick(now));
  now += 1s;
  EXPECT_TRUE(queue->tick(now));
  const auto told = announced();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].state, DeliveryState::uncertain);
  EXPECT_EQ(told[0].reason, Errc::uncertain);
}

TEST_F(QueueTest, FoundInSendingAtTheStartIsUncertain) {
  add("+1", "a"), add("+2", "b");
  claim();
  now += 1h;
  restart();
  EXPECT_EQ(claim(), Texts{});
  EXPECT_FALSE(queue->tick(now + 299s));
  report("a", Report::State::delivered);
  EXPECT_TRUE(queue->tick(now + 300s));
  const auto told = announced();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].state, DeliveryState::delivered);
  EXPECT_EQ(told[1].state, DeliveryState::uncertain);
}

TEST_F(QueueTest, ReportsEndAMessageOnce) {
  using State = Report::State;
  const struct {
    std::vector<State> reports;
    std::optional<DeliveryState> expected;
  } cases[] = {
      {{}, std::nullopt},
      {{State::under_way}, std::nullopt},
      {{State::under_way, State::delivered}, DeliveryState::delivered},
      {{State::delivered, State::under_way}, DeliveryState::delivered},
      {{State::delivered, State::failed}, DeliveryState::delivered},
      {{State::failed, State::delivered}, DeliveryState::failed},
      {{State::failed, State::failed}, DeliveryState::failed},
  };
  for (const auto& c : cases) {
    for (const bool is_before_answer : {false, true}) {
      add("+1", "a");
      ASSERT_EQ(claim(), Texts{"a"});
      if (!is_before_answer) answer("a", Kind::accepted);
      for (const auto r : c.reports) report("a", r);
      if (is_before_answer) answer("a", Kind::accepted);
      const auto told = announced();
      ASSERT_EQ(told.size(), c.expected ? 1u : 0u);
      if (c.expected) {
        EXPECT_EQ(told[0].state, *c.expected);
        EXPECT_EQ(told[0].text, *c.expected == DeliveryState::failed ? "why" : "");
      }
      for (const auto& delivery : told) queue->take(delivery.key, now);
    }
  }
}

TEST_F(QueueTest, UnderWayEndsTheWaitForAnAnswer) {
  add("+1", "a");
  claim();
  answer("a", Kind::unknown);
  report("a", Report::State::under_way);
  EXPECT_FALSE(queue->tick(now + 301s));
}

TEST_F(QueueTest, UnknownIdsAreUnknown) {
  EXPECT_FALSE(queue->report({"tag.x", Report::State::delivered, ""}, now));
  queue->answer("tag.x", {}, now);
  queue->release("tag.x", now);
}

TEST_F(QueueTest, IsToldAgainAfterEveryRestartUntilTaken) {
  add("+1", "a");
  claim();
  answer("a", Kind::accepted);
  report("a", Report::State::delivered);
  EXPECT_EQ(announced().size(), 1u);
  EXPECT_TRUE(announced().empty());
  restart();
  const auto told = announced();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_TRUE(queue->take(told[0].key, now));
  restart();
  EXPECT_TRUE(announced().empty());
  EXPECT_EQ(state.count("out/"), 0u);
  EXPECT_EQ(state.count("gone/"), 1u);
  report("a", Report::State::failed);
  EXPECT_TRUE(announced().empty()) << "a late repeat changes nothing";
}

TEST_F(QueueTest, AnnouncesNothingNewerThanTheCommit) {
  add("+1", "a"), add("+2", "b");
  claim();
  report("b", Report::State::delivered);
  const auto mark = queue->mark();
  report("a", Report::State::delivered);
  EXPECT_EQ(queue->announce(mark).size(), 1u);
  EXPECT_EQ(announced().size(), 1u);
}

TEST_F(QueueTest, AReportAfterUncertainIsNews) {
  for (const bool is_taken : {false, true}) {
    add("+1", "a", "token a");
    claim();
    answer("a", Kind::unknown);
    now += 300s;
    queue->tick(now);
    const auto uncertain = announced();
    ASSERT_EQ(uncertain.size(), 1u);
    if (is_taken) queue->take(uncertain[0].key, now);
    report("a", Report::State::delivered);
    const auto told = announced();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].state, DeliveryState::delivered);
    EXPECT_EQ(told[0].token, "token a");
    EXPECT_NE(told[0].key, uncertain[0].key);
    queue->take(uncertain[0].key, now);
    EXPECT_EQ(state.count("out/"), 1u) << "the older key takes nothing away";
    queue->take(told[0].key, now);
    EXPECT_EQ(state.count("out/"), 0u);
  }
}

TEST_F(QueueTest, WaitsAWeekForAReport) {
  add("+1", "a");
  claim();
  answer("a", Kind::accepted);
  EXPECT_FALSE(queue->tick(now + 168h - 1s));
  EXPECT_TRUE(queue->tick(now + 168h));
  EXPECT_TRUE(announced().empty());
  EXPECT_EQ(state.count("out/"), 0u);
}

TEST_F(QueueTest, LeavesDamagedRecordsAlone) {
  state.save("out/tag.x", "{");
  state.save("out/tag.y", "[]");
  state.save("out/tag.z", R"({"state":7,"to":null})");
  restart();
  EXPECT_EQ(state.count("out/"), 3u);
}

TEST_F(QueueTest, TokensAndWordsSurviveARestart) {
  add("+1", "quote \" and \xF0\x9F\x98\x80", "tok\"en");
  claim();
  restart();
  report("quote \" and \xF0\x9F\x98\x80", Report::State::failed);
  restart();
  const auto told = announced();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].token, "tok\"en");
  EXPECT_EQ(told[0].text, "why");
  EXPECT_EQ(told[0].reason, Errc::undeliverable);
}

TEST_F(QueueTest, SweepsTracesInSlices) {
  for (int i = 0; i < 5; ++i) state.save("gone/" + std::to_string(i), R"({"until":1000})");
  state.save("seen/x", R"({"until":1000})");
  state.save("seen/y", R"({"until":99999999999999})");
  Sweeper sweeper(state);
  sweeper.collect(noon);
  EXPECT_TRUE(sweeper.step(3));
  EXPECT_EQ(state.live.size(), 4u);
  EXPECT_FALSE(sweeper.step(3));
  EXPECT_EQ(state.live.size(), 1u);
}

TEST_F(QueueTest, WhatIsRefusedWithFilesGoesOnceMoreWithLinks) {
  const auto id = queue->add({"+1", "look", "t", {"https://x/1", "https://x/2"}}, now);
  queue->confirm(id);
  auto sends = queue->claim(now, 1);
  ASSERT_EQ(sends.size(), 1U);
  EXPECT_EQ(sends[0].media.size(), 2U);
  queue->answer(id, {Kind::refused, "no MMS from there", {}}, now, true);
  restart();
  sends = queue->claim(now, 1);
  ASSERT_EQ(sends.size(), 1U);
  EXPECT_TRUE(sends[0].media.empty());
  EXPECT_EQ(sends[0].text, "look\nhttps://x/1\nhttps://x/2");
  queue->answer(id, {Kind::refused, "no such number", {}}, now);
  ASSERT_EQ(announced().size(), 1U);
}

// When the account works again nobody waits out a pause of its own.
TEST_F(QueueTest, ASuccessElsewhereWakesWhatWaits) {
  add("+1", "a"), add("+2", "b"), add("+3", "c");
  ASSERT_EQ(claim().size(), 3u);
  answer("a", Kind::retry), answer("b", Kind::retry), answer("c", Kind::retry, 1000s);
  EXPECT_TRUE(claim().empty());
  EXPECT_TRUE(queue->wake(now));
  EXPECT_EQ(claim(), (Texts{"a", "b"})) << "and not what the provider asked to wait with";
  answer("a", Kind::retry), answer("b", Kind::accepted);
  EXPECT_FALSE(queue->wake(now)) << "what fails by itself is not tried at each success of others";
  EXPECT_TRUE(claim().empty());
}

TEST_F(QueueTest, ASuccessElsewhereWakesAStoppedAccount) {
  add("+1", "a");
  claim();
  answer("a", Kind::stopped);
  EXPECT_TRUE(queue->is_stopped());
  EXPECT_TRUE(queue->wake(now));
  EXPECT_FALSE(queue->is_stopped());
  EXPECT_EQ(claim(), Texts{"a"});
}

}  // namespace
}  // namespace sms
