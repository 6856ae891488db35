// What there is at an address (disco#items), in pages that fit into a stanza (XEP-0059).
#include <algorithm>

#include "component/xeps/rsm.hpp"
#include "mapping/errors.hpp"
#include "mapping/gateway.hpp"

namespace mapping {

using component::Condition;
using component::ErrorType;
using component::Responder;
using component::StanzaError;
namespace disco = component::disco;
namespace rsm = component::rsm;

namespace {

constexpr std::size_t longest_answer = 256 * 1024;  // servers take half a megabyte
constexpr std::size_t usual_occupants = 500;        // for clients that know no pages

std::size_t size_of(const disco::Item& item) {
  std::string text = "<item jid='' name=''/>";
  component::xml::escape(text, item.jid);
  component::xml::escape(text, item.name);
  return text.size();
}

// How many of the page's items fit, counted from its near end.
std::size_t count_fitting(const std::vector<disco::Item>& items, bool backwards) {
  std::size_t bytes = 0, count = 0;
  for (; count < items.size(); ++count) {
    bytes += size_of(items[backwards ? items.size() - 1 - count : count]);
    if (bytes > longest_answer) break;
  }
  return count;
}

// A page of the people in a room costs what is on it, however many there are: it is walked from its near end. What
// comes before it is not counted, so only the first page tells where it begins.
class OccupantPage {
 public:
  // Nothing when a marker names nobody.
  static std::optional<OccupantPage> walk(const Room::Occupants& all, const rsm::Request& wanted);
  component::xml::Element to_xml() const;

 private:
  explicit OccupantPage(const Room::Occupants& all) : all_(all) {}
  bool add(const std::string& nick, const Room::Occupant& occupant);

