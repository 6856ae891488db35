// What the operator of a public gateway does to users, by ad-hoc command: blocks them, sets what they may send, sees
// who has sent how much, and lifts a STOP for them.
#include <fmt/format.h>

#include "mapping/errors.hpp"
#include "mapping/gateway.hpp"

namespace mapping {

using component::Jid;
using component::StanzaError;
using component::dataform::Field;
using component::dataform::Form;

namespace {

constexpr std::size_t most_shown = 500;

Command::Asked once(const Dialogue& dialogue, Form form) {
  if (!dialogue.answers.empty()) return std::optional<Command::Stage>{};
  return std::optional{Command::Stage{std::move(form)}};
}

Form form_of(std::string title, std::string instructions, std::vector<Field> fields) {
  Form form;
  form.title = std::move(title);
  form.instructions = std::move(instructions);
  form.fields = std::move(fields);
  return form;
}

// "100 messages/day, 5.00 spend/month".
std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t start = 0; start <= text.size();) {
    const auto end = std::min(text.find(',', start), text.size());
    const auto first = std::min(text.find_first_not_of(' ', start), end);
    const auto last = text.find_last_not_of(' ', end == 0 ? 0 : end - 1);
    if (first < end) out.push_back(text.substr(first, last - first + 1));
    start = end + 1;
  }
  return out;
}

// Of what the user has used: the line about this month, and the credit.
std::string short_usage(const std::string& usage) {
  std::string out;
  for (std::size_t start = 0; start < usage.size();) {
    const auto end = std::min(usage.find('\n', start), usage.size());
    const std::string line = usage.substr(start, end - start);
    if (line.starts_with("this month") || line.starts_with("credit")) out += (out.empty() ? "" : ", ") + line;
    start = end + 1;
  }
  return out;
}

}  // namespace

Field Gateway::user_field() const {
  Field field{"jid", "list-single", "User", {}, true};
  for (const Registration& each : store_.registrations(domain())) {
    const std::string number = value_in(each.fields, "number");
    field.options.emplace_back(number.empty() ? each.user : each.user + " " + number, each.user);
  }
  return field;
}

void Gateway::add_operator_commands() {
  using component::target_gateway;
  dialogues_.add({"block-user", "Block a user", target_gateway, true,
                  [](const Dialogue& dialogue) {
                    return once(dialogue,
                                form_of("Block a user",
                                        "Whoever it is, registered or not, is let in no more; so is nobody of "
                                        "a whole domain.",
                                        {{"jid", "text-single", "Address or domain", {}, true}}));
                  },
                  [this](const Dialogue& dialogue, const Command::Done& done) { block_user(dialogue, done); }});
  dialogues_.add({"unblock-user", "Let a blocked user in again", target_gateway, true,
                  [this](const Dialogue& dialogue) {
                    Field field{"jid", "list-single", "Address or domain", {}, true};
                    for (const std::string& each : blocked_.all()) field.options.emplace_back(each, each);
                    return once(dialogue, form_of("Let a blocked user in again", {}, {std::move(field)}));
                  },
                  [this](const Dialogue& dialogue, const Command::Done& done) { unblock_user(dialogue, done); }});
  dialogues_.add({"set-limits", "Limits and credit of a user", target_gateway, true,
                  [this](const Dialogue& dialogue) { return once(dialogue, limits_form()); },
                  [this](const Dialogue& dialogue, const Command::Done& done) { set_limits(dialogue, done); }});
  const auto nothing = [](const Dialogue&) -> Command::Asked { return std::optional<Command::Stage>{}; };
  dialogues_.add({"usage-of-users", "Who has sent how much", target_gateway, true, nothing,
                  [this](const Dialogue&, const Command::Done& done) { tell_usage(done); }});
  dialogues_.add({"lift-stop", "Lift a STOP", target_gateway, true,
                  [this](const Dialogue& dialogue) {
                    return once(dialogue, form_of("Lift a STOP", "The user's texts go to that number again.",
                                                  {user_field(), {"number", "text-single", "Number", {}, true}}));
                  },
                  [this](const Dialogue& dialogue, const Command::Done& done) {
                    const auto& form = dialogue.answers.back();
                    const auto user = Jid::parse(form.value("jid"));
                    if (!user || !is_registered(*user)) return done(again("There is no such user."));
                    lift_stop(*user, form.value("number"), true, [done](const std::string& text) { done(say(text)); });
                  }});
}

