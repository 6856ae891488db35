// The scenarios. Each returns its figures, or throws Failure or Skipped.
#pragma once

#include <boost/json.hpp>
#include <span>
#include <string_view>

#include "bench/load/options.hpp"

namespace load {

struct Scenario {
  std::string_view name;
  boost::json::object (*run)(const Options& options);
};
std::span<const Scenario> scenarios();

boost::json::object xmpp_to_irc(const Options& options);
boost::json::object irc_to_xmpp(const Options& options);
boost::json::object fixed_rate(const Options& options);
boost::json::object delivery(const Options& options);
boost::json::object joins(const Options& options);
boost::json::object idle(const Options& options);
boost::json::object big_room(const Options& options);
boost::json::object start_up(const Options& options);
boost::json::object hostile(const Options& options);
boost::json::object instructions_in(const Options& options);   // from XMPP to IRC
boost::json::object instructions_out(const Options& options);  // from IRC to XMPP

}  // namespace load
