#include "legacy/irc/isupport.hpp"

#include <algorithm>
#include <charconv>

namespace irc {
namespace {

constexpr std::size_t max_tokens = 500;  // bounded memory against a server that never stops

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

}  // namespace

void Isupport::apply(const std::vector<std::string>& tokens) {
  for (const auto& token : tokens) {
    if (token.empty()) continue;
    if (token.front() == '-') {
      tokens_.erase(token.substr(1));
      continue;
    }
    const auto equals = std::min(token.find('='), token.size());
    const std::string name = token.substr(0, equals);
    if (tokens_.size() >= max_tokens && !tokens_.contains(name)) continue;
    tokens_[name] = unescape(std::string_view(token).substr(std::min(equals + 1, token.size())));
  }
}

std::string Isupport::value(const std::string& token) const {
  const auto found = tokens_.find(token);
  return found == tokens_.end() ? std::string{} : found->second;
}

std::size_t Isupport::number(const std::string& token, std::size_t otherwise) const {
  const std::string text = value(token);
  std::size_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool good = error == std::errc{} && end == text.data() + text.size() && out > 0 && out <= 65536;
  return good ? out : otherwise;
}

CaseMapping Isupport::mapping() const {
  return has("CASEMAPPING") ? case_mapping(value("CASEMAPPING")) : CaseMapping::rfc1459;
}

std::string Isupport::channel_types() const {
  if (has("CHANTYPES")) return value("CHANTYPES");
  return tokens_.empty() ? "#&" : "#";
}

bool Isupport::is_channel(std::string_view name) const {
  return !name.empty() && channel_types().find(name.front()) != std::string::npos;
}

std::string_view Isupport::without_status(std::string_view target) const {
  const std::string status = has("STATUSMSG") ? value("STATUSMSG") : prefix_signs();
  const auto start = target.find_first_not_of(status);
  return start != target.npos && is_channel(target.substr(start)) ? target.substr(start) : target;
}

std::pair<std::string, std::string> Isupport::prefix() const {
  if (!has("PREFIX")) return {"ov", "@+"};
  const std::string text = value("PREFIX");
  const auto close = text.find(')');
  if (text.empty() || text.front() != '(' || close == text.npos) return {};
  const std::string letters = text.substr(1, close - 1);
  const std::string signs = text.substr(close + 1);
  const auto count = std::min(letters.size(), signs.size());
  return {letters.substr(0, count), signs.substr(0, count)};
}

std::optional<char> Isupport::letter_of(char sign) const {
  const auto [letters, signs] = prefix();
  const auto at = signs.find(sign);
  if (at == signs.npos) return std::nullopt;
  return letters[at];
}

std::string Isupport::modes_of_class(std::size_t index) const {
  std::string rest = has("CHANMODES") ? value("CHANMODES") : "b,k,l,imnpst";
  for (; index > 0; --index) {
    const auto comma = rest.find(',');
    if (comma == rest.npos) return {};
    rest.erase(0, comma + 1);
  }
  return rest.substr(0, rest.find(','));
}

bool Isupport::takes_parameter(char letter, bool set) const {
  const auto in = [&](std::size_t index) { return modes_of_class(index).find(letter) != std::string::npos; };
  return is_prefix_letter(letter) || in(0) || in(1) || (set && in(2));
}

bool Isupport::is_list(char letter) const {
  return modes_of_class(0).find(letter) != std::string::npos;
}

std::size_t Isupport::modes() const {
  if (has("MODES") && value("MODES").empty()) return 20;
  return std::min<std::size_t>(number("MODES", 3), 20);
}

}  // namespace irc
