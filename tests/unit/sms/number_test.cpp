#include "legacy/sms/number.hpp"

#include <gtest/gtest.h>

namespace sms {
namespace {

const Numbering plus_only;
const Numbering germany{"49", "00", "0", {"116 117"}};
const Numbering america{"1", "011", "1", {}};
const Numbering italy{"39", "00", "", {}};
const Numbering spain{"34", "00", "", {}};
const Numbering norway{"47", "00", "", {}};
const Numbering russia{"7", "810", "8", {}};

struct Case {
  const char* text;
  const Numbering& numbering;
  const char* expected;  // nullptr: refused
  Errc error = Errc::none;
};

const Case cases[] = {
    {"+15551234567", plus_only, "+15551234567"},
    {"+1 (555) 123-45.67", plus_only, "+15551234567"},
    {"  +4915112345678 ", plus_only, "+4915112345678"},
    {"004915112345678", plus_only, "+4915112345678"},
    {"\xEF\xBC\x8B\xEF\xBC\x91"
     "5551234567",
     plus_only, "+15551234567"},
    {"015112345678", germany, "+4915112345678"},
    {"0151 123 456 78", germany, "+4915112345678"},
    {"030 1234567", germany, "+49301234567"},
    {"5551234567", america, "+15551234567"},
    {"(555) 123-4567", america, "+15551234567"},
    {"1 555 123 4567", america, "+15551234567"},
    {"011 49 15112345678", america, "+4915112345678"},
    {"0612345678", italy, "+390612345678"},
    {"+390612345678", italy, "+390612345678"},
    {"00 49 15112345678", america, "+4915112345678"},
    {"612345678", spain, "+34612345678"},
    {"34612345678", spain, "+34612345678"},
    {"447911123456", spain, nullptr, Errc::bad_number},
    {"3931234567", italy, "+393931234567"},
    {"393471234567", italy, "+393471234567"},
    {"91234567", norway, "+4791234567"},
    {"4791234567", norway, "+4791234567"},
    {"26300", norway, "26300"},
    {"89161234567", russia, "+79161234567"},
    {"8613012345678", russia, nullptr, Errc::bad_number},
    {"72975", plus_only, "72975"},
    {"+72975", plus_only, "72975"},
    {"12345678", plus_only, "12345678"},
    {"\xEF\xBC\x97\xEF\xBC\x92\xEF\xBC\x99", plus_only, "729"},
    {"MyBank", plus_only, "MyBank"},
    {"A&B Shop-1", plus_only, "A&B Shop-1"},
    {"", plus_only, nullptr, Errc::bad_number},
    {"+", plus_only, nullptr, Errc::bad_number},
    {"12", plus_only, nullptr, Errc::bad_number},
    {"+1234567", plus_only, nullptr, Errc::bad_number},
    {"+1234567890123456", plus_only, nullptr, Errc::bad_number},
    {"+0123456789", plus_only, nullptr, Errc::bad_number},
    {"15551234567", plus_only, nullptr, Errc::bad_number},
    {"4915112345678", germany, nullptr, Errc::bad_number},
    {"25551234567", america, nullptr, Errc::bad_number},
    {"++15551234567", plus_only, nullptr, Errc::bad_number},
    {"+1555123456#", plus_only, nullptr, Errc::bad_number},
    {"+1555\xFF"
     "1234567",
     plus_only, nullptr, Errc::bad_address},
    {"+1555CALLNOW", plus_only, "+1555CALLNOW"},
    {"o'neill & sons ltd", plus_only, "o'neill & sons ltd"},
    {"caf\xC3\xA9", plus_only, "caf\xC3\xA9"},
    {"a name that no network would carry, because it is far too long for it", plus_only, nullptr, Errc::bad_address},
    {"two\nlines", plus_only, nullptr, Errc::bad_address},
    {"015112345678", plus_only, nullptr, Errc::bad_number},
    {"*100#", plus_only, nullptr, Errc::bad_number},
    {"112", plus_only, nullptr, Errc::emergency_number},
    {"1-1-2", plus_only, nullptr, Errc::emergency_number},
    {"+911", plus_only, nullptr, Errc::emergency_number},
    {"000", germany, nullptr, Errc::emergency_number},
    {"\xEF\xBC\x91\xEF\xBC\x91\xEF\xBC\x92", plus_only, nullptr, Errc::emergency_number},
    {"116117", germany, nullptr, Errc::emergency_number},
    {"116117", plus_only, "116117"},
};

TEST(Number, ParsesWhatUsersType) {
  for (const auto& c : cases) {
    const auto number = Number::parse(c.text, c.numbering);
    if (c.expected == nullptr) {
      ASSERT_FALSE(number) << c.text;
      EXPECT_EQ(number.error(), c.error) << c.text;
    } else {
      ASSERT_TRUE(number) << c.text;
      EXPECT_EQ(number->str(), c.expected);
    }
  }
}

TEST(Number, EmergencyNumbersAreKnownInEverySpelling) {
  for (const std::string number : {"112", "911", "999", "110", "119", "000"}) {
    const std::string spaced{number[0], ' ', number[1], '-', number[2]};
    std::string wide;
    for (const char digit : number) wide += std::string{"\xEF\xBC"} + static_cast<char>(0x90 + (digit - '0'));
    for (const std::string& text :
         {number, " " + number + " ", spaced, "(" + number + ")", wide, "+" + number, "\uFF0B" + wide, "00" + number,
          "0" + number, "+1" + number, "+49 " + number, "+353-" + number, "0049" + number}) {
      for (const auto& numbering : {plus_only, germany}) {
        const auto parsed = Number::parse(text, numbering);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error(), Errc::emergency_number) << text;
      }
    }
  }
  // Short codes and numbers that only look a little like one.
  for (const char* text : {"1120", "9110", "49112", "72999", "+49301120", "+15550000911", "+35312999"}) {
    EXPECT_TRUE(Number::parse(text, germany)) << text;
  }
}

TEST(Number, CanonicalFormIsItsOwn) {
  for (const auto& c : cases) {
    if (c.expected == nullptr) continue;
    const auto again = Number::parse(c.expected, c.numbering);
    ASSERT_TRUE(again) << c.expected;
    EXPECT_EQ(again->str(), c.expected);
  }
}

TEST(Number, KnowsItsKind) {
  EXPECT_EQ(Number::parse("+15551234567", plus_only)->kind(), Number::Kind::e164);
  EXPECT_EQ(Number::parse("72975", plus_only)->kind(), Number::Kind::short_code);
  EXPECT_EQ(Number::parse("MyBank", plus_only)->kind(), Number::Kind::alphanumeric);
}

const struct {
  const char* text;
  const Numbering& numbering;
  const char* expected;
} senders[] = {
    {"15551234567", plus_only, "+15551234567"},
    {"+15551234567", plus_only, "+15551234567"},
    {"72975", plus_only, "72975"},
    {"112", plus_only, "112"},
    {"015112345678", germany, "+4915112345678"},
    {"0015551234567", germany, "+15551234567"},
    {"015112345678", plus_only, "sender 015112345678"},
    {"+123", germany, "123"},
    {"+72975", america, "72975"},
    {"5551234567", america, "+15551234567"},
    {"(555) 123-4567", america, "+15551234567"},
    {"447911123456", america, "+447911123456"},
    {"01149 15112345678", america, "+4915112345678"},
    {"612345678", spain, "+34612345678"},
    {"447911123456", spain, "+447911123456"},
    {"393471234567", italy, "+393471234567"},
    {"3471234567", italy, "+393471234567"},
    {"4791234567", italy, "+4791234567"},
    {"91234567", norway, "+4791234567"},
    {"2025", norway, "2025"},
    {"9161234567", russia, "+9161234567"},
    {"8613012345678", russia, "+8613012345678"},
    {"*100#", plus_only, "sender *100#"},
    {"0 tolerance", germany, "0 tolerance"},
    {"11111111112222222222333333333344444444445555555555666666666677777", plus_only,
     "sender 111111111122222222223333333333444444444455555555556666666"},
    {"O'Neill & Sons Ltd", plus_only, "O'Neill & Sons Ltd"},
    {"", plus_only, "unknown"},
    {"INFO", plus_only, "INFO"},
    {"0612345678", italy, "+390612345678"},
    {"Caf\xE9 \xC3\xA9\x01\r\n", plus_only, "Caf \xC3\xA9"},
    {"\xFF", plus_only, "unknown"},
    {"A sender name that no network would carry, because it is far too long", plus_only,
     "A sender name that no network would carry, because it is far too"},
};

TEST(Number, SendersNeverFail) {
  for (const auto& s : senders) EXPECT_EQ(Number::sender(s.text, s.numbering).str(), s.expected) << s.text;
}

// In addresses they are in lower case.
TEST(Number, SendersCanBeAddressed) {
  for (const auto& s : senders) {
    const auto sender = Number::sender(s.text, s.numbering);
    std::string name = sender.str();
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return c < 0x80 ? std::tolower(c) : c; });
    const auto again = Number::parse(name, s.numbering);
    if (sender.str() == "112") continue;
    ASSERT_TRUE(again) << name;
    EXPECT_EQ(again->str(), name);
    EXPECT_EQ(again->kind(), sender.kind()) << name;
  }
}

TEST(Number, MasksForLogs) {
  EXPECT_EQ(Number::parse("+15551234567", plus_only)->masked(), "**********67");
  EXPECT_EQ(Number::sender("Caf\xC3\xA9", plus_only).masked(), "**f\xC3\xA9");
  EXPECT_EQ(Number::sender("\xC3\xA9\xC3\xA9", plus_only).masked(), "**");
}

}  // namespace
}  // namespace sms
