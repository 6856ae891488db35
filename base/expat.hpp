// Owner of one Expat parser with namespaces. Its callbacks only record what they saw (no exception crosses C, nothing
// is acted on inside); the caller reads the events after parse(). Comments, processing instructions, DTDs, entity
// references and encodings other than UTF-8 stop it for good: XMPP forbids them (RFC 6120 section 11.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace base {

enum class XmlErrc {
  malformed = 1,  // not well-formed, or over the caller's own limits of Expat
  restricted,     // comment, processing instruction, DTD or entity reference
  encoding,       // declared as something other than UTF-8
  no_memory,
};

// A namespace is cut to so many bytes. It stands once in the document and in every event that it is in force for: with
// one of 100 KiB a stanza within the limits would become gigabytes.
inline constexpr std::size_t longest_namespace = 256;

struct XmlEvent {
  enum class Kind { start, end, text };
  Kind kind = Kind::text;
  std::string_view ns, name;  // start
  std::string_view text;      // text; neighbouring pieces are joined within one parse()
  std::size_t first_attribute = 0, attributes = 0;
  std::uint64_t offset = 0;  // of the tag's first byte in everything parsed so far (end: of the byte after it)
};

struct XmlAttribute {
  std::string_view ns, name, value;
};

class Expat {
 public:
  Expat();
  ~Expat();
  Expat(Expat&&) noexcept;
  Expat& operator=(Expat&&) noexcept;

  // Events before the error are kept. After an error every further call gives it again, without events. What parse()
  // gives is valid until the next call. `last`: the document must be complete.
  std::optional<XmlErrc> parse(std::string_view bytes, bool last = false);
  std::size_t size() const noexcept;
  XmlEvent event(std::size_t index) const noexcept;
  XmlAttribute attribute(std::size_t index) const noexcept;
  // Bytes that Expat holds because the token they belong to is not complete.
  std::uint64_t pending() const noexcept;
  std::uint64_t parsed() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace base
