// What is to be written to the server, and which of it the server is known to have taken. XEP-0114 confirms nothing,
// but a server handles a stream in order: once it has answered a ping, it has taken everything written before it. What
// was written and isn't covered by an answer is uncertain; it is kept, bounded (window.hpp), and written again on the
// next stream.
// One ping is under way at a time. It leaves behind what somebody waits for, behind so many bytes, and when
// is_ping_due() says so.
//
// A stanza that the server ends the stream over must not do so for ever: after streams have ended with the same
// stanzas uncertain they are written one at a time, and the one that ends the stream alone is given up. No I/O in here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/outbox.hpp"
#include "component/window.hpp"

namespace component {

class Delivery {
 public:
  using Item = base::Outbox::Item;
  using Time = base::Clock::time_point;

  // What the end of a stream says about what was uncertain then: nothing (the server moves or stops), perhaps something
  // (it is gone), or that the server wants no such thing (a stream error).
  enum class Blame { none, some, strong };

  Delivery(std::string domain, base::OutboxLimits limits) : domain_(std::move(domain)), outbox_(limits) {}

  base::Outbox& outbox() noexcept { return outbox_; }
  const base::Outbox& outbox() const noexcept { return outbox_; }

  // There is something to write now.
  bool has_next() const noexcept;
  // The next bytes for the stream. left() has to follow when they have been written.
  std::string next(Time now);
  void left(Time now);
  // From now on everything that is queued may leave at once: nothing else will come.
  void hurry() noexcept { is_hurried_ = true; }

  // An iq of that id came; true: it is the answer to the ping. What the ping covers is confirmed; callbacks may push.
  bool take_answer(std::string_view id, Time now);
  // The server's bytes were read. is_all: there were no more than these; with those that were, the next ones may have
  // come long before they are read.
  void heard(Time now, bool is_all = true) noexcept {
    if (is_all_heard_) said_ = now;
    heard_ = now;
    is_all_heard_ = is_all;
  }

  // Once in a while: a ping is to leave, for what is uncertain or because nothing was heard for long.
  bool is_ping_due(Time now) const noexcept;
  void ask() noexcept { is_asked_ = true; }
  // The server takes nothing any more, or doesn't answer.
  bool is_server_dead(Time now) const noexcept;

  // A stream begins.
  void begin(Time now) noexcept;
  // It has ended: what is uncertain comes first on the next one. Returns the stanza that is given up, if any.
  std::optional<Item> end(Blame blame, Time now);
  // No stream will come any more: nothing will be confirmed.
  void abandon();

 private:
  bool is_cautious() const noexcept { return suspicion_ >= too_suspicious; }
  bool may_send() const noexcept;
  base::Outbox::Items take();
  void record(base::Outbox::Items& batch, Time now);
  bool wants_ping() const noexcept;
  std::string begin_ping(Time now);
  void confirm();
  Item give_up();

  static constexpr unsigned too_suspicious = 10, guilty = 5;

  const std::string domain_;
  base::Outbox outbox_;
  base::Outbox::Items again_;  // to be written once more, before the outbox
  base::Outbox::Items sent_;   // uncertain, in the order in which they were written
  std::size_t sent_bytes_ = 0;
  std::size_t covered_ = 0;          // of sent_: those before the ping under way
  std::size_t uncovered_bytes_ = 0;  // of those behind it
  std::size_t awaited_ = 0;          // of those: somebody waits for it to be confirmed
  Time uncovered_since_{};
  std::string ping_;  // its id; empty: none is under way
  std::optional<Time> ping_left_, writing_since_;
  Window window_;
  Time heard_{}, answered_{};
  Time said_{};  // not before then the server said what was heard last
  bool is_all_heard_ = true;
  bool is_asked_ = false;
  bool is_hurried_ = false;
  unsigned suspicion_ = 0;  // grows with each stream that ends while something is uncertain
  unsigned guilt_ = 0;      // the same, for the one that is written alone
};

}  // namespace component
