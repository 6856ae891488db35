#include "base/expat.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace base;

namespace {
std::string transcript(Expat& parser, std::string_view bytes) {
  std::string out;
  const auto failed = parser.parse(bytes);
  for (std::size_t i = 0; i < parser.size(); ++i) {
    const XmlEvent e = parser.event(i);
    if (e.kind == XmlEvent::Kind::text) out += "'" + std::string(e.text) + "'";
    if (e.kind == XmlEvent::Kind::end) out += ")";
    if (e.kind != XmlEvent::Kind::start) continue;
    out += "(" + std::string(e.ns) + "|" + std::string(e.name);
    for (std::size_t a = 0; a < e.attributes; ++a) {
      const auto attribute = parser.attribute(e.first_attribute + a);
      out += " " + std::string(attribute.ns) + "|" + std::string(attribute.name) + "=" + std::string(attribute.value);
    }
  }
  if (failed) out += "!" + std::to_string(static_cast<int>(*failed));
  return out;
}
}  // namespace

TEST(Expat, RecordsElementsTextAndNamespaces) {
  Expat parser;
  EXPECT_EQ(transcript(parser, "<a xmlns='urn:x' k='1 &amp; 2'><p:b xmlns:p='urn:y' p:q='r'/>t&lt;x"),
            "(urn:x|a |k=1 & 2(urn:y|b urn:y|q=r)'t<x'");
  EXPECT_EQ(transcript(parser, "</a>"), ")");
}

TEST(Expat, RefusesWhatXmppForbids) {
  const std::pair<const char*, const char*> rows[] = {
      {"<!-- c --><a/>", "!2"},
      {"<?pi x?><a/>", "!2"},
      {"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "!2"},
      {"<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "!3"},
      {"<?xml version='1.0' encoding='utf-8'?><a/>", "(|a)"},
      {"<a></b>", "(|a!1"},
      {"<a>&nbsp;</a>", "(|a!2"},
      {"<a>\x01</a>", "(|a!1"},
      {"<a>\xC3(</a>", "(|a!1"},
      {"<p:a/>", "!1"},
  };
  for (const auto& [in, out] : rows) {
    Expat parser;
    EXPECT_EQ(transcript(parser, in), out) << in;
  }
}

TEST(Expat, DeliversEachTokenWithItsLastByte) {
  Expat parser;
  const std::string open = "<a k='" + std::string(5000, 'x') + "'>";
  for (std::size_t i = 0; i + 1 < open.size(); ++i) ASSERT_FALSE(parser.parse(open.substr(i, 1)) || parser.size() > 0);
  EXPECT_GT(parser.pending(), 4000u);
  parser.parse(open.substr(open.size() - 1));
  EXPECT_EQ(parser.size(), 1u);
  EXPECT_EQ(parser.event(0).offset, 0u);
}
