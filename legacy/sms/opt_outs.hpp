// Who has asked one of our numbers for no more texts, and the words by which people do that. One record for each:
// stop/<our number>/<theirs>, which stays with the number when its user changes.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "legacy/adapter.hpp"

namespace sms {

enum class Keyword { none, stop, start, help };

// The words that carriers know, alone in a text, in any case: STOP, STOPALL, UNSUBSCRIBE, CANCEL, END, QUIT; START,
// UNSTOP, YES; HELP, INFO.
Keyword keyword_of(std::string_view text);

class OptOuts {
 public:
  explicit OptOuts(legacy::State& records) : records_(records) {}

  bool is_out(const std::string& number, const std::string& sender) const;
  // False: it was so already.
  bool stop(const std::string& number, const std::string& sender, base::WallTime now);
  bool start(const std::string& number, const std::string& sender);

 private:
  legacy::State& records_;
};

}  // namespace sms
