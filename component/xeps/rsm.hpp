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
// The <set/> inside a query; without a <max/>, pages of usual_max. Nothing when <max/> or <index/> is no number.
std::optional<Request> parse(const xml::Element& query, std::size_t usual_max = 100);

struct Page {
  std::size_t first = 0, count = 0;  // the slice of the list
};
// keys: the list's keys in order. Nothing when `after` or `before` names none of them (item-not-found).
std::optional<Page> page(const Request& request, const std::vector<std::string>& keys);
// That page with `count` of its items, those nearest to where the asker comes from (section 2.1 allows fewer).
Page shorten(const Request& request, Page page, std::size_t count);
xml::Element to_xml(const Page& page, const std::vector<std::string>& keys);
// The keys of the page's ends, both empty when nothing is on it. Where a page begins is optional: it is said of the
// list's first page alone.
xml::Element to_xml(const std::string& first, const std::string& last, bool is_first_page, std::size_t count);

}  // namespace component::rsm
