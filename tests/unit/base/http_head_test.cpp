// RFC 9112: what hides one request in another is refused.
#include "base/http_head.hpp"

#include <gtest/gtest.h>

namespace base {
namespace {

const HttpHeaders host{{"Host", "h"}};

HttpHeaders with(HttpHeaders headers, HttpHeaders more) {
  headers.insert(headers.end(), more.begin(), more.end());
  return headers;
}

int status_of(const HttpHead& head, const HttpHeaders& headers) {
  const auto checked = check_head(head, headers);
  return checked ? 200 : checked.error().status;
}

TEST(HttpHead, WhereTheBodyEndsHasToBeCertain) {
  const struct {
    HttpHeaders headers;
    int expected;
    unsigned version = 11;
  } cases[] = {
      {{}, 200},
      {{{"Transfer-Encoding", "chunked"}}, 200},
      {{{"transfer-encoding", " Chunked "}}, 200},
      {{{"Transfer-Encoding", "xchunked"}}, 400},
      {{{"Transfer-Encoding", "gzip"}}, 400},
      {{{"Transfer-Encoding", ""}}, 400},
      {{{"Transfer-Encoding", "identity"}}, 400},
      {{{"Transfer-Encoding", "chunked, gzip"}}, 400},
      {{{"Transfer-Encoding", "chunked, chunked"}}, 400},
      {{{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "gzip"}}, 400},
      {{{"Transfer-Encoding", "chunked;a=b"}}, 400},
      {{{"Transfer-Encoding", "gzip, chunked"}}, 501},
      {{{"Transfer-Encoding", "chunked"}, {"Content-Length", "3"}}, 400},
      {{{"Content-Length", "3"}, {"Content-Length", "3"}}, 400},
      {{{"Transfer-Encoding", "chunked"}}, 400, 10},
      {{{"Content-Length", "3"}}, 200, 10},
  };
  for (const auto& c : cases) {
    const std::string name = c.headers.empty() ? "" : c.headers[0].second;
    EXPECT_EQ(status_of({"POST", "/", c.version}, with(host, c.headers)), c.expected) << name;
  }
}

TEST(HttpHead, OneHost) {
  EXPECT_EQ(status_of({"GET", "/"}, {}), 400);
  EXPECT_EQ(status_of({"GET", "/", 10}, {}), 200);
  EXPECT_EQ(status_of({"GET", "/"}, {{"Host", ""}}), 200);
  EXPECT_EQ(status_of({"GET", "/"}, {{"host", "[::1]:8643"}}), 200);
  EXPECT_EQ(status_of({"GET", "/"}, {{"Host", "a"}, {"HOST", "a"}}), 400);
  EXPECT_EQ(status_of({"GET", "/", 10}, {{"Host", "a"}, {"Host", "b"}}), 400);
  for (const char* bad : {"a b", "a/b", "a@b", "a,b", "a?b"})
    EXPECT_EQ(status_of({"GET", "/"}, {{"Host", bad}}), 400) << bad;
}

TEST(HttpHead, TheTargetInEveryForm) {
  const struct {
    const char* target;
    const char* expected;  // or a status
    const char* method = "GET";
  } cases[] = {
      {"/a?b=c", "/a?b=c"},
      {"http://h/a?b=c", "/a?b=c"},
      {"HTTPS://h:443/a", "/a"},
      {"http://h", "/"},
      {"http://h?a=b", "/?a=b"},
      {"http://other/a", "/a"},
      {"*", "*", "OPTIONS"},
      {"*", "400"},
      {"a", "400"},
      {"", "400"},
      {"http:///a", "400"},
      {"http://u@h/a", "400"},
      {"ftp://h/a", "400"},
      {"/a#b", "400"},
      {"h:443", "405", "CONNECT"},
  };
  for (const auto& c : cases) {
    const auto checked = check_head({c.method, c.target}, host);
    EXPECT_EQ(checked ? *checked : std::to_string(checked.error().status), c.expected) << c.target;
  }
}

TEST(HttpHead, WhoIsNamedByProxies) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(forwarded_for({}), Names{});
  EXPECT_EQ(forwarded_for({{"X-Forwarded-For", "192.0.2.1, 198.51.100.2"}, {"x-forwarded-for", " 2001:db8::1"}}),
            (Names{"192.0.2.1", "198.51.100.2", "2001:db8::1"}));
  EXPECT_EQ(forwarded_for({{"X-Forwarded-For", "192.0.2.1:80,[2001:db8::1]:80,,"}}),
            (Names{"192.0.2.1", "2001:db8::1"}));
}

}  // namespace
}  // namespace base
