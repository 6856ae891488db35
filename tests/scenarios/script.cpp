// Plays one .scn file against the gateway. A step is one line; a line that starts with blanks continues the one before.
//
//   xmpp > <stanza/>      the XMPP server delivers this
//   xmpp < <stanza/>      the next stanza from the gateway looks so (tests/scenarios/pattern.hpp)
//   xmpp find <stanza/>   one that looks so comes; those before it are forgotten
//   irc  > :srv 001 me    the IRC server sends this line
//   irc  < JOIN #a        the next line from the gateway is this; a final * stands for any rest
//   irc  welcome NICK     plays a registration, without capabilities, up to the end of the MOTD
//   irc  pong             answers the PING that comes next
//   irc  close            the IRC server closes the connection
//   irc  refuse | accept  new connections fail | succeed again
//   irc  at HOST:PORT tls | plain   the latest connection was made there
//   xmpp up               the XMPP server has been away, and the stream to it is there again
//   gateway restart       ends the gateway, forgets what is waiting on both sides, and starts it on the same files
//   gateway single        the same, as a gateway of one network that addresses don't name
//   time + 30s            moves every timer
//   quiet                 nothing is waiting on either side
//   note NAME             keeps the sessionid of the command, or else the id of the stanza, that comes next as $NAME,
//                         without taking it
//   skip                  forgets what is waiting on the XMPP side
//
// At the end nothing may be left over that the scenario did not look at.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "component/xml_parser.hpp"
#include "tests/scenarios/pattern.hpp"
#include "tests/scenarios/world.hpp"

namespace scenario {

namespace {

struct Step {
  int line = 0;
  std::string actor, verb, rest;
};

std::string next_word(std::string& text) {
  const auto start = text.find_first_not_of(' ');
  if (start == text.npos) return std::exchange(text, {});
  const auto end = std::min(text.find(' ', start), text.size());
  std::string word = text.substr(start, end - start);
  text.erase(0, std::min(text.size(), end + 1));
  return word;
}

std::vector<Step> read(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("can't read " + path);
  std::vector<Step> steps;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    if (line.front() == ' ' && !steps.empty()) {
      steps.back().rest += line.substr(line.find_first_not_of(' '));
      continue;
    }
    Step step{number, next_word(line), {}, {}};
    step.verb = next_word(line);
    step.rest = line.substr(std::min(line.size(), line.find_first_not_of(' ')));
    steps.push_back(std::move(step));
  }
  return steps;
}

// "\\001" for control bytes that an editor would not show.
std::string unescape(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool octal =
        text[at] == '\\' && at + 3 < text.size() && std::isdigit(static_cast<unsigned char>(text[at + 1]));
    out += octal ? static_cast<char>(std::stoi(text.substr(at + 1, 3), nullptr, 8)) : text[at];
    if (octal) at += 3;
  }
  return out;
}

void expect_stanza(World& world, const std::string& text) {
  const auto pattern = component::xml::parse_element(text, component::ns_component);
  if (!pattern) throw std::runtime_error("the pattern is not well-formed");
  const auto actual = world.next_stanza();
  if (!actual) throw std::runtime_error("no stanza came");
  const std::string why = mismatch(*pattern, *actual);
  if (!why.empty()) throw std::runtime_error(why + "\n  came: " + actual->to_string(component::ns_component));
}

void find_stanza(World& world, const std::string& text) {
  const auto pattern = component::xml::parse_element(text, component::ns_component);
  if (!pattern) throw std::runtime_error("the pattern is not well-formed");
  while (const auto actual = world.next_stanza())
    if (mismatch(*pattern, *actual).empty()) return;
  throw std::runtime_error("no such stanza came");
}

void expect_line(World& world, const std::string& wanted) {
  const auto actual = world.next_line();
  if (!actual) throw std::runtime_error("no line came");
  const bool prefix = wanted.ends_with('*');
  const bool same = prefix ? actual->starts_with(wanted.substr(0, wanted.size() - 1)) : *actual == wanted;
  if (!same) throw std::runtime_error("came: " + *actual);
}

void welcome(World& world, const std::string& nick) {
  expect_line(world, "CAP LS 302");
  expect_line(world, "NICK " + nick);
  expect_line(world, "USER *");
  world.from_irc(":srv 421 * CAP :Unknown command");
  world.from_irc(":srv 001 " + nick + " :Welcome " + nick + "!user@host");
  world.from_irc(":srv 002 " + nick + " :Your host is srv, running version test");
  world.from_irc(":srv 005 " + nick +
                 " CASEMAPPING=rfc1459 PREFIX=(ov)@+ CHANTYPES=# CHANMODES=b,k,l,imnpst :are supported");
  world.from_irc(":srv 422 " + nick + " :No MOTD");
}

void pong(World& world) {
  const auto line = world.next_line();
  if (!line || !line->starts_with("PING ")) throw std::runtime_error("came: " + line.value_or("nothing"));
  world.from_irc(":srv PONG srv " + line->substr(5));
}

void play_irc(World& world, const Step& step) {
  if (step.verb == ">") return world.from_irc(unescape(step.rest));
  if (step.verb == "<") return expect_line(world, unescape(step.rest));
  if (step.verb == "welcome") return welcome(world, step.rest);
  if (step.verb == "pong") return pong(world);
  if (step.verb == "close") return world.close_irc();
  if (step.verb == "at" && step.rest == world.dialled()) return;
  if (step.verb == "at") throw std::runtime_error("it was made at " + world.dialled());
  if (step.verb == "refuse" || step.verb == "accept") return world.refuse_irc(step.verb == "refuse");
  throw std::runtime_error("no such step: irc " + step.verb);
}

void play(World& world, const Step& step) {
  if (step.actor == "irc") return play_irc(world, step);
  if (step.actor == "xmpp" && step.verb == ">") return world.from_xmpp(step.rest);
  if (step.actor == "xmpp" && step.verb == "<") return expect_stanza(world, step.rest);
  if (step.actor == "xmpp" && step.verb == "find") return find_stanza(world, step.rest);
  if (step.actor == "xmpp" && step.verb == "up") return world.xmpp_is_back();
  if (step.actor == "time") return world.pass(std::chrono::seconds(std::stoi(step.rest)));
  if (step.actor == "quiet") {
    if (!world.is_quiet()) throw std::runtime_error("something is waiting:" + world.leftovers());
    return;
  }
  if (step.actor == "note") return world.note(step.verb);
  if (step.actor == "skip") return world.forget_stanzas();
  if (step.actor == "gateway" && (step.verb == "restart" || step.verb == "single"))
    return world.restart(step.verb == "single");
  throw std::runtime_error("no such step: " + step.actor + ' ' + step.verb);
}

int run(const std::string& path) {
  World world;
  for (Step& step : read(path)) {
    step.rest = world.fill_in(std::move(step.rest));
    try {
      play(world, step);
    } catch (const std::exception& failure) {
      fmt::print(stderr, "{}:{}: {} {} {}\n  {}\n{}\n", path, step.line, step.actor, step.verb, step.rest,
                 failure.what(), world.leftovers());
      return 1;
    }
  }
  const std::string left = world.leftovers();
  if (!left.empty()) fmt::print(stderr, "{}: left over at the end:{}\n", path, left);
  return left.empty() ? 0 : 1;
}

}  // namespace

}  // namespace scenario

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: scenario FILE.scn\n");
    return 2;
  }
  if (std::getenv("WHERRY_DEBUG")) base::Log::set_threshold(base::Level::debug);
  return scenario::run(argv[1]);
}
