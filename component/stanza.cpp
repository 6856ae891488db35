#include "component/stanza.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/random.hpp"

namespace component {
namespace {

constexpr std::string_view ns_client = "jabber:client";

std::optional<StanzaKind> kind_of(const xml::Element& element) noexcept {
  const bool ours = element.ns().empty() || element.ns() == ns_component || element.ns() == ns_client;
  if (!ours) return std::nullopt;
  if (element.name() == "message") return StanzaKind::message;
  if (element.name() == "presence") return StanzaKind::presence;
  if (element.name() == "iq") return StanzaKind::iq;
  return std::nullopt;
}

void unify_namespaces(xml::Element& element, const xml::Name& parent_ns) {
  if (element.ns().empty()) {
    element.set_ns(parent_ns);
  } else if (element.ns() == ns_client) {
    element.set_ns(ns_component);
  }
  for (auto& node : element.nodes()) {
    if (auto* child = std::get_if<xml::Element>(&node)) unify_namespaces(*child, element.ns());
  }
}

std::optional<StanzaErrc> check_iq(const xml::Element& iq) noexcept {
  constexpr std::array<std::string_view, 4> types{"get", "set", "result", "error"};
  const std::string_view type = iq.attr("type");
  if (std::find(types.begin(), types.end(), type) == types.end()) return StanzaErrc::bad_type;
  const bool request = type == "get" || type == "set";
  if (request && (iq.attr("id").empty() || iq.child_count() != 1)) return StanzaErrc::bad_iq;
  return std::nullopt;
}

}  // namespace

base::Result<Stanza, StanzaErrc> Stanza::take(xml::Element& element) {
  const auto kind = kind_of(element);
  if (!kind) return StanzaErrc::not_a_stanza;
  auto from = Jid::parse(element.attr("from"));
  if (!from) return StanzaErrc::bad_from;
  auto to = Jid::parse(element.attr("to"));
  if (!to) return StanzaErrc::bad_to;
  if (*kind == StanzaKind::iq) {
    if (const auto wrong = check_iq(element)) return *wrong;
  }
  unify_namespaces(element, ns_component);
  return Stanza(*kind, std::move(*from), std::move(*to), std::move(element));
}

base::Result<Stanza, StanzaErrc> Stanza::parse(xml::Element element) {
  return take(element);
}

const xml::Element* Stanza::payload() const noexcept {
  return is_request() ? xml_.first_child() : nullptr;
}

// The addresses are given back as they were written: a reply must come from exactly the `to` of its request.
xml::Element make_result(const Stanza& request) {
  xml::Element reply(request.xml().name());
  reply.set("type", "result").set("from", request.xml().attr("to")).set("to", request.xml().attr("from"));
  if (!request.id().empty()) reply.set("id", request.id());
  return reply;
}

xml::Element make_message(const Jid& from, const Jid& to, std::string_view type, std::string_view id) {
  xml::Element message("message");
  message.set("from", from.str()).set("to", to.str());
  if (!type.empty()) message.set("type", type);
  message.set("id", id.empty() ? make_id() : std::string(id));
  return message;
}

xml::Element make_presence(const Jid& from, const Jid& to, std::string_view type) {
  xml::Element presence("presence");
  presence.set("from", from.str()).set("to", to.str());
  if (!type.empty()) presence.set("type", type);
  return presence;
}

std::string make_id() {
  return base::random_id();
}

}  // namespace component
