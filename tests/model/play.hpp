// One script against a gateway of its own: the simulated server and several resources of one user act at random, then
// what each resource was told of each room has to be what the server knows.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/model/irc_server.hpp"
#include "tests/model/view.hpp"
#include "tests/scenarios/world.hpp"

namespace model {

// What is shared by all scripts.
struct Ground {
  support::Loop loop;
  std::unique_ptr<mapping::Store> store;
};

class Play {
 public:
  explicit Play(Ground& ground);
  ~Play();

  // Each number is the seed of one step. Empty when all was well, else what was not.
  std::string run(const std::vector<std::uint32_t>& script);
  const std::vector<std::string>& log() const { return log_; }

 private:
  struct Step {
    int weight;
    void (Play::*act)(Random&);
  };
  static const Step steps[];
  using Key = std::pair<std::string, std::string>;  // full JID, channel

  void step(Random random);
  void start();
  void finish();
  void settle_down();
  void compare();
  void compare(const Key& key, const View& view);

  // ---- the ways between the three
  void pump();  // everything that can happen now, without the server's answers
  void hear();  // the server reads up to `most` lines
  void serve(std::size_t most, Random& random);
  void flush();
  void stanza(const component::xml::Element& stanza);
  void send(const std::string& xml);

  // ---- what people on the server do (play_server.cpp)
  void somebody_joins(Random& random);
  void somebody_leaves(Random& random);
  void somebody_quits(Random& random);
  void netsplit(Random& random);
  void nick_change(Random& random);
  void own_nick_change(Random& random);
  void kick(Random& random);
  void modes(Random& random);
  void topic(Random& random);
  void talk(Random& random);
  void forced_moves(Random& random);
  void about_people(Random& random);
  void strangers(Random& random);
  void unasked(Random& random);
  void garbage(Random& random);
  void capabilities(Random& random);
  void isupport(Random& random);
  void lies(Random& random);
  void list_again(Random& random);
  void connection_ends(Random& random);

  // ---- what the user does (play_user.cpp)
  void enter_room(Random& random);
  void leave_room(Random& random);
  void user_nick(Random& random);
  void user_speaks(Random& random);
  void administer(Random& random);
  void subject(Random& random);
  void ghost(Random& random);
  void time_passes(Random& random);
  void server_acts(Random& random);

  std::string channel(Random& random) const;
  std::string fresh_nick(Random& random) const;
  std::string anybody(Random& random) const;
  std::string resource(Random& random) const;
  std::string member(const std::string& channel, Random& random);

  Ground& ground_;
  asio::io_context& io_ = ground_.loop.io;
  scenario::Server outlet_{io_};
  scenario::PipeDialer dialer_{io_};
  std::unique_ptr<mapping::Gateway> gateway_;
  IrcServer server_;
  std::size_t peer_ = 0;  // how many connections the server has seen
  std::deque<std::string> inbox_;
  std::map<Key, View> views_;
  std::set<std::string> invited_;  // channels that we were put into, as the user was told
  std::vector<std::string> log_;
  int ids_ = 0;
};

}  // namespace model
