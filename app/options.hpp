// The command line: `wherry run|check [--config FILE]`, `wherry version`, `wherry --help`.
#pragma once

#include <span>
#include <string>

#include "base/result.hpp"

namespace app {

enum class Command { run, check, version, help };

struct Options {
  Command command = Command::help;
  std::string config = "/etc/wherry/wherry.toml";
};

// `words` are the arguments after the program's name. The error is a sentence for whoever typed them.
base::Result<Options, std::string> parse_options(std::span<const char* const> words);

extern const char* const usage;

}  // namespace app
