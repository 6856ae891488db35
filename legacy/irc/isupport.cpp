#include "legacy/irc/isupport.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

namespace irc {
namespace {

constexpr std::size_t max_tokens = 500;  // bounded memory against a server that never stops
constexpr std::size_t most_known = 64;   // for the same reason

std::string unescape(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    unsigned code = 0;
    const bool escape = value[i] == '\\' && i + 3 < value.size() && value[i + 1] == 'x';
    if (escape) {
      const char* const first = value.data() + i + 2;
      const auto [end, error] = std::from_chars(first, first + 2, code, 16);
      if (error == std::errc{} && end == first + 2) {
        out += static_cast<char>(code);
        i += 3;
        continue;
      }
    }
    out += value[i];
  }
  return out;
}

using Tokens = std::map<std::string, std::string>;

std::string token_or(const Tokens& tokens, const std::string& name, const char* otherwise) {
  const auto found = tokens.find(name);
  return found == tokens.end() ? otherwise : found->second;
}

// "(ov)@+": letters and signs.
std::pair<std::string, std::string> read_prefix(const std::string& text) {
  const auto close = text.find(')');
  if (text.empty() || text.front() != '(' || close == text.npos) return {};
  const std::string letters = text.substr(1, close - 1);
  const std::string signs = text.substr(close + 1);
  const auto count = std::min(letters.size(), signs.size());
  return {letters.substr(0, count), signs.substr(0, count)};
}

}  // namespace

std::shared_ptr<const Isupport::Facts> Isupport::read(Tokens tokens) {
  const auto facts = std::make_shared<Facts>();
  if (tokens.contains("CASEMAPPING")) facts->mapping = case_mapping(tokens["CASEMAPPING"]);
  if (tokens.contains("UTF8MAPPING") && case_mapping(tokens["UTF8MAPPING"]) == CaseMapping::unicode)
    facts->mapping = CaseMapping::unicode;
  facts->channel_types = token_or(tokens, "CHANTYPES", "#&");
  std::tie(facts->letters, facts->signs) = read_prefix(token_or(tokens, "PREFIX", "(ov)@+"));
  facts->status = token_or(tokens, "STATUSMSG", facts->signs.c_str());
  std::string_view modes = "b,k,l,imnpst";
  if (const auto said = tokens.find("CHANMODES"); said != tokens.end()) modes = said->second;
  for (std::string& each : facts->classes) {
    each = modes.substr(0, modes.find(','));
    modes.remove_prefix(std::min(each.size() + 1, modes.size()));
  }
  facts->tokens = std::move(tokens);
  facts->nick_length = facts->number("NICKLEN", 9);
  facts->line_length = facts->number("LINELEN", 512);
  facts->user_length = facts->number("USERLEN", 10);
  facts->host_length = facts->number("HOSTLEN", 63);
  return facts;
}

Isupport::Isupport() {
  static const std::shared_ptr<const Facts> nothing_said = read({});
  facts_ = nothing_said;
}

void Isupport::apply(const std::vector<std::string>& tokens) {
  Tokens all = facts_->tokens;
  for (const auto& token : tokens) {
    if (token.empty()) continue;
    if (token.front() == '-') {
      all.erase(token.substr(1));
      continue;
    }
    const auto equals = std::min(token.find('='), token.size());
    const std::string name = token.substr(0, equals);
    if (all.size() >= max_tokens && !all.contains(name)) continue;
    all[name] = unescape(std::string_view(token).substr(std::min(equals + 1, token.size())));
  }
  facts_ = read(std::move(all));
}

const std::string& Isupport::Facts::value(const std::string& token) const {
  static const std::string none;
  const auto found = tokens.find(token);
  return found == tokens.end() ? none : found->second;
}

std::size_t Isupport::Facts::number(const std::string& token, std::size_t otherwise) const {
  const std::string& text = value(token);
  std::size_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool good = error == std::errc{} && end == text.data() + text.size() && out > 0 && out <= 65536;
  return good ? out : otherwise;
}

std::string_view Isupport::without_status(std::string_view target) const {
  const auto start = target.find_first_not_of(facts_->status);
  return start != target.npos && is_channel(target.substr(start)) ? target.substr(start) : target;
}

std::optional<char> Isupport::letter_of(char sign) const {
  const auto at = prefix_signs().find(sign);
  if (at == std::string::npos) return std::nullopt;
  return prefix_letters()[at];
}

bool Isupport::takes_parameter(char letter, bool set) const {
  return is_prefix_letter(letter) || is_of_class(letter, 0) || is_of_class(letter, 1) ||
         (set && is_of_class(letter, 2));
}

std::size_t Isupport::modes() const {
  if (has("MODES") && value("MODES").empty()) return 20;
  return std::min<std::size_t>(number("MODES", 3), 20);
}

void IsupportPool::share(Isupport& isupport) {
  std::erase_if(known_, [](const auto& each) { return each.expired(); });
  for (const auto& each : known_) {
    const auto known = each.lock();
    if (known->tokens != isupport.facts_->tokens) continue;
    isupport.facts_ = known;
    return;
  }
  if (known_.size() < most_known) known_.push_back(isupport.facts_);
}

}  // namespace irc
