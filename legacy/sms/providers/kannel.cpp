#include "legacy/sms/providers/kannel.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "legacy/sms/segments.hpp"
#include "legacy/sms/timestamp.hpp"
#include "legacy/sms/webhook.hpp"

namespace sms {
namespace {

using base::find_field;
using base::find_header;

// Kannel fills in %-escapes of dlr-url, so an escape of ours needs its percent sign doubled.
std::string protect(std::string_view text) {
  std::string out;
  for (const char c : text) out.append(c == '%' ? 2 : 1, c);
  return out;
}

std::string utf8_from_utf16be(std::string_view bytes) {
  std::string out;
  const auto unit = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(bytes[i]) << 8 | static_cast<unsigned char>(bytes[i + 1]));
  };
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    char32_t c = unit(i);
    const bool is_high = c >= 0xD800 && c < 0xDC00;
    if (is_high && i + 3 < bytes.size() && unit(i + 2) >= 0xDC00 && unit(i + 2) < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
      i += 2;
    }
    base::append_utf8(out, c);
  }
  return out;
}

bool is_control(char c) noexcept {
  return c >= 0 && c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f';
}

// COMPAT(Kannel, without mo-recode): UCS-2 text comes as UTF-16BE, and the charset (%C, Content-Type) says so. Without
// a charset it shows by its control bytes or broken UTF-8.
std::string decode_text(const std::string& bytes, const std::string& coding, const std::string& charset) {
  const bool is_plain = base::is_utf8(bytes) && std::none_of(bytes.begin(), bytes.end(), is_control);
  const bool is_utf16 = charset.empty() ? coding == "2" && !is_plain : charset.find("UTF-16BE") != std::string::npos;
  if (is_utf16 && bytes.size() % 2 == 0) return utf8_from_utf16be(bytes);
  return base::sanitise_utf8(bytes);
}

// "text/plain; charset="UTF-8"" has one, "application/octet-stream" (8 bit data) has none.
std::string charset_of(const std::string& content_type) {
  const auto at = content_type.find("charset=");
  return at == std::string::npos ? std::string{} : content_type.substr(at);
}

Inbound read_posted(const base::HttpRequest& request, const WebhookTarget& target) {
  const auto& headers = request.headers;
  Inbound inbound;
  inbound.from = find_header(headers, "X-Kannel-From");
  inbound.to = find_header(headers, "X-Kannel-To");
  inbound.text = decode_text(request.body, find_header(headers, "X-Kannel-Coding"),
                             charset_of(find_header(headers, "Content-Type")));
  inbound.stamp = find_header(headers, "X-Kannel-Time");
  inbound.id = find_field(target.query, "id");
  return inbound;
}

Inbound read_query(const base::HttpHeaders& query) {
  Inbound inbound;
  inbound.from = find_field(query, "from");
  inbound.to = find_field(query, "to");
  inbound.text = decode_text(find_field(query, "text"), find_field(query, "coding"), find_field(query, "charset"));
  inbound.stamp = find_field(query, "time");
  inbound.id = find_field(query, "id");
  return inbound;
}

Notice read_message(const base::HttpRequest& request, const WebhookTarget& target) {
  if (request.method != "POST" && request.method != "GET") return Rejection{405, "method"};
  Inbound inbound = request.method == "POST" ? read_posted(request, target) : read_query(target.query);
  inbound.when = parse_timestamp(inbound.stamp);  // %T is Unix time, X-Kannel-Time a date in UTC
  if (inbound.from.empty() || inbound.to.empty()) {
    return Rejection{400, "no sender or recipient (send-sender = true is needed with post-url)"};
  }
  if (inbound.text.size() > longest_inbound) return Rejection{413, "too long a text"};
  return Notices{std::move(inbound)};
}

