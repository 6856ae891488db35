#include "component/error.hpp"

#include <array>

namespace component {
namespace {

constexpr std::string_view ns_muc = "http://jabber.org/protocol/muc";

struct ConditionRow {
  std::string_view name;
  std::string_view code;  // XEP-0086; empty: it has none
};
// In the order of Condition.
constexpr std::array<ConditionRow, 21> conditions{{
    {"bad-request", "400"},
    {"conflict", "409"},
    {"feature-not-implemented", "501"},
    {"forbidden", "403"},
    {"gone", "302"},
    {"internal-server-error", "500"},
    {"item-not-found", "404"},
    {"jid-malformed", "400"},
    {"not-acceptable", "406"},
    {"not-allowed", "405"},
    {"not-authorized", "401"},
    {"policy-violation", ""},
    {"recipient-unavailable", "404"},
    {"redirect", "302"},
    {"registration-required", "407"},
    {"remote-server-not-found", "404"},
    {"remote-server-timeout", "504"},
    {"resource-constraint", "500"},
    {"service-unavailable", "503"},
    {"undefined-condition", "500"},
    {"unexpected-request", "400"},
}};
static_assert(conditions.size() == static_cast<std::size_t>(Condition::unexpected_request) + 1);

const ConditionRow& row(Condition condition) noexcept {
  return conditions[static_cast<std::size_t>(condition)];
}

void echo_payload(xml::Element& reply, const xml::Element& request) {
  if (request.name() == "iq") {
    const xml::Element* payload = request.first_child();
    if (payload != nullptr) reply.add(xml::Element(payload->name(), payload->ns()));
  } else if (request.name() == "presence" && request.child("x", ns_muc) != nullptr) {
    reply.add(xml::Element("x", ns_muc));
  }
}

}  // namespace

std::string_view name(Condition condition) noexcept {
  return row(condition).name;
}

std::string_view name(ErrorType type) noexcept {
  constexpr std::array<std::string_view, 5> names{"auth", "cancel", "modify", "wait", "continue"};
  return names[static_cast<std::size_t>(type)];
}

xml::Element to_xml(const StanzaError& error) {
  xml::Element element("error");
  element.set("type", name(error.type));
  if (!row(error.condition).code.empty()) element.set("code", row(error.condition).code);
  if (!error.by.empty()) element.set("by", error.by);
  xml::Element& condition = element.append(xml::Element(name(error.condition), ns_stanza_errors));
  if (!error.uri.empty()) condition.text(error.uri);
  if (!error.text.empty()) element.add(xml::Element("text", ns_stanza_errors).text(error.text));
  if (!error.detail.empty())
    element.add(xml::Element(std::string_view{error.detail}, std::string_view{error.detail_ns}));
  return element;
}

xml::Element make_error(const xml::Element& request, std::string_view from, const StanzaError& error) {
  xml::Element reply(request.name());
  reply.set("type", "error").set("from", from).set("to", request.attr("from"));
  if (request.has_attr("id")) reply.set("id", request.attr("id"));
  echo_payload(reply, request);
  return std::move(reply.add(to_xml(error)));
}

xml::Element make_error(const Stanza& request, const StanzaError& error) {
  return make_error(request.xml(), request.xml().attr("to"), error);
}

}  // namespace component
