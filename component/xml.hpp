// A small DOM for one stanza, and its writer. An element is a value: copying copies the tree.
// The writer emits only what XML 1.0 allows (section 2.2): forbidden code points and broken UTF-8 become U+FFFD, so
// that no text from a network can cut the component stream. Names are trusted: they come from our code or from the
// parser.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "component/xml_name.hpp"

namespace component::xml {

class Element {
 public:
  using Node = std::variant<Element, std::string>;

  // ns empty: the same namespace as the parent's (for a stanza: the stream's).
  explicit Element(Name name, Name ns = {}) noexcept : name_(std::move(name)), ns_(std::move(ns)) {}

  const Name& name() const noexcept { return name_; }
  const Name& ns() const noexcept { return ns_; }
  bool is(std::string_view name, std::string_view ns) const noexcept { return name_ == name && ns_ == ns; }

  // Empty when absent. Attributes in a namespace are kept under "prefix:name" only for xml:lang.
  std::string_view attr(std::string_view name) const noexcept;
  bool has_attr(std::string_view name) const noexcept;
  const std::vector<std::pair<Name, std::string>>& attrs() const noexcept { return attrs_; }

  Element& set_ns(Name ns) &;
  Element& set(const Name& name, std::string_view value) &;  // replaces
  Element&& set(const Name& name, std::string_view value) && { return std::move(set(name, value)); }
  // Appends without looking for an earlier one of that name: for the parser, where names are known to differ.
  Element& push_attr(Name name, std::string_view value) &;
  Element& unset(std::string_view name) &;
  Element& text(std::string_view text) &;  // appends character data
  Element&& text(std::string_view t) && { return std::move(text(t)); }
  Element& add(Element child) &;  // appends; returns *this
  Element&& add(Element child) && { return std::move(add(std::move(child))); }
  Element& append(Element child) &;  // appends; returns the child, valid until the next change of *this

  const std::vector<Node>& nodes() const noexcept { return nodes_; }
  std::vector<Node>& nodes() noexcept { return nodes_; }
  // First child element with that name (and namespace), or nullptr.
  const Element* child(std::string_view name, std::string_view ns) const noexcept;
  const Element* first_child() const noexcept;
  std::size_t child_count() const noexcept;  // elements only
  std::vector<const Element*> children() const;
  std::vector<const Element*> children(std::string_view name, std::string_view ns) const;
  // The character data directly inside, joined.
  std::string text() const;
  std::string child_text(std::string_view name, std::string_view ns) const;
  // Bytes of all texts and attributes' values in the tree: its size, without what the writer adds.
  std::size_t weight() const noexcept;

  // Appends the serialised element. parent_ns is the namespace that is in force around it.
  void write(std::string& out, std::string_view parent_ns) const;
  std::string to_string(std::string_view parent_ns = {}) const;

 private:
  Name name_, ns_;
  std::vector<std::pair<Name, std::string>> attrs_;
  std::vector<Node> nodes_;
};

// Appends text escaped for character data and attribute values alike, forbidden code points replaced by U+FFFD.
void escape(std::string& out, std::string_view text);
// Appends " name='value'".
void write_attribute(std::string& out, std::string_view name, std::string_view value);

}  // namespace component::xml
