#include "mapping/corrections.hpp"

#include <algorithm>
#include <sstream>
#include <vector>

namespace mapping {

namespace {

constexpr std::size_t most_talks = 1000;

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(std::move(word));
  return out;
}

}  // namespace

std::string changed_words(const std::string& before, const std::string& now) {
  const auto old_words = words_of(before);
  const auto new_words = words_of(now);
  const auto least = std::min(old_words.size(), new_words.size());
  std::size_t head = 0;
  while (head < least && old_words[head] == new_words[head]) ++head;
  if (head == old_words.size() && head == new_words.size()) return {};
  std::size_t tail = 0;
  while (tail < least - head && old_words[old_words.size() - 1 - tail] == new_words[new_words.size() - 1 - tail])
    ++tail;
  const std::size_t changed = new_words.size() - head - tail;
  // Half a text without the rest of it is harder to read than the text.
  if (changed == 0 || changed * 2 > new_words.size() + 1) return "*" + now;
  std::string out = "*";
  for (std::size_t i = head; i < head + changed; ++i) out += (i == head ? "" : " ") + new_words[i];
  return out;
}

void Corrections::note(const std::string& talk, const std::string& id, const std::string& body) {
  if (!last_.contains(talk) && last_.size() >= most_talks) {
    last_.erase(std::min_element(last_.begin(), last_.end(),
                                 [](const auto& a, const auto& b) { return a.second.when < b.second.when; }));
  }
  last_[talk] = {id, body, ++count_};
}

std::string Corrections::brief(const std::string& talk, const std::string& id, const std::string& body) {
  const auto found = last_.find(talk);
  if (found == last_.end() || found->second.id != id) return "*" + body;
  std::string out = changed_words(found->second.body, body);
  found->second.body = body;  // clients name the first one again when they correct once more
  return out;
}

}  // namespace mapping
