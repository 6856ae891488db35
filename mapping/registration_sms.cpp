// What a registration for SMS says: whose number it is, and through whose account its texts go.
#include <array>

#include "base/random.hpp"
#include "mapping/registration.hpp"

namespace mapping {

using component::Condition;
using component::ErrorType;
using component::StanzaError;

namespace {

constexpr std::array all_fields{
    RegistrationField{"phone", "number", "text-single", "Your number", "International form, for example +15551234567.",
                      true},
    RegistrationField{"provider", "provider", "list-single", "Account",
                      "Through whose account your texts go. All fields below are about your own.", false},
    RegistrationField{"account", "account", "text-single", "Account id",
                      "Twilio: Account SID. Plivo: Auth ID. Bandwidth: account number. Vonage: API key. Sinch: service "
                      "plan id.",
                      false},
    RegistrationField{"login", "login", "text-single", "User name", "Bandwidth: of the API user. SMSGate: username.",
                      false},
    RegistrationField{"secret", "secret", "text-private", "Secret",
                      "The token, API key, API secret or password. Kept encrypted; left empty it stays.", false},
    RegistrationField{"verify", "verify", "text-private", "Webhook key",
                      "Telnyx: public key. Vonage, Sinch: signature secret. MessageBird, SMSGate: signing key.", false},
    RegistrationField{"option", "option", "text-single", "Option",
                      "Bandwidth: application id. Telnyx: messaging profile. Sinch: region. Vonage SMS: signature "
                      "method.",
                      false},
};

std::string_view instructions_of(Assign assign) {
  switch (assign) {
    case Assign::pool: return "You get a telephone number of this gateway: leave the field empty for any that is free.";
    case Assign::admin: return "Your telephone number comes from this gateway's administrator; leave the field empty.";
    case Assign::claim:
      return "Your own telephone number. A code is texted to it; send that code to this gateway as a message, or enter "
             "it with the command verify-number.";
    case Assign::trusted: break;
  }
  return "Your own telephone number: messages are sent from it and arrive for it.";
}

}  // namespace

std::string value_in(const std::map<std::string, std::string>& fields, const std::string& name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string{} : found->second;
}

std::span<const RegistrationField> Registrar::sms_fields() const {
  return std::span{all_fields}.first(kind_.providers.empty() ? 1 : all_fields.size());
}

std::string Registrar::sms_instructions() const {
  std::string text{instructions_of(numbers_.rules().assign)};
  if (!kind_.providers.empty())
    text +=
        " With an account of your own at a provider, choose it and fill in what it has given you, with your number "
        "there.";
  return text;
}

// Where numbers are given out nobody has to know one.
bool Registrar::is_required(const RegistrationField& field) const {
  return field.required && (!is_sms() || (numbers_.is_named_by_users() && kind_.providers.empty()));
}

base::Result<void, StanzaError> Registrar::settle(Registration& wanted,
                                                  const std::map<std::string, std::string>& before) const {
  if (is_own_account(wanted.fields)) return settle_account(wanted, before);
  std::erase_if(wanted.fields, [](const auto& field) { return field.first != "number"; });
  return settle_number(wanted, is_own_account(before) ? std::string{} : value_in(before, "number"));
}

// Its webhooks keep their addresses as long as it stays with the provider.
base::Result<void, StanzaError> Registrar::settle_account(Registration& wanted,
                                                          const std::map<std::string, std::string>& before) const {
  if (value_in(wanted.fields, "number").empty())
    return StanzaError{ErrorType::modify, Condition::not_acceptable, "Please fill in: Your number.", {}};
  const bool is_known = value_in(before, "provider") == value_in(wanted.fields, "provider");
  const std::string hook = is_known ? value_in(before, "hook") : std::string{};
  wanted.fields["hook"] = hook.empty() ? base::random_id() : hook;
  wanted.fields["since"] = std::to_string(base::WallClock::now().time_since_epoch().count());
  return boost::system::in_place_value;
}

base::Result<void, StanzaError> Registrar::settle_number(Registration& wanted, const std::string& before) const {
  const base::WallTime now = base::WallClock::now();
  std::string& number = wanted.fields["number"];
  if (number.empty()) number = before;
  if (number.empty() && numbers_.is_named_by_users())
    return StanzaError{ErrorType::modify, Condition::not_acceptable, "Please fill in: Your number.", {}};
  if (!number.empty() && number == before) return boost::system::in_place_value;
  const bool is_stranger = numbers_.rules().assign == Assign::trusted && !numbers_.believes(wanted.user);
  if (numbers_.rules().assign == Assign::admin || is_stranger) {
    return StanzaError{ErrorType::cancel,
                       Condition::not_allowed,
                       "Numbers are assigned by the administrator of this gateway; please ask for one.",
                       {}};
  }
  if (numbers_.rules().assign == Assign::pool) {
    // Who could choose would make one after the other rest.
    if (!number.empty()) {
      return StanzaError{
          ErrorType::modify, Condition::not_acceptable, "Numbers are given out here; leave the field empty.", {}};
    }
    const auto free = numbers_.free_for(wanted.user, now);
    if (free.empty()) {
      return StanzaError{ErrorType::wait,
                         Condition::resource_constraint,
                         "All numbers of this gateway are taken; try again later.",
                         {}};
    }
    number = free.front();
  }
  const std::string refusal = numbers_.refusal(number, wanted.user, now);
  if (!refusal.empty()) return StanzaError{ErrorType::modify, Condition::not_acceptable, refusal, {}};
  return boost::system::in_place_value;
}

}  // namespace mapping
