// Rows in and out of the database.
#include <fmt/format.h>

#include "base/crypto.hpp"
#include "mapping/store_disk.hpp"

namespace mapping {

namespace {

using Step = base::Result<bool, std::string>;

struct TableSql {
  std::string_view name;
  std::string_view select;
  std::string_view upsert;
  std::string_view erase;
};
constexpr std::array<TableSql, table_count> tables = {{
    {"registrations", "SELECT user, domain, field, value FROM registrations",
     "INSERT OR REPLACE INTO registrations(user, domain, field, value) VALUES(?, ?, ?, ?)",
     "DELETE FROM registrations WHERE user = ? AND domain = ? AND field = ?"},
    {"roster", "SELECT user, domain, local, sub_to, sub_from FROM roster",
     "INSERT OR REPLACE INTO roster(user, domain, local, sub_to, sub_from) VALUES(?, ?, ?, ?, ?)",
     "DELETE FROM roster WHERE user = ? AND domain = ? AND local = ?"},
    {"records", "SELECT user, domain, network, key, value FROM records",
     "INSERT OR REPLACE INTO records(user, domain, network, key, value) VALUES(?, ?, ?, ?, ?)",
     "DELETE FROM records WHERE user = ? AND domain = ? AND network = ? AND key = ?"},
    {"rooms", "SELECT user, domain, local, nick, key, persistent FROM rooms",
     "INSERT OR REPLACE INTO rooms(user, domain, local, nick, key, persistent) VALUES(?, ?, ?, ?, ?, ?)",
     "DELETE FROM rooms WHERE user = ? AND domain = ? AND local = ?"},
    {"settings", "SELECT user, domain, scope, field, value FROM settings",
     "INSERT OR REPLACE INTO settings(user, domain, scope, field, value) VALUES(?, ?, ?, ?, ?)",
     "DELETE FROM settings WHERE user = ? AND domain = ? AND scope = ? AND field = ?"},
}};

const TableSql& sql_of(Table table) noexcept {
  return tables[static_cast<std::size_t>(table)];
}

// The table and the key columns, each with its length, so that no two rows share associated data.
std::string associated(const RowKey& key) {
  std::string out{sql_of(key.table).name};
  for (const std::string& part : key.parts) out += fmt::format(":{}:{}", part.size(), part);
  return out;
}

}  // namespace

Step Disk::prepare() {
  for (const TableSql& table : tables) {
    auto upsert = database_.prepare(table.upsert);
    if (!upsert) return upsert.error();
    auto erase = database_.prepare(table.erase);
    if (!erase) return erase.error();
    statements_.push_back({std::move(*upsert), std::move(*erase)});
  }
  return true;
}

std::optional<std::string> Disk::opened(const RowKey& key, const std::string& sealed) const {
  return base::unseal(key_, sealed, associated(key));
}

Step Disk::each(Table table, const std::function<bool(const base::Statement&)>& on_row) {
  auto statement = database_.prepare(sql_of(table).select);
  if (!statement) return statement.error();
  while (true) {
    const Step row = statement->step();
    if (!row) return row;
    if (!*row) return true;
    if (!on_row(*statement)) {
      return fmt::format("database {}: a row of {} was changed by something else", path_, sql_of(table).name);
    }
  }
}

base::Result<Contents, std::string> Disk::load() {
  Contents contents;
  for (const auto step :
       {&Disk::load_registrations, &Disk::load_roster, &Disk::load_rooms, &Disk::load_records, &Disk::load_settings}) {
    const Step done = (this->*step)(contents);
    if (!done) return done.error();
  }
  return contents;
}

Step Disk::load_registrations(Contents& into) {
  return each(Table::registrations, [&](const base::Statement& row) {
    const RowKey key{Table::registrations, {row.column(0), row.column(1), row.column(2)}};
    auto value = opened(key, row.column(3));
    if (!value) return false;
    Registration& registration = into.registrations[{key.parts[1], key.parts[0]}];
    registration.user = key.parts[0];
    registration.domain = key.parts[1];
    registration.fields[key.parts[2]] = std::move(*value);
    return true;
  });
}

Step Disk::load_roster(Contents& into) {
  return each(Table::roster, [&](const base::Statement& row) {
    const RosterItem item{row.column(0), row.column(1), row.column(2), row.column_number(3) != 0,
                          row.column_number(4) != 0};
    into.roster[{item.domain, item.user, item.local}] = item;
    return true;
  });
}

Step Disk::load_rooms(Contents& into) {
  return each(Table::rooms, [&](const base::Statement& row) {
    const RowKey key{Table::rooms, {row.column(0), row.column(1), row.column(2)}};
    auto password = opened(key, row.column(4));
    if (!password) return false;
    into.rooms[{key.parts[1], key.parts[0], key.parts[2]}] = {
        key.parts[0], key.parts[1], key.parts[2], row.column(3), std::move(*password), row.column_number(5) != 0};
    return true;
  });
}

Step Disk::load_records(Contents& into) {
  return each(Table::records, [&](const base::Statement& row) {
    const RowKey key{Table::records, {row.column(0), row.column(1), row.column(2), row.column(3)}};
    auto value = opened(key, row.column(4));
    if (!value) return false;
    into.records[{key.parts[1], key.parts[0], key.parts[2]}][key.parts[3]] = std::move(*value);
    return true;
  });
}

Step Disk::load_settings(Contents& into) {
  return each(Table::settings, [&](const base::Statement& row) {
    const RowKey key{Table::settings, {row.column(0), row.column(1), row.column(2), row.column(3)}};
    auto value = opened(key, row.column(4));
    if (!value) return false;
    into.settings[{key.parts[1], key.parts[0], key.parts[2]}][key.parts[3]] = std::move(*value);
    return true;
  });
}

Step Disk::write_row(const RowKey& key, std::optional<std::vector<Cell>>& cells) {
  Statements& statements = statements_[static_cast<std::size_t>(key.table)];
  base::Statement& statement = cells ? statements.upsert : statements.erase;
  int index = 0;
  for (const std::string& part : key.parts) statement.bind(++index, part);
  if (!cells) return statement.run();
  for (Cell& cell : *cells) {
    ++index;
    if (const auto* number = std::get_if<std::int64_t>(&cell)) statement.bind(index, *number);
    if (const auto* text = std::get_if<std::string>(&cell)) statement.bind(index, *text);
    if (auto* const secret = std::get_if<Sealed>(&cell)) {
      if (!std::exchange(secret->is_sealed, true)) secret->text = base::seal(key_, secret->text, associated(key));
      statement.bind_blob(index, secret->text);
    }
  }
  return statement.run();
}

Step Disk::write_rows(Rows& rows) {
  const Step begun = database_.execute("BEGIN IMMEDIATE");
  if (!begun) return begun;
  for (auto& [key, cells] : rows) {
    const Step written = write_row(key, cells);
    if (!written) return written;
  }
  return database_.execute("COMMIT");
}

Step Disk::probe() {
  Step taken =
      database_.execute("BEGIN IMMEDIATE; INSERT OR REPLACE INTO meta(name, value) VALUES('probe', ''); COMMIT");
  if (!taken) static_cast<void>(database_.execute("ROLLBACK"));
  return taken;
}

Step Disk::write(Rows& rows) {
  if (rows.empty()) return true;
  Step written = write_rows(rows);
  // SQLite may have rolled back by itself; then this fails, harmlessly.
  if (!written) static_cast<void>(database_.execute("ROLLBACK"));
  return written;
}

}  // namespace mapping
