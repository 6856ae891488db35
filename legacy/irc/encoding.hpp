// Which bytes stand for which text on the wire, where a user or the operator has chosen something else than UTF-8. What
// is UTF-8 is always read as that.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/charset.hpp"
#include "legacy/adapter.hpp"

namespace irc {

class Encodings {
 public:
  // `usual`: the network's, for what is not UTF-8; windows-1252 and ISO-8859-1 are left to Message::parse(). The
  // account's fields encoding_in and encoding_out, with ":#channel" behind them for one channel, come before it. A name
  // that base::Charset does not know counts as not given.
  Encodings(const legacy::Account& account, const std::string& usual);

  // A line that is not UTF-8, with what has a charset of its own turned into UTF-8: everything but its tags.
  std::string read(std::string_view line) const;
  // Whether write() may change anything.
  bool writes() const { return out_.has_value() || !channel_out_.empty(); }
  // A line of ours, as the server is to get it.
  std::string write(std::string line) const;

  // Whether the account has a say in it.
  static bool are_set(const legacy::Account& account);
  // The first name among the account's fields that can't be used; empty when there is none.
  static std::string find_unknown(const legacy::Account& account);

 private:
  using Channels = std::map<std::string, base::Charset, std::less<>>;
  static const base::Charset* find(std::string_view line, const Channels& channels,
                                   const std::optional<base::Charset>& otherwise);

  std::optional<base::Charset> in_, out_;
  Channels channel_in_, channel_out_;
};

}  // namespace irc
