// An IRC server with one client of ours, which knows the truth: who is where, with which letters and topic. What it
// does of itself is asked for by name; what it makes of the client's lines is honest, but for the whims that are told
// below. It answers by labels, in batches and without, as the capabilities say that the client has chosen.
#pragma once

#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace model {

// What a script is made of: every step has numbers of its own, so that steps can be left out of a script.
class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  std::size_t below(std::size_t count) { return count == 0 ? 0 : engine_() % count; }
  bool one_in(std::size_t count) { return below(count) == 0; }
  template <class Range>
  auto pick(const Range& range) {
    return *std::next(std::begin(range), static_cast<std::ptrdiff_t>(below(std::size(range))));
  }

 private:
  std::minstd_rand engine_;
};

// By 005's names: "ascii", "rfc1459", "rfc1459-strict".
std::string fold(const std::string& name, const std::string& mapping);

struct Channel {
  std::map<std::string, std::string> members;  // nick -> mode letters, highest first
  std::string topic;
  bool moderated = false;
};

class IrcServer {
 public:
  // ---- the client's side
  void open(Random& random);  // a new connection: what it offers is diced
  void lost();                // the client is gone
  void receive(const std::string& line, Random& random);
  std::vector<std::string> take() { return std::exchange(out_, {}); }
  bool is_open() const { return open_; }
  bool is_online() const { return online_; }
  bool wants_close() const { return closing_; }

  // ---- the truth
  const std::string& me() const { return me_; }
  const std::string& mapping() const { return mapping_; }
  const std::string& prefix() const { return prefix_; }
  const std::map<std::string, Channel>& channels() const { return channels_; }
  Channel* find(const std::string& name);
  bool is_in(const std::string& channel, const std::string& nick);
  bool is_taken(const std::string& nick) const;
  std::set<std::string> people() const;  // who is in a channel, without us
  bool has(const std::string& cap) const { return caps_.contains(cap); }

  // ---- what happens; nothing does when it can't
  void join(const std::string& nick, const std::string& channel, Random& random);
  void part(const std::string& nick, const std::string& channel);
  void kick(const std::string& actor, const std::string& nick, const std::string& channel);
  void quit(const std::set<std::string>& nicks, bool split);
  void rename(const std::string& from, const std::string& to);
  void set_topic(const std::string& actor, const std::string& channel, const std::string& topic);
  // `line`: letters and parameters as in a MODE line.
  void set_modes(const std::string& actor, const std::string& channel, const std::vector<std::string>& params);
  void say(const std::string& line);  // whatever it is
  void say_again(Random& random);     // 005 once more, with another CASEMAPPING or PREFIX
  void drop_cap(const std::string& cap);
  // NAMES, TOPIC and MODE of a channel as they are.
  void tell(const std::string& channel);
  // Now the lists of members that were put off.
  void send_names();

  // ---- whims
  bool is_honest = true;      // NAMES are as they should be
  bool refuses_much = false;  // JOINs and MODEs
  bool puts_off_names = false;

 private:
  void answer(const std::string& label, std::size_t from);
  void handle(const std::vector<std::string>& words, Random& random);
  void negotiate(const std::vector<std::string>& words, Random& random);
  void welcome();
  void isupport();
  void client_join(const std::string& channel, Random& random);
  void client_nick(const std::string& nick, Random& random);
  void client_says(const std::vector<std::string>& words, Random& random);
  void refuse_command(const std::vector<std::string>& words, Random& random);
  void client_mode(const std::vector<std::string>& words, Random& random);
  void refuse(const std::string& numeric, const std::string& name);
  void enter(const std::string& channel, Random& random);
  void names(const std::string& name, Channel& channel);
  void topic_of(const std::string& name, const Channel& channel);
  std::string entry(const std::string& nick, const std::string& letters) const;
  std::string source(const std::string& nick) const;
  std::string sorted(const std::string& letters) const;
  bool same(const std::string& a, const std::string& b) const { return fold(a, mapping_) == fold(b, mapping_); }
  void unite();

  bool open_ = false, online_ = false, closing_ = false, ended_caps_ = true;
  std::string me_, user_;
  std::string mapping_ = "rfc1459", prefix_ = "(ov)@+";
  std::set<std::string> offered_, caps_;
  std::map<std::string, Channel> channels_;
  std::vector<std::string> out_, due_;
  int batch_ = 0;
};

}  // namespace model
