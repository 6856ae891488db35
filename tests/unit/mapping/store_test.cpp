#include "mapping/store.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/sqlite.hpp"

namespace {

namespace fs = std::filesystem;
using mapping::Registration;
using mapping::Store;

const std::string key(32, 'k');

class StoreTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "wherry-store-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    path_ = pattern + "/w.db";
  }
  void TearDown() override {
    store_.reset();
    fs::remove_all(folder_);
  }

  void open() {
    store_.reset();
    auto opened = Store::open(loop_.get_executor(), path_, key);
    ASSERT_TRUE(opened) << opened.error();
    store_ = std::move(*opened);
  }
  std::string open_problem(const std::string& with_key = key) {
    store_.reset();
    const auto opened = Store::open(loop_.get_executor(), path_, with_key);
    return opened ? "" : opened.error();
  }
  // Runs the loop until all that waits for the disk has been called.
  void run() {
    loop_.restart();
    loop_.run();
  }
  bool save(const Registration& registration) {
    std::optional<bool> result;
    store_->save_registration(registration, [&](bool good) { result = good; });
    EXPECT_FALSE(result) << "called before it returned";
    run();
    return result.value();
  }
  std::string file_bytes() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  asio::io_context loop_{1};
  fs::path folder_;
  std::string path_;
  std::unique_ptr<Store> store_;
};

const Registration romeo{"romeo@example.org", "irc.example.org", {{"nick", "Romeo"}, {"password", "s3cret-p4ss"}}};
const Registration juliet{"juliet@example.org", "irc.example.org", {{"nick", "J\xC3\xBClia"}, {"empty", ""}}};
const Registration elsewhere{"romeo@example.org", "sms.example.org", {{"number", "+15550100"}}};

TEST_F(StoreTest, EverythingComesBack) {
  open();
  EXPECT_TRUE(save(romeo) && save(juliet) && save(elsewhere));
  const mapping::RosterItem item{"romeo@example.org", "irc.example.org", "nick%net", true, false};
  const mapping::SavedRoom room{"romeo@example.org", "irc.example.org", "#a%net", "Romeo", "room-key", true};
  store_->set_roster(item);
  store_->set_room(room);
  store_->state_for("romeo@example.org", "sms.example.org", "sms")->save("out/1", "text");
  open();  // destruction has written what nobody waited for

  EXPECT_EQ(store_->registrations("irc.example.org"), (std::vector{juliet, romeo}));
  EXPECT_EQ(store_->registrations("irc.example"), std::vector<Registration>{});
  EXPECT_EQ(store_->find_registration("sms.example.org", "romeo@example.org"), elsewhere);
  EXPECT_EQ(store_->find_registration("sms.example.org", "juliet@example.org"), std::nullopt);
  EXPECT_EQ(store_->roster("irc.example.org"), std::vector{item});
  EXPECT_EQ(store_->roster("irc.example.org", "juliet@example.org"), std::vector<mapping::RosterItem>{});
  EXPECT_EQ(store_->find_roster("irc.example.org", "romeo@example.org", "nick%net"), item);
  EXPECT_EQ(store_->saved_rooms("irc.example.org", "romeo@example.org"), std::vector{room});
  const auto state = store_->state_for("romeo@example.org", "sms.example.org", "sms");
  EXPECT_EQ(state->load("out/1"), "text");
  EXPECT_EQ(store_->state_for("romeo@example.org", "sms.example.org", "sms2")->load("out/1"), std::nullopt);
}

TEST_F(StoreTest, WritesAreSeenAtOnceAndReplaceWhatWasThere) {
  open();
  ASSERT_TRUE(save(romeo));
  const Registration shorter{romeo.user, romeo.domain, {{"nick", "R"}}};
  store_->save_registration(shorter, [](bool) {});
  EXPECT_EQ(store_->find_registration(romeo.domain, romeo.user), shorter);
  store_->set_roster({"u@x", "d", "l", true, true});
  store_->set_roster({"u@x", "d", "l", false, false});
  store_->set_room({"u@x", "d", "l", "n", "", false});
  store_->remove_room("d", "u@x", "l");
  open();
  EXPECT_EQ(store_->find_registration(romeo.domain, romeo.user), shorter);
  EXPECT_TRUE(store_->roster("d").empty());
  EXPECT_TRUE(store_->saved_rooms("d").empty());
}

