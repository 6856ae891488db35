#include "component/xeps/disco.hpp"

#include <set>

namespace component::disco {

namespace {

xml::Element query(std::string_view ns, std::string_view node) {
  xml::Element out("query", ns);
  if (!node.empty()) out.set("node", node);
  return out;
}

}  // namespace

xml::Element to_xml(const Info& info, std::string_view node) {
  xml::Element out = query(ns_info, node);
  for (const Identity& identity : info.identities) {
    xml::Element& entry = out.append(xml::Element("identity"));
    entry.set("category", identity.category).set("type", identity.type);
    if (!identity.name.empty()) entry.set("name", identity.name);
  }
  const std::set<std::string> features(info.features.begin(), info.features.end());
  for (const std::string& feature : features) out.add(xml::Element("feature").set("var", feature));
  for (const xml::Element& form : info.forms) out.add(form);
  return out;
}

xml::Element to_xml(const std::vector<Item>& items, std::string_view node) {
  xml::Element out = query(ns_items, node);
  for (const Item& item : items) {
    xml::Element& entry = out.append(xml::Element("item"));
    entry.set("jid", item.jid);
    if (!item.name.empty()) entry.set("name", item.name);
    if (!item.node.empty()) entry.set("node", item.node);
  }
  return out;
}

}  // namespace component::disco
