#include "tests/model/irc_server.hpp"

#include <algorithm>
#include <array>

namespace model {

namespace {

constexpr std::array mappings{"ascii", "rfc1459", "rfc1459-strict"};
constexpr std::array prefixes{"(ov)@+", "(qaohv)~&@%+", "(Yqaohv)!~&@%+", "(ohv)@%+"};
constexpr std::array capabilities{"multi-prefix",     "userhost-in-names", "extended-join", "account-notify", "batch",
                                  "labeled-response", "away-notify",       "chghost",       "message-tags"};

std::string letters_of(const std::string& prefix) {
  return prefix.substr(1, prefix.find(')') - 1);
}

}  // namespace

std::string fold(const std::string& name, const std::string& mapping) {
  const std::string from = mapping == "ascii" ? "" : mapping == "rfc1459" ? "[]\\~" : "[]\\";
  const std::string to = "{}|^";
  std::string out;
  for (const char c : name) {
    const auto at = from.find(c);
    out += at != from.npos ? to[at] : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return out;
}

Channel* IrcServer::find(const std::string& name) {
  for (auto& [known, channel] : channels_)
    if (same(known, name)) return &channel;
  return nullptr;
}

bool IrcServer::is_in(const std::string& channel, const std::string& nick) {
  const Channel* const found = find(channel);
  return found && found->members.contains(nick);
}

bool IrcServer::is_taken(const std::string& nick) const {
  if (open_ && same(me_, nick)) return true;
  const auto all = people();
  return std::any_of(all.begin(), all.end(), [&](const auto& each) { return same(each, nick); });
}

std::set<std::string> IrcServer::people() const {
  std::set<std::string> all;
  for (const auto& [name, channel] : channels_)
    for (const auto& [nick, letters] : channel.members)
      if (nick != me_) all.insert(nick);
  return all;
}

std::string IrcServer::source(const std::string& nick) const {
  return ":" + nick + "!u" + std::to_string(nick.size()) + "@host." + std::to_string(nick.size()) + " ";
}

std::string IrcServer::sorted(const std::string& letters) const {
  std::string out;
  for (const char letter : letters_of(prefix_))
    if (letters.find(letter) != letters.npos) out += letter;
  return out;
}

void IrcServer::say(const std::string& line) {
  if (open_) out_.push_back(line);
}

void IrcServer::open(Random& random) {
  open_ = true;
  online_ = closing_ = false;
  ended_caps_ = true;
  me_ = user_ = "";
  caps_.clear();
  offered_.clear();
  due_.clear();
  out_.clear();
  for (const char* const cap : capabilities)
    if (random.one_in(2)) offered_.insert(cap);
  mapping_ = random.pick(mappings);
  prefix_ = random.pick(prefixes);
  unite();
}

void IrcServer::lost() {
  for (auto& [name, channel] : channels_) channel.members.erase(me_);
  open_ = online_ = closing_ = false;
  me_.clear();
  due_.clear();
  out_.clear();
}

// Names that the mapping makes one: the first stays, and we before everybody else.
void IrcServer::unite() {
  std::map<std::string, Channel> kept;
  for (auto& [name, channel] : channels_) {
    const auto twin = std::any_of(kept.begin(), kept.end(), [&](const auto& each) { return same(each.first, name); });
    if (!twin) kept.emplace(name, std::move(channel));
  }
  channels_ = std::move(kept);
  for (auto& [name, channel] : channels_) {
    std::map<std::string, std::string> members;
    if (channel.members.contains(me_)) members.emplace(me_, channel.members[me_]);
    for (const auto& [nick, letters] : channel.members) {
      const auto is_twin = [&, &here = nick](const auto& each) { return same(each.first, here); };
      if ((nick == me_ || !same(nick, me_)) && std::none_of(members.begin(), members.end(), is_twin))
        members.emplace(nick, letters);
    }
    channel.members = std::move(members);
    for (auto& [nick, letters] : channel.members) letters = sorted(letters);
  }
}

void IrcServer::join(const std::string& nick, const std::string& name, Random& random) {
  if (nick == me_) return enter(name, random);
  Channel* const channel = find(name);
  if (!channel || channel->members.contains(nick)) return;
  channel->members[nick];
  if (!channel->members.contains(me_)) return;
  say(source(nick) + "JOIN " + name + (has("extended-join") ? " acc :Real Name" : ""));
}

// Us: the topic and the list follow.
void IrcServer::enter(const std::string& name, Random& random) {
  if (!online_) return;
  if (!find(name)) channels_[name].topic = random.one_in(2) ? "about " + name : "";
  Channel& channel = *find(name);
  if (channel.members.contains(me_)) return;
  channel.members[me_] = channel.members.empty() ? sorted("o") : "";
  say(source(me_) + "JOIN " + name + (has("extended-join") ? " * :Me" : ""));
  if (puts_off_names && random.one_in(2)) return due_.push_back(name);
  topic_of(name, channel);
  names(name, channel);
}

void IrcServer::send_names() {
  for (const auto& name : std::exchange(due_, {})) {
    Channel* const channel = find(name);
    if (!channel || !channel->members.contains(me_)) continue;
    topic_of(name, *channel);
    names(name, *channel);
  }
}

void IrcServer::topic_of(const std::string& name, const Channel& channel) {
  if (channel.topic.empty()) return;
  say(":srv 332 " + me_ + " " + name + " :" + channel.topic);
  say(":srv 333 " + me_ + " " + name + " somebody 1700000000");
}

std::string IrcServer::entry(const std::string& nick, const std::string& letters) const {
  const std::string signs = prefix_.substr(prefix_.find(')') + 1);
  std::string out;
  for (const char letter : letters) {
    out += signs[letters_of(prefix_).find(letter)];
    if (!has("multi-prefix")) break;
  }
  return out + (has("userhost-in-names") ? source(nick).substr(1, source(nick).size() - 2) : nick);
}

void IrcServer::names(const std::string& name, Channel& channel) {
  std::string line;
  std::size_t count = 0;
  for (const auto& [nick, letters] : channel.members) {
    line += (line.empty() ? "" : " ") + entry(nick, letters);
    if (++count % 3 != 0) continue;
    say(":srv 353 " + me_ + " = " + name + " :" + line);
    line.clear();
  }
  if (!line.empty()) say(":srv 353 " + me_ + " @ " + name + " :" + line + " ");
  say(":srv 366 " + me_ + " " + name + " :End of /NAMES list.");
}

void IrcServer::tell(const std::string& name) {
  Channel* const channel = find(name);
  if (!channel || !channel->members.contains(me_)) return;
  names(name, *channel);
  if (channel->topic.empty()) {
    say(":srv 331 " + me_ + " " + name + " :No topic is set");
  } else {
    topic_of(name, *channel);
  }
  say(":srv 324 " + me_ + " " + name + (channel->moderated ? " +nmt" : " +nt"));
}

void IrcServer::part(const std::string& nick, const std::string& name) {
  Channel* const channel = find(name);
  if (!channel || !channel->members.contains(nick)) return;
  if (channel->members.contains(me_)) say(source(nick) + "PART " + name + " :bye");
  channel->members.erase(nick);
}

void IrcServer::kick(const std::string& actor, const std::string& nick, const std::string& name) {
  Channel* const channel = find(name);
  if (!channel || !channel->members.contains(nick)) return;
  if (channel->members.contains(me_)) say(source(actor) + "KICK " + name + " " + nick + " :out");
  channel->members.erase(nick);
}

void IrcServer::quit(const std::set<std::string>& nicks, bool split) {
  const bool batched = split && has("batch");
  const std::string reference = "b" + std::to_string(++batch_);
  if (batched) say(":srv BATCH +" + reference + " netsplit a.example b.example");
  for (const auto& nick : nicks) {
    bool seen = false;
    if (nick == me_) continue;
    for (auto& [name, channel] : channels_) {
      seen = seen || (channel.members.contains(me_) && channel.members.contains(nick));
      channel.members.erase(nick);
    }
    const std::string reason = split ? "a.example b.example" : "gone";
    if (seen) say((batched ? "@batch=" + reference + " " : "") + source(nick) + "QUIT :" + reason);
  }
  if (batched) say(":srv BATCH -" + reference);
}

// Whoever has that nick already is nobody from then on; only we can't be pushed aside.
void IrcServer::rename(const std::string& from, const std::string& to) {
  if (to == "nobody") return;
  const bool own = from == me_;
  bool seen = own;
  for (auto& [name, channel] : channels_) {
    const auto found = channel.members.find(from);
    const bool is_here = found != channel.members.end();
    seen = seen || (is_here && channel.members.contains(me_));
    const std::string letters = is_here ? found->second : "";
    channel.members.erase(from);
    if (!own && same(to, me_)) continue;
    if (is_here || own) std::erase_if(channel.members, [&](const auto& each) { return same(each.first, to); });
    if (is_here) channel.members[to] = letters;
  }
  if (seen) say(source(from) + "NICK :" + to);
  if (own) me_ = to;
}

void IrcServer::set_topic(const std::string& actor, const std::string& name, const std::string& topic) {
  Channel* const channel = find(name);
  if (!channel) return;
  channel->topic = topic;
  if (channel->members.contains(me_)) say(source(actor) + "TOPIC " + name + " :" + topic);
}

void IrcServer::set_modes(const std::string& actor, const std::string& name, const std::vector<std::string>& params) {
  Channel* const channel = find(name);
  if (!channel || params.empty()) return;
  char sign = '+';
  std::size_t next = 1;
  for (const char letter : params[0]) {
    if (letter == '+' || letter == '-') sign = letter;
    if (letter == 'm') channel->moderated = sign == '+';
    const bool is_rank = letters_of(prefix_).find(letter) != std::string::npos;
    const bool takes = is_rank || std::string("bk").find(letter) != std::string::npos || (letter == 'l' && sign == '+');
    if (!takes || next >= params.size()) continue;
    const std::string& nick = params[next++];
    const auto member = is_rank ? channel->members.find(nick) : channel->members.end();
    if (member == channel->members.end()) continue;
    std::erase(member->second, letter);
    if (sign == '+') member->second = sorted(member->second + letter);
  }
  std::string line = source(actor) + "MODE " + name;
  for (const auto& param : params) line += " " + param;
  if (channel->members.contains(me_)) say(line);
}

void IrcServer::drop_cap(const std::string& cap) {
  offered_.erase(cap);
  caps_.erase(cap);
  say(":srv CAP " + me_ + " DEL :" + cap);
}

void IrcServer::isupport() {
  say(":srv 005 " + me_ + " CASEMAPPING=" + mapping_ + " PREFIX=" + prefix_ +
      " CHANTYPES=# CHANMODES=b,k,l,imnpst NICKLEN=30 :are supported by this server");
}

void IrcServer::say_again(Random& random) {
  if (!online_) return;
  // What became of one channel under two names would be anybody's guess.
  const bool has_twin = is_in("#c[", me_) || is_in("#c{", me_);
  if (!has_twin && random.one_in(2)) {
    mapping_ = random.pick(mappings);
  } else {
    prefix_ = random.pick(prefixes);
  }
  isupport();
  unite();
}

}  // namespace model
