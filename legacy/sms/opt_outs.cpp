#include "legacy/sms/opt_outs.hpp"

#include <algorithm>
#include <array>

#include "legacy/sms/records.hpp"

namespace sms {
namespace {

struct Word {
  std::string_view text;
  Keyword meaning;
};
constexpr std::array words{
    Word{"STOP", Keyword::stop},   Word{"STOPALL", Keyword::stop}, Word{"UNSUBSCRIBE", Keyword::stop},
    Word{"CANCEL", Keyword::stop}, Word{"END", Keyword::stop},     Word{"QUIT", Keyword::stop},
    Word{"START", Keyword::start}, Word{"UNSTOP", Keyword::start}, Word{"YES", Keyword::start},
    Word{"HELP", Keyword::help},   Word{"INFO", Keyword::help}};

std::string key_of(const std::string& number, const std::string& sender) {
  return "stop/" + number + "/" + sender;
}

}  // namespace

Keyword keyword_of(std::string_view text) {
  constexpr std::string_view around = " \t\r\n.!\"'";
  const auto first = text.find_first_not_of(around);
  if (first == text.npos) return Keyword::none;
  std::string word{text.substr(first, text.find_last_not_of(around) - first + 1)};
  std::transform(word.begin(), word.end(), word.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  const auto* const found =
      std::find_if(words.begin(), words.end(), [&](const Word& each) { return each.text == word; });
  return found == words.end() ? Keyword::none : found->meaning;
}

bool OptOuts::is_out(const std::string& number, const std::string& sender) const {
  return records_.load(key_of(number, sender)).has_value();
}

bool OptOuts::stop(const std::string& number, const std::string& sender, base::WallTime now) {
  if (is_out(number, sender)) return false;
  boost::json::object record;
  record["since"] = to_millis(now);
  save_record(records_, key_of(number, sender), record);
  return true;
}

bool OptOuts::start(const std::string& number, const std::string& sender) {
  if (!is_out(number, sender)) return false;
  records_.erase(key_of(number, sender));
  return true;
}

}  // namespace sms
