// The archive of rooms, as users ask for it (XEP-0313): each has the books of his own, of rooms he is in and was in.
#include <algorithm>

#include "component/xeps/mam.hpp"
#include "mapping/archive.hpp"
#include "mapping/gateway.hpp"

namespace mapping {

using component::Condition;
using component::ErrorType;
using component::Jid;
using component::Responder;
using component::Stanza;
using component::StanzaError;
using component::xml::Element;
namespace mam = component::mam;

namespace {

constexpr std::size_t most_in_page = 100;
constexpr int most_queries = 20;  // of one user at a time; clients ask for each room when they start

StanzaError error_of(ArchiveErrc problem) {
  if (problem == ArchiveErrc::no_such_id) {
    return {ErrorType::cancel, Condition::item_not_found, "The archive has no message of that id.", {}};
  }
  return {ErrorType::wait, Condition::internal_server_error, "The archive can't be read at present.", {}};
}

// Nothing: no message can be from there.
std::optional<ArchiveQuery> query_of(const mam::Query& wanted, const Jid& room) {
  ArchiveQuery query;
  query.after = wanted.page.after;
  query.before = wanted.page.before;
  query.max = std::min(wanted.page.max, most_in_page);
  query.after_id = wanted.after_id;
  query.before_id = wanted.before_id;
  query.ids = wanted.ids;
  query.start = wanted.start;
  query.end = wanted.end;
  if (wanted.with && wanted.with->bare() != room) return {};
  if (wanted.with && !wanted.with->is_bare()) query.nick = wanted.with->resource();
  return query;
}

mam::Sent sent_of(const ArchivePage& page) {
  mam::Sent sent;
  sent.is_complete = page.is_complete;
  sent.index = page.index;
  sent.count = page.count;
  if (page.messages.empty()) return sent;
  sent.first = page.messages.front().id;
  sent.last = page.messages.back().id;
  return sent;
}

}  // namespace

void Gateway::add_archive_routes() {
  if (!options_.archive) return;
  using namespace component;
  router_.add({"query", mam::ns, "get set", target_room, false, mam::ns,
               [this](const Responder& responder) { query_archive(responder); }});
  router_.add({"metadata", mam::ns, "get", target_room, false, mam::feature_extended,
               [this](const Responder& responder) { describe_archive(responder); }});
  router_.add({"prefs", mam::ns, "get set", target_room, false, {}, [this](const Responder& responder) {
                 archive_preference(responder);
               }});
}

void Gateway::query_archive(const Responder& responder) {
  const Stanza& request = responder.request();
  if (request.type() == "get") return responder.result(mam::form());
  const auto wanted = mam::parse(*request.payload());
  if (!wanted) return responder.error(wanted.error());
  auto query = query_of(*wanted, request.to().bare());
  if (!query) return responder.result(mam::fin({}));
  if (!begin_query(responder)) return;
  const BookPtr book = options_.archive->book(domain(), request.from().bare_str(), std::string(request.to().local()));
  options_.archive->find(book, std::move(*query), [this, responder, wanted = *wanted](auto page) {
    end_query(responder);
    if (!page) return responder.error(error_of(page.error()));
    const mam::Sent sent = sent_of(*page);
    if (wanted.is_flipped) std::reverse(page->messages.begin(), page->messages.end());
    for (Archived& each : page->messages) {
      Element found = mam::result(wanted, each.id, each.when, std::move(each.message));
      found.set("from", responder.request().to().bare_str()).set("to", responder.request().from().str());
      if (out_.send(found)) continue;
      // A page with holes would never be asked for again.
      return responder.error({ErrorType::wait, Condition::resource_constraint, "The way to you is full.", {}});
    }
    responder.result(mam::fin(sent));
  });
}

bool Gateway::begin_query(const Responder& responder) {
  int& under_way = querying_[responder.request().from().bare_str()];
  if (under_way < most_queries) return ++under_way;
  responder.error({ErrorType::wait, Condition::resource_constraint, "You have too many queries under way.", {}});
  return false;
}

void Gateway::end_query(const Responder& responder) {
  const auto user = querying_.find(responder.request().from().bare_str());
  if (--user->second == 0) querying_.erase(user);
}

void Gateway::archive_preference(const Responder& responder) {
  const Stanza& request = responder.request();
  const auto wanted = mam::parse_prefs(*request.payload());
  if (request.type() == "set" && !wanted) {
    return responder.error(
        {ErrorType::modify, Condition::bad_request, "The default is always or never, without lists.", {}});
  }
  if (!begin_query(responder)) return;
  const BookPtr book = options_.archive->book(domain(), request.from().bare_str(), std::string(request.to().local()));
  const auto answer = [this, responder](std::optional<bool> is_open) {
    end_query(responder);
    if (!is_open) return responder.error(error_of(ArchiveErrc::unavailable));
    responder.result(mam::prefs(*is_open));
  };
  if (request.type() == "get") return options_.archive->ask_open(book, answer);
  options_.archive->set_open(book, *wanted, answer);
}

void Gateway::describe_archive(const Responder& responder) {
  if (!begin_query(responder)) return;
  const Stanza& request = responder.request();
  const BookPtr book = options_.archive->book(domain(), request.from().bare_str(), std::string(request.to().local()));
  const auto edge = [this, book, responder](bool is_last, std::function<void(ArchivePage)> then) {
    ArchiveQuery query;
    query.max = 1;
    if (is_last) query.before.emplace();
    options_.archive->find(book, std::move(query), [this, responder, then = std::move(then)](auto page) {
      if (page) return then(std::move(*page));
      end_query(responder);
      responder.error(error_of(page.error()));
    });
  };
  const auto is_over = [this, responder](const ArchivePage& page) {
    if (!page.messages.empty()) return false;
    end_query(responder);
    responder.result(mam::metadata({}));
    return true;
  };
  edge(false, [this, edge, is_over, responder](const ArchivePage& first) {
    if (is_over(first)) return;
    edge(true, [this, is_over, responder, from = first.messages.front()](const ArchivePage& last) {
      if (is_over(last)) return;
      end_query(responder);
      const Archived& to = last.messages.front();
      responder.result(mam::metadata(std::pair{mam::Edge{from.id, from.when}, mam::Edge{to.id, to.when}}));
    });
  });
}

void Gateway::forget_archive(const Jid& user, std::function<void(bool)> done) {
  if (!options_.archive) return done(true);
  options_.archive->remove_user(domain(), user.str(), std::move(done));
}

}  // namespace mapping
