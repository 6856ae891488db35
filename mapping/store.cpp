#include "mapping/store.hpp"

#include "mapping/store_writer.hpp"

namespace mapping {

namespace {

using Place = Contents::Place;

Place place(std::string_view domain, std::string_view user, std::string_view local = {}) {
  return {std::string{domain}, std::string{user}, std::string{local}};
}

// All values whose key begins with domain and, unless that is empty, user.
template <class Value>
std::vector<Value> values_at(const std::map<Place, Value>& table, std::string_view domain, std::string_view user) {
  std::vector<Value> out;
  for (auto it = table.lower_bound(place(domain, user)); it != table.end(); ++it) {
    const auto& [its_domain, its_user, local] = it->first;
    if (its_domain != domain || (!user.empty() && its_user != user)) break;
    out.push_back(it->second);
  }
  return out;
}

}  // namespace

// Memory, and the rows of this turn. Shared only so that posted handlers can see whether the store is still there.
struct Store::Core : std::enable_shared_from_this<Store::Core> {
  Core(asio::any_io_executor executor_to_use, Disk disk, Contents loaded)
      : executor(executor_to_use), contents(std::move(loaded)), writer(std::move(executor_to_use), std::move(disk)) {}
  ~Core() { flush(); }

  void put(RowKey key, std::vector<Cell> cells) { note(std::move(key), std::move(cells)); }
  void erase(RowKey key) { note(std::move(key), std::nullopt); }
  void wait(Done done) {
    waiting.push_back(std::move(done));
    schedule();
  }

  void put_registration(const Registration& registration);
  void erase_registration(std::string_view domain, std::string_view user);
  void undo(const Registration& failed, const std::optional<Registration>& before);
  void erase_records(std::string_view domain, std::string_view user);
  void put_settings(std::string_view domain, std::string_view user, std::string_view scope, Settings values);

  asio::any_io_executor executor;
  Contents contents;

 private:
  friend class Store;
  void note(RowKey key, std::optional<std::vector<Cell>> cells) {
    dirty.insert_or_assign(std::move(key), std::move(cells));
    schedule();
  }
  void schedule();
  void flush();

