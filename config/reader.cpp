#include "config/reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace config {

namespace {

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::string: return "a text";
    case toml::node_type::integer: return "a number";
    case toml::node_type::floating_point: return "a number with a fraction";
    case toml::node_type::boolean: return "true or false";
    case toml::node_type::array: return "a list";
    case toml::node_type::table: return "a section";
    default: return "a date or time";
  }
}

const toml::table no_table;

}  // namespace

Section::Section(Report& report, const toml::table* table, std::string title)
    : report_(report), table_(table != nullptr ? table : &no_table), title_(std::move(title)) {}

const toml::node* Section::find(std::string_view key) {
  known_.emplace_back(key);
  return table_->get(key);
}

bool Section::has(std::string_view key) const {
  return table_->contains(key);
}

bool Section::text(std::string_view key, std::string& into) {
  const toml::node* node = find(key);
  if (node == nullptr) return false;
  if (!node->is_string()) {
    wrong_type(key, *node, "a text in quotes");
    return false;
  }
  into = node->as_string()->get();
  return true;
}

bool Section::flag(std::string_view key, bool& into) {
  const toml::node* node = find(key);
  if (node == nullptr) return false;
  if (!node->is_boolean()) {
    wrong_type(key, *node, "true or false, without quotes");
    return false;
  }
  into = node->as_boolean()->get();
  return true;
}

bool Section::texts(std::string_view key, std::vector<std::string>& into) {
  const toml::node* node = find(key);
  if (node == nullptr) return false;
  const toml::array* list = node->as_array();
  const bool is_good = list != nullptr && std::all_of(list->begin(), list->end(),
                                                      [](const toml::node& entry) { return entry.is_string(); });
  if (!is_good) {
    wrong_type(key, *node, "a list of texts: [\"...\", \"...\"]");
    return false;
  }
  into.clear();
  for (const toml::node& entry : *list) into.push_back(entry.as_string()->get());
  return true;
}

bool Section::file(std::string_view key, std::string& into) {
  std::string path;
  if (!text(key, path)) return false;
  into = relative_to(report_.file, path);
  if (read_bytes(into)) return true;
  wrong(key, fmt::format("{} names {}, which can't be read", key, base::quoted(into)),
        "the path of a file that the user wherry may read");
  return false;
}

bool Section::number(std::string_view key, std::int64_t& into, std::int64_t least, std::int64_t most) {
  const toml::node* node = find(key);
  if (node == nullptr) return false;
  const std::string range = fmt::format("a number from {} to {}", least, most);
  if (!node->is_integer()) {
    wrong_type(key, *node, range);
    return false;
  }
  const std::int64_t value = node->as_integer()->get();
  if (value < least || value > most) {
    wrong(key, fmt::format("{} = {} is out of range", key, value), range);
    return false;
  }
  into = value;
  return true;
}

void Section::require(std::string_view key, std::string& into, std::string_view instead) {
  const bool is_text = text(key, into);
  if (!has(key)) wrong(key, fmt::format("{} is missing in {}", key, title_), std::string{instead});
  if (is_text && into.empty()) wrong(key, fmt::format("{} is empty", key), std::string{instead});
}

std::vector<const toml::table*> Section::tables(std::string_view key) {
  std::vector<const toml::table*> out;
  const toml::node* node = find(key);
  if (node == nullptr) return out;
  const toml::array* list = node->as_array();
  if (list == nullptr || !list->is_array_of_tables()) {
    const std::string prefix = title_.starts_with("[[") ? title_.substr(2, title_.size() - 4) + "." : "";
    wrong(key, fmt::format("{} is {}, not a list of sections", key, type_name(*node)),
          fmt::format("[[{}{}]]", prefix, key));
    return out;
  }
  for (const toml::node& entry : *list) out.push_back(entry.as_table());
  return out;
}

bool Section::numbers(std::string_view key, std::vector<int>& into, int least, int most) {
  const toml::node* node = find(key);
  if (node == nullptr) return false;
  const toml::array* list = node->as_array();
  const auto is_good = [&](const toml::node& entry) {
    const auto* number = entry.as_integer();
    return number != nullptr && number->get() >= least && number->get() <= most;
  };
  if (list == nullptr || !std::all_of(list->begin(), list->end(), is_good)) {
    wrong(key, fmt::format("{} is not a list of numbers from {} to {}", key, least, most),
          fmt::format("{} = [{}]", key, least));
    return false;
  }
  into.clear();
  for (const toml::node& entry : *list) into.push_back(static_cast<int>(entry.as_integer()->get()));
  return true;
}

Section Section::within(std::string_view key) {
  const auto name = title_.substr(0, title_.find_last_not_of(']') + 1);
  return {report_, table(key), fmt::format("[{}.{}]", name.substr(name.find_first_not_of('[')), key)};
}

const toml::table* Section::table(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return nullptr;
  if (!node->is_table()) wrong(key, fmt::format("{} is {}", key, type_name(*node)), fmt::format("[{}]", key));
  return node->as_table();
}

std::vector<Default> Section::entries() {
  std::vector<Default> out;
  for (const auto& [key, node] : *table_) {
    Default entry{std::string{key.str()}, {}};
    known_.push_back(entry.name);
    if (node.is_boolean()) {
      entry.values = {node.as_boolean()->get() ? "true" : "false"};
    } else if (node.is_integer()) {
      entry.values = {std::to_string(node.as_integer()->get())};
    } else if (node.is_array()) {
      texts(entry.name, entry.values);
    } else {
      std::string value;
      if (text(entry.name, value)) entry.values = {value};
    }
    out.push_back(std::move(entry));
  }
  return out;
}

void Section::wrong(std::string_view key, std::string what, std::string instead) {
  const toml::node* node = table_->get(key);
  note(node != nullptr ? node->source() : table_->source(), std::move(what), std::move(instead));
}

void Section::wrong_type(std::string_view key, const toml::node& node, std::string_view expected) {
  wrong(key, fmt::format("{} is {}", key, type_name(node)), std::string{expected});
}

void Section::wrong_choice(std::string_view key, const std::string& written, const std::vector<std::string>& names) {
  const std::string close = nearest(written, names);
  wrong(key, fmt::format("{} can't be {}", key, base::quoted(written)),
        close.empty() ? fmt::format("one of \"{}\"", fmt::join(names, "\", \"")) : fmt::format("\"{}\"", close));
}

void Section::note(const toml::source_region& where, std::string what, std::string instead) {
  report_.problems.push_back({report_.file, where.begin.line, where.begin.column, std::move(what), std::move(instead)});
}

void Section::finish() {
  for (const auto& [key, value] : *table_) {
    const std::string_view name = key.str();
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    const std::string close = nearest(name, known_);
    std::string instead =
        close.empty() ? fmt::format("one of {}", fmt::join(known_, ", ")) : fmt::format("\"{}\"", close);
    note(key.source(), fmt::format("unknown key {} in {}", base::quoted(name), title_), std::move(instead));
  }
}

}  // namespace config
