#include "component/xml_name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using component::xml::Name;

TEST(XmlName, IsItsText) {
  std::string made = "something-that-nobody-has-heard-of";
  const Name name(made);
  made.assign(made.size(), 'x');
  EXPECT_EQ(name, "something-that-nobody-has-heard-of");
  EXPECT_NE(name, made);
  EXPECT_EQ(Name("body"), Name(std::string("body")));
  EXPECT_EQ(Name(std::string_view("jabber:client")), "jabber:client");
  EXPECT_TRUE(Name().empty());
  EXPECT_TRUE(Name(std::string()).empty());
}

TEST(XmlName, CopiesAndMoves) {
  const std::string strange = "urn:example:strange";
  Name a(strange), b;
  b = a;
  EXPECT_EQ(a, b);
  Name c(std::move(a));
  EXPECT_EQ(c, strange);
  a = Name("iq");
  EXPECT_EQ(a, "iq");
  b = b;
  EXPECT_EQ(b, strange);
}

// Many names share a place in the table.
TEST(XmlName, NamesThatLookAlikeDiffer) {
  for (const char* text : {"body", "bodx", "b", "bdoy", "message", "massage", "presence", "to", "tp", "x", "y"}) {
    EXPECT_EQ(Name(std::string(text)), text);
  }
}

}  // namespace
