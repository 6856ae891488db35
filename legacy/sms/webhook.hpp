// The parts of webhook handling that providers share: /<provider>/<network>/<secret>/<kind>?query.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/http.hpp"

namespace sms {

struct WebhookTarget {
  std::string secret;
  std::string kind;  // "mo", "dlr"
  base::HttpHeaders query;
};

// "/kannel/sms/" for ("kannel", "sms").
std::string webhook_prefix(std::string_view provider, std::string_view network);
// What follows the prefix; nullopt when the target is not of that form.
std::optional<WebhookTarget> parse_target(std::string_view target, std::string_view prefix);
// Compares in a time that depends on the lengths only. An empty secret matches nothing.
bool is_secret(std::string_view given, std::string_view expected);

}  // namespace sms
