// Texts that came in for one user: each is taken once, kept until its Received was Taken, and a repeat of it is
// recognised as long as the user has the number. Sans-I/O like Queue: the owner commits after offer() before it thanks
// the provider, and before announce(mark) with the mark() taken when that commit began.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "legacy/adapter.hpp"
#include "legacy/sms/attachments.hpp"
#include "legacy/sms/provider.hpp"

namespace sms {

// What a repeat of a text has in common with it, and another text has not.
std::string identity(const Inbound& message);
// Of a Received's text, what its sender wrote: without our notes of what can't be shown.
std::string_view said_text(std::string_view shown);
// Keeps a trace of what came in. False: it had come before.
bool note_first(legacy::State& state, const std::string& identity, base::WallTime now);

class Inbox {
 public:
  explicit Inbox(legacy::State& state);

  // `from` is canonical. Files go to `files`, those that are not passed on are named in the text, as all are without
  // it. False: a repeat of what is known already.
  bool offer(const Inbound& message, const std::string& from, base::WallTime now, Attachments* files = nullptr);
  // What became of a file of that name.
  void put(const std::string& name, Arrival arrival);
  std::uint64_t mark() const noexcept { return mark_; }
  std::vector<legacy::Received> announce(std::uint64_t mark);
  // The Received with this key was passed on. False: not one of ours.
  bool take(const std::string& key);

 private:
  struct Text {
    Arrival arrival;
    bool is_late = false;  // its time differs from the time it is announced
    std::uint64_t mark = 0;
  };

  void restore(const std::string& key, const std::string& value);
  void keep(const std::string& key, Text text);

  legacy::State& state_;
  std::map<std::string, Text> texts_;  // by key, whose order is that of arrival
  std::set<std::string> unannounced_;
  std::uint64_t mark_ = 0;
  std::int64_t last_ = 0;  // milliseconds in the last key: a clock that is set back changes no order
};

}  // namespace sms
