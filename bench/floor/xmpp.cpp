#include "bench/floor/xmpp.hpp"

#include <stdexcept>

namespace bottom {
namespace {

std::string_view local_name(std::string_view name) {
  const auto separator = name.rfind('\n');
  return separator == std::string_view::npos ? name : name.substr(separator + 1);
}

const char* entity(char c) {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '\'': return "&apos;";
    case '"': return "&quot;";
    default: return nullptr;
  }
}

void append_address(std::string& out, std::string_view channel, std::string_view nick) {
  append_escaped(out, channel);
  out.append(room_suffix).append(1, '/');
  append_escaped(out, nick);
}

}  // namespace

void Stanza::clear() {
  for (std::string* part : {&name, &from, &to, &type, &id, &body}) part->clear();
}

StanzaReader::StanzaReader(Taker taker)
    : parser_(XML_ParserCreateNS("UTF-8", '\n'), &XML_ParserFree), taker_(std::move(taker)) {
  XML_SetUserData(parser_.get(), this);
  XML_SetElementHandler(parser_.get(), &on_start, &on_end);
  XML_SetCharacterDataHandler(parser_.get(), &on_text);
}

void StanzaReader::feed(std::string_view bytes) {
  if (XML_Parse(parser_.get(), bytes.data(), static_cast<int>(bytes.size()), 0) != XML_STATUS_OK)
    throw std::runtime_error("not XML");
}

void StanzaReader::on_start(void* self, const XML_Char* name, const XML_Char** attributes) {
  static_cast<StanzaReader*>(self)->open(local_name(name), attributes);
}

void StanzaReader::open(std::string_view name, const XML_Char** attributes) {
  ++depth_;
  if (depth_ == 2) {
    stanza_.clear();
    stanza_.name = name;
  }
  is_body_ = depth_ == 3 && name == "body";
  for (; depth_ <= 2 && *attributes != nullptr; attributes += 2) {
    const std::string_view key = attributes[0], value = attributes[1];
    if (depth_ == 1 && key == "id") stream_id_ = value;
    if (key == "from") stanza_.from = value;
    if (key == "to") stanza_.to = value;
    if (key == "type") stanza_.type = value;
    if (key == "id") stanza_.id = value;
  }
}

void StanzaReader::on_end(void* self, const XML_Char*) {
  auto& reader = *static_cast<StanzaReader*>(self);
  reader.is_body_ = false;
  if (--reader.depth_ == 1) reader.taker_(reader.stanza_);
}

void StanzaReader::on_text(void* self, const XML_Char* text, int size) {
  auto& reader = *static_cast<StanzaReader*>(self);
  if (reader.is_body_) reader.stanza_.body.append(text, static_cast<std::size_t>(size));
}

void append_escaped(std::string& out, std::string_view text) {
  std::size_t written = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char* instead = entity(text[at]);
    if (instead == nullptr) continue;
    out.append(text, written, at - written).append(instead);
    written = at + 1;
  }
  out.append(text, written);
}

void append_groupchat(std::string& out, std::string_view channel, std::string_view nick, std::string_view to,
                      std::string_view id, std::string_view text) {
  out += "<message from='";
  append_address(out, channel, nick);
  out.append("' to='").append(to).append("' type='groupchat' id='").append(id).append("'><body>");
  append_escaped(out, text);
  out += "</body></message>";
}

void append_presence(std::string& out, std::string_view channel, std::string_view nick, std::string_view to,
                     std::string_view type, std::string_view address, std::string_view rest) {
  out += "<presence from='";
  append_address(out, channel, nick);
  out.append("' to='").append(to).append(1, '\'');
  if (!type.empty()) out.append(" type='").append(type).append(1, '\'');
  out += "><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='";
  out += type.empty() ? "participant'" : "none'";
  if (!address.empty()) {
    out += " jid='";
    append_escaped(out, address);
    out += '\'';
  }
  out.append("/>").append(rest).append("</x></presence>");
}

}  // namespace bottom
