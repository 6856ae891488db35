// Users of a network with numbers, in words: whoever has none yet is told what this is and registers in that chat, a
// number typed in another spelling is the number, and a correction need not be said twice.
#include <algorithm>

#include "mapping/errors.hpp"
#include "mapping/gateway.hpp"
#include "mapping/text.hpp"

namespace mapping {

using component::Condition;
using component::ErrorType;
using component::Jid;
using component::Stanza;
using component::StanzaError;
using component::xml::Element;

namespace {

constexpr std::size_t most_known = 1000;
constexpr std::size_t most_words = 6;  // of a number with blanks in it
constexpr std::string_view blanks = " \t\r\n";

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == text.npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

// Whom we have told something once. A thousand are remembered.
bool is_first(std::set<std::string>& told, const std::string& whom) {
  if (told.size() >= most_known) told.clear();
  return told.insert(whom).second;
}

bool may_be_in_number(std::string_view word) {
  return word.find_first_not_of("+0123456789-.()/") == word.npos;
}

}  // namespace

// "(555) 123-4567 Juliet": the shortest beginning that is a whole number, else the first word.
std::pair<std::string, std::string> Gateway::split_number(const std::string& text) const {
  const legacy::Network& network = *identity_.networks().begin()->second;
  const std::string all = trimmed(text);
  std::size_t end = 0;
  for (std::size_t count = 0; count < most_words && end < all.size(); ++count) {
    const auto start = std::min(all.find_first_not_of(blanks, end), all.size());
    end = std::min(all.find_first_of(blanks, start), all.size());
    if (!may_be_in_number(std::string_view(all).substr(start, end - start))) break;
    const auto chat = network.parse(all.substr(0, end));
    if (chat && chat->id.starts_with('+')) return {all.substr(0, end), trimmed(all.substr(end))};
  }
  const auto first = std::min(all.find_first_of(blanks), all.size());
  return {all.substr(0, first), trimmed(all.substr(first))};
}

// ---- who has no number yet

bool Gateway::may_register(const Jid& user) const {
  return !blocked_.contains(user) && (options_.access != Options::Access::allowlist || may_use(user));
}

std::string Gateway::introduction(const Jid& user) const {
  std::string text =
      "This is a gateway to telephones, " + domain() + ". To text numbers from here you need one of your own: ";
  switch (numbers_.rules().assign) {
    case Assign::pool: return text + "write \"register\" to me, and you get one.";
    case Assign::admin: break;
    case Assign::claim: return text + "write yours to me, as in +15551234567, and I text a code there that proves it.";
    case Assign::trusted:
      if (numbers_.believes(user.bare_str())) return text + "write yours to me, as in +15551234567.";
  }
  return text + "the administrator of this gateway gives them; please ask for one.";
}

void Gateway::introduce(const Jid& user) {
  if (is_registered(user) || !may_register(user) || !is_first(introduced_, user.bare_str())) return;
  tell(user.bare(), introduction(user));
}

// A number, or "register", from somebody who has none. False: it is neither.
bool Gateway::chat_registration(const Stanza& stanza) {
  const Jid user = stanza.from().bare();
  if (options_.type != "sms" || is_registered(user) || !may_register(user)) return false;
  std::string said = trimmed(stanza.xml().child_text("body", component::ns_component));
  const bool is_asked = lower(said.substr(0, said.find_first_of(blanks))) == "register";
  if (is_asked) said = trimmed(said.substr(std::min(said.find_first_of(blanks), said.size())));
  const auto [first, more] = split_number(said);
  const auto chat = identity_.networks().begin()->second->parse(first);
  const bool is_number = more.empty() && chat && chat->id.starts_with('+');
  if (!is_asked && !is_number) return false;
  Element query("query", ns_register);
  if (!said.empty()) query.add(Element("phone", ns_register).text(said));
  register_user(user, query, [this, to = stanza.from(), user](const std::optional<StanzaError>& problem) {
    if (problem) return tell(to, problem->text);
    const auto known = store_.find_registration(domain(), user.str());
    // Where a code has been sent the user has been told so.
    if (known) tell(to, "You are registered with " + value_in(known->fields, "number") + ".");
  });
  return true;
}

// ---- numbers in another spelling

void Gateway::name_right_address(const Stanza& stanza, const Address& to) {
  const Jid right = identity_.of(*to.network, to.chat).bare();
  const std::string key = stanza.from().bare_str() + " " + std::string(stanza.to().local());
  if (!is_first(respelled_, key)) return;
  Element message = component::make_message(right, stanza.from(), "chat", component::make_id());
  const std::string typed = unescape_local(stanza.to().local());
  out_.send(message.add(
      Element("body").text(typed + " is " + to.chat.id + ": what you write there is sent, and answers come here.")));
}

// ---- what was said, once more

// What goes out for a correction or a reaction. Nothing: there is nothing to say. An error: the sender is told.
base::Result<std::optional<std::string>, StanzaError> Gateway::revised(const Stanza& stanza, const Address& to) {
  const std::string signs = options_.sends_reactions ? reaction_in(stanza) : std::string{};
  if (!signs.empty()) return std::optional{signs};
  auto text = text_of(stanza);
  if (!text || !*text) return text;
  const std::string talk = stanza.from().bare_str() + " " + to.chat.id;
  const std::string corrected = corrected_by(stanza);
  if (corrected.empty()) {
    corrections_.note(talk, stanza.id(), **text);
    return text;
  }
  if (options_.correcting == Correcting::never) {
    return StanzaError{ErrorType::cancel,
                       Condition::feature_not_implemented,
                       "A text that was sent can't be changed; this change was not sent.",
                       {}};
  }
  if (options_.correcting == Correcting::whole) return text;
  std::string change = corrections_.brief(talk, corrected, **text);
  if (change.empty()) return std::optional<std::string>{};
  return std::optional{std::move(change)};
}

}  // namespace mapping
