// Who has asked one of our numbers for no more texts, and the words by which people do that. One record for each:
// stop/<our number>/<theirs>, which stays with the number when its user changes. Where the provider holds it as well it
// is not ours to lift.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "legacy/adapter.hpp"

namespace sms {

enum class Keyword { none, stop, start, help };

// The words that carriers and providers know, alone in a text, in any case: STOP, STOPALL, UNSUBSCRIBE, CANCEL, END,
// QUIT, REVOKE, OPTOUT, OPT OUT; START, UNSTOP, YES; HELP, INFO. `exact`: with nothing but blanks around them, as
// providers take them; else "Stop." and "opt-out" are such words, too.
Keyword keyword_of(std::string_view text, bool exact = false);

class OptOuts {
 public:
  explicit OptOuts(legacy::State& records) : records_(records) {}

  bool is_out(const std::string& number, const std::string& sender) const;
  // The provider would refuse our texts, too, until START comes.
  bool is_held(const std::string& number, const std::string& sender) const;
  // False: it was so already.
  bool stop(const std::string& number, const std::string& sender, base::WallTime now, bool is_held);
  bool start(const std::string& number, const std::string& sender);
  // Who has stopped that number of ours.
  std::vector<std::string> senders(const std::string& number) const;

 private:
  legacy::State& records_;
};

}  // namespace sms
