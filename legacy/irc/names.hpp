// Which names can exist on IRC.
#pragma once

#include <string>
#include <string_view>

#include "legacy/irc/isupport.hpp"

namespace irc {

inline constexpr std::size_t max_name = 200;  // bytes; longer than any server takes...
inline constexpr std::size_t max_nick = 100;  // ...as are these: there may be very many of them

// A channel but for its first character: no space, comma, BEL, NUL, CR, LF.
bool is_channel_name(std::string_view name);
// No space, comma, * ? ! @, not starting with a colon, $ or a prefix of channels and standings.
bool is_nick(std::string_view nick, std::string_view channel_types = "#&", std::string_view signs = "~&@%+");
// The nick made legal: characters that can't be in one become '_', cut to `length` bytes; empty when nothing is left.
std::string make_nick(std::string_view wish, std::size_t length);
// The name to try when `nick` is taken, the n-th time (0..): nick_, nick__, nick1, nick2 ... within `length`; empty
// after the last.
std::string alternative_nick(std::string_view nick, std::size_t n, std::size_t length);

}  // namespace irc
