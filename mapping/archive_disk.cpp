// The archive's file: opening it, writing to it, and forgetting what is over the bounds.
#include "mapping/archive_disk.hpp"

#include <algorithm>
#include <iterator>

#include "mapping/database_file.hpp"

namespace mapping {

namespace {

using Step = ArchiveDisk::Step;

// Append only, as the store's.
constexpr std::array migrations = {
    // A message's key is its book's number and its number in the book, so that a book's messages lie together.
    R"(CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
       CREATE TABLE books(number INTEGER PRIMARY KEY, domain TEXT NOT NULL, user TEXT NOT NULL, local TEXT NOT NULL,
                          is_open INTEGER NOT NULL DEFAULT 1, UNIQUE(domain, user, local));
       CREATE TABLE messages(key INTEGER PRIMARY KEY, book INTEGER NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL,
                             nick TEXT NOT NULL, stanza BLOB NOT NULL);
       CREATE UNIQUE INDEX by_id ON messages(book, id);)",
};

constexpr FileKind archive_file{0x77686172,  // "whar"
                                "it is no archive of wherry's",
                                "NORMAL",
                                "this key opens this archive",
                                "archive:key_check",
                                migrations};
constexpr std::int64_t books_per_sweep = 64;
constexpr auto day = std::chrono::hours(24);

}  // namespace

const std::array<std::string_view, ArchiveDisk::sql_total> ArchiveDisk::sql = {
    "SELECT number, is_open FROM books WHERE domain = ? AND user = ? AND local = ?",
    "INSERT INTO books(domain, user, local) VALUES(?, ?, ?)",
    "SELECT key FROM messages WHERE key BETWEEN ?1 AND ?2 AND at >= ?3 ORDER BY key LIMIT 1",
    "SELECT key FROM messages WHERE key BETWEEN ?1 AND ?2 ORDER BY key DESC LIMIT 1",
    "INSERT OR IGNORE INTO messages(key, book, id, at, nick, stanza) VALUES(?, ?, ?, ?, ?, ?)",
    "DELETE FROM messages WHERE key BETWEEN ? AND ?",
    "SELECT key FROM messages WHERE book = ? AND id = ?",
    "SELECT key, id, at, stanza FROM messages WHERE key BETWEEN ?1 AND ?2 AND at BETWEEN ?3 AND ?4 "
    "AND (?5 = '' OR nick = ?5) ORDER BY key LIMIT ?6",
    "SELECT key, id, at, stanza FROM messages WHERE key BETWEEN ?1 AND ?2 AND at BETWEEN ?3 AND ?4 "
    "AND (?5 = '' OR nick = ?5) ORDER BY key DESC LIMIT ?6",
    "SELECT number, domain, user, local, is_open FROM books WHERE number >= ? ORDER BY number LIMIT ?",
    "SELECT number, domain, user, local, is_open FROM books WHERE domain = ? AND user = ?",
    "DELETE FROM books WHERE number = ?",
    "UPDATE books SET is_open = ? WHERE number = ?",
};

int ArchiveDisk::newest_schema() noexcept {
  return static_cast<int>(migrations.size());
}

ArchiveDisk::ArchiveDisk(base::Database database, std::string key)
    : database_(std::move(database)), key_(std::move(key)) {}

base::Result<std::unique_ptr<ArchiveDisk>, std::string> ArchiveDisk::open(const std::string& path,
                                                                          const std::string& key32,
                                                                          std::chrono::milliseconds patience) {
  constexpr const char* advice = "; it holds the rooms' history only: move it away to start with an empty one";
  std::string key = base::hmac_sha256(key32, "archive");
  auto database = open_file(archive_file, path, key, patience);
  if (!database) return database.error() + advice;
  std::unique_ptr<ArchiveDisk> disk(new ArchiveDisk(std::move(*database), std::move(key)));
  const Step prepared = disk->prepare();
  if (!prepared) return prepared.error() + advice;
  return disk;
}

Step ArchiveDisk::prepare() {
  for (const std::string_view text : sql) {
    auto prepared = database_.prepare(text);
    if (!prepared) return prepared.error();
    statements_.push_back(std::move(*prepared));
  }
  return true;
}

