#include "base/expat.hpp"

#include <dlfcn.h>
#include <expat.h>

#include <algorithm>
#include <limits>
#include <new>
#include <string>
#include <vector>

namespace base {
namespace {

struct Range {
  std::size_t begin = 0, size = 0;
};
struct Name {
  Range ns, local;
};
struct Record {
  XmlEvent::Kind kind;
  Name name;
  Range text;
  std::size_t first_attribute = 0, attributes = 0;
  std::uint64_t offset = 0;
};
struct AttributeRecord {
  Name name;
  Range value;
};

constexpr char separator = '\1';

bool is_utf8_name(const char* encoding) noexcept {
  constexpr std::string_view expected = "utf-8";
  const std::string_view given = encoding;
  return given.size() == expected.size() &&
         std::equal(given.begin(), given.end(), expected.begin(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b; });
}

// Expat with the mending of CVE-2023-52425 puts off the reparse of an incomplete token until enough bytes have come; a
// stanza whose last byte has arrived would wait for the next one. The limits of the caller bound the cost instead.
// COMPAT(Expat, before Debian's 2.5.0-1+deb12u2): neither the delay nor the function that ends it; what the program
// finds when it runs may be older or newer than what it was built with.
void parse_at_once(XML_Parser parser) noexcept {
  using Set = XML_Bool (*)(XML_Parser, XML_Bool);
  static const auto set = reinterpret_cast<Set>(dlsym(RTLD_DEFAULT, "XML_SetReparseDeferralEnabled"));
  if (set != nullptr) set(parser, XML_FALSE);
}

}  // namespace

struct Expat::State {
  struct Free {
    void operator()(XML_ParserStruct* parser) const noexcept { XML_ParserFree(parser); }
  };
  std::unique_ptr<XML_ParserStruct, Free> parser{XML_ParserCreateNS("UTF-8", separator)};
  std::string arena;  // the bytes of all names, values and texts of one parse()
  std::vector<Record> records;
  std::vector<AttributeRecord> attributes;
  std::uint64_t fed = 0;
  std::optional<XmlErrc> failure;

  Range keep(std::string_view bytes) {
    const Range range{arena.size(), bytes.size()};
    arena += bytes;
    return range;
  }
  // Expat writes "namespace\1local", or "local" alone outside of any namespace.
  Name keep_name(std::string_view raw) {
    const std::size_t at = raw.find(separator);
    if (at == std::string_view::npos) return {{}, keep(raw)};
    if (at > longest_namespace) return {keep(raw.substr(0, longest_namespace)), keep(raw.substr(at + 1))};
    const std::size_t begin = keep(raw).begin;
    return {{begin, at}, {begin + at + 1, raw.size() - at - 1}};
  }
  std::string_view view(Range range) const noexcept { return std::string_view(arena).substr(range.begin, range.size); }
  std::uint64_t position() const noexcept {
    return static_cast<std::uint64_t>(std::max<XML_Index>(XML_GetCurrentByteIndex(parser.get()), 0));
  }
  void stop(XmlErrc why) noexcept {
    if (!failure) failure = why;
    XML_StopParser(parser.get(), XML_FALSE);
  }
  // Every callback's body runs in here: what it throws (bad_alloc) ends the parse instead of crossing Expat.
  template <class Body>
  static void guarded(void* self, Body body) noexcept {
    auto& state = *static_cast<State*>(self);
    if (state.failure) return;
    try {
      body(state);
    } catch (const std::exception&) {
      state.stop(XmlErrc::no_memory);
    }
  }

