// What comes from a phone or a provider: numbers, texts, webhooks, forms. First byte: which of them.
#include <algorithm>
#include <numeric>

#include "base/http.hpp"
#include "base/utf8.hpp"
#include "fuzz.hpp"
#include "legacy/sms/number.hpp"
#include "legacy/sms/provider.hpp"
#include "legacy/sms/records.hpp"
#include "legacy/sms/segments.hpp"

using namespace sms;
using fuzz::require;

namespace {

void check_number(fuzz::Input input) {
  const std::vector<Numbering> numberings = {{}, {"49"}, {"39", "00", ""}, {"1", "011", "1", {"311"}}};
  const Numbering& numbering = numberings[input.byte() % numberings.size()];
  const Number sender = Number::sender(input.rest(), numbering);
  require(base::is_utf8(sender.masked()), "a masked number is UTF-8", sender.masked());
  const auto number = Number::parse(input.rest(), numbering);
  if (!number) return;
  const auto again = Number::parse(number->str(), numbering);
  require(again && *again == *number, "a number is canonical", number->str());
  if (number->kind() == Number::Kind::alphanumeric) return;
  const bool is_digits = std::all_of(number->str().begin(), number->str().end(),
                                     [](char c) { return c == '+' || (c >= '0' && c <= '9'); });
  require(is_digits && number->str().size() <= 16, "a number is digits", number->str());
}

void check_segments(fuzz::Input input) {
  const Segments segments = count_segments(input.rest());
  const int sum = std::accumulate(segments.parts.begin(), segments.parts.end(), 0);
  const int limit = segments.coding == Coding::gsm7 ? 160 : 70;
  require(!segments.parts.empty() && sum == segments.units, "parts make the whole");
  for (const int part : segments.parts) require(part <= limit, "a part fits");
}

void check_form(fuzz::Input input) {
  const std::string text(input.rest());
  require(base::url_decode(base::url_encode(text)) == text, "encoding can be undone", text);
  std::string form;
  const auto fields = base::parse_query(text);
  for (const auto& [name, value] : fields)
    form += (form.empty() ? "" : "&") + base::url_encode(name) + "=" + base::url_encode(value);
  require(base::parse_query(form) == fields, "a form written again is the same", form);
}

std::unique_ptr<Provider> kannel() {
  config::Kannel settings;
  settings.send_url = "http://127.0.0.1:13013/cgi-bin/sendsms";
  settings.username = "u";
  settings.password.value = "p";
  settings.webhook_secret.value = "s";
  config::SmsNetwork network;
  network.provider = settings;
  return make_provider(network, "http://127.0.0.1:8080");
}

// "kind?query", headers, an empty line and the body, as lines.
void check_webhook(fuzz::Input input) {
  const auto provider = kannel();
  base::HttpRequest request;
  request.method = input.byte() % 2 == 0 ? "GET" : "POST";
  request.target = provider->webhook_path() + "s/" + std::string(input.until('\n'));
  while (!input.empty()) {
    const std::string_view line = input.until('\n');
    if (line.empty()) break;
    const auto colon = std::min(line.find(':'), line.size());
    request.headers.emplace_back(line.substr(0, colon), line.substr(std::min(colon + 1, line.size())));
  }
  request.body = input.rest();
  const Notice notice = provider->notice(request, base::WallTime{});
  if (std::holds_alternative<Rejection>(notice)) return;
  for (const auto& item : std::get<Notices>(notice)) {
    if (const auto* inbound = std::get_if<Inbound>(&item)) {
      require(base::is_utf8(inbound->text), "a text is UTF-8", inbound->text);
      require(!inbound->from.empty() && !inbound->to.empty(), "a text has a sender");
      if (inbound->when) require(from_millis(to_millis(*inbound->when)) <= *inbound->when, "a time can be stored");
    } else if (const auto* report = std::get_if<Report>(&item)) {
      require(!report->id.empty() && base::is_utf8(report->words), "a report can be told", report->words);
    }
  }
}

void check_answer(fuzz::Input input) {
  base::HttpResponse response;
  response.status = 100 + input.byte() * 2;
  response.headers.emplace_back("Retry-After", input.until('\n'));
  response.body = input.rest();
  const auto provider = kannel();
  const Verdict verdict = provider->verdict(response);
  if (verdict.retry_after) require(verdict.retry_after->count() >= 0, "no waiting back in time");
  const auto call = provider->request({"id", "1", "+15551234567", std::string(input.rest())});
  const bool is_url = std::all_of(call.url.begin(), call.url.end(), [](char c) { return c > ' ' && c < 0x7f; });
  require(is_url, "a URL is printable ASCII", call.url);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr void (*checks[])(fuzz::Input) = {check_number, check_segments, check_form, check_webhook, check_answer};
  fuzz::Input input(data, size);
  checks[input.byte() % std::size(checks)](input);
  return 0;
}
