// Files from telephones that XMPP users fetch from our own listener: kept in a directory of ours for some time, under
// names that nobody guesses. Every file says by its name what it is: <id>.<type>.<subtype>~<owner>. Loop thread only;
// the disk is asked elsewhere.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/http_server.hpp"

namespace sms {

class MediaFiles {
 public:
  // Runs work where it may block, then done on the loop: base::Offload::post.
  using Aside = std::function<void(std::function<void()> work, std::function<void()> done)>;
  static constexpr const char* path = "/media/";  // at the listener

  struct Bounds {
    std::chrono::hours age;         // then a file is removed
    std::uint64_t most_bytes = 0;   // of all files
    std::uint64_t most_of_one = 0;  // of one owner's files; 0: as of all
  };
  // Makes the directory (mode 0700) and looks at what is there. Throws std::runtime_error with a sentence for the
  // operator.
  MediaFiles(asio::any_io_executor executor, std::string directory, std::string public_url, Bounds bounds, Aside aside);
  ~MediaFiles();
  MediaFiles(const MediaFiles&) = delete;
  MediaFiles& operator=(const MediaFiles&) = delete;

  // done gets the URL once the file is on the disk, synced; an empty one when it could not be written, or there is no
  // room for all, or for that owner (letters and digits).
  void put(const std::string& type, std::shared_ptr<const std::string> bytes, const std::string& owner,
           std::function<void(std::string)> done);
  // GET and HEAD of such a URL, as the listener got it; 404 for all others.
  void serve(const base::HttpRequest& request, base::HttpReply reply);
  // Removes what is older than `age`; done hourly by itself.
  void sweep(base::WallTime now);
  // No more sweeping, so that the loop runs out of work.
  void stop() { timer_.cancel(); }

 private:
  struct File {
    std::string type;
    base::WallTime until;
    std::uint64_t size = 0;
    std::string owner;
  };
  void look_around();
  void schedule();
  std::string path_of(const std::string& id, const File& file) const;
  void give_back(const File& file);
  const File* find(const std::string& target, std::string& id) const;

  std::string directory_;
  std::string public_url_;
  Bounds bounds_;
  Aside aside_;
  base::Timer timer_;
  std::map<std::string, File> files_;              // by id
  std::uint64_t bytes_ = 0;                        // of them, and of those that are being written
  std::map<std::string, std::uint64_t> bytes_of_;  // the same by owner
  // As many answers as there are copies of it besides this one are being read or written: each has a file in memory.
  std::shared_ptr<int> serving_ = std::make_shared<int>(0);
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace sms
