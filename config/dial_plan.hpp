// How numbers are dialled in a country, where that is not 00 and 0: the defaults of an SMS network's keys, and how many
// digits national numbers have where nothing stands before them.
#pragma once

#include <string_view>

namespace config {

struct DialPlan {
  std::string_view country_code;
  std::string_view international_prefix = "00";
  std::string_view trunk_prefix = "0";
  std::size_t least = 0;  // digits of a national number, without the trunk prefix; 0: not known here
  std::size_t most = 0;
  std::string_view leading = {};  // digits that they begin with; empty: any
};

DialPlan dial_plan_of(std::string_view country_code);

}  // namespace config
