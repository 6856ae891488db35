// Secrets from the configuration, from files and from systemd's credentials, and paths.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "config/reader.hpp"

namespace config {

std::string relative_to(const std::string& file, const std::string& path) {
  return (std::filesystem::path(file).parent_path() / path).lexically_normal().string();
}

namespace {

// In the secrets of wherry.toml.
constexpr std::string_view samples[] = {"change this", "change-me", "kannel's password",
                                        "from the network's operators"};

std::string first_line(std::string text) {
  text.resize(std::min(text.find('\n'), text.size()));
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

// systemd passes a folder with the service's credentials (systemd.exec(5), LoadCredential=).
std::optional<std::string> read_credential(const std::string& name) {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || name.find('/') != std::string::npos) return std::nullopt;
  return read_bytes(fmt::format("{}/{}", folder, name));
}

}  // namespace

std::optional<std::string> read_bytes(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return std::nullopt;
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

bool Section::credential(std::string_view key, Secret& into) {
  std::string name;
  if (!text(key, name)) return false;
  auto value = read_credential(name);
  if (value) {
    into.value = std::move(*value);
    return true;
  }
  wrong(key, fmt::format("there is no systemd credential {}", base::quoted(name)),
        fmt::format("LoadCredential={}:/path in wherry.service, or name a file", name));
  return false;
}

void Section::note_inline_secret(std::string_view key, std::string_view value) {
  if (std::find(report_.secret_files.begin(), report_.secret_files.end(), report_.file) == report_.secret_files.end())
    note_secret_file(report_.file);
  const bool is_sample = std::any_of(std::begin(samples), std::end(samples),
                                     [&](std::string_view each) { return value.find(each) != value.npos; });
  if (!is_sample) return;
  const auto where = table_->get(key)->source().begin;
  report_.samples.push_back({report_.file, where.line, where.column, fmt::format("{} is still the example's", key),
                             "a secret of your own, such as \"openssl rand -hex 24\" gives"});
}

void Section::secret(const std::string& key, Secret& into, bool is_required) {
  const std::string by_file = key + "_file";
  const std::string by_credential = key + "_credential";
  const int ways = int{has(key)} + int{has(by_file)} + int{has(by_credential)};
  std::string path;
  bool is_given = text(key, into.value);
  if (is_given) note_inline_secret(key, into.value);
  if (file(by_file, path)) {
    note_secret_file(path);
    into.value = first_line(read_bytes(path).value_or(""));
    is_given = true;
  }
  if (credential(by_credential, into)) {
    into.value = first_line(std::move(into.value));
    is_given = true;
  }
  const std::string advice =
      fmt::format("one of {} = \"...\", {} = \"/path\" and {} = \"name\"", key, by_file, by_credential);
  if (ways > 1) wrong(key, fmt::format("{} is given in several ways", key), advice);
  if (ways == 0 && is_required) wrong(key, fmt::format("{} is missing in {}", key, title_), advice);
  if (ways == 1 && is_given && into.value.empty()) wrong(key, fmt::format("{} is empty", key), advice);
}

}  // namespace config