  Rows dirty;
  std::vector<Done> waiting;
  bool is_scheduled = false;
  Writer writer;
};

void Store::Core::schedule() {
  if (std::exchange(is_scheduled, true)) return;
  asio::post(executor, [core = weak_from_this()] {
    if (const auto here = core.lock()) here->flush();
  });
}

void Store::Core::flush() {
  is_scheduled = false;
  if (dirty.empty() && waiting.empty()) return;
  writer.push(std::exchange(dirty, {}), std::exchange(waiting, {}));
}

void Store::Core::put_registration(const Registration& registration) {
  erase_registration(registration.domain, registration.user);
  for (const auto& [field, value] : registration.fields) {
    put({Table::registrations, {registration.user, registration.domain, field}}, {Sealed{value}});
  }
  contents.registrations[{registration.domain, registration.user}] = registration;
}

void Store::Core::erase_registration(std::string_view domain, std::string_view user) {
  const auto found = contents.registrations.find({std::string{domain}, std::string{user}});
  if (found == contents.registrations.end()) return;
  for (const auto& [field, value] : found->second.fields) {
    erase({Table::registrations, {std::string{user}, std::string{domain}, field}});
  }
  contents.registrations.erase(found);
}

// Nothing to undo when something newer has replaced it since.
void Store::Core::undo(const Registration& failed, const std::optional<Registration>& before) {
  const auto now = contents.registrations.find({failed.domain, failed.user});
  if (now == contents.registrations.end() || now->second != failed) return;
  erase_registration(failed.domain, failed.user);
  if (before) put_registration(*before);
}

void Store::Core::erase_records(std::string_view domain, std::string_view user) {
  auto it = contents.records.lower_bound(place(domain, user));
  while (it != contents.records.end()) {
    const auto& [its_domain, its_user, network] = it->first;
    if (its_domain != domain || its_user != user) return;
    for (const auto& [key, value] : it->second) erase({Table::records, {its_user, its_domain, network, key}});
    it = contents.records.erase(it);
  }
}

void Store::Core::put_settings(std::string_view domain, std::string_view user, std::string_view scope,
                               Settings values) {
  const Place at = place(domain, user, scope);
  const auto row = [&](const std::string& field) {
    return RowKey{Table::settings, {std::string{user}, std::string{domain}, std::string{scope}, field}};
  };
  for (const auto& [field, value] : contents.settings[at]) {
    if (!values.contains(field)) erase(row(field));
  }
  for (const auto& [field, value] : values) put(row(field), {Sealed{value}});
  if (values.empty()) {
    contents.settings.erase(at);
  } else {
    contents.settings[at] = std::move(values);
  }
}

int Store::schema_version() noexcept {
  return Disk::newest_schema();
}

base::Result<std::unique_ptr<Store>, std::string> Store::open(asio::any_io_executor executor, std::string path,
                                                              std::string key32, std::chrono::milliseconds patience) {
  auto disk = Disk::open(path, std::move(key32), patience);
  if (!disk) return disk.error();
  auto contents = disk->load();
  if (!contents) return contents.error();
  auto core = std::make_shared<Core>(std::move(executor), std::move(*disk), std::move(*contents));
  return std::unique_ptr<Store>(new Store(std::move(core)));
}

Store::Store(std::shared_ptr<Core> core) : core_(std::move(core)) {}
Store::~Store() = default;

std::vector<Registration> Store::registrations(std::string_view domain) const {
  std::vector<Registration> out;
  const auto& all = core_->contents.registrations;
  for (auto it = all.lower_bound({std::string{domain}, {}}); it != all.end() && it->first.first == domain; ++it) {
    out.push_back(it->second);
  }
  return out;
}

std::optional<Registration> Store::find_registration(std::string_view domain, std::string_view user) const {
  const auto& all = core_->contents.registrations;
  const auto found = all.find({std::string{domain}, std::string{user}});
  if (found == all.end()) return std::nullopt;
  return found->second;
}

void Store::save_registration(Registration registration, Done done) {
  auto before = find_registration(registration.domain, registration.user);
  core_->put_registration(registration);
  core_->wait([core = core_->weak_from_this(), failed = std::move(registration), before = std::move(before),
               done = std::move(done)](bool good) {
    const auto here = core.lock();
    if (!good && here) here->undo(failed, before);
    done(good);
  });
}

void Store::remove_user(std::string_view domain, std::string_view user, Done done) {
  core_->erase_registration(domain, user);
  core_->erase_records(domain, user);
  for (RosterItem item : roster(domain, user)) {
    item.to = item.from = false;
    set_roster(std::move(item));
  }
  for (const SavedRoom& room : saved_rooms(domain, user)) remove_room(domain, user, room.local);
  for (const auto& [scope, values] : settings(domain, user)) core_->put_settings(domain, user, scope, {});
  core_->wait(std::move(done));
}

std::vector<RosterItem> Store::roster(std::string_view domain) const {
  return roster(domain, {});
}

std::vector<RosterItem> Store::roster(std::string_view domain, std::string_view user) const {
  return values_at(core_->contents.roster, domain, user);
}

// Without a look at the rest of their rosters.
std::vector<std::string> Store::subscribers(std::string_view domain) const {
  std::vector<std::string> users;
  const auto& all = core_->contents.roster;
  auto it = all.lower_bound(place(domain, {}));
  while (it != all.end() && std::get<0>(it->first) == domain) {
    const auto& [its_domain, user, local] = it->first;
    if (local.empty()) users.push_back(user);
    it = all.lower_bound(place(domain, user + '\0'));
  }
  return users;
}

std::optional<RosterItem> Store::find_roster(std::string_view domain, std::string_view user,
                                             std::string_view local) const {
  const auto found = core_->contents.roster.find(place(domain, user, local));
  if (found == core_->contents.roster.end()) return std::nullopt;
  return found->second;
}

std::size_t Store::roster_size(std::string_view domain, std::string_view user) const {
  std::size_t size = 0;
  const auto& roster = core_->contents.roster;
  for (auto it = roster.lower_bound(place(domain, user)); it != roster.end(); ++it, ++size) {
    if (std::get<0>(it->first) != domain || std::get<1>(it->first) != user) break;
  }
  return size;
}

void Store::set_roster(RosterItem item) {
  RowKey key{Table::roster, {item.user, item.domain, item.local}};
  const Place at = place(item.domain, item.user, item.local);
  if (!item.to && !item.from) {
    if (core_->contents.roster.erase(at) > 0) core_->erase(std::move(key));
    return;
  }
  core_->put(std::move(key), {std::int64_t{item.to}, std::int64_t{item.from}});
  core_->contents.roster.insert_or_assign(at, std::move(item));
}

std::vector<SavedRoom> Store::saved_rooms(std::string_view domain) const {
  return saved_rooms(domain, {});
}

std::vector<SavedRoom> Store::saved_rooms(std::string_view domain, std::string_view user) const {
  return values_at(core_->contents.rooms, domain, user);
}

std::optional<SavedRoom> Store::find_room(std::string_view domain, std::string_view user,
                                          std::string_view local) const {
  const auto found = core_->contents.rooms.find(place(domain, user, local));
  if (found == core_->contents.rooms.end()) return std::nullopt;
  return found->second;
}

void Store::set_room(SavedRoom room) {
  const Place at = place(room.domain, room.user, room.local);
  core_->put({Table::rooms, {room.user, room.domain, room.local}},
             {room.nick, Sealed{room.key}, std::int64_t{room.persistent}});
  core_->contents.rooms.insert_or_assign(at, std::move(room));
}

void Store::remove_room(std::string_view domain, std::string_view user, std::string_view local) {
  if (core_->contents.rooms.erase(place(domain, user, local)) == 0) return;
  core_->erase({Table::rooms, {std::string{user}, std::string{domain}, std::string{local}}});
}

Settings Store::settings(std::string_view domain, std::string_view user, std::string_view scope) const {
  const auto found = core_->contents.settings.find(place(domain, user, scope));
  return found == core_->contents.settings.end() ? Settings{} : found->second;
}

std::vector<std::pair<std::string, Settings>> Store::settings(std::string_view domain, std::string_view user) const {
  std::vector<std::pair<std::string, Settings>> out;
  const auto& all = core_->contents.settings;
  for (auto it = all.lower_bound(place(domain, user)); it != all.end(); ++it) {
    const auto& [its_domain, its_user, scope] = it->first;
    if (its_domain != domain || its_user != user) break;
    out.emplace_back(scope, it->second);
  }
  return out;
}

void Store::save_settings(std::string_view domain, std::string_view user, std::string_view scope, Settings values,
                          Done done) {
  core_->put_settings(domain, user, scope, std::move(values));
  core_->wait(std::move(done));
}

void Store::commit(Done done) {
  core_->wait(std::move(done));
}

std::size_t Store::commits() const noexcept {
  return core_->writer.commits();
}

// ---- records of the adapters ----

// Where nothing is kept, nothing is remembered either: there are as many accounts on networks as users care to invent.
class Store::Records : public legacy::State {
 public:
  Records(Core& core, const std::string& user, const std::string& domain, const std::string& network)
      : core_(core), columns_{user, domain, network}, place_(place(domain, user, network)) {}

