#include "app/options.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using app::Command;

TEST(Options, WhatIsUnderstood) {
  struct Case {
    std::vector<const char*> words;
    Command command;
    const char* config;
  };
  const Case cases[] = {
      {{"run"}, Command::run, "/etc/wherry/wherry.toml"},
      {{"run", "--config", "a"}, Command::run, "a"},
      {{"check", "--config=b"}, Command::check, "b"},
      {{"check", "-c", "c"}, Command::check, "c"},
      {{"version"}, Command::version, "/etc/wherry/wherry.toml"},
      {{"--help"}, Command::help, "/etc/wherry/wherry.toml"},
      {{"check", "--help"}, Command::help, "/etc/wherry/wherry.toml"},
      {{"run", "-h"}, Command::help, "/etc/wherry/wherry.toml"},
      {{"import-biboumi", "--help"}, Command::help, "/etc/wherry/wherry.toml"},
      {{"version", "--help"}, Command::help, "/etc/wherry/wherry.toml"},
  };
  for (const Case& c : cases) {
    const auto options = app::parse_options(c.words);
    ASSERT_TRUE(options) << options.error();
    EXPECT_EQ(options->command, c.command);
    EXPECT_EQ(options->config, c.config);
  }
}

TEST(Options, WhatIsNot) {
  struct Case {
    std::vector<const char*> words;
    const char* said;
  };
  const Case cases[] = {
      {{}, "a command is missing"},
      {{"fly"}, "there is no command \"fly\""},
      {{"run", "--config"}, "--config needs a file name"},
      {{"run", "extra"}, "\"extra\" is not understood after \"run\""},
      {{"version", "--config", "a"}, "\"--config\" is not understood"},
  };
  for (const Case& c : cases) {
    const auto options = app::parse_options(c.words);
    ASSERT_FALSE(options) << c.said;
    EXPECT_NE(options.error().find(c.said), std::string::npos) << options.error();
  }
}

}  // namespace
