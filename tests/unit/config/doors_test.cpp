// What is left open to strangers or to a bill without an end: named by `wherry check`, and closed in every example.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "config/config.hpp"

namespace config {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string all(const Problems& problems) {
  std::string out;
  for (const auto& problem : problems) out += problem.str() + "\n";
  return out;
}

std::string warnings_of(const std::string& component, const std::string& network, const std::string& http = {}) {
  const auto parsed =
      parse("[http]\n" + http + "[[component]]\ntype='sms'\ndomain='sms.example.org'\nsecret='s3'\n" + component +
                "[[component.network]]\nsend_url='http://localhost:1/'\nusername='u'\n" + "password='p'\n" + network,
            "w.toml");
  EXPECT_TRUE(parsed) << (parsed ? "" : all(parsed.error()));
  return parsed ? all(parsed->warnings) : "none";
}

const std::string closed = "webhook_secret='fedcba9876543210'\nnumbers=['+15551234567']\n";

TEST(Doors, StrangersComeInOnlyWhenTheyAreLetIn) {
  const auto parsed = parse(
      "[http]\n[[component]]\ntype='sms'\ndomain='sms.example.org'\nsecret='s'\n[[component.network]]\n"
      "send_url='http://localhost:1/'\nusername='u'\npassword='p'\nwebhook_secret='fedcba9876543210'\n",
      "w.toml");
  ASSERT_TRUE(parsed);
  const Component& component = parsed->components.at(0);
  EXPECT_EQ(component.access, Access::allowlist);
  EXPECT_EQ(component.allow, std::vector<std::string>{"example.org"});
  const SmsRules& rules = component.sms.at(0).rules;
  EXPECT_NE(rules.user_limits, LimitsBySpan{});
  EXPECT_NE(rules.network_limits, LimitsBySpan{});
  EXPECT_EQ(rules.short_codes, ShortCodes::answers);
  EXPECT_FALSE(rules.premium_ok);
}

TEST(Doors, WhatIsClosedIsNotNamed) {
  EXPECT_EQ(warnings_of("", closed), "");
  EXPECT_EQ(warnings_of("allow=['a@example.net']\n", "webhook_secret='fedcba9876543210'\n"), "");
  EXPECT_EQ(warnings_of("", closed, "listen='[::1]:8643'\npublic_url='https://h/'\n"), "");
}

TEST(Doors, EachThatIsOpenIsNamedWithItsPlaceAndItsCure) {
  const struct {
    std::string component, network, http;
    const char* said;
  } cases[] = {
      {"access='registered'\n", closed, "", "w.toml:6:8: access = \"registered\" lets in everybody"},
      {"access='open'\n", closed, "", "take numbers out of the pool"},
      {"access='open'\n", closed + "assign='claim'\n", "", "have codes texted"},
      {"", "webhook_secret='fedcba9876543210'\n", "", "assign = \"trusted\" believes all users of example.org"},
      {"", closed + "user_limits=[]\n", "", "no limit on what one user may send"},
      {"", closed + "network_limits=[]\n", "", "all users together"},
      {"", closed + "allow=['+']\n", "", "every country at every price"},
      {"", closed + "allow=['+1']\n", "", "with the Caribbean"},
      {"", closed + "premium_ok=true\n", "", "numbers that cost extra"},
      {"", closed + "same_text_numbers=0\n", "", "any number of people"},
      {"access='open'\n", closed + "own_accounts=['twilio']\n", "", "strangers may bring accounts"},
      {"", "numbers=['+15551234567']\nwebhook_secret='0123456789abcdef0123456789abcdef'\n", "",
       "webhook_secret is the one of the documentation"},
      {"", closed, "listen='0.0.0.0:8643'\n", "w.toml:2:8: listen is open to the network without TLS"},
      {"", closed, "public_url='http://hooks.example.org'\n", "public_url is without TLS"},
  };
  for (const auto& c : cases) {
    const auto said = warnings_of(c.component, c.network, c.http);
    EXPECT_NE(said.find(c.said), std::string::npos) << c.component << c.network << c.http << "--- said:\n" << said;
    EXPECT_NE(said.find("; write "), std::string::npos) << said;
  }
}

TEST(Doors, OfIrcThoseThatLeadAnywhere) {
  const std::string irc = "[[component]]\ntype='irc'\ndomain='irc.x'\nsecret='s'\nany_irc_server=true\n";
  EXPECT_NE(all(parse(irc, "w.toml")->warnings).find("any IRC server"), std::string::npos);
  EXPECT_EQ(all(parse(irc + "access='allowlist'\n", "w.toml")->warnings), "");
  EXPECT_NE(all(parse(irc + "access='allowlist'\nprivate_irc_servers=true\n", "w.toml")->warnings).find("private_irc"),
            std::string::npos);
}

// A fenced block of TOML, without the indentation of the list that it stands in.
std::vector<std::string> examples_in(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; (at = text.find("```toml\n", at)) != std::string::npos;) {
    const auto line = text.rfind('\n', at) + 1;
    const std::string indent = text.substr(line, at - line);
    at += 8;
    const auto end = text.find(indent + "```", at);
    std::string block = text.substr(at, end - at);
    for (std::size_t place = 0; !indent.empty() && (place = block.find(indent, place)) != std::string::npos; ++place) {
      if (place == 0 || block[place - 1] == '\n') block.erase(place, indent.size());
    }
    out.push_back(block);
    at = end;
  }
  return out;
}

