// SHA-1 for the handshakes that prescribe it (XEP-0114). Not for anything that needs collision resistance.
#pragma once

#include <string>
#include <string_view>

namespace base {

std::string sha1_hex(std::string_view bytes);  // 40 lower-case hex digits

}  // namespace base
