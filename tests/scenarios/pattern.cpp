#include "tests/scenarios/pattern.hpp"

#include <fmt/format.h>

namespace scenario {

using component::xml::Element;

namespace {

bool same_namespace(const Element& pattern, const Element& actual) {
  // What our code builds inherits its parent's namespace by leaving it empty.
  return pattern.ns().empty() || actual.ns().empty() || pattern.ns() == actual.ns();
}

bool is_exact(const Element& element) {
  return element.name() == "x" && element.ns() == "http://jabber.org/protocol/muc#user";
}

std::string children_mismatch(const Element& pattern, const Element& actual) {
  const auto there = actual.children();
  std::size_t at = 0;
  for (const Element* wanted : pattern.children()) {
    std::string why = "there is none";
    while (at < there.size()) {
      why = mismatch(*wanted, *there[at++]);
      if (why.empty()) break;
    }
    if (!why.empty()) return fmt::format("<{}> in <{}>: {}", wanted->name(), pattern.name(), why);
  }
  if (is_exact(pattern) && there.size() != pattern.child_count()) return "the muc#user <x/> has other children";
  return {};
}

}  // namespace

std::string mismatch(const Element& pattern, const Element& actual) {
  if (pattern.name() != actual.name()) return fmt::format("it is a <{}>", actual.name());
  if (!same_namespace(pattern, actual)) return fmt::format("it is in {}", actual.ns());
  for (const auto& [name, value] : pattern.attrs()) {
    if (!actual.has_attr(name)) return fmt::format("attribute {} is absent", name);
    if (value != "*" && actual.attr(name) != value) return fmt::format("{} is '{}'", name, actual.attr(name));
  }
  if (pattern.name() == "presence" && !pattern.has_attr("type") && actual.has_attr("type")) {
    return fmt::format("type is '{}'", actual.attr("type"));
  }
  const std::string text = pattern.text();
  if (text.find_first_not_of(" \n\t") != text.npos && text != "*" && text != actual.text()) {
    return fmt::format("its text is '{}'", actual.text());
  }
  return children_mismatch(pattern, actual);
}

}  // namespace scenario
