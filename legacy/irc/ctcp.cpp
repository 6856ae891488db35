#include "legacy/irc/ctcp.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <cctype>

#include "legacy/irc/casemap.hpp"
#include "legacy/irc/message.hpp"

namespace irc {
namespace {

std::string version_text() {
  return "wherry " WHERRY_VERSION;
}

}  // namespace

std::optional<Ctcp> parse_ctcp(std::string_view text) {
  if (text.size() < 2 || text.front() != '\x01') return std::nullopt;
  text.remove_prefix(1);
  text = text.substr(0, text.find('\x01'));
  const auto space = std::min(text.find(' '), text.size());
  Ctcp out;
  out.command = text.substr(0, space);
  out.text = text.substr(std::min(space + 1, text.size()));
  std::transform(out.command.begin(), out.command.end(), out.command.begin(),
                 [](unsigned char c) { return std::toupper(c); });
  return out;
}

std::string format_ctcp(std::string_view command, std::string_view text) {
  std::string out = "\x01" + std::string(command);
  if (!text.empty()) out += ' ' + std::string(text);
  return out + '\x01';
}

std::optional<Ctcp> ctcp_answer(const Ctcp& request, base::WallTime now) {
  const std::string& command = request.command;
  if (command == "VERSION") return Ctcp{command, version_text()};
  if (command == "PING") return Ctcp{command, request.text.substr(0, 200)};
  if (command == "TIME") {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
    return Ctcp{command, fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", seconds)};
  }
  if (command == "CLIENTINFO") return Ctcp{command, "ACTION CLIENTINFO PING TIME VERSION"};
  if (command == "DCC") return Ctcp{"ERRMSG", "DCC not supported"};
  return std::nullopt;
}

// "SEND name address port size", the name in quotes where it has spaces.
std::string describe_dcc(std::string_view offer) {
  const auto kind = offer.substr(0, std::min(offer.find(' '), offer.size()));
  if (same(kind, "CHAT", CaseMapping::ascii)) return "a chat";
  if (!same(kind, "SEND", CaseMapping::ascii) && !same(kind, "SSEND", CaseMapping::ascii)) return "something";
  std::string_view rest = offer.substr(std::min(kind.size() + 1, offer.size()));
  const bool is_quoted = rest.starts_with('"') && rest.find('"', 1) != rest.npos;
  if (is_quoted) rest.remove_prefix(1);
  const std::string_view name = rest.substr(0, std::min(rest.find(is_quoted ? '"' : ' '), rest.size()));
  rest.remove_prefix(name.size());
  if (is_quoted) rest.remove_prefix(1);
  const auto fields = words(rest);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool has_size = fields.size() > 2 && std::all_of(fields[2].begin(), fields[2].end(), is_digit);
  return "the file " + std::string(name) + (has_size ? " (" + fields[2] + " bytes)" : "");
}

bool CtcpLimit::take(base::Clock::time_point now) {
  while (!answered_.empty() && now - answered_.front() >= std::chrono::seconds(10)) answered_.pop_front();
  if (answered_.size() >= 3) return false;
  answered_.push_back(now);
  return true;
}

}  // namespace irc
