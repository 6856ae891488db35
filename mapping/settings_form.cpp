// The forms of settings: one table of fields per scope.
#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "base/utf8.hpp"
#include "mapping/settings.hpp"

namespace mapping {

using component::dataform::Field;
using component::dataform::Submission;

namespace {

constexpr std::size_t longest_value = 512;
constexpr std::size_t longest_secret = 1000;
constexpr std::size_t most_lines = 50;
constexpr std::string_view forget_var = "forget_passwords";

enum class Kind { flag, number, text, lines, list, secret, tristate };

struct Choice {
  std::string_view var;    // in the form
  std::string_view field;  // as it is kept; for an adapter, the name in legacy::Account
  Kind kind;
  std::string_view label, desc;
  bool is_live = false;  // counts without a new session
};

// What no operator chooses for all users and networks.
constexpr std::string_view ones_own[] = {"ports",   "tls_ports", "verify_cert", "fingerprint", "address",
                                         "account", "nick",      "nicks",       "username"};

constexpr std::string_view history_desc =
    "Messages shown on joining, where the client does not say how many. At most 50.";

constexpr std::string_view hold_desc =
    "What you write while the network is away waits for it, a minute at most. No: you are told at once that it was not "
    "sent.";

constexpr std::string_view modes_desc = "Tell quietly of bans, keys and other modes; ranks are seen without.";

constexpr std::array gateway_choices{
    Choice{"max_history_length", "max_history_length", Kind::number, "Max history length", history_desc, true},
    Choice{"record_history", "record_history", Kind::flag, "Record history", "Keep what is said in rooms.", true},
    Choice{"persistent", "persistent", Kind::flag, "Make all channels persistent",
           "Stay in channels on IRC while no client of yours is in them.", true},
    Choice{"hold_texts", "hold_texts", Kind::flag, "Hold messages during outages", hold_desc, true},
    Choice{"mode_changes", "mode_changes", Kind::flag, "Show mode changes", modes_desc, true},
};

constexpr std::array network_choices{
    Choice{"ports", "ports", Kind::list, "Ports",
           "Without TLS; not used where TLS ports are chosen. Empty: as the gateway is configured."},
    Choice{"tls_ports", "tls_ports", Kind::list, "TLS ports", "Empty: as the gateway is configured."},
    Choice{"verify_cert", "verify_cert", Kind::flag, "Verify certificate", "No: any certificate is taken."},
    Choice{"fingerprint", "fingerprint", Kind::text, "SHA-256 fingerprint of the TLS certificate to trust",
           "In hexadecimal. Only a server with this certificate is trusted then."},
    Choice{"address", "address", Kind::text, "Address", "The gateway's operator chooses it: leave this empty."},
    Choice{"pass", "pass", Kind::secret, "Server password", "Sent with PASS. Empty: stays as it is."},
    Choice{"sasl_password", "password", Kind::secret, "SASL password", "To log in with. Empty: stays as it is."},
    Choice{"account", "username", Kind::text, "Account", "To log in with, where it differs from the nickname."},
    Choice{"after_connect_commands", "after_connect", Kind::lines, "After-connection IRC commands",
           "Raw lines, sent in this order once you are connected and before channels are joined."},
    Choice{"nick", "nick", Kind::text, "Nickname", "Used instead of the one that you join a channel with."},
    Choice{"nicks", "nicks", Kind::text, "Other nicknames", "Tried when yours is taken; with spaces between them."},
    Choice{"username", "ident", Kind::text, "Username", "The part before the @ of your address on IRC."},
    Choice{"realname", "realname", Kind::text, "Realname", "What others see in a WHOIS."},
    Choice{"throttle_limit", "throttle_limit", Kind::number, "Throttle limit",
           "Lines sent at once before they are slowed down to one a second; -1: no limit."},
    Choice{"encoding_in", "encoding_in", Kind::text, "In encoding", "How to read what is not UTF-8."},
    Choice{"encoding_out", "encoding_out", Kind::text, "Out encoding", "How to write; empty: UTF-8."},
    Choice{"max_history_length", "max_history_length", Kind::number, "Max history length", history_desc, true},
    Choice{"persistent", "persistent", Kind::flag, "Make all channels persistent",
           "Stay in this network's channels while no client of yours is in them.", true},
    Choice{"hold_texts", "hold_texts", Kind::flag, "Hold messages during outages", hold_desc, true},
    Choice{"mode_changes", "mode_changes", Kind::flag, "Show mode changes", modes_desc, true},
    Choice{"motd", "motd", Kind::flag, "Show the greeting",
           "Show what the network says on connecting, such as its message of the day. Write MOTD to read it once."},
    Choice{"xhtml", "xhtml", Kind::flag, "XHTML-IM", "Show colours and other formatting as XHTML-IM, too."},
    Choice{"convert_styling", "convert_styling", Kind::flag, "Convert styling",
           "Turn *bold* and _italic_ that you type into IRC's formatting."},
    Choice{"continue_without_login", "continue_without_login", Kind::flag, "Continue without login",
           "Connect also when the network refuses the password."},
};

constexpr std::array room_choices{
    Choice{"encoding_in", "encoding_in", Kind::text, "In encoding", "How to read what is not UTF-8 in this channel."},
    Choice{"encoding_out", "encoding_out", Kind::text, "Out encoding", "How to write to this channel; empty: UTF-8."},
    Choice{"record_history", "record_history", Kind::tristate, "Record history",
           "Keep what is said here; unset: as chosen at the gateway.", true},
    Choice{"persistent", "persistent", Kind::flag, "Persistent",
           "Stay in this channel on IRC while no client of yours is in it.", true},
    Choice{"mode_changes", "mode_changes", Kind::flag, "Show mode changes", modes_desc, true},
};

std::span<const Choice> choices_of(Scope scope) {
  switch (scope) {
    case Scope::gateway: return gateway_choices;
    case Scope::network: return network_choices;
    case Scope::room: return room_choices;
  }
  return {};
}

std::string_view type_of(Kind kind) {
  switch (kind) {
    case Kind::flag: return "boolean";
    case Kind::lines:
    case Kind::list: return "text-multi";
    case Kind::secret: return "text-private";
    case Kind::tristate: return "list-single";
    default: return "text-single";
  }
}

// What holds where nothing is chosen is shown, and chosen by nobody who leaves it as it is.
bool has_default(Kind kind) {
  return kind != Kind::secret && kind != Kind::tristate;
}

// What separates several values where they are kept as one.
char separator(Kind kind) {
  return kind == Kind::lines ? '\n' : ';';
}

bool has_several(Kind kind) {
  return kind == Kind::lines || kind == Kind::list;
}

std::string value_of(const Settings& settings, std::string_view field) {
  const auto found = settings.find(std::string{field});
  return found == settings.end() ? std::string{} : found->second;
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> out;
  for (std::size_t start = 0; start <= text.size() && !text.empty();) {
    const auto end = std::min(text.find(at, start), text.size());
    if (end > start) out.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return out;
}

std::string trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t");
  if (from == text.npos) return {};
  return std::string{text.substr(from, text.find_last_not_of(" \t") - from + 1)};
}

bool is_one_line(std::string_view text, std::size_t most = longest_value) {
  return base::is_utf8(text) && text.size() <= most && std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) < ' ' || c == 0x7f;
         });
}

