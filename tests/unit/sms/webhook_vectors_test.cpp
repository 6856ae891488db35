// tests/data/webhook-signature-vectors.json: signed calls, true and forged, each checked by its provider's own code.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <map>
#include <set>

#include "legacy/sms/json_field.hpp"
#include "legacy/sms/providers/messagebird.hpp"
#include "legacy/sms/providers/plivo.hpp"
#include "legacy/sms/providers/sinch.hpp"
#include "legacy/sms/providers/smsgate.hpp"
#include "legacy/sms/providers/telnyx.hpp"
#include "legacy/sms/providers/twilio.hpp"
#include "legacy/sms/providers/vonage_messages.hpp"
#include "legacy/sms/providers/vonage_sms.hpp"
#include "legacy/sms/webhook.hpp"

namespace sms {
namespace {

struct Vector {
  std::string id;
  std::string algorithm;
  std::string url;  // as the provider called it; all of it stands in for public_url + target
  base::HttpRequest request;
  std::string key;
  base::WallTime now;
  bool is_valid = false;
};

using Check = bool (*)(const Vector&);

bool is_sinch(const Vector& v) {
  return is_sinch_signed(v.request, v.key, v.now);
}
bool is_smsgate(const Vector& v) {
  return is_smsgate_signed(v.request, v.key, v.now);
}
bool is_messagebird(const Vector& v) {
  return is_messagebird_signed(v.request, v.url, v.key, v.now);
}
// Some are of the signature alone.
bool is_vonage_messages(const Vector& v) {
  if (v.algorithm == "vonage-jwt") return check_vonage_token(v.request, v.key, v.now).has_value();
  const auto header = base::find_header(v.request.headers, "Authorization");
  return base::verify_jwt(header.substr(header.find(' ') + 1), v.key, v.now).has_value();
}
// Through the provider, which knows forms, queries and JSON apart.
bool is_vonage_sms(const Vector& v) {
  config::VonageSms settings;
  settings.webhook_secret = {"s3cret"};
  settings.signature_secret = {v.key};
  settings.signature_method = v.algorithm.substr(v.algorithm.rfind('-') + 1);
  auto request = v.request;
  const auto query = request.target.find('?');
  request.target = "/vonage/sms/s3cret/dlr" + (query == std::string::npos ? "" : request.target.substr(query));
  const auto notice = VonageSms(settings, "sms", "").notice(request, v.now);
  const auto* rejection = std::get_if<Rejection>(&notice);
  return rejection == nullptr || rejection->status != 401;
}

// Every provider of the file, with its check.
const std::map<std::string, Check> checks = {
    {"twilio", [](const Vector& v) { return is_signed_by_twilio(v.request, v.url, v.key); }},
    {"vonage-sms", is_vonage_sms},
    {"vonage-messages", is_vonage_messages},
    {"plivo", [](const Vector& v) { return is_signed_by_plivo(v.request, v.url, v.key); }},
    {"telnyx", [](const Vector& v) { return is_signed_by_telnyx(v.request, v.key, v.now); }},
    {"bandwidth",
     [](const Vector& v) {
       const auto colon = v.key.find(':');
       return is_basic(v.request, v.key.substr(0, colon), v.key.substr(colon + 1));
     }},
    {"sinch", is_sinch},
    {"messagebird", is_messagebird},
    {"android-sms-gateway", is_smsgate},
};

Vector read_vector(const boost::json::value& json) {
  Vector vector;
  vector.id = json_text(json, "/id");
  vector.algorithm = json_text(json, "/algorithm");
  vector.url = json_text(json, "/url");
  vector.key = json_text(json, "/key");
  vector.now = base::WallTime::clock::from_time_t(json_number(json, "/now").value_or(0));
  vector.is_valid = json.at("expected_valid").as_bool();
  vector.request.method = json_text(json, "/method");
  vector.request.body = json_text(json, "/body");
  const auto path = vector.url.find('/', vector.url.find("://") + 3);
  vector.request.target = path == std::string::npos ? "" : vector.url.substr(path);
  for (const auto& [name, value] : json.at("headers").as_object()) {
    vector.request.headers.emplace_back(name, std::string(value.as_string()));
  }
  return vector;
}

std::map<std::string, std::vector<Vector>> read_vectors() {
  std::ifstream file(WHERRY_TEST_DATA "/webhook-signature-vectors.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::map<std::string, std::vector<Vector>> vectors;
  const auto file_json = boost::json::parse(text);
  for (const auto& json : file_json.as_array()) {
    vectors[json_text(json, "/provider")].push_back(read_vector(json));
  }
  return vectors;
}

class WebhookVectors : public testing::TestWithParam<std::string> {};

TEST_P(WebhookVectors, AreToldApart) {
  const Check check = checks.at(GetParam());
  const auto vectors = read_vectors().at(GetParam());
  EXPECT_FALSE(vectors.empty());
  for (const auto& vector : vectors) EXPECT_EQ(check(vector), vector.is_valid) << vector.id;
}

std::vector<std::string> names() {
  std::vector<std::string> out;
  for (const auto& [name, check] : checks) out.push_back(name);
  return out;
}

INSTANTIATE_TEST_SUITE_P(Providers, WebhookVectors, testing::ValuesIn(names()), [](const auto& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(WebhookVectorFile, NamesOnlyProvidersThatAreChecked) {
  std::size_t count = 0;
  for (const auto& [name, vectors] : read_vectors()) {
    EXPECT_TRUE(checks.contains(name)) << name;
    count += vectors.size();
  }
  EXPECT_EQ(count, 100u);
}

}  // namespace
}  // namespace sms
