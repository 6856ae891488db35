// The gateway's process: started, watched and ended here; what it costs as the kernel counts it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace load {

class Process {
 public:
  Process() = default;
  ~Process() { kill(); }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Its output goes to that file.
  void start(const std::vector<std::string>& command, const std::string& output);
  bool is_running();
  void terminate();
  void kill();

  pid_t pid() const { return pid_; }
  // User and system time of all its threads, in nanoseconds.
  std::uint64_t cpu_ns() const;
  // Resident memory in bytes.
  std::uint64_t memory() const;

 private:
  pid_t pid_ = -1;
};

// Our own soft limit of descriptors becomes the hard one; the gateway inherits it.
void raise_descriptor_limit();

}  // namespace load
