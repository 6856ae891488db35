// Condition, with_timeout, spawn, Offload, Pipe and Backoff.
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "base/backoff.hpp"
#include "base/condition.hpp"
#include "base/offload.hpp"
#include "base/pipe.hpp"
#include "base/spawn.hpp"
#include "base/timeout.hpp"
#include "tests/support/loop.hpp"

using namespace base;
using namespace std::chrono_literals;
using support::Loop;

namespace {

asio::awaitable<Result<std::string>> answer_after(Clock::duration d, std::string text) {
  co_await sleep_for(d);
  co_return text;
}
asio::awaitable<Result<std::string>> throwing() {
  co_await sleep_for(1s);
  throw std::runtime_error("broken");
}
asio::awaitable<void> limited(asio::awaitable<Result<std::string>> work, std::optional<Result<std::string>>* out) {
  Result<std::string> result = co_await with_timeout<std::string>(10s, std::move(work));
  out->emplace(std::move(result));
}
asio::awaitable<void> read_into(Stream* stream, std::string* out, error_code* end) {
  std::array<char, 3> buffer{};
  while (true) {
    const auto size = co_await stream->read_some(buffer);
    if (!size) {
      *end = size.error();
      co_return;
    }
    out->append(buffer.data(), *size);
  }
}
asio::awaitable<void> write_from(Stream* stream, std::string text, error_code* end, bool* done) {
  const auto written = co_await stream->write_all(text);
  if (!written) *end = written.error();
  *done = true;
}

}  // namespace

TEST(Backoff, DoublesUpToTheLimitWithJitter) {
  Backoff backoff(1s, 60s);
  for (const int expected : {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000})
    EXPECT_EQ(backoff.next(0.0).count(), expected);
  EXPECT_EQ(backoff.next(0.5).count(), 45000);
  EXPECT_GE(backoff.next(0.999).count(), 30000);
  backoff.reset();
  EXPECT_EQ(backoff.next(0.0), 1s);
}

TEST(Timeout, GivesTheResultInTime) {
  Loop loop;
  std::optional<Result<std::string>> out;
  spawn(loop.executor(), "t", limited(answer_after(9s, "yes"), &out));
  loop.settle();
  EXPECT_FALSE(out);
  loop.advance(9s);
  ASSERT_TRUE(out && out->has_value());
  EXPECT_EQ(**out, "yes");
}

TEST(Timeout, EndsWorkThatTakesTooLong) {
  Loop loop;
  std::optional<Result<std::string>> out;
  spawn(loop.executor(), "t", limited(answer_after(1h, "late"), &out));
  loop.settle();
  loop.advance(10s);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->error(), asio::error::timed_out);
}

TEST(Timeout, PassesExceptionsOn) {
  Loop loop;
  std::optional<Result<std::string>> out;
  spawn(loop.executor(), "t", limited(throwing(), &out));
  loop.settle();
  EXPECT_THROW(loop.advance(1s), std::runtime_error);
}

TEST(Timeout, EndsWhenItsCallerIsCancelled) {
  Loop loop;
  std::optional<Result<std::string>> out;
  asio::cancellation_signal signal;
  bool ended = false;
  auto work = limited(answer_after(5s, "never"), &out);
  asio::co_spawn(loop.io, std::move(work),
                 asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr) { ended = true; }));
  loop.settle();
  signal.emit(asio::cancellation_type::terminal);
  loop.settle();
  EXPECT_TRUE(ended);
}

TEST(Pipe, CarriesBytesBothWaysAndEnds) {
  Loop loop;
  auto [left, right] = make_pipe(loop.executor());
  std::string got;
  error_code end, failed;
  bool written = false;
  spawn(loop.executor(), "read", read_into(right.get(), &got, &end));
  spawn(loop.executor(), "write", write_from(left.get(), "hello world", &failed, &written));
  loop.settle();
  EXPECT_TRUE(written);
  EXPECT_EQ(got, "hello world");
  left->close();
  loop.settle();
  EXPECT_EQ(end, asio::error::eof);
  spawn(loop.executor(), "write", write_from(right.get(), "x", &failed, &written));
  loop.settle();
  EXPECT_EQ(failed, asio::error::broken_pipe);
}

