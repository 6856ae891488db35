// Channel modes of a person as affiliation and role, and back (spec section 1.3, decision D2).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "legacy/adapter.hpp"
#include "legacy/irc/isupport.hpp"

namespace irc {

struct Standing {
  legacy::Affiliation affiliation = legacy::Affiliation::none;
  legacy::Role role = legacy::Role::participant;
  bool operator==(const Standing&) const = default;
};

// `letters`: all prefix modes the person has ("ov"), in any order.
Standing standing(const Isupport& isupport, std::string_view letters, bool moderated);

struct ModeChange {
  char sign = '+';
  char letter = 'o';
  bool operator==(const ModeChange&) const = default;
};

// The changes that give a person with `letters` this affiliation or role. Empty: nothing to do.
std::vector<ModeChange> changes_for(const Isupport& isupport, std::string_view letters,
                                    legacy::Affiliation affiliation);
std::vector<ModeChange> changes_for(const Isupport& isupport, std::string_view letters, legacy::Role role,
                                    bool moderated);

// MODE lines for one person, each with at most as many letters as the server takes.
std::vector<std::string> mode_lines(const Isupport& isupport, std::string_view channel,
                                    const std::vector<ModeChange>& changes, std::string_view parameter);

// The letters sorted by rank, without duplicates and without unknown ones.
std::string sort_letters(const Isupport& isupport, std::string_view letters);

}  // namespace irc
