// The archive's file: schema, sealing, writing and finding messages. Internal to mapping/archive; runs on its thread.
#pragma once

#include <array>
#include <functional>
#include <limits>

#include "base/crypto.hpp"
#include "base/milliseconds.hpp"
#include "base/sqlite.hpp"
#include "mapping/archive.hpp"

namespace mapping {

// The names are constant, what waits is the loop's; the rest belongs to the archive's thread.
struct Book {
  std::string domain, user, local;

  std::size_t waiting = 0;          // bytes that came...
  std::uint64_t since_backlog = 0;  // ...since this one began: Archive::backlog_

  std::int64_t number = 0;           // in the file; 0: there is none yet
  bool is_open = true;               // takes messages
  std::int64_t first = 1, last = 0;  // the messages it holds, without gaps
  std::uint64_t generation = 0;      // of the file, when these were read
  std::string key = {};              // seals its messages
};

struct ArchiveRow {
  BookPtr book;
  std::string id;
  std::int64_t at = 0;  // milliseconds since the epoch
  std::string nick;
  std::string message;
  bool is_sealed = false;  // the message is: the disk may have to be tried more than once

  // What it weighs in memory, about.
  std::size_t bytes() const noexcept { return sizeof(ArchiveRow) + id.size() + nick.size() + message.size(); }
};

inline constexpr std::int64_t most_messages = 0xFFFFFFFF;  // in one book, ever

inline std::int64_t key_of(const Book& book, std::int64_t number) noexcept {
  return (book.number << 32) | number;
}
using base::from_milliseconds;
using base::to_milliseconds;

class ArchiveDisk {
 public:
  using Step = base::Result<bool, std::string>;
  using Page = base::Result<ArchivePage, ArchiveErrc>;

  static int newest_schema() noexcept;
  static base::Result<std::unique_ptr<ArchiveDisk>, std::string> open(const std::string& path, const std::string& key32,
                                                                      std::chrono::milliseconds patience);

  void keep(const std::string& domain, Keep bounds) { bounds_[domain] = bounds; }
  // All rows, together with those that failed before, or none: then they wait for the next call.
  Step write(std::vector<ArchiveRow> rows);
  // They wait for the next write() without an attempt.
  void hold(std::vector<ArchiveRow> rows);
  Page find(Book& book, const ArchiveQuery& query);
  // Why the last find() said unavailable.
  const std::string& problem() const noexcept { return problem_; }
  // Whether the book takes messages from now on.
  base::Result<bool, std::string> is_open(Book& book);
  Step set_open(Book& book, bool is_open);
  Step remove_user(const std::string& domain, const std::string& user);
  // Removes what is over the bounds in some books, beginning with number `from`; the number to go on with, 0 at the
  // end.
  base::Result<std::int64_t, std::string> sweep(std::int64_t from);

 private:
  enum Sql {
    sql_find_book,
    sql_add_book,
    sql_first,
    sql_last,
    sql_add,
    sql_trim,
    sql_number,
    sql_forward,
    sql_backward,
    sql_books,
    sql_books_of,
    sql_erase_book,
    sql_set_open,
    sql_total
  };
  static const std::array<std::string_view, sql_total> sql;

  // Numbers of messages and milliseconds, both ends included.
  struct Range {
    std::int64_t from, to;
    std::int64_t start, end;
    std::string nick;  // empty: anybody
  };

  ArchiveDisk(base::Database database, std::string key);
  Step prepare();
  Step in_transaction(const std::function<Step()>& work);

  // Reads the book's numbers when they may have changed; makes the book when `create` says so.
  Step look_up(Book& book, bool create);
  Step measure(Book& book);
  Step write_rows();
  Step write_row(ArchiveRow& row);
  // Removes messages before `first`.
  Step trim(Book& book, std::int64_t first);
  Step trim_by_number(Book& book, std::int64_t slack);
  Step trim_by_age(Book& book);
  Step sweep_book(Book& book);
  Step erase(Book& book);
  Step books(Sql which, const std::function<void(base::Statement&)>& bind, std::vector<Book>& into);
  // The message's number; 0 when it is not there.
  base::Result<std::int64_t, std::string> number_of(const Book& book, const std::string& id);
  // Adds messages as the statement finds them, and their numbers; what does not open is left out.
  struct Hits {
    std::vector<Archived> messages;
    std::vector<std::int64_t> numbers;
    std::size_t rows = 0;  // with those
  };
  Step collect(Sql which, const Book& book, const Range& range, std::size_t limit, Hits& into);
  base::Result<Range, ArchiveErrc> range_of(const Book& book, const ArchiveQuery& query);
  base::Result<Hits, ArchiveErrc> hits(const Book& book, const ArchiveQuery& query, const Range& range);
  base::Statement& statement(Sql which) { return statements_[which]; }

  base::Database database_;  // before the statements, which it must outlive
  std::string key_;
  base::Sealer sealer_;
  std::vector<base::Statement> statements_;
  std::vector<ArchiveRow> waiting_;
  std::map<std::string, Keep> bounds_;  // by domain
  std::uint64_t generation_ = 1;        // changes when what books know of themselves may be wrong
  std::string problem_;                 // of the last find() that could not read
};

}  // namespace mapping
