#include "component/xeps/hats.hpp"

#include "component/jid.hpp"

namespace component::hats {

xml::Element to_xml(const std::vector<Hat>& hats) {
  xml::Element out("hats", ns);
  for (const Hat& hat : hats)
    out.append(xml::Element("hat")).set("uri", "urn:wherry:hat:" + percent_encode(hat.id)).set("title", hat.title);
  return out;
}

}  // namespace component::hats
