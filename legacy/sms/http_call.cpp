#include "legacy/sms/http_call.hpp"

#include <boost/json/serialize.hpp>

#include "base/crypto.hpp"

namespace sms {
namespace {

base::HttpCall post(std::string url, std::string content_type, std::string body) {
  base::HttpCall call;
  call.method = "POST";
  call.url = std::move(url);
  call.headers.emplace_back("Content-Type", std::move(content_type));
  call.body = std::move(body);
  return call;
}

}  // namespace

base::HttpCall form_call(std::string url, const base::HttpHeaders& fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    if (!body.empty()) body += '&';
    body += base::url_encode(name) + "=" + base::url_encode(value);
  }
  return post(std::move(url), "application/x-www-form-urlencoded", std::move(body));
}

base::HttpCall json_call(std::string url, const boost::json::object& body) {
  return post(std::move(url), "application/json", boost::json::serialize(body));
}

std::string basic_credentials(const std::string& user, const std::string& password) {
  return "Basic " + base::to_base64(user + ":" + password);
}

base::HttpCall with_basic(base::HttpCall call, const std::string& user, const std::string& password) {
  call.headers.emplace_back("Authorization", basic_credentials(user, password));
  return call;
}

base::HttpCall with_bearer(base::HttpCall call, const std::string& token) {
  call.headers.emplace_back("Authorization", "Bearer " + token);
  return call;
}

}  // namespace sms
