#include "legacy/sms/webhook.hpp"

#include <gtest/gtest.h>

#include "legacy/sms/json_field.hpp"
#include "legacy/sms/timestamp.hpp"

namespace sms {
namespace {

TEST(Webhook, TargetsOfBothForms) {
  const auto open = parse_signed_target("/t/sms/dlr?id=a.b&x=%20", "/t/sms/");
  ASSERT_TRUE(open);
  EXPECT_EQ(open->kind, "dlr");
  EXPECT_EQ(base::find_field(open->query, "id"), "a.b");
  EXPECT_FALSE(parse_signed_target("/t/sms/s/dlr", "/t/sms/"));
  EXPECT_FALSE(parse_signed_target("/t/other/dlr", "/t/sms/"));
  const auto secret = parse_target("/t/sms/a%2Bb/mo?x=/y/", "/t/sms/");
  ASSERT_TRUE(secret);
  EXPECT_EQ(secret->secret, "a+b");
  EXPECT_EQ(secret->kind, "mo");
  EXPECT_FALSE(parse_target("/t/sms/mo", "/t/sms/"));
  EXPECT_FALSE(parse_target("/t/sms/mo?a/b", "/t/sms/"));
}

TEST(Webhook, TheUrlThatWasCalledIsNotTheCallersHost) {
  const base::HttpRequest request{"POST", "/t/sms/mo?a=%20b", {{"Host", "evil.example"}}, "", ""};
  EXPECT_EQ(called_url("https://gw.example.net/x/", request), "https://gw.example.net/x/t/sms/mo?a=%20b");
}

TEST(Webhook, BasicCredentials) {
  base::HttpRequest request{"POST", "/", {{"authorization", "Basic aG9vazpzM2NyZXQ="}}, "", ""};
  EXPECT_TRUE(is_basic(request, "hook", "s3cret"));
  EXPECT_FALSE(is_basic(request, "hook", "s3creT"));
  request.headers.clear();
  EXPECT_FALSE(is_basic(request, "hook", "s3cret"));
}

TEST(Webhook, FreshIsFiveMinutesEitherWay) {
  const auto now = base::WallTime::clock::from_time_t(1698507300);
  for (const std::string good : {"1698507000", "1698507300", "1698507600"}) EXPECT_TRUE(is_fresh(good, now)) << good;
  for (const std::string bad : {"1698506999", "1698507601", "", "x", "1698507000x", "-1", "99999999999999999999"}) {
    EXPECT_FALSE(is_fresh(bad, now)) << bad;
  }
}

TEST(Webhook, FieldsOfTheBodyElseOfTheQuery) {
  EXPECT_EQ(base::find_field(webhook_fields({"POST", "/?a=1", {}, "a=2", ""}), "a"), "2");
  EXPECT_EQ(base::find_field(webhook_fields({"GET", "/?a=1", {}, "", ""}), "a"), "1");
  EXPECT_TRUE(webhook_fields({"GET", "/", {}, "", ""}).empty());
  EXPECT_EQ(base::find_field(webhook_fields({"GET", "/?a=1", {}, "a=2", ""}), "a"), "1") << "no signature covers it";
}

TEST(JsonField, WhatIsMissingOrOfAnotherTypeIsEmpty) {
  const auto json = parse_json(R"({"a":{"b":["x",7,true,null,1.5]},"n":"12","s":"12x"})");
  EXPECT_EQ(json_text(json, "/a/b/0"), "x");
  EXPECT_EQ(json_text(json, "/a/b/1"), "7");
  EXPECT_EQ(json_text(json, "/a/b/2"), "true");
  for (const char* pointer : {"/a/b/3", "/a/b/9", "/a", "/a/b", "/x/y", "/a/b/x", "no pointer"}) {
    EXPECT_EQ(json_text(json, pointer), "") << pointer;
  }
  EXPECT_EQ(json_number(json, "/a/b/1"), 7);
  EXPECT_EQ(json_number(json, "/n"), 12);
  EXPECT_EQ(json_number(json, "/s"), std::nullopt);
  EXPECT_EQ(json_number(json, "/a/b/4"), std::nullopt);
  EXPECT_EQ(json_items(json, "/a/b").size(), 5u);
  EXPECT_TRUE(json_items(json, "/n").empty());
  for (const std::string& bad : {std::string{}, std::string{"{"}, std::string{"{} x"}, std::string(1000, '[')}) {
    EXPECT_TRUE(parse_json(bad).is_null()) << bad;
  }
  EXPECT_EQ(json_text(parse_json("x"), "/a"), "");
}

TEST(Timestamp, AsProvidersWriteThem) {
  const auto expected = base::WallTime::clock::from_time_t(1700000000);
  for (const std::string text :
       {"1700000000", "2023-11-14 22:13:20", "2023-11-14 22:13:20.123456", "2023-11-14T22:13:20Z",
        "2023-11-14T22:13:20.000+00:00", "2023-11-15T00:13:20+0200", "2023-11-14T19:43:20.5-02:30"}) {
    EXPECT_EQ(parse_timestamp(text), expected) << text;
  }
  for (const std::string text :
       {"", "soon", "-1", "2023-11-14", "2023-11-14T22:13", "2023-11-14T22:13:20 UTC", "2023-11-14T22:13:20+2",
        "2023-11-14T22:13:20+0x00", "9999-12-31 00:00:00", "99999999999999999999", "2023-11-14T22:13:20+00:-5"}) {
    EXPECT_EQ(parse_timestamp(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace sms