bool is_number(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number >= -1 && number <= 100'000;
}

// What a field says: the value as it is kept (empty: nothing is chosen), or what is wrong with it.
struct Reading {
  std::string value;
  std::string problem = {};
};

Reading wrong(const Choice& choice, const char* why) {
  return {{}, std::string{choice.label} + ": " + why};
}

constexpr const char* not_a_line = "one line of at most 512 bytes.";
constexpr const char* not_a_secret = "one line of at most 1000 bytes.";

Reading read_several(const Choice& choice, const Submission& form) {
  const auto all = form.all.find(std::string{choice.var});
  const std::vector<std::string> values = all == form.all.end() ? std::vector<std::string>{} : all->second;
  if (values.size() > most_lines) return wrong(choice, "at most 50 lines.");
  std::string joined;
  for (const std::string& value : values) {
    const std::string line = trimmed(value);
    if (!is_one_line(line) || (choice.kind == Kind::list && line.find(';') != line.npos)) {
      return wrong(choice, not_a_line);
    }
    if (line.empty()) continue;
    if (!joined.empty()) joined += separator(choice.kind);
    joined += line;
  }
  return {std::move(joined)};
}

Reading read_truth(const Choice& choice, const std::string& value) {
  if (value == "1" || value == "true") return {"true"};
  if (value == "0" || value == "false") return {"false"};
  if (value.empty() || value == "unset") return {{}};
  return wrong(choice, "true or false.");
}

Reading read(const Choice& choice, const Submission& form) {
  if (has_several(choice.kind)) return read_several(choice, form);
  const std::string given = form.value(std::string{choice.var});
  const std::string value = choice.kind == Kind::secret ? given : trimmed(given);
  if (choice.kind == Kind::secret && !is_one_line(value, longest_secret)) return wrong(choice, not_a_secret);
  if (choice.kind != Kind::secret && !is_one_line(value)) return wrong(choice, not_a_line);
  switch (choice.kind) {
    case Kind::flag:
    case Kind::tristate: return read_truth(choice, value);
    case Kind::number: return {is_number(value) ? value : std::string{}};
    default: return {value};
  }
}