  const Room::Occupants& all_;
  std::vector<disco::Item> items_;
  std::size_t bytes_ = 0;
};

std::optional<OccupantPage> OccupantPage::walk(const Room::Occupants& all, const rsm::Request& wanted) {
  OccupantPage page(all);
  const auto is_named = [](const std::optional<std::string>& marker) { return marker && !marker->empty(); };
  auto first = is_named(wanted.after) ? all.find(*wanted.after) : all.begin();
  auto end = is_named(wanted.before) ? all.find(*wanted.before) : all.end();
  const bool is_missing =
      (is_named(wanted.after) && first == all.end()) || (is_named(wanted.before) && end == all.end());
  if (is_missing) return {};
  const bool is_nothing =
      is_named(wanted.after) && is_named(wanted.before) && !NickOrder()(*wanted.after, *wanted.before);
  if (is_nothing) return page;
  if (is_named(wanted.after)) ++first;
  if (wanted.before) {
    while (page.items_.size() < wanted.max && end != first) {
      --end;
      if (!page.add(end->first, end->second)) break;
    }
    std::reverse(page.items_.begin(), page.items_.end());
  } else {
    for (; page.items_.size() < wanted.max && first != end; ++first)
      if (!page.add(first->first, first->second)) break;
  }
  return page;
}

bool OccupantPage::add(const std::string& nick, const Room::Occupant& occupant) {
  disco::Item item{occupant.jid, nick, {}};
  bytes_ += size_of(item);
  if (bytes_ > longest_answer) return false;
  items_.push_back(std::move(item));
  return true;
}

component::xml::Element OccupantPage::to_xml() const {
  const bool is_first = !items_.empty() && items_.front().name == all_.begin()->first;
  component::xml::Element set = rsm::to_xml(items_.empty() ? std::string{} : items_.front().name,
                                            items_.empty() ? std::string{} : items_.back().name, is_first, all_.size());
  return disco::to_xml(items_).add(std::move(set));
}

StanzaError bad_page() {
  return {ErrorType::modify, Condition::bad_request, "<max/> and <index/> are numbers.", {}};
}

StanzaError no_such_item() {
  return {ErrorType::cancel, Condition::item_not_found, "The list has no such item.", {}};
}

// item: makes the one at that place in `keys`.
void answer_page(const Responder& responder, const rsm::Request& wanted, const std::vector<std::string>& keys,
                 const std::function<disco::Item(std::size_t)>& item) {
  const auto page = rsm::page(wanted, keys);
  if (!page) return responder.error(no_such_item());
  std::vector<disco::Item> items;
  for (std::size_t at = page->first; at < page->first + page->count; ++at) items.push_back(item(at));
  const rsm::Page sent = rsm::shorten(wanted, *page, count_fitting(items, wanted.before.has_value()));
  const auto first = items.begin() + static_cast<std::ptrdiff_t>(sent.first - page->first);
  items = std::vector<disco::Item>(first, first + static_cast<std::ptrdiff_t>(sent.count));
  responder.result(disco::to_xml(items).add(rsm::to_xml(sent, keys)));
}

// A network's operator is told of every room, and who is in a room also of that. Until its modes are known, it may be a
// secret one.
void note_secrets(const Room& room, RoomDirectory::Answer& answer) {
  if (!room.is_joined()) return;
  const legacy::Member* const self = room.find(room.nick());
  answer.is_secret = answer.is_secret || (self && self->is_operator);
  if (room.traits().hidden || room.traits().modes.empty()) answer.secrets.insert(room.jid().str());
}

}  // namespace

void Gateway::disco_items(const Responder& responder) {
  const auto to = identity_.resolve(responder.request().to());
  if (responder.request().payload()->attr("node") == component::commands::ns) return command_items(responder, *to);
  const Line* const line = to->network ? find_line(responder.request().from(), *to->network) : nullptr;
  const bool has_rooms = to->kind == Address::Kind::gateway && line && line->is_online();
  const bool is_of_network = to->kind == Address::Kind::network || has_rooms;
  if ((is_of_network || to->kind == Address::Kind::room) && !may_list(responder)) return;
  if (is_of_network) return room_items(responder, *to);
  if (to->kind == Address::Kind::room) return occupant_items(responder, *to);
  std::vector<disco::Item> items;
  if (to->kind == Address::Kind::gateway && !identity_.is_single()) {
    for (const auto& [name, network] : identity_.networks()) items.push_back({identity_.of(*network).str(), name, {}});
  }
  responder.result(disco::to_xml(items));
}

// Only those inside see who is there; for others a room is as if it were empty.
void Gateway::occupant_items(const Responder& responder, const Address& to) {
  const auto wanted = rsm::parse(*responder.request().payload(), usual_occupants);
  if (!wanted) return responder.error(bad_page());
  const Line* const line = find_line(responder.request().from(), *to.network);
  const Room* const room = line ? line->find(responder.request().to()) : nullptr;
  if (!room || !room->has(responder.request().from().str()))
    return responder.result(disco::to_xml(std::vector<disco::Item>{}));
  if (wanted->index.value_or(0) > 0)
    return responder.error(
        {ErrorType::cancel, Condition::feature_not_implemented, "Pages of this list can't be had by number.", {}});
  const auto page = OccupantPage::walk(room->occupants(), *wanted);
  if (!page) return responder.error(no_such_item());
  responder.result(page->to_xml());
}

bool Gateway::may_list(const Responder& responder, std::size_t entries) {
  constexpr std::size_t entries_of_page = 2000;  // take as long to look at as a page to make
  const std::size_t cost = 1 + entries / entries_of_page;
  if (lists_.take(responder.request().from().bare_str(), base::Clock::now(), cost)) return true;
  responder.error({ErrorType::wait,
                   Condition::resource_constraint,
                   "You ask for lists faster than this gateway allows; wait a moment.",
                   {}});
  return false;
}

void Gateway::room_items(const Responder& responder, const Address& to) {
  const auto wanted = rsm::parse(*responder.request().payload());
  if (!wanted) return responder.error(bad_page());
  Line* const line = find_line(responder.request().from(), *to.network);
  if (!line || !line->is_online()) {
    return responder.error(
        {ErrorType::wait, Condition::recipient_unavailable, "Join a room of this network first.", {}});
  }
  const std::string network = to.network->name();
  const auto ask = [this, user = responder.request().from().bare(), network](RoomDirectory::Told told) {
    const legacy::Network* const known = identity_.find(network);
    Line* const asker = known ? find_line(user, *known) : nullptr;
    if (!asker) return told({nullptr, {0, legacy::Errc::disconnected, {}}});
    asker->list_rooms([asker, told](legacy::Rooms* list, const legacy::Outcome& outcome) {
      RoomDirectory::Answer answer{list, outcome};
      for (const auto& [key, room] : asker->rooms()) note_secrets(room, answer);
      told(std::move(answer));
    });
  };
  const auto found = [responder, wanted = *wanted](const RoomList* list, const legacy::Outcome& outcome) {
    if (!list) return responder.error(to_stanza_error(outcome.error, outcome.text));
    answer_page(responder, wanted, list->keys, [&](std::size_t at) -> disco::Item {
      return {list->keys[at], list->names[at], {}};
    });
  };
  directory_.find(network, responder.request().from().bare_str(), ask, found);
}

}  // namespace mapping
