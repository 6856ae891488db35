#include "config/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "config/sections.hpp"

namespace config {

namespace {

constexpr std::size_t key_size = 32;

// 32 bytes as they are, or 64 hex digits with or without a line end.
std::optional<std::string> decode_key(std::string_view text) {
  if (text.size() == key_size) return std::string{text};
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.size() != 2 * key_size) return std::nullopt;
  if (text.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    out += static_cast<char>(std::stoi(std::string{text.substr(i, 2)}, nullptr, 16));
  }
  return out;
}

// A file that is not there yet is fine: the first start makes it.
void read_key_file(Section& section, Config& config) {
  std::error_code ignored;
  if (!std::filesystem::exists(config.database_key_file, ignored)) return;
  section.note_secret_file(config.database_key_file);
  auto key = decode_key(read_bytes(config.database_key_file).value_or(""));
  if (!key) {
    section.wrong("key_file", fmt::format("{} does not hold a key", base::quoted(config.database_key_file)),
                  "a file of 32 random bytes, or of 64 hex digits, that the user wherry may read");
    return;
  }
  config.database_key.value = std::move(*key);
}

void read_database(Report& report, const toml::table* table, Config& config) {
  Section section(report, table, "[database]");
  std::string written;
  if (section.text("path", written)) config.database = relative_to(report.file, written);
  config.database_key_file = config.database + ".key";
  if (section.text("key_file", written)) config.database_key_file = relative_to(report.file, written);
  Secret credential;
  if (section.has("key_credential")) {
    section.credential("key_credential", credential);
    auto key = decode_key(credential.value);
    if (!key && !credential.value.empty())
      section.wrong("key_credential", "the credential is not a key", "32 bytes or 64 hex digits");
    config.database_key.value = std::move(key).value_or("");
    config.database_key_file.clear();
    if (section.has("key_file"))
      section.wrong("key_file", "the key is given in two ways", "key_file or key_credential");
  } else {
    read_key_file(section, config);
  }
  section.finish();
}

void read_log(Report& report, const toml::table* table, Config& config) {
  using base::Level;
  Section section(report, table, "[log]");
  section.choice<Level>("level", config.log_level,
                        {{"debug", Level::debug},
                         {"info", Level::info},
                         {"notice", Level::notice},
                         {"warning", Level::warning},
                         {"error", Level::error}});
  section.finish();
}

void read_media(Section& section, Http& http) {
  std::string written;
  if (section.text("media_directory", written)) http.media_directory = relative_to(section.config_file(), written);
  std::size_t megabytes = http.longest_media >> 20;
  section.number("media_megabytes", megabytes, 1, 100);
  http.longest_media = megabytes << 20;
  section.number("media_days", http.media_age, 1, 3650);
  std::size_t total = http.most_media >> 20;
  section.number("media_total_megabytes", total, 1, 1'000'000);
  http.most_media = total << 20;
}

void read_http(Report& report, const toml::table* table, Http& http) {
  if (table == nullptr) return;
  Section section(report, table, "[http]");
  std::string listen = "127.0.0.1:8643";
  section.text("listen", listen);
  if (!split_address(listen, http.listen_host, http.listen_port)) {
    section.wrong("listen", fmt::format("listen can't be {}", base::quoted(listen)),
                  "an address and a port, \"127.0.0.1:8643\" or \"[::1]:8643\"");
  }
  http.public_url = "http://" + listen;
  http.is_public = section.text("public_url", http.public_url);
  if (http.is_public) check_url(section, "public_url", http.public_url);
  if (http.public_url.ends_with('/')) http.public_url.pop_back();
  read_media(section, http);
  section.finish();
}

void read_identd(Report& report, const toml::table* table, Identd& identd) {
  if (table == nullptr) return;
  Section section(report, table, "[identd]");
  std::string listen;
  const bool is_on = section.text("listen", listen);
  if (is_on && !split_address(listen, identd.listen_host, identd.listen_port)) {
    section.wrong("listen", fmt::format("listen can't be {}", base::quoted(listen)),
                  "an address and a port, \"0.0.0.0:113\" or \"[::]:113\"");
  }
  section.finish();
}

void read_limits(Report& report, const toml::table* table, Limits& limits) {
  if (table == nullptr) return;
  constexpr std::size_t most = 1'000'000;
  Section section(report, table, "[limits]");
  section.number("connections", limits.connections, 0, most);
  section.number("connections_per_user", limits.connections_per_user, 0, most);
  section.number("connections_per_domain", limits.connections_per_domain, 0, most);
  section.number("joins_per_minute", limits.joins_per_minute, 0, most);
  section.number("people", limits.people, 0, 1000 * most);
  section.number("people_per_user", limits.people_per_user, 0, 1000 * most);
  section.finish();
}

// The name is part of the webhooks' URLs, which all components share.
void check_sms_names(Report& report, const toml::table* table, const Component& component,
                     std::set<std::string>& seen) {
  if (component.sms.size() != 1 || seen.insert(component.sms.front().name).second) return;
  const std::string& name = component.sms.front().name;
  Section section(report, Section(report, table, "[[component]]").tables("network").front(), "[[component.network]]");
  section.wrong("name", fmt::format("two SMS components have a network named {}", base::quoted(name)),
                fmt::format("a name of its own for each, such as name = \"{}2\"", name));
}

void read_components(Section& top, Report& report, Config& config) {
  const auto tables = top.tables("component");
  std::map<std::string, bool> seen;
  std::set<std::string> sms_names;
  for (const toml::table* each : tables) {
    config.components.push_back(read_component(report, each));
    const Component& component = config.components.back();
    Section section(report, each, "[[component]]");
    if (!component.domain.empty() && !seen.emplace(component.domain, true).second) {
      section.wrong("domain", fmt::format("two components have the domain {}", base::quoted(component.domain)),
                    "one domain per component");
    }
    check_sms_names(report, each, component, sms_names);
    if (!component.sms.empty() && config.http.listen_host.empty() && !top.has("http")) {
      section.wrong("type", "an SMS component needs [http] for what the provider sends",
                    "a section [http] with listen = \"127.0.0.1:8643\"");
    }
  }
  if (tables.empty() && !top.has("component"))
    top.wrong("component", "there is no component", "at least one [[component]]");
}

Config read_all(Report& report, const toml::table& table) {
  Section top(report, &table, "the file");
  Config config;
  read_database(report, top.table("database"), config);
  read_log(report, top.table("log"), config);
  config.http.media_directory = config.database + "-media";
  read_http(report, top.table("http"), config.http);
  read_identd(report, top.table("identd"), config.identd);
  read_limits(report, top.table("limits"), config.limits);
  read_components(top, report, config);
  top.finish();
  return config;
}

void sort(Problems& problems) {
  std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
    return std::pair{a.line, a.column} < std::pair{b.line, b.column};
  });
}

