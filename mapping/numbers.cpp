#include "mapping/numbers.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/crypto.hpp"
#include "base/milliseconds.hpp"

namespace mapping {

namespace {

const std::string prefix = "rest/";
const std::string nobody = "-";  // is no user's mark

std::string whose_mark(const std::string& user) {
  return base::to_hex(base::sha256(user));
}

std::string day_of(base::WallTime time) {
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(base::WallTime::clock::to_time_t(time)));
}

}  // namespace

// No network can have a name with a slash, so its records and these never meet.
Numbers::Numbers(Store& store, std::string domain, NumberRules rules)
    : store_(store),
      domain_(std::move(domain)),
      rules_(std::move(rules)),
      records_(store.state_for({}, domain_, "/numbers")) {}

bool Numbers::believes(const std::string& user) const {
  const auto& known = rules_.believed;
  return !known || known->contains(user) || known->contains(user.substr(user.find('@') + 1));
}

std::map<std::string, std::string> Numbers::owners() const {
  std::map<std::string, std::string> out;
  for (const Registration& each : store_.registrations(domain_)) {
    const auto number = each.fields.find("number");
    if (number != each.fields.end() && !each.fields.contains("provider")) out.emplace(number->second, each.user);
  }
  return out;
}

std::string Numbers::owner(const std::string& number) const {
  const auto all = owners();
  const auto found = all.find(number);
  return found == all.end() ? std::string{} : found->second;
}

bool Numbers::is_listed(const std::string& number) const {
  return std::find(rules_.numbers.begin(), rules_.numbers.end(), number) != rules_.numbers.end();
}

std::optional<Numbers::Rest> Numbers::rest_of(const std::string& number, base::WallTime now) const {
  const auto kept = records_->load(prefix + number);
  if (!kept) return {};
  std::int64_t millis = 0;
  const auto blank = std::min(kept->find(' '), kept->size());
  std::from_chars(kept->data(), kept->data() + blank, millis);
  const base::WallTime until = base::from_milliseconds(millis);
  if (until <= now) return {};
  return Rest{until, kept->substr(std::min(blank + 1, kept->size()))};
}

std::vector<std::string> Numbers::free_for(const std::string& user, base::WallTime now) const {
  const auto taken = owners();
  const std::string mark = whose_mark(user);
  std::vector<std::string> own;
  std::vector<std::string> out;
  for (const std::string& number : rules_.numbers) {
    if (taken.contains(number)) continue;
    const auto rest = rest_of(number, now);
    if (!rest) {
      out.push_back(number);
    } else if (rest->whose == mark) {
      own.push_back(number);
    }
  }
  out.insert(out.begin(), own.begin(), own.end());
  return out;
}

std::string Numbers::refusal(const std::string& number, const std::string& user, base::WallTime now) const {
  const bool is_open = rules_.numbers.empty() || rules_.assign == Assign::claim;
  if (!is_open && !is_listed(number)) return "This number is none of this gateway's.";
  const auto rest = rest_of(number, now);
  if (!rest || rest->whose == whose_mark(user)) return {};
  return "Somebody has given this number back; nobody else gets it before " + day_of(rest->until) + ".";
}

void Numbers::release(const std::string& number, const std::string& user, base::WallTime now) {
  for (const auto& [key, value] : records_->list(prefix)) {
    if (!rest_of(key.substr(prefix.size()), now)) records_->erase(key);
  }
  if (is_named_by_users() || rules_.rest.count() == 0) return;
  const std::string whose = user.empty() ? nobody : whose_mark(user);
  records_->save(prefix + number, fmt::format("{} {}", base::to_milliseconds(now + rules_.rest), whose));
}

std::map<std::string, std::string> Numbers::resting(base::WallTime now) const {
  const auto taken = owners();
  std::map<std::string, std::string> out;
  for (const auto& [key, value] : records_->list(prefix)) {
    const std::string number = key.substr(prefix.size());
    const auto rest = rest_of(number, now);
    if (rest && !taken.contains(number)) out.emplace(number, day_of(rest->until));
  }
  return out;
}

std::string Numbers::describe(base::WallTime now) const {
  const auto taken = owners();
  std::string out;
  for (const auto& [number, user] : taken) out += fmt::format("{} {}\n", number, user);
  for (const auto& [number, day] : resting(now)) out += fmt::format("{} rests until {}\n", number, day);
  for (const std::string& number : free_for({}, now)) out += number + " is free\n";
  if (out.empty()) return "Nobody has a number.";
  out.pop_back();
  return out;
}

}  // namespace mapping
