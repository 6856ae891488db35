// XEP-0004 2.13.1 data forms, as far as gateways use them: flat forms of simple fields.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "component/xml.hpp"

namespace component::dataform {

inline constexpr std::string_view ns = "jabber:x:data";

struct Field {
  std::string var, type, label, value;
  bool required = false;
  std::string desc = {};
  std::vector<std::string> values = {};                           // of a field that may have several
  std::vector<std::pair<std::string, std::string>> options = {};  // label and value, for lists
};

struct Form {
  std::string type = "form";  // form, result
  std::string form_type;      // FORM_TYPE (XEP-0068); empty: none
  std::string title, instructions;
  std::vector<Field> fields;
};

xml::Element to_xml(const Form& form);

struct Submission {
  std::string type;                           // submit, cancel
  std::map<std::string, std::string> values;  // first value of each field
  std::string value(const std::string& var) const;
  bool has(const std::string& var) const { return values.contains(var); }
  std::map<std::string, std::vector<std::string>> all = {};  // every value of each field
};
// The form inside `parent`, if there is one.
std::optional<Submission> submission(const xml::Element& parent);

}  // namespace component::dataform
