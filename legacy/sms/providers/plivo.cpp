#include "legacy/sms/providers/plivo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/crypto.hpp"
#include "base/utf8.hpp"
#include "legacy/sms/http_call.hpp"
#include "legacy/sms/json_field.hpp"
#include "legacy/sms/number.hpp"
#include "legacy/sms/webhook.hpp"

namespace sms {
namespace {

using base::find_field;
using base::find_header;
using legacy::Errc;

constexpr std::size_t most_media = 10;

struct Failure {
  std::int64_t code;
  std::string_view words;
  Errc reason = Errc::undeliverable;
};
constexpr std::array failures = {
    Failure{10, "invalid message"},
    Failure{20, "network error", Errc::unreachable_now},
    Failure{30, "taken for spam"},
    Failure{40, "invalid source number"},
    Failure{50, "invalid destination number"},
    Failure{200, "the recipient has opted out", Errc::opted_out},
};

bool has_signature(std::string_view list, const std::string& key, const std::string& bytes) {
  const auto expected = base::to_base64(base::hmac_sha256(key, bytes));
  bool is_good = false;
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    if (base::equal_in_constant_time(list.substr(0, end), expected)) is_good = true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return is_good;
}

std::string sorted(base::HttpHeaders fields, std::string_view equals, std::string_view separator) {
  std::sort(fields.begin(), fields.end());
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += separator;
    out.append(name).append(equals).append(value);
  }
  return out;
}

// The URL without its query, the query in order, and the form in order: "url?a=b&c=d.Name1Value1Name2Value2". A POST
// without a query has the question mark all the same.
std::string signed_by_v3(const base::HttpRequest& request, const std::string& url) {
  const auto question = std::min(url.find('?'), url.size());
  const auto query =
      sorted(base::parse_query(std::string_view(url).substr(std::min(question + 1, url.size()))), "=", "&");
  std::string out = url.substr(0, question);
  if (request.method != "POST") return query.empty() ? out : out + "?" + query;
  const auto form = sorted(base::parse_query(request.body), "", "");
  out += "?" + query;
  if (!query.empty() && !form.empty()) out += ".";
  return out + form;
}

Notice read_text(const base::HttpRequest& request) {
  const auto fields = webhook_fields(request);
  Inbound inbound;
  inbound.from = with_plus(find_field(fields, "From"));
  inbound.to = with_plus(find_field(fields, "To"));
  auto text = find_field(fields, "Text");
  if (text.empty()) text = find_field(fields, "Body");
  inbound.text = base::sanitise_utf8(text);
  inbound.id = find_field(fields, "MessageUUID");
  // COMPAT(Plivo): its reference counts from 1, its support articles from 0.
  for (std::size_t i = 0; i <= most_media; ++i) {
    const auto url = find_field(fields, fmt::format("Media{}", i));
    if (!url.empty()) inbound.media.push_back({url, {}, {}});
  }
  if (inbound.from.empty() || inbound.to.empty()) return Rejection{400, "no sender or recipient"};
  if (inbound.text.size() > longest_inbound) return Rejection{413, "too long a text"};
  return Notices{std::move(inbound)};
}

void explain(Report& report, const std::string& status, const std::string& code) {
  report.state = Report::State::failed;
  const auto number = json_number(boost::json::value(boost::json::string(code)), "");
  const auto known =
      std::find_if(failures.begin(), failures.end(), [&](const Failure& failure) { return number == failure.code; });
  if (known != failures.end()) {
    report.reason = known->reason;
    report.words = fmt::format("error {}: {}", known->code, known->words);
  } else {
    report.words = provider_words(code.empty() ? status : fmt::format("{}, error {}", status, code));
  }
}

Notice read_report(const base::HttpRequest& request, const WebhookTarget& target) {
  const auto fields = webhook_fields(request);
  const auto status = find_field(fields, "Status");
  Report report;
  report.id = find_field(target.query, "id");
  if (report.id.empty() || status.empty()) return Rejection{400, "report without id or status"};
  if (status == "delivered" || status == "read") report.state = Report::State::delivered;
  if (status == "undelivered" || status == "failed" || status == "rejected") {
    explain(report, status, find_field(fields, "ErrorCode"));
  }
  return Notices{std::move(report)};
}

}  // namespace

