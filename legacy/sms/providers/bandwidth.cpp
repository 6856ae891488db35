#include "legacy/sms/providers/bandwidth.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/utf8.hpp"
#include "legacy/sms/http_call.hpp"
#include "legacy/sms/json_field.hpp"
#include "legacy/sms/timestamp.hpp"
#include "legacy/sms/webhook.hpp"

namespace sms {
namespace {

using legacy::Errc;
using Json = boost::json::value;

constexpr std::size_t longest_text = 2048;
constexpr std::size_t most_media = 10;
constexpr std::size_t most_recipients = 10;

// errorCode of message-failed.
constexpr std::array<std::int64_t, 5> temporary = {4701, 4702, 4780, 4781, 4785};
constexpr std::array<std::int64_t, 4> temporary_hundreds = {51, 52, 55, 56};
constexpr std::array<std::int64_t, 2> unclear = {9902, 9999};  // no receipt in time; unknown
constexpr std::int64_t opted_out = 4775;

template <class List>
bool contains(const List& list, std::int64_t value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

Errc reason_of(std::int64_t code) {
  if (code == opted_out) return Errc::opted_out;
  return contains(temporary, code) || contains(temporary_hundreds, code / 100) ? Errc::unreachable_now
                                                                               : Errc::undeliverable;
}

Inbound read_text(const Json& item) {
  Inbound inbound;
  inbound.from = json_text(item, "/message/from");
  inbound.to = json_text(item, "/to");
  if (inbound.to.empty()) inbound.to = json_text(item, "/message/owner");
  inbound.text = base::sanitise_utf8(json_text(item, "/message/text"));
  inbound.id = json_text(item, "/message/id");
  inbound.stamp = json_text(item, "/message/time");
  if (inbound.stamp.empty()) inbound.stamp = json_text(item, "/time");
  inbound.when = parse_timestamp(inbound.stamp);
  for (const auto& url : json_items(item, "/message/media")) {
    if (url.is_string()) inbound.media.push_back({json_text(url, ""), {}, {}});
  }
  for (const auto& member : json_items(item, "/message/to")) {
    const auto number = json_text(member, "");
    if (!number.empty() && number != inbound.to && number != inbound.from) inbound.others.push_back(number);
  }
  return inbound;
}

Report read_report(const Json& item, const std::string& type) {
  Report report;
  report.id = json_text(item, "/message/tag");
  if (type == "message-delivered" || type == "message-read") report.state = Report::State::delivered;
  const auto code = json_number(item, "/errorCode").value_or(0);
  if (type == "message-failed" && !contains(unclear, code)) {
    report.state = Report::State::failed;
    report.reason = reason_of(code);
    const auto words = json_text(item, "/description");
    report.words = provider_words(code == 0 ? words : fmt::format("error {}: {}", code, words));
    if (report.words.empty()) report.words = "not delivered";
  }
  const bool is_group = json_items(item, "/message/to").size() > 1;
  if (is_group) return at_recipient(std::move(report), json_text(item, "/to"));
  return report;
}

// What wasn't sent by us has no tag.
Notice read_items(const Json& items) {
  Notices notices;
  for (const auto& item : json_items(items, "")) {
    const auto type = json_text(item, "/type");
    if (type != "message-received") {
      auto report = read_report(item, type);
      if (!report.id.empty()) notices.emplace_back(std::move(report));
      continue;
    }
    auto inbound = read_text(item);
    if (inbound.from.empty() || inbound.to.empty()) return Rejection{400, "no sender or recipient"};
    if (inbound.text.size() > longest_inbound) return Rejection{413, "too long a text"};
    notices.emplace_back(std::move(inbound));
  }
  return notices;
}

// {"type","description","fieldErrors":[{"fieldName","description"}]}
std::string error_words(const Json& answer) {
  const auto text = json_text(answer, "/description");
  const auto field = json_text(answer, "/fieldErrors/0/description");
  if (field.empty()) return provider_words(text);
  return provider_words(fmt::format("{} {}: {}", text, json_text(answer, "/fieldErrors/0/fieldName"), field));
}

}  // namespace

Bandwidth::Bandwidth(config::Bandwidth settings, const std::string& network)
    : settings_(std::move(settings)), path_(webhook_prefix("bandwidth", network)) {}

Traits Bandwidth::traits() const {
  Traits traits;
  traits.longest_text = longest_text;
  traits.most_media = most_media;
  traits.most_recipients = most_recipients;
  return traits;
}

// Where callbacks go is set in the application, so the tag alone brings our id back.
base::HttpCall Bandwidth::request(const Outbound& message) const {
  boost::json::object body;
  body["applicationId"] = settings_.application_id;
  auto& to = body["to"].emplace_array();
  to.emplace_back(message.to);
  to.insert(to.end(), message.others.begin(), message.others.end());
  body["from"] = message.from;
  if (!message.text.empty()) body["text"] = message.text;
  if (!message.media.empty()) body["media"] = boost::json::array(message.media.begin(), message.media.end());
  body["tag"] = message.id;
  auto call = json_call(settings_.api.base_url + "/api/v2/users/" + settings_.account_id + "/messages", body);
  call.ca_file = settings_.api.ca_file;
  return with_basic(std::move(call), settings_.username, settings_.password.value);
}

Verdict Bandwidth::verdict(const base::HttpResponse& response) const {
  auto verdict = judge_status(response, base::WallTime::clock::now());
  verdict.segments = Verdict::as_counted;
  if (verdict.kind == Verdict::Kind::accepted) return verdict;
  const auto words = error_words(parse_json(response.body));
  if (!words.empty()) verdict.words = words;
  return verdict;
}

Pass Bandwidth::pass() const {
  return {settings_.webhook_secret.value, {"Authorization"}, 401};
}

Notice Bandwidth::notice(const base::HttpRequest& request, base::WallTime) const {
  const auto target = parse_target(request.target, path_);
  if (!target) return Rejection{404, "no such webhook"};
  if (!is_secret(target->secret, settings_.webhook_secret.value)) return Rejection{403, "wrong secret"};
  if (!is_basic(request, settings_.webhook_username, settings_.webhook_password.value)) {
    return Rejection{401, "not the callback credentials of the application"};
  }
  if (target->kind != "callback") return Rejection{404, "no such webhook"};
  const auto items = parse_json(request.body);
  if (!items.is_array()) return Rejection{400, "no array of events"};
  return read_items(items);
}

std::string Bandwidth::id_advice() const {
  return "a message of Bandwidth's always has an id";
}

base::HttpResponse Bandwidth::thanks() const {
  return {200, {{"Content-Type", "text/plain"}}, ""};
}

base::HttpCall Bandwidth::media_call(const std::string& url) const {
  return api_media_call(settings_.api, basic_credentials(settings_.username, settings_.password.value), url);
}

}  // namespace sms
