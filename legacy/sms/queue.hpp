// The durable outbox of one user: what was accepted is sent once, in order per recipient, or its sender is told.
//
// Sans-I/O: it changes records in legacy::State and says what may be sent; its owner commits and does the HTTP.
// The owner's duty: commit after add() before the Outcome, after claim() before the request goes out, and before
// announce(mark) with the mark() taken when that commit began.
//
//   queued --claim--> sending --accepted--> sent --report--> final --Taken--> gone
// A message in `sending` whose answer never came, or found so at the start, is never repeated: it waits for its report
// and is then `final` as uncertain. A report that comes later still changes that; no other final state changes.
// Where the provider tells repeats by their id, it is sent again instead, and is uncertain only when time runs out.
// With a report for each segment, `delivered` takes all of them and `failed` one; of two about one the first counts.
// The segments of a group text are its recipients.
// The text and its media are kept only as long as they may have to be sent. What is refused with media is sent once
// more with links instead.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "legacy/adapter.hpp"
#include "legacy/sms/provider.hpp"

namespace sms {

struct QueueRules {
  std::chrono::seconds give_up{86400};
  std::chrono::seconds uncertain_after{300};
  std::chrono::seconds first_pause{5};      // after the first failure, doubled after each further one...
  std::chrono::seconds longest_pause{600};  // ...up to this
  std::chrono::seconds stopped_pause{300};  // between attempts while the provider refuses our account
  std::size_t longest = 1000;               // messages not handed over yet
  std::size_t most_sent = 10000;            // handed over and without a final report; above, the oldest is forgotten
  bool is_idempotent = false;               // the provider takes no id twice
};

class Queue {
 public:
  // `tag` starts every id. `random` gives [0, 1) for the jitter.
  Queue(QueueRules rules, legacy::State& state, std::string tag, std::function<double()> random, base::WallTime now);

  struct Draft {
    std::string to;  // a number, or a group's name
    std::string text;
    std::string token;
    std::vector<std::string> media = {};  // URLs
  };
  bool is_full() const noexcept { return waiting_.size() >= rules_.longest; }
  bool is_waiting() const noexcept { return !waiting_.empty(); }
  // Saved, but not sent before confirm(); withdraw() when the commit failed.
  std::string add(Draft draft, base::WallTime now);
  void confirm(const std::string& id);
  void withdraw(const std::string& id);

  struct Send {
    std::string id;
    std::string to;
    std::string text;
    std::vector<std::string> media;
    std::size_t segments = 1;
  };
  // What may be sent now, at most `slots`. Each ends in one release() (it was not sent) or answer().
  std::vector<Send> claim(base::WallTime now, std::size_t slots);
  void release(const std::string& id, base::WallTime now);
  // may_be_plain: should it be refused with media, links may go instead.
  void answer(const std::string& id, const Verdict& verdict, base::WallTime now, bool may_be_plain = false);

  // The account works again: what waits for a pause of ours to end may be tried now, once, and texts that wait for the
  // account, too. A pause that the provider has asked for stays. True: something may go.
  bool wake(base::WallTime now);

  // What waits for that number, alone or in a group, fails.
  void fail_waiting(const std::string& to, legacy::Errc reason, const std::string& words);
  // What waits will go out through another account: it does not, it fails.
  void abandon();
  // False: nothing is known of this id. The report has ours.
  bool report(const Report& report, base::WallTime now);
  // Our id of what the provider took under that one, also after its end; empty: unknown.
  std::string find_foreign(const std::string& foreign_id) const;
  // Deadlines. True: something was saved.
  bool tick(base::WallTime now);
  // The system's clock was set by so much: what is not handed over yet, or waits for an answer, keeps its deadlines.
  void shift(std::chrono::milliseconds by);
  // When claim() or tick() will next have something to do; nullopt: after the next call of another function.
  std::optional<base::WallTime> next_due(base::WallTime now) const;

  std::uint64_t mark() const noexcept { return mark_; }
  // The deliveries that were final at that mark, each once in the life of this object.
  std::vector<legacy::Delivery> announce(std::uint64_t mark);
  // The Delivery with this key was passed on. False: not one of ours.
  bool take(const std::string& key, base::WallTime now);

  // Whom the message with that id is for; empty: it is not known any more.
  std::string recipient(const std::string& id) const;

  bool is_stopped() const noexcept { return stopped_until_.has_value(); }

 private:
  enum class Phase { fresh, queued, sending, unsure, sent, final };
  struct Message {
    std::string id;
    Draft draft;
    Phase phase = Phase::fresh;
    int attempts = 0;
    base::WallTime created;
    base::WallTime due;  // queued: not before; else: when tick() looks at it
    std::string fate;    // final: "delivered", "failed", "uncertain"
    legacy::Errc reason = legacy::Errc::none;
    std::string words;
    std::uint64_t mark = 0;           // final: position in the order of endings
    std::string foreign;              // the provider's id, where reports name no other
    std::size_t segments = 0;         // with a report each: our count until the provider says; 0: one for all
    std::set<std::string> delivered;  // of them
    bool may_be_taken = false;        // sent once without an answer
    bool may_be_woken = false;        // waits for a pause of ours...
    bool was_woken = false;           // ...and has been tried because of somebody else's success
  };
  using Order = std::uint64_t;

  void load(base::WallTime now);
  void restore(const std::string& key, const std::string& value, base::WallTime now);
  void save(Order order);
  Order insert(Message message, Order order);
  void erase(Order order);
  Message* find(const std::string& id, Order& order);
  base::WallTime deadline(const Message& message) const;
  void enter(Order order, Phase phase, base::WallTime due);
  void finish(Order order, std::string fate, legacy::Errc reason, std::string words);
  void expire(Order order, base::WallTime now);
  static bool is_delivered(const Message& message) noexcept;
  static bool settles(Message& message, const Report& report);
  void catch_up(Order order);
  void doubt(Order order, base::WallTime now);
  void bury(const Message& message, base::WallTime now);
  bool revive(const Report& report, base::WallTime now);
  base::WallTime next_attempt(const Message& message, const Verdict& verdict, base::WallTime now) const;

  QueueRules rules_;
  legacy::State& state_;
  std::string tag_;
  std::function<double()> random_;
  std::map<Order, Message> messages_;
  std::unordered_map<std::string, Order> by_id_;
  std::unordered_map<std::string, std::string> by_foreign_;  // our id
  std::set<Order> waiting_;                                  // fresh and queued
  std::set<Order> sent_;                                     // in that phase
  std::set<Order> in_flight_;                                // claimed and neither released nor answered
  std::set<Order> unannounced_;                              // final
  std::set<std::pair<base::WallTime, Order>> deadlines_;     // of all that are not final
  std::optional<base::WallTime> stopped_until_;
  std::uint64_t mark_ = 0;
};

}  // namespace sms
