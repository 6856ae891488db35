#include "mapping/address_book.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace mapping {

using component::Jid;
using component::xml::Element;

namespace {

constexpr std::string_view ns_nick = "http://jabber.org/protocol/nick";
constexpr std::size_t most_names = 2000;   // of one user
constexpr std::size_t longest_name = 100;  // in characters
constexpr const char* field = "contact_name";

}  // namespace

std::string AddressBook::name_of(const Jid& user, std::string_view local) const {
  if (local.empty()) return {};
  const Settings kept = store_.settings(domain_, user.bare_view(), local);
  const auto found = kept.find(field);
  return found == kept.end() ? std::string{} : found->second;
}

std::vector<std::pair<std::string, std::string>> AddressBook::names_of(const Jid& user) const {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& [local, kept] : store_.settings(domain_, user.bare_view())) {
    const auto found = kept.find(field);
    if (found != kept.end()) out.emplace_back(local, found->second);
  }
  return out;
}

std::string AddressBook::check(const Jid& user, std::string_view local, const std::string& name) const {
  const bool has_control = std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (has_control || base::count_code_points(name) > longest_name)
    return "A name is one line of at most 100 characters.";
  if (!name.empty() && name_of(user, local).empty() && names_of(user).size() >= most_names)
    return "You have given too many names already.";
  return {};
}

void AddressBook::set(const Jid& user, std::string_view local, const std::string& name, Store::Done done) {
  Settings kept = store_.settings(domain_, user.bare_view(), local);
  if (name.empty()) {
    kept.erase(field);
  } else {
    kept.insert_or_assign(field, name);
  }
  store_.save_settings(domain_, user.bare_view(), local, std::move(kept), std::move(done));
}

void AddressBook::mark(Element& stanza, const Jid& from, const Jid& user) const {
  const std::string name = name_of(user, from.local());
  if (!name.empty()) stanza.add(Element("nick", ns_nick).text(name));
}

}  // namespace mapping
