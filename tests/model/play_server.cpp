// What happens on the IRC server without our asking.
#include <algorithm>
#include <array>

#include "tests/model/play.hpp"

namespace model {

namespace {

constexpr std::array nicks{"alice", "bob",  "carol", "dave",   "a[",   "a{",  "x~y",        "x^y",
                           "Zed",   "zed_", "me2",   "guest1", "a\\b", "a|b", "\xC3\xA9va", "longnick12345"};

// Another spelling by a server that does not care.
std::string respell(std::string nick, Random& random) {
  if (!random.one_in(6)) return nick;
  for (char& c : nick)
    if (c >= 'a' && c <= 'z' && random.one_in(2)) c = static_cast<char>(c - 32);
  return nick;
}

}  // namespace

std::string Play::channel(Random& random) const {
  constexpr std::array names{"#a", "#a", "#b", "#c[", "#c{"};
  return random.pick(names);
}

std::string Play::fresh_nick(Random& random) const {
  for (int attempt = 0; attempt < 10; ++attempt) {
    const std::string nick = random.pick(nicks);
    if (!server_.is_taken(nick)) return nick;
  }
  return "n" + std::to_string(random.below(100000));
}

std::string Play::anybody(Random& random) const {
  const auto people = server_.people();
  return people.empty() ? "nobody" : random.pick(people);
}

// Somebody of that channel but us, or "nobody".
std::string Play::member(const std::string& channel, Random& random) {
  const Channel* const found = server_.find(channel);
  std::vector<std::string> all;
  if (found)
    for (const auto& [nick, letters] : found->members)
      if (nick != server_.me()) all.push_back(nick);
  return all.empty() ? "nobody" : random.pick(all);
}

void Play::server_acts(Random& random) {
  server_.refuses_much = random.one_in(6);
  server_.puts_off_names = random.one_in(3);
  if (random.one_in(3)) server_.send_names();
  serve(1 + random.below(30), random);
}

void Play::somebody_joins(Random& random) {
  const std::string nick = random.one_in(2) ? anybody(random) : fresh_nick(random);
  if (nick != "nobody") server_.join(nick, channel(random), random);
}

void Play::somebody_leaves(Random& random) {
  const std::string where = channel(random);
  server_.part(member(where, random), where);
}

void Play::somebody_quits(Random& random) {
  server_.quit({anybody(random)}, false);
}

void Play::netsplit(Random& random) {
  std::set<std::string> gone;
  for (std::size_t count = random.below(6); count > 0; --count) gone.insert(anybody(random));
  server_.quit(gone, true);
}

void Play::nick_change(Random& random) {
  const std::string from = anybody(random);
  if (from == "nobody") return;
  if (random.one_in(8)) {
    const std::string& me = server_.me();
    return server_.rename(from, random.one_in(3) && !me.empty() ? me : anybody(random));
  }
  server_.rename(from, random.one_in(5) ? respell(from, random) : fresh_nick(random));
}

void Play::own_nick_change(Random& random) {
  if (!server_.is_online()) return;
  server_.rename(server_.me(), random.one_in(3) ? anybody(random) : fresh_nick(random));
}

void Play::kick(Random& random) {
  const std::string where = channel(random);
  const std::string actor = member(where, random);
  const bool us = random.one_in(4) && server_.is_online();
  server_.kick(actor, us ? server_.me() : member(where, random), where);
}

// Letters that exist and letters that don't, with as many parameters as they need, or fewer.
void Play::modes(Random& random) {
  const std::string where = channel(random);
  const std::string letters = "ovovovqahYmmntiskblXzR";
  std::vector<std::string> params{""};
  for (std::size_t count = 1 + random.below(8); count > 0; --count) {
    if (params[0].empty() || random.one_in(3)) params[0] += random.one_in(2) ? '+' : '-';
    params[0] += letters[random.below(letters.size())];
    const bool us = random.one_in(8) && server_.is_online();
    if (!random.one_in(10)) params.push_back(us ? server_.me() : member(where, random));
  }
  server_.set_modes(random.one_in(8) ? "srv.example" : member(where, random), where, params);
}

void Play::topic(Random& random) {
  const std::string where = channel(random);
  server_.set_topic(member(where, random), where, random.one_in(4) ? "" : "topic " + std::to_string(random.below(9)));
}

void Play::talk(Random& random) {
  const std::string where = channel(random);
  const std::string who = random.one_in(4) ? "stranger" : random.one_in(6) ? server_.me() : member(where, random);
  if (who.empty()) return;
  server_.say(":" + respell(who, random) + "!u@h " + (random.one_in(4) ? "NOTICE " : "PRIVMSG ") +
              (random.one_in(3) ? server_.me() : where) + " :hello");
}

void Play::forced_moves(Random& random) {
  if (!server_.is_online()) return;
  const std::string where = channel(random);
  if (random.one_in(2)) return server_.part(server_.me(), where);
  server_.join(server_.me(), where, random);
}

void Play::about_people(Random& random) {
  constexpr std::array news{" AWAY :gone", " AWAY", " ACCOUNT acc", " ACCOUNT *", " CHGHOST new host.name",
                            " SETNAME :X"};
  server_.say(":" + respell(random.one_in(6) ? server_.me() : anybody(random), random) + "!u@h" + random.pick(news));
}

// People that nobody has ever seen.
void Play::strangers(Random& random) {
  const std::string where = channel(random);
  const std::array lines{":ghost!g@h PART " + where,
                         ":ghost!g@h KICK " + where + " spirit :x",
                         ":" + member(where, random) + "!u@h KICK " + where + " ghost",
                         std::string(":ghost!g@h NICK spirit"),
                         std::string(":ghost!g@h QUIT :x"),
                         std::string(":ghost QUIT"),
                         ":ghost!g@h MODE " + where + " +o spirit",
                         std::string(":ghost!g@h PART #nowhere"),
                         std::string(":ghost!g@h KICK #nowhere ghost"),
                         std::string(":ghost!g@h JOIN #nowhere"),
                         std::string(":ghost!g@h AWAY :x"),
                         std::string(":ghost!g@h MODE #nowhere +o-v ghost"),
                         ":ghost!g@h INVITE " + server_.me() + " #nowhere"};
  server_.say(random.pick(lines));
}

// Replies to what was never asked.
void Play::unasked(Random& random) {
  const std::string me = server_.me() + " ";
  const std::array lines{std::string(":srv 353 ") + me + "= #nowhere :ghost @spirit",
                         ":srv 366 " + me + "#nowhere :End",
                         ":srv 332 " + me + "#nowhere :topic",
                         ":srv 324 " + me + "#nowhere +m",
                         ":srv 401 " + me + "ghost :No such nick",
                         ":srv 433 " + me + "other :taken",
                         ":srv 341 " + me + "ghost #nowhere",
                         ":srv 403 " + me + "#nowhere :none",
                         ":srv 323 " + me + ":End of /LIST",
                         ":srv 322 " + me + "#nowhere 3 :x",
                         ":srv 001 " + me + ":Welcome again",
                         ":srv 903 " + me + ":SASL done",
                         ":srv 301 " + me + "ghost :away",
                         ":srv 352 " + me + "#nowhere u h s ghost H :0 x",
                         ":srv 315 " + me + "#nowhere :End",
                         std::string(":srv PONG srv :what"),
                         std::string("PING :are you there"),
                         std::string("@label=w3 :srv ACK")};
  if (server_.is_online()) server_.say(random.pick(lines));
}

void Play::garbage(Random& random) {
  constexpr std::array lines{"",
                             ":",
                             "@",
                             ":srv",
                             "@a=b",
                             ":x 353",
                             "MODE",
                             "JOIN",
                             ":a!b@c JOIN",
                             ":a!b@c JOIN :",
                             ":a!b@c NICK",
                             ":a!b@c NICK :",
                             ":a!b@c KICK #a",
                             ":srv 353 me",
                             ":srv 005 me",
                             ":srv BATCH -9",
                             ":srv BATCH +",
                             "@batch=9 :a!b@c QUIT :x.y z.y",
                             ":srv CAP",
                             ":!@ QUIT",
                             ":a!b@c MODE #a",
                             ":a!b@c MODE #a +",
                             ":a!b@c MODE #a +o",
                             ":srv 324 me #a",
                             "\x01\x02",
                             ":srv 353 me = #a",
                             ":a!b@c TOPIC #a",
                             "AUTHENTICATE +",
                             ":srv 332 me #a"};
  if (server_.is_online()) server_.say(random.pick(lines));
}

void Play::capabilities(Random& random) {
  constexpr std::array caps{"multi-prefix", "userhost-in-names", "extended-join", "batch", "labeled-response"};
  const std::string cap = random.pick(caps);
  if (!server_.is_online()) return;
  if (random.one_in(3)) return server_.say(":srv CAP " + server_.me() + " NEW :" + cap + " unheard/of");
  if (random.one_in(2)) return server_.say(":srv CAP " + server_.me() + " NAK :" + cap);
  server_.drop_cap(cap);
}

void Play::isupport(Random& random) {
  server_.say_again(random);
}

// What is not so: the list of members at the end tells the truth.
void Play::lies(Random& random) {
  if (!server_.is_online()) return;
  const std::string where = channel(random);
  const std::string me = server_.me();
  const std::string who = member(where, random);
  const std::array lines{":srv 353 " + me + " = " + where + " :@ghost " + me + " !$spirit",
                         ":srv 353 " + me + " = " + where + " :ghost!g@h",
                         ":srv 366 " + me + " " + where + " :End",
                         ":ghost!g@h JOIN " + where,
                         ":" + who + "!u@h PART " + where,
                         ":" + who + "!u@h QUIT :lie",
                         ":" + respell(who, random) + "!u@h JOIN " + where,
                         ":" + who + "!u@h NICK liar",
                         ":x!u@h KICK " + where + " " + who,
                         ":x!u@h MODE " + where + " +o-v " + who + " " + me,
                         ":x!u@h MODE " + where + " +m",
                         ":srv 324 " + me + " " + where + " +mi",
                         ":srv 332 " + me + " " + where + " :not so",
                         ":srv 331 " + me + " " + where + " :none"};
  server_.say(random.pick(lines));
}

void Play::list_again(Random& random) {
  server_.tell(channel(random));
}

void Play::connection_ends(Random& random) {
  if (!server_.is_open() || !random.one_in(3)) return;
  if (random.one_in(2)) server_.say("ERROR :Closing link: something");
  flush();
  log_.push_back("# the server closes the connection");
  dialer_.peers.back()->close();
  server_.lost();
  inbox_.clear();
}

}  // namespace model