TEST(Pipe, WriterWaitsForTheReader) {
  Loop loop;
  auto [left, right] = make_pipe(loop.executor(), {.capacity = 4});
  error_code end, failed;
  bool written = false;
  spawn(loop.executor(), "write", write_from(left.get(), "0123456789", &failed, &written));
  loop.settle();
  EXPECT_FALSE(written);
  std::string got;
  spawn(loop.executor(), "read", read_into(right.get(), &got, &end));
  loop.settle();
  EXPECT_TRUE(written);
  EXPECT_EQ(got, "0123456789");
  right->close();
  left->close();
  loop.settle();
}

TEST(Spawn, RethrowsWhatEndsACoroutineButNotCancellation) {
  Loop loop;
  auto broken = []() -> asio::awaitable<void> {
    throw std::logic_error("bug");
    co_return;
  };
  auto cancelled = []() -> asio::awaitable<void> {
    throw boost::system::system_error(error_code(asio::error::operation_aborted));
    co_return;
  };
  bool done = false;
  spawn(loop.executor(), "cancelled", cancelled(), [&done] { done = true; });
  loop.settle();
  EXPECT_TRUE(done);
  spawn(loop.executor(), "broken", broken());
  EXPECT_THROW(loop.settle(), std::logic_error);
}

namespace {
asio::awaitable<void> offloaded(Offload* offload, std::function<Result<int>()> work, int* out) {
  const Result<int> result = co_await offload->run<int>(std::move(work));
  *out = result ? *result : -1;
}
}  // namespace

TEST(Offload, RunsWorkOnAnotherThread) {
  Loop loop;
  Offload offload(loop.executor(), 2, Offload::AtEnd::wait);
  const auto here = std::this_thread::get_id();
  int out = 0;
  spawn(loop.executor(), "o",
        offloaded(
            &offload, [here]() -> Result<int> { return std::this_thread::get_id() != here; }, &out));
  loop.io.run();
  EXPECT_EQ(out, 1);
}

TEST(Offload, SlowWorkDoesNotHoldUpTheOthers) {
  Loop loop;
  std::mutex gate;
  gate.lock();
  int slow = 0, quick = 0;
  {
    Offload offload(loop.executor(), 2, Offload::AtEnd::wait);
    spawn(loop.executor(), "slow",
          offloaded(
              &offload,
              [&gate]() -> Result<int> {
                std::lock_guard g(gate);
                return 1;
              },
              &slow));
    spawn(loop.executor(), "quick",
          offloaded(
              &offload, []() -> Result<int> { return 2; }, &quick));
    while (quick == 0) loop.io.run_one();
    EXPECT_EQ(quick, 2);
    EXPECT_EQ(slow, 0);
    gate.unlock();
  }
  loop.io.run();
  EXPECT_EQ(slow, 1);
}

TEST(Offload, WorkThatThrowsIsDoneAsWell) {
  Loop loop;
  bool is_done = false;
  {
    Offload offload(loop.executor(), 1, Offload::AtEnd::wait);
    offload.post([] { throw std::runtime_error("no memory, say"); }, [&is_done] { is_done = true; });
  }
  loop.settle();
  EXPECT_TRUE(is_done);
}

TEST(Offload, AbandonedWorkIsDropped) {
  auto gate = std::make_shared<std::mutex>();
  gate->lock();
  Loop loop;
  int out = 0;
  {
    Offload offload(loop.executor(), 1, Offload::AtEnd::abandon);
    offload.post([gate] { std::lock_guard g(*gate); }, [&out] { out = 1; });
  }
  gate->unlock();
  loop.settle();
  EXPECT_EQ(out, 0);
}
