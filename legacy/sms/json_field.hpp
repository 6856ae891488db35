// Fields of JSON that somebody else wrote: nothing here throws, and what is missing or of another type is empty.
// `pointer` is RFC 6901: "/data/payload/to/0/status"; "" is the value itself.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace sms {

// Null: no JSON, or nested deeper than anybody has reason to.
boost::json::value parse_json(std::string_view text);
// Null: not there.
const boost::json::value* find_json(const boost::json::value& in, std::string_view pointer);
// A text as it is, a number in digits (providers write codes and counts both ways), true and false as such.
std::string json_text(const boost::json::value& in, std::string_view pointer);
// A number, also one that is written as a text.
std::optional<std::int64_t> json_number(const boost::json::value& in, std::string_view pointer);
// The items of an array; empty for everything else.
const boost::json::array& json_items(const boost::json::value& in, std::string_view pointer);

}  // namespace sms
