#include "mapping/files.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "mapping/text.hpp"

namespace mapping {

using component::xml::Element;

namespace {

constexpr std::size_t most_files = 10;

bool is_seen_or_heard(const std::string& type) {
  return type.starts_with("image/") || type.starts_with("audio/") || type.starts_with("video/");
}

Element metadata(const legacy::Attachment& file) {
  Element out("file", "urn:xmpp:file:metadata:0");
  out.add(Element("media-type").text(file.content_type)).add(Element("name").text(file.name));
  out.add(Element("size").text(std::to_string(file.size)));
  if (!file.sha256.empty())
    out.add(Element("hash", "urn:xmpp:hashes:2").set("algo", "sha-256").text(base::to_base64(file.sha256)));
  return out;
}

}  // namespace

void add_file(Element& message, const legacy::Attachment& file) {
  message.add(Element("body").text(file.url));
  message.add(Element("x", "jabber:x:oob").add(Element("url").text(file.url)));
  Element sharing("file-sharing", "urn:xmpp:sfs:0");
  sharing.set("disposition", is_seen_or_heard(file.content_type) ? "inline" : "attachment");
  sharing.add(metadata(file));
  Element source("url-data", "http://jabber.org/protocol/url-data");
  source.set("target", file.url);
  sharing.add(Element("sources").add(std::move(source)));
  message.add(std::move(sharing));
}

std::vector<std::string> linked_files(const Element& message) {
  std::vector<std::string> out;
  for (const Element* const child : message.children()) {
    std::string link = link_of(*child);
    const bool is_web = link.starts_with("https://") || link.starts_with("http://");
    if (is_web && out.size() < most_files && std::find(out.begin(), out.end(), link) == out.end())
      out.push_back(std::move(link));
  }
  return out;
}

}  // namespace mapping
