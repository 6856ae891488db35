// tests/data/webhook-signature-vectors.json: signed calls, true and forged, each checked by its provider's own code.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <map>
#include <set>

#include "legacy/sms/json_field.hpp"
#include "legacy/sms/providers/plivo.hpp"
#include "legacy/sms/providers/telnyx.hpp"
#include "legacy/sms/providers/twilio.hpp"
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

// Every provider of the file, with its check. Null: there is no code for it yet.
const std::map<std::string, Check> checks = {
    {"twilio", [](const Vector& v) { return is_signed_by_twilio(v.request, v.url, v.key); }},
    {"vonage-sms", nullptr},
    {"vonage-messages", nullptr},
    {"plivo", [](const Vector& v) { return is_signed_by_plivo(v.request, v.url, v.key); }},
    {"telnyx", [](const Vector& v) { return is_signed_by_telnyx(v.request, v.key, v.now); }},
    {"bandwidth",
     [](const Vector& v) {
       const auto colon = v.key.find(':');
       return is_basic(v.request, v.key.substr(0, colon), v.key.substr(colon + 1));
     }},
    {"sinch", nullptr},
    {"messagebird", nullptr},
    {"android-sms-gateway", nullptr},
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
  const auto parsed = boost::json::parse(text);
  for (const auto& json : parsed.as_array()) {
    vectors[json_text(json, "/provider")].push_back(read_vector(json));
  }
  return vectors;
}

class WebhookVectors : public testing::TestWithParam<std::string> {};

TEST_P(WebhookVectors, AreToldApart) {
  const Check check = checks.at(GetParam());
  if (check == nullptr) GTEST_SKIP() << "pending: no code for " << GetParam();
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
