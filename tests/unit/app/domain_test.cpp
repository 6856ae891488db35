#include "app/domain.hpp"

#include <gtest/gtest.h>

namespace {

TEST(IsAddress, IsWhatTheGatewayCanCompareSendersWith) {
  for (const char* good : {"x", "example.org", "romeo@example.org", "r\xC3\xB6meo@ex\xC3\xA4mple.org", "a@[::1]"}) {
    EXPECT_TRUE(app::is_address(good)) << good;
  }
  for (const char* bad : {"", "@x", "a@", "a@b/c", "a b@x", "a@b@c", "a@x_!", "a@-..-", "a\xFF@x", "<a>@x"}) {
    EXPECT_FALSE(app::is_address(bad)) << bad;
  }
}

}  // namespace
