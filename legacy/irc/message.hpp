// One line of IRC: tags, source, command, parameters. Parsing never fails half-way: a line is a Message or an error.
// RFC 1459 2.3.1, IRCv3 message-tags. Ownership: a Message owns its strings; all of them are valid UTF-8 without
// CR, LF and NUL. Limits: 8191 bytes of tags and 512 of the rest, with CRLF.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "legacy/irc/format.hpp"

namespace irc {

inline constexpr std::size_t max_tags = 8191;
inline constexpr std::size_t max_line = 512;
inline constexpr std::size_t max_params = 64;  // bounded memory; servers send at most 15

enum class MessageError {
  empty,        // nothing, or nothing but spaces
  no_command,   // tags or a source, and then nothing
  bad_command,  // the command is neither letters nor three digits
  too_long,     // more than a server may send
};

// Who a line comes from: a person (nick, user, host) or a server (its name stands in nick).
struct Source {
  std::string nick;
  std::string user;
  std::string host;

  static Source parse(std::string_view text);
  bool is_server() const { return user.empty() && host.empty() && nick.find('.') != std::string::npos; }
  std::string address() const { return user.empty() || host.empty() ? std::string{} : user + "@" + host; }
};

struct Message {
  std::map<std::string, std::string, std::less<>> tags;  // values unescaped
  Source source;
  std::string command;  // upper case
  std::vector<std::string> params;

  // `line` is without CRLF. Parts that aren't UTF-8 are read in `charset`.
  static base::Result<Message, MessageError> parse(std::string_view line, Charset charset = Charset::windows1252);

  // The parameter, or an empty string where there is none: servers leave out what the RFC promises.
  const std::string& param(std::size_t index) const;
  const std::string& last() const { return params.empty() ? param(0) : params.back(); }
  std::string tag(std::string_view name) const;
  bool is_numeric() const { return command[0] >= '0' && command[0] <= '9'; }
};

std::string unescape_tag(std::string_view value);
std::string escape_tag(std::string_view value);

// CR, LF and NUL never reach the wire inside a parameter: this removes them.
std::string wire_safe(std::string_view text);
// Whether it can stand in the middle of a line: not empty, no space or control, no colon at the start.
bool is_middle(std::string_view text);

// "COMMAND a b" from parameters that are is_middle().
std::string command_line(std::string_view command, std::initializer_list<std::string_view> params);
std::string command_line(std::string_view command, const std::vector<std::string>& params);
// "COMMAND a b :text"; text is made wire_safe here.
std::string text_line(std::string_view command, std::initializer_list<std::string_view> params, std::string_view text);

// The parameters from `first` to before `end`, with spaces between.
std::string joined_words(const Message& message, std::size_t first, std::size_t end = max_params);

// What stands between spaces.
std::vector<std::string> words(std::string_view text);

}  // namespace irc
