// What a webhook call said, for tests.
#pragma once

#include "legacy/sms/provider.hpp"

namespace sms {

// Of a call that says one thing.
template <class Item>
const Item& only(const Notice& notice) {
  const auto& notices = std::get<Notices>(notice);
  if (notices.size() != 1) throw std::out_of_range(std::to_string(notices.size()) + " notices");
  return std::get<Item>(notices.front());
}

}  // namespace sms
