// config::parse: a Config or problems that name a place in the file.
#include "config/config.hpp"

#include <algorithm>

#include "fuzz.hpp"

using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::Input(data, size).rest();
  if (text.find("file") != text.npos) return 0;  // no reading of files that the fuzzer thinks of
  const auto parsed = config::parse(text, "fuzz.toml");
  if (parsed) {
    require(!parsed->components.empty(), "a configuration has a component");
    return 0;
  }
  const auto lines = static_cast<unsigned>(std::count(text.begin(), text.end(), '\n')) + 1;
  require(!parsed.error().empty(), "a failure has a reason");
  for (const auto& problem : parsed.error()) {
    require(problem.line <= lines && !problem.what.empty(), "a problem is in the file", problem.str());
  }
  return 0;
}
