// Ad-hoc commands (XEP-0050): what is offered where, and those that are no settings. Nodes and fields are biboumi's.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "component/xeps/muc.hpp"
#include "mapping/gateway.hpp"
#include "mapping/tongue.hpp"

namespace mapping {

using component::Condition;
using component::ErrorType;
using component::Jid;
using component::Responder;
using component::dataform::Form;
using component::dataform::Submission;
namespace commands = component::commands;
namespace disco = component::disco;

namespace {

Command::Asked nothing_to_ask(const Dialogue&) {
  return std::optional<Command::Stage>{};
}

Form form_of(std::string title, std::string instructions) {
  Form form;
  form.title = std::move(title);
  form.instructions = std::move(instructions);
  return form;
}

std::vector<std::string> chosen(const Submission& form, const std::string& var) {
  const auto found = form.all.find(var);
  return found == form.all.end() ? std::vector<std::string>{} : found->second;
}

std::string reason_of(const Submission& form, std::string otherwise) {
  const std::string given = form.value("quit-message");
  return given.empty() ? otherwise : given;
}

component::dataform::Field quit_message() {
  return {"quit-message", "text-single", "Quit message", {}, false, "Others see it when you leave."};
}

}  // namespace

void Gateway::add_commands() {
  using namespace component;
  const unsigned all = target_gateway | target_network | target_room;
  router_.add({"command", commands::ns, "set", all, true, commands::ns,
               [this](const Responder& responder) { run_command(responder); }});
  dialogues_.add({"ping", "Do a ping", target_gateway, false, &nothing_to_ask,
                  [](const Dialogue&, const Command::Done& done) { done(say("Pong")); }, false});
  add_hello();
  add_registration();
  if (options_.type == "sms") {
    add_account_commands();
    return add_number_commands();
  }
  add_settings_commands();
  dialogues_.add({"disconnect-from-irc-server", "Disconnect from IRC servers", target_gateway, false,
                  [this](const Dialogue& dialogue) { return ask_servers(dialogue); },
                  [this](const Dialogue& dialogue, const Command::Done& done) { done(leave_servers(dialogue)); }});
  dialogues_.add({"disconnect-user", "Disconnect users from the gateway", target_gateway, true,
                  [this](const Dialogue& dialogue) { return ask_users(dialogue); },
                  [this](const Dialogue& dialogue, const Command::Done& done) { done(disconnect_users(dialogue)); }});
  dialogues_.add({"reload", "Reload the configuration", target_gateway, true, &nothing_to_ask,
                  [](const Dialogue&, const Command::Done& done) {
                    done(
                        say("Nothing was read again: wherry reads its configuration when it starts. Restart it; that "
                            "takes two seconds and loses nothing that was confirmed.",
                            "warn"));
                  }});
  dialogues_.add(
      {"get-irc-connection-info", "State of the connection to this server",
       identity_.is_single() ? target_gateway : target_network, false, &nothing_to_ask,
       [this](const Dialogue& dialogue, const Command::Done& done) { done(say(connection_info(dialogue))); }});
}

void Gateway::add_hello() {
  const auto ask = [](const Dialogue& dialogue) -> Command::Asked {
    if (!dialogue.answers.empty()) return std::optional<Command::Stage>{};
    Command::Stage stage{form_of("Your name", "Please say your name.")};
    stage.form.fields.push_back({"name", "text-single", "Your name", {}, true});
    return std::optional{std::move(stage)};
  };
  const auto finish = [](const Dialogue& dialogue, const Command::Done& done) {
    const std::string name = dialogue.answers.back().value("name");
    done(name.empty() ? again("Please say your name.") : say("Hello " + name + "!"));
  };
  dialogues_.add({"hello", "Receive a greeting", component::target_gateway, false, ask, finish, false});
}

// XEP-0077 for clients that have commands and no registration.
void Gateway::add_registration() {
  const auto ask = [this](const Dialogue& dialogue) -> Command::Asked {
    if (!dialogue.answers.empty()) return std::optional<Command::Stage>{};
    return std::optional{Command::Stage{registrar_.data_form(dialogue.user.bare_str())}};
  };
  const auto finish = [this](const Dialogue& dialogue, const Command::Done& done) {
    component::xml::Element query("query", ns_register);
    component::xml::Element& form = query.append(component::xml::Element("x", component::dataform::ns));
    form.set("type", "submit");
    for (const auto& [var, value] : dialogue.answers.back().values) {
      component::xml::Element& field = form.append(component::xml::Element("field", component::dataform::ns));
      field.set("var", var).add(component::xml::Element("value", component::dataform::ns).text(value));
    }
    const Jid user = dialogue.user.bare();
    register_user(user, query, [this, user, done](const std::optional<component::StanzaError>& problem) {
      if (problem) return done(again(problem->text));
      const bool is_proved = !claims_.pending(user.str(), base::WallClock::now());
      done(say(is_proved ? "You are registered." : "A code was texted to your number; verify-number takes it."));
    });
  };
  dialogues_.add({"register", "Register", component::target_gateway, false, ask, finish});
}

bool Gateway::is_admin(const Jid& user) const {
  return options_.admins.contains(user.bare_str());
}

void Gateway::run_command(const Responder& responder) {
  const Jid& user = responder.request().from();
  const auto to = identity_.resolve(responder.request().to());
  const std::string_view node = responder.request().payload()->attr("node");
  const bool is_entrance = node == "register" || node == "verify-number";
  if (!may_use(user) && !is_admin(user) && !is_entrance) {
    return responder.error(
        {ErrorType::auth, Condition::registration_required, "Register with this gateway first.", {}});
  }
  dialogues_.handle(responder, target_of(to->kind), is_admin(user));
}

void Gateway::command_items(const Responder& responder, const Address& to) {
  std::vector<disco::Item> items;
  const component::Stanza& request = responder.request();
  for (const Command* command : dialogues_.list(target_of(to.kind), is_admin(request.from()))) {
    items.push_back({request.to().bare_str(), translated(command->name, request.xml().attr("xml:lang")),
                     std::string{command->node}});
  }
  responder.result(disco::to_xml(items, commands::ns));
}

// False: there is no such node.
bool Gateway::command_info(const Responder& responder, const Address& to, std::string_view node) {
  const unsigned target = target_of(to.kind);
  disco::Info info;
  const std::string_view language = responder.request().xml().attr("xml:lang");
  if (node == commands::ns) {
    if (dialogues_.list(target, true).empty()) return false;
    info.identities.push_back({"automation", "command-list", translated("Commands", language)});
  } else {
    const Command* const command = dialogues_.find(node, target);
    if (!command || (command->is_for_admins && !is_admin(responder.request().from()))) return false;
    info.identities.push_back({"automation", "command-node", translated(command->name, language)});
    info.features = {std::string{commands::ns}, std::string{component::dataform::ns}};
  }
  responder.result(disco::to_xml(info, node));
  return true;
}

// An admin first says whose servers.
Command::Asked Gateway::ask_servers(const Dialogue& dialogue) {
  const bool chooses_user = is_admin(dialogue.user);
  const std::size_t stages = chooses_user ? 2 : 1;
  if (dialogue.answers.size() >= stages) return std::optional<Command::Stage>{};
  if (chooses_user && dialogue.answers.empty()) {
    Command::Stage stage{form_of("Disconnect a user", "Whom?"), false};
    component::dataform::Field field{"jid", "list-single", "User", {}, true};
    for (const auto& [bare, user] : users_) {
      if (!user.lines.empty()) field.options.emplace_back(bare, bare);
    }
    stage.form.fields.push_back(std::move(field));
    return std::optional{std::move(stage)};
  }
  const User* const user = find_user(whose_servers(dialogue));
  if (!user || user->lines.empty()) {
    return component::StanzaError{ErrorType::cancel, Condition::item_not_found, "There is no connection.", {}};
  }
  Command::Stage stage{form_of("Disconnect from IRC servers", "From which?")};
  component::dataform::Field field{"irc-servers", "list-multi", "IRC servers", {}, true};
  for (const auto& [name, line] : user->lines) field.options.emplace_back(name, name);
  stage.form.fields = {std::move(field), quit_message()};
  return std::optional{std::move(stage)};
}

Jid Gateway::whose_servers(const Dialogue& dialogue) const {
  if (!is_admin(dialogue.user) || dialogue.answers.empty()) return dialogue.user.bare();
  const auto chosen_user = Jid::parse(dialogue.answers.front().value("jid"));
  return chosen_user ? chosen_user->bare() : dialogue.user.bare();
}

Verdict Gateway::leave_servers(const Dialogue& dialogue) {
  const Jid user = whose_servers(dialogue);
  const Submission& form = dialogue.answers.back();
  const auto names = chosen(form, "irc-servers");
  if (names.empty()) return again("Choose at least one server.");
  std::size_t count = 0;
  for (const std::string& name : names) count += close_line(user, name, reason_of(form, "Disconnected")) ? 1 : 0;
  return say(fmt::format("Disconnected from {} of {} server(s).", count, names.size()), count > 0 ? "info" : "warn");
}

Command::Asked Gateway::ask_users(const Dialogue& dialogue) {
  if (!dialogue.answers.empty()) return std::optional<Command::Stage>{};
  Command::Stage stage{form_of("Disconnect users", "They are disconnected from all their servers.")};
  component::dataform::Field field{"jids", "list-multi", "Users", {}, true};
  for (const auto& [bare, user] : users_) {
    if (!user.lines.empty()) field.options.emplace_back(bare, bare);
  }
  stage.form.fields = {std::move(field), quit_message()};
  return std::optional{std::move(stage)};
}

Verdict Gateway::disconnect_users(const Dialogue& dialogue) {
  const Submission& form = dialogue.answers.back();
  const auto jids = chosen(form, "jids");
  if (jids.empty()) return again("Choose at least one user.");
  std::size_t count = 0;
  for (const std::string& text : jids) {
    const auto jid = Jid::parse(text);
    const User* const user = jid ? find_user(jid->bare()) : nullptr;
    if (!user || user->lines.empty()) continue;
    std::vector<std::string> names;
    for (const auto& [name, line] : user->lines) names.push_back(name);
    for (const std::string& name : names)
      close_line(jid->bare(), name, reason_of(form, "Disconnected by an administrator"));
    ++count;
  }
  return say(fmt::format("{} of {} user(s) disconnected.", count, jids.size()), count > 0 ? "info" : "warn");
}

// For good: its rooms are not gone back to by themselves either.
bool Gateway::close_line(const Jid& bare, const std::string& network, const std::string& reason) {
  User* const user = find_user(bare);
  const auto found = user ? user->lines.find(network) : std::map<std::string, std::unique_ptr<Line>>::iterator{};
  if (!user || found == user->lines.end()) return false;
  std::unique_ptr<Line> line = std::move(found->second);
  user->lines.erase(found);
  forget_rooms(bare, line->network());
  Line& closed = *line;
  close_later(std::move(line));
  closed.close(reason, component::muc::status_connection_lost);
  return true;
}

std::string Gateway::connection_info(const Dialogue& dialogue) {
  const auto to = identity_.resolve(dialogue.to);
  const Line* const line = to && to->network ? find_line(dialogue.user, *to->network) : nullptr;
  if (!line) return "You are not connected to this server.";
  if (!line->is_online()) return "Not connected now: " + line->link().text;
  const legacy::LinkState& link = line->link();
  std::string text = fmt::format("Connected to {}, port {}, {} TLS, as {}, since {:%Y-%m-%d %H:%M:%S} UTC.",
                                 line->network().name(), link.port, link.has_tls ? "with" : "without", line->nick(),
                                 fmt::gmtime(std::chrono::system_clock::to_time_t(line->online_since())));
  for (const auto& [key, room] : line->rooms()) {
    text += fmt::format("\n{}: {} of your clients, {} people", room.chat().id, room.resources().size(),
                        room.occupants().size());
  }
  return text;
}

}  // namespace mapping