// What a failed transaction has told the books is wrong.
Step ArchiveDisk::in_transaction(const std::function<Step()>& work) {
  Step done = database_.execute("BEGIN IMMEDIATE");
  try {
    if (done) done = work();
  } catch (const std::exception& failure) {
    done = std::string(failure.what());
  }
  if (done) done = database_.execute("COMMIT");
  if (done) return done;
  ++generation_;
  for (base::Statement& each : statements_) each.reset();
  // SQLite may have rolled back by itself; then this fails, harmlessly.
  static_cast<void>(database_.execute("ROLLBACK"));
  return done;
}

Step ArchiveDisk::look_up(Book& book, bool create) {
  if (book.generation == generation_ && (book.number != 0 || !create)) return true;
  if (book.key.empty()) {
    book.key = base::hmac_sha256(key_, book.domain + '\0' + book.user + '\0' + book.local);
  }
  book.number = 0;
  base::Statement& find = statement(sql_find_book);
  const Step found = find.bind(1, book.domain).bind(2, book.user).bind(3, book.local).step();
  if (!found) return found;
  if (*found) book.number = find.column_number(0);
  book.is_open = !*found || find.column_number(1) != 0;
  find.reset();
  if (book.number == 0 && create) {
    base::Statement& add = statement(sql_add_book);
    const Step added = add.bind(1, book.domain).bind(2, book.user).bind(3, book.local).run();
    if (!added) return added;
    const auto number = database_.number("SELECT last_insert_rowid()");
    if (!number) return number.error();
    book.number = *number;
  }
  book.generation = generation_;
  return measure(book);
}

Step ArchiveDisk::measure(Book& book) {
  book.first = 1;
  book.last = 0;
  if (book.number == 0) return true;
  for (const Sql which : {sql_first, sql_last}) {
    base::Statement& edge = statement(which);
    edge.bind(1, key_of(book, 0)).bind(2, key_of(book, most_messages));
    if (which == sql_first) edge.bind(3, std::numeric_limits<std::int64_t>::min());
    const Step found = edge.step();
    if (!found) return found;
    if (*found) (which == sql_first ? book.first : book.last) = edge.column_number(0) & most_messages;
    edge.reset();
  }
  return true;
}

void ArchiveDisk::hold(std::vector<ArchiveRow> rows) {
  std::move(rows.begin(), rows.end(), std::back_inserter(waiting_));
}

Step ArchiveDisk::write(std::vector<ArchiveRow> rows) {
  hold(std::move(rows));
  if (waiting_.empty()) return true;
  const Step written = in_transaction([this] { return write_rows(); });
  if (!written) return written;
  waiting_.clear();
  return true;
}

Step ArchiveDisk::write_rows() {
  for (ArchiveRow& row : waiting_) {
    const Step found = look_up(*row.book, true);
    if (!found) return found;
    if (!row.book->is_open) continue;
    const Step written = write_row(row);
    if (!written) return written;
    // Not at every message: a range of them is removed at the price of one.
    const Step trimmed = trim_by_number(*row.book, 64);
    if (!trimmed) return trimmed;
  }
  return true;
}

// A message that is there already has come again: a server plays back what it has sent before.
Step ArchiveDisk::write_row(ArchiveRow& row) {
  Book& book = *row.book;
  if (!std::exchange(row.is_sealed, true)) row.message = sealer_.seal(book.key, row.message, row.id);
  const std::int64_t number = book.last + 1;
  const Step written = statement(sql_add)
                           .bind(1, key_of(book, number))
                           .bind(2, book.number)
                           .bind(3, row.id)
                           .bind(4, row.at)
                           .bind(5, row.nick)
                           .bind_blob(6, row.message)
                           .run();
  if (!written) return written;
  if (database_.changes() > 0) book.last = number;
  return true;
}

Step ArchiveDisk::trim(Book& book, std::int64_t first) {
  if (first <= book.first) return true;
  const Step done = statement(sql_trim).bind(1, key_of(book, 0)).bind(2, key_of(book, first - 1)).run();
  if (done) book.first = first;
  return done;
}

