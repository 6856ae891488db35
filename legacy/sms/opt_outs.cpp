#include "legacy/sms/opt_outs.hpp"

#include <algorithm>
#include <array>
#include <utility>

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
    Word{"REVOKE", Keyword::stop}, Word{"OPTOUT", Keyword::stop},  Word{"OPT OUT", Keyword::stop},
    Word{"START", Keyword::start}, Word{"UNSTOP", Keyword::start}, Word{"YES", Keyword::start},
    Word{"HELP", Keyword::help},   Word{"INFO", Keyword::help}};

std::string key_of(const std::string& number, const std::string& sender) {
  return "stop/" + number + "/" + sender;
}

// In capitals, with one blank between words and nothing around them; `between` are signs that separate words.
std::string plain_words(std::string_view text, std::string_view between) {
  std::string out;
  bool is_apart = false;
  for (const char c : text) {
    if (between.find(c) != between.npos) {
      is_apart = !out.empty();
      continue;
    }
    if (std::exchange(is_apart, false)) out += ' ';
    out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

}  // namespace

Keyword keyword_of(std::string_view text, bool exact) {
  const std::string word = exact ? plain_words(text, " \t\r\n") : plain_words(text, " \t\r\n.!?,;:\"'-");
  const auto* const found =
      std::find_if(words.begin(), words.end(), [&](const Word& each) { return each.text == word; });
  return found == words.end() ? Keyword::none : found->meaning;
}

bool OptOuts::is_out(const std::string& number, const std::string& sender) const {
  return records_.load(key_of(number, sender)).has_value();
}

bool OptOuts::is_held(const std::string& number, const std::string& sender) const {
  const auto record = load_record(records_, key_of(number, sender));
  return record && number_of(*record, "held") != 0;
}

bool OptOuts::stop(const std::string& number, const std::string& sender, base::WallTime now, bool is_held) {
  const bool is_new = !is_out(number, sender);
  if (!is_new && (!is_held || this->is_held(number, sender))) return false;
  boost::json::object record;
  record["since"] = to_millis(now);
  record["held"] = is_held ? 1 : 0;
  save_record(records_, key_of(number, sender), record);
  return is_new;
}

std::vector<std::string> OptOuts::senders(const std::string& number) const {
  const std::string prefix = key_of(number, {});
  std::vector<std::string> out;
  for (const auto& [key, value] : records_.list(prefix)) out.push_back(key.substr(prefix.size()));
  return out;
}

bool OptOuts::start(const std::string& number, const std::string& sender) {
  if (!is_out(number, sender)) return false;
  records_.erase(key_of(number, sender));
  return true;
}

}  // namespace sms
