// An in-memory connected pair of streams, for tests and the scenario runner: no sockets, no threads, no real time.
#pragma once

#include <memory>
#include <utility>

#include "base/stream.hpp"

namespace base {

struct PipeOptions {
  std::size_t capacity = 1024 * 1024;  // bytes under way in one direction; a writer waits when it is full
};

// What one end writes the other reads. Closing an end gives the other the bytes under way and then eof, and its writes
// broken_pipe. Each end may be destroyed first.
std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>> make_pipe(asio::any_io_executor executor,
                                                                      PipeOptions options = {});

}  // namespace base
