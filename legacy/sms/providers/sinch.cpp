#include "legacy/sms/providers/sinch.hpp"

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

using base::find_header;

Notice read_message(const boost::json::value& json) {
  const bool has_media = json_text(json, "/type") == "mo_media";
  Inbound inbound;
  inbound.from = json_text(json, "/from");
  inbound.to = json_text(json, "/to");
  inbound.text = base::sanitise_utf8(json_text(json, has_media ? "/body/message" : "/body"));
  inbound.id = json_text(json, "/id");
  inbound.stamp = json_text(json, "/received_at");
  const auto sent_at = json_text(json, "/sent_at");
  inbound.when = parse_timestamp(sent_at.empty() ? inbound.stamp : sent_at);
  if (inbound.from.empty() || inbound.to.empty()) return Rejection{400, "no sender or recipient"};
  if (inbound.text.size() > longest_inbound) return Rejection{413, "too long a text"};
  for (const auto& item : json_items(json, "/body/media")) {
    const auto url = json_text(item, "/url");
    if (!url.empty()) inbound.media.push_back({url, json_text(item, "/content_type"), {}});
  }
  return Notices{std::move(inbound)};
}

Report::State state_of(const std::string& status) {
  static constexpr std::array<std::string_view, 6> failures = {"Aborted", "Cancelled", "Rejected",
                                                               "Deleted", "Failed",    "Expired"};
  if (status == "Delivered") return Report::State::delivered;
  const bool is_failure = std::find(failures.begin(), failures.end(), status) != failures.end();
  return is_failure ? Report::State::failed : Report::State::under_way;
}

// `status` has the status and its code: the report of one recipient, or an item of a report of all.
Notice read_report(const boost::json::value& json, const boost::json::value& status) {
  Report report;
  report.id = json_text(json, "/client_reference");
  report.foreign_id = json_text(json, "/batch_id");
  const auto name = json_text(status, "/status");
  if (name.empty() || (report.id.empty() && report.foreign_id.empty())) return Rejection{400, "not a report"};
  report.state = state_of(name);
  if (report.state == Report::State::failed) {
    const auto code = json_number(status, "/code").value_or(0);
    report.words = code == 0 ? name : name + ", code " + std::to_string(code);
    const bool is_temporary = code == 403 || code == 404 || code == 406 || (code == 0 && name == "Expired");
    report.reason = is_temporary ? legacy::Errc::unreachable_now : legacy::Errc::undeliverable;
  }
  return Notices{std::move(report)};
}

Notice read(const boost::json::value& json) {
  const auto type = json_text(json, "/type");
  if (type == "mo_text" || type == "mo_media") return read_message(json);
  if (type == "recipient_delivery_report_sms" || type == "recipient_delivery_report_mms")
    return read_report(json, json);
  if (type == "delivery_report_sms" || type == "delivery_report_mms") {
    const auto& statuses = json_items(json, "/statuses");  // one: every batch of ours has one recipient
    return statuses.empty() ? Notice(Rejection{400, "not a report"}) : read_report(json, statuses[0]);
  }
  return Notices{};  // nothing to read for people
}

}  // namespace

bool is_sinch_signed(const base::HttpRequest& request, const std::string& secret, base::WallTime now) {
  const auto& headers = request.headers;
  const auto nonce = find_header(headers, "x-sinch-webhook-signature-nonce");
  const auto time = find_header(headers, "x-sinch-webhook-signature-timestamp");
  const auto expected = base::to_base64(base::hmac_sha256(secret, request.body + "." + nonce + "." + time));
  return !secret.empty() && find_header(headers, "x-sinch-webhook-signature-algorithm") == "HmacSHA256" &&
         is_fresh(time, now) && is_secret(find_header(headers, "x-sinch-webhook-signature"), expected);
}

Sinch::Sinch(config::Sinch settings, const std::string& network, std::string public_url)
    : settings_(std::move(settings)), path_(webhook_prefix("sinch", network)), public_url_(std::move(public_url)) {}

Traits Sinch::traits() const {
  Traits traits;
  traits.has_no_plus = true;
  traits.most_media = 1;
  return traits;
}

base::HttpCall Sinch::request(const Outbound& message) const {
  boost::json::object body;
  body["from"] = without_plus(message.from);
  body["to"] = boost::json::array(1, boost::json::value(without_plus(message.to)));
  if (message.media.empty()) {
    body["type"] = "mt_text";
    body["body"] = message.text;
  } else {
    boost::json::object media = {{"url", message.media.front()}};
    if (!message.text.empty()) media["message"] = message.text;
    body["type"] = "mt_media";
    body["body"] = std::move(media);
  }
  body["delivery_report"] = "per_recipient";
  body["client_reference"] = message.id;
  if (!public_url_.empty()) {
    body["callback_url"] = public_url_ + path_ + base::url_encode(settings_.webhook_secret.value) + "/dlr";
  }
  const auto url = settings_.api.base_url + "/xms/v1/" + base::url_encode(settings_.service_plan_id) + "/batches";
  auto call = with_bearer(json_call(url, body), settings_.api_token.value);
  call.ca_file = settings_.api.ca_file;
  return call;
}

Verdict Sinch::verdict(const base::HttpResponse& response) const {
  Verdict verdict = judge_status(response, base::WallTime::clock::now());
  const auto json = parse_json(response.body);
  if (verdict.kind == Verdict::Kind::accepted) {
    verdict.words.clear();
    verdict.foreign_id = json_text(json, "/id");  // a report on the whole batch has no reference of ours
  } else if (const auto words = provider_words(json_text(json, "/text")); !words.empty()) {
    verdict.words = words;
  }
  return verdict;
}

Pass Sinch::pass() const {
  Pass pass{settings_.webhook_secret.value, {}, 401};
  if (!settings_.signature_secret.value.empty()) pass.headers = {"x-sinch-webhook-signature"};
  return pass;
}

Notice Sinch::notice(const base::HttpRequest& request, base::WallTime now) const {
  const auto target = parse_target(request.target, path_);
  if (!target || (target->kind != "mo" && target->kind != "dlr")) return Rejection{404, "no such webhook"};
  if (!is_secret(target->secret, settings_.webhook_secret.value)) return Rejection{403, "wrong secret"};
  const auto& secret = settings_.signature_secret.value;
  if (!secret.empty() && !is_sinch_signed(request, secret, now)) return Rejection{401, "wrong signature"};
  const auto json = parse_json(request.body);
  if (!json.is_object()) return Rejection{400, "not a JSON object"};
  return read(json);
}

std::string Sinch::id_advice() const {
  return "Sinch sends an id with each";
}

base::HttpResponse Sinch::thanks() const {
  return {200, {}, ""};
}

base::HttpCall Sinch::media_call(const std::string& url) const {
  return api_media_call(settings_.api, "Bearer " + settings_.api_token.value, url);
}

}  // namespace sms
