// XEP-0050 1.3.0 ad-hoc commands: what a request says, how an answer looks, and the errors of its section 4.4. Knows no
// command and keeps no session.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "component/error.hpp"
#include "component/xeps/dataform.hpp"

namespace component::commands {

inline constexpr std::string_view ns = "http://jabber.org/protocol/commands";

enum class Action { execute, next, prev, complete, cancel };

struct Request {
  std::string node;
  std::string session;  // empty: a new one is wanted
  Action action = Action::execute;
  std::optional<dataform::Submission> form;
};

// Errors: malformed-action (there is no such action), bad-payload (a form that is neither submitted nor cancelled, or
// two of them).
base::Result<Request, StanzaError> parse(const xml::Element& command);

enum class Status { executing, completed, canceled };
struct Note {
  std::string_view type = "info";  // info, warn, error
  std::string text;
};
struct Answer {
  Status status = Status::completed;
  std::optional<dataform::Form> form;
  std::vector<Note> notes;
  // What may follow, while it is executing.
  bool has_prev = false;
  bool has_next = false;
};
xml::Element to_xml(std::string_view node, std::string_view session, const Answer& answer);

// Section 4.4, table 4.
StanzaError bad_action();
StanzaError bad_session();
StanzaError session_expired();
StanzaError bad_payload(std::string text);

}  // namespace component::commands
