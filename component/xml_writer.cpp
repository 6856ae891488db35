#include "component/xml_writer.hpp"

namespace component::xml {

Writer& Writer::open(std::string_view name, std::string_view ns) {
  end_tag();
  const std::string_view around = open_.empty() ? parent_ns_ : open_.back().ns;
  open_.push_back({name, ns.empty() ? around : ns});
  out_ += '<';
  out_ += name;
  in_tag_ = true;
  if (!ns.empty() && ns != around) token("xmlns", ns);
  return *this;
}

Writer& Writer::attr(std::string_view name, std::string_view value) {
  write_attribute(out_, name, value);
  return *this;
}

Writer& Writer::token(std::string_view name, std::string_view value) {
  out_ += ' ';
  out_ += name;
  out_ += "='";
  out_ += value;
  out_ += '\'';
  return *this;
}

Writer& Writer::text(std::string_view text) {
  if (text.empty()) return *this;
  end_tag();
  escape(out_, text);
  return *this;
}

Writer& Writer::add(const Element& child) {
  end_tag();
  child.write(out_, open_.empty() ? parent_ns_ : open_.back().ns);
  return *this;
}

Writer& Writer::close() {
  if (in_tag_) {
    out_ += "/>";
    in_tag_ = false;
  } else {
    out_ += "</";
    out_ += open_.back().name;
    out_ += '>';
  }
  open_.pop_back();
  return *this;
}

void Writer::end_tag() {
  if (!in_tag_) return;
  out_ += '>';
  in_tag_ = false;
}

}  // namespace component::xml
