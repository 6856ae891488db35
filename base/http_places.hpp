// Who holds a place at a listener that strangers reach. As long as there are places everybody gets one. After that
// those go who have proved nothing, and of them the oldest from the address that has most: a thousand connections from
// one address cost nobody else a place. Sans-I/O: it says who has to go, the owner closes.
#pragma once

#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/clock.hpp"

namespace base {

class HttpPlaces {
 public:
  using Time = Clock::time_point;
  using Id = const void*;

  // `grace`: so long nobody is sent away who has just come.
  HttpPlaces(std::size_t places, Clock::duration grace) : places_(places), grace_(grace) {}

  std::size_t size() const noexcept { return seats_.size(); }
  bool is_full() const noexcept { return seats_.size() >= places_; }
  // Of those who have sent nothing of use yet, or nothing new.
  std::size_t waiting() const noexcept { return waiting_; }

  void enter(Id id, const std::string& address, Time now);
  void leave(Id id);
  // Has sent a whole head, and is served; cost it its place it may not.
  void begin(Id id);
  // Waits for a head again. is_proven: it has shown that it knows a secret; is_over: it has had an answer.
  void wait(Id id, bool is_proven, Time now);
  // Who has to go for somebody who comes now; null: nobody may be sent away yet.
  Id to_leave(Time now) const;

 private:
  struct Seat {
    std::string address;
    Time since;
    bool waits = false;
    bool is_idle = false;  // had an answer
    bool is_proven = false;
    std::list<Id>::iterator place;
  };
  using Queue = std::list<Id>;  // oldest first

  void stand(Id id, Seat& seat);
  void rise(Id id, Seat& seat);

  std::size_t places_;
  Clock::duration grace_;
  std::size_t waiting_ = 0;
  std::map<Id, Seat> seats_;
  std::map<std::string, Queue> strangers_;                   // by address
  std::set<std::pair<std::size_t, std::string>> by_number_;  // how many each address has
  Queue idle_;                                               // of all who had an answer; those with a proof last
  Queue proven_;
};

}  // namespace base
