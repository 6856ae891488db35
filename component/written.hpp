// Stanzas as they stand on the stream, but for their recipient: written once, sent to everybody whom they concern.
#pragma once

#include <string>
#include <string_view>

#include "component/xml_writer.hpp"

namespace component {

// What the sender's next presence replaces, so that it may be lost when the outbox is full. Unlike a presence with
// status 110 (XEP-0045): without it a client never knows that it is in a room, or out of it.
bool is_replaceable(const xml::Element& stanza);

class WrittenStanza {
 public:
  // A tree without `to`; an absent id is filled in.
  explicit WrittenStanza(const xml::Element& stanza);

  // All of it without `to`, in the stream's namespace.
  const std::string& text() const noexcept { return text_; }
  // The bytes for the stream.
  std::string addressed(std::string_view to) const;
  // The same with one more child at its end; there is one already.
  WrittenStanza with(const xml::Element& child) const;
  std::string_view kind() const noexcept { return {text_.data() + 1, kind_size_}; }
  std::string_view from() const noexcept;  // as it is written, with XML's escapes
  bool is_replaceable() const noexcept { return is_replaceable_; }

 private:
  friend class StanzaWriter;
  WrittenStanza(std::string text, std::size_t kind_size, bool is_replaceable)
      : text_(std::move(text)), kind_size_(kind_size), is_replaceable_(is_replaceable) {}

  std::string text_;
  std::size_t kind_size_;
  bool is_replaceable_;
};

// Makes one without a tree. The stanza itself is open from the start; finish() closes it.
class StanzaWriter {
 public:
  // kind: "message" or "presence"; type: of those that the protocol knows, or empty. id empty: a new one.
  StanzaWriter(std::string_view kind, std::string_view from, std::string_view type, std::string_view id = {});
  StanzaWriter(const StanzaWriter&) = delete;
  StanzaWriter& operator=(const StanzaWriter&) = delete;

  xml::Writer& inside() noexcept { return writer_; }
  WrittenStanza finish(bool is_replaceable = false) &&;

 private:
  std::string text_;
  std::size_t kind_size_;
  xml::Writer writer_;
};

}  // namespace component
