// What of a changed text is sent once more.
#include "mapping/corrections.hpp"

#include <gtest/gtest.h>

namespace mapping {
namespace {

TEST(Corrections, AreTheWordsThatHaveChanged) {
  const struct {
    const char* before;
    const char* now;
    const char* expected;
  } cases[] = {
      {"see you today at eight", "see you tomorrow at eight", "*tomorrow"},
      {"see you at eight", "see you at nine", "*nine"},
      {"sea you", "see you", "*see"},
      {"see you at", "see you at eight", "*eight"},
      {"see you at at eight", "see you at eight", "*see you at eight"},
      {"yes", "no", "*no"},
      {"a b c d", "a x y d", "*x y"},
      {"a b c", "x y z", "*x y z"},
      {"same  text", "same text", ""},
      {"", "something", "*something"},
      {"a a", "a a a", "*a"},
  };
  for (const auto& c : cases) EXPECT_EQ(changed_words(c.before, c.now), c.expected) << c.before << " / " << c.now;
}

TEST(Corrections, AreOfWhatWasSaidLast) {
  Corrections said;
  said.note("al +1", "m1", "see you today at eight");
  said.note("al +2", "m1", "something else");
  EXPECT_EQ(said.brief("al +1", "m1", "see you tomorrow at eight"), "*tomorrow");
  EXPECT_EQ(said.brief("al +1", "m1", "see you tomorrow at nine"), "*nine") << "once more, by the first id";
  EXPECT_EQ(said.brief("al +1", "m0", "what was said long ago"), "*what was said long ago");
  EXPECT_EQ(said.brief("bo +1", "m1", "x"), "*x");
}

TEST(Corrections, OnlySoManyAreKept) {
  Corrections said;
  for (int i = 0; i < 1100; ++i) said.note(std::to_string(i), "m", "see you today then");
  EXPECT_EQ(said.brief("0", "m", "see you tomorrow then"), "*see you tomorrow then");
  EXPECT_EQ(said.brief("1099", "m", "see you tomorrow then"), "*tomorrow");
}

}  // namespace
}  // namespace mapping
