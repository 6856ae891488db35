#include "legacy/irc/standing.hpp"

#include <algorithm>

#include "legacy/irc/message.hpp"

namespace irc {
namespace {

using legacy::Affiliation;
using legacy::Role;

bool has(std::string_view letters, char letter) {
  return letters.find(letter) != letters.npos;
}

// One letter's standing. Letters that we don't know are judged by where they stand in PREFIX.
Standing standing_of(std::string_view order, char letter) {
  const bool has_owner = has(order, 'q') || has(order, 'a');
  const auto at = order.find(letter);
  const auto op = order.find('o');
  const auto voice = order.find('v');
  if (letter == 'o') return {has_owner ? Affiliation::admin : Affiliation::owner, Role::moderator};
  if (letter == 'v') return {Affiliation::member, Role::participant};
  if (op != order.npos && at < op) return {Affiliation::owner, Role::moderator};
  if (voice != order.npos && at > voice) return {Affiliation::none, Role::participant};
  return {Affiliation::member, Role::moderator};
}

// +wanted (0: none), and minus everything that ranks above it; minus what ranks below only when nothing is wanted.
std::vector<ModeChange> replace(std::string_view order, std::string_view letters, char wanted) {
  std::vector<ModeChange> out;
  if (wanted != 0 && !has(letters, wanted)) out.push_back({'+', wanted});
  for (const char letter : order) {
    if (letter == wanted) break;
    if (has(letters, letter)) out.push_back({'-', letter});
  }
  return out;
}

char owner_letter(std::string_view order) {
  for (const char letter : {'q', 'a', 'o'})
    if (has(order, letter)) return letter;
  return order.empty() ? 'o' : order.front();
}

}  // namespace

std::string sort_letters(const Isupport& isupport, std::string_view letters) {
  std::string out;
  for (const char letter : isupport.prefix_letters())
    if (has(letters, letter)) out += letter;
  return out;
}

Standing standing(const Isupport& isupport, std::string_view letters, bool moderated) {
  const std::string sorted = sort_letters(isupport, letters);
  if (!sorted.empty()) return standing_of(isupport.prefix_letters(), sorted.front());
  return {Affiliation::none, moderated ? Role::visitor : Role::participant};
}

std::vector<ModeChange> changes_for(const Isupport& isupport, std::string_view letters, Affiliation affiliation) {
  const std::string& order = isupport.prefix_letters();
  switch (affiliation) {
    case Affiliation::owner: {
      // Someone with +a is an owner already.
      if (standing(isupport, letters, false).affiliation == Affiliation::owner) return {};
      return {{'+', owner_letter(order)}};
    }
    case Affiliation::admin: return replace(order, letters, 'o');
    case Affiliation::member: return replace(order, letters, 'v');
    default: return replace(order, letters, 0);
  }
}

std::vector<ModeChange> changes_for(const Isupport& isupport, std::string_view letters, Role role, bool moderated) {
  const std::string& order = isupport.prefix_letters();
  const Standing now = standing(isupport, letters, moderated);
  if (now.role == role) return {};
  if (role == Role::moderator) return {{'+', has(order, 'h') ? 'h' : 'o'}};
  if (role == Role::participant) return replace(order, letters, moderated ? 'v' : 0);
  return replace(order, letters, 0);
}

std::vector<std::string> mode_lines(const Isupport& isupport, std::string_view channel,
                                    const std::vector<ModeChange>& changes, std::string_view parameter) {
  std::vector<std::string> lines;
  const std::size_t limit = std::max<std::size_t>(isupport.modes(), 1);
  for (std::size_t at = 0; at < changes.size(); at += limit) {
    std::string modes;
    std::vector<std::string> params{std::string(channel), {}};
    char sign = 0;
    for (std::size_t i = at; i < std::min(at + limit, changes.size()); ++i) {
      if (changes[i].sign != sign) modes += sign = changes[i].sign;
      modes += changes[i].letter;
      params.emplace_back(parameter);
    }
    params[1] = std::move(modes);
    lines.push_back(command_line("MODE", std::move(params)));
  }
  return lines;
}

}  // namespace irc
