// How the gateway's SQLite files are opened: private, ours, of a schema that we know, and under the right key.
#pragma once

#include <chrono>
#include <span>

#include "base/sqlite.hpp"

namespace mapping {

// What tells one kind of file from another.
struct FileKind {
  std::int64_t application_id;              // in the file's header
  std::string_view foreign;                 // said of a file that has another one
  const char* synchronous;                  // PRAGMA synchronous
  std::string_view check_text;              // kept sealed, to know the key by
  std::string_view check_label;             // what it is sealed with
  std::span<const char* const> migrations;  // append only; how many there are is the schema's number
};

// Creates, locks, checks and migrates the file. A foreign or newer one, or one under another key, stays as it is. The
// error is a sentence for the operator. A backup that has locked the file is waited for so long.
base::Result<base::Database, std::string> open_file(const FileKind& kind, const std::string& path,
                                                    const std::string& key32, std::chrono::milliseconds patience);

}  // namespace mapping
