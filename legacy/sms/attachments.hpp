// Files of one user that are on their way from the provider: each is kept on the disk until it has a place where XMPP
// users can fetch it, or nobody tries any more. Sans-I/O like Inbox, which gets what becomes of them; the owner commits
// both together. It is asked for again after 1, 5, 30 s and 5 min, and while the provider fails for an hour.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "legacy/adapter.hpp"
#include "legacy/sms/provider.hpp"
#include "legacy/sms/rehost.hpp"

namespace sms {

// What a user is shown of what came in: a text, or a file.
struct Arrival {
  std::string from;
  std::string text;
  std::string id;
  base::WallTime when;
  std::optional<legacy::Attachment> file = {};
  std::string group = {};  // in which it was said; empty: to the user alone
};

// That a file of that type came, in words; the type may be empty.
std::string attachment_words(const std::string& type);

class Attachments {
 public:
  static constexpr std::size_t most_waiting = 100;  // of one user; more are named in words at once

  // `random` gives [0, 1) for the jitter of the pauses.
  Attachments(legacy::State& state, std::function<double()> random, base::WallTime now);

  // `arrival` says of whom it is, with the id and time of its message. `mark` as Inbox has it: not before that is on
  // the disk is it asked for.
  void add(const std::string& name, Arrival arrival, Media media, std::uint64_t mark, base::WallTime now);

  struct Errand {
    std::string name;
    Media media;
  };
  // What is to be fetched now. Each ends in one answer().
  std::vector<Errand> claim(std::uint64_t mark, base::WallTime now);
  // What the user gets now, instead of the file or with it; nullopt: nothing (yet).
  std::optional<Arrival> answer(const std::string& name, const Rehosted& end, base::WallTime now);
  // Nobody tries any more: what the user gets, by name.
  std::map<std::string, Arrival> abandon(base::WallTime now);
  std::optional<base::WallTime> next_due(base::WallTime now) const;
  bool has(const std::string& name) const { return files_.contains(name); }
  bool is_waiting() const noexcept { return !files_.empty(); }
  bool is_full() const noexcept { return files_.size() >= most_waiting; }
  // The system's clock was set by so much: what is to be waited for is not.
  void shift(std::chrono::milliseconds by);

 private:
  struct File {
    Arrival arrival;
    Media media;
    base::WallTime since;
    base::WallTime due;
    std::uint64_t mark = 0;
    bool is_claimed = false;
    std::size_t tries = 0;
  };
  void restore(const std::string& key, const std::string& value, base::WallTime now);

  legacy::State& state_;
  std::function<double()> random_;
  std::map<std::string, File> files_;  // by name
};

}  // namespace sms
