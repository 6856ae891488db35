#include "mapping/store_disk.hpp"

#include <fmt/format.h>

#include "base/crypto.hpp"
#include "mapping/database_file.hpp"

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
    R"(CREATE TABLE settings(user TEXT NOT NULL, domain TEXT NOT NULL, scope TEXT NOT NULL, field TEXT NOT NULL,
                             value BLOB NOT NULL, PRIMARY KEY(user, domain, scope, field)) WITHOUT ROWID;)",
};

constexpr FileKind store_file{0x77687279,  // "whry"
                              "it was not made by wherry",
                              "FULL",
                              "this key opens this database",
                              "meta:key_check",
                              migrations};

}  // namespace

int Disk::newest_schema() noexcept {
  return static_cast<int>(migrations.size());
}

base::Result<Disk, std::string> Disk::open(const std::string& path, std::string key32,
                                           std::chrono::milliseconds patience) {
  if (key32.size() != base::key_size) {
    return fmt::format("database {}: the key has {} bytes, not {}", path, key32.size(), base::key_size);
  }
  auto database = open_file(store_file, path, key32, patience);
  if (!database) return database.error();
  Disk disk{std::move(*database), path, std::move(key32)};
  const Step prepared = disk.prepare();
  if (!prepared) return prepared.error();
  return disk;
}

}  // namespace mapping
