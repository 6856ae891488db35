#include "mapping/settings.hpp"

#include <algorithm>
#include <charconv>

namespace mapping {

using component::Jid;

namespace {

std::string value_of(const Settings& settings, const std::string& field) {
  const auto found = settings.find(field);
  return found == settings.end() ? std::string{} : found->second;
}

// These are the gateway's own; an adapter has no use for them.
bool is_ours(const std::string& field) {
  return field == "max_history_length" || field == "record_history" || field == "persistent" || field == "hold_texts" ||
         field == "mode_changes";
}

void overlay(Settings& below, const Settings& above) {
  for (const auto& [field, value] : above) below.insert_or_assign(field, value);
}

std::string scope_of(const Jid& where) {
  return std::string(where.local());
}

}  // namespace

Settings SettingsBook::usual() const {
  Settings out{{"max_history_length", "20"}, {"record_history", "true"}, {"persistent", "false"},
               {"mode_changes", "true"},     {"verify_cert", "true"},    {"hold_texts", "false"}};
  overlay(out, defaults_);
  return out;
}

Settings SettingsBook::kept(const Jid& user, const Jid& where) const {
  return store_.settings(domain(), user.bare_view(), scope_of(where));
}

void SettingsBook::save(const Jid& user, const Jid& where, Settings values, Store::Done done) {
  store_.save_settings(domain(), user.bare_view(), scope_of(where), std::move(values), std::move(done));
}

Settings SettingsBook::inherited(const Jid& user, const Address& where) const {
  Settings out = usual();
  if (where.kind == Address::Kind::gateway) return out;
  // Where the gateway is its one network, both have one record.
  const bool is_own_record = identity_.is_single() && where.kind == Address::Kind::network;
  if (!is_own_record) overlay(out, kept(user, identity_.gateway()));
  if (where.network) overlay(out, where.network->usual());
  if (where.kind == Address::Kind::network || !where.network) return out;
  overlay(out, kept(user, identity_.of(*where.network)));
  return out;
}

RoomSettings SettingsBook::of_room(const Jid& user, const legacy::Network& network, const Jid& room) const {
  Settings all = usual();
  overlay(all, kept(user, identity_.gateway()));
  overlay(all, kept(user, identity_.of(network)));
  overlay(all, kept(user, room));
  RoomSettings out;
  out.record_history = value_of(all, "record_history") != "false";
  out.is_persistent = value_of(all, "persistent") == "true";
  out.holds_texts = value_of(all, "hold_texts") == "true";
  out.shows_modes = value_of(all, "mode_changes") != "false";
  const std::string length = value_of(all, "max_history_length");
  int number = 0;
  std::from_chars(length.data(), length.data() + length.size(), number);
  out.history = static_cast<std::size_t>(std::max(number, 0));
  return out;
}

legacy::Account SettingsBook::account(const Jid& user, const legacy::Network& network, const Jid* where,
                                      const Settings* changed) {
  legacy::Account account{user.bare_str(), {}};
  for (const auto& [field, value] : defaults_)
    if (!is_ours(field)) account.fields.emplace(field, value);
  if (const auto known = store_.find_registration(domain(), account.user)) overlay(account.fields, known->fields);
  const std::string own = scope_of(identity_.of(network));
  auto scopes = store_.settings(domain(), account.user);
  if (changed) {
    std::erase_if(scopes, [&](const auto& entry) { return entry.first == scope_of(*where); });
    scopes.emplace_back(scope_of(*where), *changed);
  }
  for (const auto& [scope, values] : scopes) {
    const bool is_of_room = scope != own && identity_.is_on(network, scope);
    std::string suffix;
    if (is_of_room) suffix = ':' + identity_.name_in(network, scope);
    if (scope != own && !is_of_room) continue;
    for (const auto& [field, value] : values) {
      if (!is_ours(field)) account.fields.insert_or_assign(field + suffix, value);
    }
    // What was chosen for this network alone may go there, also where a common password may not.
    if (!is_of_room && values.contains("password")) account.fields["password_is_own"] = "true";
  }
  return account;
}

}  // namespace mapping
