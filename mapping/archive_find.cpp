// Reading the archive: which messages a query means, and what they were.
#include <algorithm>

#include "component/xml_parser.hpp"
#include "mapping/archive_disk.hpp"

namespace mapping {

ArchiveDisk::Page ArchiveDisk::find(Book& book, const ArchiveQuery& query) {
  const Step known = look_up(book, false);
  if (!known) problem_ = known.error();
  if (!known) return ArchiveErrc::unavailable;
  const auto range = range_of(book, query);
  if (!range) return range.error();
  auto found = hits(book, query, *range);
  if (!found) return found.error();

  const bool backwards = query.before.has_value();
  ArchivePage page;
  page.is_complete = found->rows <= query.max;
  if (found->messages.size() > query.max) {
    const auto keep = static_cast<std::ptrdiff_t>(query.max);
    auto& messages = found->messages;
    auto& numbers = found->numbers;
    if (backwards) {
      messages.erase(messages.begin(), messages.end() - keep);
      numbers.erase(numbers.begin(), numbers.end() - keep);
    } else {
      messages.erase(messages.begin() + keep, messages.end());
    }
  }
  page.messages = std::move(found->messages);
  const bool is_whole =
      query.ids.empty() && !query.after_id && !query.before_id && !query.start && !query.end && !query.nick;
  if (is_whole) page.count = static_cast<std::size_t>(book.last - book.first + 1);
  if (is_whole && !page.messages.empty()) page.index = static_cast<std::size_t>(found->numbers.front() - book.first);
  return page;
}

base::Result<std::int64_t, std::string> ArchiveDisk::number_of(const Book& book, const std::string& id) {
  base::Statement& find = statement(sql_number);
  const Step found = find.bind(1, book.number).bind(2, id).step();
  if (!found) return found.error();
  const std::int64_t number = *found ? find.column_number(0) & most_messages : 0;
  find.reset();
  return number;
}

// An id stands for the number beside it.
base::Result<ArchiveDisk::Range, ArchiveErrc> ArchiveDisk::range_of(const Book& book, const ArchiveQuery& query) {
  Range range{book.first, book.last, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
              query.nick.value_or("")};
  if (query.start) range.start = to_milliseconds(*query.start);
  if (query.end) range.end = to_milliseconds(*query.end);
  for (const auto* id : {&query.after, &query.after_id, &query.before, &query.before_id}) {
    const bool is_page_edge = id == &query.after || id == &query.before;
    if (!*id || (is_page_edge && (*id)->empty())) continue;
    const auto number = number_of(book, **id);
    if (!number) problem_ = number.error();
    if (!number) return ArchiveErrc::unavailable;
    if (*number == 0) return ArchiveErrc::no_such_id;
    if (id == &query.after || id == &query.after_id) {
      range.from = std::max(range.from, *number + 1);
    } else {
      range.to = std::min(range.to, *number - 1);
    }
  }
  return range;
}

// One more than fits into the page, to know whether there is one; oldest first.
base::Result<ArchiveDisk::Hits, ArchiveErrc> ArchiveDisk::hits(const Book& book, const ArchiveQuery& query,
                                                               const Range& range) {
  Hits out;
  Step done = true;
  std::set<std::int64_t> wanted;
  for (const std::string& id : query.ids) {
    const auto number = number_of(book, id);
    if (!number) problem_ = number.error();
    if (!number) return ArchiveErrc::unavailable;
    if (*number == 0) return ArchiveErrc::no_such_id;
    if (*number >= range.from && *number <= range.to) wanted.insert(*number);
  }
  for (const std::int64_t number : wanted) {
    const Range one{number, number, range.start, range.end, range.nick};
    if (done) done = collect(sql_forward, book, one, 1, out);
  }
  if (query.ids.empty()) {
    done = collect(query.before ? sql_backward : sql_forward, book, range, query.max + 1, out);
    if (query.before) {
      std::reverse(out.messages.begin(), out.messages.end());
      std::reverse(out.numbers.begin(), out.numbers.end());
    }
  }
  if (done) return out;
  problem_ = done.error();
  return ArchiveErrc::unavailable;
}

ArchiveDisk::Step ArchiveDisk::collect(Sql which, const Book& book, const Range& range, std::size_t limit, Hits& into) {
  if (book.number == 0 || range.from > range.to) return true;
  base::Statement& find = statement(which);
  find.reset();  // what a failure in the midst of its rows has left
  find.bind(1, key_of(book, range.from)).bind(2, key_of(book, range.to));
  find.bind(3, range.start).bind(4, range.end).bind(5, range.nick).bind(6, static_cast<std::int64_t>(limit));
  while (true) {
    const Step row = find.step();
    if (!row) return row;
    if (!*row) return true;
    ++into.rows;
    std::string id = find.column(1);
    const auto text = base::unseal(book.key, find.column(3), id);
    auto message = text ? component::xml::parse_element(*text) : base::XmlErrc::malformed;
    if (!message) continue;
    into.numbers.push_back(find.column_number(0) & most_messages);
    into.messages.push_back({std::move(id), from_milliseconds(find.column_number(2)), std::move(*message)});
  }
}

}  // namespace mapping
