#include "mapping/network_log.hpp"

#include <gtest/gtest.h>

#include "tests/support/loop.hpp"

namespace mapping {
namespace {

using Link = legacy::LinkState::Link;

class NetworkLogTest : public testing::Test {
 protected:
  // What is logged meanwhile, without times and levels.
  template <class Work>
  std::string logged(Work work) {
    base::Log::set_threshold(base::Level::info);
    testing::internal::CaptureStderr();
    work();
    base::Log::set_threshold(static_cast<base::Level>(0));
    return testing::internal::GetCapturedStderr();
  }
  static legacy::LinkState broken(legacy::Errc reason, std::string text) {
    return {Link::offline, reason, std::move(text), {}};
  }
  support::Loop loop_;
  NetworkLog log_{loop_.io.get_executor(), "irc.x"};
};

TEST_F(NetworkLogTest, OneLineForManyUsers) {
  EXPECT_NE(logged([&] { log_.up("net"); }).find("irc.x: net is connected; 1 on it now"), std::string::npos);
  EXPECT_EQ(logged([&] { log_.up("net"); }), "");
  const auto gone = broken(legacy::Errc::disconnected, "connection lost: the server closed it; next attempt in 5 s");
  const std::string first = logged([&] { log_.lost("net", gone); });
  EXPECT_NE(first.find("irc.x: net: connection lost: the server closed it; 1 on it now"), std::string::npos) << first;
  EXPECT_EQ(logged([&] { log_.lost("net", gone); }), "");
  const std::string later = logged([&] { loop_.advance(NetworkLog::window); });
  EXPECT_NE(later.find("(1 times more within a minute); 0 on it now"), std::string::npos) << later;
  EXPECT_EQ(logged([&] { loop_.advance(NetworkLog::window); }), "");
  EXPECT_NE(logged([&] { log_.up("net"); }).find("net is connected; 1 on it now"), std::string::npos);
}

TEST_F(NetworkLogTest, WhatAServerSaysOfUsersStaysOut) {
  const std::string said = logged([&] {
    log_.failed("net", broken(legacy::Errc::rejected_login, "romeo: wrong password swordfish"));
    log_.failed("net", broken(legacy::Errc::barred, "Closing Link: romeo[198.51.100.7] (K-lined)"));
    log_.failed("net", broken(legacy::Errc::disconnected, "can't connect to net: Connection refused; next attempt"));
  });
  EXPECT_NE(said.find("net: The network refused the login; 0 on it now"), std::string::npos) << said;
  EXPECT_NE(said.find("net: You are banned from this network"), std::string::npos) << said;
  EXPECT_NE(said.find("net: can't connect to net: Connection refused; 0"), std::string::npos) << said;
  EXPECT_EQ(said.find("romeo"), std::string::npos) << said;
}

TEST_F(NetworkLogTest, WhoLeavesIsNoTrouble) {
  log_.up("net");
  EXPECT_EQ(logged([&] { log_.lost("net", broken(legacy::Errc::none, "bye")); }), "");
  EXPECT_EQ(logged([&] { log_.up("net"); }), "");
}

}  // namespace
}  // namespace mapping
