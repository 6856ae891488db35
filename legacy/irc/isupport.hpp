// What a server says about itself in 005 (ISUPPORT), with the defaults for one that says nothing.
// modern.ircdocs.horse "RPL_ISUPPORT parameters"; defaults as spec/xmpp-irc.md section 1.1.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "legacy/irc/casemap.hpp"

namespace irc {

class Isupport {
 public:
  // One 005 line without its first parameter (our nick) and its last (the text for people).
  void apply(const std::vector<std::string>& tokens);
  // Nothing was said yet about CHANTYPES: # and & are both possible.
  bool has(const std::string& token) const { return tokens_.contains(token); }
  std::string value(const std::string& token) const;
  // A number within sane bounds, or `otherwise`.
  std::size_t number(const std::string& token, std::size_t otherwise) const;

  CaseMapping mapping() const;
  std::string channel_types() const;
  bool is_channel(std::string_view name) const;
  // "@#chan" (STATUSMSG) without its prefix, everything else as it is.
  std::string_view without_status(std::string_view target) const;

  // PREFIX, highest rank first: letters "ov" and signs "@+", of equal length.
  std::string prefix_letters() const { return prefix().first; }
  std::string prefix_signs() const { return prefix().second; }
  std::optional<char> letter_of(char sign) const;
  bool is_prefix_letter(char letter) const { return prefix_letters().find(letter) != std::string::npos; }
  // Whether this letter in a MODE line takes a parameter; lists (A) and keys (B) always, limits (C) when set.
  bool takes_parameter(char letter, bool set) const;
  bool is_list(char letter) const;

  std::size_t nick_length() const { return number("NICKLEN", 9); }
  // How many letters with a parameter one MODE line may have; "MODES" without a value means no limit.
  std::size_t modes() const;
  std::size_t line_length() const { return number("LINELEN", 512); }

 private:
  std::pair<std::string, std::string> prefix() const;
  std::string modes_of_class(std::size_t index) const;

  std::map<std::string, std::string> tokens_;
};

}  // namespace irc
