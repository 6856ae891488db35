#include "legacy/irc/nick_choice.hpp"

#include <algorithm>
#include <cctype>

#include "base/utf8.hpp"
#include "legacy/irc/names.hpp"

namespace irc {
namespace {

constexpr std::size_t classic_length = 9;  // COMPAT(ngIRCd): nobody else is so strict
constexpr std::size_t usual_length = 30;
constexpr std::size_t forms = 5;  // of which the first 2 may be longer than a classic nick

std::string letters_of(std::string_view nick) {
  std::string out;
  for (const char c : nick) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_letter = byte < 0x80 && std::isalpha(byte) != 0;
    const bool is_digit = byte < 0x80 && std::isdigit(byte) != 0 && !out.empty();
    if (is_letter || is_digit) out += c;
  }
  return out;
}

}  // namespace

NickChoice::NickChoice(std::string wish, std::vector<std::string> others, std::string last)
    : first_(wish), wish_(std::move(wish)), last_(std::move(last)), others_(std::move(others)), length_(usual_length) {}

std::optional<std::string> NickChoice::next(Refusal why) {
  const bool is_of_others = turn_ > 0 && turn_ <= others_.size();
  if (why == Refusal::taken || is_of_others) return next_name();
  return next_form();
}

std::optional<std::string> NickChoice::next_name() {
  const std::size_t turn = turn_++;
  std::string name = turn < others_.size() ? others_[turn] : alternative_nick(wish_, turn - others_.size(), length_);
  return name.empty() ? std::nullopt : std::optional(std::move(name));
}

// Each is more modest than the one before it.
std::string NickChoice::form(std::size_t index) const {
  const std::string classic = classic_nick(first_);
  switch (index) {
    case 1: return std::string(base::utf8_prefix(first_, usual_length));
    case 2: return classic.substr(0, usual_length);
    case 3: return classic.substr(0, classic_length);
    case 4: return letters_of(classic).substr(0, classic_length);
    default: return classic_nick(last_).substr(0, classic_length);
  }
}

std::optional<std::string> NickChoice::next_form() {
  refused_.push_back(wish_);
  while (++form_ <= forms) {
    const bool may_be_reserved = form_ == forms && !is_varied_ && classic_nick(first_) == first_;
    if (may_be_reserved) {
      is_varied_ = true;
      --form_;
      return alternative_nick(wish_, 0, length_);
    }
    const std::string name = form(form_);
    if (name.empty() || std::find(refused_.begin(), refused_.end(), name) != refused_.end()) continue;
    if (form_ > 2) length_ = classic_length;
    wish_ = name;
    return name;
  }
  return std::nullopt;
}

}  // namespace irc
