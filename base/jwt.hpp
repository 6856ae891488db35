// JSON Web Tokens (RFC 7519) under a shared key: HS256, HS384 and HS512 (RFC 7518, section 3.2). Every other algorithm
// is refused, "none" first of all. Only checked here, never made.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace base {

struct JwtRules {
  std::chrono::seconds leeway{5};   // by which the clocks may differ
  std::chrono::seconds max_age{0};  // since iat, which must be there then; 0: any
};
struct JwtFault {
  std::string why;  // holds nothing of the token
};

// The claims, when the signature and the times (exp, nbf, iat) are right. The signature is compared in constant time.
Result<boost::json::object, JwtFault> verify_jwt(std::string_view token, std::string_view key, WallTime now,
                                                 JwtRules rules = {});
// A claim that is a text; empty when it is missing or of another type.
std::string jwt_claim(const boost::json::object& claims, std::string_view name);

}  // namespace base
