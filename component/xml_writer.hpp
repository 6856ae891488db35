// Writes elements into a string as they come, without a tree: for the stanzas that are made most often. What it writes
// is what Element::write() would: the same escapes, and xmlns only where the namespace changes.
#pragma once

#include <boost/container/static_vector.hpp>
#include <string>
#include <string_view>

#include "component/xml.hpp"

namespace component::xml {

class Writer {
 public:
  static constexpr std::size_t deepest = 8;  // elements that are open at once; std::bad_alloc beyond

  // parent_ns: the namespace in force around what is written. `out` outlives the writer.
  Writer(std::string& out, std::string_view parent_ns) : out_(out), parent_ns_(parent_ns) {}

  // ns empty: the parent's. The views have to live until the element is closed: literals do.
  Writer& open(std::string_view name, std::string_view ns = {});
  Writer& attr(std::string_view name, std::string_view value);  // before anything is put inside
  // The same for a value of ours that needs no escapes.
  Writer& token(std::string_view name, std::string_view value);
  Writer& text(std::string_view text);
  Writer& add(const Element& child);
  Writer& close();
  // <name>text</name>
  Writer& leaf(std::string_view name, std::string_view text) { return open(name).text(text).close(); }

 private:
  struct Open {
    std::string_view name, ns;
  };
  void end_tag();

  std::string& out_;
  std::string_view parent_ns_;
  boost::container::static_vector<Open, deepest> open_;
  bool in_tag_ = false;  // the start tag of the innermost is not closed yet
};

}  // namespace component::xml
