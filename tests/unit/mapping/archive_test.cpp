// The archive by itself: batches, bounds, restarts, removal, and a disk that fails.
#include "mapping/archive.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/sqlite.hpp"
#include "tests/support/loop.hpp"

using namespace mapping;
using namespace std::chrono_literals;

namespace {

const base::WallTime noon = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());

class ArchiveTest : public testing::Test {
 protected:
  ArchiveTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "wherry-archive-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    path_ = (directory_ / "a.db").string();
    open();
  }
  ~ArchiveTest() override {
    close();
    std::filesystem::remove_all(directory_);
  }

  std::string try_open(const std::string& key) {
    auto opened = Archive::open(loop_.executor(), path_, key);
    if (!opened) return opened.error();
    archive_ = std::move(*opened);
    return {};
  }
  void open() { ASSERT_EQ(try_open(std::string(32, 'k')), ""); }
  void close() { archive_.reset(); }
  void reopen() {
    close();
    open();
  }

  BookPtr book(const std::string& user = "romeo@x", const std::string& local = "#a%net") {
    return archive_->book("gw", user, local);
  }
  void add(const BookPtr& book, int number, const std::string& nick = "juliet") {
    archive_->add(book, "id" + std::to_string(number), noon + std::chrono::seconds(number), nick,
                  "<message><body>text " + std::to_string(number) + "</body></message>");
  }
  void add(const BookPtr& book, int from, int to) {
    for (int number = from; number <= to; ++number) add(book, number);
  }
  template <class Condition>
  bool wait(Condition condition) {
    for (int turn = 0; turn < 2000 && !condition(); ++turn) {
      loop_.settle();
      loop_.io.restart();
      if (!condition()) loop_.io.run_one_for(5ms);
    }
    return condition();
  }
  void flush() {
    bool done = false;
    archive_->flush([&] { done = true; });
    ASSERT_TRUE(wait([&] { return done; }));
  }
  base::Result<ArchivePage, ArchiveErrc> ask(ArchiveQuery query, const BookPtr& of = nullptr) {
    std::optional<base::Result<ArchivePage, ArchiveErrc>> answer;
    archive_->find(of ? of : book(), std::move(query), [&](auto page) { answer = std::move(page); });
    EXPECT_FALSE(answer);
    EXPECT_TRUE(wait([&] { return answer.has_value(); }));
    return std::move(*answer);
  }
  // "1 2 3 complete": the numbers of what was found.
  static std::string shown(const base::Result<ArchivePage, ArchiveErrc>& page) {
    if (!page) return page.error() == ArchiveErrc::no_such_id ? "no such id" : "unavailable";
    std::string out;
    for (const Archived& each : page->messages) out += each.id.substr(2) + ' ';
    return out + (page->is_complete ? "complete" : "more");
  }
  std::string found(const ArchiveQuery& query, const BookPtr& of = nullptr) { return shown(ask(query, of)); }

  support::Loop loop_;
  asio::executor_work_guard<asio::io_context::executor_type> busy_{loop_.io.get_executor()};
  std::filesystem::path directory_;
  std::string path_;
  std::unique_ptr<Archive> archive_;
};

ArchiveQuery of_ids(std::vector<std::string> ids) {
  ArchiveQuery query;
  query.ids = std::move(ids);
  return query;
}

}  // namespace

TEST_F(ArchiveTest, gives_back_what_was_added_with_its_id_and_time) {
  add(book(), 1);
  const auto page = ask({});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->messages.size(), 1u);
  const Archived& only = page->messages.front();
  EXPECT_EQ(only.id, "id1");
  EXPECT_EQ(only.when, noon + 1s);
  EXPECT_EQ(only.message.to_string(), "<message><body>text 1</body></message>");
  EXPECT_EQ(page->index, 0u);
  EXPECT_EQ(page->count, 1u);
}

TEST_F(ArchiveTest, survives_a_restart_in_order) {
  add(book(), 1, 3);
  reopen();
  add(book(), 4);
  EXPECT_EQ(found({}), "1 2 3 4 complete");
}

