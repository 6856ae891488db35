#include "mapping/reply.hpp"

#include <algorithm>
#include <charconv>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace mapping {

using component::xml::Element;

namespace {

constexpr std::string_view ns_reply = "urn:xmpp:reply:0";
constexpr std::string_view ns_fallback = "urn:xmpp:fallback:0";
constexpr std::string_view ns_reference = "urn:xmpp:reference:0";
constexpr std::string_view ns_correct = "urn:xmpp:message-correct:0";
constexpr std::string_view action_start = "/me ";
constexpr std::string_view correction = "[corrected] ";

std::size_t number(std::string_view text) {
  std::size_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

// Code points as bytes; beyond the end: the end.
std::size_t bytes_of(std::string_view text, std::size_t points) {
  std::size_t at = 0;
  for (; points > 0 && at < text.size(); --points) base::next_code_point(text, at);
  return at;
}

bool is_letter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' || byte == '-';
}

std::size_t place_of_lead(std::string_view text) {
  return text.starts_with(action_start) ? action_start.size() : 0;
}

// "bob, hello" names bob already.
bool begins_with_name(std::string_view text, std::string_view name) {
  const std::string said = base::ascii_lower(text.substr(0, name.size() + 1));
  if (!said.starts_with(base::ascii_lower(name))) return false;
  return said.size() == name.size() || !is_letter(said.back());
}

}  // namespace

std::size_t quote_size(const Element& message, std::string_view body) {
  if (!message.child("reply", ns_reply)) return 0;
  std::size_t size = 0;
  for (const Element* const fallback : message.children("fallback", ns_fallback)) {
    if (fallback->attr("for") != ns_reply) continue;
    for (const Element* const range : fallback->children("body", ns_fallback))
      if (range->has_attr("end") && number(range->attr("start")) == 0)
        size = std::max(size, bytes_of(body, number(range->attr("end"))));
  }
  const bool is_all = body.find_first_not_of(" \t\r\n", size) == body.npos;
  return is_all ? 0 : size;
}

std::string lead_of(const Element& message, std::string_view text, std::string_view author) {
  std::string lead;
  if (!corrected_id(message).empty()) lead = correction;
  const bool is_named = author.empty() || text.starts_with(action_start) || begins_with_name(text, author);
  if (!is_named) lead.append(author).append(": ");
  return lead;
}

void put_lead(std::string& text, std::vector<legacy::Span>& spans, std::string_view lead) {
  const std::size_t at = place_of_lead(text);
  text.insert(at, lead);
  for (legacy::Span& span : spans) {
    if (span.start >= at) span.start += lead.size();
    if (span.end > at) span.end += lead.size();
  }
}

void take_lead(std::string& text, std::vector<legacy::Span>& spans, std::string_view lead) {
  const std::size_t at = place_of_lead(text), end = at + lead.size();
  if (!std::string_view{text}.substr(at).starts_with(lead)) return;
  text.erase(at, lead.size());
  for (legacy::Span& span : spans) {
    span.start -= std::min(span.start, end) - std::min(span.start, at);
    span.end -= std::min(span.end, end) - std::min(span.end, at);
  }
}

bool speaks_of_positions(const Element& child) {
  return child.ns() == ns_fallback || (child.is("reference", ns_reference) && child.has_attr("begin"));
}

std::string_view replied_to(const Element& message) {
  const Element* const reply = message.child("reply", ns_reply);
  return reply ? reply->attr("to") : std::string_view{};
}

std::string_view corrected_id(const Element& message) {
  const Element* const replace = message.child("replace", ns_correct);
  return replace ? replace->attr("id") : std::string_view{};
}

Element correction_of(std::string_view id) {
  return Element("replace", ns_correct).set("id", id);
}

void FurtherLines::add(std::string_view message, std::string_view line) {
  if (message.empty()) return;
  auto known =
      std::find_if(messages_.begin(), messages_.end(), [&](const Message& each) { return each.id == message; });
  if (known == messages_.end()) {
    if (messages_.size() >= most_messages) messages_.pop_front();
    messages_.push_back({std::string(message), {}});
    known = std::prev(messages_.end());
  }
  if (known->lines.size() < most_lines) known->lines.emplace_back(line);
}

std::string FurtherLines::find(std::string_view message, std::size_t number) const {
  const auto known =
      std::find_if(messages_.begin(), messages_.end(), [&](const Message& each) { return each.id == message; });
  return known != messages_.end() && number < known->lines.size() ? known->lines[number] : std::string{};
}

}  // namespace mapping
