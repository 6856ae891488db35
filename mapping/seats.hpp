// Which clients sit in which rooms, on the disk: after a restart they are in them again without having done anything.
// What a room looked like to them is kept over an orderly stop, so that they can be shown who has left meanwhile.
// Loop thread only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "component/jid.hpp"
#include "legacy/adapter.hpp"
#include "mapping/room.hpp"

namespace mapping {

class Seats {
 public:
  struct Seat {
    component::Jid client;  // full
    component::Jid room;    // bare
    std::string wish;       // the nick that the user wants to have
    std::string nick;       // the one that they have; empty: the client still waits to be let in
    std::string key;        // the room's password
  };

  explicit Seats(std::unique_ptr<legacy::State> records) : records_(std::move(records)) {}

  // The user's clients that are in the room or wait for it; no others of theirs sit there any more.
  void set(const component::Jid& user, const Room& room, const std::string& wish);
  void remove(const Seat& seat);
  std::vector<Seat> all(const std::string& domain) const;

  void keep_sketch(const component::Jid& user, const Room& room);
  // What was kept, once.
  Room::Sketch take_sketch(const component::Jid& user, const component::Jid& room);

 private:
  std::unique_ptr<legacy::State> records_;
};

}  // namespace mapping
