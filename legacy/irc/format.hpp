// Text from IRC made fit for people: formatting codes removed, bytes turned into clean UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace irc {

// How text is read that isn't UTF-8.
enum class Charset { windows1252, latin1 };

// "windows-1252", "cp1252", "iso-8859-1", "latin1"; anything else is windows-1252.
Charset charset(std::string_view name);

// The text as it is when it is UTF-8, else read in `charset`; never fails.
std::string decode(std::string_view bytes, Charset charset);

// Removes bold, colours and the other codes (modern.ircdocs.horse/formatting). Keeps everything else.
std::string strip_formatting(std::string_view text);
// Removes what XML 1.0 forbids: controls but TAB, and U+FFFE, U+FFFF.
std::string strip_controls(std::string_view text);
// Both.
std::string plain(std::string_view text);

}  // namespace irc