  static void on_start(void* self, const char* name, const char** attributes) noexcept {
    guarded(self, [name, attributes](State& s) {
      Record record{XmlEvent::Kind::start, s.keep_name(name), {}, s.attributes.size(), 0, s.position()};
      for (const char** at = attributes; *at != nullptr; at += 2, ++record.attributes) {
        const Name key = s.keep_name(at[0]);
        s.attributes.push_back({key, s.keep(at[1])});
      }
      s.records.push_back(record);
    });
  }
  static void on_end(void* self, const char*) noexcept {
    guarded(self, [](State& s) {
      const auto length = static_cast<std::uint64_t>(XML_GetCurrentByteCount(s.parser.get()));
      s.records.push_back({XmlEvent::Kind::end, {}, {}, 0, 0, s.position() + length});
    });
  }
  static void on_text(void* self, const char* bytes, int size) noexcept {
    guarded(self, [bytes, size](State& s) {
      const Range text = s.keep({bytes, static_cast<std::size_t>(size)});
      if (!s.records.empty() && s.records.back().kind == XmlEvent::Kind::text) {
        s.records.back().text.size += text.size;
      } else {
        s.records.push_back({XmlEvent::Kind::text, {}, text, 0, 0, s.position()});
      }
    });
  }
  static void on_declaration(void* self, const char*, const char* encoding, int) noexcept {
    if (encoding != nullptr && !is_utf8_name(encoding)) forbid(self, XmlErrc::encoding);
  }
  static void on_comment(void* self, const char*) noexcept { forbid(self, XmlErrc::restricted); }
  static void on_instruction(void* self, const char*, const char*) noexcept { forbid(self, XmlErrc::restricted); }
  static void on_doctype(void* self, const char*, const char*, const char*, int) noexcept {
    forbid(self, XmlErrc::restricted);
  }
  static void on_skipped_entity(void* self, const char*, int) noexcept { forbid(self, XmlErrc::restricted); }
  static void forbid(void* self, XmlErrc why) noexcept {
    auto& state = *static_cast<State*>(self);
    if (!state.failure) state.stop(why);
  }
};

Expat::Expat() : state_(std::make_unique<State>()) {
  XML_Parser parser = state_->parser.get();
  if (parser == nullptr) throw std::bad_alloc();
  parse_at_once(parser);
  XML_SetUserData(parser, state_.get());
  XML_SetElementHandler(parser, &State::on_start, &State::on_end);
  XML_SetCharacterDataHandler(parser, &State::on_text);
  XML_SetXmlDeclHandler(parser, &State::on_declaration);
  XML_SetCommentHandler(parser, &State::on_comment);
  XML_SetProcessingInstructionHandler(parser, &State::on_instruction);
  XML_SetStartDoctypeDeclHandler(parser, &State::on_doctype);
  XML_SetSkippedEntityHandler(parser, &State::on_skipped_entity);
}
Expat::~Expat() = default;
Expat::Expat(Expat&&) noexcept = default;
Expat& Expat::operator=(Expat&&) noexcept = default;

std::optional<XmlErrc> Expat::parse(std::string_view bytes, bool last) {
  State& s = *state_;
  s.arena.clear();
  s.records.clear();
  s.attributes.clear();
  if (s.failure) return s.failure;
  if (bytes.size() > std::numeric_limits<int>::max()) return s.failure = XmlErrc::malformed;
  s.fed += bytes.size();
  const XML_Status status = XML_Parse(s.parser.get(), bytes.data(), static_cast<int>(bytes.size()), last);
  if (status == XML_STATUS_OK || s.failure) return s.failure;
  const XML_Error error = XML_GetErrorCode(s.parser.get());
  if (error == XML_ERROR_NO_MEMORY) return s.failure = XmlErrc::no_memory;
  // Without a DTD every entity but the five of XML is an undefined one.
  return s.failure = error == XML_ERROR_UNDEFINED_ENTITY ? XmlErrc::restricted : XmlErrc::malformed;
}

std::size_t Expat::size() const noexcept {
  return state_->records.size();
}

XmlEvent Expat::event(std::size_t index) const noexcept {
  const State& s = *state_;
  const Record& r = s.records[index];
  return {r.kind, s.view(r.name.ns), s.view(r.name.local), s.view(r.text), r.first_attribute, r.attributes, r.offset};
}

XmlAttribute Expat::attribute(std::size_t index) const noexcept {
  const State& s = *state_;
  const AttributeRecord& a = s.attributes[index];
  return {s.view(a.name.ns), s.view(a.name.local), s.view(a.value)};
}

std::uint64_t Expat::parsed() const noexcept {
  return state_->fed;
}
std::uint64_t Expat::pending() const noexcept {
  return state_->fed - std::min(state_->fed, state_->position());
}

}  // namespace base
