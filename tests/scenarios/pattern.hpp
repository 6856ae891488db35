// Does a stanza look as a scenario says? A pattern names what must be there: each of its attributes ("*": any value),
// its text, and each of its children, in order. What it doesn't name may be there too, except other children of a
// <presence/>'s or <message/>'s muc#user <x/>: a surplus status code is an error that must not go unseen.
#pragma once

#include <string>

#include "component/xml.hpp"

namespace scenario {

// Empty when it matches, else what is missing.
std::string mismatch(const component::xml::Element& pattern, const component::xml::Element& actual);

}  // namespace scenario
