// What was said: biboumi's lines into the users' books.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "app/import_biboumi.hpp"
#include "base/log.hpp"
#include "component/stanza.hpp"
#include "component/xeps/muc.hpp"

namespace app {

using component::Jid;
using component::xml::Element;

namespace {

constexpr std::size_t written_at_once = 1000;

base::WallTime time_of(const std::string& seconds) {
  constexpr std::int64_t last = 7'258'118'400;  // the year 2200
  std::int64_t number = 0;
  std::from_chars(seconds.data(), seconds.data() + seconds.size(), number);
  return base::WallTime{std::chrono::seconds(std::clamp<std::int64_t>(number, 0, last))};
}

}  // namespace

BiboumiImport::Step BiboumiImport::take_archive(Source& source) {
  std::vector<Source::Row> books;
  const Step listed = source.each("SELECT DISTINCT owner_, ircservername_, ircchanname_ FROM muclogline_", 3, {},
                                  [&](const Source::Row& row) { books.push_back(row); });
  if (!listed) return listed;
  if (!archive_ && !books.empty()) leave("what was said: the component keeps no archive");
  if (!archive_) return true;
  for (const Source::Row& whose : books) {
    const Step taken = take_book(source, whose);
    if (!taken) return taken;
  }
  return true;
}

// The archive keeps no more than the operator has said, and older messages would only come and go.
BiboumiImport::Step BiboumiImport::take_book(Source& source, const Source::Row& whose) {
  const auto owner = Jid::parse(whose[0]);
  const std::string room = room_of(whose[1], whose[2]);
  const std::string where =
      base::quoted(whose[0]) + ", " + base::quoted(whose[2]) + " on " + base::quoted(whose[1]) + ": what was said";
  if (!owner || room.empty()) {
    leave(where + ": the configuration has no such network");
    return true;
  }
  const auto oldest = std::chrono::system_clock::now() - component_.archive_age;
  std::size_t too_old = 0;
  std::vector<Remark> said;
  const auto take = [&](const Source::Row& row) {
    const bool is_old = component_.archive_age.count() > 0 && time_of(row[1]) < oldest;
    is_old ? void(++too_old) : said.push_back({row[0], row[1], row[2], row[3]});
  };
  const Step read = source.each(
      "SELECT uuid_, date_, body_, nick_ FROM muclogline_ WHERE owner_ = ? AND ircservername_ = ? AND ircchanname_ = ? "
      "ORDER BY date_, id_",
      4, whose, take);
  if (!read) return read;
  if (too_old > 0) leave(fmt::format("{}: {} messages are older than archive_days", where, too_old));
  const mapping::BookPtr book = archive_->book(component_.domain, owner->bare_str(), room);
  said = fresh(std::move(said), book, where);
  if (said.empty()) return true;
  write(said, book, room);
  report_.taken.push_back(fmt::format("{}: {} messages", where, said.size()));
  return true;
}

// Those after the last that is in the book; none when something else was said there since.
std::vector<BiboumiImport::Remark> BiboumiImport::fresh(std::vector<Remark> said, const mapping::BookPtr& book,
                                                        const std::string& where) {
  mapping::ArchiveQuery latest;
  latest.before.emplace();
  latest.max = 1;
  bool is_done = false;
  std::optional<std::string> last;
  archive_->find(book, std::move(latest), [&](const auto& page) {
    is_done = true;
    if (page && !page->messages.empty()) last = page->messages.back().id;
  });
  wait(is_done);
  if (!last) return said;
  const auto known = std::find_if(said.begin(), said.end(), [&](const Remark& remark) { return remark.id == *last; });
  if (known == said.end()) {
    if (!said.empty()) leave(where + ": the archive has other messages of that room already");
    return {};
  }
  said.erase(said.begin(), known + 1);
  return said;
}

void BiboumiImport::write(const std::vector<Remark>& said, const mapping::BookPtr& book, const std::string& local) {
  const auto room = Jid::make(local, component_.domain);
  if (!room) return;
  std::size_t waiting = 0;
  for (const Remark& remark : said) {
    Element message("message");
    message.set("from", room->with_resource(remark.nick).str()).set("type", "groupchat").set("id", remark.id);
    message.add(Element("body").text(remark.text));
    message.add(Element("stanza-id", component::muc::ns_stanza_id).set("by", room->str()).set("id", remark.id));
    archive_->add(book, remark.id, time_of(remark.seconds), remark.nick, message.to_string(component::ns_component));
    if (++waiting < written_at_once && &remark != &said.back()) continue;
    waiting = 0;
    bool is_done = false;
    archive_->flush([&is_done] { is_done = true; });
    wait(is_done);
  }
}

}  // namespace app
