#include "legacy/sms/http_call.hpp"

#include <gtest/gtest.h>

namespace sms {
namespace {

using Headers = base::HttpHeaders;

TEST(HttpCall, FormsAreEncodedInTheirOrder) {
  const auto call =
      form_call("https://a/b", {{"To", "+1 5"}, {"Body", "Gr\xC3\xBC\xC3\x9F&=\n"}, {"M", ""}, {"M", "x"}});
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "https://a/b");
  EXPECT_EQ(call.headers, (Headers{{"Content-Type", "application/x-www-form-urlencoded"}}));
  EXPECT_EQ(call.body, "To=%2B1%205&Body=Gr%C3%BC%C3%9F%26%3D%0A&M=&M=x");
}

TEST(HttpCall, JsonAndCredentials) {
  const auto call = with_basic(json_call("https://a/", {{"to", "1"}, {"n", 2}}), "u\xC3\xBC", "p:w");
  EXPECT_EQ(call.body, R"({"to":"1","n":2})");
  EXPECT_EQ(call.headers, (Headers{{"Content-Type", "application/json"}, {"Authorization", "Basic dcO8OnA6dw=="}}));
  EXPECT_EQ(with_bearer({}, "KEY").headers, (Headers{{"Authorization", "Bearer KEY"}}));
}

}  // namespace
}  // namespace sms
