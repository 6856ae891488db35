// A queue with records in memory and a clock that the test moves.
#pragma once

#include "legacy/sms/queue.hpp"

#include <gtest/gtest.h>

#include "legacy/sms/records.hpp"
#include "tests/unit/sms/memory_state.hpp"

namespace sms {

using namespace std::chrono_literals;
using Kind = Verdict::Kind;
using DeliveryState = legacy::Delivery::State;
using legacy::Errc;

inline const base::WallTime noon = base::WallTime::clock::from_time_t(1700000000);

class QueueTest : public testing::Test {
 protected:
  QueueTest() { restart(); }

  // The process starts again with what is in the state.
  void restart() {
    queue.emplace(
        QueueRules{}, state, "tag", [] { return 1.0; }, now);
  }
  std::string add(const std::string& to, const std::string& text = "hi", const std::string& token = "t") {
    const auto id = queue->add({to, text, token}, now);
    queue->confirm(id);
    return id;
  }
  std::vector<std::string> claim(std::size_t slots = 100) {
    std::vector<std::string> texts;
    for (const auto& send : queue->claim(now, slots)) {
      texts.push_back(send.text);
      claimed[send.text] = send.id;
    }
    return texts;
  }
  void answer(const std::string& text, Kind kind, std::optional<std::chrono::seconds> retry_after = {}) {
    queue->answer(claimed.at(text), {kind, "words", retry_after}, now);
  }
  void report(const std::string& text, Report::State report_state) {
    EXPECT_TRUE(queue->report({claimed.at(text), report_state, "why"}, now));
  }
  std::vector<legacy::Delivery> announced() { return queue->announce(queue->mark()); }

  using Texts = std::vector<std::string>;
  MemoryState state;
  base::WallTime now = noon;
  std::optional<Queue> queue;
  std::map<std::string, std::string> claimed;
};

}  // namespace sms
