#include "mapping/outage.hpp"

namespace mapping {

void Outage::begin(std::chrono::minutes limit, std::function<void()> over) {
  if (std::exchange(is_on_, true)) return;
  limit_.expires_after(limit);
  limit_.async_wait([this, over = std::move(over), alive = std::weak_ptr(alive_)](const base::error_code& cancelled) {
    if (cancelled || !alive.lock() || !is_on_) return;
    end();
    over();
  });
}

void Outage::end() {
  is_on_ = is_asking_ = false;
  limit_.cancel();
  retry_.cancel();
}

void Outage::ask_again(std::function<void()> ask) {
  if (!is_on_ || std::exchange(is_asking_, true)) return;
  retry_.expires_after(pause);
  retry_.async_wait([this, ask = std::move(ask), alive = std::weak_ptr(alive_)](const base::error_code& cancelled) {
    if (cancelled || !alive.lock() || !is_on_) return;
    is_asking_ = false;
    ask();
  });
}

}  // namespace mapping
