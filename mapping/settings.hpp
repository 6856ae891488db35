// What users choose for the gateway, for a network and for a room: the forms (with biboumi's names of fields, where it
// has them), what a submission of one means, and what holds in the end: a room's choice before its network's before
// the gateway's. Sees the store; sends nothing.
#pragma once

#include <optional>
#include <string>

#include "component/xeps/dataform.hpp"
#include "mapping/identity.hpp"
#include "mapping/store.hpp"

namespace mapping {

enum class Scope { gateway, network, room };

// The fields of that scope's form, filled in. A password is never among the values.
// kept: what was chosen there; inherited: what holds where nothing was.
std::vector<component::dataform::Field> settings_fields(Scope scope, const Settings& kept, const Settings& inherited);
// What is chosen after this submission. Fields that it doesn't have stay as they are; so does a password that is left
// empty. A number that is none falls back to what is inherited. The error says in words what can't be used: line
// breaks, more than 512 bytes in a value or 50 lines in a list.
base::Result<Settings, std::string> read_settings(Scope scope, const component::dataform::Submission& form,
                                                  const Settings& kept, const Settings& inherited);
// What a choice does that its user may not expect; empty: nothing.
std::string remark_on(const Settings& chosen);
// The settings for which an operator may say what holds where nothing is chosen: those that aren't one user's alone, or
// one network's. By their names in the forms.
std::vector<std::string> names_of_defaults();
// Such a value as it is kept: field and value; an empty value is none. The error says in words what can't be used.
base::Result<std::pair<std::string, std::string>, std::string> default_setting(const std::string& name,
                                                                               const std::vector<std::string>& values);
// Whether a session has to be opened anew for this change to count.
bool needs_new_session(const Settings& before, const Settings& after);

// What the gateway does with a room.
struct RoomSettings {
  bool record_history = true;
  bool is_persistent = false;
  bool holds_texts = false;  // while the network is away, instead of refusing them
  bool shows_modes = true;   // that somebody is banned, that there is a key now
  std::size_t history = 20;  // messages for a resource that doesn't say how many it wants
};

class SettingsBook {
 public:
  // defaults: what the operator has chosen for those who have chosen nothing, by field.
  SettingsBook(Store& store, Identity& identity, Settings defaults = {})
      : store_(store), identity_(identity), defaults_(std::move(defaults)) {}

  // What was chosen there and nowhere else; the address is one of ours.
  Settings kept(const component::Jid& user, const component::Jid& where) const;
  void save(const component::Jid& user, const component::Jid& where, Settings values, Store::Done done);
  // What holds at that address when nothing is chosen there.
  Settings inherited(const component::Jid& user, const Address& where) const;

  RoomSettings of_room(const component::Jid& user, const legacy::Network& network, const component::Jid& room) const;
  // Registration and settings, as an adapter gets them; `changed`, if given, stands for what is kept at `where`.
  legacy::Account account(const component::Jid& user, const legacy::Network& network,
                          const component::Jid* where = nullptr, const Settings* changed = nullptr);

 private:
  std::string domain() const { return identity_.domain(); }

  Settings usual() const;

  Store& store_;
  Identity& identity_;
  const Settings defaults_;
};

}  // namespace mapping
