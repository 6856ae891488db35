// Work on more people than one turn of the loop has time for: a room's whole list, everybody's rank. It is done in
// parts, and nothing else happens to rooms in between: no line of the server's is taken, and what the user wants waits.
// Owned by State; loop thread only.
#pragma once

#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "legacy/adapter.hpp"
#include "legacy/irc/casemap.hpp"
#include "legacy/irc/room.hpp"

namespace irc {

class CrowdWork {
 public:
  static constexpr std::size_t people_per_part = 1000;  // a millisecond or two
  static constexpr std::size_t most_held = 1000;        // requests

  using People = CaseMap<Person>;
  // False: they are out of the room.
  using Visit = std::function<bool(Room&, Person&)>;
  using End = std::function<void(Room&)>;
  // Of two whose nicks have become one; what is put into the first stays.
  using Choose = std::function<void(Room&, People::Entry& kept, People::Entry& lost)>;
  struct Held {
    legacy::Ref ref;
    legacy::Request request;
  };

  explicit CrowdWork(CaseMap<Room>& rooms) : rooms_(rooms) {}

  // Something happens that may be the cause of work: a part of that may be done at once.
  void begin_turn() { left_ = people_per_part; }
  // Everybody in the room, in the order of the folded nicks, and then `end`: within the turn as far as it lasts, the
  // rest in the turns to come and behind what is under way. Not when we are out of the room by then.
  void visit(const Room& room, Visit visit, End end = {});
  // Folds all nicks of the room anew.
  void refold(const Room& room, CaseMapping mapping, Choose choose);

  bool is_open() const noexcept { return !jobs_.empty(); }
  void go_on();  // one part more
  void drop();   // the rooms are not there any more

  // What is wanted meanwhile. False: too much.
  bool hold(legacy::Ref ref, const legacy::Request& request);
  std::vector<Held> take_held() { return std::exchange(held_, {}); }

  // To free so many takes its time as well: that is left to whoever has a loop.
  void discard(People& people);
  std::vector<People::Entries> take_discarded() { return std::exchange(discarded_, {}); }

 private:
  using Job = std::function<bool()>;  // true: done

  void begin(Job job);
  void run();
  bool may_take_one();
  Room* find(const std::string& name);
  bool refold_some(const std::string& name, CaseMapping mapping, const Choose& choose);
  void drop_refolded();

  CaseMap<Room>& rooms_;
  std::size_t left_ = people_per_part;  // in this turn
  std::list<Job> jobs_;
  std::optional<People> refolded_;  // of the room whose turn it is, as far as it has come
  std::vector<Held> held_;
  std::vector<People::Entries> discarded_;
};

}  // namespace irc
