#include "component/xeps/commands.hpp"

#include <algorithm>
#include <array>

namespace component::commands {

namespace {

constexpr std::array actions{std::pair{std::string_view{}, Action::execute},
                             std::pair{std::string_view{"execute"}, Action::execute},
                             std::pair{std::string_view{"next"}, Action::next},
                             std::pair{std::string_view{"prev"}, Action::prev},
                             std::pair{std::string_view{"complete"}, Action::complete},
                             std::pair{std::string_view{"cancel"}, Action::cancel}};

StanzaError error_of(ErrorType type, Condition condition, std::string text, std::string detail) {
  return {type, condition, std::move(text), {}, {}, std::move(detail), std::string{ns}};
}

std::string_view word(Status status) {
  switch (status) {
    case Status::executing: return "executing";
    case Status::completed: return "completed";
    case Status::canceled: return "canceled";
  }
  return "completed";
}

}  // namespace

base::Result<Request, StanzaError> parse(const xml::Element& command) {
  const auto known = std::find_if(actions.begin(), actions.end(),
                                  [&](const auto& row) { return row.first == command.attr("action"); });
  if (known == actions.end()) {
    return error_of(ErrorType::modify, Condition::bad_request, "There is no such action.", "malformed-action");
  }
  Request request;
  request.node = command.attr("node");
  request.session = command.attr("sessionid");
  request.action = known->second;
  const auto forms = command.children("x", dataform::ns);
  if (forms.size() > 1) return bad_payload("There is more than one form.");
  request.form = dataform::submission(command);
  if (request.form && request.form->type == "cancel") request.action = Action::cancel;
  if (request.form && request.form->type != "submit" && request.form->type != "cancel") {
    return bad_payload("The form has to be of type 'submit'.");
  }
  return request;
}

xml::Element to_xml(std::string_view node, std::string_view session, const Answer& answer) {
  xml::Element command("command", ns);
  command.set("node", node).set("sessionid", session).set("status", word(answer.status));
  if (answer.status == Status::executing) {
    xml::Element actions_allowed("actions");
    actions_allowed.set("execute", answer.has_next ? "next" : "complete");
    if (answer.has_prev) actions_allowed.add(xml::Element("prev"));
    actions_allowed.add(xml::Element(answer.has_next ? "next" : "complete"));
    command.add(std::move(actions_allowed));
  }
  if (answer.form) command.add(dataform::to_xml(*answer.form));
  for (const Note& note : answer.notes) command.add(xml::Element("note").set("type", note.type).text(note.text));
  return command;
}

StanzaError bad_action() {
  return error_of(ErrorType::modify, Condition::bad_request, "This action is not possible now.", "bad-action");
}
StanzaError bad_session() {
  return error_of(ErrorType::modify, Condition::bad_request, "There is no such session.", "bad-sessionid");
}
StanzaError session_expired() {
  return error_of(ErrorType::cancel, Condition::not_allowed, "The session has expired.", "session-expired");
}
StanzaError bad_payload(std::string text) {
  return error_of(ErrorType::modify, Condition::bad_request, std::move(text), "bad-payload");
}

}  // namespace component::commands
