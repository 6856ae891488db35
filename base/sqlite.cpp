#include "base/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>

namespace base {

namespace {

// The failures an operator can cause and mend, in words that say so. SQLite reports a quota or a file size limit as a
// general I/O error.
std::string explained(sqlite3* handle) {
  const int code = sqlite3_errcode(handle) & 0xFF;
  const int cause = sqlite3_system_errno(handle);
  if (code == SQLITE_IOERR && (cause == ENOSPC || cause == EDQUOT || cause == EFBIG)) return "the disk is full";
  switch (code) {
    case SQLITE_FULL: return "the disk is full";
    case SQLITE_READONLY: return "it is read-only";
    case SQLITE_CANTOPEN: return "the file can't be opened or created";
    case SQLITE_BUSY: return "it is in use by another process";
    case SQLITE_NOTADB: return "it is not a database";
    case SQLITE_CORRUPT: return "it is damaged";
    default: return sqlite3_errmsg(handle);
  }
}

}  // namespace

void Database::Closer::operator()(sqlite3* handle) const noexcept {
  sqlite3_close_v2(handle);
}
void Statement::Finalizer::operator()(sqlite3_stmt* handle) const noexcept {
  sqlite3_finalize(handle);
}

Result<Database, std::string> Database::open(const std::string& path) {
  Database database;
  database.path_ = path;
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  database.handle_.reset(handle);
  if (code != SQLITE_OK) return database.problem();
  if (sqlite3_db_readonly(handle, "main") == 1) return fmt::format("database {}: it is read-only", path);
  return database;
}

Result<Database, std::string> Database::open_to_read(const std::string& path) {
  Database database;
  database.path_ = path;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle,
                                   SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  database.handle_.reset(handle);
  if (code != SQLITE_OK) return database.problem();
  return database;
}

void Database::set_patience(std::chrono::milliseconds patience) noexcept {
  sqlite3_busy_timeout(handle_.get(), static_cast<int>(patience.count()));
}

Result<bool, std::string> Database::execute(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return problem();
  return true;
}

Result<Statement, std::string> Database::prepare(std::string_view sql) {
  Statement statement;
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &handle, nullptr);
  statement.handle_.reset(handle);
  if (code != SQLITE_OK) return problem();
  return statement;
}

Result<std::int64_t, std::string> Database::number(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  const auto row = statement->step();
  if (!row) return problem();
  return *row ? statement->column_number(0) : std::int64_t{0};
}

std::int64_t Database::changes() const noexcept {
  return sqlite3_changes64(handle_.get());
}

std::string Database::problem() const {
  return fmt::format("database {}: {}", path_, handle_ ? explained(handle_.get()) : "no memory");
}

Statement& Statement::bind(int index, std::string_view text) {
  sqlite3_bind_text64(handle_.get(), index, text.empty() ? "" : text.data(), text.size(), SQLITE_TRANSIENT,
                      SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind(int index, std::int64_t number) {
  sqlite3_bind_int64(handle_.get(), index, number);
  return *this;
}

Statement& Statement::bind_blob(int index, std::string_view bytes) {
  // A null pointer would bind NULL instead of no bytes.
  sqlite3_bind_blob64(handle_.get(), index, bytes.empty() ? "" : bytes.data(), bytes.size(), SQLITE_TRANSIENT);
  return *this;
}

Result<bool, std::string> Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  std::string problem;
  if (code != SQLITE_DONE) problem = "database: " + explained(sqlite3_db_handle(handle_.get()));
  reset();
  if (code != SQLITE_DONE) return problem;
  return false;
}

Result<bool, std::string> Statement::run() {
  const auto stepped = step();
  if (!stepped) return stepped.error();
  reset();
  return true;
}

void Statement::reset() noexcept {
  sqlite3_reset(handle_.get());
  sqlite3_clear_bindings(handle_.get());
}

std::string Statement::column(int index) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_.get(), index));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), index));
  return bytes == nullptr ? std::string{} : std::string{bytes, size};
}

std::int64_t Statement::column_number(int index) const {
  return sqlite3_column_int64(handle_.get(), index);
}

}  // namespace base
