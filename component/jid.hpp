// An XMPP address (RFC 7622, prepared with nodeprep/nameprep/resourceprep of RFC 6122 as servers do). Immutable,
// canonical.
#pragma once

#include <compare>
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

  const std::string& local() const noexcept { return local_; }
  const std::string& domain() const noexcept { return domain_; }
  const std::string& resource() const noexcept { return resource_; }
  bool is_bare() const noexcept { return resource_.empty(); }

  Jid bare() const;
  // An invalid resource (resourceprep) is replaced by one with the offending code points removed; never fails.
  Jid with_resource(std::string_view resource) const;
  std::string str() const;
  std::string bare_str() const;

  auto operator<=>(const Jid&) const = default;

 private:
  Jid(std::string local, std::string domain, std::string resource)
      : local_(std::move(local)), domain_(std::move(domain)), resource_(std::move(resource)) {}

  std::string local_, domain_, resource_;
};

// Nodeprep (RFC 6122 appendix A) of one localpart; an error when it has a forbidden code point, is empty or too long.
base::Result<std::string, JidErrc> prepare_local(std::string_view text);

}  // namespace component
