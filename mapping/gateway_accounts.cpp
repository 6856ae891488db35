// Who gets which telephone number: those that users prove to be theirs, and what administrators give and take.
#include <fmt/format.h>

#include "mapping/errors.hpp"
#include "mapping/gateway.hpp"

namespace mapping {

using component::Condition;
using component::ErrorType;
using component::Jid;
using component::Stanza;
using component::StanzaError;
using component::dataform::Field;

namespace {

constexpr std::size_t most_asking = 100;

// One form, and then it is done.
auto ask_once(std::function<component::dataform::Form()> make) {
  return [make = std::move(make)](const Dialogue& dialogue) -> Command::Asked {
    if (!dialogue.answers.empty()) return std::optional<Command::Stage>{};
    return std::optional{Command::Stage{make()}};
  };
}

component::dataform::Form form_of(std::string title, std::string instructions, std::vector<Field> fields) {
  component::dataform::Form form;
  form.title = std::move(title);
  form.instructions = std::move(instructions);
  form.fields = std::move(fields);
  return form;
}

}  // namespace

// ---- what users prove ----

bool Gateway::needs_proof(const Registration& wanted) const {
  if (numbers_.rules().assign != Assign::claim || is_own_account(wanted.fields)) return false;
  return numbers_.owner(wanted.fields.at("number")) != wanted.user;
}

// Counted and on the disk before it is sent, so that no restart makes it possible to ask for more.
void Gateway::ask_for_proof(const Jid& user, const std::string& number, Settled done) {
  const Claims::Begun begun = claims_.begin(user.str(), number, base::WallClock::now());
  if (!begun.refusal.empty()) return done(StanzaError{ErrorType::wait, Condition::policy_violation, begun.refusal, {}});
  saving_.insert(user.str());
  claims_.commit([this, user, number, digits = begun.code, done = std::move(done)](bool is_stored) {
    if (is_stored) return send_code(user, number, digits, done);
    saving_.erase(user.str());
    claims_.forget(user.str());
    done(to_stanza_error(legacy::Errc::storage_failed));
  });
}

void Gateway::send_code(const Jid& user, const std::string& number, const std::string& digits, const Settled& done) {
  const auto settle = [this, user, number, done](const legacy::Outcome& outcome) {
    saving_.erase(user.str());
    if (outcome.error == legacy::Errc::none) {
      done({});
      return tell(user, fmt::format("A code was sent to {}. Send it to me within {} minutes, or enter it with the "
                                    "command verify-number. Until then the number is not yours to use.",
                                    number, Claims::code_life.count()));
    }
    // The provider's words may quote what it refused.
    claims_.forget(user.str());
    done(to_stanza_error(outcome.error, outcome.text));
  };
  Line* const line = courier();
  if (!line) return settle({0, legacy::Errc::disconnected, {}});
  std::string text =
      fmt::format("{} is your code for {}. It is good for {} minutes. If you did not ask for it, ignore it.", digits,
                  domain(), Claims::code_life.count());
  line->ask(legacy::SendCode{{legacy::ChatKind::person, number}, std::move(text), user.str()}, settle);
}

// Writes in the gateway's name, from the account's first number. Null while the gateway stops.
Line* Gateway::courier() {
  if (stopping_ || (courier_ && courier_->is_closing())) return nullptr;
  if (!courier_) {
    legacy::Network& network = *identity_.networks().begin()->second;
    legacy::Account account{domain(), {{"number", numbers_.rules().numbers.front()}}, true};
    auto records = store_.state_for(domain(), domain(), network.name());
    courier_ =
        std::make_unique<Line>(services_, *this, identity_.gateway(), network, std::move(account), std::move(records));
    courier_->start();
  }
  return courier_.get();
}

void Gateway::prove_number(const Jid& user, const std::string& said, Settled done) {
  if (is_changing(user)) return done(being_changed());
  if (!may_register(user))
    return done(StanzaError{ErrorType::auth, Condition::forbidden, "This gateway is not open to you.", {}});
  const Claims::Proof proof = claims_.prove(user.str(), said, base::WallClock::now());
  saving_.insert(user.str());
  claims_.commit([this, user, proof, done = std::move(done)](bool is_stored) {
    saving_.erase(user.str());
    if (!is_stored) return done(to_stanza_error(legacy::Errc::storage_failed));
    if (!proof.refusal.empty()) {
      return done(StanzaError{ErrorType::modify, Condition::not_acceptable, proof.refusal, {}});
    }
    give_number(user, proof.number, done);
  });
}

// A code that is sent as a message. False: the user has none to tell.
bool Gateway::chat_code(const Stanza& stanza) {
  const Jid user = stanza.from().bare();
  const std::string code = code_in(stanza.xml().child_text("body", component::ns_component));
  if (numbers_.rules().assign != Assign::claim) return false;
  if (stanza.type() == "groupchat" || code.empty() || !claims_.pending(user.str(), base::WallClock::now()))
    return false;
  const std::string number = *claims_.pending(user.str(), base::WallClock::now());
  prove_number(user, code, [this, to = stanza.from(), number](const std::optional<StanzaError>& problem) {
    tell(to, problem ? problem->text : number + " is your number now.");
  });
  return true;
}

// ---- what administrators give and take ----

void Gateway::give_number(const Jid& user, const std::string& number, Settled done) {
  if (is_changing(user)) return done(being_changed());
  const Registration wanted{user.str(), domain(), {{"number", number}}};
  const auto checked = registrar_.check(wanted);
  if (!checked) return done(checked.error());
  enroll(user, wanted, std::move(done));
}

// What the user has got so far may be given to others, when its time has come.
void Gateway::give_back(const Jid& user, const std::string& kept, bool is_theirs) {
  claims_.forget(user.str());
  const auto known = store_.find_registration(domain(), user.str());
  const auto number = known ? known->fields.find("number") : std::map<std::string, std::string>::const_iterator{};
  if (!known || number == known->fields.end() || number->second == kept || is_own_account(known->fields)) return;
  numbers_.release(number->second, is_theirs ? user.str() : std::string{}, base::WallClock::now());
}

void Gateway::note_unserved(const Jid& user, const StanzaError& error) {
  const Assign assign = numbers_.rules().assign;
  if (assign == Assign::pool && error.condition == Condition::resource_constraint && !std::exchange(is_empty_, true)) {
    tell_admins("All numbers are taken: a user could not be given one.");
  }
  const bool is_asking = assign == Assign::admin && error.condition == Condition::not_allowed;
  if (asking_.size() >= most_asking) asking_.clear();
  if (is_asking && asking_.insert(user.str()).second) {
    tell_admins(user.str() + " would like to have a number; the command assign-number gives one.");
  }
}

void Gateway::add_account_commands() {
  using component::target_gateway;
  if (numbers_.rules().assign == Assign::claim) {
    const auto ask = ask_once([] {
      return form_of("Prove that a number is yours", "Enter the code that was texted to it.",
                     {{"code", "text-single", "Code", {}, true}});
    });
    dialogues_.add({"verify-number", "Prove that a number is yours", target_gateway, false, ask,
                    [this](const Dialogue& dialogue, const Command::Done& done) { verify_number(dialogue, done); }});
  }
  dialogues_.add({"assign-number", "Give a number to a user", target_gateway, true,
                  ask_once([this] { return assignment_form(); }),
                  [this](const Dialogue& dialogue, const Command::Done& done) { assign_number(dialogue, done); }});
  dialogues_.add({"release-number", "Take a number back", target_gateway, true,
                  ask_once([this] { return release_form(); }),
                  [this](const Dialogue& dialogue, const Command::Done& done) { release_number(dialogue, done); }});
  const auto nothing = [](const Dialogue&) -> Command::Asked { return std::optional<Command::Stage>{}; };
  dialogues_.add(
      {"numbers", "Who has which number", target_gateway, true, nothing,
       [this](const Dialogue&, const Command::Done& done) { done(say(numbers_.describe(base::WallClock::now()))); }});
}

void Gateway::verify_number(const Dialogue& dialogue, const Command::Done& done) {
  const Jid user = dialogue.user.bare();
  const std::string code = code_in(dialogue.answers.back().value("code"));
  if (code.empty()) return done(again("A code has six digits."));
  const std::string number = claims_.pending(user.str(), base::WallClock::now()).value_or("");
  prove_number(user, code, [done, number](const std::optional<StanzaError>& problem) {
    done(problem ? again(problem->text) : say(number + " is your number now."));
  });
}

component::dataform::Form Gateway::assignment_form() const {
  const bool is_open = numbers_.rules().numbers.empty() || numbers_.rules().assign == Assign::claim;
  Field number{"number", is_open ? "text-single" : "list-single", "Number", {}, true};
  for (const std::string& each : numbers_.free_for({}, base::WallClock::now())) {
    if (!is_open) number.options.emplace_back(each, each);
  }
  for (const auto& [each, day] : numbers_.resting(base::WallClock::now())) {
    if (!is_open) number.options.emplace_back(each + ", which rests until " + day, each);
  }
  return form_of("Give a number to a user",
                 "The user is registered with it at once. A number that the user has had is given back.",
                 {{"jid", "jid-single", "User", {}, true}, std::move(number)});
}

void Gateway::assign_number(const Dialogue& dialogue, const Command::Done& done) {
  const auto& form = dialogue.answers.back();
  const auto jid = Jid::parse(form.value("jid"));
  if (!jid || jid->local().empty() || jid->domain() == domain()) return done(again("This is no user's address."));
  const Jid user = jid->bare();
  if (!may_register(user)) {
    return done(again("This gateway is not open to that user."));
  }
  const auto chat = identity_.networks().begin()->second->parse(form.value("number"));
  if (!chat) return done(again("This is not a telephone number."));
  const auto known = store_.find_registration(domain(), user.str());
  if (known && is_own_account(known->fields))
    return done(again("This user has an account of their own; they would have to give it up first."));
  const std::string refusal = numbers_.refusal(chat->id, user.str(), base::WallClock::now());
  if (!refusal.empty()) return done(again(refusal));
  give_number(user, chat->id, [this, user, number = chat->id, done](const std::optional<StanzaError>& problem) {
    if (problem) return done(again(problem->text));
    tell(user, "The administrator has given you the number " + number + ".");
    done(say(user.str() + " has " + number + " now."));
  });
}

component::dataform::Form Gateway::release_form() const {
  Field number{"number", "list-single", "Number", {}, true};
  for (const auto& [each, user] : numbers_.owners()) number.options.emplace_back(each + " " + user, each);
  return form_of("Take a number back", "Its user is not registered any more.", {std::move(number)});
}

void Gateway::release_number(const Dialogue& dialogue, const Command::Done& done) {
  const std::string number = dialogue.answers.back().value("number");
  const auto user = Jid::parse(numbers_.owner(number));
  if (number.empty() || !user) return done(again("Nobody has this number."));
  remove_registration(*user, true, [this, user = *user, number, done](const std::optional<StanzaError>& problem) {
    if (problem) return done(again(problem->text));
    tell(user, "The administrator has taken back your number " + number + "; you are not registered any more.");
    done(say(user.str() + " has no number any more."));
  });
}

}  // namespace mapping
