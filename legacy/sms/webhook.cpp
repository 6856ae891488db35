#include "legacy/sms/webhook.hpp"

#include <algorithm>

#include "base/crypto.hpp"

namespace sms {

std::string webhook_prefix(std::string_view provider, std::string_view network) {
  return "/" + std::string(provider) + "/" + base::url_encode(network) + "/";
}

std::optional<WebhookTarget> parse_target(std::string_view target, std::string_view prefix) {
  if (!target.starts_with(prefix)) return std::nullopt;
  target.remove_prefix(prefix.size());
  const auto question = std::min(target.find('?'), target.size());
  const auto path = target.substr(0, question);
  const auto slash = path.find('/');
  if (slash == std::string_view::npos || path.find('/', slash + 1) != std::string_view::npos) return std::nullopt;
  WebhookTarget out;
  out.secret = base::percent_decode(path.substr(0, slash));
  out.kind = path.substr(slash + 1);
  out.query = base::parse_query(target.substr(std::min(question + 1, target.size())));
  return out;
}

bool is_secret(std::string_view given, std::string_view expected) {
  return !expected.empty() && base::equal_in_constant_time(given, expected);
}

}  // namespace sms
