// What the simulated server makes of the client's lines.
#include <algorithm>
#include <array>
#include <sstream>

#include "tests/model/irc_server.hpp"

namespace model {

namespace {

struct Command {
  std::string label;
  std::vector<std::string> words;
};

Command parse(std::string line) {
  Command out;
  constexpr std::string_view tag = "@label=";
  if (line.starts_with(tag)) {
    out.label = line.substr(tag.size(), line.find(' ') - tag.size());
    line.erase(0, line.find(' ') + 1);
  }
  while (!line.empty()) {
    const bool last = line.front() == ':';
    const auto end = last ? line.npos : line.find(' ');
    out.words.push_back(last ? line.substr(1) : line.substr(0, end));
    line.erase(0, end == line.npos ? end : end + 1);
  }
  out.words.resize(std::max<std::size_t>(out.words.size(), 4));
  return out;
}

}  // namespace

void IrcServer::receive(const std::string& line, Random& random) {
  if (!open_ || closing_) return;
  const Command command = parse(line);
  const std::size_t before = out_.size();
  handle(command.words, random);
  if (!command.label.empty() && has("labeled-response") && open_) answer(command.label, before);
}

// One line carries the label, several are a batch, none is an ACK (IRCv3 labeled-response).
void IrcServer::answer(const std::string& label, std::size_t from) {
  const std::size_t count = out_.size() - from;
  if (count == 0) return say("@label=" + label + " :srv ACK");
  if (count == 1) {
    out_[from].insert(0, "@label=" + label + " ");
    return;
  }
  const std::string reference = "l" + std::to_string(++batch_);
  for (std::size_t at = from; at < out_.size(); ++at) out_[at].insert(0, "@batch=" + reference + " ");
  out_.insert(out_.begin() + static_cast<std::ptrdiff_t>(from),
              "@label=" + label + " :srv BATCH +" + reference + " labeled-response");
  say(":srv BATCH -" + reference);
}

void IrcServer::handle(const std::vector<std::string>& words, Random& random) {
  const std::string& command = words[0];
  if (command == "PING") return say(":srv PONG srv :" + words[1]);
  if (command == "CAP") return negotiate(words, random);
  if (command == "NICK") return client_nick(words[1], random);
  if (command == "USER") {
    user_ = words[1];
    return welcome();
  }
  if (command == "QUIT") {
    say("ERROR :Closing link");
    closing_ = true;
    return;
  }
  if (!online_) return;
  if (command == "JOIN") return client_join(words[1], random);
  if (command == "MODE") return client_mode(words, random);
  if (command == "AWAY") return say(":srv " + std::string(words[1].empty() ? "305 " : "306 ") + me_ + " :away");
  if (command == "PRIVMSG" || command == "NOTICE") {
    const Channel* const target = find(words[1]);
    if (!target && !is_taken(words[1])) return refuse("401", words[1]);
    if (target && !target->members.contains(me_)) return refuse("404", words[1]);
    return client_says(words, random);
  }
  if (command == "WHO") return say(":srv 315 " + me_ + " " + words[1] + " :End of /WHO list.");
  if (command == "ISON") return say(":srv 303 " + me_ + " :" + (is_taken(words[1]) ? words[1] : ""));
  Channel* const channel = find(words[1]);
  if (!channel) return refuse("403", words[1]);
  if (!channel->members.contains(me_)) return refuse("442", words[1]);
  if (command == "NAMES") return names(words[1], *channel);
  if (command == "PART") return part(me_, words[1]);
  if (refuses_much && random.one_in(2)) return refuse_command(words, random);
  if (command == "TOPIC") return set_topic(me_, words[1], words[2]);
  if (command != "KICK") return;
  if (!channel->members.contains(words[2])) return say(":srv 441 " + me_ + " " + words[2] + " " + words[1] + " :no");
  kick(me_, words[2], words[1]);
}

void IrcServer::refuse(const std::string& numeric, const std::string& name) {
  say(":srv " + numeric + " " + me_ + " " + name + " :no");
}

// In the ways of many servers; the last one is no numeric at all.
void IrcServer::refuse_command(const std::vector<std::string>& words, Random& random) {
  const std::string& name = words[1];
  const std::array lines{":srv 482 " + me_ + " " + name + " :no", ":srv 972 " + me_ + " " + words[0] + " :no",
                         ":srv 744 " + me_ + " " + name + " :no", ":srv 742 " + me_ + " " + name + " m n :no",
                         ":srv 989 " + me_ + " " + name + " :no", ":irc.srv NOTICE " + name + " :no"};
  say(random.pick(lines));
}

// Filters change texts and drop them, with a word or without.
void IrcServer::client_says(const std::vector<std::string>& words, Random& random) {
  constexpr std::array refusals{"404", "707", "531", "936", "492", "439"};
  if (refuses_much && random.one_in(3)) return refuse(random.pick(refusals), words[1]);
  if (!has("echo-message") || (refuses_much && random.one_in(4))) return;
  std::string text = words[2];
  if (random.one_in(6) && text.size() > 5) text[text.size() - 2] = '*';
  say(source(me_) + words[0] + " " + words[1] + " :" + text);
}

void IrcServer::negotiate(const std::vector<std::string>& words, Random& random) {
  if (words[1] == "LS") {
    ended_caps_ = false;
    std::string list;
    for (const auto& cap : offered_) list += cap + " ";
    return say(":srv CAP * LS :" + list);
  }
  if (words[1] == "REQ") {
    const bool refused = random.one_in(4);
    say(":srv CAP * " + std::string(refused ? "NAK" : "ACK") + " :" + words[2]);
    std::istringstream names(words[2]);
    for (std::string cap; !refused && names >> cap;) caps_.insert(cap);
    return;
  }
  if (words[1] != "END") return;
  ended_caps_ = true;
  welcome();
}

void IrcServer::client_nick(const std::string& nick, Random& random) {
  if (is_taken(nick) && (!online_ || !same(nick, me_))) {
    say(":srv 433 " + (online_ ? me_ : "*") + " " + nick + " :Nickname is already in use");
    return;
  }
  if (online_ && refuses_much && random.one_in(2)) {
    const std::array lines{":srv 432 " + me_ + " " + nick + " :no", ":srv 438 " + me_ + " " + nick + " :no",
                           ":srv 972 " + me_ + " NICK :no", ":irc.srv NOTICE " + me_ + " :no nick changes now"};
    return say(random.pick(lines));
  }
  if (online_) return rename(me_, nick);
  me_ = nick;
  welcome();
}

void IrcServer::welcome() {
  if (online_ || me_.empty() || user_.empty() || !ended_caps_) return;
  online_ = true;
  say(":srv 001 " + me_ + " :Welcome");
  isupport();
  say(":srv 422 " + me_ + " :No MOTD");
}

void IrcServer::client_join(const std::string& name, Random& random) {
  constexpr std::array refusals{"471", "473", "474", "475", "477", "405", "437",
                                "476", "403", "926", "485", "520", "989"};
  if (refuses_much && random.one_in(3) && !is_in(name, me_)) return refuse(random.pick(refusals), name);
  enter(name, random);
}

void IrcServer::client_mode(const std::vector<std::string>& words, Random& random) {
  Channel* const channel = find(words[1]);
  if (!channel) return refuse("403", words[1]);
  if (words[2].empty()) return say(":srv 324 " + me_ + " " + words[1] + (channel->moderated ? " +nmt" : " +nt"));
  if (!channel->members.contains(me_)) return refuse("442", words[1]);
  if (refuses_much && random.one_in(2)) return refuse_command(words, random);
  std::vector<std::string> params;
  for (std::size_t at = 2; at < words.size() && !words[at].empty(); ++at) params.push_back(words[at]);
  set_modes(me_, words[1], params);
}

}  // namespace model
