#include "legacy/sms/providers/generic.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <functional>
#include <iterator>

#include "base/crypto.hpp"
#include "base/digest.hpp"
#include "base/utf8.hpp"
#include "legacy/sms/http_call.hpp"
#include "legacy/sms/json_field.hpp"
#include "legacy/sms/number.hpp"
#include "legacy/sms/timestamp.hpp"
#include "legacy/sms/webhook.hpp"

namespace sms {
namespace {

using config::GenericSms;
using Escape = std::function<std::string(const std::string&)>;

std::string escape_json(const std::string& text) {
  const auto quoted = boost::json::serialize(boost::json::value(text));
  return quoted.substr(1, quoted.size() - 2);
}

std::string without_line_ends(const std::string& text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](unsigned char c) { return c >= ' '; });
  return out;
}

// What is filled in is not looked at again, so a text may have braces.
std::string fill(std::string_view text, const base::HttpHeaders& values, const Escape& escape) {
  std::string out;
  while (!text.empty()) {
    const auto open = std::min(text.find('{'), text.size());
    out += text.substr(0, open);
    text.remove_prefix(open);
    const auto found = std::find_if(values.begin(), values.end(),
                                    [&](const auto& value) { return text.starts_with("{" + value.first + "}"); });
    if (found != values.end()) {
      out += escape(found->second);
      text.remove_prefix(found->first.size() + 2);
    } else if (!text.empty()) {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

// The fields of a webhook, whatever its format.
class Fields {
 public:
  Fields(const base::HttpRequest& request, GenericSms::Format format) : is_json_(format == GenericSms::Format::json) {
    if (is_json_) {
      json_ = parse_json(request.body);
    } else {
      form_ = webhook_fields(request);
    }
  }
  std::string get(const std::string& name) const {
    if (name.empty()) return {};
    return is_json_ ? json_text(json_, name) : base::find_field(form_, name);
  }

 private:
  bool is_json_;
  boost::json::value json_;
  base::HttpHeaders form_;
};

bool has(const std::vector<int>& statuses, int status) {
  return std::find(statuses.begin(), statuses.end(), status) != statuses.end();
}
bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

Generic::Generic(config::GenericSms settings, const std::string& network, std::string public_url)
    : settings_(std::move(settings)), path_(webhook_prefix("generic", network)), public_url_(std::move(public_url)) {}

std::string Generic::report_url(const std::string& id) const {
  if (public_url_.empty()) return {};
  const auto& webhook = settings_.webhook;
  const bool is_secret_path = webhook.auth == GenericSms::Auth::path;
  return public_url_ + path_ + (is_secret_path ? base::url_encode(webhook.secret.value) + "/" : "") +
         "dlr?id=" + base::url_encode(id);
}

base::HttpCall Generic::request(const Outbound& message) const {
  const auto number = [this](const std::string& text) { return settings_.has_plus ? text : without_plus(text); };
  const base::HttpHeaders values = {
      {"to", number(message.to)}, {"from", number(message.from)},     {"text", message.text},
      {"id", message.id},         {"secret", settings_.secret.value}, {"report_url", report_url(message.id)}};
  const bool is_json = settings_.format == GenericSms::Format::json;
  const Escape encode = [](const std::string& text) { return base::url_encode(text); };
  base::HttpCall call;
  call.method = settings_.method;
  call.url = fill(settings_.url, values, encode);
  call.ca_file = settings_.ca_file;
  if (!settings_.body.empty()) {
    call.headers.emplace_back("Content-Type", is_json ? "application/json" : "application/x-www-form-urlencoded");
    call.body = fill(settings_.body, values, is_json ? Escape(escape_json) : encode);
  }
  for (const auto& [name, value] : settings_.headers) {
    call.headers.emplace_back(name, fill(value, values, without_line_ends));
  }
  if (settings_.username.empty()) return call;
  return with_basic(std::move(call), settings_.username, settings_.password.value);
}

Verdict Generic::verdict(const base::HttpResponse& response) const {
  const auto& answer = settings_.answer;
  Verdict verdict = judge_status(response, base::WallTime::clock::now());
  if (has(answer.retry, response.status)) verdict.kind = Verdict::Kind::retry;
  if (has(answer.stop, response.status)) verdict.kind = Verdict::Kind::stopped;
  if (has(answer.refuse, response.status)) verdict.kind = Verdict::Kind::refused;
  const auto json = parse_json(response.body);
  if (verdict.kind == Verdict::Kind::accepted) {
    verdict.words.clear();
    if (!answer.id.empty()) verdict.foreign_id = json_text(json, answer.id);
  } else if (!answer.error.empty()) {
    const auto words = provider_words(json_text(json, answer.error));
    if (!words.empty()) verdict.words = words;
  }
  return verdict;
}

std::string Generic::hmac_of(std::string_view text) const {
  const auto& webhook = settings_.webhook;
  auto digest = base::Digest::sha256;
  if (webhook.digest == "sha1") digest = base::Digest::sha1;
  if (webhook.digest == "sha512") digest = base::Digest::sha512;
  const auto bytes = base::hmac(digest, webhook.secret.value, text);
  return webhook.is_hex ? base::to_hex(bytes) : base::to_base64(bytes);
}

bool Generic::is_signed(const base::HttpRequest& request, base::WallTime now) const {
  const auto& webhook = settings_.webhook;
  if (request.body.empty()) return false;  // a query is not signed
  std::string text = request.body;
  if (!webhook.timestamp_header.empty()) {
    const auto time = base::find_header(request.headers, webhook.timestamp_header);
    if (!is_fresh(time, now)) return false;
    text = time + webhook.separator + text;
  }
  std::string given = base::find_header(request.headers, webhook.header);
  if (!given.starts_with(webhook.prefix)) return false;
  given.erase(0, webhook.prefix.size());
  if (webhook.is_hex) {
    std::transform(given.begin(), given.end(), given.begin(),
                   [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
  }
  return !webhook.secret.value.empty() && is_secret(given, hmac_of(text));
}

Notice Generic::read_message(const base::HttpRequest& request) const {
  const auto& names = settings_.inbound;
  const Fields fields(request, names.format);
  Inbound inbound;
  inbound.from = fields.get(names.from);
  inbound.to = fields.get(names.to);
  inbound.text = base::sanitise_utf8(fields.get(names.text));
  inbound.id = fields.get(names.id);
  inbound.stamp = fields.get(names.time);
  inbound.when = parse_timestamp(inbound.stamp);
  if (inbound.from.empty() || inbound.to.empty()) return Rejection{400, "no sender or recipient"};
  if (inbound.text.size() > longest_inbound) return Rejection{413, "too long a text"};
  return Notices{std::move(inbound)};
}

Notice Generic::read_report(const base::HttpRequest& request, const base::HttpHeaders& query) const {
  const auto& names = settings_.report;
  const Fields fields(request, names.format);
  Report report;
  report.id = names.id.empty() ? base::find_field(query, "id") : fields.get(names.id);
  report.foreign_id = fields.get(names.foreign);
  const auto state = fields.get(names.state);
  if (state.empty()) return Rejection{400, "report without a state"};
  if (report.id.empty() && report.foreign_id.empty()) return Rejection{400, "report without an id"};
  if (has(names.delivered, state)) report.state = Report::State::delivered;
  if (has(names.failed, state)) {
    report.state = Report::State::failed;
    report.words = provider_words(fields.get(names.error));
    if (report.words.empty()) report.words = provider_words(state);
  }
  return Notices{std::move(report)};
}

Pass Generic::pass() const {
  const auto& webhook = settings_.webhook;
  switch (webhook.auth) {
    case GenericSms::Auth::hmac: return {{}, {webhook.header}, 401};
    case GenericSms::Auth::basic: return {{}, {"Authorization"}, 401};
    case GenericSms::Auth::path: break;
  }
  return {webhook.secret.value};
}

Notice Generic::notice(const base::HttpRequest& request, base::WallTime now) const {
  using Auth = GenericSms::Auth;
  const auto& webhook = settings_.webhook;
  const bool is_path = webhook.auth == Auth::path;
  const auto target = is_path ? parse_target(request.target, path_) : parse_signed_target(request.target, path_);
  if (!target) return Rejection{404, "no such webhook"};
  if (is_path && !is_secret(target->secret, webhook.secret.value)) return Rejection{403, "wrong secret"};
  if (webhook.auth == Auth::basic &&
      (webhook.secret.value.empty() || !is_basic(request, webhook.username, webhook.secret.value)))
    return Rejection{401, "wrong credentials"};
  if (webhook.auth == Auth::hmac && !is_signed(request, now)) return Rejection{401, "wrong signature"};
  if (target->kind == "mo" && !settings_.inbound.text.empty()) return read_message(request);
  if (target->kind == "dlr" && !settings_.report.state.empty()) return read_report(request, target->query);
  return Rejection{404, "no such webhook"};
}

std::string Generic::id_advice() const {
  return "say in [component.network.inbound] where the id stands";
}

base::HttpResponse Generic::thanks() const {
  return {settings_.webhook.status, {{"Content-Type", "text/plain"}}, settings_.webhook.thanks};
}

}  // namespace sms
