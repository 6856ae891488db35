#include "mapping/announcer.hpp"

#include <algorithm>

namespace mapping {

using component::xml::Element;

namespace {

constexpr std::size_t most_askers = 50;
constexpr std::size_t most_told = 500;  // things of which the user was told; more than there are rooms
constexpr std::string_view ns_hints = "urn:xmpp:hints";

}  // namespace

Announcer::Announcer(component::Outlet& out, component::Jid network, component::Jid user, Audience audience)
    : out_(out), network_(std::move(network)), user_(std::move(user)), audience_(std::move(audience)) {}

void Announcer::asked(legacy::Ref ref, const std::string& full_jid) {
  if (askers_.size() >= most_askers) askers_.pop_front();
  askers_.push_back({ref, full_jid});
}

void Announcer::answer(legacy::Ref ref, const std::string& text, legacy::Flavor flavor) {
  const auto asker = std::find_if(askers_.rbegin(), askers_.rend(), [&](const Asker& each) { return each.ref == ref; });
  if (asker == askers_.rend()) return news(text, flavor);
  if (!asker->full_jid.empty()) send(asker->full_jid, text, flavor, false);
}

void Announcer::news(const std::string& text, legacy::Flavor flavor) const {
  for (const std::string& full_jid : audience_()) send(full_jid, text, flavor, false);
}

void Announcer::must_know(const std::string& about, const std::string& text) {
  if (told_.size() >= most_told) told_.clear();
  if (!about.empty() && std::exchange(told_[about], text) == text) return;
  std::set<std::string> audience = audience_();
  if (audience.empty()) audience.insert(user_.str());
  for (const std::string& jid : audience) send(jid, text, legacy::Flavor::normal, true);
}

void Announcer::link(const legacy::LinkState& state, bool is_seen) {
  using Link = legacy::LinkState::Link;
  const bool is_ours = state.link == Link::stopped && state.reason == legacy::Errc::none;
  if (state.text.empty() || state.link == Link::connecting || is_ours) return;
  if (state.link == Link::stopped) return must_know({}, state.text);
  const legacy::Errc told = std::exchange(outage_, state.link == Link::online ? legacy::Errc::none : state.reason);
  if (!is_seen && (state.link == Link::online || state.reason != told)) news(state.text);
}

void Announcer::gone(const std::string& full_jid) {
  for (Asker& asker : askers_)
    if (asker.full_jid == full_jid) asker.full_jid.clear();
}

// Each resource that is to hear it gets its own: no copies.
void Announcer::send(const std::string& to, const std::string& text, legacy::Flavor flavor, bool may_be_kept) const {
  Element message("message");
  message.set("from", network_.str()).set("to", to);
  message.set("type", flavor == legacy::Flavor::notice ? "headline" : "chat").set("id", component::make_id());
  message.add(Element("body").text(text));
  message.add(Element("private", "urn:xmpp:carbons:2")).add(Element("no-copy", ns_hints));
  if (!may_be_kept) message.add(Element("no-store", ns_hints));
  out_.send(message);
}

}  // namespace mapping
