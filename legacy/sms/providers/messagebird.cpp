#include "legacy/sms/providers/messagebird.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/jwt.hpp"
#include "base/utf8.hpp"
#include "legacy/sms/http_call.hpp"
#include "legacy/sms/json_field.hpp"
#include "legacy/sms/number.hpp"
#include "legacy/sms/timestamp.hpp"
#include "legacy/sms/webhook.hpp"

namespace sms {
namespace {

using base::find_field;
using base::find_header;

// As PHP's http_build_query writes it, whose output is what was signed.
std::string php_encode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto piece = text.substr(i, 1);
    if (piece == " ") {
      out += '+';
    } else if (piece == "~") {
      out += "%7E";
    } else {
      out += base::url_encode(piece);
    }
  }
  return out;
}

std::string sorted_query(std::string_view target) {
  const auto question = target.find('?');
  if (question == std::string_view::npos) return {};
  auto fields = base::parse_query(target.substr(question + 1));
  std::stable_sort(fields.begin(), fields.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += '&';
    out += php_encode(name) + "=" + php_encode(value);
  }
  return out;
}

bool has_older_signature(const base::HttpRequest& request, const std::string& key, base::WallTime now) {
  const auto time = find_header(request.headers, "MessageBird-Request-Timestamp");
  const auto text = time + "\n" + sorted_query(request.target) + "\n" + base::sha256(request.body);
  return is_fresh(time, now) && is_secret(find_header(request.headers, "MessageBird-Signature"),
                                          base::to_base64(base::hmac_sha256(key, text)));
}

bool has_hash(const boost::json::object& claims, std::string_view name, std::string_view bytes) {
  return is_secret(base::jwt_claim(claims, name), base::to_hex(base::sha256(bytes)));
}

std::string body_or_query(const base::HttpHeaders& body, const base::HttpHeaders& query, std::string_view name) {
  const auto value = find_field(body, name);
  return value.empty() ? find_field(query, name) : value;
}

Notice read_message(const base::HttpRequest& request, const WebhookTarget& target) {
  const auto body = base::parse_query(request.body);
  Inbound inbound;
  inbound.from = body_or_query(body, target.query, "originator");
  inbound.to = body_or_query(body, target.query, "recipient");
  inbound.text = base::sanitise_utf8(body_or_query(body, target.query, "payload"));
  inbound.id = body_or_query(body, target.query, "message_id");
  inbound.stamp = body_or_query(body, target.query, "createdDatetime");
  inbound.when = parse_timestamp(inbound.stamp);
  if (inbound.from.empty()) return Rejection{400, "no originator"};
  if (inbound.to.empty()) return Rejection{400, "no recipient; end the URL of the flow with ?recipient=<your number>"};
  if (inbound.text.size() > longest_inbound) return Rejection{413, "too long a text"};
  return Notices{std::move(inbound)};
}

Notice read_report(const base::HttpHeaders& fields) {
  Report report;
  report.id = find_field(fields, "reference");
  const auto status = find_field(fields, "status");
  if (status.empty()) return Rejection{400, "report without a status"};
  if (report.id.empty()) return Notices{};  // of what somebody else has sent with this account
  if (status == "delivered") report.state = Report::State::delivered;
  if (status == "expired" || status == "delivery_failed") {
    const auto reason = find_field(fields, "statusReason"), code = find_field(fields, "statusErrorCode");
    report.state = Report::State::failed;
    report.words = provider_words((reason.empty() ? status : reason) + (code.empty() ? "" : ", error " + code));
    report.reason = status == "expired" ? legacy::Errc::unreachable_now : legacy::Errc::undeliverable;
  }
  return Notices{std::move(report)};
}

}  // namespace

bool is_messagebird_signed(const base::HttpRequest& request, const std::string& url, const std::string& key,
                           base::WallTime now) {
  const auto token = find_header(request.headers, "MessageBird-Signature-JWT");
  if (key.empty()) return false;
  if (token.empty()) return has_older_signature(request, key, now);
  const auto claims = base::verify_jwt(token, key, now, {.leeway = clock_tolerance});
  if (!claims || base::jwt_claim(*claims, "iss") != "MessageBird" || !has_hash(*claims, "url_hash", url)) return false;
  // Without a body there must be no hash of one.
  if (request.body.empty()) return !claims->contains("payload_hash");
  return has_hash(*claims, "payload_hash", request.body);
}

MessageBird::MessageBird(config::MessageBird settings, const std::string& network, std::string public_url)
    : settings_(std::move(settings)),
      path_(webhook_prefix("messagebird", network)),
      public_url_(std::move(public_url)) {}

Traits MessageBird::traits() const {
  Traits traits;
  traits.has_no_plus = true;
  return traits;
}

base::HttpCall MessageBird::request(const Outbound& message) const {
  boost::json::object body;
  body["originator"] = without_plus(message.from);
  body["recipients"] = boost::json::array(1, boost::json::value(without_plus(message.to)));
  body["body"] = message.text;
  body["datacoding"] = "auto";  // "plain", the default, loses characters
  body["reference"] = message.id;
  if (!public_url_.empty()) {
    body["reportUrl"] = public_url_ + path_ + base::url_encode(settings_.webhook_secret.value) + "/dlr";
  }
  auto call = json_call(settings_.api.base_url + "/messages", body);
  call.headers.emplace_back("Authorization", "AccessKey " + settings_.access_key.value);
  call.ca_file = settings_.api.ca_file;
  return call;
}

Verdict MessageBird::verdict(const base::HttpResponse& response) const {
  Verdict verdict = judge_status(response, base::WallTime::clock::now());
  if (verdict.kind == Verdict::Kind::accepted) return verdict;
  const auto json = parse_json(response.body);
  const auto code = json_number(json, "/errors/0/code");
  if (const auto words = provider_words(json_text(json, "/errors/0/description")); !words.empty())
    verdict.words = words;
  if (code == 2 || code == 25 || response.status == 402) verdict.kind = Verdict::Kind::stopped;
  return verdict;
}

// Both signatures were in use.
Pass MessageBird::pass() const {
  Pass pass{settings_.webhook_secret.value, {}, 401};
  if (!settings_.signing_key.value.empty()) pass.headers = {"MessageBird-Signature-JWT", "MessageBird-Signature"};
  return pass;
}

Notice MessageBird::notice(const base::HttpRequest& request, base::WallTime now) const {
  const auto target = parse_target(request.target, path_);
  if (!target) return Rejection{404, "no such webhook"};
  if (!is_secret(target->secret, settings_.webhook_secret.value)) return Rejection{403, "wrong secret"};
  const auto& key = settings_.signing_key.value;
  if (!key.empty() && !is_messagebird_signed(request, called_url(public_url_, request), key, now))
    return Rejection{401, "wrong signature"};
  if (target->kind == "mo") return read_message(request, *target);
  if (target->kind == "dlr") return read_report(target->query);
  return Rejection{404, "no such webhook"};
}

std::string MessageBird::id_advice() const {
  return "let the flow send message_id";
}

base::HttpResponse MessageBird::thanks() const {
  return {200, {{"Content-Type", "text/plain"}}, "OK"};
}

}  // namespace sms
