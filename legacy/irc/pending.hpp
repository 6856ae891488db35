// What was asked of the server and has no answer yet. Plain data of State.
#pragma once

#include <map>
#include <optional>
#include <ranges>
#include <string>
#include <vector>

#include "legacy/irc/numerics.hpp"

namespace irc {

// How we learn that the server has taken something that it doesn't answer by itself (decision D5).
enum class Confirm {
  answer,   // it does answer: an echo of the command, or a numeric
  label,    // IRCv3 labeled-response
  echo,     // echo-message: the first echo for the same target
  fence,    // the PONG to a PING sent behind it
  written,  // nothing: as soon as it has left
};

// One mode change that has to be seen before a SetStanding is done. Sign 'K' stands for the KICK that goes with a ban.
struct Want {
  char sign = '+';
  char letter = 'o';
  std::string parameter;  // empty: whatever it is
};

// Of lines that the user typed; behind it the Ref.
inline constexpr char typed_label = 't';

struct Pending {
  Ask ask = Ask::text;
  legacy::Ref ref = 0;  // 0: nobody waits for it but we do
  std::string target;   // channel or nick, as sent
  std::string subject;  // the nick or mask that it is about
  Confirm confirm = Confirm::answer;
  std::uint64_t serial = 0;  // in sending order; marks its last line
  std::string label;
  std::optional<base::Clock::time_point> deadline;  // set by PendingList::limit()
  std::uint64_t line = 0;                           // text: the line it is a piece of
  bool may_be_written = false;                      // it has left, or was about to when the connection broke
  std::vector<Want> wants;                          // mode
  bool is_typed = false;                            // WHO, WHOIS, ISON as a raw line: the user sees the answer...
  legacy::Ref typed_by = 0;                         // ...to this
};

// In sending order, found by serial. References stay valid until their element is taken out, also while others are
// added.
class PendingList {
 public:
  // Its serial is new.
  Pending& add(Pending&& pending);
  // Null when there is none.
  Pending* find(std::uint64_t serial);
  Pending take(std::uint64_t serial);
  template <class Predicate>
  void remove_if(Predicate is_gone) {
    for (auto at = by_serial_.begin(); at != by_serial_.end();) {
      const Pending& pending = at++->second;
      if (is_gone(pending)) take(pending.serial);
    }
  }
  void limit(Pending& pending, base::Clock::time_point deadline);
  // All of them are so much later.
  void postpone(base::Clock::duration by);
  // No deadline is earlier; it may itself be of something that is gone, until expired() has been asked.
  std::optional<base::Clock::time_point> earliest() const { return earliest_; }
  // The serials whose deadline has come.
  std::vector<std::uint64_t> expired(base::Clock::time_point now);
  bool wants_fence() const { return fenced_ > 0; }
  // The latest raw line of the user, which is answered until then by what names nobody; 0: there is none.
  void note_typed(legacy::Ref ref, base::Clock::time_point until);
  legacy::Ref typed(base::Clock::time_point now) const { return now < typed_until_ ? typed_ : 0; }

  auto begin() { return std::views::values(by_serial_).begin(); }
  auto begin() const { return std::views::values(by_serial_).begin(); }
  auto end() { return std::views::values(by_serial_).end(); }
  auto end() const { return std::views::values(by_serial_).end(); }
  std::size_t size() const { return by_serial_.size(); }
  bool empty() const { return by_serial_.empty(); }

 private:
  std::map<std::uint64_t, Pending> by_serial_;
  std::optional<base::Clock::time_point> earliest_;
  std::size_t fenced_ = 0;  // how many of them a fence has to cover
  legacy::Ref typed_ = 0;
  base::Clock::time_point typed_until_{};
};

// One line of a text: several messages when it is long, one reflection.
struct Said {
  legacy::Ref ref = 0;
  legacy::Chat chat;
  std::string text;
  std::size_t pieces = 0;  // still to be confirmed
  bool failed = false;     // some piece has not arrived
  std::string id;          // of its first piece
  legacy::Flavor flavor = legacy::Flavor::normal;
  std::vector<legacy::Span> spans = {};
  base::WallTime at = {};    // when it was to be sent
  bool is_split = false;     // into several pieces
  std::size_t doubtful = 0;  // pieces that may have arrived or not...
  std::string why = {};      // ...and why nobody knows
};

// One SendText: its Outcome comes when all its lines have been dealt with.
struct Job {
  std::size_t lines = 0;
  legacy::Errc error = legacy::Errc::none;
  std::string text;
  std::string token;  // for a Delivery
};

// A text that counted as said when it was written (Confirm::written): an error may still come.
struct Written {
  legacy::Ref ref = 0;
  std::string target;
  std::string token;
  std::size_t pieces = 0;  // each can have its own error
  bool told = false;
  base::Clock::time_point until{};
};

}  // namespace irc