// The rest of the line behind "=", without blanks and a comment.
std::string value_on(std::string_view line) {
  const auto equals = line.find('=');
  if (equals == line.npos) return {};
  std::string_view value = line.substr(equals + 1);
  value = value.substr(0, value.find('#'));
  const auto first = value.find_first_not_of(" \t\r");
  if (first == value.npos) return {};
  return std::string{value.substr(first, value.find_last_not_of(" \t\r") - first + 1)};
}

// What is meant by a value that is none. Empty: nobody knows.
std::string meant_by(std::string value) {
  constexpr std::string_view truths[] = {"yes", "on", "True", "TRUE"}, lies[] = {"no", "off", "False", "FALSE"};
  if (std::find(std::begin(truths), std::end(truths), value) != std::end(truths)) return "true";
  if (std::find(std::begin(lies), std::end(lies), value) != std::end(lies)) return "false";
  for (const std::string_view quote : {"\u201c", "\u201d", "\u201e", "\u2018", "\u2019", "`"}) {
    for (auto at = value.find(quote); at != value.npos; at = value.find(quote)) value.erase(at, quote.size());
  }
  if (value.starts_with('"')) value.erase(0, 1);
  if (value.empty() || value.find_first_of("\"'[]{}\\") != value.npos) return {};
  return '"' + value + '"';
}

// Most mistakes of form are texts without quotes, of which the parser says what else they could begin.
Problem explain(std::string_view text, const std::string& file, const toml::parse_error& error) {
  const auto& where = error.source().begin;
  Problem problem{file, where.line, where.column, std::string{error.description()}, "TOML 1.0 (https://toml.io)"};
  for (auto line = where.line; line > 1 && !text.empty(); --line)
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  const std::string value = value_on(text.substr(0, text.find('\n')));
  const bool is_quoted =
      value.size() > 1 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
  const std::string meant = is_quoted ? std::string{} : meant_by(value);
  if (meant.empty()) return problem;
  problem.what = fmt::format("{} is no value: a text stands in quotes", base::quoted(value));
  if (meant == "true" || meant == "false") problem.what = fmt::format("{} is no value", base::quoted(value));
  problem.instead = meant;
  return problem;
}

}  // namespace

std::string Problem::str() const {
  const std::string where = line == 0 ? file : fmt::format("{}:{}:{}", file, line, column);
  return instead.empty() ? fmt::format("{}: {}", where, what) : fmt::format("{}: {}; write {}", where, what, instead);
}

base::Result<Config, Problems> parse(std::string_view text, const std::string& file, AddressRule is_address,
                                     DefaultRules defaults) {
  Report report;
  report.file = file;
  report.is_address = is_address;
  report.defaults = defaults;
  try {
    const toml::table table = toml::parse(text, file);
    Config config = read_all(report, table);
    config.secret_files = std::move(report.secret_files);
    config.samples = std::move(report.samples);
    if (report.problems.empty()) return config;
  } catch (const toml::parse_error& error) {
    report.problems.push_back(explain(text, file, error));
  }
  sort(report.problems);
  return report.problems;
}

base::Result<Config, Problems> load(const std::string& file, AddressRule is_address, DefaultRules defaults) {
  std::ifstream in(file, std::ios::binary);
  std::error_code ignored;
  if (!in || std::filesystem::is_directory(file, ignored)) {
    return Problems{{file, 0, 0, "the file can't be read", "the path of a configuration file"}};
  }
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return parse(text, file, is_address, defaults);
}

}  // namespace config
