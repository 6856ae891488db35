// The store's database file: schema, migrations, loading, and writing rows in one synced transaction. Internal to
// mapping/store; one thread at a time.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "base/sqlite.hpp"
#include "mapping/store.hpp"

namespace mapping {

enum class Table { registrations, roster, records, rooms, settings };
inline constexpr std::size_t table_count = 5;

// A row is named by its table and the columns of its primary key; without cells it is to be deleted.
struct RowKey {
  Table table;
  std::vector<std::string> parts;
  auto operator<=>(const RowKey&) const = default;
};
// Encrypted when it is written first. At most one per row.
struct Sealed {
  std::string text;
  bool is_sealed = false;
};
using Cell = std::variant<std::int64_t, std::string, Sealed>;
using Rows = std::map<RowKey, std::optional<std::vector<Cell>>>;

// Everything the database holds. Keys begin with what the store looks up by.
struct Contents {
  using Place = std::tuple<std::string, std::string, std::string>;            // domain, user, local or network
  std::map<std::pair<std::string, std::string>, Registration> registrations;  // domain, user
  std::map<Place, RosterItem> roster;
  std::map<Place, SavedRoom> rooms;
  std::map<Place, std::map<std::string, std::string>> records;
  std::map<Place, Settings> settings;  // domain, user, scope
};

class Disk {
 public:
  static int newest_schema() noexcept;
  // Locks, checks and migrates the file.
  static base::Result<Disk, std::string> open(const std::string& path, std::string key32,
                                              std::chrono::milliseconds patience);

  base::Result<Contents, std::string> load();
  // All rows or none; on the disk when it returns true. Seals what is not yet.
  base::Result<bool, std::string> write(Rows& rows);
  // Whether it would take anything, tried with next to nothing.
  base::Result<bool, std::string> probe();

 private:
  using Step = base::Result<bool, std::string>;
  struct Statements {
    base::Statement upsert;
    base::Statement erase;
  };

  Disk(base::Database database, std::string path, std::string key)
      : database_(std::move(database)), path_(std::move(path)), key_(std::move(key)) {}
  Step prepare();
  Step write_row(const RowKey& key, std::optional<std::vector<Cell>>& cells);
  Step write_rows(Rows& rows);
  Step load_registrations(Contents& into);
  Step load_roster(Contents& into);
  Step load_rooms(Contents& into);
  Step load_records(Contents& into);
  Step load_settings(Contents& into);
  // Calls on_row for every row; false from it: the row does not open.
  Step each(Table table, const std::function<bool(const base::Statement&)>& on_row);
  // Empty: changed by something else.
  std::optional<std::string> opened(const RowKey& key, const std::string& sealed) const;

  base::Database database_;  // before the statements, which it must outlive
  std::string path_;
  std::string key_;
  std::vector<Statements> statements_;
};

}  // namespace mapping
