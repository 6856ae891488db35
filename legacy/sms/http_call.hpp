// The requests that HTTP providers want.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "base/curl.hpp"

namespace sms {

// POST, application/x-www-form-urlencoded; a name may stand there several times.
base::HttpCall form_call(std::string url, const base::HttpHeaders& fields);
// POST, application/json.
base::HttpCall json_call(std::string url, const boost::json::object& body);

// The value of an Authorization header.
std::string basic_credentials(const std::string& user, const std::string& password);
base::HttpCall with_basic(base::HttpCall call, const std::string& user, const std::string& password);
base::HttpCall with_bearer(base::HttpCall call, const std::string& token);

}  // namespace sms
