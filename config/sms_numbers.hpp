// Whose the telephone numbers of an SMS network are: what users may name, are given, or have to prove. Plain values,
// checked once by the reader.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace config {

// How a user comes by a number.
enum class Assign {
  trusted,  // names it and is believed
  pool,     // gets a free one
  admin,    // gets the one that an administrator assigns
  claim,    // names it and proves by a texted code that it is theirs
};

struct SmsNumbers {
  Assign assign = Assign::trusted;
  std::vector<std::string> numbers;       // of the account, "+15551234567" or a short code; empty: they are not listed
  std::chrono::days rest{30};             // what was given back is nobody else's for so long; pool and admin only
  std::vector<std::string> own_accounts;  // the providers, by name, at which users may have accounts of their own
};

}  // namespace config
