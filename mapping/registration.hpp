// XEP-0077 2.4 at the gateway: the form, what a submission says, and the table of fields behind both.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "component/error.hpp"
#include "component/stanza.hpp"
#include "component/xeps/dataform.hpp"
#include "mapping/identity.hpp"
#include "mapping/numbers.hpp"
#include "mapping/store.hpp"

namespace mapping {

inline constexpr std::string_view ns_register = "jabber:iq:register";

// A question of the form.
struct RegistrationField {
  std::string_view var;   // in the form, and as a legacy element
  std::string_view name;  // in the account
  std::string_view type, label, desc;
  bool required;
};

// What a gateway asks for.
struct RegistrationKind {
  std::string type;  // "irc" or "sms" decides the fields
  // Through which accounts a user's texts may go: label and value. Empty: through the gateway's; else that is among
  // them, with an empty value.
  std::vector<std::pair<std::string, std::string>> providers = {};
};

// Empty when there is none.
std::string value_in(const std::map<std::string, std::string>& fields, const std::string& name);
// Whether a registration's fields name an account of the user's own at a provider.
inline bool is_own_account(const std::map<std::string, std::string>& fields) {
  return !value_in(fields, "provider").empty();
}

class Registrar {
 public:
  // All outlive it.
  Registrar(Store& store, const Identity& identity, const Numbers& numbers, RegistrationKind kind);

  // The <query/> with legacy fields and form, filled in with what is known of the user; never a password.
  component::xml::Element form(const std::string& user) const;

  // The form alone, for the command of that name.
  component::dataform::Form data_form(const std::string& user) const;

  // The registration that a set asks for; editing keeps a password that is left empty. Where numbers are given out it
  // has one: resource-constraint when there is none left, not-allowed when only an administrator gives them.
  base::Result<Registration, component::StanzaError> parse(const component::Stanza& request) const;
  base::Result<Registration, component::StanzaError> parse(const std::string& user,
                                                           const component::xml::Element& query) const;
  // Whether a registration, of whatever origin, can be.
  base::Result<void, component::StanzaError> check(const Registration& registration) const;

  // <remove/>: nothing, when the query has none. An error when it is not alone, or nobody is registered.
  std::optional<base::Result<void, component::StanzaError>> removal(const component::Stanza& request) const;

 private:
  std::map<std::string, std::string> submitted(const component::xml::Element& query) const;
  void canonicalize(Registration& registration) const;
  bool is_sms() const noexcept { return kind_.type == "sms"; }
  std::span<const RegistrationField> fields() const;
  std::string instructions() const;

  // ---- registration_sms.cpp
  std::span<const RegistrationField> sms_fields() const;
  std::string sms_instructions() const;
  bool is_required(const RegistrationField& field) const;
  base::Result<void, component::StanzaError> settle(Registration& wanted,
                                                    const std::map<std::string, std::string>& before) const;
  base::Result<void, component::StanzaError> settle_account(Registration& wanted,
                                                            const std::map<std::string, std::string>& before) const;
  // A user who has a number keeps it, unless another one can be had.
  base::Result<void, component::StanzaError> settle_number(Registration& wanted, const std::string& before) const;

  Store& store_;
  const Identity& identity_;
  const Numbers& numbers_;
  RegistrationKind kind_;
};

}  // namespace mapping
