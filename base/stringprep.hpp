// The stringprep profiles of XMPP addresses (RFC 3454; nodeprep and resourceprep RFC 6122 appendix A and B, nameprep
// RFC 3491), by libidn. Unassigned code points pass, as they do in XMPP servers.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace base {

enum class PrepProfile { node, name, resource };

inline constexpr std::size_t longest_jid_part = 1023;  // bytes, RFC 6122 section 2.1

// nullopt: a forbidden code point, broken UTF-8, or a result over 1023 bytes. Empty text gives empty text.
std::optional<std::string> stringprep(PrepProfile profile, std::string_view text);

// SASLprep (RFC 4013) of a query string, as SCRAM wants passwords. nullopt as above.
std::optional<std::string> saslprep(std::string_view text);

// Letters that have a case as small ones, in Unicode's composed form (RFC 8265 section 3.3, with NFKC for NFC). What is
// no UTF-8: only those of ASCII.
std::string fold_case(std::string_view text);

}  // namespace base
