#include "component/xeps/rsm.hpp"

#include <algorithm>
#include <charconv>

namespace component::rsm {

namespace {

std::optional<std::size_t> number(const std::string& text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

std::optional<std::size_t> position(const std::vector<std::string>& keys, const std::string& key) {
  const auto found = std::find(keys.begin(), keys.end(), key);
  if (found == keys.end()) return {};
  return static_cast<std::size_t>(found - keys.begin());
}

}  // namespace

std::optional<Request> parse(const xml::Element& query, std::size_t usual_max) {
  Request request;
  request.max = usual_max;
  const xml::Element* const set = query.child("set", ns);
  if (!set) return request;
  if (set->child("max", ns)) {
    const auto max = number(set->child_text("max", ns));
    if (!max) return {};
    request.max = std::min<std::size_t>(*max, 1000);
  }
  if (set->child("index", ns)) {
    request.index = number(set->child_text("index", ns));
    if (!request.index) return {};
  }
  if (set->child("after", ns)) request.after = set->child_text("after", ns);
  if (set->child("before", ns)) request.before = set->child_text("before", ns);
  return request;
}

std::optional<Page> page(const Request& request, const std::vector<std::string>& keys) {
  std::size_t first = request.index ? std::min(*request.index, keys.size()) : 0;
  std::size_t end = keys.size();
  if (request.after && !request.after->empty()) {
    const auto at = position(keys, *request.after);
    if (!at) return {};
    first = *at + 1;
  }
  if (request.before) {
    if (!request.before->empty()) {
      const auto at = position(keys, *request.before);
      if (!at) return {};
      end = *at;
    }
    first = std::max(first, end - std::min(end, request.max));
  }
  return Page{first, std::min(request.max, end - std::min(first, end))};
}

Page shorten(const Request& request, Page page, std::size_t count) {
  if (count >= page.count) return page;
  if (request.before) page.first += page.count - count;
  page.count = count;
  return page;
}

xml::Element to_xml(const Page& page, const std::vector<std::string>& keys) {
  xml::Element set("set", ns);
  if (page.count > 0) {
    set.add(xml::Element("first").set("index", std::to_string(page.first)).text(keys[page.first]));
    set.add(xml::Element("last").text(keys[page.first + page.count - 1]));
  }
  return set.add(xml::Element("count").text(std::to_string(keys.size())));
}

xml::Element to_xml(const std::string& first, const std::string& last, bool is_first_page, std::size_t count) {
  xml::Element set("set", ns);
  if (!first.empty()) {
    xml::Element begin("first");
    if (is_first_page) begin.set("index", "0");
    set.add(std::move(begin.text(first)));
    set.add(xml::Element("last").text(last));
  }
  return set.add(xml::Element("count").text(std::to_string(count)));
}

}  // namespace component::rsm
