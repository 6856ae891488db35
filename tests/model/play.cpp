#include "tests/model/play.hpp"

#include <algorithm>
#include <array>

#include "component/xml_parser.hpp"
#include "legacy/irc/network.hpp"
#include "tests/model/chance.hpp"

namespace model {

using component::xml::Element;
using namespace std::chrono_literals;

const Play::Step Play::steps[] = {{30, &Play::server_acts},
                                  {14, &Play::somebody_joins},
                                  {8, &Play::somebody_leaves},
                                  {4, &Play::somebody_quits},
                                  {2, &Play::netsplit},
                                  {8, &Play::nick_change},
                                  {2, &Play::own_nick_change},
                                  {5, &Play::kick},
                                  {12, &Play::modes},
                                  {4, &Play::topic},
                                  {4, &Play::talk},
                                  {2, &Play::forced_moves},
                                  {3, &Play::about_people},
                                  {4, &Play::strangers},
                                  {4, &Play::unasked},
                                  {2, &Play::garbage},
                                  {1, &Play::capabilities},
                                  {1, &Play::isupport},
                                  {2, &Play::lies},
                                  {2, &Play::list_again},
                                  {1, &Play::connection_ends},
                                  {10, &Play::enter_room},
                                  {4, &Play::leave_room},
                                  {3, &Play::user_nick},
                                  {4, &Play::user_speaks},
                                  {4, &Play::administer},
                                  {2, &Play::subject},
                                  {1, &Play::ghost},
                                  {4, &Play::time_passes}};

Play::Play(Ground& ground, std::uint32_t chance) : ground_(ground) {
  repeat_chance(chance);
  mapping::Identity identity("gw", false);
  config::IrcNetwork irc;
  irc.name = "net";
  irc.burst = 0;
  identity.add(std::make_unique<irc::Network>(irc, dialer_));
  mapping::Options options;
  options.occupant_secret = "secret";
  gateway_ = std::make_unique<mapping::Gateway>(io_.get_executor(), outlet_, *ground_.store, std::move(identity),
                                                std::move(options));
  gateway_->start();
}

// The next play is on the same disk: nobody may be sitting in a room there.
Play::~Play() {
  for (const std::string client : {"one", "two", "three"}) {
    auto gone =
        component::make_presence(*component::Jid::parse("u@x/" + client), *component::Jid::parse("gw"), "unavailable");
    gateway_->on_stanza(*component::Stanza::parse(std::move(gone)));
  }
  bool done = false;
  gateway_->stop([&done] { done = true; });
  for (int turn = 0; turn < 50 && !done; ++turn) ground_.loop.advance(100ms);
  gateway_.reset();
  for (const auto& peer : dialer_.peers) peer->close();
  ground_.loop.settle();
}

std::string Play::run(const std::vector<std::uint32_t>& script) {
  try {
    for (const std::uint32_t seed : script) step(Random(seed));
    finish();
  } catch (const Wrong& wrong) {
    return wrong.what();
  }
  return {};
}

void Play::step(Random random) {
  static const int total = [] {
    int sum = 0;
    for (const Step& each : steps) sum += each.weight;
    return sum;
  }();
  auto at = static_cast<int>(random.below(static_cast<std::size_t>(total)));
  for (const Step& each : steps) {
    if ((at -= each.weight) >= 0) continue;
    (this->*each.act)(random);
    break;
  }
  pump();
}

void Play::pump() {
  flush();
  ground_.loop.settle();
  if (dialer_.peers.size() > peer_) {
    if (server_.is_open()) server_.lost();
    inbox_.clear();
    peer_ = dialer_.peers.size();
    Random random(static_cast<std::uint32_t>(peer_ * 7919 + log_.size()));
    server_.open(random);
    log_.push_back("# the server has a connection");
  }
  while (!outlet_.sent.empty()) {
    const Element next = std::move(outlet_.sent.front());
    outlet_.sent.pop_front();
    stanza(next);
  }
  hear();
}

void Play::hear() {
  if (dialer_.peers.empty()) return;
  scenario::IrcPeer& peer = *dialer_.peers.back();
  for (const auto& line : peer.lines) {
    log_.push_back("irc  < " + line);
    inbox_.push_back(line);
  }
  peer.lines.clear();
  if (peer.closed && server_.is_open()) {
    log_.push_back("# the connection is gone");
    server_.lost();
    inbox_.clear();
  }
}

void Play::serve(std::size_t most, Random& random) {
  for (; most > 0 && !inbox_.empty(); --most) {
    const std::string line = std::move(inbox_.front());
    inbox_.pop_front();
    server_.receive(line, random);
  }
  flush();
  if (!server_.wants_close()) return;
  dialer_.peers.back()->close();
  server_.lost();
  inbox_.clear();
}

void Play::flush() {
  std::string all;
  for (const auto& line : server_.take()) {
    log_.push_back("irc  > " + line);
    all += (all.empty() ? "" : "\r\n") + line;
  }
  if (all.empty() || dialer_.peers.empty()) return;
  asio::co_spawn(io_, dialer_.peers.back()->write(all), asio::detached);
  ground_.loop.settle();
}

void Play::send(const std::string& xml) {
  log_.push_back("xmpp > " + xml);
  auto element = component::xml::parse_element(xml, component::ns_component);
  if (!element) throw Wrong("not well-formed: " + xml);
  auto parsed = component::Stanza::parse(std::move(*element));
  if (!parsed) throw Wrong("not a stanza: " + xml);
  gateway_->on_stanza(std::move(*parsed));
  pump();
}

// An iq has one answer, a text comes back or is refused.
void Play::note_answer(const Element& stanza) {
  const std::string id(stanza.attr("id"));
  if (stanza.name() == "iq" && queries_.erase(id) == 0) throw Wrong("an answer too many: " + id);
  if (stanza.name() == "message") texts_.erase(id);
}

void Play::forget_texts(const Key& key) {
  std::erase_if(texts_, [&](const auto& each) { return each.second == key; });
}

void Play::stanza(const Element& stanza) {
  log_.push_back("xmpp < " + stanza.to_string(component::ns_component));
  note_answer(stanza);
  const std::string from(stanza.attr("from"));
  const std::string body = stanza.child_text("body", {});
  constexpr std::string_view given_up = "could not join ";
  if (from == "net@gw" && body.starts_with(given_up)) {
    const std::string room = body.substr(given_up.size(), body.find(" again:") - given_up.size());
    for (auto& [key, view] : views_)
      if (key.second == room) view.leave();
  }
  const auto end = from.find("%net@gw");
  if (end == from.npos || from.front() != '#') return;
  const Key key{std::string(stanza.attr("to")), from.substr(0, end)};
  if (stanza.child("x", "jabber:x:conference")) invited_.insert(key.second);
  if (key.first.find('/') != key.first.npos) views_[key].take(stanza);
  if (!views_[key].is_in()) forget_texts(key);
}

// Honest and in time from now on, until nothing happens any more.
void Play::finish() {
  server_.refuses_much = server_.puts_off_names = false;
  settle_down();
  // A second time, because the end of the first may have been the end of a list that a lie had begun.
  for (int time = 0; time < 2; ++time) {
    for (const auto& [name, channel] : server_.channels()) server_.tell(name);
    settle_down();
  }
  compare();
}

void Play::settle_down() {
  Random random(1);
  for (int turn = 0; turn < 12; ++turn) {
    server_.send_names();
    do {
      serve(1000, random);
      pump();
    } while (!inbox_.empty());
    // An attempt to connect may be put off by ten minutes; answers by one.
    ground_.loop.advance(server_.is_online() ? 35s : 700s);
    pump();
  }
}

void Play::compare() {
  if (!queries_.empty()) throw Wrong("never answered: " + *queries_.begin());
  if (!texts_.empty()) throw Wrong("neither shown nor refused: " + texts_.begin()->first);
  for (const auto& [key, view] : views_) compare(key, view);
  for (const auto& [name, channel] : server_.channels()) {
    const bool is_shown = std::any_of(views_.begin(), views_.end(), [&, &here = name](const auto& each) {
      const bool is_claimed = each.second.is_in() || each.second.is_expected();
      return is_claimed && fold(each.first.second, server_.mapping()) == fold(here, server_.mapping());
    });
    const bool is_invited = std::any_of(invited_.begin(), invited_.end(), [&, &here = name](const auto& each) {
      return fold(each, server_.mapping()) == fold(here, server_.mapping());
    });
    const bool is_here = !server_.me().empty() && channel.members.contains(server_.me());
    if (is_here && !is_shown && !is_invited) throw Wrong("nobody is in " + name + " but we are on IRC");
  }
}

namespace {

View::Seen standing(const std::string& letters, const std::string& prefix, bool moderated) {
  const std::string order = prefix.substr(1, prefix.find(')') - 1);
  const bool has_owner = order.find_first_of("qa") != order.npos;
  const auto best = order.find_first_of(letters);
  if (best == order.npos) return {"none", moderated ? "visitor" : "participant"};
  switch (order[best]) {
    case 'o': return {has_owner ? "admin" : "owner", "moderator"};
    case 'h': return {"member", "moderator"};
    case 'v': return {"member", "participant"};
    default: return {"owner", "moderator"};
  }
}

}  // namespace

void Play::compare(const Key& key, const View& view) {
  const std::string where = key.first + " in " + key.second + ": ";
  if (view.is_waiting()) throw Wrong(where + "waits for ever");
  if (!view.is_in()) return;
  Channel* const channel = server_.find(key.second);
  if (!channel || !server_.is_in(key.second, server_.me())) throw Wrong(where + "in a room that we are not in");
  std::map<std::string, View::Seen> told, truth;
  for (const auto& [nick, seen] : view.people())
    if (!told.emplace(fold(nick, server_.mapping()), seen).second) throw Wrong(where + "twice: " + nick);
  for (const auto& [nick, letters] : channel->members)
    truth.emplace(fold(nick, server_.mapping()), standing(letters, server_.prefix(), channel->moderated));
  for (const auto& [nick, seen] : told) {
    const auto found = truth.find(nick);
    if (found == truth.end()) throw Wrong(where + "shows " + nick + ", who is not there");
    if (!(found->second == seen))
      throw Wrong(where + nick + " is " + seen.affiliation + "/" + seen.role + " instead of " +
                  found->second.affiliation + "/" + found->second.role);
  }
  for (const auto& [nick, seen] : truth)
    if (!told.contains(nick)) throw Wrong(where + "does not show " + nick);
  if (fold(view.nick(), server_.mapping()) != fold(server_.me(), server_.mapping()))
    throw Wrong(where + "own nick " + view.nick() + " instead of " + server_.me());
  if (view.topic() != channel->topic) throw Wrong(where + "topic '" + view.topic() + "' not '" + channel->topic + "'");
}

}  // namespace model
