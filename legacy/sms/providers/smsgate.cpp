#include "legacy/sms/providers/smsgate.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/utf8.hpp"
#include "legacy/sms/http_call.hpp"
#include "legacy/sms/json_field.hpp"
#include "legacy/sms/timestamp.hpp"
#include "legacy/sms/webhook.hpp"

namespace sms {
namespace {

using base::find_header;

constexpr std::size_t tag_digits = 16;  // hexadecimal, at the start of our ids
constexpr std::size_t packed_tag = 11;  // eight bytes in base64 without padding

std::optional<std::string> from_hex(std::string_view digits) {
  constexpr std::string_view alphabet = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    const auto high = alphabet.find(digits[i]), low = alphabet.find(digits[i + 1]);
    if (high == alphabet.npos || low == alphabet.npos) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

Inbound read_sender(const boost::json::value& json, const std::string& own_number) {
  Inbound inbound;
  inbound.from = json_text(json, "/payload/sender");
  if (inbound.from.empty()) inbound.from = json_text(json, "/payload/phoneNumber");  // COMPAT(SMSGate, before 1.50)
  inbound.to = json_text(json, "/payload/recipient");
  if (inbound.to.empty()) inbound.to = own_number;
  inbound.stamp = json_text(json, "/payload/receivedAt");
  inbound.when = parse_timestamp(inbound.stamp);
  // The id alone is that of the content: two equal texts have the same.
  if (const auto id = json_text(json, "/payload/messageId"); !id.empty()) inbound.id = id + " " + inbound.stamp;
  return inbound;
}

Notice read_message(const boost::json::value& json, const std::string& own_number) {
  Inbound inbound = read_sender(json, own_number);
  // An MMS has its text in "body", or a subject alone.
  for (const char* const field : {"/payload/message", "/payload/body", "/payload/subject"})
    if (inbound.text.empty()) inbound.text = base::sanitise_utf8(json_text(json, field));
  for (const auto& item : json_items(json, "/payload/attachments"))
    inbound.media.push_back(
        {{}, json_text(item, "/contentType"), base::from_base64(json_text(item, "/data")).value_or("")});
  if (inbound.from.empty()) return Rejection{400, "no sender"};
  if (inbound.to.empty()) return Rejection{400, "the app doesn't know its number: set `number`"};
  if (inbound.text.size() > longest_inbound) return Rejection{413, "too long a text"};
  return Notices{std::move(inbound)};
}

Notice read_report(const boost::json::value& json, const std::string& event) {
  Report report;
  report.id = from_smsgate_id(json_text(json, "/payload/messageId"));
  if (report.id.empty()) return Rejection{400, "report without messageId"};
  if (event == "sms:delivered") {
    report.state = Report::State::delivered;
    report.segment = json_text(json, "/id");  // of the event: there is one for each part
  } else if (event == "sms:failed") {
    report.state = Report::State::failed;
    report.words = provider_words(json_text(json, "/payload/reason"));
    if (report.words.empty()) report.words = "not sent by the phone";
  }
  return Notices{std::move(report)};
}

}  // namespace

bool is_smsgate_signed(const base::HttpRequest& request, const std::string& key, base::WallTime now) {
  const auto time = find_header(request.headers, "X-Timestamp");
  std::string given = find_header(request.headers, "X-Signature");
  std::transform(given.begin(), given.end(), given.begin(),
                 [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
  return !key.empty() && is_fresh(time, now) &&
         is_secret(given, base::to_hex(base::hmac_sha256(key, request.body + time)));
}

std::string to_smsgate_id(const std::string& id) {
  const bool is_long = id.size() > tag_digits && id[tag_digits] == '.';
  const auto tag = is_long ? from_hex(std::string_view(id).substr(0, tag_digits)) : std::nullopt;
  if (!tag) return id;
  auto packed = base::to_base64(*tag).substr(0, packed_tag);
  std::replace(packed.begin(), packed.end(), '+', '-');
  std::replace(packed.begin(), packed.end(), '/', '_');
  return packed + id.substr(tag_digits);
}

std::string from_smsgate_id(const std::string& id) {
  if (id.size() <= packed_tag || id[packed_tag] != '.') return id;
  auto packed = id.substr(0, packed_tag) + "=";
  std::replace(packed.begin(), packed.end(), '-', '+');
  std::replace(packed.begin(), packed.end(), '_', '/');
  const auto tag = base::from_base64(packed);
  return tag ? base::to_hex(*tag) + id.substr(packed_tag) : id;
}

SmsGate::SmsGate(config::SmsGate settings, const std::string& network, std::string public_url)
    : settings_(std::move(settings)), path_(webhook_prefix("smsgate", network)), public_url_(std::move(public_url)) {}

Traits SmsGate::traits() const {
  Traits traits;
  traits.is_idempotent = true;
  return traits;
}

base::HttpCall SmsGate::request(const Outbound& message) const {
  boost::json::object body;
  body["id"] = to_smsgate_id(message.id);
  body["textMessage"] = {{"text", message.text}};
  body["phoneNumbers"] = boost::json::array(1, boost::json::value(message.to));
  body["withDeliveryReport"] = true;
  if (settings_.sim != 0) body["simNumber"] = settings_.sim;
  auto call = with_basic(json_call(settings_.send_url, body), settings_.username, settings_.password.value);
  call.ca_file = settings_.ca_file;
  return call;
}

Verdict SmsGate::verdict(const base::HttpResponse& response) const {
  Verdict verdict = judge_status(response, base::WallTime::clock::now());
  const auto json = parse_json(response.body);
  if (response.status == 409) verdict.kind = Verdict::Kind::accepted;  // it has this id already
  if (verdict.kind == Verdict::Kind::accepted) {
    verdict.words.clear();
    verdict.segments = Verdict::as_counted;
  } else if (const auto words = provider_words(json_text(json, "/message")); !words.empty()) {
    verdict.words = words;
  }
  return verdict;
}

Pass SmsGate::pass() const {
  return {{}, {"X-Signature"}, 401};
}

Notice SmsGate::notice(const base::HttpRequest& request, base::WallTime now) const {
  const auto target = parse_signed_target(request.target, path_);
  if (!target || target->kind != "event") return Rejection{404, "no such webhook"};
  if (!is_smsgate_signed(request, settings_.signing_key.value, now)) return Rejection{401, "wrong signature"};
  const auto json = parse_json(request.body);
  if (!json.is_object()) return Rejection{400, "not a JSON object"};
  const auto event = json_text(json, "/event");
  if (event == "sms:received" || event == "mms:downloaded") return read_message(json, settings_.number);
  if (event == "sms:sent" || event == "sms:delivered" || event == "sms:failed") return read_report(json, event);
  return Notices{};  // others, such as the app's ping, say nothing of texts
}

std::string SmsGate::id_advice() const {
  return "a newer version of the app sends messageId";
}

base::HttpResponse SmsGate::thanks() const {
  return {200, {}, ""};
}

}  // namespace sms
