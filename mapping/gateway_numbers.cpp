// Telephone numbers as addresses: one for each, names for them, one message for several, and what users ask about them
// in words or by ad-hoc command.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "mapping/errors.hpp"
#include "mapping/gateway.hpp"

namespace mapping {

using component::Condition;
using component::ErrorType;
using component::Jid;
using component::Stanza;
using component::StanzaError;
using component::xml::Element;

namespace {

constexpr std::string_view ns_address = "http://jabber.org/protocol/address";  // XEP-0033 1.2.1
constexpr std::size_t most_recipients = 50;

// The first word in small letters, and the rest without blanks around it.
std::pair<std::string, std::string> first_word(std::string_view text) {
  const auto trim = [](std::string_view part) {
    const auto first = part.find_first_not_of(" \t\r\n");
    if (first == part.npos) return std::string_view{};
    return part.substr(first, part.find_last_not_of(" \t\r\n") - first + 1);
  };
  text = trim(text);
  const auto blank = std::min(text.find_first_of(" \t\r\n"), text.size());
  return {lower(text.substr(0, blank)), std::string{trim(text.substr(blank))}};
}

bool is_recipient(const Element& address) {
  const auto type = address.attr("type");
  return (type == "to" || type == "cc" || type == "bcc") && address.attr("delivered") != "true";
}

}  // namespace

// Nothing when the address is the one of its number.
std::optional<StanzaError> Gateway::moved(const Stanza& stanza, const Address& to) const {
  if (!is_sms() || !to.network) return {};
  const Jid right = identity_.of(*to.network, to.chat);
  if (right.local() == stanza.to().local()) return {};
  StanzaError error{ErrorType::cancel, Condition::gone, "This is to be had at " + right.bare_str() + ".", {}};
  error.uri = component::to_uri(right.bare());
  return error;
}

// In a group everybody reads everything, so what is for one of them goes to that number.
void Gateway::refuse_aside(const Stanza& stanza, const Address& to) {
  const Line* const line = find_line(stanza.from(), *to.network);
  const Room* const room = line ? line->find(stanza.to()) : nullptr;
  const legacy::Member* const member = room ? room->find(to.nick) : nullptr;
  if (!member) return refuse(stanza, to_stanza_error(legacy::Errc::not_found));
  const Jid whose = identity_.of(*to.network, {legacy::ChatKind::person, member->person});
  StanzaError error{ErrorType::modify, Condition::redirect, "Write to " + whose.bare_str() + " instead.", {}};
  error.uri = component::to_uri(whose);
  refuse(stanza, std::move(error));
}

void Gateway::tell_admins(const std::string& text) {
  for (const std::string& admin : options_.admins) {
    if (const auto jid = Jid::parse(admin)) tell(*jid, text);
  }
}

void Gateway::tell(const Jid& to, const std::string& text) {
  Element message = component::make_message(identity_.gateway(), to, "chat", component::make_id());
  out_.send(message.add(Element("body").text(text)));
}

// Each recipient gets the message as if it had been sent to that address alone, and answers for itself.
bool Gateway::multicast(const Stanza& stanza) {
  const Element* const addresses = stanza.xml().child("addresses", ns_address);
  if (!is_sms() || !addresses) return false;
  std::set<std::string> recipients;
  for (const Element* address : addresses->children("address", ns_address)) {
    if (!is_recipient(*address)) continue;
    const auto jid = Jid::parse(address->attr("jid"));
    if (!jid || jid->domain() != domain() || jid->local().empty()) {
      refuse(stanza,
             {ErrorType::modify, Condition::jid_malformed, "Only numbers of this gateway can be addressed.", {}});
      return true;
    }
    recipients.insert(jid->bare_str());
  }
  if (recipients.empty() || recipients.size() > most_recipients) {
    refuse(stanza, {ErrorType::modify,
                    Condition::not_acceptable,
                    fmt::format("One to {} recipients can be addressed.", most_recipients),
                    {}});
    return true;
  }
  for (const std::string& recipient : recipients) {
    Element copy = stanza.xml();
    copy.set("to", recipient);
    if (auto single = Stanza::parse(std::move(copy))) handle_message(std::move(*single));
  }
  return true;
}

void Gateway::add_number_commands() {
  using component::target_gateway;
  const auto nothing = [](const Dialogue&) -> Command::Asked { return std::optional<Command::Stage>{}; };
  dialogues_.add({"usage", "What you have sent, and your limits", target_gateway, false, nothing,
                  [this](const Dialogue& dialogue, const Command::Done& done) {
                    ask_network(dialogue.user, legacy::Query::Kind::usage, {},
                                [done](const std::string& text) { done(say(text)); });
                  }});
  dialogues_.add(
      {"names", "Names that you have given to numbers", target_gateway, false, nothing,
       [this](const Dialogue& dialogue, const Command::Done& done) { done(say(list_names(dialogue.user))); }});
  const auto ask = [](const Dialogue& dialogue) -> Command::Asked {
    if (!dialogue.answers.empty()) return std::optional<Command::Stage>{};
    Command::Stage stage;
    stage.form.title = "Name a number";
    stage.form.instructions = "Messages from that number come with this name. Leave it empty to forget it.";
    stage.form.fields = {{"number", "text-single", "Number", {}, true}, {"name", "text-single", "Name", {}, false}};
    return std::optional{std::move(stage)};
  };
  const auto finish = [this](const Dialogue& dialogue, const Command::Done& done) {
    const auto& form = dialogue.answers.back();
    set_name(dialogue.user, form.value("number"), form.value("name"),
             [done](bool is_done, const std::string& text) { done(is_done ? say(text) : again(text)); });
  };
  dialogues_.add({"name", "Name a number", target_gateway, false, ask, finish});
}

std::string Gateway::list_names(const Jid& user) const {
  std::string out;
  for (const auto& [local, name] : book_.names_of(user)) {
    out += (out.empty() ? "" : "\n") + unescape_local(local) + " " + name;
  }
  return out.empty() ? "You have given no names." : out;
}

void Gateway::set_name(const Jid& user, const std::string& number, const std::string& name,
                       const std::function<void(bool, const std::string&)>& done) {
  legacy::Network& network = *identity_.networks().begin()->second;
  const auto chat = network.parse(number);
  if (!chat) return done(false, to_stanza_error(chat.error()).text);
  const Jid whose = identity_.of(network, *chat);
  const std::string problem = book_.check(user, whose.local(), name);
  if (!problem.empty()) return done(false, problem);
  book_.set(user, whose.local(), name, [this, user, whose, id = chat->id, name, done](bool is_saved) {
    if (!is_saved) return done(false, to_stanza_error(legacy::Errc::storage_failed).text);
    if (is_subscribed(user, whose)) send_presence(whose, user.bare(), true);
    done(true, name.empty() ? id + " has no name any more." : id + " is " + name + " now.");
  });
}

void Gateway::ask_network(const Jid& user, legacy::Query::Kind kind, const std::string& number,
                          const std::function<void(const std::string&)>& done, std::string text) {
  legacy::Network& network = *identity_.networks().begin()->second;
  const auto line = open_line(user, network, {});
  if (!line) return done(line.error().text);
  legacy::Query question{{legacy::ChatKind::person, number}, kind, std::move(text)};
  (*line)->query(std::move(question), [done](const legacy::Answer* answer, const legacy::Outcome& outcome) {
    done(answer ? answer->text : to_stanza_error(outcome.error, outcome.text).text);
  });
}

// What is written to the gateway itself. False: nothing that it knows.
bool Gateway::chat_command(const Stanza& stanza) {
  if (!is_sms() || stanza.type() == "groupchat" || !may_use(stanza.from())) return false;
  const auto [word, rest] = first_word(stanza.xml().child_text("body", component::ns_component));
  const auto [number, more] = first_word(rest);
  const auto reply = [this, to = stanza.from()](const std::string& text) { tell(to, text); };
  if (word == "usage") {
    ask_network(stanza.from(), legacy::Query::Kind::usage, {}, reply);
  } else if (word == "cost" && !more.empty()) {
    ask_network(stanza.from(), legacy::Query::Kind::cost, number, reply, more);
  } else if (word == "names") {
    reply(list_names(stanza.from()));
  } else if (word == "name" && !number.empty()) {
    set_name(stanza.from(), number, more, [reply](bool, const std::string& text) { reply(text); });
  } else {
    return false;
  }
  return true;
}

}  // namespace mapping
