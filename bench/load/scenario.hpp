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

}  // namespace load