TEST_F(StoreTest, RecordsAreListedByPrefixInKeyOrder) {
  open();
  const auto state = store_->state_for("u@x", "d", "sms");
  for (const char* name : {"out/2", "in/1", "out/1", "outer", "p"}) state->save(name, name);
  state->erase("missing");
  using List = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(state->list("out/"), (List{{"out/1", "out/1"}, {"out/2", "out/2"}}));
  state->erase("out/1");
  EXPECT_EQ(state->list("out/"), (List{{"out/2", "out/2"}}));
  EXPECT_EQ(state->list("").size(), 4u);
  open();
  EXPECT_EQ(store_->state_for("u@x", "d", "sms")->list("out/"), (List{{"out/2", "out/2"}}));
}

TEST_F(StoreTest, RemovingAUserLeavesTheOthers) {
  open();
  ASSERT_TRUE(save(romeo) && save(juliet) && save(elsewhere));
  for (const Registration* who : {&romeo, &juliet, &elsewhere}) {
    store_->set_roster({who->user, who->domain, "a", true, false});
    store_->set_room({who->user, who->domain, "#a", "n", "k", false});
    store_->state_for(who->user, who->domain, "net")->save("k", "v");
  }
  const auto state = store_->state_for(romeo.user, romeo.domain, "net");
  bool removed = false;
  store_->remove_user(romeo.domain, romeo.user, [&](bool good) { removed = good; });
  EXPECT_EQ(state->load("k"), std::nullopt);
  run();
  EXPECT_TRUE(removed);
  open();
  EXPECT_EQ(store_->registrations("irc.example.org"), std::vector{juliet});
  EXPECT_EQ(store_->find_registration("sms.example.org", romeo.user), elsewhere);
  EXPECT_EQ(store_->roster("irc.example.org").size(), 1u);
  EXPECT_EQ(store_->saved_rooms("irc.example.org").size(), 1u);
  EXPECT_EQ(store_->state_for(romeo.user, romeo.domain, "net")->load("k"), std::nullopt);
  EXPECT_EQ(store_->state_for(romeo.user, "sms.example.org", "net")->load("k"), "v");
}

