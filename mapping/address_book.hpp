// What users call the people behind their addresses: a name for each, kept with their settings, shown as the nickname
// of XEP-0172 1.1 in what comes from there.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "component/jid.hpp"
#include "component/xml.hpp"
#include "mapping/store.hpp"

namespace mapping {

class AddressBook {
 public:
  AddressBook(Store& store, std::string domain) : store_(store), domain_(std::move(domain)) {}

  // Empty: none.
  std::string name_of(const component::Jid& user, std::string_view local) const;
  // By localpart.
  std::vector<std::pair<std::string, std::string>> names_of(const component::Jid& user) const;
  // What is wrong with that name, in words; empty: nothing.
  std::string check(const component::Jid& user, std::string_view local, const std::string& name) const;
  // An empty name forgets the one that was.
  void set(const component::Jid& user, std::string_view local, const std::string& name, Store::Done done);

  // Adds the nickname of whoever the stanza to that user comes from, if there is one.
  void mark(component::xml::Element& stanza, const component::Jid& from, const component::Jid& user) const;

 private:
  Store& store_;
  std::string domain_;
};

}  // namespace mapping
