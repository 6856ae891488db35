#include "legacy/sms/opt_outs.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sms/memory_state.hpp"

namespace sms {
namespace {

TEST(OptOuts, KnowsTheWordsOfCarriers) {
  for (const char* text : {"STOP", "stop", " Stop. ", "stopall", "UNSUBSCRIBE", "Cancel", "END", "quit", "\"STOP\"\n",
                           "REVOKE", "optout", "Opt out", "OPT-OUT", "opt  out"})
    EXPECT_EQ(keyword_of(text), Keyword::stop) << text;
  for (const char* text : {"STOP", " stop\n", "Quit", "opt out"})
    EXPECT_EQ(keyword_of(text, true), Keyword::stop) << text;
  for (const char* text : {"Quit!", "stop.", "opt-out"}) EXPECT_EQ(keyword_of(text, true), Keyword::none) << text;
  for (const char* text : {"START", "unstop", "Yes!"}) EXPECT_EQ(keyword_of(text), Keyword::start) << text;
  for (const char* text : {"help", "INFO"}) EXPECT_EQ(keyword_of(text), Keyword::help) << text;
  for (const char* text : {"", " ", "stop it", "Don't stop", "stops", "yes please", "ＳＴＯＰ", "STOP STOP"})
    EXPECT_EQ(keyword_of(text), Keyword::none) << text;
}

TEST(OptOuts, HoldForOneNumberAndOneSender) {
  const base::WallTime now{};
  MemoryState state;
  OptOuts outs(state);
  EXPECT_FALSE(outs.is_out("+1", "+2"));
  EXPECT_FALSE(outs.start("+1", "+2"));
  EXPECT_TRUE(outs.stop("+1", "+2", now, false));
  EXPECT_FALSE(outs.is_held("+1", "+2"));
  EXPECT_FALSE(outs.stop("+1", "+2", now, true));
  EXPECT_TRUE(outs.is_held("+1", "+2"));
  EXPECT_EQ(outs.senders("+1"), std::vector<std::string>{"+2"});
  EXPECT_FALSE(outs.stop("+1", "+2", now, false));
  EXPECT_TRUE(OptOuts(state).is_out("+1", "+2"));
  EXPECT_FALSE(outs.is_out("+1", "+3"));
  EXPECT_FALSE(outs.is_out("+3", "+2"));
  EXPECT_TRUE(outs.start("+1", "+2"));
  EXPECT_FALSE(outs.start("+1", "+2"));
  EXPECT_FALSE(outs.is_out("+1", "+2"));
}

}  // namespace
}  // namespace sms
