#include "mapping/store_disk.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/crypto.hpp"

namespace mapping {

namespace {

using Step = base::Result<bool, std::string>;

// Append only: a database made by any earlier wherry runs the rest of these. The number of steps is the schema's
// number.
constexpr std::array migrations = {
    R"(CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
       CREATE TABLE registrations(user TEXT NOT NULL, domain TEXT NOT NULL, field TEXT NOT NULL, value BLOB NOT NULL,
                                  PRIMARY KEY(user, domain, field)) WITHOUT ROWID;
       CREATE TABLE roster(user TEXT NOT NULL, domain TEXT NOT NULL, local TEXT NOT NULL,
                           sub_to INTEGER NOT NULL, sub_from INTEGER NOT NULL,
                           PRIMARY KEY(user, domain, local)) WITHOUT ROWID;
       CREATE TABLE records(user TEXT NOT NULL, domain TEXT NOT NULL, network TEXT NOT NULL, key TEXT NOT NULL,
                            value BLOB NOT NULL, PRIMARY KEY(user, domain, network, key));
       CREATE TABLE rooms(user TEXT NOT NULL, domain TEXT NOT NULL, local TEXT NOT NULL, nick TEXT NOT NULL,
                          key BLOB NOT NULL, persistent INTEGER NOT NULL,
                          PRIMARY KEY(user, domain, local)) WITHOUT ROWID;)",
};

constexpr std::int64_t application_id = 0x77687279;  // "whry", in the file's header
constexpr std::string_view key_check = "this key opens this database";

// SQLite would create it readable for everybody.
void create_private(const std::string& path) {
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) ::close(file);
}

}  // namespace

int Disk::newest_schema() noexcept {
  return static_cast<int>(migrations.size());
}

base::Result<Disk, std::string> Disk::open(const std::string& path, std::string key32) {
  if (key32.size() != base::key_size) {
    return fmt::format("database {}: the key has {} bytes, not {}", path, key32.size(), base::key_size);
  }
  create_private(path);
  auto database = base::Database::open(path);
  if (!database) return database.error();
  Disk disk{std::move(*database), path, std::move(key32)};
  for (const auto step : {&Disk::check_origin, &Disk::check_key, &Disk::migrate, &Disk::prepare}) {
    const Step done = (disk.*step)();
    if (!done) return done.error();
  }
  return disk;
}

// Reads only, so that somebody else's file stays as it is.
Step Disk::check_origin() {
  const Step locked = database_.execute("PRAGMA locking_mode = EXCLUSIVE");
  if (!locked) return locked;
  const auto version = database_.number("PRAGMA user_version");
  if (!version) return version.error();
  const auto owner = database_.number("PRAGMA application_id");
  if (!owner) return owner.error();
  const auto contents = database_.number("SELECT count(*) FROM sqlite_schema");
  if (!contents) return contents.error();
  if (*contents > 0 && *owner != application_id) return fmt::format("database {}: it was not made by wherry", path_);
  if (*version > newest_schema()) {
    return fmt::format("database {}: made by a newer wherry: schema {}, this one knows {}", path_, *version,
                       newest_schema());
  }
  return true;
}

Step Disk::check_key() {
  const auto version = database_.number("PRAGMA user_version");
  if (!version) return version.error();
  if (*version == 0) return true;
  auto statement = database_.prepare("SELECT value FROM meta WHERE name = 'key_check'");
  if (!statement) return statement.error();
  const Step row = statement->step();
  if (!row) return row;
  const auto plain = base::unseal(key_, *row ? statement->column(0) : std::string{}, "meta:key_check");
  if (plain != key_check) return fmt::format("database {}: wrong key: it was made with another one", path_);
  return true;
}

Step Disk::migrate() {
  const Step mode = database_.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE");
  if (!mode) return mode;
  const auto version = database_.number("PRAGMA user_version");
  if (!version) return version.error();
  for (auto at = static_cast<std::size_t>(*version); at < migrations.size(); ++at) {
    const Step done = database_.execute(migrations[at]);
    if (!done) return done;
  }
  // Rewritten at every start: it finds out now, not at the first message, that the disk takes no more.
  auto statement = database_.prepare("INSERT OR REPLACE INTO meta(name, value) VALUES('key_check', ?)");
  if (!statement) return statement.error();
  const Step written = statement->bind_blob(1, base::seal(key_, key_check, "meta:key_check")).run();
  if (!written) return database_.problem();
  const std::string finish =
      fmt::format("PRAGMA user_version = {}; PRAGMA application_id = {}; COMMIT", newest_schema(), application_id);
  return database_.execute(finish.c_str());
}

}  // namespace mapping
