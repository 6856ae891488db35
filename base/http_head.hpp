// What RFC 9112 asks of a request's head before anything of it is believed: where the body ends (section 6), whom it is
// for (3.2), and in which form the target comes to us. Pure functions over what the parser has read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/http.hpp"
#include "base/result.hpp"

namespace base {

struct HttpHead {
  std::string_view method;
  std::string_view target;
  unsigned version = 11;  // as Beast writes it: 10, 11
};

// Why a request is refused, by its status: what follows it on the connection can't be told from its body.
struct HttpFault {
  int status = 400;
  std::string_view why;
};

// The target in origin-form, "/path?query", or "*". Fault: 400; 405 for CONNECT; 501 for a transfer coding other than
// chunked.
Result<std::string, HttpFault> check_head(const HttpHead& head, const HttpHeaders& headers);

// The addresses of X-Forwarded-For, in all its lines, from the client's on; ports and brackets are left out.
std::vector<std::string> forwarded_for(const HttpHeaders& headers);

}  // namespace base
