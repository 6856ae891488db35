#include "component/xeps/muc.hpp"

#include <charconv>

#include "component/xeps/delay.hpp"

namespace component::muc {

namespace {

void add_status(xml::Element& user, int code) {
  user.add(xml::Element("status").set("code", std::to_string(code)));
}

}  // namespace

xml::Element user(const Item& item, std::initializer_list<int> statuses) {
  xml::Element x("x", ns_user);
  xml::Element& entry = x.append(xml::Element("item"));
  entry.set("affiliation", item.affiliation).set("role", item.role);
  if (!item.jid.empty()) entry.set("jid", item.jid);
  if (!item.nick.empty()) entry.set("nick", item.nick);
  if (!item.actor.empty()) entry.add(xml::Element("actor").set("nick", item.actor));
  if (!item.reason.empty()) entry.add(xml::Element("reason").text(item.reason));
  for (const int code : statuses) add_status(x, code);
  return x;
}

void write_user(xml::Writer& writer, const Item& item, std::initializer_list<int> statuses) {
  const auto attr = [&writer](std::string_view name, std::string_view value) {
    if (!value.empty()) writer.attr(name, value);
  };
  writer.open("x", ns_user).open("item");
  writer.token("affiliation", item.affiliation).token("role", item.role);
  attr("jid", item.jid);
  attr("nick", item.nick);
  if (!item.actor.empty()) writer.open("actor").attr("nick", item.actor).close();
  if (!item.reason.empty()) writer.leaf("reason", item.reason);
  writer.close();
  if (!item.elsewhere.empty()) {
    writer.open("destroy").attr("jid", item.elsewhere);
    if (!item.reason.empty()) writer.leaf("reason", item.reason);
    writer.close();
  }
  for (const int code : statuses)
    if (code != 0) writer.open("status").token("code", std::to_string(code)).close();
  writer.close();
}

void add_statuses(xml::Element& stanza, std::initializer_list<int> codes) {
  xml::Element* x = nullptr;
  for (auto& node : stanza.nodes()) {
    auto* const child = std::get_if<xml::Element>(&node);
    if (child && child->is("x", ns_user)) x = child;
  }
  if (!x) x = &stanza.append(xml::Element("x", ns_user));
  for (const int code : codes) add_status(*x, code);
}

xml::Element occupant_id(std::string_view id) {
  return xml::Element("occupant-id", ns_occupant_id).set("id", id);
}

namespace {

template <class Number>
bool read(const xml::Element& element, std::string_view name, Number& into) {
  const std::string_view text = element.attr(name);
  return std::from_chars(text.data(), text.data() + text.size(), into).ec == std::errc{};
}

}  // namespace

HistoryRequest history_request(const xml::Element& x, std::int64_t now) {
  HistoryRequest request;
  const xml::Element* const history = x.child("history", ns);
  if (!history) return request;
  read(*history, "maxstanzas", request.max_stanzas);
  read(*history, "maxchars", request.max_chars);
  std::int64_t seconds = 0;
  if (read(*history, "seconds", seconds) && seconds >= 0 && seconds <= now) request.since = now - seconds;
  if (const auto since = parse_time(history->attr("since"))) {
    request.since = std::max<std::int64_t>(request.since, std::chrono::system_clock::to_time_t(*since));
  }
  return request;
}

}  // namespace component::muc
