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

// Digits of the country code at the start (ITU-T E.164, list of assigned codes): 1 and 7, some of two digits, and the
// others of three.
std::size_t country_code_size(std::string_view digits) {
  constexpr std::string_view two[] = {"20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41",
                                      "43", "44", "45", "46", "47", "48", "49", "51", "52", "53", "54",
                                      "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66",
                                      "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98"};
  if (digits.starts_with('1') || digits.starts_with('7')) return 1;
  return std::find(std::begin(two), std::end(two), digits.substr(0, 2)) == std::end(two) ? 3 : 2;
}

}  // namespace

void add_nick(Element& stanza, std::string_view nick) {
  if (!nick.empty()) stanza.add(Element("nick", ns_nick).text(nick));
}

// The country's code, and the rest in threes with at most four at the end.
std::string spelled_out(std::string_view number) {
  const std::string_view digits = number.substr(number.starts_with('+') ? 1 : 0);
  const bool is_number = number.starts_with('+') && digits.size() >= 8 && digits.size() <= 15 &&
                         digits.find_first_not_of("0123456789") == digits.npos;
  if (!is_number) return std::string(number);
  std::size_t at = country_code_size(digits);
  std::string out = "+" + std::string(digits.substr(0, at));
  while (at < digits.size()) {
    const std::size_t left = digits.size() - at;
    const std::size_t group = left <= 4 ? left : 3;
    out.append(1, ' ').append(digits.substr(at, group));
    at += group;
  }
  return out;
}

std::string AddressBook::title_of(const Jid& user, std::string_view local) const {
  const std::string name = name_of(user, local);
  return name.empty() && local.starts_with('+') ? spelled_out(local) : name;
}

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
  add_nick(stanza, title_of(user, from.local()));
}

}  // namespace mapping
