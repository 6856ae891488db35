// Replies and corrections on a network that knows neither: XEP-0461 (Message Replies 0.2.0) with the quote that
// XEP-0428 (Fallback Indication 0.2.1) marks in the body, and XEP-0308 (Last Message Correction 1.2.1).
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "component/xml.hpp"
#include "legacy/adapter.hpp"

namespace mapping {

// How many bytes at the start of the body only quote the message that it replies to. 0 also when nothing else is there.
std::size_t quote_size(const component::xml::Element& message, std::string_view body);

// What stands before a text on the network because people there see neither what it replies to nor what it corrects.
// author: the nick of who is replied to; empty: nobody else.
std::string lead_of(const component::xml::Element& message, std::string_view text, std::string_view author);
// Behind the "/me " of an action, which stays in front.
void put_lead(std::string& text, std::vector<legacy::Span>& spans, std::string_view lead);
// Undoes put_lead() where the text begins so.
void take_lead(std::string& text, std::vector<legacy::Span>& spans, std::string_view lead);

// Whether this child of a message speaks of positions in its body, and means nothing beside another one.
bool speaks_of_positions(const component::xml::Element& child);
// Whom it replies to, as the client wrote it; empty: it is no reply.
std::string_view replied_to(const component::xml::Element& message);
// The id of the message that it replaces; empty: it is no correction.
std::string_view corrected_id(const component::xml::Element& message);

component::xml::Element correction_of(std::string_view id);

// The ids under which the further lines of messages were reflected, so that a correction reaches them, too. Of the
// latest messages only.
class FurtherLines {
 public:
  static constexpr std::size_t most_messages = 100;
  static constexpr std::size_t most_lines = 100;  // of one

  // The next line of the message of that id; a correction's lines are those that they replace.
  void add(std::string_view message, std::string_view line);
  // Empty: there is no such line. The first further one is number 0.
  std::string find(std::string_view message, std::size_t number) const;

 private:
  struct Message {
    std::string id;
    std::vector<std::string> lines;
  };
  std::deque<Message> messages_;
};

}  // namespace mapping
