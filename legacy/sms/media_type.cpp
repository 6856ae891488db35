#include "legacy/sms/media_type.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"

namespace sms {
namespace {

struct Known {
  std::string_view type;
  std::string_view name;
};
// Where the subtype itself is not how such files are called.
constexpr auto known = std::to_array<Known>({
    {"image/jpeg", "image.jpg"},         {"image/jpg", "image.jpg"},        {"image/pjpeg", "image.jpg"},
    {"image/svg+xml", "image.svg"},      {"image/tiff", "image.tif"},       {"audio/mpeg", "audio.mp3"},
    {"audio/mp4", "audio.m4a"},          {"audio/3gpp", "audio.3gp"},       {"audio/3gpp2", "audio.3g2"},
    {"audio/amr-wb", "audio.awb"},       {"audio/x-wav", "audio.wav"},      {"audio/midi", "audio.mid"},
    {"video/3gpp", "video.3gp"},         {"video/3gpp2", "video.3g2"},      {"video/quicktime", "video.mov"},
    {"video/mpeg", "video.mpg"},         {"video/x-msvideo", "video.avi"},  {"text/vcard", "contact.vcf"},
    {"text/x-vcard", "contact.vcf"},     {"text/directory", "contact.vcf"}, {"text/plain", "text.txt"},
    {"application/pdf", "document.pdf"},
});
constexpr auto layouts = std::to_array<std::string_view>({"application/smil", "application/smil+xml"});
constexpr auto streams = std::to_array<std::string_view>({"application/octet-stream", "binary/octet-stream"});
constexpr std::size_t longest_type = 100;

bool is_alphanumeric(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// RFC 6838 section 4.2, in small letters.
bool is_name(std::string_view text) {
  constexpr std::string_view others = "!#$&-^_.+";
  return !text.empty() && is_alphanumeric(text.front()) && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_alphanumeric(c) || others.find(c) != others.npos;
  });
}

template <class List>
bool has(const List& list, std::string_view type) {
  return std::find(list.begin(), list.end(), type) != list.end();
}

const Known* find_known(std::string_view type) {
  const auto* const found = std::find_if(known.begin(), known.end(), [&](const Known& k) { return k.type == type; });
  return found == known.end() ? nullptr : found;
}

bool is_of(std::string_view type, std::string_view main) {
  return type.size() > main.size() && type.starts_with(main) && type[main.size()] == '/';
}

bool is_picture_or_sound(std::string_view type) {
  return is_of(type, "image") || is_of(type, "audio") || is_of(type, "video");
}

}  // namespace

std::string media_type(std::string_view header) {
  std::string type = base::ascii_lower(header.substr(0, header.find_first_of(";,")));
  type.erase(0, std::min(type.find_first_not_of(" \t"), type.size()));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.pop_back();
  const auto slash = type.find('/');
  if (slash == type.npos || type.size() > longest_type || has(streams, type)) return {};
  const bool is_type =
      is_name(std::string_view(type).substr(0, slash)) && is_name(std::string_view(type).substr(slash + 1));
  return is_type ? type : std::string{};
}

MediaUse use_of(std::string_view type) {
  if (has(layouts, type)) return MediaUse::dropped;
  return is_picture_or_sound(type) || find_known(type) != nullptr ? MediaUse::shown : MediaUse::named;
}

std::string media_name(std::string_view type) {
  if (const Known* const found = find_known(type)) return std::string(found->name);
  const auto slash = std::min(type.find('/'), type.size());
  auto subtype = type.substr(std::min(slash + 1, type.size()));
  if (subtype.starts_with("x-")) subtype.remove_prefix(2);
  std::string ending;
  std::copy_if(subtype.begin(), subtype.end(), std::back_inserter(ending), is_alphanumeric);
  if (ending.empty() || ending.size() > 10) ending = "bin";
  return (is_picture_or_sound(type) ? std::string(type.substr(0, slash)) : std::string("file")) + "." + ending;
}

// A picture of the SVG kind can hold a program.
bool is_plain_media(std::string_view type) {
  return is_picture_or_sound(type) && type.find("xml") == type.npos;
}

}  // namespace sms