bool is_signed_by_plivo(const base::HttpRequest& request, const std::string& url, const std::string& token) {
  if (token.empty()) return false;
  const auto& headers = request.headers;
  const auto v3 = find_header(headers, "X-Plivo-Signature-V3") + "," + find_header(headers, "X-Plivo-Signature-Ma-V3");
  if (v3 != ",") {
    const auto nonce = find_header(headers, "X-Plivo-Signature-V3-Nonce");
    return has_signature(v3, token, signed_by_v3(request, url) + "." + nonce);
  }
  const auto v2 = find_header(headers, "X-Plivo-Signature-V2") + "," + find_header(headers, "X-Plivo-Signature-Ma-V2");
  const auto nonce = find_header(headers, "X-Plivo-Signature-V2-Nonce");
  return has_signature(v2, token, url.substr(0, url.find('?')) + nonce);
}

Plivo::Plivo(config::Plivo settings, const std::string& network, std::string public_url)
    : settings_(std::move(settings)), path_(webhook_prefix("plivo", network)), public_url_(std::move(public_url)) {}

Traits Plivo::traits() const {
  Traits traits;
  traits.holds_stops = true;
  traits.most_media = most_media;
  return traits;
}

base::HttpCall Plivo::request(const Outbound& message) const {
  boost::json::object body;
  body["src"] = without_plus(message.from);
  body["dst"] = without_plus(message.to);
  body["type"] = message.media.empty() ? "sms" : "mms";
  if (!message.text.empty()) body["text"] = message.text;
  if (!message.media.empty()) body["media_urls"] = boost::json::array(message.media.begin(), message.media.end());
  if (!public_url_.empty()) {
    body["url"] = public_url_ + path_ + base::url_encode(settings_.webhook_secret.value) +
                  "/dlr?id=" + base::url_encode(message.id);
    body["method"] = "POST";
  }
  auto call = json_call(settings_.api.base_url + "/v1/Account/" + settings_.auth_id + "/Message/", body);
  call.ca_file = settings_.api.ca_file;
  return with_basic(std::move(call), settings_.auth_id, settings_.auth_token.value);
}

Verdict Plivo::verdict(const base::HttpResponse& response) const {
  auto verdict = judge_status(response, base::WallTime::clock::now());
  if (verdict.kind == Verdict::Kind::accepted) return verdict;
  const auto words = provider_words(json_text(parse_json(response.body), "/error"));
  if (!words.empty()) verdict.words = words;
  return verdict;
}

Pass Plivo::pass() const {
  return {settings_.webhook_secret.value,
          {"X-Plivo-Signature-V2", "X-Plivo-Signature-Ma-V2", "X-Plivo-Signature-V3", "X-Plivo-Signature-Ma-V3"}};
}

Notice Plivo::notice(const base::HttpRequest& request, base::WallTime) const {
  const auto target = parse_target(request.target, path_);
  if (!target) return Rejection{404, "no such webhook"};
  if (!is_secret(target->secret, settings_.webhook_secret.value)) return Rejection{403, "wrong secret"};
  if (!is_signed_by_plivo(request, called_url(public_url_, request), settings_.auth_token.value)) {
    return Rejection{403, "not signed by Plivo for this URL; is public_url what Plivo calls?"};
  }
  if (target->kind == "mo") return read_text(request);
  if (target->kind == "dlr") return read_report(request, *target);
  return Rejection{404, "no such webhook"};
}

std::string Plivo::id_advice() const {
  return "a message of Plivo's always has a MessageUUID";
}

base::HttpResponse Plivo::thanks() const {
  return {200, {{"Content-Type", "text/plain"}}, ""};
}

base::HttpCall Plivo::media_call(const std::string& url) const {
  return api_media_call(settings_.api, basic_credentials(settings_.auth_id, settings_.auth_token.value), url);
}

}  // namespace sms
