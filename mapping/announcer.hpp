// What a network says to its user in its own name: which of the user's resources hear it, and whether it may wait for
// one of them. Knows who asked last and what was told; one per line, sends through the outlet that it is given.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "component/stanza.hpp"
#include "legacy/adapter.hpp"

namespace mapping {

class Announcer {
 public:
  // The full JIDs that have the network in view now: they are in one of its rooms, or were told of its presence.
  using Audience = std::function<std::set<std::string>()>;

  // out outlives it. `network` speaks, to `user`, a bare JID.
  Announcer(component::Outlet& out, component::Jid network, component::Jid user, Audience audience);

  // That resource has asked the network something; what comes back for it is an answer().
  void asked(legacy::Ref ref, const std::string& full_jid);
  // To the one who asked; as news() where nobody knows who that was. Nothing when the asker is gone.
  void answer(legacy::Ref ref, const std::string& text, legacy::Flavor flavor);
  // To those who have the network in view, and to nobody when nobody has. No server keeps it.
  void news(const std::string& text, legacy::Flavor flavor = legacy::Flavor::normal) const;
  // As news(), but a server may keep it, and when nobody is there the user's does. Where it says what it is about, the
  // same text is told once, until that is settled().
  void must_know(const std::string& about, const std::string& text);
  void settled(const std::string& about) { told_.erase(about); }
  // A state of the link, in words: up, lost, the first of several attempts that fail for the same reason; and what has
  // to be known, that there won't be another one. Nothing but the latter where the rooms show it (is_seen).
  void link(const legacy::LinkState& state, bool is_seen = false);
  // That resource will hear no answer any more.
  void gone(const std::string& full_jid);

 private:
  struct Asker {
    legacy::Ref ref;
    std::string full_jid;  // empty: gone
  };
  void send(const std::string& to, const std::string& text, legacy::Flavor flavor, bool may_be_kept) const;

  component::Outlet& out_;
  component::Jid network_;
  component::Jid user_;
  Audience audience_;
  std::deque<Asker> askers_;                  // the latest, oldest first
  std::map<std::string, std::string> told_;   // by what it is about
  legacy::Errc outage_ = legacy::Errc::none;  // why there is no link, as it was told last
};

}  // namespace mapping
