#include "app/import_biboumi.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/dialer.hpp"
#include "base/sqlite.hpp"
#include "legacy/irc/network.hpp"

namespace app {
namespace {

using component::Jid;

class ImportBiboumi : public testing::Test {
 protected:
  ImportBiboumi() {
    std::filesystem::create_directory(directory_);
    component_.domain = "irc.example";
    component_.archive_age = std::chrono::days(0);
    component_.irc.push_back({});
    component_.irc.back().name = "verona";
    component_.irc.back().endpoint.host = "127.0.0.1";
    identity_.add(std::make_unique<irc::Network>(component_.irc.back(), dialer_));
    store_ = *mapping::Store::open(loop_.get_executor(), directory_ / "store", std::string(32, 'k'));
    archive_ = *mapping::Archive::open(loop_.get_executor(), directory_ / "archive", std::string(32, 'k'));
    std::ifstream file(WHERRY_TEST_DATA "/biboumi.sql");
    std::stringstream sql;
    sql << file.rdbuf();
    change(sql.str());
  }
  ~ImportBiboumi() override {
    store_.reset();
    archive_.reset();
    std::filesystem::remove_all(directory_);
  }

  void change(const std::string& sql) {
    auto database = base::Database::open(source_);
    ASSERT_TRUE(database) << database.error();
    const auto done = database->execute(sql.c_str());
    ASSERT_TRUE(done) << done.error();
  }
  ImportReport run() {
    BiboumiImport import(loop_, component_, identity_, *store_, archive_.get());
    auto report = import.run(source_);
    EXPECT_TRUE(report) << (report ? "" : report.error());
    return report ? *report : ImportReport{};
  }
  std::vector<mapping::Archived> said(const std::string& local) {
    std::vector<mapping::Archived> out;
    bool is_done = false;
    archive_->find(archive_->book("irc.example", "romeo@x.test", local), {}, [&](auto page) {
      if (page) out = std::move(page->messages);
      is_done = true;
    });
    while (!is_done) {
      loop_.restart();
      loop_.run_one();
    }
    return out;
  }
  mapping::Settings settings(const std::string& scope) {
    return store_->settings("irc.example", "romeo@x.test", scope);
  }

  asio::io_context loop_;
  std::filesystem::path directory_ =
      std::filesystem::temp_directory_path() / ("wherry-import-" + std::to_string(::getpid()));
  std::string source_ = directory_ / "biboumi.sqlite";
  config::Component component_;
  base::TcpDialer dialer_{loop_.get_executor()};
  mapping::Identity identity_{"irc.example", false};
  std::unique_ptr<mapping::Store> store_;
  std::unique_ptr<mapping::Archive> archive_;
};

bool has(const std::vector<std::string>& lines, const std::string& part) {
  return std::any_of(lines.begin(), lines.end(), [&](const auto& line) { return line.find(part) != line.npos; });
}

TEST_F(ImportBiboumi, TakesOptionsUnderOurNames) {
  const ImportReport report = run();
  EXPECT_EQ(settings(""), (mapping::Settings{{"max_history_length", "30"}}));
  const mapping::Settings network = settings("verona");
  EXPECT_EQ(network.at("pass"), "door");
  EXPECT_EQ(network.at("nick"), "Romeo");
  EXPECT_EQ(network.at("ident"), "montague");
  EXPECT_EQ(network.at("realname"), "Romeo M.");
  EXPECT_EQ(network.at("encoding_in"), "ISO-8859-15");
  EXPECT_EQ(network.at("throttle_limit"), "5");
  EXPECT_EQ(network.at("after_connect"), "MODE Romeo +i\nWHOIS x");
  EXPECT_EQ(settings("#verona%verona"), (mapping::Settings{{"encoding_in", "KOI8-R"}, {"persistent", "true"}}));
  EXPECT_EQ(settings("#a%verona"), (mapping::Settings{{"record_history", "false"}}));
  EXPECT_EQ(settings("#b%verona"), (mapping::Settings{{"record_history", "true"}}));
  EXPECT_EQ(settings("#c%verona"), mapping::Settings{});
  EXPECT_TRUE(has(report.taken, "after_connect"));
  for (const auto& lines : {report.taken, report.left}) EXPECT_FALSE(has(lines, "door")) << "a password is printed";
}

TEST_F(ImportBiboumi, TakesRoomsRosterAndWhatWasSaid) {
  run();
  const auto rooms = store_->saved_rooms("irc.example");
  ASSERT_EQ(rooms.size(), 1u);
  EXPECT_EQ(rooms.front(), (mapping::SavedRoom{"romeo@x.test", "irc.example", "#verona%verona", "Romeo", {}, true}));
  const auto contact = store_->find_roster("irc.example", "romeo@x.test", "verona");
  ASSERT_TRUE(contact);
  EXPECT_TRUE(contact->to && contact->from);
  const auto messages = said("#verona%verona");
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0].id, "f9a045ce-b184-41bb-978e-26cc937a475f");
  EXPECT_EQ(messages[0].when, base::WallTime{std::chrono::seconds(1795265336)});
  EXPECT_EQ(messages[0].message.attr("from"), "#verona%verona@irc.example/juliet");
  EXPECT_EQ(messages[0].message.child_text("body", {}), "Wherefore <3 & \"\xC3\xA9\"?");
}

