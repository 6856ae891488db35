// Frees what is large by and by: a hundred thousand nodes of a map take longer than others should wait. All that a loop
// has to free is one queue, of which each turn does a slice; the rest is freed with the loop's context.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <utility>

#include "base/asio.hpp"
#include "base/slice.hpp"

namespace base {

// One in an execution context, made when it is needed first. On the context's thread only.
class Discards final : public asio::execution_context::service {
 public:
  using key_type = Discards;
  using Free = std::function<bool(const Slice&)>;  // true: all of it is freed
  inline static asio::execution_context::id id;

  explicit Discards(asio::execution_context& context) : service(context) {}

  void add(const asio::any_io_executor& executor, Free free);

 private:
  void shutdown() noexcept override { waiting_.clear(); }
  void go_on(const asio::any_io_executor& executor);

  std::list<Free> waiting_;
};

// In turns of the loop of their own; what is small, at once.
template <class Container>
void discard(const asio::any_io_executor& executor, Container old) {
  constexpr std::size_t small = 64;
  if (old.size() <= small) return;
  auto rest = std::make_shared<Container>(std::move(old));
  asio::use_service<Discards>(asio::query(executor, asio::execution::context))
      .add(executor, [rest = std::move(rest)](const Slice& slice) {
        while (!rest->empty() && !slice.is_over()) rest->erase(rest->begin());
        return rest->empty();
      });
}

}  // namespace base
