// An outlet that sees every stanza as a tree, however it was made.
#pragma once

#include "component/stanza.hpp"
#include "component/xml_parser.hpp"

namespace support {

class TreeOutlet : public component::Outlet {
 public:
  using component::Outlet::send;
  bool send(const component::WrittenStanza& stanza, std::string_view to) final {
    return send(*component::xml::parse_element(stanza.addressed(to)));
  }
};

}  // namespace support
