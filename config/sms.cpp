#include "config/sms.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/dial_plan.hpp"
#include "config/sections.hpp"
#include "config/sms_readers.hpp"

namespace config {
namespace {

using Reader = SmsProvider (*)(Section&);

void check_digits(Section& section, std::string_view key, const std::string& text, std::size_t most) {
  const bool is_number = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (is_number && text.size() <= most) return;
  section.wrong(key, fmt::format("{} is not a number of at most {} digits: {}", key, most, base::quoted(text)),
                "digits only, without + and spaces");
}

void read_dialling(Section& section, SmsNetwork& network) {
  section.text("country_code", network.country_code);
  const DialPlan plan = dial_plan_of(network.country_code);
  network.international_prefix = plan.international_prefix;
  network.trunk_prefix = plan.trunk_prefix;
  section.text("international_prefix", network.international_prefix);
  section.text("trunk_prefix", network.trunk_prefix);
  section.texts("emergency", network.emergency);
  check_digits(section, "country_code", network.country_code, 3);
  check_digits(section, "international_prefix", network.international_prefix, 5);
  check_digits(section, "trunk_prefix", network.trunk_prefix, 3);
  for (const std::string& number : network.emergency) check_digits(section, "emergency", number, 15);
}

// Null: the section names a provider that there isn't.
Reader reader_of(Section& section) {
  Reader reader = section.has("provider") ? nullptr : read_kannel;
  section.choice<Reader>("provider", reader,
                         {
                             {"kannel", read_kannel},
                             {"twilio", read_twilio},
                             {"plivo", read_plivo},
                             {"telnyx", read_telnyx},
                             {"bandwidth", read_bandwidth},
                             {"vonage-sms", read_vonage_sms},
                             {"vonage-messages", read_vonage_messages},
                             {"messagebird", read_messagebird},
                             {"sinch", read_sinch},
                             {"smsgate", read_smsgate},
                             {"generic", read_generic},
                         });
  return reader;
}

}  // namespace

std::string host_of(std::string_view url) {
  const auto start = url.find("://");
  std::string_view rest = start == std::string_view::npos ? url : url.substr(start + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) rest.remove_prefix(at + 1);
  if (rest.starts_with('[')) return std::string{rest.substr(1, rest.find(']') - 1)};
  return std::string{rest.substr(0, rest.find(':'))};
}

void read_api(Section& section, SmsApi& into) {
  section.text("base_url", into.base_url);
  section.file("ca_file", into.ca_file);
  const std::string& url = into.base_url;
  if (!url.starts_with("https://") && !(url.starts_with("http://") && is_loopback(host_of(url)))) {
    section.wrong("base_url", "base_url would carry the account's key and all messages without TLS",
                  "an https URL; http is allowed to this machine only");
  }
  while (into.base_url.ends_with('/')) into.base_url.pop_back();
}

void read_webhook_secret(Section& section, Secret& into) {
  section.secret("webhook_secret", into, true);
  const std::string& secret = into.value;
  if (!secret.empty() && (secret.size() < 16 || secret.find_first_of("/?#% ") != std::string::npos)) {
    section.wrong("webhook_secret", "webhook_secret can't be a part of a URL that nobody guesses",
                  "at least 16 letters and digits, as \"openssl rand -hex 16\" prints them");
  }
}

// [component.network.second], with the keys of its provider.
void read_second(Section& section, SmsNetwork& network) {
  if (!section.has("second")) return;
  Section second = section.within("second");
  const Reader read_provider = reader_of(second);
  if (read_provider == nullptr) return;
  SecondProvider out{read_provider(second), {}, false};
  read_prefixes(second, "destinations", out.destinations);
  second.flag("when_down", out.when_down);
  second.finish();
  if (out.destinations.empty() && !out.when_down)
    second.wrong("destinations", "the second provider has nothing to do",
                 "destinations = [\"+49\"], or when_down = true");
  network.second = std::move(out);
}

SmsNetwork read_sms_network(Report& report, const toml::table* table) {
  Section section(report, table, "[[component.network]]");
  SmsNetwork network;
  section.text("name", network.name);
  check_label(section, network.name);
  const Reader read_provider = reader_of(section);
  if (read_provider == nullptr) return network;  // its keys can't be told from mistakes
  network.provider = read_provider(section);
  read_dialling(section, network);
  section.number("give_up_seconds", network.give_up, 1, 7 * 86400);
  section.number("uncertain_seconds", network.uncertain_after, 1, 7 * 86400);
  section.number("join_seconds", network.join_after, 1, 86400);
  section.number("concurrency", network.concurrency, 1, 64);
  section.number("rate", network.rate, 0, 1000);
  section.choice<Corrections>(
      "corrections", network.corrections,
      {{"brief", Corrections::brief}, {"whole", Corrections::whole}, {"off", Corrections::off}});
  section.flag("reactions", network.reactions);
  read_second(section, network);
  network.rules = read_sms_rules(section, network.provider);
  network.numbers = read_sms_numbers(section);
  section.finish();
  return network;
}

base::Result<SmsProvider, std::string> read_own_account(const std::string& provider,
                                                        const std::map<std::string, std::string>& keys) {
  toml::table table;
  table.insert("provider", provider);
  for (const auto& [key, value] : keys) table.insert(key, value);
  Report report;
  Section section(report, &table, "the registration");
  const Reader read_provider = reader_of(section);
  std::optional<SmsProvider> out;
  if (read_provider != nullptr) out = read_provider(section);
  section.finish();
  if (report.problems.empty()) return std::move(*out);
  const Problem& first = report.problems.front();
  return first.instead.empty() ? first.what + "." : fmt::format("{}; write {}.", first.what, first.instead);
}

}  // namespace config
