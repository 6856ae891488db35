#include "base/stringprep.hpp"

#include <locale.h>
#include <stringprep.h>
#include <wctype.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace base {
namespace {

bool is_allowed_ascii(PrepProfile profile, char c) noexcept {
  constexpr std::string_view forbidden_in_node = "\"&'/:<>@ ";
  if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
  return profile != PrepProfile::node || forbidden_in_node.find(c) == std::string_view::npos;
}

// Nearly every address is ASCII, where the profiles only lower the case and refuse a few characters.
std::optional<std::string> prepare_ascii(PrepProfile profile, std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (!is_allowed_ascii(profile, c)) return std::nullopt;
    if (profile != PrepProfile::resource && c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

const Stringprep_profile* table(PrepProfile profile) noexcept {
  switch (profile) {
    case PrepProfile::node: return stringprep_xmpp_nodeprep;
    case PrepProfile::name: return stringprep_nameprep;
    case PrepProfile::resource: return stringprep_xmpp_resourceprep;
  }
  return nullptr;
}

}  // namespace

namespace {

// `text` is more than ASCII.
std::optional<std::string> prepare(const Stringprep_profile* profile, std::string_view text) {
  // libidn reads past the end of broken sequences and stops at a zero byte.
  const bool has_control = std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (has_control || !is_utf8(text)) return std::nullopt;
  std::array<char, longest_jid_part + 1> buffer{};
  std::copy(text.begin(), text.end(), buffer.begin());
  const int failed = ::stringprep(buffer.data(), buffer.size(), static_cast<Stringprep_profile_flags>(0), profile);
  if (failed != STRINGPREP_OK) return std::nullopt;
  return std::string(buffer.data());
}

}  // namespace

std::optional<std::string> stringprep(PrepProfile profile, std::string_view text) {
  if (text.size() > longest_jid_part) return std::nullopt;
  if (is_ascii(text)) return prepare_ascii(profile, text);
  return prepare(table(profile), text);
}

namespace {

struct Free {
  void operator()(char* text) const noexcept { std::free(text); }
};

}  // namespace

std::string fold_case(std::string_view text) {
  static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", static_cast<locale_t>(nullptr));
  if (is_ascii(text) || !is_utf8(text) || locale == nullptr) return ascii_lower(text);
  std::string small;
  for (std::size_t at = 0; at < text.size();) {
    const auto point = next_code_point(text, at);
    if (point) append_utf8(small, static_cast<char32_t>(::towlower_l(static_cast<wint_t>(*point), locale)));
  }
  const std::unique_ptr<char, Free> composed(
      ::stringprep_utf8_nfkc_normalize(small.data(), static_cast<ssize_t>(small.size())));
  return composed ? std::string(composed.get()) : small;
}

std::optional<std::string> saslprep(std::string_view text) {
  if (text.size() > longest_jid_part) return std::nullopt;
  if (is_ascii(text)) return prepare_ascii(PrepProfile::resource, text);
  return prepare(stringprep_saslprep, text);
}

}  // namespace base