  std::optional<std::string> load(std::string_view key) override {
    const auto* const values = find();
    const auto found = values ? values->find(std::string{key}) : Values::const_iterator{};
    if (!values || found == values->end()) return std::nullopt;
    return found->second;
  }
  void save(std::string_view key, std::string_view value) override {
    core_.contents.records[place_].insert_or_assign(std::string{key}, std::string{value});
    core_.put(row(key), {Sealed{std::string{value}}});
  }
  void erase(std::string_view key) override {
    const auto ours = core_.contents.records.find(place_);
    if (ours == core_.contents.records.end() || ours->second.erase(std::string{key}) == 0) return;
    if (ours->second.empty()) core_.contents.records.erase(ours);
    core_.erase(row(key));
  }
  std::vector<std::pair<std::string, std::string>> list(std::string_view prefix) override {
    std::vector<std::pair<std::string, std::string>> out;
    const auto* const values = find();
    if (!values) return out;
    for (auto it = values->lower_bound(std::string{prefix}); it != values->end(); ++it) {
      if (!it->first.starts_with(prefix)) break;
      out.push_back(*it);
    }
    return out;
  }
  void commit(std::function<void(bool)> done) override { core_.wait(std::move(done)); }

 private:
  using Values = std::map<std::string, std::string>;

  const Values* find() const {
    const auto ours = core_.contents.records.find(place_);
    return ours == core_.contents.records.end() ? nullptr : &ours->second;
  }
  RowKey row(std::string_view key) const {
    RowKey out{Table::records, columns_};
    out.parts.emplace_back(key);
    return out;
  }

  Core& core_;
  std::vector<std::string> columns_;  // user, domain, network
  Place place_;
};

std::unique_ptr<legacy::State> Store::state_for(std::string user, std::string domain, std::string network) {
  return std::make_unique<Records>(*core_, user, domain, network);
}

}  // namespace mapping
