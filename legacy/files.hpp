// Files between a network and XMPP users. Part of the contract in legacy/adapter.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace legacy {

// A file that XMPP users can fetch.
struct Attachment {
  std::string url;
  std::string content_type;
  std::string name;  // no path
  std::uint64_t size = 0;
  std::string sha256;  // 32 bytes, of the file; empty: unknown
  bool operator==(const Attachment&) const = default;
};

// A place on the XMPP side where a file can be put with one PUT, and then fetched.
struct UploadSlot {
  std::string put;
  std::string get;
  std::vector<std::pair<std::string, std::string>> headers;  // of the PUT
};
struct SlotAnswer {
  enum class Kind {
    given,
    none,   // nobody there takes such a file
    later,  // not known at the moment
  };
  Kind kind = Kind::none;
  UploadSlot slot = {};
};
struct FileInfo {
  std::string name;
  std::string content_type;
  std::uint64_t size = 0;
};
// Calls done once, perhaps at once.
using AskSlot = std::function<void(const FileInfo& file, std::function<void(SlotAnswer)> done)>;

}  // namespace legacy
