#include "legacy/sms/providers/telnyx.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/crypto.hpp"
#include "base/utf8.hpp"
#include "legacy/sms/http_call.hpp"
#include "legacy/sms/json_field.hpp"
#include "legacy/sms/timestamp.hpp"
#include "legacy/sms/webhook.hpp"

namespace sms {
namespace {

using base::find_header;
using legacy::Errc;
using Json = boost::json::value;

constexpr std::size_t most_media = 10;
constexpr std::size_t most_recipients = 8;

// Errors of a send request that mean something else than their HTTP status says.
struct Refusal {
  std::string_view code;
  Verdict::Kind kind;
  Errc reason = Errc::provider_refused;
};
constexpr std::array refusals = {
    Refusal{"10009", Verdict::Kind::stopped},
    Refusal{"10011", Verdict::Kind::retry},
    Refusal{"40300", Verdict::Kind::refused, Errc::opted_out},
    Refusal{"40310", Verdict::Kind::refused, Errc::undeliverable},
};

constexpr std::array<std::string_view, 5> temporary = {"40002", "40004", "40005", "40006", "40011"};

std::string error_words(const Json& error) {
  const auto detail = json_text(error, "/detail");
  return provider_words(detail.empty() ? json_text(error, "/title") : detail);
}

// Of a group text `to` has our number, which is marked, and others, as has `cc`.
void read_members(const Json& payload, Inbound& inbound) {
  std::vector<std::string> members;
  for (const char* list : {"/to", "/cc"}) {
    for (const auto& member : json_items(payload, list)) {
      const auto number = json_text(member, "/phone_number");
      const bool is_ours = json_text(member, "/status") == "webhook_delivered";
      if (inbound.to.empty() && is_ours) inbound.to = number;
      if (!number.empty()) members.push_back(number);
    }
  }
  if (inbound.to.empty() && !members.empty()) inbound.to = members.front();
  for (const auto& number : members) {
    if (number != inbound.to && number != inbound.from) inbound.others.push_back(number);
  }
}

Notice read_text(const Json& payload) {
  Inbound inbound;
  inbound.from = json_text(payload, "/from/phone_number");
  read_members(payload, inbound);
  inbound.text = base::sanitise_utf8(json_text(payload, "/text"));
  inbound.id = json_text(payload, "/id");
  inbound.stamp = json_text(payload, "/received_at");
  inbound.when = parse_timestamp(inbound.stamp);
  for (const auto& item : json_items(payload, "/media")) {
    const auto url = json_text(item, "/url");
    if (!url.empty()) inbound.media.push_back({url, json_text(item, "/content_type"), {}});
  }
  if (inbound.from.empty() || inbound.to.empty()) return Rejection{400, "no sender or recipient"};
  if (inbound.text.size() > longest_inbound) return Rejection{413, "too long a text"};
  return Notices{std::move(inbound)};
}

void explain(Report& report, const std::string& status, const Json& payload) {
  report.state = Report::State::failed;
  report.words = status;
  if (status == "expired") report.reason = Errc::unreachable_now;
  const auto& errors = json_items(payload, "/errors");
  if (errors.empty()) return;
  const auto code = json_text(errors.front(), "/code");
  const auto words = error_words(errors.front());
  if (code == "40300") report.reason = Errc::opted_out;
  if (std::find(temporary.begin(), temporary.end(), code) != temporary.end()) report.reason = Errc::unreachable_now;
  report.words = provider_words(fmt::format("error {}: {}", code, words.empty() ? status : words));
}

Report report_of(const std::string& id, const std::string& status, const Json& payload) {
  Report report;
  report.id = id;
  if (status == "delivered") report.state = Report::State::delivered;
  if (status == "delivery_failed" || status == "sending_failed" || status == "expired") {
    explain(report, status, payload);
  }
  return report;
}

// message.sent and message.finalized. Of a group text each call shows all members, and is about those with an end.
Notice read_report(const Json& payload, const std::string& id, bool is_group) {
  if (id.empty()) return Rejection{400, "report without id"};
  if (!is_group) return Notices{report_of(id, json_text(payload, "/to/0/status"), payload)};
  Notices notices;
  for (const char* list : {"/to", "/cc"}) {
    for (const auto& member : json_items(payload, list)) {
      const auto number = json_text(member, "/phone_number");
      auto report = report_of(id, json_text(member, "/status"), payload);
      const bool is_end = !number.empty() && report.state != Report::State::under_way;
      if (is_end) notices.emplace_back(at_recipient(std::move(report), number));
    }
  }
  return notices;
}

}  // namespace

bool is_signed_by_telnyx(const base::HttpRequest& request, const std::string& public_key, base::WallTime now) {
  const auto key = base::from_base64(public_key);
  const auto signature = base::from_base64(find_header(request.headers, "telnyx-signature-ed25519"));
  const auto time = find_header(request.headers, "telnyx-timestamp");
  return key && signature && is_fresh(time, now) &&
         base::is_ed25519_signed(*key, time + "|" + request.body, *signature);
}

Telnyx::Telnyx(config::Telnyx settings, const std::string& network, std::string public_url)
    : settings_(std::move(settings)), path_(webhook_prefix("telnyx", network)), public_url_(std::move(public_url)) {}

Traits Telnyx::traits() const {
  Traits traits;
  traits.holds_stops = true;
  traits.most_media = most_media;
  traits.most_recipients = most_recipients;
  return traits;
}

base::HttpCall Telnyx::request(const Outbound& message) const {
  const bool is_group = !message.others.empty();
  boost::json::object body;
  body["from"] = message.from;
  if (is_group) {
    auto& to = body["to"].emplace_array();
    to.emplace_back(message.to);
    to.insert(to.end(), message.others.begin(), message.others.end());
  } else {
    body["to"] = message.to;
    body["type"] = message.media.empty() ? "SMS" : "MMS";
  }
  if (!message.text.empty()) body["text"] = message.text;
  if (!message.media.empty()) body["media_urls"] = boost::json::array(message.media.begin(), message.media.end());
  if (!settings_.messaging_profile.empty() && !is_group) body["messaging_profile_id"] = settings_.messaging_profile;
  if (!public_url_.empty()) {
    body["webhook_url"] = public_url_ + path_ + "dlr?id=" + base::url_encode(message.id) + (is_group ? "&group=1" : "");
    body["use_profile_webhooks"] = false;
  }
  auto call = json_call(settings_.api.base_url + (is_group ? "/v2/messages/group_mms" : "/v2/messages"), body);
  call.ca_file = settings_.api.ca_file;
  return with_bearer(std::move(call), settings_.api_key.value);
}

Verdict Telnyx::verdict(const base::HttpResponse& response) const {
  auto verdict = judge_status(response, base::WallTime::clock::now());
  verdict.segments = Verdict::as_counted;
  if (verdict.kind == Verdict::Kind::accepted) return verdict;
  const auto answer = parse_json(response.body);
  const auto* error = find_json(answer, "/errors/0");
  if (error == nullptr) return verdict;
  const auto words = error_words(*error);
  if (!words.empty()) verdict.words = words;
  const auto code = json_text(*error, "/code");
  for (const auto& refusal : refusals) {
    if (code != refusal.code) continue;
    verdict.kind = refusal.kind;
    verdict.reason = refusal.reason;
  }
  return verdict;
}

Pass Telnyx::pass() const {
  return {{}, {"telnyx-signature-ed25519"}};
}

Notice Telnyx::notice(const base::HttpRequest& request, base::WallTime now) const {
  if (!is_signed_by_telnyx(request, settings_.public_key, now)) {
    return Rejection{403, "not signed by Telnyx within five minutes; is public_key that of the account?"};
  }
  const auto target = parse_signed_target(request.target, path_);
  if (!target || (target->kind != "mo" && target->kind != "dlr")) return Rejection{404, "no such webhook"};
  const auto event = parse_json(request.body);
  const auto* payload = find_json(event, "/data/payload");
  if (payload == nullptr) return Rejection{400, "no event"};
  const auto type = json_text(event, "/data/event_type");
  if (type == "message.received") return read_text(*payload);
  if (type == "message.sent" || type == "message.finalized") {
    return read_report(*payload, base::find_field(target->query, "id"),
                       !base::find_field(target->query, "group").empty());
  }
  return Notices{};
}

std::string Telnyx::id_advice() const {
  return "a message of Telnyx's always has an id";
}

base::HttpResponse Telnyx::thanks() const {
  return {200, {{"Content-Type", "text/plain"}}, ""};
}

base::HttpCall Telnyx::media_call(const std::string& url) const {
  return api_media_call(settings_.api, "Bearer " + settings_.api_key.value, url);
}

}  // namespace sms
