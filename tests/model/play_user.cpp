// What the user's resources do.
#include <array>

#include "tests/model/play.hpp"

namespace model {

namespace {

std::string attribute(const std::string& text) {
  std::string out;
  component::xml::escape(out, text);
  return out;
}

}  // namespace

std::string Play::resource(Random& random) const {
  constexpr std::array all{"u@x/one", "u@x/two", "u@x/three"};
  return random.pick(all);
}

// Also again, from one that is in already.
void Play::enter_room(Random& random) {
  const std::string from = resource(random);
  const std::string where = channel(random);
  const std::string nick = random.one_in(4) ? "other" : "me";
  const bool asks_back = random.one_in(8);
  View& view = views_[{from, where}];
  if (!asks_back) view.ask();
  send("<presence from='" + from + "' to='" + where + "%net@gw/" + nick + "' id='i" + std::to_string(++ids_) + "'>" +
       (asks_back ? "" : "<x xmlns='http://jabber.org/protocol/muc'/>") + "</presence>");
}

void Play::leave_room(Random& random) {
  const std::string from = resource(random);
  const std::string where = channel(random);
  View& view = views_[{from, where}];
  send("<presence from='" + from + "' to='" + where + "%net@gw/me' type='unavailable'/>");
  view.leave();
}

void Play::user_nick(Random& random) {
  const std::string from = resource(random);
  const std::string where = channel(random);
  if (!views_[{from, where}].is_in()) return;
  const std::string nick = random.one_in(3) ? anybody(random) : random.one_in(3) ? "me" : fresh_nick(random);
  send("<presence from='" + from + "' to='" + where + "%net@gw/" + attribute(nick) + "'/>");
}

void Play::user_speaks(Random& random) {
  const std::string body = random.one_in(4)   ? "/me waves"
                           : random.one_in(4) ? "/mode +v " + anybody(random)
                                              : "hi\nyou";
  send("<message from='" + resource(random) + "' to='" + channel(random) + "%net@gw' type='groupchat' id='m" +
       std::to_string(++ids_) + "'><body>" + attribute(body) + "</body></message>");
}

void Play::administer(Random& random) {
  constexpr std::array items{"role='none'",        "role='participant'",   "role='visitor'",
                             "role='moderator'",   "affiliation='admin'",  "affiliation='owner'",
                             "affiliation='none'", "affiliation='member'", "affiliation='outcast'"};
  const std::string where = channel(random);
  send("<iq from='" + resource(random) + "' to='" + where + "%net@gw' type='set' id='q" + std::to_string(++ids_) +
       "'><query xmlns='http://jabber.org/protocol/muc#admin'><item nick='" + attribute(member(where, random)) + "' " +
       random.pick(items) + "/></query></iq>");
}

void Play::subject(Random& random) {
  send("<message from='" + resource(random) + "' to='" + channel(random) + "%net@gw' type='groupchat' id='s" +
       std::to_string(++ids_) + "'><subject>mine</subject></message>");
}

// The user's server bounces what was sent to a resource that has gone without a word.
void Play::ghost(Random& random) {
  const std::string from = resource(random);
  const std::string where = channel(random);
  send("<message type='error' from='" + from + "' to='" + where +
       "%net@gw/me'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
  for (auto& [key, view] : views_)
    if (key.first == from) view.forget();
}

void Play::time_passes(Random& random) {
  const auto time = random.one_in(4) ? std::chrono::seconds(31 + random.below(60)) : std::chrono::seconds(1);
  log_.push_back("# " + std::to_string(time.count()) + " s pass");
  ground_.loop.advance(time);
}

}  // namespace model
