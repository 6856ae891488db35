// An XMPP address (RFC 7622, prepared with nodeprep/nameprep/resourceprep of RFC 6122 as servers do). Immutable,
// canonical.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace component {

enum class JidErrc {
  bad_local = 1,  // empty after '@', forbidden code point, or over 1023 bytes
  bad_domain,
  bad_resource,
};

class Jid {
 public:
  // "local@domain/resource"; local and resource may be absent, the domain may not.
  static base::Result<Jid, JidErrc> parse(std::string_view text);
  static base::Result<Jid, JidErrc> make(std::string_view local, std::string_view domain,
                                         std::string_view resource = {});

  // Views of this address.
  std::string_view local() const noexcept { return view(0, local_end_); }
  std::string_view domain() const noexcept { return view(domain_begin(), bare_end_); }
  std::string_view resource() const noexcept {
    return view(std::min<std::size_t>(bare_end_ + 1, text_.size()), text_.size());
  }
  std::string_view bare_view() const noexcept { return view(0, bare_end_); }
  bool is_bare() const noexcept { return bare_end_ == text_.size(); }

  Jid bare() const;
  // An invalid resource (resourceprep) is replaced by one with the offending code points removed; never fails.
  Jid with_resource(std::string_view resource) const;
  const std::string& str() const noexcept { return text_; }
  std::string bare_str() const { return std::string(bare_view()); }

  bool operator==(const Jid& other) const noexcept { return text_ == other.text_; }
  auto operator<=>(const Jid& other) const noexcept { return text_ <=> other.text_; }

 private:
  // Parts that are prepared; local and resource may be empty.
  Jid(std::string_view local, std::string_view domain, std::string_view resource);

  std::size_t domain_begin() const noexcept { return local_end_ == 0 ? 0 : local_end_ + 1u; }
  // Of one that was moved from, nothing.
  std::string_view view(std::size_t begin, std::size_t end) const noexcept {
    if (end > text_.size()) return {};
    return std::string_view(text_).substr(begin, end - begin);
  }

  std::string text_;
  std::uint16_t local_end_ = 0, bare_end_ = 0;  // no part is longer than 1023 bytes
};

// Nodeprep (RFC 6122 appendix A) of one localpart; an error when it has a forbidden code point, is empty or too long.
base::Result<std::string, JidErrc> prepare_local(std::string_view text);

// "xmpp:%23room%25net@gateway" (RFC 5122 section 2.2), without a query.
std::string to_uri(const Jid& jid);
// RFC 3986 section 2.1: all but unreserved characters as %XX.
std::string percent_encode(std::string_view text);

}  // namespace component
