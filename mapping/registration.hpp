// XEP-0077 2.4 at the gateway: the form, what a submission says, and the table of fields behind both.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "component/error.hpp"
#include "component/stanza.hpp"
#include "component/xeps/dataform.hpp"
#include "mapping/identity.hpp"
#include "mapping/store.hpp"

namespace mapping {

inline constexpr std::string_view ns_register = "jabber:iq:register";

class Registrar {
 public:
  // type: "irc" or "sms" decides the fields.
  Registrar(Store& store, const Identity& identity, std::string type);

  // The <query/> with legacy fields and form, filled in with what is known of the user; never a password.
  component::xml::Element form(const std::string& user) const;

  // The form alone, for the command of that name.
  component::dataform::Form data_form(const std::string& user) const;

  // The registration that a set asks for; editing keeps a password that is left empty.
  base::Result<Registration, component::StanzaError> parse(const component::Stanza& request) const;
  base::Result<Registration, component::StanzaError> parse(const std::string& user,
                                                           const component::xml::Element& query) const;

  // <remove/>: nothing, when the query has none. An error when it is not alone, or nobody is registered.
  std::optional<base::Result<void, component::StanzaError>> removal(const component::Stanza& request) const;

 private:
  std::map<std::string, std::string> submitted(const component::xml::Element& query) const;
  void canonicalize(Registration& registration) const;
  base::Result<void, component::StanzaError> check(const Registration& registration) const;

  Store& store_;
  const Identity& identity_;
  std::string type_;
};

}  // namespace mapping
