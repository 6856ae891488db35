#include "legacy/sms/group.hpp"

#include <gtest/gtest.h>

namespace sms {
namespace {

Numbering american() {
  Numbering numbering;
  numbering.country_code = "1";
  return numbering;
}

TEST(Group, IsWrittenInManyWaysAndHasOneName) {
  for (const std::string text :
       {"+15551230001,+15551230002", "+15551230002,+15551230001", "+1 555 123-0001, 5551230002",
        "+15551230001,+15551230002,+15551230001", "15551230002,(555) 123-0001"}) {
    ASSERT_TRUE(Group::is_group(text)) << text;
    const auto group = Group::parse(text, american());
    ASSERT_TRUE(group) << text;
    EXPECT_EQ(group->str(), "+15551230001,+15551230002") << text;
    EXPECT_EQ(group->members().size(), 2u);
  }
}

TEST(Group, WhatIsNone) {
  const struct {
    std::string text;
    Errc error;
  } cases[] = {
      {"+15551230001,+15551230001", Errc::bad_address},
      {"+15551230001,", Errc::bad_number},
      {",", Errc::bad_number},
      {"+15551230001,72975", Errc::bad_address},
      {"+15551230001,Juliet", Errc::bad_address},
      {"+15551230001,911", Errc::emergency_number},
      {"+15551230001;+15551230002", Errc::bad_number},
  };
  for (const auto& c : cases) EXPECT_EQ(Group::parse(c.text, american()).error(), c.error) << c.text;
  std::string many = "+15551230000";
  for (int i = 1; i < 50; ++i) many += ",+155512300" + std::to_string(10 + i);
  EXPECT_TRUE(Group::parse(many, american()));
  EXPECT_EQ(Group::parse(many + ",+15551239999", american()).error(), Errc::bad_address);
}

TEST(Group, NamesOfSendersAreNone) {
  for (const std::string text : {"+15551230001", "O'Neill, Sons", "Stadt, 12", "\xE6\x9D\xB1\xE4\xBA\xAC, 1"})
    EXPECT_FALSE(Group::is_group(text)) << text;
}

TEST(Group, WithoutOneOfThem) {
  const auto three = *Group::parse("+15551230003,+15551230001,+15551230002", american());
  EXPECT_TRUE(three.has("+15551230003"));
  const auto two = *three.without("+15551230003");
  EXPECT_EQ(two.str(), "+15551230001,+15551230002");
  EXPECT_FALSE(two.has("+15551230003"));
  EXPECT_EQ(two.without("+15551230009")->str(), two.str());
  EXPECT_EQ(two.without("+15551230001").error(), Errc::bad_address);
}

TEST(Group, NumbersInAName) {
  using Numbers = std::vector<std::string>;
  EXPECT_EQ(numbers_in("+15551230001"), Numbers{"+15551230001"});
  EXPECT_EQ(numbers_in("+15551230001,+15551230002"), (Numbers{"+15551230001", "+15551230002"}));
  EXPECT_EQ(numbers_in(""), Numbers{""});
}

}  // namespace
}  // namespace sms
