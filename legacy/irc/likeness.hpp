// Whether what a server shows of our text is that text: as it is, or as the server has changed it. Both are UTF-8
// without codes of formatting.
#pragma once

#include <string_view>

namespace irc {

// But for blanks at the end.
bool is_same_text(std::string_view sent, std::string_view seen);
// A filter, a limit on the length or the like may have made `seen` of `sent`: two thirds of the bytes are left in their
// order, or others stand there as asterisks. Looks at the first 512 bytes.
bool is_alike(std::string_view sent, std::string_view seen);

}  // namespace irc
