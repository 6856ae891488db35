#include "legacy/sms/providers/vonage_messages.hpp"

#include <algorithm>
#include <array>

#include "base/crypto.hpp"
#include "base/utf8.hpp"
#include "legacy/sms/http_call.hpp"
#include "legacy/sms/json_field.hpp"
#include "legacy/sms/number.hpp"
#include "legacy/sms/timestamp.hpp"
#include "legacy/sms/webhook.hpp"

namespace sms {
namespace {

constexpr std::chrono::seconds max_age{300};

template <std::size_t Size>
bool is_one_of(const std::array<std::string_view, Size>& values, std::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// "https://developer.vonage.com/api-errors/messages#1020" -> "1020".
std::string code_of(const std::string& type) {
  const auto hash = type.rfind('#');
  return hash == std::string::npos ? std::string{} : type.substr(hash + 1);
}

std::string words_of(const boost::json::value& error) {
  const auto title = json_text(error, "/title"), detail = json_text(error, "/detail");
  return provider_words(title.empty() || detail.empty() ? title + detail : title + ": " + detail);
}

bool is_transient(const std::string& code) {
  static constexpr std::array<std::string_view, 3> codes = {"1000", "1030", "1100"};
  return is_one_of(codes, code);
}

// MMS is of one kind only, and a URL says which by its ending.
std::string media_type(std::string_view url) {
  static constexpr std::array<std::string_view, 3> sounds = {"mp3", "m4a", "ogg"}, films = {"mp4", "3gp", "mov"};
  url = url.substr(0, url.find_first_of("?#"));
  const auto ending = url.substr(std::min(url.rfind('.') + 1, url.size()));
  if (ending == "vcf") return "vcard";
  if (is_one_of(sounds, ending)) return "audio";
  return is_one_of(films, ending) ? "video" : "image";
}

Notice read_message(const boost::json::value& json) {
  Inbound inbound;
  inbound.from = json_text(json, "/from");
  inbound.to = json_text(json, "/to");
  inbound.text = base::sanitise_utf8(json_text(json, "/text"));
  inbound.id = json_text(json, "/message_uuid");
  inbound.stamp = json_text(json, "/timestamp");
  inbound.when = parse_timestamp(inbound.stamp);
  if (inbound.from.empty() || inbound.to.empty()) return Rejection{400, "no sender or recipient"};
  for (const std::string type : {"image", "audio", "video", "vcard"}) {
    const auto url = json_text(json, "/" + type + "/url");
    if (url.empty()) continue;
    inbound.media.push_back({url, {}, {}});
    if (inbound.text.empty()) inbound.text = base::sanitise_utf8(json_text(json, "/" + type + "/caption"));
  }
  if (inbound.text.size() > longest_inbound) return Rejection{413, "too long a text"};
  return Notices{std::move(inbound)};
}

Notice read_report(const boost::json::value& json) {
  Report report;
  report.id = json_text(json, "/client_ref");
  const auto status = json_text(json, "/status");
  if (status.empty()) return Rejection{400, "report without a status"};
  if (report.id.empty()) return Notices{};  // of what somebody else has sent with this account
  if (status == "delivered" || status == "read") report.state = Report::State::delivered;
  if (status == "rejected" || status == "undeliverable") {
    const auto* error = find_json(json, "/error");
    const boost::json::value none;
    const auto& said = error == nullptr ? none : *error;
    const bool is_temporary = status == "undeliverable" || is_transient(code_of(json_text(said, "/type")));
    report.state = Report::State::failed;
    report.words = words_of(said);
    if (report.words.empty()) report.words = status;
    report.reason = is_temporary ? legacy::Errc::unreachable_now : legacy::Errc::undeliverable;
  }
  return Notices{std::move(report)};
}

}  // namespace

base::Result<boost::json::object, base::JwtFault> check_vonage_token(const base::HttpRequest& request,
                                                                     const std::string& secret, base::WallTime now) {
  constexpr std::string_view scheme = "Bearer ";
  const auto header = base::find_header(request.headers, "Authorization");
  if (!header.starts_with(scheme)) return base::JwtFault{"no token"};
  auto claims =
      base::verify_jwt(header.substr(scheme.size()), secret, now, {.leeway = clock_tolerance, .max_age = max_age});
  if (!claims) return claims;
  if (base::jwt_claim(*claims, "iss") != "Vonage") return base::JwtFault{"issued by somebody else"};
  if (!is_secret(base::jwt_claim(*claims, "payload_hash"), base::to_hex(base::sha256(request.body))))
    return base::JwtFault{"issued for another body"};
  return claims;
}

VonageMessages::VonageMessages(config::VonageMessages settings, const std::string& network, std::string public_url)
    : settings_(std::move(settings)),
      path_(webhook_prefix("vonage-messages", network)),
      public_url_(std::move(public_url)) {}

Traits VonageMessages::traits() const {
  Traits traits;
  traits.has_no_plus = true;
  traits.longest_text = 1000;
  traits.most_media = 1;
  return traits;
}

base::HttpCall VonageMessages::request(const Outbound& message) const {
  boost::json::object body;
  body["channel"] = message.media.empty() ? "sms" : "mms";
  body["to"] = without_plus(message.to);
  body["from"] = without_plus(message.from);
  if (message.media.empty()) {
    body["message_type"] = "text";
    body["text"] = message.text;
    body["sms"] = {{"encoding_type", "auto"}};
  } else {
    const auto type = media_type(message.media.front());
    boost::json::object media = {{"url", message.media.front()}};
    if (!message.text.empty()) media["caption"] = message.text;
    body["message_type"] = type;
    body[type] = std::move(media);
  }
  body["client_ref"] = message.id;
  if (!public_url_.empty()) {
    body["webhook_url"] = public_url_ + path_ + "dlr";
    body["webhook_version"] = "v1";
  }
  auto call = with_basic(json_call(settings_.api.base_url + "/v1/messages", body), settings_.api_key,
                         settings_.api_secret.value);
  call.ca_file = settings_.api.ca_file;
  return call;
}

Verdict VonageMessages::verdict(const base::HttpResponse& response) const {
  static constexpr std::array<std::string_view, 3> account = {"1060", "1070", "1080"};
  Verdict verdict = judge_status(response, base::WallTime::clock::now());
  if (verdict.kind == Verdict::Kind::accepted) return verdict;
  const auto json = parse_json(response.body);
  const auto code = code_of(json_text(json, "/type"));
  if (const auto words = words_of(json); !words.empty()) verdict.words = words;
  if (is_transient(code)) verdict.kind = Verdict::Kind::retry;
  if (response.status == 402 || is_one_of(account, code)) verdict.kind = Verdict::Kind::stopped;
  return verdict;
}

Pass VonageMessages::pass() const {
  return {{}, {"Authorization"}, 503};
}

Notice VonageMessages::notice(const base::HttpRequest& request, base::WallTime now) const {
  const auto target = parse_signed_target(request.target, path_);
  if (!target) return Rejection{404, "no such webhook"};
  // After a fault of theirs a call may come without a token; refused as a fault of ours it is repeated with one.
  if (base::find_header(request.headers, "Authorization").empty()) return Rejection{503, "no token"};
  const auto claims = check_vonage_token(request, settings_.signature_secret.value, now);
  if (!claims) return Rejection{401, "token: " + claims.error().why};
  const auto json = parse_json(request.body);
  if (!json.is_object()) return Rejection{400, "not a JSON object"};
  if (target->kind == "mo") return read_message(json);
  if (target->kind == "dlr") return read_report(json);
  return Rejection{404, "no such webhook"};
}

std::string VonageMessages::id_advice() const {
  return "Vonage sends message_uuid with each";
}

base::HttpResponse VonageMessages::thanks() const {
  return {200, {}, ""};
}

base::HttpCall VonageMessages::media_call(const std::string& url) const {
  return api_media_call(settings_.api, basic_credentials(settings_.api_key, settings_.api_secret.value), url);
}

}  // namespace sms