TEST_F(ArchiveTest, books_share_nothing) {
  add(book("romeo@x", "#a%net"), 1);
  add(book("romeo@x", "#b%net"), 2);
  add(book("nurse@x", "#a%net"), 3);
  add(archive_->book("other.gw", "romeo@x", "#a%net"), 4);
  EXPECT_EQ(found({}, book("romeo@x", "#a%net")), "1 complete");
  EXPECT_EQ(found({}, book("romeo@x", "#b%net")), "2 complete");
  EXPECT_EQ(found({}, book("nurse@x", "#a%net")), "3 complete");
  EXPECT_EQ(found({}, book("nurse@x", "#b%net")), "complete");
}

TEST_F(ArchiveTest, many_messages_share_one_transaction) {
  add(book(), 1, 100);
  EXPECT_EQ(archive_->commits(), 0u);
  loop_.advance(251ms);
  ASSERT_TRUE(wait([&] { return archive_->commits() > 0; }));
  EXPECT_EQ(archive_->commits(), 1u);
}

TEST_F(ArchiveTest, a_flood_in_one_book_loses_nothing_of_the_others) {
  const BookPtr flooded = book("romeo@x"), other = book("juliet@x");
  const std::string large(64 * 1024, 'x');
  for (int number = 0; number < 300; ++number)
    archive_->add(flooded, "f" + std::to_string(number), noon, "nurse", large);
  const std::size_t dropped = archive_->dropped();
  EXPECT_GT(dropped, 150U);
  add(other, 1, 50);
  EXPECT_EQ(archive_->dropped(), dropped);
  flush();
  archive_->add(flooded, "later", noon, "nurse", large);
  EXPECT_EQ(archive_->dropped(), dropped);
}

TEST_F(ArchiveTest, a_full_batch_does_not_wait_for_the_clock) {
  for (int number = 0; number < 100; ++number) {
    archive_->add(book(), "id" + std::to_string(number), noon, "juliet", std::string(1000, 'x'));
  }
  EXPECT_TRUE(wait([&] { return archive_->commits() == 1; }));
}

TEST_F(ArchiveTest, what_waits_when_the_archive_is_closed_is_written) {
  add(book(), 1, 5);
  close();
  const auto database = base::Database::open(path_);
  ASSERT_TRUE(database);
  auto mine = base::Database::open(path_);
  EXPECT_EQ(*mine->number("SELECT count(*) FROM messages"), 5);
}

TEST_F(ArchiveTest, a_message_that_comes_again_is_kept_once) {
  add(book(), 1, 3);
  add(book(), 2);
  add(book(), 4);
  const auto page = ask({});
  EXPECT_EQ(shown(page), "1 2 3 4 complete");
  EXPECT_EQ(page->count, 4u);
}

TEST_F(ArchiveTest, pages) {
  add(book(), 1, 9);
  const auto page = [&](std::optional<std::string> after, std::optional<std::string> before, std::size_t max) {
    ArchiveQuery query;
    query.after = std::move(after);
    query.before = std::move(before);
    query.max = max;
    return found(query);
  };
  EXPECT_EQ(page({}, {}, 3), "1 2 3 more");
  EXPECT_EQ(page("id3", {}, 3), "4 5 6 more");
  EXPECT_EQ(page("id6", {}, 3), "7 8 9 complete");
  EXPECT_EQ(page("id9", {}, 3), "complete");
  EXPECT_EQ(page({}, "", 3), "7 8 9 more");
  EXPECT_EQ(page({}, "id7", 3), "4 5 6 more");
  EXPECT_EQ(page({}, "id4", 3), "1 2 3 complete");
  EXPECT_EQ(page({}, "id1", 3), "complete");
  EXPECT_EQ(page({}, {}, 0), "more");
  EXPECT_EQ(page("id77", {}, 3), "no such id");
  EXPECT_EQ(page({}, "id77", 3), "no such id");
  EXPECT_EQ(ask({.after = "id3", .max = 3})->index, 3u);
}

