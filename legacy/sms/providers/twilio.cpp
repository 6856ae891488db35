#include "legacy/sms/providers/twilio.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/crypto.hpp"
#include "base/digest.hpp"
#include "base/utf8.hpp"
#include "legacy/sms/http_call.hpp"
#include "legacy/sms/json_field.hpp"
#include "legacy/sms/webhook.hpp"

namespace sms {
namespace {

using base::find_field;
using legacy::Errc;

constexpr std::size_t most_media = 10;

// Errors of a send request that mean something else than their HTTP status says.
struct Refusal {
  std::int64_t code;
  Verdict::Kind kind;
  Errc reason = Errc::provider_refused;
};
constexpr std::array refusals = {
    Refusal{20003, Verdict::Kind::stopped},
    Refusal{20429, Verdict::Kind::retry},
    Refusal{21211, Verdict::Kind::refused, Errc::undeliverable},
    Refusal{21610, Verdict::Kind::refused, Errc::opted_out},
    Refusal{21614, Verdict::Kind::refused, Errc::undeliverable},
};

// Errors in status callbacks, which bring a code and no words.
struct Failure {
  std::string_view code;
  std::string_view words;
  Errc reason = Errc::undeliverable;
};
constexpr std::array failures = {
    Failure{"21610", "the recipient has opted out", Errc::opted_out},
    Failure{"30003", "the handset can't be reached", Errc::unreachable_now},
    Failure{"30005", "unknown handset"},
    Failure{"30006", "a landline, or a carrier that can't be reached"},
    Failure{"30007", "filtered by the carrier"},
    Failure{"30008", "unknown error", Errc::unreachable_now},
};

// The URL as it is, without a port and with the scheme's own: which of them was signed depends on who called.
std::set<std::string> spellings(const std::string& url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string::npos) return {url};
  const auto start = scheme_end + 3;
  const auto end = std::min(url.find_first_of("/?#", start), url.size());
  const std::string authority = url.substr(start, end - start);
  const auto host = authority.find_last_of("@]");
  const auto name =
      url.substr(0, start) + authority.substr(0, authority.find(':', host == std::string::npos ? 0 : host));
  const std::string rest = url.substr(end);
  return {url, name + rest, name + (url.starts_with("https:") ? ":443" : ":80") + rest};
}

// What is signed after the URL: names and values in order, each pair once. nullopt: the body is not what was signed.
std::optional<std::string> signed_form(const base::HttpRequest& request) {
  const auto question = request.target.find('?');
  const auto query =
      question == std::string::npos ? base::HttpHeaders{} : base::parse_query(request.target.substr(question + 1));
  const auto body_hash = find_field(query, "bodySHA256");
  if (!body_hash.empty()) {
    const bool is_same = base::equal_in_constant_time(base::to_hex(base::sha256(request.body)), body_hash);
    return is_same ? std::optional<std::string>{""} : std::nullopt;
  }
  std::string out;
  if (request.method != "POST") return out;
  const auto fields = base::parse_query(request.body);
  for (const auto& [name, value] : std::set<std::pair<std::string, std::string>>(fields.begin(), fields.end())) {
    out += name + value;
  }
  return out;
}

Notice read_text(const base::HttpRequest& request) {
  const auto fields = webhook_fields(request);
  Inbound inbound;
  inbound.from = find_field(fields, "From");
  inbound.to = find_field(fields, "To");
  inbound.text = base::sanitise_utf8(find_field(fields, "Body"));
  inbound.id = find_field(fields, "MessageSid");
  if (inbound.id.empty()) inbound.id = find_field(fields, "SmsSid");
  for (std::size_t i = 0; i < most_media; ++i) {
    const auto url = find_field(fields, fmt::format("MediaUrl{}", i));
    if (!url.empty()) inbound.media.push_back({url, find_field(fields, fmt::format("MediaContentType{}", i)), {}});
  }
  if (inbound.from.empty() || inbound.to.empty()) return Rejection{400, "no sender or recipient"};
  if (inbound.text.size() > longest_inbound) return Rejection{413, "too long a text"};
  return Notices{std::move(inbound)};
}

void explain(Report& report, const std::string& status, const std::string& code) {
  report.state = Report::State::failed;
  const auto known = std::find_if(failures.begin(), failures.end(), [&](const Failure& f) { return f.code == code; });
  if (known != failures.end()) {
    report.reason = known->reason;
    report.words = fmt::format("error {}: {}", code, known->words);
  } else {
    report.words = provider_words(code.empty() ? status : fmt::format("{}, error {}", status, code));
  }
}

Notice read_report(const base::HttpRequest& request, const WebhookTarget& target) {
  const auto fields = webhook_fields(request);
  const auto status = find_field(fields, "MessageStatus");
  Report report;
  report.id = find_field(target.query, "id");
  if (report.id.empty() || status.empty()) return Rejection{400, "report without id or status"};
  if (status == "delivered" || status == "read") report.state = Report::State::delivered;
  if (status == "undelivered" || status == "failed" || status == "canceled") {
    explain(report, status, find_field(fields, "ErrorCode"));
  }
  return Notices{std::move(report)};
}

}  // namespace