Step ArchiveDisk::trim_by_number(Book& book, std::int64_t slack) {
  const std::int64_t most = bounds_[book.domain].messages;
  if (most == 0 || book.last - book.first + 1 <= most + slack) return true;
  return trim(book, book.last - most + 1);
}

Step ArchiveDisk::trim_by_age(Book& book) {
  const int days = bounds_[book.domain].days;
  if (days == 0 || book.last < book.first) return true;
  const base::WallTime oldest = std::chrono::system_clock::now() - days * day;
  base::Statement& find = statement(sql_first);
  const Step found =
      find.bind(1, key_of(book, book.first)).bind(2, key_of(book, book.last)).bind(3, to_milliseconds(oldest)).step();
  if (!found) return found;
  const std::int64_t first = *found ? find.column_number(0) & most_messages : book.last + 1;
  find.reset();
  return trim(book, first);
}

Step ArchiveDisk::sweep_book(Book& book) {
  const Step measured = measure(book);
  if (!measured) return measured;
  const std::int64_t before = book.first;
  for (const Step& done : {trim_by_age(book), trim_by_number(book, 0)}) {
    if (!done) return done;
  }
  if (book.first != before) ++generation_;
  // A closed one is remembered for being closed.
  return book.first > book.last && book.is_open ? erase(book) : Step{true};
}

Step ArchiveDisk::erase(Book& book) {
  ++generation_;
  const Step emptied = statement(sql_trim).bind(1, key_of(book, 0)).bind(2, key_of(book, most_messages)).run();
  if (!emptied) return emptied;
  return statement(sql_erase_book).bind(1, book.number).run();
}

Step ArchiveDisk::books(Sql which, const std::function<void(base::Statement&)>& bind, std::vector<Book>& into) {
  base::Statement& find = statement(which);
  bind(find);
  while (true) {
    const Step row = find.step();
    if (!row) return row;
    if (!*row) return true;
    Book book{find.column(1), find.column(2), find.column(3)};
    book.number = find.column_number(0);
    book.is_open = find.column_number(4) != 0;
    into.push_back(std::move(book));
  }
}

base::Result<std::int64_t, std::string> ArchiveDisk::sweep(std::int64_t from) {
  std::vector<Book> found;
  const Step done = in_transaction([&] {
    const auto bind = [&](base::Statement& find) { find.bind(1, from).bind(2, books_per_sweep); };
    const Step listed = books(sql_books, bind, found);
    if (!listed) return listed;
    for (Book& book : found) {
      const Step swept = sweep_book(book);
      if (!swept) return swept;
    }
    return Step{true};
  });
  if (!done) return done.error();
  return found.size() < static_cast<std::size_t>(books_per_sweep) ? std::int64_t{0} : found.back().number + 1;
}

base::Result<bool, std::string> ArchiveDisk::is_open(Book& book) {
  const Step found = look_up(book, false);
  if (!found) return found;
  return book.is_open;
}

Step ArchiveDisk::set_open(Book& book, bool is_open) {
  return in_transaction([&] {
    // A book that is not there takes messages already.
    const Step found = look_up(book, !is_open);
    if (!found || book.number == 0) return found;
    book.is_open = is_open;
    return statement(sql_set_open).bind(1, std::int64_t{is_open}).bind(2, book.number).run();
  });
}

Step ArchiveDisk::remove_user(const std::string& domain, const std::string& user) {
  // What waits because the disk refused is the user's, too.
  std::erase_if(waiting_, [&](const ArchiveRow& row) { return row.book->domain == domain && row.book->user == user; });
  return in_transaction([&] {
    std::vector<Book> found;
    const auto bind = [&](base::Statement& find) { find.bind(1, domain).bind(2, user); };
    const Step listed = books(sql_books_of, bind, found);
    if (!listed) return listed;
    for (Book& book : found) {
      const Step erased = erase(book);
      if (!erased) return erased;
    }
    return Step{true};
  });
}

}  // namespace mapping
