#include "legacy/sms/media_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
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
constexpr std::size_t most_readers = 8;
constexpr std::chrono::hours sweep_pause{1};
constexpr std::string_view unfinished = ".part";

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
bool write_file(const std::string& path, const std::string& directory, std::string_view bytes) {
  const std::string beginning = path + std::string(unfinished);
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
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) return std::nullopt;
  return bytes;
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

MediaFiles::MediaFiles(asio::any_io_executor executor, std::string directory, std::string public_url,
                       std::chrono::hours age, Aside aside)
    : directory_(std::move(directory)),
      public_url_(std::move(public_url)),
      age_(age),
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
    if (name.ends_with(unfinished)) {
      fs::remove(entry.path(), failed);
      continue;
    }
    const auto point = name.find('.', id_length + 1);
    if (name.size() <= id_length || name[id_length] != '.' || point == name.npos) continue;
    std::string type = name.substr(id_length + 1);
    type[point - id_length - 1] = '/';
    struct stat status {};
    if (use_of(type) != MediaUse::shown || ::stat(entry.path().c_str(), &status) != 0) continue;
    files_[name.substr(0, id_length)] = {type, base::WallTime::clock::from_time_t(status.st_mtime) + age_};
  }
}

std::string MediaFiles::path_of(const std::string& id, const std::string& type) const {
  std::string ending = type;
  std::replace(ending.begin(), ending.end(), '/', '.');
  return directory_ + "/" + id + "." + ending;
}

void MediaFiles::put(const std::string& type, std::shared_ptr<const std::string> bytes,
                     std::function<void(std::string)> done) {
  const auto id = base::random_id();
  const auto written = std::make_shared<bool>(false);
  aside_([path = path_of(id, type), directory = directory_, bytes = std::move(bytes),
          written] { *written = write_file(path, directory, *bytes); },
         [this, alive = std::weak_ptr(alive_), id, type, written, done = std::move(done)] {
           if (alive.expired()) return;
           if (!*written) log_.error("a file could not be written into {}", base::quoted(directory_));
           if (*written) files_[id] = {type, wall_now() + age_};
           done(*written ? public_url_ + path + id + "/" + media_name(type) : std::string{});
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
  if (reading_ >= most_readers) return reply({503, {{"Retry-After", "2"}}, {}});
  ++reading_;
  const auto bytes = std::make_shared<std::optional<std::string>>();
  const auto later = std::make_shared<base::HttpReply>(std::move(reply));
  aside_([path = path_of(id, file->type), bytes] { *bytes = read_file(path); },
         [this, alive = std::weak_ptr(alive_), type = file->type, bytes, later] {
           if (alive.expired()) return;
           --reading_;
           if (!*bytes) return (*later)({404, {}, {}});
           (*later)({200, headers_of(type), std::move(**bytes)});
         });
}

void MediaFiles::sweep(base::WallTime now) {
  std::vector<std::string> old;
  std::erase_if(files_, [&](const auto& entry) {
    if (entry.second.until > now) return false;
    old.push_back(path_of(entry.first, entry.second.type));
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
