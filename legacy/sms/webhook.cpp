#include "legacy/sms/webhook.hpp"

#include <algorithm>
#include <charconv>

#include "base/crypto.hpp"
#include "legacy/sms/http_call.hpp"

namespace sms {

std::string webhook_prefix(std::string_view provider, std::string_view network) {
  return "/" + std::string(provider) + "/" + base::url_encode(network) + "/";
}

std::optional<WebhookTarget> parse_signed_target(std::string_view target, std::string_view prefix) {
  if (!target.starts_with(prefix)) return std::nullopt;
  target.remove_prefix(prefix.size());
  const auto question = std::min(target.find('?'), target.size());
  const auto path = target.substr(0, question);
  if (path.find('/') != std::string_view::npos) return std::nullopt;
  return WebhookTarget{{}, std::string(path), base::parse_query(target.substr(std::min(question + 1, target.size())))};
}

std::optional<WebhookTarget> parse_target(std::string_view target, std::string_view prefix) {
  if (!target.starts_with(prefix)) return std::nullopt;
  const auto slash = target.find_first_of("/?", prefix.size());
  if (slash == std::string_view::npos || target[slash] != '/') return std::nullopt;
  auto out = parse_signed_target(target, target.substr(0, slash + 1));
  if (out) out->secret = base::percent_decode(target.substr(prefix.size(), slash - prefix.size()));
  return out;
}

Shortfall check_pass(const Pass& pass, const base::HttpRequest& head, std::string_view prefix) {
  if (!pass.secret.empty()) {
    const auto target = parse_target(head.target, prefix);
    if (!target) return {404, "no such webhook"};
    if (!is_secret(target->secret, pass.secret)) return {403, "wrong secret"};
  }
  const bool is_shown = std::any_of(pass.headers.begin(), pass.headers.end(), [&](const std::string& name) {
    return !base::find_header(head.headers, name).empty();
  });
  if (pass.headers.empty() || is_shown) return {};
  return {pass.status, "not signed"};
}

bool is_secret(std::string_view given, std::string_view expected) {
  return !expected.empty() && base::equal_in_constant_time(given, expected);
}

bool is_basic(const base::HttpRequest& request, const std::string& user, const std::string& password) {
  return is_secret(base::find_header(request.headers, "Authorization"), basic_credentials(user, password));
}

bool is_fresh(std::string_view unix_seconds, base::WallTime now) {
  constexpr std::int64_t longest = clock_tolerance.count();
  std::int64_t signed_at = 0;
  const char* end = unix_seconds.data() + unix_seconds.size();
  const auto parsed = std::from_chars(unix_seconds.data(), end, signed_at);
  if (unix_seconds.empty() || parsed.ptr != end || parsed.ec != std::errc{} || signed_at < 0) return false;
  const std::int64_t seconds = base::WallTime::clock::to_time_t(now);
  return signed_at <= seconds + longest && signed_at >= seconds - longest;
}

std::string called_url(std::string_view public_url, const base::HttpRequest& request) {
  while (public_url.ends_with('/')) public_url.remove_suffix(1);
  return std::string(public_url) + request.target;
}

base::HttpHeaders webhook_fields(const base::HttpRequest& request) {
  if (request.method == "POST" && !request.body.empty()) return base::parse_query(request.body);
  const auto question = request.target.find('?');
  return question == std::string::npos ? base::HttpHeaders{} : base::parse_query(request.target.substr(question + 1));
}

}  // namespace sms
