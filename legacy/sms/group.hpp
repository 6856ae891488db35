// Who is in a group text besides the user himself: their numbers, each once and sorted, joined by commas. That text is
// the group's name in addresses and the name under which its texts wait to be sent.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "legacy/sms/number.hpp"

namespace sms {

class Group {
 public:
  static constexpr std::size_t most_members = 50;  // in a name; what may be sent to is the provider's affair

  // Whether that is written as a group: several names, none of which has a letter.
  static bool is_group(std::string_view text);
  // bad_address: fewer than two different numbers, too many, or one that is none of E.164. emergency_number.
  static base::Result<Group, Errc> parse(std::string_view text, const Numbering& numbering);

  const std::string& str() const noexcept { return text_; }
  const std::vector<Number>& members() const noexcept { return members_; }
  bool has(const std::string& number) const;
  // bad_address: that leaves one alone.
  base::Result<Group, Errc> without(const std::string& number) const;

 private:
  static base::Result<Group, Errc> of(std::vector<Number> members);
  Group(std::vector<Number> members, std::string text) : members_(std::move(members)), text_(std::move(text)) {}

  std::vector<Number> members_;
  std::string text_;
};

// The numbers in the name of a recipient: one, or those of a group.
std::vector<std::string> numbers_in(const std::string& name);

}  // namespace sms
