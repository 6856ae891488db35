// XEP-0030 2.5.0: what an entity says of itself.
#pragma once

#include <string>
#include <vector>

#include "component/xml.hpp"

namespace component::disco {

inline constexpr std::string_view ns_info = "http://jabber.org/protocol/disco#info";
inline constexpr std::string_view ns_items = "http://jabber.org/protocol/disco#items";

struct Identity {
  std::string category, type, name;
};

struct Info {
  std::vector<Identity> identities;
  std::vector<std::string> features;  // doubles are removed on writing
  std::vector<xml::Element> forms;    // XEP-0128 extensions
};

// The <query/>; `node` is echoed when it was asked for.
xml::Element to_xml(const Info& info, std::string_view node = {});

struct Item {
  std::string jid, name, node;
};
xml::Element to_xml(const std::vector<Item>& items, std::string_view node = {});

}  // namespace component::disco
