#include "base/pipe.hpp"

#include <algorithm>
#include <array>

#include "base/condition.hpp"

namespace base {
namespace {

// The bytes of one direction.
struct Lane {
  explicit Lane(const asio::any_io_executor& executor) : changed(executor) {}
  std::string bytes;
  Condition changed;
  bool closed = false;

  void close() noexcept {
    closed = true;
    changed.notify();
  }
};

class PipeEnd final : public Stream {
 public:
  PipeEnd(std::shared_ptr<Lane> in, std::shared_ptr<Lane> out, PipeOptions options)
      : in_(std::move(in)), out_(std::move(out)), options_(options) {}
  ~PipeEnd() override { close(); }

  asio::awaitable<Result<std::size_t>> read_some(std::span<char> into) override {
    const std::shared_ptr<Lane> lane = in_;
    while (lane->bytes.empty()) {
      if (lane->closed) co_return error_code(asio::error::eof);
      const bool notified = co_await lane->changed.wait();
      if (!notified) co_return error_code(asio::error::operation_aborted);
    }
    const std::size_t size = std::min(into.size(), lane->bytes.size());
    std::copy_n(lane->bytes.begin(), size, into.begin());
    lane->bytes.erase(0, size);
    lane->changed.notify();
    co_return size;
  }

  asio::awaitable<Result<std::size_t>> write_all(std::span<const char> bytes) override {
    const std::shared_ptr<Lane> lane = out_;
    const std::size_t capacity = options_.capacity;
    for (std::size_t done = 0; done < bytes.size();) {
      if (lane->closed) co_return error_code(asio::error::broken_pipe);
      const std::size_t size = std::min(bytes.size() - done, capacity - lane->bytes.size());
      lane->bytes.append(bytes.data() + done, size);
      done += size;
      lane->changed.notify();
      if (size > 0) continue;
      const bool notified = co_await lane->changed.wait();
      if (!notified) co_return error_code(asio::error::operation_aborted);
    }
    co_return bytes.size();
  }

  void close() noexcept override {
    in_->close();
    out_->close();
  }
  std::string describe() const override { return "pipe"; }

 private:
  std::shared_ptr<Lane> in_, out_;
  PipeOptions options_;
};

}  // namespace

std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>> make_pipe(asio::any_io_executor executor,
                                                                      PipeOptions options) {
  auto there = std::make_shared<Lane>(executor);
  auto back = std::make_shared<Lane>(executor);
  return {std::make_unique<PipeEnd>(back, there, options), std::make_unique<PipeEnd>(there, back, options)};
}

}  // namespace base
