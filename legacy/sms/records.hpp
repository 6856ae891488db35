// How the adapter writes to legacy::State: one JSON object per record, times as milliseconds since 1970 UTC.
//   out/<id>   a text on its way out, until its Delivery was Taken         (queue)
//   gone/<id>  what is left of it, so that a late report is understood     (queue, expires)
//   ref/<id>   which of them the provider knows by an id of its own        (queue, expires)
//   in/<key>   a text that came in, until its Received was Taken           (inbox)
//   media/<..> a file on its way from the provider, until it is a record in/  (attachments)
//   part/<key> a segment that waits for the others of its text             (parts)
//   seen/<id>  that it came in, so that a repeat is recognised             (inbox, expires)
//   ids/<xx>   the same in short, for ever: the ids that begin so          (inbox)
//   code/<n>   that this short code has texted the user                    (session)
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "legacy/adapter.hpp"

namespace sms {

inline constexpr std::string_view out_prefix = "out/";
inline constexpr std::string_view gone_prefix = "gone/";
inline std::string out_key(const std::string& id) {
  return std::string(out_prefix) + id;
}
inline std::string gone_key(const std::string& id) {
  return std::string(gone_prefix) + id;
}

inline std::string foreign_key(const std::string& id) {
  return "ref/" + id;
}

inline constexpr std::chrono::hours keep_traces{7 * 24};  // of gone/ and seen/

base::WallTime wall_now();
std::int64_t to_millis(base::WallTime time) noexcept;
base::WallTime from_millis(std::int64_t millis) noexcept;

void save_record(legacy::State& state, const std::string& key, const boost::json::object& record);
// nullopt: no such record, or one that is damaged (logged).
std::optional<boost::json::object> parse_record(std::string_view key, std::string_view value);
std::optional<boost::json::object> load_record(legacy::State& state, const std::string& key);

// Fields of a record; a missing one or one of another type is empty or 0.
std::string text_of(const boost::json::object& record, std::string_view name);
std::int64_t number_of(const boost::json::object& record, std::string_view name);

// A list of texts, in its order or as a set.
std::vector<std::string> list_of(const boost::json::object& record, std::string_view name);
std::set<std::string> texts_of(const boost::json::object& record, std::string_view name);
boost::json::array json_of(const std::set<std::string>& texts);

// Removes what has expired (field "until"), a slice at a time so that the loop is never held up.
class Sweeper {
 public:
  explicit Sweeper(legacy::State& state) : state_(state) {}
  void collect(base::WallTime now);
  // Erases at most `most` records; true while there are more.
  bool step(std::size_t most);

 private:
  legacy::State& state_;
  std::vector<std::string> expired_;
};

}  // namespace sms
