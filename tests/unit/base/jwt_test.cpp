#include "base/jwt.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/crypto.hpp"
#include "base/digest.hpp"

namespace base {
namespace {

using namespace std::chrono_literals;

const WallTime now = WallTime::clock::from_time_t(1700000000);

std::string base64url(std::string text) {
  text = to_base64(text);
  while (text.ends_with('=')) text.pop_back();
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

std::string sign(const std::string& header, const std::string& claims, Digest digest = Digest::sha256) {
  const auto text = base64url(header) + "." + base64url(claims);
  return text + "." + base64url(hmac(digest, "key", text));
}

std::string token(const std::string& claims) {
  return sign(R"({"alg":"HS256","typ":"JWT"})", claims);
}

// Why it is refused; empty: it is not.
std::string fault(const std::string& text, JwtRules rules = {}, const std::string& key = "key") {
  const auto claims = verify_jwt(text, key, now, rules);
  return claims ? std::string{} : claims.error().why;
}

// RFC 7515, appendix A.1.
TEST(Jwt, TheExampleOfTheStandard) {
  const std::string example =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
      "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  std::string key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow==";
  std::replace(key.begin(), key.end(), '-', '+');
  std::replace(key.begin(), key.end(), '_', '/');
  const auto bytes = *from_base64(key);
  const auto claims = verify_jwt(example, bytes, WallTime::clock::from_time_t(1300819379));
  ASSERT_TRUE(claims) << claims.error().why;
  EXPECT_EQ(jwt_claim(*claims, "iss"), "joe");
  EXPECT_EQ(jwt_claim(*claims, "exp"), "");
  EXPECT_EQ(fault(example, {}, bytes), "expired");
}

TEST(Jwt, ThreeAlgorithmsAndNoOther) {
  EXPECT_EQ(fault(sign(R"({"alg":"HS256"})", "{}")), "");
  EXPECT_EQ(fault(sign(R"({"alg":"HS384"})", "{}", Digest::sha384)), "");
  EXPECT_EQ(fault(sign(R"({"alg":"HS512"})", "{}", Digest::sha512)), "");
  EXPECT_EQ(fault(sign(R"({"alg":"HS512"})", "{}", Digest::sha256)), "wrong signature");
  for (const std::string header : {R"({"alg":"none"})", R"({"alg":"None"})", R"({"alg":"RS256"})", R"({"alg":"hs256"})",
                                   R"({"alg":7})", R"({"alg":["HS256"]})", "{}"}) {
    EXPECT_NE(fault(sign(header, "{}")).find("another algorithm"), std::string::npos) << header;
    const auto bare = base64url(header) + "." + base64url("{}") + ".";
    EXPECT_NE(fault(bare), "") << header;
  }
}

TEST(Jwt, WrongSignaturesAndForms) {
  const auto good = token("{}");
  EXPECT_EQ(fault(good, {}, "other"), "wrong signature");
  EXPECT_EQ(fault(good, {}, ""), "no key");
  EXPECT_NE(fault(good + "="), "");
  EXPECT_NE(fault(good.substr(0, good.size() - 1)), "");
  EXPECT_NE(fault(good.substr(0, good.rfind('.') + 1)), "");
  EXPECT_NE(fault(good + ".x"), "");
  for (const std::string bad : {"", ".", "..", "a.b", "a.b.c", "....."}) EXPECT_NE(fault(bad), "") << bad;
  EXPECT_EQ(fault(token("[]")), "not a token");
  EXPECT_EQ(fault(token("{")), "not a token");
  EXPECT_NE(fault(sign(R"({"alg":"HS256","crit":["b64"],"b64":false})", "{}")), "");
  EXPECT_NE(fault(token(R"({"a":")" + std::string(9000, 'a') + "\"}")), "");
}

TEST(Jwt, Times) {
  const struct {
    const char* claims;
    const char* why;
  } cases[] = {
      {R"({"exp":1699999996})", ""},
      {R"({"exp":1699999995})", "expired"},
      {R"({"exp":1699999996.5})", ""},
      {R"({"nbf":1700000005})", ""},
      {R"({"nbf":1700000006})", "not valid yet"},
      {R"({"iat":1700000006})", "issued in the future"},
      {R"({"iat":1})", ""},
      {R"({"exp":"1800000000"})", "a time that is no number"},
      {R"({"nbf":null})", "a time that is no number"},
      {R"({"iat":true})", "a time that is no number"},
  };
  for (const auto& c : cases) EXPECT_EQ(fault(token(c.claims)), c.why) << c.claims;
  const JwtRules young{.max_age = 300s};
  EXPECT_EQ(fault(token(R"({"iat":1699999700})"), young), "");
  EXPECT_EQ(fault(token(R"({"iat":1699999699})"), young), "too old");
  EXPECT_EQ(fault(token("{}"), young), "without the time it was issued at");
}

}  // namespace
}  // namespace base
