#include "bench/load/talk.hpp"

#include <fmt/format.h>

#include "bench/load/scan.hpp"

namespace load {

std::string own_channel(std::uint64_t user) {
  return fmt::format("#c{}", user);
}

std::string common_channel(std::uint64_t) {
  return "#common";
}

Outward::Outward(World& world, std::uint64_t users) : world_(world), users_(users), said_(users), reflected_(users) {
  world.irc().on_said = [this](std::string_view nick, std::string_view target, std::string_view text) {
    Label label;
    const bool is_right = recognise(text, label) && label.speaker < users_ && nick == user_nick(label.speaker) &&
                          target == own_channel(label.speaker);
    if (!is_right) return said_.corrupt();
    said_.arrived(label.speaker, label.sequence, Clock::now());
  };
  world.xmpp().on_stanza = [this](std::string_view kind, std::string_view stanza) { on_stanza(kind, stanza); };
}

void Outward::say(std::uint64_t user) {
  const Time now = Clock::now();
  const std::uint64_t sequence = said_.sent(user, now);
  reflected_.sent(user, now);
  const std::string body = escaped(compose({static_cast<std::uint32_t>(user), sequence}));
  world_.xmpp().send(fmt::format("<message from='{}' to='{}' type='groupchat' id='m{}'><body>{}</body></message>",
                                 user_full(user), world_.gateway().room(own_channel(user)), sequence, body));
}

bool Outward::on_stanza(std::string_view kind, std::string_view stanza) {
  if (kind != "message") return false;
  const std::string_view type = attribute(stanza, "type");
  if (type == "error") {
    said_.error();
    return true;
  }
  const std::int64_t user = user_of(attribute(stanza, "to"));
  const std::string_view body = child_text(stanza, "body");
  if (type != "groupchat" || user < 0 || body.empty()) return false;
  if (after(attribute(stanza, "from"), '/') != user_nick(static_cast<std::uint64_t>(user))) return false;
  Label label;
  if (recognise(unescaped(body), label) && label.speaker == user) {
    reflected_.arrived(static_cast<std::size_t>(user), label.sequence, Clock::now());
  } else {
    reflected_.corrupt();
  }
  return true;
}

void Outward::run(std::uint64_t messages, std::uint64_t window) {
  std::uint64_t begun = 0;
  settle(world_, "messages from XMPP to IRC", accounts(), [&] {
    for (; begun < messages && said_.in_flight() < window; ++begun) say(next_user_++ % users_);
    return begun == messages && is_complete();
  });
}

void Outward::forget_latencies() {
  said_.forget_latencies();
  reflected_.forget_latencies();
}

Inward::Inward(World& world, std::uint64_t users) : world_(world), users_(users), heard_(users) {
  world.xmpp().on_stanza = [this](std::string_view kind, std::string_view stanza) { on_stanza(kind, stanza); };
}

void Inward::say_to_all() {
  const Time now = Clock::now();
  std::uint64_t sequence = 0;
  for (std::uint64_t user = 0; user < users_; ++user) sequence = heard_.sent(user, now);
  const std::string text = compose({0, sequence});
  world_.irc().broadcast(common_channel(0), fmt::format(":{}!p@host.localhost PRIVMSG #common :{}", speaker, text));
}

std::string Inward::next_line(std::uint64_t user) {
  const std::uint64_t sequence = heard_.sent(user, Clock::now());
  const std::string text = compose({static_cast<std::uint32_t>(user), sequence});
  return fmt::format(":{}!p@host.localhost PRIVMSG {} :{}", speaker, own_channel(user), text);
}

void Inward::say_to(std::uint64_t user) {
  const std::string line = next_line(user);
  world_.irc().broadcast(own_channel(user), line);
}

bool Inward::on_stanza(std::string_view kind, std::string_view stanza) {
  const std::string_view body = child_text(stanza, "body");
  const std::int64_t user = user_of(attribute(stanza, "to"));
  if (kind != "message" || attribute(stanza, "type") != "groupchat" || body.empty() || user < 0) return false;
  const std::string_view from = attribute(stanza, "from");
  if (after(from, '/') != speaker) return false;
  const auto number = static_cast<std::uint64_t>(user);
  Label label;
  const bool is_ours =
      recognise(unescaped(body), label) && (up_to(from, '%') == common_channel(number) ||
                                            (up_to(from, '%') == own_channel(number) && label.speaker == number));
  if (is_ours) {
    heard_.arrived(static_cast<std::size_t>(user), label.sequence, Clock::now());
  } else {
    heard_.corrupt();
  }
  return true;
}

// The window counts deliveries; one line may be more than that.
void Inward::run(std::uint64_t lines, std::uint64_t window) {
  std::uint64_t begun = 0;
  settle(world_, "messages from IRC to XMPP", accounts(), [&] {
    for (; begun < lines && (heard_.in_flight() == 0 || heard_.in_flight() + users_ <= window); ++begun) say_to_all();
    return begun == lines && is_complete();
  });
}

}  // namespace load
