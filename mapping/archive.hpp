// What was said in rooms, for each user by himself: MUC history after a restart and XEP-0313 read it.
//
// Design. Messages are collected in memory and given to a thread that owns an SQLite file of its own (WAL,
// synchronous=NORMAL), many in one transaction: after 64 KiB or a quarter of a second, before every query and at the
// end. So a message costs no disk write of its own, and the store's synced commits never wait for the archive. A crash
// of wherry loses what was collected in the last quarter of a second, a power cut also what the system had not written.
//
// Bounds. While the disk is slow or refuses, up to 16 MiB wait in memory and are tried again with whatever comes next;
// beyond that messages are left out of the archive, counted and logged. Live messages never wait for the archive.
//
// A book is one user's archive of one room; the oldest messages leave it first, by age and number (Keep). Stanzas are
// sealed with AES-256-GCM under a key of the book's own; user, room, sender's nick, id and time are readable.
//
// Loop thread only; callbacks are posted, never called before the call returns, and not at all after destruction.
// Destruction writes everything and waits for it. The executor's context outlives the archive.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/offload.hpp"
#include "component/xml.hpp"

namespace mapping {

struct Book;  // mapping/archive_disk.hpp; shared by the loop, which only holds it, and the thread
using BookPtr = std::shared_ptr<Book>;
class ArchiveDisk;
struct ArchiveRow;

// How much of each book is kept. 0: without that bound.
struct Keep {
  int days = 30;
  std::int64_t messages = 10'000;
};

// What to look for in a book. All given conditions hold; ids of messages are those of stanza-id.
struct ArchiveQuery {
  std::optional<std::string> after = {}, before = {};        // a page's edge (XEP-0059); before "": the last page
  std::optional<std::string> after_id = {}, before_id = {};  // limits of the whole result
  std::vector<std::string> ids = {};                         // these and no others
  std::optional<base::WallTime> start = {}, end = {};        // inclusive
  std::optional<std::string> nick = {};                      // said by
  std::size_t max = 50;                                      // messages in the page
};

struct Archived {
  std::string id;
  base::WallTime when;
  component::xml::Element message;  // as it was shown, without `to`
};

struct ArchivePage {
  std::vector<Archived> messages;  // oldest first
  bool is_complete = true;         // nothing that matches lies beyond the page, in the direction of paging
  // Of the first message in the result, and the result's size; only for a result without conditions.
  std::optional<std::size_t> index, count;
};

enum class ArchiveErrc {
  no_such_id = 1,  // a message that the query names is not in the book
  unavailable,     // the file can't be read; it is in the log
};

class Archive {
 public:
  using Found = std::function<void(base::Result<ArchivePage, ArchiveErrc>)>;

  // The highest schema this build knows.
  static int schema_version() noexcept;

  // Creates or opens the file. Blocks; meant for the start. The error is a sentence for the operator. `patience` as
  // the store's.
  static base::Result<std::unique_ptr<Archive>, std::string> open(asio::any_io_executor executor, std::string path,
                                                                  const std::string& key32,
                                                                  std::chrono::milliseconds patience = {});
  ~Archive();
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  // The bounds for one component's books, enforced as messages come in and by a sweep once an hour.
  void keep(std::string domain, Keep bounds);

  // The book of that room (its localpart), the same object for the same names as long as somebody holds it.
  BookPtr book(const std::string& domain, const std::string& user, const std::string& local);
  // `message` is serialised, without `to`.
  void add(const BookPtr& book, std::string id, base::WallTime when, std::string nick, std::string message);
  // Sees everything added before.
  void find(const BookPtr& book, ArchiveQuery query, Found found);
  // Whether the book takes messages; it does until it is told not to. The answer is nothing when the disk refuses.
  using Answer = std::function<void(std::optional<bool>)>;
  void ask_open(const BookPtr& book, Answer answer);
  void set_open(const BookPtr& book, bool is_open, Answer answer);
  // Forgets all books of the user at that domain. Books still held are empty afterwards.
  // done(false): the disk refuses; it is in the log.
  void remove_user(const std::string& domain, const std::string& user, std::function<void(bool)> done);
  // Keeps the loop no longer from running out of work. What is added from now on is written at the destruction.
  void stop();
  // Calls done when everything added so far was given to the disk, whatever came of it.
  void flush(std::function<void()> done);

  // Messages left out so far because too many waited, and transactions written; for metrics.
  std::size_t dropped() const noexcept { return dropped_; }
  std::size_t commits() const noexcept { return commits_; }

 private:
  using Place = std::tuple<std::string, std::string, std::string>;  // domain, user, local

  Archive(asio::any_io_executor executor, std::unique_ptr<ArchiveDisk> disk);
  enum class Attempt { unless_failing, always };
  void write_out(Attempt attempt = Attempt::unless_failing);
  void answer_open(std::function<base::Result<bool, std::string>()> work, Answer answer);
  bool has_room(Book& book, std::size_t bytes) const;
  void write_later(base::Clock::duration pause);
  void wrote(std::size_t bytes, std::string problem);
  void sweep_later(base::Clock::duration pause);
  void sweep(std::int64_t from);
  // Runs work on the thread, and then on the loop, unless the archive is gone, then.
  void post(std::function<void()> work, std::function<void()> then);

  std::unique_ptr<ArchiveDisk> disk_;  // the thread's while it runs
  std::map<Place, std::weak_ptr<Book>> books_;
  std::size_t books_to_look_at_ = 1024;  // when there are so many, those that nobody holds are forgotten
  std::vector<ArchiveRow> batch_;
  std::size_t batch_bytes_ = 0;
  std::uint64_t backlog_ = 1;      // counts the times when nothing was left to write
  std::size_t waiting_bytes_ = 0;  // given to the thread, not on the disk yet
  std::size_t failed_bytes_ = 0;   // of them, what the disk has refused
  std::size_t dropped_ = 0, dropped_told_ = 0;
  std::size_t commits_ = 0;
  bool is_timed_ = false;
  bool is_stopped_ = false;
  bool is_failing_ = false;
  base::Timer timer_, sweep_timer_;
  base::Log log_{"archive"};
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  base::Offload thread_;  // last: its destructor waits for what still uses the rest
};

}  // namespace mapping