Field field_of(const Choice& choice, const Settings& kept, const Settings& inherited) {
  Field field{std::string{choice.var}, std::string{type_of(choice.kind)}, std::string{choice.label}, {}, false,
              std::string{choice.desc}};
  if (choice.kind == Kind::secret) return field;
  std::string value = value_of(kept, choice.field);
  if (value.empty() && has_default(choice.kind)) value = value_of(inherited, choice.field);
  if (has_several(choice.kind)) {
    field.values = split(value, separator(choice.kind));
    return field;
  }
  if (choice.kind == Kind::flag && value.empty()) value = "false";
  if (choice.kind == Kind::tristate) {
    if (value.empty()) value = "unset";
    field.options = {{"As chosen at the gateway", "unset"}, {"Yes", "true"}, {"No", "false"}};
  }
  field.value = std::move(value);
  return field;
}

bool is_secret(const Choice& choice) {
  return choice.kind == Kind::secret;
}

}  // namespace

std::vector<Field> settings_fields(Scope scope, const Settings& kept, const Settings& inherited) {
  std::vector<Field> fields;
  bool has_secret = false;
  for (const Choice& choice : choices_of(scope)) {
    fields.push_back(field_of(choice, kept, inherited));
    has_secret = has_secret || (is_secret(choice) && kept.contains(std::string{choice.field}));
  }
  if (has_secret) fields.push_back({std::string{forget_var}, "boolean", "Forget the passwords kept here", "false"});
  return fields;
}

base::Result<Settings, std::string> read_settings(Scope scope, const Submission& form, const Settings& kept,
                                                  const Settings& inherited) {
  Settings out = kept;
  const std::string forget = form.value(std::string{forget_var});
  for (const Choice& choice : choices_of(scope)) {
    const std::string field{choice.field};
    if (is_secret(choice) && (forget == "1" || forget == "true")) out.erase(field);
    if (!form.has(std::string{choice.var})) continue;
    Reading reading = read(choice, form);
    std::string& value = reading.value;
    if (choice.var == "address" && !value.empty()) reading = wrong(choice, "the gateway's operator chooses it.");
    if (!reading.problem.empty()) return reading.problem;
    if (value.empty() && is_secret(choice)) continue;
    const std::string usual = value_of(inherited, field);
    const bool is_default = choice.kind == Kind::flag ? value == (usual == "true" ? "true" : "false")
                                                      : has_default(choice.kind) && value == usual;
    if (value.empty() || is_default) {
      out.erase(field);
    } else {
      out[field] = std::move(value);
    }
  }
  return out;
}

std::vector<std::string> names_of_defaults() {
  std::vector<std::string> names;
  for (const auto& scope : {std::span<const Choice>(gateway_choices), std::span<const Choice>(network_choices)}) {
    for (const Choice& choice : scope) {
      const std::string name{choice.var};
      const bool is_own = choice.kind == Kind::secret ||
                          std::find(std::begin(ones_own), std::end(ones_own), name) != std::end(ones_own);
      if (!is_own && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

base::Result<std::pair<std::string, std::string>, std::string> default_setting(const std::string& name,
                                                                               const std::vector<std::string>& values) {
  using Kept = std::pair<std::string, std::string>;
  for (const auto& scope : {std::span<const Choice>(gateway_choices), std::span<const Choice>(network_choices)}) {
    const auto choice = std::find_if(scope.begin(), scope.end(), [&](const Choice& each) { return each.var == name; });
    if (choice == scope.end()) continue;
    if (!has_several(choice->kind) && values.size() != 1) return std::string{choice->label} + ": one value.";
    Submission form{"submit", {{name, values.empty() ? std::string{} : values.front()}}};
    form.all[name] = values;
    const Reading reading = read(*choice, form);
    if (!reading.problem.empty()) return reading.problem;
    if (choice->kind == Kind::number && reading.value.empty()) return std::string{choice->label} + ": a number.";
    return Kept{std::string{choice->field}, reading.value};
  }
  return std::string{"there is no such setting"};
}

std::string remark_on(const Settings& chosen) {
  if (value_of(chosen, "ports").empty() || value_of(chosen, "tls_ports").empty()) return {};
  return "The ports without TLS are not used, as there are TLS ports.";
}

bool needs_new_session(const Settings& before, const Settings& after) {
  const auto matters = [&](const Choice& choice) {
    return !choice.is_live && value_of(before, choice.field) != value_of(after, choice.field);
  };
  return std::any_of(network_choices.begin(), network_choices.end(), matters) ||
         std::any_of(room_choices.begin(), room_choices.end(), matters);
}

}  // namespace mapping
