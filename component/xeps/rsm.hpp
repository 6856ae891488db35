// XEP-0059 1.0 result set management over a list that is already in memory.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "component/xml.hpp"

namespace component::rsm {

inline constexpr std::string_view ns = "http://jabber.org/protocol/rsm";

struct Request {
  std::size_t max = 100;
  std::optional<std::string> after, before;  // before: "" asks for the last page
  std::optional<std::size_t> index;
};
// The <set/> inside a query; without one, the first page of 100. Nothing when <max/> or <index/> is no number.
std::optional<Request> parse(const xml::Element& query);

struct Page {
  std::size_t first = 0, count = 0;  // the slice of the list
};
// keys: the list's keys in order. Nothing when `after` or `before` names none of them (item-not-found).
std::optional<Page> page(const Request& request, const std::vector<std::string>& keys);
xml::Element to_xml(const Page& page, const std::vector<std::string>& keys);

}  // namespace component::rsm
