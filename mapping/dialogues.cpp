#include "mapping/dialogues.hpp"

#include <algorithm>
#include <stdexcept>

#include "mapping/tongue.hpp"

namespace mapping {

using component::Condition;
using component::ErrorType;
using component::Responder;
namespace commands = component::commands;

namespace {

constexpr std::size_t most_of_user = 5;
constexpr std::size_t most_sessions = 1000;
constexpr std::size_t longest_submission = 64 * 1024;
constexpr auto patience = std::chrono::minutes(10);

}  // namespace

void Dialogues::add(Command command) {
  if (find(command.node, command.targets)) throw std::logic_error("two commands " + std::string{command.node});
  commands_.push_back(std::move(command));
}

std::vector<const Command*> Dialogues::list(unsigned target, bool is_admin) const {
  std::vector<const Command*> out;
  for (const Command& command : commands_) {
    const bool is_offered = command.is_listed && (is_admin || !command.is_for_admins);
    if ((command.targets & target) != 0 && is_offered) out.push_back(&command);
  }
  return out;
}

const Command* Dialogues::find(std::string_view node, unsigned target) const {
  const auto found = std::find_if(commands_.begin(), commands_.end(), [&](const Command& command) {
    return command.node == node && (command.targets & target) != 0;
  });
  return found == commands_.end() ? nullptr : &*found;
}

void Dialogues::handle(const Responder& responder, unsigned target, bool is_admin) {
  const component::xml::Element& payload = *responder.request().payload();
  if (payload.weight() > longest_submission) return responder.error(commands::bad_payload("The form is too long."));
  auto request = commands::parse(payload);
  if (!request) return responder.error(request.error());
  const Command* const command = find(request->node, target);
  if (!command) {
    return responder.error({ErrorType::cancel, Condition::item_not_found, "There is no such command here.", {}});
  }
  if (command->is_for_admins && !is_admin) {
    return responder.error({ErrorType::cancel, Condition::forbidden, "This command is for administrators.", {}});
  }
  if (!request->session.empty()) return go_on(responder, *command, std::move(*request));
  if (request->action != commands::Action::execute) return responder.error(commands::bad_action());
  begin(responder, *command);
}

void Dialogues::begin(const Responder& responder, const Command& command) {
  const component::Stanza& request = responder.request();
  make_room(request.from());
  Dialogue dialogue{request.from(), request.to(), std::string{command.node}};
  dialogue.language = request.xml().attr("xml:lang");
  proceed(responder, command, component::make_id(), std::move(dialogue), {});
}

// Of a user with too many, or of the domain that has most when the gateway is full.
void Dialogues::make_room(const component::Jid& user) {
  const auto is_own = [&](const Dialogue& each) { return each.user.bare_view() == user.bare_view(); };
  const auto own =
      std::count_if(sessions_.begin(), sessions_.end(), [&](const auto& each) { return is_own(each.second); });
  if (static_cast<std::size_t>(own) >= most_of_user) return drop_oldest(is_own);
  if (sessions_.size() < most_sessions) return;
  const auto domains = largest_domains();
  drop_oldest([&](const Dialogue& each) { return domains.contains(std::string{each.user.domain()}); });
}

void Dialogues::drop_oldest(const std::function<bool(const Dialogue&)>& is_meant) {
  auto oldest = sessions_.end();
  for (auto it = sessions_.begin(); it != sessions_.end(); ++it) {
    if (!is_meant(it->second)) continue;
    if (oldest == sessions_.end() || it->second.until < oldest->second.until) oldest = it;
  }
  if (oldest != sessions_.end()) sessions_.erase(oldest);
}

// Those that have as many as no other has.
std::set<std::string> Dialogues::largest_domains() const {
  std::map<std::string_view, std::size_t> counts;
  std::size_t most = 0;
  for (const auto& [id, dialogue] : sessions_) most = std::max(most, ++counts[dialogue.user.domain()]);
  std::set<std::string> largest;
  for (const auto& [domain, count] : counts)
    if (count == most) largest.emplace(domain);
  return largest;
}

void Dialogues::go_on(const Responder& responder, const Command& command, commands::Request request) {
  using commands::Action;
  const auto found = sessions_.find(request.session);
  const component::Stanza& stanza = responder.request();
  const bool is_theirs = found != sessions_.end() && found->second.user == stanza.from() &&
                         found->second.to == stanza.to() && found->second.node == command.node;
  if (!is_theirs) return responder.error(commands::bad_session());
  if (found->second.until < base::Clock::now()) {
    sessions_.erase(found);
    return responder.error(commands::session_expired());
  }
  if (request.action == Action::prev && found->second.answers.empty()) return responder.error(commands::bad_action());
  Dialogue dialogue = std::move(found->second);
  sessions_.erase(found);
  if (request.action == Action::cancel) {
    return responder.result(commands::to_xml(command.node, request.session, {commands::Status::canceled, {}, {}}));
  }
  if (request.action == Action::prev) {
    dialogue.answers.pop_back();
  } else {
    // COMPAT(slixmpp, poezio): they say "next" on the last stage, too. Whether there is one more is for the command to
    // say; all other actions are the same.
    dialogue.answers.push_back(request.form ? std::move(*request.form) : component::dataform::Submission{});
  }
  proceed(responder, command, std::move(request.session), std::move(dialogue), {});
}

void Dialogues::proceed(const Responder& responder, const Command& command, std::string id, Dialogue dialogue,
                        std::vector<commands::Note> notes) {
  auto stage = command.ask(dialogue);
  if (!stage) return responder.error(stage.error());
  if (!*stage) return finish(responder, command, std::move(id), std::move(dialogue));
  commands::Answer answer;
  answer.status = commands::Status::executing;
  answer.form = std::move((*stage)->form);
  answer.form->title = translated(answer.form->title, dialogue.language);
  answer.notes = std::move(notes);
  answer.has_prev = !dialogue.answers.empty();
  answer.has_next = !(*stage)->is_last;
  dialogue.until = base::Clock::now() + patience;
  responder.result(commands::to_xml(command.node, id, answer));
  sessions_.insert_or_assign(std::move(id), std::move(dialogue));
}

void Dialogues::finish(const Responder& responder, const Command& command, std::string id, Dialogue dialogue) {
  const Dialogue told = dialogue;
  command.finish(told, [this, responder, &command, id = std::move(id), dialogue](const Verdict& verdict) {
    if (verdict.is_retry && !dialogue.answers.empty()) {
      Dialogue again = dialogue;
      again.answers.pop_back();
      return proceed(responder, command, id, std::move(again), verdict.notes);
    }
    responder.result(commands::to_xml(command.node, id, {commands::Status::completed, verdict.form, verdict.notes}));
  });
}

}  // namespace mapping