void Gateway::block_user(const Dialogue& dialogue, const Command::Done& done) {
  const auto whom = Jid::parse(dialogue.answers.back().value("jid"));
  if (!whom || whom->domain() == domain()) return done(again("This is no address of a user, and no domain."));
  if (is_admin(*whom)) return done(again("This is an administrator."));
  blocked_.add(whom->bare_str(), [this, whom = whom->bare(), done](bool is_stored) {
    if (!is_stored) return done(again(to_stanza_error(legacy::Errc::storage_failed).text));
    std::vector<Jid> users;
    for (const auto& [bare, user] : users_) {
      if (blocked_.contains(user.jid)) users.push_back(user.jid);
    }
    for (const Jid& user : users) close_lines(user, "You are blocked here");
    done(say(whom.str() + " is blocked."));
  });
}

void Gateway::unblock_user(const Dialogue& dialogue, const Command::Done& done) {
  const std::string whom = dialogue.answers.back().value("jid");
  if (!blocked_.all().contains(whom)) return done(again("Nobody of that address is blocked."));
  blocked_.remove(whom, [this, whom, done](bool is_stored) {
    if (!is_stored) return done(again(to_stanza_error(legacy::Errc::storage_failed).text));
    open_registered();
    done(say(whom + " is let in again."));
  });
}

Form Gateway::limits_form() const {
  return form_of(
      "Limits and credit of a user",
      "Limits are written as in the configuration, with commas between them: 100 messages/day, 5.00 "
      "spend/month. Without any the user has those of all. Credit is what the user may still spend; without "
      "it there is no such bound.",
      {user_field(), {"limits", "text-single", "Limits", {}, false}, {"credit", "text-single", "Credit", {}, false}});
}

void Gateway::set_limits(const Dialogue& dialogue, const Command::Done& done) {
  const auto& form = dialogue.answers.back();
  const auto user = Jid::parse(form.value("jid"));
  if (!user || !is_registered(*user)) return done(again("There is no such user."));
  const auto line = open_line(*user, *identity_.networks().begin()->second, {});
  if (!line) return done(again(line.error().text));
  legacy::SetAllowance wanted{parts_of(form.value("limits")), form.value("credit")};
  (*line)->ask(std::move(wanted), [done, user = user->bare_str()](const legacy::Outcome& outcome) {
    if (outcome.error != legacy::Errc::none) return done(again(to_stanza_error(outcome.error, outcome.text).text));
    done(say("That is what " + user + " may send from now on."));
  });
}

// Each session is asked; the last answer completes the list.
void Gateway::tell_usage(const Command::Done& done) {
  struct Collected {
    std::map<std::string, std::string> lines;
    std::size_t open = 1;
    Command::Done done;
    void count_down() {
      if (--open > 0) return;
      std::string text;
      for (const auto& [user, line] : lines) text += (text.empty() ? "" : "\n") + user + ": " + line;
      done(say(text.empty() ? "Nobody is registered." : text));
    }
  };
  const auto all = std::make_shared<Collected>();
  all->done = done;
  for (const Registration& each : store_.registrations(domain())) {
    const auto user = Jid::parse(each.user);
    if (!user || all->lines.size() >= most_shown) continue;
    const std::string name = each.user + " " + value_in(each.fields, "number");
    all->lines[name] = "no session";
    ++all->open;
    const auto line = open_line(*user, *identity_.networks().begin()->second, {});
    if (!line) {
      all->lines[name] = line.error().text;
      all->count_down();
      continue;
    }
    legacy::Query question{{legacy::ChatKind::person, {}}, legacy::Query::Kind::usage, {}};
    (*line)->query(std::move(question), [all, name](const legacy::Answer* answer, const legacy::Outcome&) {
      if (answer) all->lines[name] = short_usage(answer->text);
      all->count_down();
    });
  }
  all->count_down();
}

}  // namespace mapping
