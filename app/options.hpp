// The command line: `wherry run|check [--config FILE]`, `wherry import-biboumi FILE [--component DOMAIN]
// [--config FILE]`, `wherry version`, `wherry --help`.
#pragma once

#include <span>
#include <string>

#include "base/result.hpp"

namespace app {

enum class Command { run, check, version, help, import_biboumi };

struct Options {
  Command command = Command::help;
  std::string config = "/etc/wherry/wherry.toml";
  std::string file;       // to import
  std::string component;  // for whom; empty: the only one for IRC
};

// `words` are the arguments after the program's name. The error is a sentence for whoever typed them.
base::Result<Options, std::string> parse_options(std::span<const char* const> words);

extern const char* const usage;

}  // namespace app
