#include "app/checkup.hpp"

#include "app/domain.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace {

namespace fs = std::filesystem;

class CheckupTest : public testing::Test {
 protected:
  CheckupTest() {
    std::string pattern = (fs::temp_directory_path() / "wherry-checkup-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    open_folder(true);
  }
  ~CheckupTest() override { fs::remove_all(directory_); }

  void open_folder(bool for_all) { fs::permissions(directory_, for_all ? fs::perms(0755) : fs::perms(0700)); }
  std::string write(const std::string& name, const std::string& text, unsigned mode) {
    const std::string path = directory_ / name;
    std::ofstream(path) << text;
    fs::permissions(path, fs::perms(mode));
    return path;
  }
  app::Checkup check(const std::string& secret, unsigned mode, const std::string& more = {}) {
    const std::string file =
        write("w.toml", more + "[[component]]\ntype = 'irc'\ndomain = 'irc.x'\nany_irc_server = true\n" + secret, mode);
    const auto config = config::load(file);
    EXPECT_TRUE(config);
    return app::check_up(*config);
  }
  static std::string said(const config::Problems& problems) {
    std::string out;
    for (const auto& problem : problems) out += problem.str() + "\n";
    return out;
  }
  std::string database() const { return "[database]\npath = '" + (directory_ / "w.db").string() + "'\n"; }

  fs::path directory_;
};

TEST_F(CheckupTest, SecretsAreForTheOwnerOnly) {
  EXPECT_EQ(said(check("secret = 's'\n", 0600, database()).wrong), "");
  EXPECT_EQ(said(check("secret = 's'\n", 0640, database()).wrong), "");
  EXPECT_NE(said(check("secret = 's'\n", 0644, database()).wrong).find("w.toml: there are secrets in this file"),
            std::string::npos);
  const std::string secret = write("secret", "s\n", 0644);
  EXPECT_NE(said(check("secret_file = 'secret'\n", 0644, database()).wrong).find("secret: there are secrets"),
            std::string::npos);
  fs::permissions(secret, fs::perms(0600));
  EXPECT_EQ(said(check("secret_file = 'secret'\n", 0644, database()).wrong), "");
  write("w.db.key", std::string(32, 'k'), 0644);
  EXPECT_NE(said(check("secret_file = 'secret'\n", 0644, database()).wrong).find("w.db.key: there are secrets"),
            std::string::npos);
}

TEST_F(CheckupTest, AFolderThatNobodyMayEnterHidesItsFiles) {
  open_folder(false);
  EXPECT_EQ(said(check("secret = 's'\n", 0644, database()).wrong), "");
}

TEST_F(CheckupTest, TheExamplesSecretsAreNoSecrets) {
  EXPECT_NE(
      said(check("secret = 'change this'\n", 0600, database()).wrong).find(":7:10: secret is still the example's"),
      std::string::npos);
  const auto example = config::load(WHERRY_SOURCE "/config/wherry.toml");
  ASSERT_TRUE(example);
  EXPECT_EQ(example->samples.size(), 4u) << said(example->samples);
}

TEST_F(CheckupTest, TheDatabasesFolderHasToBeThere) {
  EXPECT_NE(said(check("secret = 's'\n", 0600, "[database]\npath = 'nowhere/w.db'\n").wrong).find("nowhere"),
            std::string::npos);
}

// The example names every setting that can have a default, and no other.
TEST(Defaults, TheExampleKnowsThemAll) {
  std::ifstream in(WHERRY_SOURCE "/config/wherry.toml");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto from = text.find("\n[component.defaults]\n");
  const std::string section = text.substr(from, text.find("\n[[", from) - from);
  std::size_t count = 0;
  for (std::size_t at = 0; (at = section.find(" = ", at)) != section.npos; ++at) ++count;
  EXPECT_EQ(count, mapping::names_of_defaults().size());
  for (const std::string& name : mapping::names_of_defaults())
    EXPECT_NE(section.find("\n# " + name + " = "), section.npos) << name;
}

TEST(Defaults, AreReadAndChecked) {
  const std::string start =
      "[[component]]\ntype='irc'\ndomain='a'\nsecret='s'\nany_irc_server=true\n[component.defaults]\n";
  const auto parse = [&](const std::string& text) {
    return config::parse(start + text, "w.toml", nullptr, app::default_rules());
  };
  const auto good = parse(
      "persistent = true\nmax_history_length = 5\nencoding_in = 'latin1'\nxhtml = true\n"
      "after_connect_commands = ['MODE me +x', 'AWAY']\nrealname = ''\n");
  ASSERT_TRUE(good);
  const mapping::Settings expected{{"persistent", "true"},
                                   {"max_history_length", "5"},
                                   {"encoding_in", "latin1"},
                                   {"xhtml", "true"},
                                   {"after_connect", "MODE me +x\nAWAY"}};
  EXPECT_EQ(app::defaults_of(good->components.at(0)), expected);
  const std::pair<const char*, const char*> wrong[] = {
      {"persistant = true\n", "w.toml:7:14: users have no setting \"persistant\" that has a default; write persistent"},
      {"nick = 'me'\n", "users have no setting \"nick\""},
      {"sasl_password = 'x'\n", "users have no setting \"sasl_password\""},
      {"persistent = 'perhaps'\n", "true or false"},
      {"max_history_length = 'many'\n", "a number"},
      {"realname = ['a', 'b']\n", "one value"},
  };
  for (const auto& [text, said] : wrong) {
    const auto parsed = parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().front().str().find(said), std::string::npos) << parsed.error().front().str();
  }
}

}  // namespace
