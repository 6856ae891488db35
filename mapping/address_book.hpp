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

// The nickname of whoever the stanza comes from; an empty one adds nothing.
void add_nick(component::xml::Element& stanza, std::string_view nick);
// A telephone number as people write it: "+1 555 123 4567". Anything else stays as it is.
std::string spelled_out(std::string_view number);

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

  // The name, or else the number.
  std::string title_of(const component::Jid& user, std::string_view local) const;
  // Adds it as the nickname of whoever the stanza to that user comes from.
  void mark(component::xml::Element& stanza, const component::Jid& from, const component::Jid& user) const;

 private:
  Store& store_;
  std::string domain_;
};

}  // namespace mapping
