#include "app/key_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/crypto.hpp"

namespace app {

namespace {

// The database must never be on the disk without its key.
bool write_synced(int file, const std::string& bytes) {
  return ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && ::fsync(file) == 0;
}

}  // namespace

base::Result<config::Secret, std::string> database_key(const config::Config& config) {
  if (!config.database_key.value.empty()) return config.database_key;
  const auto problem = boost::system::in_place_error;  // a Secret can be made of a text, too
  std::error_code ignored;
  if (std::filesystem::exists(config.database, ignored)) {
    return {problem,
            fmt::format("the database {} is there but its key {} is not; put the key back, or move the database away "
                        "to start without what it holds",
                        config.database, config.database_key_file)};
  }
  config::Secret key{base::random_bytes(base::key_size)};
  const int file = ::open(config.database_key_file.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  const bool is_written = file >= 0 && write_synced(file, key.value);
  const int reason = errno;
  if (file >= 0) ::close(file);
  if (is_written) return key;
  if (file >= 0) ::unlink(config.database_key_file.c_str());
  return {problem, fmt::format("the key {} can't be written: {}", config.database_key_file,
                               std::generic_category().message(reason))};
}

}  // namespace app
