#include "legacy/sms/group.hpp"

#include <algorithm>

namespace sms {
namespace {

constexpr char separator = ',';

}  // namespace

bool Group::is_group(std::string_view text) {
  return text.find(separator) != text.npos && !Number::is_name(text);
}

base::Result<Group, Errc> Group::parse(std::string_view text, const Numbering& numbering) {
  std::vector<Number> members;
  for (const std::string& each : numbers_in(std::string(text))) {
    const auto number = Number::parse(each, numbering);
    if (!number) return number.error();
    if (number->kind() != Number::Kind::e164 || members.size() == most_members) return Errc::bad_address;
    members.push_back(*number);
  }
  return of(std::move(members));
}

base::Result<Group, Errc> Group::of(std::vector<Number> members) {
  std::sort(members.begin(), members.end(), [](const Number& a, const Number& b) { return a.str() < b.str(); });
  members.erase(std::unique(members.begin(), members.end()), members.end());
  if (members.size() < 2) return Errc::bad_address;
  std::string text;
  for (const Number& member : members) text += (text.empty() ? "" : std::string(1, separator)) + member.str();
  return Group(std::move(members), std::move(text));
}

bool Group::has(const std::string& number) const {
  return std::any_of(members_.begin(), members_.end(), [&](const Number& each) { return each.str() == number; });
}

base::Result<Group, Errc> Group::without(const std::string& number) const {
  auto others = members_;
  std::erase_if(others, [&](const Number& each) { return each.str() == number; });
  return of(std::move(others));
}

std::vector<std::string> numbers_in(const std::string& name) {
  std::vector<std::string> out;
  for (std::size_t start = 0; start <= name.size();) {
    const auto end = std::min(name.find(separator, start), name.size());
    out.push_back(name.substr(start, end - start));
    start = end + 1;
  }
  return out;
}

}  // namespace sms