TEST_F(StoreTest, CredentialsAndTextsAreNotReadableInTheFile) {
  open();
  ASSERT_TRUE(save(romeo));
  store_->set_room({"u@x", "d", "#a", "n", "room-k3y", false});
  store_->state_for("u@x", "d", "sms")->save("out/1", "private text");
  store_.reset();
  const std::string bytes = file_bytes();
  ASSERT_NE(bytes.find("romeo@example.org"), std::string::npos);
  for (const char* secret : {"s3cret-p4ss", "room-k3y", "private text"}) {
    EXPECT_EQ(bytes.find(secret), std::string::npos) << secret;
  }
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(StoreTest, AValueMovedToAnotherRowIsRefused) {
  open();
  ASSERT_TRUE(save(romeo) && save(juliet));
  store_.reset();
  {
    auto raw = base::Database::open(path_);
    ASSERT_TRUE(raw);
    ASSERT_TRUE(
        raw->execute("UPDATE registrations SET value = (SELECT value FROM registrations WHERE user LIKE 'r%' AND "
                     "field = 'nick') WHERE user LIKE 'j%' AND field = 'nick'"));
  }
  EXPECT_NE(open_problem().find("a row of registrations was changed"), std::string::npos);
}

TEST_F(StoreTest, RefusalsSayWhyAndChangeNothing) {
  EXPECT_NE(open_problem("short").find("the key has 5 bytes, not 32"), std::string::npos);
  EXPECT_FALSE(fs::exists(path_));
  open();
  ASSERT_TRUE(save(romeo));
  EXPECT_NE(Store::open(loop_.get_executor(), path_, key).error().find("in use by another process"), std::string::npos);
  store_.reset();
  const std::string before = file_bytes();
  EXPECT_NE(open_problem(std::string(32, 'x')).find("wrong key"), std::string::npos);
  EXPECT_EQ(file_bytes(), before);
  open();
  EXPECT_EQ(store_->find_registration(romeo.domain, romeo.user), romeo);
}

TEST_F(StoreTest, SettingsSurviveByScope) {
  open();
  const mapping::Settings network{{"nick", "Romeo"}, {"password", "s3cret"}};
  store_->save_settings("gw", "romeo@x", "net", network, [](bool) {});
  store_->save_settings("gw", "romeo@x", "#a%net", {{"persistent", "true"}}, [](bool) {});
  store_->save_settings("gw", "juliet@x", "net", {{"nick", "Juliet"}}, [](bool) {});
  store_->save_settings("gw", "romeo@x", "net", {{"nick", "Montague"}, {"password", "s3cret"}}, [](bool) {});
  store_.reset();
  EXPECT_EQ(file_bytes().find("s3cret"), std::string::npos);
  EXPECT_EQ(file_bytes().find("Montague"), std::string::npos);
  open();
  EXPECT_EQ(store_->settings("gw", "romeo@x", "net"),
            (mapping::Settings{{"nick", "Montague"}, {"password", "s3cret"}}));
  EXPECT_EQ(store_->settings("gw", "romeo@x").size(), 2u);
  EXPECT_EQ(store_->settings("gw", "romeo@x", ""), mapping::Settings{});
  store_->save_settings("gw", "romeo@x", "net", {{"nick", "Montague"}}, [](bool) {});
  store_->remove_user("gw", "juliet@x", [](bool) {});
  store_.reset();
  open();
  EXPECT_EQ(store_->settings("gw", "romeo@x", "net"), (mapping::Settings{{"nick", "Montague"}}));
  EXPECT_TRUE(store_->settings("gw", "juliet@x").empty());
}

TEST_F(StoreTest, ANewerSchemaIsLeftAlone) {
  open();
  store_.reset();
  {
    auto raw = base::Database::open(path_);
    ASSERT_TRUE(raw && raw->execute("PRAGMA user_version = 7"));
  }
  const std::string before = file_bytes();
  const std::string said = open_problem();
  EXPECT_NE(said.find("made by a newer wherry: schema 7, this one knows 2"), std::string::npos) << said;
  EXPECT_EQ(file_bytes(), before);
}

TEST_F(StoreTest, ForeignFilesAreLeftAlone) {
  {
    auto raw = base::Database::open(path_);
    ASSERT_TRUE(raw && raw->execute("CREATE TABLE precious(a)"));
  }
  EXPECT_NE(open_problem().find("not made by wherry"), std::string::npos);
  std::ofstream(path_, std::ios::trunc) << std::string(5000, 'x');
  EXPECT_NE(open_problem().find("not a database"), std::string::npos);
  EXPECT_EQ(file_bytes(), std::string(5000, 'x'));
  path_ = folder_ / "missing" / "w.db";
  EXPECT_NE(open_problem().find("can't be opened or created"), std::string::npos);
}

// Runs `body` in a child and gives its exit status; a child that was killed gives minus the signal.
template <class Body>
int in_child(Body body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

TEST_F(StoreTest, AReadOnlyFileIsRefused) {
  open();
  ASSERT_TRUE(save(romeo));
  store_.reset();
  fs::permissions(folder_, fs::perms::all);
  fs::permissions(path_, fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
  const std::string before = file_bytes();
  const int status = in_child([&] {
    if (getuid() == 0 && setresuid(65534, 65534, 65534) != 0) return 2;
    return open_problem().find("read-only") != std::string::npos ? 0 : 1;
  });
  EXPECT_EQ(status, 0);
  EXPECT_EQ(file_bytes(), before);
}

bool limit_files(rlim_t bytes) {
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  std::signal(SIGXFSZ, SIG_IGN);
  return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

TEST_F(StoreTest, AFullDiskIsSaidAtTheStart) {
  const int status = in_child([&] {
    limit_files(0);
    return open_problem().find("the disk is full") != std::string::npos ? 0 : 1;
  });
  EXPECT_EQ(status, 0);
}

// What it holds is served; what would have to be kept is refused.
TEST_F(StoreTest, AFullDiskAtTheStartLeavesADatabaseAsItIs) {
  open();
  ASSERT_TRUE(save(romeo));
  store_.reset();
  const std::string before = file_bytes();
  const int status = in_child([&] {
    limit_files(0);
    open();
    if (store_->find_registration(romeo.domain, romeo.user) != romeo) return 1;
    Registration other = romeo;
    other.user = "juliet@x";
    if (save(other)) return 2;
    return store_->find_registration(other.domain, other.user) ? 3 : 0;
  });
  EXPECT_EQ(status, 0);
  EXPECT_EQ(file_bytes(), before);
  open();
  EXPECT_EQ(store_->find_registration(romeo.domain, romeo.user), romeo);
}

// The steps of the test below, in a child; 0 or the number of the step that went wrong.
int survive_a_full_disk(const std::function<bool(const Registration&)>& save, Store& store) {
  if (!save(romeo)) return 1;
  limit_files(1000);
  Registration changed = romeo;
  changed.fields["nick"] = "Changed";
  if (save(changed)) return 2;
  if (store.find_registration(romeo.domain, romeo.user) != romeo) return 3;
  store.set_roster({"u@x", "d", "kept", true, false});
  if (save(juliet)) return 4;
  limit_files(RLIM_INFINITY);
  return save(elsewhere) ? 0 : 5;
}

TEST_F(StoreTest, AFullDiskFailsTheCommitAndIsCaughtUpWithLater) {
  const int status = in_child([&] {
    open();
    const int step = survive_a_full_disk([this](const Registration& r) { return save(r); }, *store_);
    store_.reset();
    return step;
  });
  EXPECT_EQ(status, 0);
  open();
  EXPECT_EQ(store_->registrations("irc.example.org"), std::vector{romeo});
  EXPECT_EQ(store_->find_registration("sms.example.org", romeo.user), elsewhere);
  EXPECT_EQ(store_->roster("d").size(), 1u);
}

TEST_F(StoreTest, WhatWasConfirmedSurvivesAKill) {
  const int status = in_child([&] {
    open();
    const auto state = store_->state_for("u@x", "d", "sms");
    state->save("out/1", "accepted");
    state->commit([](bool good) {
      if (good) std::raise(SIGKILL);
    });
    run();
    return 1;
  });
  EXPECT_EQ(status, -SIGKILL);
  open();
  EXPECT_EQ(store_->state_for("u@x", "d", "sms")->load("out/1"), "accepted");
}

TEST_F(StoreTest, OneTurnIsOneTransaction) {
  open();
  const auto state = store_->state_for("u@x", "d", "sms");
  int confirmed = 0;
  asio::post(loop_, [&] {
    for (int i = 0; i < 500; ++i) {
      state->save("out/" + std::to_string(i), "text");
      state->commit([&](bool good) { confirmed += good; });
    }
  });
  run();
  EXPECT_EQ(confirmed, 500);
  EXPECT_EQ(store_->commits(), 1u);
}

TEST_F(StoreTest, WaitingTurnsShareOneCommit) {
  open();
  const auto state = store_->state_for("u@x", "d", "sms");
  int confirmed = 0;
  for (int i = 0; i < 200; ++i) {
    asio::post(loop_, [&, i] {
      state->save("out/" + std::to_string(i), "text");
      state->commit([&](bool good) { confirmed += good; });
    });
  }
  run();
  EXPECT_EQ(confirmed, 200);
  EXPECT_LT(store_->commits(), 100u);
}

TEST_F(StoreTest, CommitWithNothingToWriteIsAnsweredLater) {
  open();
  std::optional<bool> result;
  store_->commit([&](bool good) { result = good; });
  EXPECT_FALSE(result);
  run();
  EXPECT_EQ(result, true);
  EXPECT_EQ(store_->commits(), 0u);
}

TEST_F(StoreTest, CallbacksOutliveTheStore) {
  open();
  std::optional<bool> result;
  store_->save_registration(romeo, [&](bool good) { result = good; });
  store_.reset();
  run();
  EXPECT_EQ(result, true);
}

}  // namespace
