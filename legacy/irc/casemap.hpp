// How a network compares nicks and channels (005 CASEMAPPING), and a map that can't forget to do so.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace irc {

// Names in 005: ascii; rfc1459 also folds []\~ to {}|^; strict leaves out the ~. Anything else folds like ascii.
enum class CaseMapping { ascii, rfc1459, strict };

CaseMapping case_mapping(std::string_view name);
char fold(char c, CaseMapping mapping);
std::string fold(std::string_view text, CaseMapping mapping);
bool same(std::string_view a, std::string_view b, CaseMapping mapping);

// A map by folded name that keeps each key's first spelling. Iterates in the order of the folded names.
template <class T>
class CaseMap {
 public:
  struct Entry {
    std::string name;  // as it was spelled
    T value;
  };
  using Entries = std::map<std::string, Entry>;

  CaseMap() = default;
  explicit CaseMap(CaseMapping mapping) : mapping_(mapping) {}

  T* find(std::string_view name) {
    const auto found = entries_.find(fold(name, mapping_));
    return found == entries_.end() ? nullptr : &found->second.value;
  }
  Entry* entry(std::string_view name) {
    const auto found = entries_.find(fold(name, mapping_));
    return found == entries_.end() ? nullptr : &found->second;
  }
  const T* find(std::string_view name) const { return const_cast<CaseMap*>(this)->find(name); }
  // The spelling that the entry was made with, or `name` itself.
  std::string spelling(std::string_view name) const {
    const auto found = entries_.find(fold(name, mapping_));
    return found == entries_.end() ? std::string(name) : found->second.name;
  }
  bool contains(std::string_view name) const { return find(name) != nullptr; }
  T& insert(std::string_view name, T value = {}) {
    return entries_.try_emplace(fold(name, mapping_), Entry{std::string(name), std::move(value)}).first->second.value;
  }
  std::optional<T> take(std::string_view name) {
    auto node = entries_.extract(fold(name, mapping_));
    return node.empty() ? std::optional<T>{} : std::move(node.mapped().value);
  }
  Entries take_all() { return std::exchange(entries_, {}); }
  void erase(typename Entries::iterator at) { entries_.erase(at); }
  bool erase(std::string_view name) { return entries_.erase(fold(name, mapping_)) > 0; }
  // False when there is no `from`. An entry that already has the new name is replaced.
  bool rename(std::string_view from, std::string_view to) {
    auto node = entries_.extract(fold(from, mapping_));
    if (node.empty()) return false;
    const std::string key = fold(to, mapping_);
    entries_.erase(key);
    entries_.emplace(key, Entry{std::string(to), std::move(node.mapped().value)});
    return true;
  }
  // Folds all keys anew. Of two entries that become one, the first stays; the others are returned.
  std::vector<Entry> set_mapping(CaseMapping mapping) {
    std::vector<Entry> lost;
    if (mapping == mapping_) return lost;
    CaseMap folded(mapping);
    while (!empty()) {
      auto twin = folded.adopt_first_of(*this);
      if (!twin.empty()) lost.push_back(std::move(twin.mapped()));
    }
    *this = std::move(folded);
    return lost;
  }
  // Takes over the first of `other`; gives it back when its name is here already.
  typename Entries::node_type adopt_first_of(CaseMap& other) {
    auto node = other.entries_.extract(other.entries_.begin());
    node.key() = fold(node.mapped().name, mapping_);
    // Hardly any changes places.
    entries_.insert(entries_.end(), std::move(node));
    return node;
  }
  CaseMapping mapping() const noexcept { return mapping_; }
  void clear() { entries_.clear(); }
  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }

  // For range loops; `.second.name` and `.second.value`.
  auto begin() { return entries_.begin(); }
  auto end() { return entries_.end(); }
  auto begin() const { return entries_.begin(); }
  // The first whose folded name is not before that one.
  auto from(const std::string& folded) { return entries_.lower_bound(folded); }
  auto end() const { return entries_.end(); }

 private:
  CaseMapping mapping_ = CaseMapping::rfc1459;
  Entries entries_;
};

}  // namespace irc
