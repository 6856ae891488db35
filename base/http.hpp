// What the HTTP client (base/curl.hpp) and the HTTP listener (base/http_server.hpp) have in common: plain values.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace base {

// In the order of the wire; names in any case, see find_header().
using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpResponse {
  int status = 200;
  HttpHeaders headers;
  std::string body;
  std::shared_ptr<void> held = {};  // by the listener: let go when the answer has been written, or can't be
};

// The first value under that name, compared without case (RFC 9110 section 5.1); empty when there is none.
std::string find_header(const HttpHeaders& headers, std::string_view name);

// application/x-www-form-urlencoded: everything but the unreserved characters of RFC 3986 becomes %XX, also a space.
std::string url_encode(std::string_view text);
// %XX decoded; a '%' that starts no escape stays as it is. For paths, where a plus is a plus.
std::string percent_decode(std::string_view text);
// %XX and '+', which is a space in queries and forms.
std::string url_decode(std::string_view text);
// The fields of a query string or form body, decoded, in their order.
HttpHeaders parse_query(std::string_view query);
// The first field of that name, exactly; empty when there is none.
std::string find_field(const HttpHeaders& fields, std::string_view name);

}  // namespace base
