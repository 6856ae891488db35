#include "app/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace app {

namespace {

struct Entry {
  std::string_view word;
  Command command;
  bool takes_config;
};
constexpr std::array commands = {
    Entry{"run", Command::run, true},          Entry{"check", Command::check, true},
    Entry{"version", Command::version, false}, Entry{"--version", Command::version, false},
    Entry{"help", Command::help, false},       Entry{"--help", Command::help, false},
    Entry{"-h", Command::help, false},
};

}  // namespace

const char* const usage =
    "Usage: wherry run   [--config FILE]   serve until SIGTERM\n"
    "       wherry check [--config FILE]   say what is wrong with the configuration, and where\n"
    "       wherry version\n"
    "FILE is /etc/wherry/wherry.toml when it is not given.\n";

base::Result<Options, std::string> parse_options(std::span<const char* const> words) {
  if (words.empty()) return std::string{"a command is missing"};
  const std::string_view word = words.front();
  const auto* entry = std::find_if(commands.begin(), commands.end(), [&](const Entry& e) { return e.word == word; });
  if (entry == commands.end()) return fmt::format("there is no command \"{}\"", word);
  Options options;
  options.command = entry->command;
  for (auto rest = words.subspan(1); !rest.empty(); rest = rest.subspan(1)) {
    const std::string_view option = rest.front();
    if (entry->takes_config && option.starts_with("--config=")) {
      options.config = option.substr(9);
    } else if (entry->takes_config && (option == "--config" || option == "-c")) {
      if (rest.size() < 2) return fmt::format("{} needs a file name", option);
      rest = rest.subspan(1);
      options.config = rest.front();
    } else {
      return fmt::format("\"{}\" is not understood after \"{}\"", option, word);
    }
  }
  return options;
}

}  // namespace app
