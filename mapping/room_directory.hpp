// The rooms of networks, as disco lists them: asked for once, held for some minutes and for all users, with addresses
// and names ready. A room that its members alone may know of is never among what is shared: who is in one, or sees more
// than others, has a list of his own. All lists together take up a bounded number of bytes; the largest gives way. Loop
// thread only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/fifo.hpp"
#include "legacy/adapter.hpp"
#include "mapping/identity.hpp"

namespace mapping {

// In the network's order. keys are the rooms' JIDs.
struct RoomList {
  std::vector<std::string> keys, names;
  std::size_t bytes = 0;  // that it takes up, roughly
  void add(std::string key, std::string name);
};

class RoomDirectory {
 public:
  // What the network has told one user.
  struct Answer {
    legacy::Rooms* rooms = nullptr;  // is taken from there; null: nothing, for that reason
    legacy::Outcome reason = {};
    std::set<std::string> secrets = {};  // JIDs of rooms that others may not know of
    bool is_secret = false;              // that may be true of all of them
  };
  using Told = std::function<void(Answer)>;
  // Asks the network, as one user.
  using Ask = std::function<void(Told)>;
  // Gets nullptr and the reason when there is no list.
  using Found = std::function<void(const RoomList*, const legacy::Outcome&)>;

  static constexpr std::size_t most_bytes = std::size_t{64} << 20;
  RoomDirectory(asio::any_io_executor executor, const Identity& identity, std::size_t bytes = most_bytes);

  // found is called later, one in a turn of the loop.
  void find(const std::string& network, const std::string& user, Ask ask, Found found);
  // Nothing of it keeps the loop alive any more.
  void stop() noexcept { timer_.cancel(); }

 private:
  using ListPtr = std::shared_ptr<const RoomList>;
  struct Held {
    ListPtr list;
    base::Clock::time_point until{};
  };
  struct Request {
    std::string network;
    std::string user;
    Ask ask;
    Found found;
  };
  struct Shelf {
    Held shared;
    std::map<std::string, Held, std::less<>> own;  // by user
    std::vector<Request> waiting;                  // not empty: the first of them has asked
  };
  // A list on its way to being ready.
  struct Draft;

  void ask(Shelf& shelf);
  void told(const std::string& network, Answer told);
  void build(const std::shared_ptr<Draft>& draft);
  void share(const std::shared_ptr<Draft>& draft);
  void go_on(const std::shared_ptr<Draft>& draft, void (RoomDirectory::*step)(const std::shared_ptr<Draft>&));
  void finish(Draft& draft);
  void make_room();
  void answer(Request request, ListPtr list, legacy::Outcome outcome);
  void answer_next();
  void forget_later();
  void forget_old();

  asio::any_io_executor executor_;
  const Identity& identity_;
  std::size_t bytes_;                        // for all lists
  std::map<std::string, Shelf> shelves_;     // by network
  std::map<std::string, std::size_t> open_;  // by user: requests without an answer
  base::Fifo<std::function<void()>> answers_;
  base::Timer timer_;
  bool is_timed_ = false;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace mapping
