// What becomes of what we say: a text is a job of lines, a line is cut into pieces, and of each piece it is known in
// the end that it has arrived, that it has not, or that nobody knows. Tells the reflection of each line in a room and
// the Outcome of each text, and a Delivery where a refusal comes after that. Owned by State, whose events it adds to.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "base/fifo.hpp"
#include "legacy/irc/doubts.hpp"

namespace irc {

class Speech {
 public:
  // All outlive it; nick and address are ours, as they are at the time.
  Speech(const std::string& nick, const std::string& address, Events& events)
      : nick_(nick), address_(address), events_(events) {}
  Speech(const Speech&) = delete;
  Speech& operator=(const Speech&) = delete;

  void begin(legacy::Ref ref, std::size_t lines, std::string token);
  // One of its lines, with the number by which its pieces know it.
  void add(std::uint64_t line, Said&& said) { said_.emplace(line, std::move(said)); }
  // The server has given a piece of that line an id.
  void note_id(std::uint64_t line, const std::string& id);
  // That piece has had its answer, or (Errc::uncertain) will have none.
  void settle(const Pending& piece, legacy::Errc error, const std::string& text, Time now);

  // While the next connection may show what has arrived, rooms' senders are not told at once that nobody knows.
  void hold_doubts(bool on) noexcept { holds_ = on; }
  // Shown by the server in that room. True: it is a text of which that was not known, or a piece of one; the whole is
  // added to `arrived`, to be finished after what else is to be told.
  bool is_in_doubt(std::string_view room, const legacy::Received& seen, CaseMapping mapping,
                   std::vector<Said>& arrived);
  void finish(Said&& line);
  // Who has waited too long is told that nobody knows, or everybody who waits.
  void tell_doubts(Time now, bool all = false);
  std::optional<Time> deadline() const { return doubts_.deadline(); }

  // The latest text that counted as said when it was written, for such a target; nullptr: none may be refused now.
  Written* find_written(const std::function<bool(const std::string& target)>& is_target, Time now);
  void refuse(Written& text, legacy::Errc error, const std::string& why);
  void forget_written() { recent_.clear(); }

 private:
  void note_written(legacy::Ref ref, const std::string& target, Time now);
  void doubt(Said line, Time now);
  void reflect(Said&& said);

  const std::string& nick_;
  const std::string& address_;
  Events& events_;
  std::map<std::uint64_t, Said> said_;
  std::map<legacy::Ref, Job> jobs_;
  base::Fifo<Written> recent_;  // oldest first
  Doubts doubts_;
  bool holds_ = false;
};

}  // namespace irc
