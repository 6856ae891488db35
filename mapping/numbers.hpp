// The numbers of the operator's account: which are free to be given out, and which rest after somebody has given them
// back. Who has one stands in the registrations. Sees the store; sends nothing.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "mapping/store.hpp"

namespace mapping {

// How a user comes by a number.
enum class Assign {
  trusted,  // names it and is believed
  pool,     // gets a free one
  admin,    // gets the one that an administrator assigns
  claim,    // names it and proves by a texted code that it is theirs
};

struct NumberRules {
  Assign assign = Assign::trusted;
  std::vector<std::string> numbers = {};  // of the account, canonical; empty: they are not listed
  std::chrono::days rest{30};             // what was given back is nobody else's for so long; pool and admin only
  // With `trusted`: bare JIDs and domains of those who are believed; nothing: everybody is.
  std::optional<std::set<std::string>> believed = {};
};

class Numbers {
 public:
  // The store must outlive it.
  Numbers(Store& store, std::string domain, NumberRules rules);

  const NumberRules& rules() const noexcept { return rules_; }
  // Whether users say themselves which number is theirs.
  bool is_named_by_users() const noexcept { return rules_.assign == Assign::trusted || rules_.assign == Assign::claim; }
  // Whether that user, a bare JID, is believed.
  bool believes(const std::string& user) const;
  // Who has which: bare JIDs by number. Those of users' own accounts at a provider are not among them.
  std::map<std::string, std::string> owners() const;
  // Of one number; empty: nobody.
  std::string owner(const std::string& number) const;
  // Those that the user can be given: the ones that rest for that user first.
  std::vector<std::string> free_for(const std::string& user, base::WallTime now) const;
  // Those that nobody has and that rest, with the day on which that ends.
  std::map<std::string, std::string> resting(base::WallTime now) const;
  // Why the user can't be given that number if nobody has it, in words; empty: they can.
  std::string refusal(const std::string& number, const std::string& user, base::WallTime now) const;
  // Whoever had that number has it no longer; with no user it rests for everybody. Reaches the disk with the store's
  // next commit.
  void release(const std::string& number, const std::string& user, base::WallTime now);
  // A line for each number that somebody has or that rests, for administrators.
  std::string describe(base::WallTime now) const;

 private:
  struct Rest {
    base::WallTime until;
    std::string whose;  // not the address: whoever has left is not to be found here
  };
  // Nothing when that number doesn't rest.
  std::optional<Rest> rest_of(const std::string& number, base::WallTime now) const;
  bool is_listed(const std::string& number) const;

  Store& store_;
  std::string domain_;
  NumberRules rules_;
  std::unique_ptr<legacy::State> records_;  // "rest/<number>": milliseconds since 1970, and whose it was
};

}  // namespace mapping
