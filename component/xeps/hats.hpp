// XEP-0317 0.3.1: what an occupant is beside role and affiliation.
#pragma once

#include <string>
#include <vector>

#include "component/xml.hpp"

namespace component::hats {

inline constexpr std::string_view ns = "urn:xmpp:hats:0";

struct Hat {
  std::string id;     // which one, the same wherever it is worn; becomes a part of its URI
  std::string title;  // for people
};

// <hats><hat uri= title=/></hats>
xml::Element to_xml(const std::vector<Hat>& hats);

}  // namespace component::hats
