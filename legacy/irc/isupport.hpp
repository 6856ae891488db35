// What a server says about itself in 005 (ISUPPORT), with the defaults for one that says nothing.
// modern.ircdocs.horse "RPL_ISUPPORT parameters"; defaults as spec/xmpp-irc.md section 1.1.
// Copies are cheap: what was said is shared by those who have heard the same.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "legacy/irc/casemap.hpp"

namespace irc {

class Isupport {
 public:
  Isupport();

  // One 005 line without its first parameter (our nick) and its last (the text for people).
  void apply(const std::vector<std::string>& tokens);
  bool has(const std::string& token) const { return facts_->tokens.contains(token); }
  const std::string& value(const std::string& token) const { return facts_->value(token); }
  // A number within sane bounds, or `otherwise`.
  std::size_t number(const std::string& token, std::size_t otherwise) const { return facts_->number(token, otherwise); }

  CaseMapping mapping() const { return facts_->mapping; }
  // Nothing was said yet about CHANTYPES: # and & are both possible.
  const std::string& channel_types() const { return facts_->channel_types; }
  bool is_channel(std::string_view name) const {
    return !name.empty() && channel_types().find(name.front()) != std::string::npos;
  }
  // "@#chan" (STATUSMSG) without its prefix, everything else as it is.
  std::string_view without_status(std::string_view target) const;

  // PREFIX, highest rank first: letters "ov" and signs "@+", of equal length.
  const std::string& prefix_letters() const { return facts_->letters; }
  const std::string& prefix_signs() const { return facts_->signs; }
  std::optional<char> letter_of(char sign) const;
  bool is_prefix_letter(char letter) const { return prefix_letters().find(letter) != std::string::npos; }
  // Whether this letter in a MODE line takes a parameter; lists (A) and keys (B) always, limits (C) when set.
  bool takes_parameter(char letter, bool set) const;
  bool is_list(char letter) const { return is_of_class(letter, 0); }

  std::size_t nick_length() const { return facts_->nick_length; }
  // How many letters with a parameter one MODE line may have; "MODES" without a value means no limit.
  std::size_t modes() const;
  std::size_t line_length() const { return facts_->line_length; }
  std::size_t user_length() const { return facts_->user_length; }
  std::size_t host_length() const { return facts_->host_length; }

 private:
  friend class IsupportPool;
  struct Facts {
    const std::string& value(const std::string& token) const;
    std::size_t number(const std::string& token, std::size_t otherwise) const;

    std::map<std::string, std::string> tokens;
    // Read from the tokens, because they are asked for with every line.
    CaseMapping mapping = CaseMapping::rfc1459;
    std::string channel_types, letters, signs, status;
    std::array<std::string, 3> classes;  // CHANMODES: lists, keys, limits
    std::size_t nick_length = 0, line_length = 0, user_length = 0, host_length = 0;
  };
  static std::shared_ptr<const Facts> read(std::map<std::string, std::string> tokens);
  bool is_of_class(char letter, std::size_t index) const {
    return facts_->classes[index].find(letter) != std::string::npos;
  }

  std::shared_ptr<const Facts> facts_;
};

// Where the sessions of one network find that another has heard the same. Loop thread only.
class IsupportPool {
 public:
  void share(Isupport& isupport);

 private:
  std::vector<std::weak_ptr<const Isupport::Facts>> known_;
};

}  // namespace irc
