// What files that come with a text are, by their content type, and what is done with them.
#pragma once

#include <string>
#include <string_view>

namespace sms {

enum class MediaUse {
  shown,    // pictures, sounds, films, contacts, PDF and plain text
  dropped,  // how a phone lays them out (SMIL): nothing for people
  named,    // anything else: that it came is said in words
};

// "Image/JPEG; name=x" -> "image/jpeg". Empty: not a content type, or one that says nothing (application/octet-stream).
std::string media_type(std::string_view header);
MediaUse use_of(std::string_view type);
// "image.jpg": of letters, digits and one point.
std::string media_name(std::string_view type);
// What a browser may show by itself; anything else it is told to save.
bool is_plain_media(std::string_view type);

}  // namespace sms
