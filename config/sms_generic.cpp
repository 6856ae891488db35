#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <span>

#include "config/sections.hpp"
#include "config/sms_readers.hpp"

namespace config {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 6> all_places = {"to", "from", "text", "id", "report_url", "secret"};
constexpr std::array<std::string_view, 2> header_places = {"id", "secret"};

std::string list_of(Names names) {
  std::string out;
  for (const auto name : names) out += fmt::format("{}{{{}}}", out.empty() ? "" : " ", name);
  return out;
}

// {word} is a place to fill in; braces around anything else are text.
void check_places(Section& section, std::string_view key, std::string_view text, Names names) {
  for (std::size_t open = 0; (open = text.find('{', open)) != text.npos; ++open) {
    const auto close = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", open + 1);
    if (close == text.npos || text[close] != '}' || close == open + 1) continue;
    const auto name = text.substr(open + 1, close - open - 1);
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    section.wrong(key, fmt::format("{} has {{{}}}, which nothing is filled in for", key, name), list_of(names));
  }
}

// Filled in, a JSON text is escaped, which is right only between quotes.
void check_json(Section& section, std::string text) {
  for (const auto name : all_places) {
    const auto place = fmt::format("{{{}}}", name);
    for (std::size_t at = 0; (at = text.find(place, at)) != text.npos;) text.replace(at, place.size(), "a b");
  }
  boost::json::error_code ec;
  boost::json::parse(text, ec);
  if (ec) section.wrong("body", "body is not JSON when it is filled in", R"(places between quotes: '{"to": "{to}"}')");
}

void read_headers(Section& section, GenericSms& into) {
  std::vector<std::string> lines;
  section.texts("headers", lines);
  for (const auto& line : lines) {
    const auto colon = line.find(':');
    if (colon == std::string::npos || colon == 0 || line.find_first_of("\r\n") != std::string::npos) {
      section.wrong("headers", fmt::format("{} is not a header", base::quoted(line)), "\"X-Api-Key: {secret}\"");
      continue;
    }
    const auto value = line.find_first_not_of(' ', colon + 1);
    into.headers.emplace_back(line.substr(0, colon), value == std::string::npos ? "" : line.substr(value));
    check_places(section, "headers", line, header_places);
  }
}

void read_format(Section& section, GenericSms::Format& into) {
  section.choice<GenericSms::Format>("format", into,
                                     {{"json", GenericSms::Format::json}, {"form", GenericSms::Format::form}});
}

void read_request(Section& section, GenericSms& into) {
  bool plain_ok = false;
  section.require("url", into.url, "\"https://api.example.net/send\"");
  section.choice<std::string>("method", into.method, {{"POST", "POST"}, {"PUT", "PUT"}, {"GET", "GET"}});
  read_headers(section, into);
  read_format(section, into.format);
  section.text("body", into.body);
  section.secret("secret", into.secret, false);
  section.text("username", into.username);
  section.secret("password", into.password, false);
  section.flag("plus", into.has_plus);
  section.file("ca_file", into.ca_file);
  section.flag("plain_ok", plain_ok);
  check_places(section, "url", into.url, all_places);
  check_places(section, "body", into.body, all_places);
  if (into.format == GenericSms::Format::json && !into.body.empty()) check_json(section, into.body);
  if ((into.url + into.body).find("{text}") == std::string::npos)
    section.wrong("body", "neither body nor url has {text}", "a body such as 'to={to}&text={text}&ref={id}'");
  if (!into.url.empty()) check_url(section, "url", into.url);
  if (into.url.starts_with("http://") && !is_loopback(host_of(into.url)) && !plain_ok)
    section.wrong("url", "url would carry the account's key and all messages without TLS",
                  "an https URL, or plain_ok = true if the way there is private");
}

void read_answer(Section section, GenericSms::Answer& into) {
  for (auto [key, value] : {std::pair{"id", &into.id}, std::pair{"error", &into.error}}) {
    section.text(key, *value);
    if (!value->empty() && !value->starts_with('/'))
      section.wrong(key, fmt::format("{} is not a JSON pointer", key), fmt::format("\"/{}\"", *value));
  }
  section.numbers("retry", into.retry, 100, 599);
  section.numbers("stop", into.stop, 100, 599);
  section.numbers("refuse", into.refuse, 100, 599);
  section.finish();
}

// Where a value stands in a webhook: a form field's name, or a JSON pointer.
void read_name(Section& section, GenericSms::Format format, const char* key, std::string& into, bool is_required) {
  const bool is_json = format == GenericSms::Format::json;
  const auto instead =
      is_json ? fmt::format("\"/{}\", where it stands in the JSON", key) : fmt::format("\"{}\", the field's name", key);
  if (is_required) {
    section.require(key, into, instead);
  } else {
    section.text(key, into);
  }
  if (is_json && !into.empty() && !into.starts_with('/'))
    section.wrong(key, fmt::format("{} is not a JSON pointer", key), fmt::format("\"/{}\"", into));
}

void read_inbound(Section section, GenericSms::Inbound& into) {
  read_format(section, into.format);
  read_name(section, into.format, "from", into.from, true);
  read_name(section, into.format, "to", into.to, true);
  read_name(section, into.format, "text", into.text, true);
  read_name(section, into.format, "id", into.id, false);
  read_name(section, into.format, "time", into.time, false);
  section.finish();
}

void read_report(Section section, GenericSms::Report& into) {
  read_format(section, into.format);
  read_name(section, into.format, "id", into.id, false);
  read_name(section, into.format, "foreign_id", into.foreign, false);
  read_name(section, into.format, "state", into.state, true);
  read_name(section, into.format, "error", into.error, false);
  section.texts("delivered", into.delivered);
  section.texts("failed", into.failed);
  if (into.delivered.empty())
    section.wrong("delivered", "delivered names no state that means so", "delivered = [\"delivered\"]");
  section.finish();
}

void check_hmac(Section& section, const GenericSms::Webhook& webhook) {
  if (webhook.header.empty())
    section.wrong("header", "auth = \"hmac\" needs the header that has the HMAC", "header = \"X-Signature\"");
}

void read_webhook(Section section, GenericSms::Webhook& into) {
  using Auth = GenericSms::Auth;
  section.choice<Auth>("auth", into.auth, {{"hmac", Auth::hmac}, {"basic", Auth::basic}, {"path", Auth::path}});
  if (into.auth == Auth::path) {
    read_webhook_secret(section, into.secret);
  } else {
    section.secret("webhook_secret", into.secret, true);
  }
  section.text("username", into.username);
  section.text("header", into.header);
  section.choice<std::string>("digest", into.digest, {{"sha1", "sha1"}, {"sha256", "sha256"}, {"sha512", "sha512"}});
  section.choice<bool>("encoding", into.is_hex, {{"hex", true}, {"base64", false}});
  section.text("prefix", into.prefix);
  section.text("timestamp_header", into.timestamp_header);
  section.text("separator", into.separator);
  section.number("status", into.status, 200, 299);
  section.text("thanks", into.thanks);
  if (into.auth == Auth::hmac) check_hmac(section, into);
  if (into.auth == Auth::basic && into.username.empty())
    section.wrong("username", "auth = \"basic\" needs a username", "username = \"the name that the provider sends\"");
  section.finish();
}

}  // namespace

SmsProvider read_generic(Section& section) {
  GenericSms generic;
  read_request(section, generic);
  if (section.has("answer")) read_answer(section.within("answer"), generic.answer);
  if (section.has("inbound")) read_inbound(section.within("inbound"), generic.inbound);
  if (section.has("report")) read_report(section.within("report"), generic.report);
  if (section.has("webhook")) read_webhook(section.within("webhook"), generic.webhook);
  const bool has_webhooks = section.has("inbound") || section.has("report");
  if (has_webhooks && !section.has("webhook"))
    section.wrong("webhook", "webhooks need a way to tell them from forged ones",
                  "[component.network.webhook] with auth = \"hmac\", \"basic\" or \"path\"");
  const bool names_no_message = generic.report.id.empty() && generic.report.foreign.empty() &&
                                (generic.url + generic.body).find("{report_url}") == std::string::npos;
  if (section.has("report") && names_no_message)
    section.wrong("report", "reports would not say which message they are about",
                  "id or foreign_id, or {report_url} in the body");
  if (!generic.report.foreign.empty() && generic.answer.id.empty())
    section.wrong("report", "foreign_id is known only from the answer to a request",
                  "[component.network.answer] with id = \"/id\"");
  return generic;
}

}  // namespace config
