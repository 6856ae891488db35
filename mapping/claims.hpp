// Telephone numbers that users say are theirs and have yet to prove, by a code that is texted there. What is kept is
// the code's hash; the code itself is known to whoever begin() gave it to, until it has been sent. How often codes were
// made is counted for each number and each user, whatever becomes of the registration. Sends nothing.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "legacy/adapter.hpp"

namespace mapping {

class Claims {
 public:
  static constexpr std::chrono::minutes code_life{10};
  static constexpr int most_tries = 5;
  static constexpr std::size_t most_codes = 3;          // in an hour, for each number and for each user...
  static constexpr std::size_t most_codes_a_day = 6;    // ...in a day...
  static constexpr std::size_t most_codes_of_all = 60;  // ...and in an hour for everybody together

  explicit Claims(std::unique_ptr<legacy::State> records) : records_(std::move(records)) {}

  struct Begun {
    std::string code;
    std::string refusal;  // in words; not empty: there is no code
  };
  // A new code, which takes the place of the user's last one.
  Begun begin(const std::string& user, const std::string& number, base::WallTime now);

  struct Proof {
    std::string number;
    std::string refusal;  // in words; empty: the number is the user's
  };
  // What somebody says the code is. Counts as a try, also when the answer is never given.
  Proof prove(const std::string& user, std::string_view said, base::WallTime now);
  // The number whose code the user has not told yet, also when it has been too late for less than an hour.
  std::optional<std::string> pending(const std::string& user, base::WallTime now) const;
  void forget(const std::string& user);
  // done(true): what was done so far is on the disk.
  void commit(std::function<void(bool)> done) { records_->commit(std::move(done)); }

 private:
  struct Claim {
    std::string number, key, hash;  // HMAC-SHA-256 of the code, in hex, and its key
    base::WallTime until;
    int tries = 0;
  };
  std::optional<Claim> load(const std::string& user) const;
  void save(const std::string& user, const Claim& claim);
  // When the next code for that number or user may be made; nothing: now.
  std::optional<base::WallTime> wait_of(const std::string& counter, base::WallTime now) const;
  std::optional<base::WallTime> wait_of_all(base::WallTime now) const;
  void count(const std::string& counter, base::WallTime now);
  void sweep(base::WallTime now);

  std::unique_ptr<legacy::State>
      records_;  // "claim/<user>"; "codes/<number or user>": when, in milliseconds since 1970
};

// "123456" in "123 456"; empty: this is no code.
std::string code_in(std::string_view text);

}  // namespace mapping
