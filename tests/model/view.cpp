#include "tests/model/view.hpp"

#include <algorithm>

namespace model {

using component::xml::Element;

namespace {

constexpr const char* ns_user = "http://jabber.org/protocol/muc#user";

// Inside <x/>; trees that were never written leave the namespace to the parent.
bool is_inside(const Element& child, std::string_view name) {
  return child.is(name, ns_user) || child.is(name, {});
}

bool has_status(const Element& x, std::string_view code) {
  const auto all = x.children();
  return std::any_of(all.begin(), all.end(),
                     [&](const Element* each) { return is_inside(*each, "status") && each->attr("code") == code; });
}

const Element& item_of(const Element& x) {
  const auto all = x.children();
  const auto item = std::find_if(all.begin(), all.end(), [](const Element* each) { return is_inside(*each, "item"); });
  if (item == all.end()) throw Wrong("no <item/>");
  return **item;
}

}  // namespace

void View::take(const Element& stanza) {
  if (stanza.name() == "presence") return presence(stanza);
  const bool is_groupchat = stanza.name() == "message" && stanza.attr("type") == "groupchat";
  if (!is_groupchat) return;
  if (!in_) throw Wrong("a room's message to one who is not in it");
  if (stanza.child("subject", {}) && !stanza.child("body", {})) topic_ = stanza.child_text("subject", {});
}

void View::presence(const Element& stanza) {
  const std::string from(stanza.attr("from"));
  const std::string nick = from.substr(std::min(from.find('/'), from.size() - 1) + 1);
  if (stanza.attr("type") == "error") {
    // Else it is about a nick that can't be had.
    if (!in_ && stanza.child("x", "http://jabber.org/protocol/muc")) asked_ = false;
    return;
  }
  const Element* const x = stanza.child("x", ns_user);
  if (!x) throw Wrong("a room's presence without <x/>");
  if (!next_.empty() && (nick != next_ || stanza.has_attr("type"))) throw Wrong("a 303 without the new nick behind it");
  stanza.attr("type") == "unavailable" ? unavailable(nick, *x) : available(nick, *x);
}

void View::available(const std::string& nick, const Element& x) {
  const bool is_self = has_status(x, "110");
  if (!in_ && !asked_) throw Wrong("presence to one who did not ask for it");
  if (in_ && is_self && nick != nick_ && next_.empty()) throw Wrong("another own nick without a 303");
  if (in_ && !is_self && nick == nick_) throw Wrong("own presence without 110");
  next_.clear();
  const Element& item = item_of(x);
  people_[nick] = {std::string(item.attr("affiliation")), std::string(item.attr("role"))};
  if (!is_self) return;
  in_ = true;
  nick_ = nick;
}

void View::unavailable(const std::string& nick, const Element& x) {
  const bool is_self = has_status(x, "110");
  if (!in_) {
    if (!is_self) throw Wrong("a leave told to one who is not in the room");
    asked_ = false;
    return;
  }
  if (people_.erase(nick) == 0) throw Wrong("a leave of somebody unknown: " + nick);
  if (is_self != (nick == nick_)) throw Wrong("110 on the wrong one: " + nick);
  if (has_status(x, "303")) {
    next_ = item_of(x).attr("nick");
    if (next_.empty()) throw Wrong("303 without a nick");
    if (is_self) nick_ = next_;
    return;
  }
  if (!is_self) return;
  const bool was_lost = has_status(x, "333") && !has_status(x, "307");
  *this = {};
  is_expected_ = was_lost;
}

}  // namespace model
