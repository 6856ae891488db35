// Frees what is large by and by: a hundred thousand nodes of a map take longer than others should wait.
#pragma once

#include <memory>
#include <utility>

#include "base/asio.hpp"
#include "base/slice.hpp"

namespace base {

namespace detail {

template <class Container>
void discard_some(const asio::any_io_executor& executor, std::shared_ptr<Container> rest) {
  asio::post(executor, [executor, rest = std::move(rest)]() mutable {
    const Slice slice;
    while (!rest->empty() && !slice.is_over()) rest->erase(rest->begin());
    if (!rest->empty()) discard_some(executor, std::move(rest));
  });
}

}  // namespace detail

// In turns of the loop of their own; what is small, at once.
template <class Container>
void discard(const asio::any_io_executor& executor, Container old) {
  constexpr std::size_t small = 64;
  if (old.size() > small) detail::discard_some(executor, std::make_shared<Container>(std::move(old)));
}

}  // namespace base