TEST_F(ImportBiboumi, TwiceChangesNothing) {
  run();
  const ImportReport again = run();
  EXPECT_TRUE(again.taken.empty()) << again.taken.front();
  EXPECT_EQ(said("#verona%verona").size(), 2u);
  change("INSERT INTO muclogline_ VALUES(3,'new','romeo@x.test','#verona','127.0.0.1',1795265400,'More','juliet')");
  EXPECT_EQ(run().taken.size(), 1u);
  EXPECT_EQ(said("#verona%verona").size(), 3u);
}

TEST_F(ImportBiboumi, KeepsWhatWasChosenHere) {
  store_->save_settings("irc.example", "romeo@x.test", "verona", {{"nick", "Montague"}}, [](bool) {});
  const ImportReport report = run();
  EXPECT_EQ(settings("verona").at("nick"), "Montague");
  EXPECT_TRUE(has(report.left, "nick is chosen here already"));
}

TEST_F(ImportBiboumi, SaysWhatItLeaves) {
  change(R"(UPDATE ircserveroptions_ SET trustedfingerprint_ = 'ab', address_ = 'other.example', nick_ = 'no nick';
            INSERT INTO roster VALUES('juliet%elsewhere.example@bib.test', 'romeo@x.test');
            INSERT INTO muclogline_ VALUES(9,'x','romeo@x.test','#d','elsewhere.example',1,'old','juliet');
            INSERT INTO globaloptions_(owner_) VALUES('@'))");
  const ImportReport report = run();
  for (const char* part : {"fingerprint", "address", "nick", "elsewhere.example@", "#d", "not an address"}) {
    EXPECT_TRUE(has(report.left, part)) << part;
  }
  EXPECT_FALSE(settings("verona").contains("nick"));
}

TEST_F(ImportBiboumi, LeavesWhatTheArchiveWouldNotKeep) {
  component_.archive_age = std::chrono::days(1);
  change("UPDATE muclogline_ SET date_ = 1000");
  EXPECT_TRUE(has(run().left, "2 messages are older"));
  EXPECT_TRUE(said("#verona%verona").empty());
}

TEST_F(ImportBiboumi, RefusesOtherFiles) {
  BiboumiImport import(loop_, component_, identity_, *store_, archive_.get());
  EXPECT_FALSE(import.run(directory_ / "missing"));
  EXPECT_FALSE(std::filesystem::exists(directory_ / "missing"));
  EXPECT_FALSE(import.run(directory_ / "archive"));
}

}  // namespace
}  // namespace app