// The reply says "NACK/<words>" or, for a receipt of the SMSC, the words alone.
std::string failure_words(std::string reply) {
  if (reply.starts_with("NACK/")) reply.erase(0, 5);
  reply = base::sanitise_utf8(reply);
  return reply.empty() ? "not delivered" : reply;
}

// "Retries Exceeded" is bearerbox giving up on what the SMSC refused for the moment; every other failure is for good.
legacy::Errc failure_reason(std::string_view type, std::string_view words) {
  const bool is_temporary = type == "16" && words == "Retries Exceeded";
  return is_temporary ? legacy::Errc::unreachable_now : legacy::Errc::undeliverable;
}

// dlr-mask values: 1 delivered, 2 failed, 4 buffered, 8 taken by the SMSC, 16 refused by the SMSC.
Notice read_report(const WebhookTarget& target) {
  const auto type = find_field(target.query, "type");
  Report report;
  report.id = find_field(target.query, "id");
  if (report.id.empty() || type.empty()) return Rejection{400, "report without id or type"};
  if (type == "1") report.state = Report::State::delivered;
  if (type == "2" || type == "16") {
    report.state = Report::State::failed;
    report.words = failure_words(find_field(target.query, "reply"));
    report.reason = failure_reason(type, report.words);
  }
  return Notices{std::move(report)};
}

}  // namespace

Kannel::Kannel(config::Kannel settings, const std::string& network, std::string public_url)
    : settings_(std::move(settings)), path_(webhook_prefix("kannel", network)), public_url_(std::move(public_url)) {
  while (public_url_.ends_with('/')) public_url_.pop_back();
}

std::string Kannel::report_url(const std::string& id) const {
  return protect(public_url_ + path_ + base::url_encode(settings_.webhook_secret.value) +
                 "/dlr?id=" + base::url_encode(id)) +
         "&type=%d&reply=%A&fid=%F";
}

base::HttpCall Kannel::request(const Outbound& message) const {
  std::vector<std::pair<std::string, std::string>> fields = {
      {"username", settings_.username}, {"password", settings_.password.value},
      {"from", message.from},           {"to", message.to},
      {"text", message.text},           {"charset", "UTF-8"}};
  // Without coding=2 Kannel sends a question mark for every character that GSM-7 lacks.
  if (count_segments(message.text).coding == Coding::ucs2) fields.emplace_back("coding", "2");
  if (!settings_.smsc.empty()) fields.emplace_back("smsc", settings_.smsc);
  if (!public_url_.empty()) {
    fields.emplace_back("dlr-mask", "31");
    fields.emplace_back("dlr-url", report_url(message.id));
  }
  base::HttpCall call;
  call.url = settings_.send_url;
  char separator = call.url.find('?') == std::string::npos ? '?' : '&';
  for (const auto& [name, value] : fields) {
    call.url += separator + name + "=" + base::url_encode(value);
    separator = '&';
  }
  call.ca_file = settings_.ca_file;
  return call;
}

Verdict Kannel::verdict(const base::HttpResponse& response) const {
  return judge_status(response, base::WallTime::clock::now());
}

Pass Kannel::pass() const {
  return {settings_.webhook_secret.value};
}

Notice Kannel::notice(const base::HttpRequest& request, base::WallTime) const {
  const auto target = parse_target(request.target, path_);
  if (!target) return Rejection{404, "no such webhook"};
  if (!is_secret(target->secret, settings_.webhook_secret.value)) return Rejection{403, "wrong secret"};
  if (target->kind == "mo") return read_message(request, *target);
  if (target->kind == "dlr") return read_report(*target);
  return Rejection{404, "no such webhook"};
}

std::string Kannel::id_advice() const {
  return "end post-url or get-url in Kannel's sms-service with id=%I";
}

// Anything but 200 and 202 counts as a failure there and is repeated; a body would be sent on as an SMS.
base::HttpResponse Kannel::thanks() const {
  return {200, {{"Content-Type", "text/plain"}}, ""};
}

}  // namespace sms
