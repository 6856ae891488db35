#include "base/jwt.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <optional>

#include "base/crypto.hpp"
#include "base/digest.hpp"

namespace base {
namespace {

constexpr std::size_t longest_token = 8192;

struct Algorithm {
  std::string_view name;
  Digest digest;
};
constexpr std::array algorithms = {Algorithm{"HS256", Digest::sha256}, Algorithm{"HS384", Digest::sha384},
                                   Algorithm{"HS512", Digest::sha512}};

// RFC 7515, section 2: the other alphabet and no padding.
std::optional<std::string> from_base64url(std::string_view text) {
  std::string plain(text);
  if (plain.find_first_of("+/=") != std::string::npos) return std::nullopt;
  std::replace(plain.begin(), plain.end(), '-', '+');
  std::replace(plain.begin(), plain.end(), '_', '/');
  plain.append((4 - plain.size() % 4) % 4, '=');
  return from_base64(plain);
}

std::optional<boost::json::object> parse_object(std::string_view encoded) {
  const auto text = from_base64url(encoded);
  if (!text) return std::nullopt;
  boost::json::error_code ec;
  auto value = boost::json::parse(*text, ec);
  if (ec || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

const Algorithm* find_algorithm(const boost::json::object& header) {
  const auto name = jwt_claim(header, "alg");
  const auto* found =
      std::find_if(algorithms.begin(), algorithms.end(), [&](const Algorithm& each) { return each.name == name; });
  return found == algorithms.end() ? nullptr : found;
}

// Seconds since 1970; what is there but no number counts as broken.
struct Time {
  bool is_there = false;
  bool is_broken = false;
  double seconds = 0;
};
Time time_of(const boost::json::object& claims, std::string_view name) {
  const auto* value = claims.if_contains(name);
  if (value == nullptr) return {};
  boost::json::error_code ec;
  const auto seconds = value->to_number<double>(ec);
  return {true, static_cast<bool>(ec), seconds};
}

// Why the times are wrong; empty: they are not.
std::string time_fault(const boost::json::object& claims, WallTime now, const JwtRules& rules) {
  const double seconds = std::chrono::duration<double>(now.time_since_epoch()).count();
  const auto leeway = static_cast<double>(rules.leeway.count());
  const auto max_age = static_cast<double>(rules.max_age.count());
  const Time expiry = time_of(claims, "exp");
  const Time start = time_of(claims, "nbf");
  const Time issued = time_of(claims, "iat");
  if (expiry.is_broken || start.is_broken || issued.is_broken) return "a time that is no number";
  if (expiry.is_there && seconds >= expiry.seconds + leeway) return "expired";
  if (start.is_there && seconds + leeway < start.seconds) return "not valid yet";
  if (issued.is_there && seconds + leeway < issued.seconds) return "issued in the future";
  if (max_age > 0 && !issued.is_there) return "without the time it was issued at";
  if (max_age > 0 && seconds > issued.seconds + max_age) return "too old";
  return {};
}

}  // namespace

std::string jwt_claim(const boost::json::object& claims, std::string_view name) {
  const auto* value = claims.if_contains(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string{} : std::string(*text);
}

Result<boost::json::object, JwtFault> verify_jwt(std::string_view token, std::string_view key, WallTime now,
                                                 JwtRules rules) {
  if (key.empty()) return JwtFault{"no key"};
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  const bool has_form = token.size() <= longest_token && first != token.npos && token.find('.', first + 1) == last;
  if (!has_form || first == last) return JwtFault{"not a token"};
  const auto header = parse_object(token.substr(0, first));
  if (!header) return JwtFault{"not a token"};
  const auto* algorithm = find_algorithm(*header);
  if (algorithm == nullptr) return JwtFault{"signed by another algorithm than HS256, HS384 and HS512"};
  if (header->contains("crit")) return JwtFault{"with an extension that must be understood"};
  const auto signature = from_base64url(token.substr(last + 1));
  if (!signature || !equal_in_constant_time(*signature, hmac(algorithm->digest, key, token.substr(0, last))))
    return JwtFault{"wrong signature"};
  auto claims = parse_object(token.substr(first + 1, last - first - 1));
  if (!claims) return JwtFault{"not a token"};
  if (auto fault = time_fault(*claims, now, rules); !fault.empty()) return JwtFault{std::move(fault)};
  return *std::move(claims);
}

}  // namespace base
