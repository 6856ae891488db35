#include "mapping/claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "base/crypto.hpp"
#include "base/milliseconds.hpp"
#include "base/random.hpp"

namespace mapping {

namespace {

using base::from_milliseconds;
using base::to_milliseconds;

constexpr std::size_t code_length = 6;
constexpr std::chrono::hours counted{24};
constexpr std::chrono::hours hour{1};
const std::string all = "all";
const std::string claim_prefix = "claim/";
const std::string count_prefix = "codes/";

std::string new_code() {
  constexpr std::uint64_t codes = 1'000'000;
  return fmt::format("{:06}", base::random_u64() % codes);
}

std::string hash_of(const std::string& key, std::string_view code) {
  return base::to_hex(base::hmac_sha256(key, code));
}

// Of the last day.
std::vector<std::int64_t> recent(const std::string& record, base::WallTime now) {
  std::istringstream in(record);
  std::vector<std::int64_t> out;
  for (std::int64_t millis = 0; in >> millis;) {
    if (from_milliseconds(millis) + counted > now) out.push_back(millis);
  }
  return out;
}

// When less than so many will have been made in that span; nothing: now.
std::optional<base::WallTime> end_of(const std::vector<std::int64_t>& made, std::size_t most, std::chrono::hours span,
                                     base::WallTime now) {
  if (made.size() < most) return {};
  const base::WallTime end = from_milliseconds(made.at(made.size() - most)) + span;
  return end > now ? std::optional{end} : std::nullopt;
}

}  // namespace

std::string code_in(std::string_view text) {
  std::string out{text};
  std::erase_if(out, [](char c) { return c == ' ' || c == '-' || c == '\r' || c == '\n' || c == '\t'; });
  const bool is_number = std::all_of(out.begin(), out.end(), [](char c) { return c >= '0' && c <= '9'; });
  return is_number && out.size() == code_length ? out : std::string{};
}

std::optional<Claims::Claim> Claims::load(const std::string& user) const {
  const auto kept = records_->load(claim_prefix + user);
  if (!kept) return {};
  std::istringstream in(*kept);
  Claim claim;
  std::int64_t until = 0;
  if (!(in >> claim.number >> claim.key >> claim.hash >> until >> claim.tries)) return {};
  claim.until = from_milliseconds(until);
  return claim;
}

void Claims::save(const std::string& user, const Claim& claim) {
  records_->save(claim_prefix + user, fmt::format("{} {} {} {} {}", claim.number, claim.key, claim.hash,
                                                  to_milliseconds(claim.until), claim.tries));
}

std::optional<base::WallTime> Claims::wait_of(const std::string& counter, base::WallTime now) const {
  const auto made = recent(records_->load(count_prefix + counter).value_or(""), now);
  return std::max(end_of(made, most_codes, hour, now), end_of(made, most_codes_a_day, counted, now));
}

std::optional<base::WallTime> Claims::wait_of_all(base::WallTime now) const {
  return end_of(recent(records_->load(count_prefix + all).value_or(""), now), most_codes_of_all, hour, now);
}

void Claims::count(const std::string& counter, base::WallTime now) {
  const std::string key = count_prefix + counter;
  std::string record;
  for (const std::int64_t millis : recent(records_->load(key).value_or(""), now)) record += fmt::format("{} ", millis);
  records_->save(key, record + std::to_string(to_milliseconds(now)));
}

void Claims::sweep(base::WallTime now) {
  for (const auto& [key, record] : records_->list(count_prefix)) {
    if (recent(record, now).empty()) records_->erase(key);
  }
  for (const auto& [key, record] : records_->list(claim_prefix)) {
    const auto claim = load(key.substr(claim_prefix.size()));
    if (!claim || claim->until + hour < now) records_->erase(key);
  }
}

Claims::Begun Claims::begin(const std::string& user, const std::string& number, base::WallTime now) {
  sweep(now);
  if (const auto wait = std::max({wait_of(number, now), wait_of(user, now), wait_of_all(now)})) {
    const auto minutes = std::chrono::ceil<std::chrono::minutes>(*wait - now).count();
    return {{}, fmt::format("Too many codes were sent. Try again in {} minute{}.", minutes, minutes == 1 ? "" : "s")};
  }
  for (const std::string& counter : {number, user, all}) count(counter, now);
  const std::string code = new_code();
  Claim claim;
  claim.number = number;
  claim.key = base::to_hex(base::random_bytes(base::key_size));
  claim.hash = hash_of(claim.key, code);
  claim.until = now + code_life;
  save(user, claim);
  return {code, {}};
}

Claims::Proof Claims::prove(const std::string& user, std::string_view said, base::WallTime now) {
  auto claim = load(user);
  if (!claim) return {{}, "There is no code to be told. Register your number to get one."};
  if (claim->until <= now) return {claim->number, "This code is too old. Register the number again to get a new one."};
  if (claim->tries >= most_tries) {
    return {claim->number, "There were too many wrong codes. Register the number again to get a new one."};
  }
  ++claim->tries;
  save(user, *claim);
  if (base::equal_in_constant_time(hash_of(claim->key, said), claim->hash)) return {claim->number, {}};
  const int left = most_tries - claim->tries;
  if (left == 0) {
    return {claim->number,
            "This is not the code, and there were too many. Register the number again to get a new one."};
  }
  return {claim->number, fmt::format("This is not the code. You can try {} more time{}.", left, left == 1 ? "" : "s")};
}

std::optional<std::string> Claims::pending(const std::string& user, base::WallTime now) const {
  const auto claim = load(user);
  return claim && claim->until + hour > now ? std::optional{claim->number} : std::nullopt;
}

void Claims::forget(const std::string& user) {
  records_->erase(claim_prefix + user);
}

}  // namespace mapping
