#include "legacy/sms/providers/vonage_sms.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/crypto.hpp"
#include "base/digest.hpp"
#include "base/utf8.hpp"
#include "legacy/sms/http_call.hpp"
#include "legacy/sms/json_field.hpp"
#include "legacy/sms/number.hpp"
#include "legacy/sms/segments.hpp"
#include "legacy/sms/timestamp.hpp"
#include "legacy/sms/webhook.hpp"

namespace sms {
namespace {

using base::find_field;

constexpr std::size_t longest_callback = 100;

template <std::size_t Size>
bool is_one_of(const std::array<std::string_view, Size>& values, std::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// The parameters of a call, whichever way the account sends them. Names are kept as they are.
base::HttpHeaders fields_of(const base::HttpRequest& request) {
  const auto type = base::find_header(request.headers, "Content-Type");
  if (type.find("json") == std::string::npos) return webhook_fields(request);
  base::HttpHeaders fields;
  const auto json = parse_json(request.body);
  const auto* object = json.if_object();
  if (object == nullptr) return fields;
  for (const auto& [name, value] : *object) fields.emplace_back(name, json_text(value, ""));
  return fields;
}

std::string signed_text(base::HttpHeaders fields) {
  std::stable_sort(fields.begin(), fields.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string text;
  for (auto& [name, value] : fields) {
    if (name == "sig") continue;
    std::replace_if(
        value.begin(), value.end(), [](char c) { return c == '&' || c == '='; }, '_');
    text += "&" + name + "=" + value;
  }
  return text;
}

std::string signature_of(const std::string& text, const std::string& method, const std::string& secret) {
  using base::Digest;
  if (method == "md5hash") return base::to_hex(base::hash(Digest::md5, text + secret));
  if (method == "md5") return base::to_hex(base::hmac(Digest::md5, secret, text));
  if (method == "sha1") return base::to_hex(base::hmac(Digest::sha1, secret, text));
  if (method == "sha512") return base::to_hex(base::hmac(Digest::sha512, secret, text));
  return base::to_hex(base::hmac(Digest::sha256, secret, text));
}

// 0: not a count.
std::size_t count_of(const std::string& text) {
  unsigned count = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, count);
  return parsed.ptr == end && parsed.ec == std::errc{} ? count : 0;
}

Notice read_message(const base::HttpHeaders& fields) {
  Inbound inbound;
  inbound.from = find_field(fields, "msisdn");
  inbound.to = find_field(fields, "to");
  inbound.text = base::sanitise_utf8(find_field(fields, "text"));
  inbound.id = find_field(fields, "messageId");
  inbound.stamp = find_field(fields, "message-timestamp");
  inbound.when = parse_timestamp(inbound.stamp);
  if (inbound.from.empty() || inbound.to.empty()) return Rejection{400, "no sender or recipient"};
  if (find_field(fields, "type") == "binary") return Notices{};  // nothing to read for people
  if (inbound.text.size() > longest_inbound) return Rejection{413, "too long a text"};
  if (find_field(fields, "concat") == "true") {
    inbound.part = Part{find_field(fields, "concat-ref"), count_of(find_field(fields, "concat-part")),
                        count_of(find_field(fields, "concat-total"))};
  }
  return Notices{std::move(inbound)};
}

legacy::Errc failure_reason(const std::string& code) {
  static constexpr std::array<std::string_view, 3> temporary = {"2", "7", "8"};
  if (code == "9") return legacy::Errc::opted_out;
  return is_one_of(temporary, code) ? legacy::Errc::unreachable_now : legacy::Errc::undeliverable;
}

Notice read_report(const base::HttpHeaders& fields) {
  static constexpr std::array<std::string_view, 3> failures = {"expired", "failed", "rejected"};
  Report report;
  report.id = find_field(fields, "client-ref");
  report.segment = find_field(fields, "messageId");
  const auto status = find_field(fields, "status");
  if (status.empty()) return Rejection{400, "report without a status"};
  if (report.id.empty()) return Notices{};  // of what somebody else has sent with this account
  if (status == "delivered") report.state = Report::State::delivered;
  if (is_one_of(failures, status)) {
    const auto code = find_field(fields, "err-code");
    report.state = Report::State::failed;
    report.words = provider_words(code.empty() || code == "0" ? status : status + ", error " + code);
    report.reason = failure_reason(code);
  }
  return Notices{std::move(report)};
}

Verdict::Kind kind_of(const std::string& status) {
  static constexpr std::array<std::string_view, 3> transient = {"1", "5", "10"};
  static constexpr std::array<std::string_view, 6> account = {"4", "8", "9", "11", "14", "32"};
  if (status == "0") return Verdict::Kind::accepted;
  if (is_one_of(transient, status)) return Verdict::Kind::retry;
  return is_one_of(account, status) ? Verdict::Kind::stopped : Verdict::Kind::refused;
}

std::string words_of(const boost::json::value& message) {
  const auto words = provider_words(json_text(message, "/error-text"));
  return words.empty() ? "status " + json_text(message, "/status") : words;
}

}  // namespace

bool is_vonage_signed(const base::HttpHeaders& fields, const std::string& method, const std::string& secret,
                      base::WallTime now) {
  std::string given = find_field(fields, "sig");
  std::transform(given.begin(), given.end(), given.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return !secret.empty() && is_fresh(find_field(fields, "timestamp"), now) &&
         is_secret(given, signature_of(signed_text(fields), method, secret));
}

VonageSms::VonageSms(config::VonageSms settings, const std::string& network, std::string public_url)
    : settings_(std::move(settings)), path_(webhook_prefix("vonage", network)), public_url_(std::move(public_url)) {}

Traits VonageSms::traits() const {
  Traits traits;
  traits.has_no_plus = true;
  traits.longest_text = 3200;
  return traits;
}

base::HttpCall VonageSms::request(const Outbound& message) const {
  const bool is_unicode = count_segments(message.text).coding == Coding::ucs2;
  base::HttpHeaders fields = {{"from", without_plus(message.from)},
                              {"to", without_plus(message.to)},
                              {"text", message.text},
                              {"type", is_unicode ? "unicode" : "text"},
                              {"client-ref", message.id}};
  const auto callback = public_url_ + path_ + base::url_encode(settings_.webhook_secret.value) + "/dlr";
  // A longer one is refused; reports then go where the account says.
  if (!public_url_.empty() && callback.size() <= longest_callback) fields.emplace_back("callback", callback);
  auto call = with_basic(form_call(settings_.api.base_url + "/sms/json", fields), settings_.api_key,
                         settings_.api_secret.value);
  call.ca_file = settings_.api.ca_file;
  return call;
}

// 200 says nothing: each segment has a status of its own.
Verdict VonageSms::verdict(const base::HttpResponse& response) const {
  Verdict verdict = judge_status(response, base::WallTime::clock::now());
  if (verdict.kind != Verdict::Kind::accepted) return verdict;
  const auto json = parse_json(response.body);
  const auto& messages = json_items(json, "/messages");
  const auto is_taken = [](const auto& message) { return json_text(message, "/status") == "0"; };
  const auto taken = static_cast<std::size_t>(std::count_if(messages.begin(), messages.end(), is_taken));
  if (messages.empty()) {
    verdict.kind = Verdict::Kind::unknown;
  } else if (taken == messages.size()) {
    verdict.words.clear();
    verdict.segments = taken;
  } else {
    const auto& failed = *std::find_if_not(messages.begin(), messages.end(), is_taken);
    verdict.kind = taken == 0 ? kind_of(json_text(failed, "/status")) : Verdict::Kind::refused;
    verdict.words = words_of(failed);
    // To send it again would send the taken ones twice.
    if (taken > 0) verdict.words += " (" + std::to_string(taken) + " of " + std::to_string(messages.size()) + " sent)";
  }
  return verdict;
}

Pass VonageSms::pass() const {
  return {settings_.webhook_secret.value};
}

Notice VonageSms::notice(const base::HttpRequest& request, base::WallTime now) const {
  const auto target = parse_target(request.target, path_);
  if (!target) return Rejection{404, "no such webhook"};
  if (!is_secret(target->secret, settings_.webhook_secret.value)) return Rejection{403, "wrong secret"};
  const auto fields = fields_of(request);
  const auto& secret = settings_.signature_secret.value;
  if (!secret.empty() && !is_vonage_signed(fields, settings_.signature_method, secret, now))
    return Rejection{401, "wrong signature"};
  if (target->kind == "mo") return read_message(fields);
  if (target->kind == "dlr") return read_report(fields);
  return Rejection{404, "no such webhook"};
}

std::string VonageSms::id_advice() const {
  return "Vonage sends messageId with each";
}

base::HttpResponse VonageSms::thanks() const {
  return {200, {}, ""};
}

}  // namespace sms
