// Texts in other encodings than UTF-8, by iconv. Only encodings in which ASCII is ASCII and that need no more bytes
// than UTF-8: what has been cut to a length in UTF-8 fits in them too. Loop thread only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace base {

class Charset {
 public:
  // "windows-1252", "KOI8-R", "Shift_JIS": a name that iconv knows. nullopt: it doesn't, or it is not one of those.
  static std::optional<Charset> find(const std::string& name);

  // Never fail: what can't be read becomes U+FFFD, what can't be said in this encoding becomes '?'.
  std::string to_utf8(std::string_view bytes) const;
  std::string from_utf8(std::string_view text) const;

 private:
  struct Converter;
  std::shared_ptr<Converter> in_, out_;
};

}  // namespace base
