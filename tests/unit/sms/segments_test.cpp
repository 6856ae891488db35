#include "legacy/sms/segments.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <set>
#include <sstream>

namespace sms {
namespace {

namespace json = boost::json;

json::value load(const std::string& name) {
  std::ifstream file(std::string(WHERRY_TEST_DATA) + "/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return json::parse(text.str());
}

TEST(Segments, MatchTheVectors) {
  const auto vectors = load("segment-vectors.json").as_array();
  ASSERT_EQ(vectors.size(), 42u);
  for (const auto& vector : vectors) {
    const auto& name = vector.at("name").as_string();
    const auto got = count_segments(std::string_view(vector.at("text").as_string()));
    EXPECT_EQ(got.coding == Coding::gsm7 ? "GSM-7" : "UCS-2", vector.at("encoding").as_string()) << name;
    EXPECT_EQ(got.units, vector.at("units").to_number<int>()) << name;
    EXPECT_EQ(got.parts, json::value_to<std::vector<int>>(vector.at("per_segment"))) << name;
  }
}

TEST(Segments, KnowTheWholeDefaultAlphabet) {
  const auto table = load("gsm0338.json").as_object();
  std::set<char32_t> known;
  for (const auto& entry : table.at("basic").as_array()) {
    const auto code_point = entry.to_number<std::uint32_t>();
    if (code_point == 0x1B) continue;
    EXPECT_EQ(count_septets(code_point), 1) << code_point;
    known.insert(code_point);
  }
  for (const auto& entry : table.at("extension").as_object()) {
    const auto code_point = entry.value().to_number<std::uint32_t>();
    EXPECT_EQ(count_septets(code_point), 2) << code_point;
    known.insert(code_point);
  }
  for (char32_t c = 0; c < 0x11000; ++c) {
    if (known.count(c) == 0) {
      EXPECT_EQ(count_septets(c), 0) << static_cast<std::uint32_t>(c);
    }
  }
}

TEST(Segments, BrokenUtf8CountsAsReplacementCharacter) {
  const auto got = count_segments("a\xFFz");
  EXPECT_EQ(got.coding, Coding::ucs2);
  EXPECT_EQ(got.units, 3);
}

}  // namespace
}  // namespace sms
