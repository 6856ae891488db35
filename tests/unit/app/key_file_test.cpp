#include "app/key_file.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace {

namespace fs = std::filesystem;

TEST(DatabaseKey, IsMadeOnceAndNeverForADatabaseThatIsThere) {
  std::string folder = (fs::temp_directory_path() / "wherry-key-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  config::Config config;
  config.database = folder + "/w.db";
  config.database_key_file = folder + "/w.db.key";

  const auto made = app::database_key(config);
  ASSERT_TRUE(made) << made.error();
  EXPECT_EQ(made->value.size(), 32u);
  EXPECT_EQ(fs::file_size(config.database_key_file), 32u);
  EXPECT_EQ(fs::status(config.database_key_file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_FALSE(app::database_key(config)) << "an existing key was overwritten";

  fs::remove(config.database_key_file);
  std::ofstream(config.database) << "x";
  const auto refused = app::database_key(config);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().find("its key"), std::string::npos);
  EXPECT_FALSE(fs::exists(config.database_key_file));

  config.database_key.value = "configured";
  EXPECT_EQ(app::database_key(config)->value, "configured");
  fs::remove_all(folder);
}

}  // namespace
