#include "component/xeps/dataform.hpp"

namespace component::dataform {

xml::Element to_xml(const Form& form) {
  xml::Element x("x", ns);
  x.set("type", form.type);
  if (!form.title.empty()) x.add(xml::Element("title").text(form.title));
  if (!form.instructions.empty()) x.add(xml::Element("instructions").text(form.instructions));
  xml::Element& type = x.append(xml::Element("field"));
  type.set("var", "FORM_TYPE").set("type", "hidden").add(xml::Element("value").text(form.form_type));
  for (const Field& field : form.fields) {
    xml::Element& entry = x.append(xml::Element("field"));
    entry.set("var", field.var).set("type", field.type);
    if (!field.label.empty()) entry.set("label", field.label);
    if (!field.desc.empty()) entry.add(xml::Element("desc").text(field.desc));
    if (field.required) entry.add(xml::Element("required"));
    if (!field.value.empty()) entry.add(xml::Element("value").text(field.value));
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
    if (field->has_attr("var")) out.values.emplace(field->attr("var"), field->child_text("value", ns));
  }
  return out;
}

}  // namespace component::dataform
