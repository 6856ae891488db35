#include "mapping/database_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/crypto.hpp"
#include "base/log.hpp"

namespace mapping {

namespace {

using base::Database;
using Step = base::Result<bool, std::string>;

// SQLite would create it readable for everybody.
void create_private(const std::string& path) {
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) ::close(file);
}

// Reads only, so that somebody else's file stays as it is.
Step check_origin(Database& database, const FileKind& kind, const std::string& path) {
  const Step locked = database.execute("PRAGMA locking_mode = EXCLUSIVE");
  if (!locked) return locked;
  const auto version = database.number("PRAGMA user_version");
  if (!version) return version.error();
  const auto owner = database.number("PRAGMA application_id");
  if (!owner) return owner.error();
  const auto contents = database.number("SELECT count(*) FROM sqlite_schema");
  if (!contents) return contents.error();
  if (*contents > 0 && *owner != kind.application_id) return fmt::format("database {}: {}", path, kind.foreign);
  const auto newest = static_cast<std::int64_t>(kind.migrations.size());
  if (*version <= newest) return true;
  return fmt::format("database {}: made by a newer wherry: schema {}, this one knows {}", path, *version, newest);
}

Step check_key(Database& database, const FileKind& kind, const std::string& path, const std::string& key32) {
  const auto version = database.number("PRAGMA user_version");
  if (!version) return version.error();
  if (*version == 0) return true;
  auto statement = database.prepare("SELECT value FROM meta WHERE name = 'key_check'");
  if (!statement) return statement.error();
  const Step row = statement->step();
  if (!row) return row;
  const auto plain = base::unseal(key32, *row ? statement->column(0) : std::string{}, kind.check_label);
  if (plain != kind.check_text) return fmt::format("database {}: wrong key: it was made with another one", path);
  return true;
}

Step migrate(Database& database, const FileKind& kind, const std::string& key32, std::int64_t version) {
  const Step begun = database.execute("BEGIN IMMEDIATE");
  if (!begun) return begun;
  for (auto at = static_cast<std::size_t>(version); at < kind.migrations.size(); ++at) {
    const Step done = database.execute(kind.migrations[at]);
    if (!done) return done;
  }
  // Rewritten at every start: it finds out now, not at the first message, that the disk takes no more.
  auto statement = database.prepare("INSERT OR REPLACE INTO meta(name, value) VALUES('key_check', ?)");
  if (!statement) return statement.error();
  const Step written = statement->bind_blob(1, base::seal(key32, kind.check_text, kind.check_label)).run();
  if (!written) return database.problem();
  const std::string finish = fmt::format("PRAGMA user_version = {}; PRAGMA application_id = {}; COMMIT",
                                         kind.migrations.size(), kind.application_id);
  return database.execute(finish.c_str());
}

// A disk that takes nothing is no reason not to serve what needs none, when the file is as it should be.
Step prepare(Database& database, const FileKind& kind, const std::string& path, const std::string& key32) {
  const std::string mode = fmt::format("PRAGMA journal_mode = WAL; PRAGMA synchronous = {}", kind.synchronous);
  const Step set = database.execute(mode.c_str());
  if (!set) return set;
  const auto version = database.number("PRAGMA user_version");
  if (!version) return version.error();
  const Step done = migrate(database, kind, key32, *version);
  if (done || *version < static_cast<std::int64_t>(kind.migrations.size())) return done;
  // SQLite may have rolled back by itself; then this fails, harmlessly.
  static_cast<void>(database.execute("ROLLBACK"));
  base::Log("store").error("{}: nothing can be written now, and what has to be kept is refused: {}", path,
                           done.error());
  return true;
}

}  // namespace

base::Result<Database, std::string> open_file(const FileKind& kind, const std::string& path, const std::string& key32,
                                              std::chrono::milliseconds patience) {
  create_private(path);
  auto database = Database::open(path);
  if (!database) return database.error();
  database->set_patience(patience);
  Step done = check_origin(*database, kind, path);
  if (done) done = check_key(*database, kind, path, key32);
  if (done) done = prepare(*database, kind, path, key32);
  if (!done) return done.error();
  return database;
}

}  // namespace mapping
