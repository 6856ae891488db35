// Which country a telephone number belongs to. Some share a calling code: +1 is the United States, Canada and most of
// the Caribbean, where a text costs many times as much. Codes are those of ISO 3166-1, in capitals.
#pragma once

#include <string_view>

namespace config {

struct Country {
  std::string_view code;        // "US"; empty: unknown, also for satellites and international services
  std::size_t prefix_size = 0;  // of what told it, with the plus
};

// Of "+15551234567".
Country country_of(std::string_view e164);
bool is_country(std::string_view code);
// The one with most numbers under a calling code: "US" for "1"; empty: there is no such code.
std::string_view country_of_code(std::string_view calling_code);

}  // namespace config
