#include "app/checkup.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "app/domain.hpp"
#include "legacy/irc/settings.hpp"

namespace app {

namespace {

namespace fs = std::filesystem;

bool may_others(const fs::path& path, fs::perms what) {
  std::error_code failed;
  const fs::perms given = fs::status(path, failed).permissions();
  return !failed && (given & what) != fs::perms::none;
}

// The file itself, and every folder on the way to it.
bool can_everybody_read(const std::string& file) {
  std::error_code failed;
  fs::path path = fs::canonical(file, failed);
  if (failed || !may_others(path, fs::perms::others_read)) return false;
  while (path.has_relative_path()) {
    path = path.parent_path();
    if (!may_others(path, fs::perms::others_exec)) return false;
  }
  return true;
}

config::Problem problem(const std::string& file, std::string what, std::string instead) {
  return {file, 0, 0, std::move(what), std::move(instead)};
}

void check_database(const config::Config& config, Checkup& out) {
  std::error_code ignored;
  const fs::path folder = fs::path(config.database).parent_path();
  if (folder.empty() || fs::is_directory(folder, ignored)) return;
  const bool is_usual = config.database == config::Config{}.database;
  config::Problems& into = is_usual ? out.doubtful : out.wrong;
  into.push_back(problem(config.database,
                         fmt::format("the database's folder {} is not there", base::quoted(folder.string())),
                         is_usual ? "a path in [database], unless the service's StateDirectory= makes the folder"
                                  : "the path of a folder that is there and that the user wherry may write to"));
}

// What its users would be told, and could do nothing about.
void check_defaults(const config::Config& config, Checkup& out) {
  for (const config::Component& component : config.components) {
    for (const config::IrcNetwork& network : component.irc) {
      const std::string why = irc::find_problem({{}, defaults_of(component)}, network);
      if (why.empty()) continue;
      out.wrong.push_back(problem("[component.defaults] of " + component.domain,
                                  fmt::format("not for the network {}: {}", base::quoted(network.name), why),
                                  "another value"));
      break;
    }
  }
}

}  // namespace

Checkup check_up(const config::Config& config) {
  Checkup out;
  out.wrong = config.samples;
  for (const std::string& file : config.secret_files) {
    if (!can_everybody_read(file)) continue;
    out.wrong.push_back(problem(file, "there are secrets in this file, and everybody on this machine can read it",
                                fmt::format("\"chmod o= {}\" in a shell", file)));
  }
  check_defaults(config, out);
  check_database(config, out);
  return out;
}

}  // namespace app
