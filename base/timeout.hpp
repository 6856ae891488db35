// Time limits for coroutines. Boost 1.81 has no cancel_after, and a parallel group waits for a second success when a
// child throws, so what may throw is fenced in here.
#pragma once

#include <exception>

#include "base/asio.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace base {

// True after d, false when cancelled first. Never throws by itself; the caller's next co_await may.
inline asio::awaitable<bool> sleep_for(Clock::duration d) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  Timer timer(executor);
  timer.expires_after(d);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  const auto state = co_await asio::this_coro::cancellation_state;
  co_return state.cancelled() == asio::cancellation_type::none;
}

// Runs work; an expected failure is its result, what it throws is kept in `thrown` (owned by the caller).
template <class T>
asio::awaitable<Result<T>> fenced(asio::awaitable<Result<T>> work, std::exception_ptr* thrown) {
  Result<T> result = error_code(asio::error::operation_aborted);
  try {
    result = co_await std::move(work);
  } catch (const boost::system::system_error& e) {
    if (e.code() != asio::error::operation_aborted) *thrown = std::current_exception();
  } catch (...) {
    *thrown = std::current_exception();
  }
  co_return result;
}

// work's result, or asio::error::timed_out after d, when work has been cancelled and has ended. When the caller is
// cancelled: operation_aborted, or what work made of it. An exception of work comes out of here.
template <class T>
asio::awaitable<Result<T>> with_timeout(Clock::duration d, asio::awaitable<Result<T>> work) {
  using namespace asio::experimental::awaitable_operators;
  std::exception_ptr thrown;
  asio::awaitable<Result<T>> guarded = fenced(std::move(work), &thrown);
  asio::awaitable<bool> limit = sleep_for(d);
  auto race = std::move(guarded) || std::move(limit);
  std::variant<Result<T>, bool> winner = co_await std::move(race);
  if (thrown) std::rethrow_exception(thrown);
  if (winner.index() == 0) co_return std::move(std::get<0>(winner));
  const bool expired = std::get<1>(winner);
  if (expired) co_return error_code(asio::error::timed_out);
  co_return error_code(asio::error::operation_aborted);
}

}  // namespace base
