// The process: command line, configuration, limits, loop, exit status (0 done, 1 failed, 2 wrong usage or
// configuration).
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "app/app.hpp"
#include "app/checkup.hpp"
#include "app/domain.hpp"
#include "app/import_biboumi.hpp"
#include "app/options.hpp"

namespace {

constexpr int failed = 1;
constexpr int misused = 2;

// Every user may have a connection of his own; the soft limit is there for select(2), which is not used.
void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Without destructors, which would run under coroutines that still use the objects.
[[noreturn]] void end(app::App& app, int status) {
  app.save();
  std::_Exit(status);
}

int serve(const config::Config& config) {
  base::Log::set_threshold(config.log_level);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a full disk
  umask(0077);
  raise_file_limit();
  asio::io_context loop{1};
  app::App app(loop, config);
  try {
    app.start();
    loop.run();
    if (app.has_ended()) {
      app.save();
      // The disks' threads have answered meanwhile; their answers go while those whom they are for are still there.
      loop.restart();
      loop.poll();
    }
  } catch (const std::exception& failure) {
    base::Log("wherry").error("{}", failure.what());
    end(app, failed);
  }
  if (app.has_ended()) return EXIT_SUCCESS;
  base::Log("wherry").warning("not everything ended in time");
  end(app, EXIT_SUCCESS);
}

int check(const config::Config& config, const std::string& file) {
  const app::Checkup found = app::check_up(config);
  for (const auto& problem : found.wrong) fmt::print(stderr, "{}\n", problem.str());
  for (const auto& problem : found.doubtful) fmt::print(stderr, "warning: {}\n", problem.str());
  if (!found.wrong.empty()) return misused;
  fmt::print("{}: OK, {} component(s)\n", file, config.components.size());
  return EXIT_SUCCESS;
}

int run(const app::Options& options) {
  const auto config = config::load(options.config, &app::is_address, app::default_rules());
  if (!config) {
    for (const auto& problem : config.error()) fmt::print(stderr, "{}\n", problem.str());
    return misused;
  }
  if (options.command == app::Command::run) return serve(*config);
  if (options.command == app::Command::import_biboumi) {
    umask(0077);
    return app::import_biboumi(*config, options.file, options.component);
  }
  return check(*config, options.config);
}

int dispatch(std::span<const char* const> words) {
  const auto options = app::parse_options(words);
  if (!options) {
    fmt::print(stderr, "wherry: {}\n{}", options.error(), app::usage);
    return misused;
  }
  switch (options->command) {
    case app::Command::help: std::fputs(app::usage, stdout); return EXIT_SUCCESS;
    case app::Command::version: fmt::print("wherry {}\n", WHERRY_VERSION); return EXIT_SUCCESS;
    default: return run(*options);
  }
}

}  // namespace

int main(int count, char** words) {
  try {
    return dispatch({words + (count > 0 ? 1 : 0), static_cast<std::size_t>(count > 0 ? count - 1 : 0)});
  } catch (const std::exception& failure) {
    base::Log("wherry").error("{}", failure.what());
    return failed;
  }
}
