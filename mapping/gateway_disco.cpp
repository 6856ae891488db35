// What there is at an address (disco#items), in pages that fit into a stanza (XEP-0059).
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

StanzaError bad_page() {
  return {ErrorType::modify, Condition::bad_request, "<max/> and <index/> are numbers.", {}};
}

// item: makes the one at that place in `keys`.
void answer_page(const Responder& responder, const rsm::Request& wanted, const std::vector<std::string>& keys,
                 const std::function<disco::Item(std::size_t)>& item) {
  const auto page = rsm::page(wanted, keys);
  if (!page) return responder.error({ErrorType::cancel, Condition::item_not_found, "The list has no such item.", {}});
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
  if (to->kind == Address::Kind::network || has_rooms) return room_items(responder, *to);
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
  std::vector<std::string> nicks;
  for (const auto& [nick, occupant] : room->occupants()) nicks.push_back(nick);
  answer_page(responder, *wanted, nicks, [&](std::size_t at) -> disco::Item {
    return {room->jid().with_resource(nicks[at]).str(), nicks[at], {}};
  });
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
    asker->list_rooms([asker, told](const legacy::Rooms* list, const legacy::Outcome& outcome) {
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