bool is_signed_by_twilio(const base::HttpRequest& request, const std::string& url, const std::string& token) {
  const auto given = base::find_header(request.headers, "X-Twilio-Signature");
  const auto form = signed_form(request);
  if (!form || token.empty()) return false;
  bool is_good = false;
  for (const auto& spelling : spellings(url)) {
    const auto expected = base::to_base64(base::hmac(base::Digest::sha1, token, spelling + *form));
    if (base::equal_in_constant_time(given, expected)) is_good = true;
  }
  return is_good;
}

Twilio::Twilio(config::Twilio settings, const std::string& network, std::string public_url)
    : settings_(std::move(settings)), path_(webhook_prefix("twilio", network)), public_url_(std::move(public_url)) {}

Traits Twilio::traits() const {
  Traits traits;
  traits.holds_stops = true;
  traits.longest_text = 1600;
  traits.most_media = most_media;
  return traits;
}

base::HttpCall Twilio::request(const Outbound& message) const {
  base::HttpHeaders fields = {{"To", message.to}, {"From", message.from}};
  if (!message.text.empty()) fields.emplace_back("Body", message.text);
  for (const auto& url : message.media) fields.emplace_back("MediaUrl", url);
  if (!public_url_.empty()) {
    fields.emplace_back("StatusCallback", public_url_ + path_ + "dlr?id=" + base::url_encode(message.id));
  }
  auto call =
      form_call(settings_.api.base_url + "/2010-04-01/Accounts/" + settings_.account_sid + "/Messages.json", fields);
  call.ca_file = settings_.api.ca_file;
  call.headers.emplace_back("Authorization", authorization());
  return call;
}

std::string Twilio::authorization() const {
  const bool has_key = !settings_.api_key_sid.empty();
  return basic_credentials(has_key ? settings_.api_key_sid : settings_.account_sid,
                           has_key ? settings_.api_key_secret.value : settings_.auth_token.value);
}

// {"code","message"}, or of newer services RFC 9457.
Verdict Twilio::verdict(const base::HttpResponse& response) const {
  auto verdict = judge_status(response, base::WallTime::clock::now());
  if (verdict.kind == Verdict::Kind::accepted) return verdict;
  const auto answer = parse_json(response.body);
  for (const char* pointer : {"/message", "/detail", "/title"}) {
    const auto words = provider_words(json_text(answer, pointer));
    if (words.empty()) continue;
    verdict.words = words;
    break;
  }
  const auto code = json_number(answer, "/code");
  for (const auto& refusal : refusals) {
    if (code != refusal.code) continue;
    verdict.kind = refusal.kind;
    verdict.reason = refusal.reason;
  }
  return verdict;
}

Pass Twilio::pass() const {
  return {{}, {"X-Twilio-Signature"}};
}

Notice Twilio::notice(const base::HttpRequest& request, base::WallTime) const {
  if (!is_signed_by_twilio(request, called_url(public_url_, request), settings_.auth_token.value)) {
    return Rejection{403, "not signed by Twilio for this URL; is public_url what Twilio calls?"};
  }
  const auto target = parse_signed_target(request.target, path_);
  if (target && target->kind == "mo") return read_text(request);
  if (target && target->kind == "dlr") return read_report(request, *target);
  return Rejection{404, "no such webhook"};
}

std::string Twilio::id_advice() const {
  return "a message of Twilio's always has a MessageSid";
}

// An empty TwiML document: nothing is replied. Plain text would be, or raise an alarm at Twilio.
base::HttpResponse Twilio::thanks() const {
  return {200, {{"Content-Type", "text/xml"}}, R"(<?xml version="1.0" encoding="UTF-8"?><Response/>)"};
}

base::HttpCall Twilio::media_call(const std::string& url) const {
  return api_media_call(settings_.api, authorization(), url);
}

}  // namespace sms
