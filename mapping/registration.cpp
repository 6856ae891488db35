#include "mapping/registration.hpp"

#include <array>
#include <span>

#include "component/xeps/dataform.hpp"

namespace mapping {

using component::Condition;
using component::ErrorType;
using component::StanzaError;
using component::xml::Element;

namespace {

constexpr std::array irc_fields{
    RegistrationField{"nick", "nick", "text-single", "Nickname", "Used on every network; rooms are joined with it.",
                      true},
    RegistrationField{"username", "username", "text-single", "Account",
                      "Your services account, where it differs from the nickname.", false},
    RegistrationField{"password", "password", "text-private", "Password",
                      "Kept encrypted; used when the network asks for a login.", false},
    RegistrationField{"name", "realname", "text-single", "Real name", "What others see in a WHOIS.", false},
};
bool is_secret(const RegistrationField& field) {
  return field.type == "text-private";
}

// XEP-0077 section 3.3: username and password alone, and the other values stay.
bool is_password_change(const Element& query) {
  return query.child_count() == 2 && query.child("username", ns_register) && query.child("password", ns_register);
}

}  // namespace

Registrar::Registrar(Store& store, const Identity& identity, const Numbers& numbers, RegistrationKind kind)
    : store_(store), identity_(identity), numbers_(numbers), kind_(std::move(kind)) {}

std::span<const RegistrationField> Registrar::fields() const {
  if (is_sms()) return sms_fields();
  return irc_fields;
}

std::string Registrar::instructions() const {
  if (is_sms()) return sms_instructions();
  return "Your identity on IRC. The account and password are only needed for networks that ask you to log in.";
}

Element Registrar::form(const std::string& user) const {
  const auto known = store_.find_registration(identity_.domain(), user);
  Element query("query", ns_register);
  if (known) query.add(Element("registered"));
  query.add(Element("instructions").text(instructions()));
  const component::dataform::Form form = data_form(user);
  for (const component::dataform::Field& field : form.fields) {
    Element legacy{std::string_view{field.var}};
    if (!field.value.empty()) legacy.text(field.value);
    query.add(std::move(legacy));
  }
  return query.add(component::dataform::to_xml(form));
}

component::dataform::Form Registrar::data_form(const std::string& user) const {
  const auto known = store_.find_registration(identity_.domain(), user);
  component::dataform::Form form;
  form.form_type = ns_register;
  form.title = "Registration with " + identity_.domain();
  form.instructions = instructions();
  for (const RegistrationField& field : fields()) {
    std::string value;
    if (known && !is_secret(field)) {
      const auto found = known->fields.find(std::string{field.name});
      if (found != known->fields.end()) value = found->second;
    }
    form.fields.push_back({std::string{field.var}, std::string{field.type}, std::string{field.label}, std::move(value),
                           is_required(field), std::string{field.desc}});
    if (field.var == "provider") form.fields.back().options = kind_.providers;
  }
  return form;
}

std::map<std::string, std::string> Registrar::submitted(const Element& query) const {
  std::map<std::string, std::string> out;
  const auto form = component::dataform::submission(query);
  for (const RegistrationField& field : fields()) {
    const std::string var{field.var};
    // A form takes precedence over the legacy fields (XEP-0077 section 4).
    if (form ? form->has(var) : query.child(var, ns_register) != nullptr) {
      out[std::string{field.name}] = form ? form->value(var) : query.child_text(var, ns_register);
    }
  }
  return out;
}

base::Result<Registration, StanzaError> Registrar::parse(const component::Stanza& request) const {
  return parse(request.from().bare_str(), *request.payload());
}

base::Result<Registration, StanzaError> Registrar::parse(const std::string& user, const Element& query) const {
  const auto form = component::dataform::submission(query);
  if (form && form->type != "submit") {
    return StanzaError{ErrorType::modify, Condition::bad_request, "The form has to be of type 'submit'.", {}};
  }
  Registration wanted;
  wanted.user = user;
  wanted.domain = identity_.domain();
  wanted.fields = submitted(query);
  const auto known = store_.find_registration(wanted.domain, wanted.user);
  if (known && is_password_change(query)) {
    for (const auto& [name, value] : known->fields) wanted.fields.try_emplace(name, value);
  }
  // What one company was told in confidence another isn't told.
  const bool is_kept = known && value_in(known->fields, "provider") == value_in(wanted.fields, "provider");
  for (const RegistrationField& field : fields()) {
    const std::string name{field.name};
    std::string& value = wanted.fields[name];
    const auto before = known ? known->fields.find(name) : std::map<std::string, std::string>::const_iterator{};
    const bool was_set = known && before != known->fields.end();
    if (value.empty() && was_set && is_secret(field) && is_kept) value = before->second;
    if (value.empty() && is_required(field)) {
      return StanzaError{
          ErrorType::modify, Condition::not_acceptable, "Please fill in: " + std::string{field.label} + ".", {}};
    }
    if (value.empty()) wanted.fields.erase(name);
  }
  canonicalize(wanted);
  if (is_sms()) {
    const auto settled = settle(wanted, known ? known->fields : std::map<std::string, std::string>{});
    if (!settled) return settled.error();
  }
  const auto checked = check(wanted);
  if (!checked) return checked.error();
  return wanted;
}

// "1 (555) 000-1111" and "+15550001111" are one number; an impossible one is left for check() to refuse.
void Registrar::canonicalize(Registration& registration) const {
  const auto number = registration.fields.find("number");
  if (number == registration.fields.end() || identity_.networks().empty()) return;
  if (const auto chat = identity_.networks().begin()->second->parse(number->second)) number->second = chat->id;
}

base::Result<void, StanzaError> Registrar::check(const Registration& registration) const {
  for (const auto& [name, value] : registration.fields) {
    if (value.size() > 1000 || value.find_first_of(std::string_view{"\r\n\0", 3}) != value.npos) {
      return StanzaError{
          ErrorType::modify, Condition::not_acceptable, "One of the values has line breaks or is too long.", {}};
    }
  }
  if (const auto number = registration.fields.find("number"); number != registration.fields.end()) {
    const std::string owner = is_own_account(registration.fields) ? std::string{} : numbers_.owner(number->second);
    if (!owner.empty() && owner != registration.user) {
      return StanzaError{ErrorType::cancel, Condition::conflict, "This number is registered by somebody else.", {}};
    }
  }
  for (const auto& [name, network] : identity_.networks()) {
    const std::string problem = network->check({registration.user, registration.fields});
    if (!problem.empty()) return StanzaError{ErrorType::modify, Condition::not_acceptable, problem, {}};
  }
  return boost::system::in_place_value;
}

std::optional<base::Result<void, StanzaError>> Registrar::removal(const component::Stanza& request) const {
  const Element& query = *request.payload();
  if (!query.child("remove", ns_register)) return {};
  if (query.child_count() != 1) {
    return StanzaError{ErrorType::modify, Condition::bad_request, "<remove/> has to stand alone.", {}};
  }
  if (!store_.find_registration(identity_.domain(), request.from().bare_str())) {
    return StanzaError{ErrorType::auth, Condition::registration_required, "You are not registered here.", {}};
  }
  return base::Result<void, StanzaError>{boost::system::in_place_value};
}

}  // namespace mapping
