// The parts of webhook handling that providers share: /<provider>/<network>/<secret>/<kind>?query, or without <secret>
// where every call is signed in full.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/http.hpp"
#include "base/http_server.hpp"

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
// The same without a secret.
std::optional<WebhookTarget> parse_signed_target(std::string_view target, std::string_view prefix);
// What every call of a provider shows before its body is read, by which most strangers are known.
struct Pass {
  std::string secret = {};                // in the path, see parse_target(); empty: none
  std::vector<std::string> headers = {};  // one of them is there, with what signs the call; empty: none
  int status = 403;                       // what a call without it is refused with
};
struct Shortfall {
  int status = 0;  // 0: there is none
  const char* why = "";
};
Shortfall check_pass(const Pass& pass, const base::HttpRequest& head, std::string_view prefix);

// Compares in a time that depends on the lengths only. An empty secret matches nothing.
bool is_secret(std::string_view given, std::string_view expected);
// Whether the call carries these Basic credentials (RFC 7617).
bool is_basic(const base::HttpRequest& request, const std::string& user, const std::string& password);
// By which a provider's clock may differ from ours.
inline constexpr std::chrono::seconds clock_tolerance{300};
// Whether a signature's time is close enough to now: at most five minutes, on either side.
bool is_fresh(std::string_view unix_seconds, base::WallTime now);
// The URL that the provider called, as it knows it and signs it: never made of the Host header, which is the caller's.
std::string called_url(std::string_view public_url, const base::HttpRequest& request);
// The fields that a signature covers: those of a POSTed form, or of the query.
base::HttpHeaders webhook_fields(const base::HttpRequest& request);

// Bytes of an inbound text: as a body, escaped, it has to fit into a stanza.
inline constexpr std::size_t longest_inbound = std::size_t{64} << 10;

}  // namespace sms
