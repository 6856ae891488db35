#include "mapping/address_book.hpp"

#include <gtest/gtest.h>

namespace mapping {
namespace {

TEST(AddressBook, NumbersAreSpeltOut) {
  const std::pair<const char*, const char*> numbers[] = {{"+15551234567", "+1 555 123 4567"},
                                                         {"+4915123456789", "+49 151 234 567 89"},
                                                         {"+491512345678", "+49 151 234 5678"},
                                                         {"+3531234567", "+353 123 4567"},
                                                         {"+79161234567", "+7 916 123 4567"},
                                                         {"12345", "12345"},
                                                         {"+1555", "+1555"},
                                                         {"+1555123456x", "+1555123456x"},
                                                         {"juliet", "juliet"}};
  for (const auto& [number, spelt] : numbers) EXPECT_EQ(spelled_out(number), spelt);
}

}  // namespace
}  // namespace mapping
