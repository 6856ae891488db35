// What users have said last on networks where every text is paid, so that a correction (XEP-0308) can be said shortly:
// "*tomorrow" where "see you today" became "see you tomorrow". In memory only, for a thousand conversations.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace mapping {

// How a correction is sent there.
enum class Correcting {
  briefly,  // the words that have changed
  whole,    // the new text
  never,
};

class Corrections {
 public:
  // `talk` names a user's conversation.
  void note(const std::string& talk, const std::string& id, const std::string& body);
  // What is said instead of the new text; empty: nothing has changed. From now on that is what was said.
  std::string brief(const std::string& talk, const std::string& id, const std::string& body);

 private:
  struct Said {
    std::string id;
    std::string body;
    std::uint64_t when = 0;  // counted
  };
  std::map<std::string, Said> last_;
  std::uint64_t count_ = 0;
};

// The words of `now` that differ from `before`, behind an asterisk, as people write it; the whole of it when that is
// hardly longer, or only something was left out. Empty: nothing differs.
std::string changed_words(const std::string& before, const std::string& now);

}  // namespace mapping
