// A queue that owns memory only while it holds something: there are several for each of thousands of users, and
// std::deque allocates over half a kilobyte when it is made. References hold until the next push or insert.
#pragma once

#include <boost/circular_buffer.hpp>

#include <cstddef>
#include <utility>

namespace base {

template <class T>
class Fifo {
 public:
  using Ring = boost::circular_buffer<T>;

  void push_back(T&& item) {
    grow();
    ring_.push_back(std::move(item));
  }
  void push_back(const T& item) { push_back(T(item)); }
  void insert(typename Ring::iterator before, T item) {
    const auto at = before - ring_.begin();
    grow();
    ring_.insert(ring_.begin() + at, std::move(item));
  }
  void pop_front() {
    ring_.pop_front();
    if (ring_.empty()) clear();
  }
  void clear() { ring_ = Ring(); }

  T& front() { return ring_.front(); }
  const T& front() const { return ring_.front(); }
  T& back() { return ring_.back(); }
  T& operator[](std::size_t at) { return ring_[at]; }
  const T& operator[](std::size_t at) const { return ring_[at]; }
  auto begin() { return ring_.begin(); }
  auto end() { return ring_.end(); }
  auto begin() const { return ring_.begin(); }
  auto end() const { return ring_.end(); }
  auto rbegin() { return ring_.rbegin(); }
  auto rend() { return ring_.rend(); }
  std::size_t size() const noexcept { return ring_.size(); }
  bool empty() const noexcept { return ring_.empty(); }

 private:
  void grow() {
    constexpr std::size_t least = 4;
    if (ring_.full()) ring_.set_capacity(ring_.capacity() == 0 ? least : 2 * ring_.capacity());
  }

  Ring ring_;
};

}  // namespace base
