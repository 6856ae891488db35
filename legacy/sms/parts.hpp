// Segments of long texts that the provider doesn't join: kept on disk until all are there, or for some time, and then
// given out as one text that says what is missing. Sans-I/O like Inbox: the owner commits after offer() before it
// thanks the provider; the text given out goes to the Inbox in the same turn.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "legacy/adapter.hpp"
#include "legacy/sms/provider.hpp"

namespace sms {

class Parts {
 public:
  // A text without some of its segments is given out `wait` after the first of them. Of more than `most` texts that
  // wait, the oldest is.
  Parts(legacy::State& state, std::chrono::seconds wait, std::size_t most = 100);

  // `message` has a part; `from` is canonical. A repeat of what is known already does nothing.
  std::vector<Inbound> offer(const Inbound& message, const std::string& from, base::WallTime now);
  std::vector<Inbound> tick(base::WallTime now);
  std::optional<base::WallTime> next_due() const;
  // The system's clock was set by so much.
  void shift(std::chrono::milliseconds by);

 private:
  struct Set {
    std::string from;
    std::string to;
    std::size_t total = 0;
    base::WallTime due;
    std::map<std::size_t, Inbound> parts;  // by number
  };
  using Sets = std::map<std::string, Set>;

  void restore(const std::string& key, const std::string& value);
  void save(const std::string& key, const Set& set, std::size_t number);
  Inbound take(Sets::iterator found);
  Sets::iterator oldest();

  legacy::State& state_;
  std::chrono::seconds wait_;
  std::size_t most_;
  Sets sets_;  // by key: a name for sender, recipient, reference and total
};

}  // namespace sms
