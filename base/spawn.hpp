// How a coroutine is started beside others. asio::detached would swallow what it throws.
#pragma once

#include <exception>
#include <string>

#include "base/asio.hpp"
#include "base/log.hpp"

namespace base {

// `name` is for the log. An exception that ends the coroutine is logged and comes out of the loop's run(); being
// cancelled is no failure. `done` (may be empty) runs on the loop when it has ended.
inline void spawn(const asio::any_io_executor& executor, std::string name, asio::awaitable<void> work,
                  std::function<void()> done = {}) {
  auto finish = [name = std::move(name), done = std::move(done)](std::exception_ptr thrown) {
    if (done) done();
    if (!thrown) return;
    try {
      std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& e) {
      if (e.code() == asio::error::operation_aborted) return;
      Log("spawn").error("{} ended by an error: {}", name, e.code().message());
      throw;
    } catch (const std::exception& e) {
      Log("spawn").error("{} ended by an exception: {}", name, e.what());
      throw;
    }
  };
  asio::co_spawn(executor, std::move(work), std::move(finish));
}

}  // namespace base
