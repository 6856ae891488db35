// What is to be known of a URL before it is called, by libcurl's parser: what is checked is what will be called.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace base {

// Where a URL leads. Scheme and host in lower case, the port given or the scheme's own.
struct Origin {
  std::string scheme;
  std::string host;  // IPv6 without brackets
  std::string port;
  bool operator==(const Origin&) const = default;
};

// nullopt: no http or https URL, or one with a user name or password.
std::optional<Origin> origin_of(const std::string& url);
// The http or https URL that a Location header means, seen from the URL that was called; nullopt: none.
std::optional<std::string> follow(const std::string& called, const std::string& location);

}  // namespace base