TEST_F(ArchiveTest, filters) {
  add(book(), 1, 6);
  add(book(), 7, "nurse");
  EXPECT_EQ(found({.start = noon + 5s}), "5 6 7 complete");
  EXPECT_EQ(found({.end = noon + 2s}), "1 2 complete");
  EXPECT_EQ(found({.nick = "nurse"}), "7 complete");
  EXPECT_EQ(found({.after_id = "id2", .before_id = "id5"}), "3 4 complete");
  EXPECT_EQ(found({.before = "", .after_id = "id2", .max = 2}), "6 7 more");
  EXPECT_EQ(found(of_ids({"id5", "id2", "id5"})), "2 5 complete");
  EXPECT_EQ(found(of_ids({"id5", "id77"})), "no such id");
  EXPECT_EQ(found({.after_id = "id77"}), "no such id");
  EXPECT_EQ(found({.before_id = "id77"}), "no such id");
  EXPECT_EQ(ask({.nick = "nurse"})->count, std::nullopt);
}

TEST_F(ArchiveTest, the_oldest_give_way_when_there_are_too_many) {
  archive_->keep("gw", {.days = 0, .messages = 10});
  add(book(), 1, 300);
  flush();
  const auto page = ask({.max = 1000});
  ASSERT_TRUE(page);
  EXPECT_LE(page->messages.size(), 74u);
  EXPECT_EQ(page->messages.back().id, "id300");
  EXPECT_EQ(page->count, page->messages.size());
  // The sweep leaves exactly what was asked for.
  loop_.advance(std::chrono::minutes(2));
  EXPECT_TRUE(wait([&] { return ask({.max = 1000})->messages.size() == 10; }));
  add(book(), 301);
  EXPECT_EQ(ask({.max = 1000})->messages.size(), 11u);
}

TEST_F(ArchiveTest, the_old_go_by_age) {
  archive_->keep("gw", {.days = 1, .messages = 0});
  archive_->add(book(), "id1", noon - std::chrono::hours(25), "juliet", "<message/>");
  archive_->add(book(), "id2", noon - std::chrono::hours(23), "juliet", "<message/>");
  archive_->add(book("nurse@x"), "id1", noon - std::chrono::hours(25), "juliet", "<message/>");
  EXPECT_EQ(found({}), "1 2 complete");
  loop_.advance(std::chrono::minutes(2));
  EXPECT_TRUE(wait([&] { return found({}) == "2 complete"; }));
  EXPECT_EQ(found({}, book("nurse@x")), "complete");
  // An emptied book can be written to again.
  add(book("nurse@x"), 5);
  EXPECT_EQ(found({}, book("nurse@x")), "5 complete");
}

TEST_F(ArchiveTest, a_user_who_leaves_takes_everything_along) {
  const BookPtr mine = book("romeo@x"), other = book("nurse@x");
  add(mine, 1, 3);
  add(book("romeo@x", "#b%net"), 1);
  add(other, 4);
  bool done = false;
  archive_->remove_user("gw", "romeo@x", [&](bool is_gone) { done = is_gone; });
  ASSERT_TRUE(wait([&] { return done; }));
  EXPECT_EQ(found({}, mine), "complete");
  EXPECT_EQ(found({}, book("romeo@x", "#b%net")), "complete");
  EXPECT_EQ(found({}, other), "4 complete");
  add(mine, 9);
  EXPECT_EQ(found({}, mine), "9 complete");
  reopen();
  EXPECT_EQ(found({}, book("romeo@x")), "9 complete");
}

TEST_F(ArchiveTest, texts_are_not_readable_in_the_file) {
  archive_->add(book(), "id1", noon, "juliet", "<message><body>a rose by any name</body></message>");
  close();
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(bytes.find("a rose"), bytes.npos) << entry.path();
    struct stat status {};
    ASSERT_EQ(stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0077u, 0u) << entry.path();
  }
}