// Whoever copies an example and puts in his own secrets is open to nobody.
TEST(Doors, EveryExampleOfTheDocumentationIsClosed) {
  std::size_t complete = 0;
  std::vector<fs::path> pages{WHERRY_SOURCE "/README.md"};
  for (const auto& entry : fs::directory_iterator(WHERRY_SOURCE "/docs")) pages.push_back(entry.path());
  for (const auto& page : pages) {
    if (page.extension() != ".md") continue;
    for (const std::string& example : examples_in(read(page))) {
      if (example.find("type = \"sms\"") == std::string::npos) continue;
      ++complete;
      const auto parsed = parse(example, page.filename().string());
      ASSERT_TRUE(parsed) << example << all(parsed.error());
      for (const Problem& warning : parsed->warnings)
        EXPECT_NE(warning.what.find("the documentation"), std::string::npos) << warning.str();
      for (const Component& component : parsed->components) {
        if (!component.sms.empty()) EXPECT_EQ(component.access, Access::allowlist) << page;
      }
    }
  }
  EXPECT_GE(complete, 3u);
  for (const Problem& warning : load(WHERRY_SOURCE "/config/wherry.toml")->warnings) {
    const bool is_placeholder = warning.what.find("the documentation") != std::string::npos;
    EXPECT_TRUE(is_placeholder || warning.what.find("believes all users") != std::string::npos) << warning.str();
  }
}

TEST(Doors, ASecondProviderIsRead) {
  const std::string base =
      "[http]\n[[component]]\ntype='sms'\ndomain='sms.example.org'\nsecret='s3'\n[[component.network]]\n"
      "send_url='http://localhost:1/'\nusername='u'\npassword='p'\nwebhook_secret='fedcba9876543210'\n";
  const std::string second =
      "[component.network.second]\nprovider='telnyx'\napi_key='KEY1'\npublic_key='"
      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='\n";
  const auto parsed = parse(base + second + "destinations=['DE','+43']\nwhen_down=true\n", "w.toml");
  ASSERT_TRUE(parsed) << all(parsed.error());
  const auto& read = parsed->components.at(0).sms.at(0).second;
  ASSERT_TRUE(read);
  EXPECT_TRUE(std::holds_alternative<Telnyx>(read->provider));
  EXPECT_EQ(read->destinations, (std::vector<std::string>{"DE", "+43"}));
  EXPECT_TRUE(read->when_down);
  EXPECT_NE(all(parse(base + second, "w.toml").error()).find("has nothing to do"), std::string::npos);
  EXPECT_NE(all(parse(base + second + "when_down=true\nrate=1\n", "w.toml").error()).find("unknown key \"rate\""),
            std::string::npos);
}

}  // namespace
}  // namespace config
