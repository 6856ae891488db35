#include "base/url.hpp"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(UrlTest, OriginsAreCompared) {
  const Origin api{"https", "api.example.org", "443"};
  for (const char* url : {"https://api.example.org/a?b", "HTTPS://API.example.org:443/", "https://api.example.org"})
    EXPECT_EQ(origin_of(url), api) << url;
  for (const char* url : {"http://api.example.org/", "https://api.example.org:8443/",
                          "https://api.example.org.evil.test/", "https://example.org/api.example.org"})
    EXPECT_NE(origin_of(url), api) << url;
  EXPECT_EQ(origin_of("http://[::1]:80/")->host, "::1");
  for (const char* url : {"", "/a", "api.example.org", "ftp://api.example.org/", "file:///etc/passwd",
                          "https://api.example.org@evil.test/", "https://user:pw@api.example.org/", "http://["})
    EXPECT_FALSE(origin_of(url)) << url;
}

TEST(UrlTest, RedirectsAreFollowedAsBrowsersDo) {
  const std::string called = "https://api.example.org/a/b?c=d";
  const struct {
    const char* location;
    const char* expected;
  } cases[] = {
      {"https://store.example.net/x?y=z", "https://store.example.net/x?y=z"},
      {"//store.example.net/x", "https://store.example.net/x"},
      {"/x", "https://api.example.org/x"},
      {"x", "https://api.example.org/a/x"},
      {"../x", "https://api.example.org/x"},
  };
  for (const auto& c : cases) EXPECT_EQ(follow(called, c.location), c.expected) << c.location;
  for (const char* location : {"file:///etc/passwd", "gopher://store.example.net/", "https://user@store.example.net/"})
    EXPECT_FALSE(follow(called, location)) << location;
}

}  // namespace
}  // namespace base
