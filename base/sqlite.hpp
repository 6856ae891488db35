// SQLite, as much of it as the store needs: a connection and prepared statements, closed and reset by RAII.
// One thread at a time may use a Database and its Statements; the Database must outlive its Statements.
// Errors are sentences made of SQLite's message and the file's name; SQL and bound values never appear in them.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace base {

class Statement;

class Database {
 public:
  // Opens for reading and writing, creates the file when it is missing. A file that can only be read is an error.
  static Result<Database, std::string> open(const std::string& path);
  // Somebody else's file: read only, as it is; one that is missing is an error.
  static Result<Database, std::string> open_to_read(const std::string& path);

  // How long a statement waits for another process that has locked the file; without it not at all.
  void set_patience(std::chrono::milliseconds patience) noexcept;

  // Runs one or more statements without results. The value is always true.
  Result<bool, std::string> execute(const char* sql);
  Result<Statement, std::string> prepare(std::string_view sql);
  // First column of the first row, as a number.
  Result<std::int64_t, std::string> number(std::string_view sql);
  // Rows that the last INSERT, UPDATE or DELETE changed.
  std::int64_t changes() const noexcept;

  // The message of the last failure.
  std::string problem() const;

 private:
  struct Closer {
    void operator()(sqlite3* handle) const noexcept;
  };
  Database() = default;
  std::unique_ptr<sqlite3, Closer> handle_;
  std::string path_;
};

class Statement {
 public:
  // Parameters count from 1, in the order of the question marks. The bytes are copied.
  Statement& bind(int index, std::string_view text);
  Statement& bind(int index, std::int64_t number);
  Statement& bind_blob(int index, std::string_view bytes);

  // True: a row is there. False: no more rows. After an error or false the statement is reset.
  Result<bool, std::string> step();
  // Steps once and resets, for statements without results. The value is always true.
  Result<bool, std::string> run();
  void reset() noexcept;

  // Columns count from 0; valid after step() returned true.
  std::string column(int index) const;
  std::int64_t column_number(int index) const;

 private:
  friend class Database;
  struct Finalizer {
    void operator()(sqlite3_stmt* handle) const noexcept;
  };
  Statement() = default;
  std::unique_ptr<sqlite3_stmt, Finalizer> handle_;
};

}  // namespace base
