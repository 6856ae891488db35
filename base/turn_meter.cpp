#include "base/turn_meter.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace base {

namespace {

constexpr std::chrono::milliseconds tick{10};
constexpr std::chrono::seconds between_lines{10};

TurnMeter::Duration cpu_time() noexcept {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

std::int64_t in_ms(TurnMeter::Duration time) noexcept {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

}  // namespace

void TurnMeter::start() {
  bell_number_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (bell_number_ < 0) return;
  bell_.assign(bell_number_);
  if (!set_timer()) return close();
  await_bell();
}

bool TurnMeter::set_timer() noexcept {
  struct sigaction action {};
  action.sa_sigaction = &TurnMeter::on_tick;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = SIGRTMIN;
  event.sigev_value.sival_ptr = this;
  event._sigev_un._tid = gettid();
  has_timer_ =
      sigaction(SIGRTMIN, &action, nullptr) == 0 && timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer_) == 0;
  const timespec each{0, std::chrono::nanoseconds(tick).count()};
  const itimerspec times{each, each};
  return has_timer_ && timer_settime(timer_, 0, &times, nullptr) == 0;
}

void TurnMeter::close() noexcept {
  if (std::exchange(has_timer_, false)) timer_delete(timer_);
  boost::system::error_code ignored;
  bell_.close(ignored);
}

void TurnMeter::on_tick(int, siginfo_t* info, void*) noexcept {
  auto* const meter = static_cast<TurnMeter*>(info->si_value.sival_ptr);
  if (meter == nullptr || meter->is_rung_.exchange(true)) return;
  const int before = errno;
  meter->rung_at_ = cpu_time().count();
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(meter->bell_number_, &one, sizeof one);
  errno = before;
}

void TurnMeter::await_bell() {
  bell_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const boost::system::error_code& closed) {
    if (closed) return;
    std::uint64_t count = 0;
    [[maybe_unused]] const auto taken = read(bell_number_, &count, sizeof count);
    note(cpu_time() - Duration(rung_at_) + tick);
    is_rung_ = false;
    await_bell();
  });
}

void TurnMeter::note(Duration turn) {
  longest_ = std::max(longest_, turn);
  if (turn <= limit) return;
  ++long_turns_;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_line_) return;
  next_line_ = now + between_lines;
  log_.notice("a turn of the loop took {} ms ({} over {} ms by now)", in_ms(turn), long_turns_, limit.count());
}

void TurnMeter::show() const {
  log_.info("the longest turn took {} ms, {} took over {} ms", in_ms(longest_), long_turns_, limit.count());
}

}  // namespace base
