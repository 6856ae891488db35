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
  bool takes_file = false;
};
constexpr std::array commands = {
    Entry{"run", Command::run, true},          Entry{"check", Command::check, true},
    Entry{"version", Command::version, false}, Entry{"--version", Command::version, false},
    Entry{"help", Command::help, false},       Entry{"--help", Command::help, false},
    Entry{"-h", Command::help, false},         Entry{"import-biboumi", Command::import_biboumi, true, true},
};

}  // namespace

const char* const usage =
    "Usage: wherry run   [--config FILE]   serve until SIGTERM\n"
    "       wherry check [--config FILE]   say what is wrong with the configuration, and where\n"
    "       wherry import-biboumi FILE [--component DOMAIN] [--config FILE]\n"
    "                                     take over what biboumi's SQLite database holds\n"
    "       wherry version\n"
    "The configuration is /etc/wherry/wherry.toml when it is not given.\n";

namespace {

// "--name VALUE" and "--name=VALUE" at the front of `words`, which loses it. Nothing: another word. The error is for
// whoever typed it.
base::Result<bool, std::string> take_value(std::span<const char* const>& words, const std::string& name,
                                           const char* what, std::string& into) {
  const std::string_view option = words.front();
  const bool is_short = name == "--config" && option == "-c";
  if (option.starts_with(name + "=")) {
    into = option.substr(name.size() + 1);
  } else if (option == name || is_short) {
    if (words.size() < 2) return fmt::format("{} needs {}", option, what);
    words = words.subspan(1);
    into = words.front();
  } else {
    return false;
  }
  words = words.subspan(1);
  return true;
}

base::Result<bool, std::string> take_word(const Entry& entry, std::span<const char* const>& words, Options& options) {
  const std::string_view word = words.front();
  if (entry.takes_config) {
    const auto config = take_value(words, "--config", "a file name", options.config);
    if (!config || *config) return config;
  }
  if (!entry.takes_file) return false;
  const auto component = take_value(words, "--component", "a domain", options.component);
  if (!component || *component) return component;
  if (word.starts_with('-') || !options.file.empty()) return false;
  options.file = word;
  words = words.subspan(1);
  return true;
}

}  // namespace

base::Result<Options, std::string> parse_options(std::span<const char* const> words) {
  if (words.empty()) return std::string{"a command is missing"};
  const std::string_view word = words.front();
  const auto* entry = std::find_if(commands.begin(), commands.end(), [&](const Entry& e) { return e.word == word; });
  if (entry == commands.end()) return fmt::format("there is no command \"{}\"", word);
  Options options;
  options.command = entry->command;
  auto rest = words.subspan(1);
  while (!rest.empty()) {
    const std::string_view option = rest.front();
    if (option == "--help" || option == "-h") {
      options.command = Command::help;
      return options;
    }
    const auto taken = take_word(*entry, rest, options);
    if (!taken) return taken.error();
    if (!*taken) return fmt::format("\"{}\" is not understood after \"{}\"", option, word);
  }
  if (entry->takes_file && options.file.empty()) return std::string{"the file to import is missing"};
  return options;
}

}  // namespace app
