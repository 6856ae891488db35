#include "component/xeps/dataform.hpp"

namespace component::dataform {

xml::Element to_xml(const Form& form) {
  xml::Element x("x", ns);
  x.set("type", form.type);
  if (!form.title.empty()) x.add(xml::Element("title").text(form.title));
  if (!form.instructions.empty()) x.add(xml::Element("instructions").text(form.instructions));
  if (!form.form_type.empty()) {
    xml::Element& type = x.append(xml::Element("field"));
    type.set("var", "FORM_TYPE").set("type", "hidden").add(xml::Element("value").text(form.form_type));
  }
  for (const Field& field : form.fields) {
    xml::Element& entry = x.append(xml::Element("field"));
    entry.set("var", field.var).set("type", field.type);
    if (!field.label.empty()) entry.set("label", field.label);
    if (!field.desc.empty()) entry.add(xml::Element("desc").text(field.desc));
    if (field.required) entry.add(xml::Element("required"));
    if (!field.value.empty()) entry.add(xml::Element("value").text(field.value));
    for (const std::string& value : field.values) entry.add(xml::Element("value").text(value));
    for (const auto& [label, value] : field.options) {
      entry.append(xml::Element("option")).set("label", label).add(xml::Element("value").text(value));
    }
  }
  return x;
}

std::string Submission::value(const std::string& var) const {
  const auto found = values.find(var);
  return found == values.end() ? std::string{} : found->second;
}

std::optional<Submission> submission(const xml::Element& parent) {
  const xml::Element* const x = parent.child("x", ns);
  if (!x) return {};
  Submission out;
  out.type = x->attr("type");
  for (const xml::Element* field : x->children("field", ns)) {
    if (!field->has_attr("var")) continue;
    const std::string var(field->attr("var"));
    if (!out.values.emplace(var, field->child_text("value", ns)).second) continue;
    std::vector<std::string>& all = out.all[var];
    for (const xml::Element* value : field->children("value", ns)) all.push_back(value->text());
  }
  return out;
}

}  // namespace component::dataform
