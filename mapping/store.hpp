// What survives a restart: registrations, settings, roster, records of the adapters, rooms to go back to.
//
// Design. Every read is answered from memory: open() loads all tables, a write changes memory at once and notes the row
// as dirty. At the end of the turn of the loop the turn's dirty rows go, as one transaction, to a writer thread that
// owns the only SQLite connection (WAL, synchronous=FULL). While the disk syncs, further turns pile up and share the
// next commit together with all callbacks that wait (group commit), so there is one sync at a time however busy it is.
// A turn is never split: what is saved and erased between two suspensions reaches the disk together or not at all.
//
// Failure. When a commit fails (disk full) its callbacks get false and its rows stay dirty: they are tried again with
// the next turn that writes, so the disk catches up with memory as soon as it can. A registration that could not be
// saved is put back to what it was before its callback is called.
//
// Callbacks are posted to the executor, never called before the call returns. Destruction writes everything still dirty
// and waits for it; callbacks not yet run stay posted. Loop thread only. The executor's context must outlive the store.
//
// Values (registration fields, settings, adapter records, room keys) are sealed with AES-256-GCM; user, domain, table
// and name are the associated data. The database is locked against a second process while it is open.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/asio.hpp"
#include "base/result.hpp"
#include "legacy/adapter.hpp"

namespace mapping {

// `user` is a bare JID, `domain` one of our component domains, `local` the node of an address at that domain.
struct Registration {
  std::string user;
  std::string domain;
  std::map<std::string, std::string> fields;
  bool operator==(const Registration&) const = default;
};

struct RosterItem {
  std::string user;
  std::string domain;
  std::string local;
  bool to = false;    // the user sees the contact's presence
  bool from = false;  // the contact sees the user's
  bool operator==(const RosterItem&) const = default;
};

struct SavedRoom {
  std::string user;
  std::string domain;
  std::string local;
  std::string nick;
  std::string key;          // the room's password
  bool persistent = false;  // stay joined without an XMPP resource
  bool operator==(const SavedRoom&) const = default;
};

// What a user has chosen, by name. Its scope is the local part of an address at our domain: empty for all of the
// gateway, else a network's or a room's.
using Settings = std::map<std::string, std::string>;

class Store {
 public:
  using Done = std::function<void(bool)>;

  // The highest schema this build knows.
  static int schema_version() noexcept;

  // Creates the database (mode 0600) or brings its schema up to date, then loads it. Blocks; meant for the start.
  // The error is a sentence for the operator; nothing in the database has changed then. `patience` is for a database
  // that another process has locked, such as a backup.
  static base::Result<std::unique_ptr<Store>, std::string> open(asio::any_io_executor executor, std::string path,
                                                                std::string key32,
                                                                std::chrono::milliseconds patience = {});
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  std::vector<Registration> registrations(std::string_view domain) const;
  std::optional<Registration> find_registration(std::string_view domain, std::string_view user) const;
  // Replaces all fields. done(true): on the disk, synced.
  void save_registration(Registration registration, Done done);
  // Forgets registration, settings, roster, rooms and adapter records of that user at that domain.
  // done(false): gone from memory, and from the disk as soon as it takes writes.
  void remove_user(std::string_view domain, std::string_view user, Done done);

  std::vector<RosterItem> roster(std::string_view domain) const;
  std::vector<RosterItem> roster(std::string_view domain, std::string_view user) const;
  // The users who have the domain itself in it, or it has them.
  std::vector<std::string> subscribers(std::string_view domain) const;
  std::optional<RosterItem> find_roster(std::string_view domain, std::string_view user, std::string_view local) const;
  std::size_t roster_size(std::string_view domain, std::string_view user) const;
  // Neither `to` nor `from`: removes the item.
  void set_roster(RosterItem item);

  std::vector<SavedRoom> saved_rooms(std::string_view domain) const;
  std::vector<SavedRoom> saved_rooms(std::string_view domain, std::string_view user) const;
  std::optional<SavedRoom> find_room(std::string_view domain, std::string_view user, std::string_view local) const;
  void set_room(SavedRoom room);
  void remove_room(std::string_view domain, std::string_view user, std::string_view local);

  // Empty when nothing was chosen there.
  Settings settings(std::string_view domain, std::string_view user, std::string_view scope) const;
  // All scopes of the user in which something was chosen.
  std::vector<std::pair<std::string, Settings>> settings(std::string_view domain, std::string_view user) const;
  // Replaces all of that scope; without values it is forgotten. done(false): in memory only, until the disk takes
  // writes again.
  void save_settings(std::string_view domain, std::string_view user, std::string_view scope, Settings values,
                     Done done);

  // The records of one account on one network. The store must outlive it.
  std::unique_ptr<legacy::State> state_for(std::string user, std::string domain, std::string network);

  // Calls done when everything written so far is on the disk (true) or could not be written (false).
  void commit(Done done);
  // Transactions committed since open(), for metrics.
  std::size_t commits() const noexcept;

 private:
  struct Core;
  class Records;
  explicit Store(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

}  // namespace mapping