TEST_F(ArchiveTest, a_text_moved_to_another_book_does_not_open) {
  add(book("romeo@x"), 1);
  add(book("nurse@x"), 1);
  close();
  ASSERT_TRUE(base::Database::open(path_)->execute(
      "UPDATE messages SET stanza = (SELECT stanza FROM messages WHERE book = 2) WHERE book = 1"));
  open();
  EXPECT_EQ(found({}, book("romeo@x")), "complete");
  EXPECT_EQ(found({}, book("nurse@x")), "1 complete");
}

TEST_F(ArchiveTest, tells_in_words_why_it_does_not_open) {
  close();
  EXPECT_NE(try_open(std::string(32, 'z')).find("wrong key"), std::string::npos);
  std::ofstream(path_, std::ios::binary | std::ios::trunc) << std::string(8192, 'x');
  const std::string why = try_open(std::string(32, 'k'));
  EXPECT_NE(why.find("it is not a database"), std::string::npos) << why;
  EXPECT_NE(why.find("move it away"), std::string::npos) << why;
  std::filesystem::remove(path_);
  ASSERT_TRUE(base::Database::open(path_)->execute("CREATE TABLE somebodys(own INTEGER)"));
  EXPECT_NE(try_open(std::string(32, 'k')).find("no archive of wherry's"), std::string::npos);
  std::filesystem::remove(path_);
}

TEST_F(ArchiveTest, a_newer_schema_is_left_alone) {
  close();
  ASSERT_TRUE(base::Database::open(path_)->execute("PRAGMA user_version = 99"));
  EXPECT_NE(try_open(std::string(32, 'k')).find("made by a newer wherry"), std::string::npos);
}

// Limits the size of files while it lives.
struct FullDisk {
  FullDisk() {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    rlimit tight = before;
    tight.rlim_cur = 4096;
    setrlimit(RLIMIT_FSIZE, &tight);
  }
  ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before); }
  rlimit before{};
};

TEST_F(ArchiveTest, what_a_full_disk_refuses_is_written_when_it_has_room_again) {
  add(book(), 1);
  flush();
  {
    const FullDisk full;
    add(book(), 2, 3);
    add(book("nurse@x"), 7);
    flush();
    EXPECT_EQ(archive_->commits(), 1u);
  }
  loop_.advance(std::chrono::seconds(6));
  EXPECT_TRUE(wait([&] { return archive_->commits() == 2; }));
  EXPECT_EQ(found({}), "1 2 3 complete");
  EXPECT_EQ(found({}, book("nurse@x")), "7 complete");
  add(book(), 4);
  EXPECT_EQ(found({}), "1 2 3 4 complete");
}

TEST_F(ArchiveTest, what_a_removed_user_had_waiting_is_not_written_later) {
  {
    const FullDisk full;
    add(book(), 1);
    add(book("nurse@x"), 2);
    flush();
    bool done = false;
    archive_->remove_user("gw", "romeo@x", [&](bool is_gone) { done = is_gone; });
    ASSERT_TRUE(wait([&] { return done; }));
  }
  add(book("nurse@x"), 3);
  flush();
  EXPECT_EQ(found({}), "complete");
  EXPECT_EQ(found({}, book("nurse@x")), "2 3 complete");
}

TEST_F(ArchiveTest, memory_has_a_bound_while_the_disk_refuses) {
  const FullDisk full;
  const std::string text(100'000, 'x');
  for (int number = 0; number < 300; ++number) {
    archive_->add(book(), "id" + std::to_string(number), noon, "juliet", text);
  }
  EXPECT_GT(archive_->dropped(), 100u);
  flush();
  EXPECT_EQ(archive_->commits(), 0u);
  const std::size_t before = archive_->dropped();
  archive_->add(book(), "another", noon, "juliet", text);
  EXPECT_EQ(archive_->dropped(), before + 1);
}
