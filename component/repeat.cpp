#include "component/repeat.hpp"

#include <unordered_set>

#include "component/error.hpp"
#include "component/stanza.hpp"
#include "component/xeps/delay.hpp"

namespace component {
namespace {

constexpr std::string_view end_of_message = "</message>";
constexpr std::string_view refused = "The server of this address does not take this stanza.";

// The value in the stanza's own tag, as it is written, with XML's escapes.
std::string_view attribute(std::string_view stanza, std::string_view name) {
  const std::string_view tag = stanza.substr(0, stanza.find('>'));
  const std::string begin = ' ' + std::string(name) + "='";
  const auto at = tag.find(begin);
  if (at == tag.npos) return {};
  const std::string_view value = tag.substr(at + begin.size());
  return value.substr(0, value.find('\''));
}

}  // namespace

void mark_late(std::string& stanza, base::WallTime when) {
  const std::string_view text = stanza;
  const bool is_text = text.starts_with("<message") && text.ends_with(end_of_message) &&
                       text.find("<body") != text.npos && text.find("<delay xmlns='urn:xmpp:delay'") == text.npos;
  if (!is_text) return;
  const std::string_view from = attribute(text, "from");
  // As it is written: no tree escapes it once more.
  std::string delay = "<delay xmlns='urn:xmpp:delay' from='";
  delay.append(from.substr(0, from.find('/'))).append("' stamp='").append(format_time(when)).append("'/>");
  stanza.insert(stanza.size() - end_of_message.size(), delay);
}

void drop_replaced(base::Outbox::Items& items) {
  std::unordered_set<std::string> later;
  for (auto at = items.end(); at != items.begin();) {
    --at;
    if (at->cls != base::Outbox::Class::droppable) continue;
    std::string whose(attribute(at->bytes, "from"));
    whose.append(1, '\n').append(attribute(at->bytes, "to"));
    if (!later.insert(std::move(whose)).second) at = items.erase(at);
  }
}

std::optional<xml::Element> stand_in_for(const xml::Element& stanza) {
  const std::string_view type = stanza.attr("type");
  const bool is_text = stanza.name() == "message" && stanza.child("body", ns_component) != nullptr;
  const bool is_answer = stanza.name() == "iq" && type != "get" && type != "set";
  const bool is_presence = stanza.name() == "presence" && !is_replaceable(stanza) && type != "error";
  if (!is_text && !is_answer && !is_presence) return {};
  xml::Element instead(stanza.name());
  for (const std::string_view name : {"from", "to", "id"}) instead.set(xml::Name(name), stanza.attr(name));
  if (is_text) {
    if (!type.empty()) instead.set("type", type);
    return instead.add(xml::Element("body").text("A message is missing here: your server does not take it."));
  }
  const StanzaError error{ErrorType::cancel, Condition::internal_server_error, std::string(refused), {}};
  return instead.set("type", "error").add(to_xml(error));
}

}  // namespace component
