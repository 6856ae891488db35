// A session with a provider that has MMS, and our own files in a directory of the test's.
#pragma once

#include <cstdlib>
#include <deque>
#include <filesystem>

#include "legacy/sms/media_files.hpp"
#include "tests/unit/sms/session_fixture.hpp"

namespace sms {

// Work beside the loop, done when the test says so.
struct Disk {
  MediaFiles::Aside aside() {
    return [this](auto work, auto done) { tasks.emplace_back(std::move(work), std::move(done)); };
  }
  bool flush() {
    const bool is_any = !tasks.empty();
    while (!tasks.empty()) {
      const auto [work, done] = std::move(tasks.front());
      tasks.pop_front();
      work();
      done();
    }
    return is_any;
  }
  std::deque<std::pair<std::function<void()>, std::function<void()>>> tasks;
};

// Gone with what is in it.
struct Directory {
  Directory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "wherry-media-XXXXXX").string();
    path = mkdtemp(pattern.data());
  }
  ~Directory() { std::filesystem::remove_all(path); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  std::size_t count() const {
    const std::filesystem::directory_iterator entries(path);
    return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
  }
  std::filesystem::path path;
};

inline config::SmsNetwork twilio_settings() {
  config::SmsNetwork network;
  network.name = "mms";
  config::Twilio twilio;
  twilio.api.base_url = "https://api.test";
  twilio.account_sid = "AC1";
  twilio.auth_token = {"token"};
  network.provider = twilio;
  return network;
}

}  // namespace sms
