#include "base/public_address.hpp"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(PublicAddress, IsTold) {
  const char* const addresses[] = {
      "1.1.1.1",        "9.255.255.255", "11.0.0.0",    "100.63.255.255", "100.128.0.0",      "128.0.0.1",
      "172.15.255.255", "172.32.0.0",    "192.0.1.0",   "198.17.255.255", "198.20.0.0",       "223.255.255.255",
      "2600::1",        "2a00:1450::8a", "2001:200::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"};
  for (const char* const address : addresses) EXPECT_TRUE(is_public(asio::ip::make_address(address))) << address;
}

TEST(PublicAddress, PrivateOnesAreTold) {
  const char* const addresses[] = {"0.0.0.0",
                                   "10.0.0.1",
                                   "100.64.0.1",
                                   "100.127.255.255",
                                   "127.0.0.1",
                                   "127.255.255.255",
                                   "169.254.169.254",
                                   "172.16.0.1",
                                   "172.31.255.255",
                                   "192.0.0.1",
                                   "192.0.2.1",
                                   "192.168.1.1",
                                   "198.18.0.1",
                                   "198.19.255.255",
                                   "198.51.100.7",
                                   "203.0.113.9",
                                   "224.0.0.1",
                                   "255.255.255.255",
                                   "::",
                                   "::1",
                                   "fe80::1",
                                   "fd00::1",
                                   "ff02::1",
                                   "::ffff:127.0.0.1",
                                   "::127.0.0.1",
                                   "64:ff9b::7f00:1",
                                   "64:ff9b:1::1",
                                   "2002:a00:1::1",
                                   "2001::1",
                                   "2001:db8::1",
                                   "3fff::1",
                                   "100::1"};
  for (const char* const address : addresses) EXPECT_FALSE(is_public(asio::ip::make_address(address))) << address;
}

}  // namespace
}  // namespace base
