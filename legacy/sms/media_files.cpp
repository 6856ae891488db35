#include "legacy/sms/media_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <stdexcept>

#include "base/log.hpp"
#include "base/random.hpp"
#include "legacy/sms/media_type.hpp"
#include "legacy/sms/records.hpp"

namespace sms {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t id_length = 22;  // of base::random_id()
constexpr long most_answers = 8;
constexpr std::chrono::hours sweep_pause{1};
const std::string owner_mark = "~";                // no type has it
constexpr std::string_view unfinished = ".part-";  // before the name

const base::Log log_("sms");

// Closes what it opened.
struct Descriptor {
  explicit Descriptor(int number) : fd(number) {}
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int fd;
};

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// All of it under that name, also after a power cut, or nothing.
bool write_file(const std::string& name, const std::string& directory, std::string_view bytes) {
  const std::string path = directory + "/" + name;
  const std::string beginning = fmt::format("{}/{}{}", directory, unfinished, name);
  {
    const Descriptor file(::open(beginning.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (file.fd < 0 || !write_all(file.fd, bytes) || ::fsync(file.fd) != 0) {
      ::unlink(beginning.c_str());
      return false;
    }
  }
  if (::rename(beginning.c_str(), path.c_str()) != 0) return false;
  const Descriptor folder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return folder.fd >= 0 && ::fsync(folder.fd) == 0;
}

std::optional<std::string> read_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (file.fd < 0 || ::fstat(file.fd, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t at = 0;
  while (at < bytes.size()) {
    const auto count = ::read(file.fd, bytes.data() + at, bytes.size() - at);
    if (count <= 0) return std::nullopt;
    at += static_cast<std::size_t>(count);
  }
  return bytes;
}

std::string name_of(const std::string& id, std::string type, const std::string& owner) {
  std::replace(type.begin(), type.end(), '/', '.');
  return id + "." + type + (owner.empty() ? "" : owner_mark + owner);
}

base::HttpHeaders headers_of(const std::string& type) {
  const std::string disposition = is_plain_media(type) ? "inline" : "attachment";
  return {{"Content-Type", type == "text/plain" ? "text/plain; charset=utf-8" : type},
          {"Content-Disposition", fmt::format("{}; filename=\"{}\"", disposition, media_name(type))},
          {"X-Content-Type-Options", "nosniff"},
          {"Content-Security-Policy", "default-src 'none'"},
          {"Cache-Control", "private, max-age=86400"}};
}

}  // namespace

MediaFiles::MediaFiles(asio::any_io_executor executor, std::string directory, std::string public_url, Bounds bounds,
                       Aside aside)
    : directory_(std::move(directory)),
      public_url_(std::move(public_url)),
      bounds_(bounds),
      aside_(std::move(aside)),
      timer_(std::move(executor)) {
  while (public_url_.ends_with('/')) public_url_.pop_back();
  ::mkdir(directory_.c_str(), 0700);
  if (!fs::is_directory(directory_) || ::access(directory_.c_str(), R_OK | W_OK | X_OK) != 0)
    throw std::runtime_error(fmt::format("the media directory {} can't be used", base::quoted(directory_)));
  look_around();
  schedule();
}

MediaFiles::~MediaFiles() {
  alive_.reset();
}

// What is not one of our files was left by a crash in the middle of writing, or is somebody else's.
void MediaFiles::look_around() {
  for (const auto& entry : fs::directory_iterator(directory_)) {
    const std::string name = entry.path().filename().string();
    std::error_code failed;
    if (name.starts_with(unfinished)) {
      fs::remove(entry.path(), failed);
      continue;
    }
    const auto point = name.find('.', id_length + 1);
    if (name.size() <= id_length || name[id_length] != '.' || point == name.npos) continue;
    const auto mark = std::min(name.find(owner_mark), name.size());
    const std::string owner = name.substr(std::min(mark + owner_mark.size(), name.size()));
    std::string type = name.substr(id_length + 1, mark - id_length - 1);
    type[point - id_length - 1] = '/';
    struct stat status {};
    if (use_of(type) != MediaUse::shown || ::stat(entry.path().c_str(), &status) != 0) continue;
    if (!S_ISREG(status.st_mode)) continue;
    const auto size = static_cast<std::uint64_t>(status.st_size);
    files_[name.substr(0, id_length)] = {type, base::WallTime::clock::from_time_t(status.st_mtime) + bounds_.age, size,
                                         owner};
    bytes_ += size;
    bytes_of_[owner] += size;
  }
}

std::string MediaFiles::path_of(const std::string& id, const File& file) const {
  return directory_ + "/" + name_of(id, file.type, file.owner);
}

void MediaFiles::give_back(const File& file) {
  bytes_ -= file.size;
  auto& of_owner = bytes_of_[file.owner];
  of_owner -= file.size;
  if (of_owner == 0) bytes_of_.erase(file.owner);
}

void MediaFiles::put(const std::string& type, std::shared_ptr<const std::string> bytes, const std::string& owner,
                     std::function<void(std::string)> done) {
  const auto id = base::random_id();
  const auto written = std::make_shared<bool>(false);
  const File file{type, wall_now() + bounds_.age, bytes->size(), owner};
  bytes_ += file.size;
  bytes_of_[owner] += file.size;
  const bool is_shared = bounds_.most_of_one == 0 || bytes_of_[owner] <= bounds_.most_of_one;
  const bool has_room = is_shared && bytes_ <= bounds_.most_bytes;
  if (!is_shared) log_.notice("one user has no room for more files in {}", base::quoted(directory_));
  if (is_shared && !has_room) log_.error("no room for more files in {}", base::quoted(directory_));
  aside_([name = name_of(id, type, owner), directory = directory_, bytes = std::move(bytes), written,
          has_room] { *written = has_room && write_file(name, directory, *bytes); },
         [this, alive = std::weak_ptr(alive_), id, file, has_room, written, done = std::move(done)] {
           if (alive.expired()) return;
           if (has_room && !*written) log_.error("a file could not be written into {}", base::quoted(directory_));
           if (!*written) give_back(file);
           if (*written) files_[id] = file;
           done(*written ? public_url_ + path + id + "/" + media_name(file.type) : std::string{});
         });
}

const MediaFiles::File* MediaFiles::find(const std::string& target, std::string& id) const {
  const std::string_view prefix = path;
  const auto rest = target.substr(0, target.find('?'));
  if (rest.size() <= prefix.size() + id_length || rest[prefix.size() + id_length] != '/') return nullptr;
  id = rest.substr(prefix.size(), id_length);
  const auto found = files_.find(id);
  if (found == files_.end() || found->second.until <= wall_now()) return nullptr;
  const bool is_name = rest.substr(prefix.size() + id_length + 1) == media_name(found->second.type);
  return is_name ? &found->second : nullptr;
}

void MediaFiles::serve(const base::HttpRequest& request, base::HttpReply reply) {
  std::string id;
  const File* const file = find(request.target, id);
  if (file == nullptr) return reply({404, {}, {}});
  if (request.method != "GET" && request.method != "HEAD") return reply({405, {{"Allow", "GET, HEAD"}}, {}});
  if (serving_.use_count() > most_answers) return reply({503, {{"Retry-After", "2"}}, {}});
  const auto bytes = std::make_shared<std::optional<std::string>>();
  const auto later = std::make_shared<base::HttpReply>(std::move(reply));
  aside_([path = path_of(id, *file), bytes] { *bytes = read_file(path); },
         [type = file->type, bytes, later, held = serving_] {
           if (!*bytes) return (*later)({404, {}, {}});
           (*later)({200, headers_of(type), std::move(**bytes), held});
         });
}

void MediaFiles::sweep(base::WallTime now) {
  std::vector<std::string> old;
  std::erase_if(files_, [&](const auto& entry) {
    if (entry.second.until > now) return false;
    give_back(entry.second);
    old.push_back(path_of(entry.first, entry.second));
    return true;
  });
  if (old.empty()) return;
  aside_(
      [old = std::move(old)] {
        for (const auto& file : old) ::unlink(file.c_str());
      },
      [] {});
}

void MediaFiles::schedule() {
  timer_.expires_after(sweep_pause);
  timer_.async_wait([this, alive = std::weak_ptr(alive_)](base::error_code cancelled) {
    if (cancelled || alive.expired()) return;
    sweep(wall_now());
    schedule();
  });
}

}  // namespace sms
