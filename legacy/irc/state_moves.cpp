// One room under two names: by the network's rules for names, because a server sends us elsewhere, or because it has
// got another name.
#include <algorithm>

#include "legacy/irc/names.hpp"
#include "legacy/irc/state.hpp"

namespace irc {

// By the network's rules this is the same room as one that is known already: who waits for it waits for that one.
void State::unite(Room& lost) {
  Room* const room = rooms_.find(lost.name);
  if (room == nullptr) return;
  const legacy::Errc error = lost.announced ? legacy::Errc::none : legacy::Errc::moved;
  if (lost.asked || lost.announced)
    emit(legacy::Left{
        room_chat(lost.name), legacy::Left::Why::forced, "it is " + room->name + " now", {}, error, room->name});
  room->asked = room->asked || lost.asked;
  room->waiting.insert(room->waiting.end(), lost.waiting.begin(), lost.waiting.end());
  bool first = true;
  pending_.remove_if([&](const Pending& each) {
    if (each.ask != Ask::join || !same(each.target, room->name)) return false;
    return !std::exchange(first, false);
  });
  if (room->listed && !lost.waiting.empty()) announce(*room);
}

// By its label our JOIN of a room under another name. When the two differ in the case of letters alone, the server has
// shown how it compares names; else it has sent us elsewhere.
bool State::is_answer_to_join(const Message& message) {
  Pending* const pending = find_label(label_of(message));
  if (pending == nullptr || pending->ask != Ask::join) return false;
  const std::string& name = message.param(0);
  const bool is_same_name = irc::same(pending->target, name, CaseMapping::unicode);
  if (is_same_name) {
    learn_rules({"UTF8MAPPING=rfc8265"});
    return true;
  }
  Room* const asked = rooms_.find(pending->target);
  if (asked != nullptr && isupport_.is_channel(name) && is_channel_name(name)) asked->moved_to = name;
  return false;
}

// 470: the JOIN of the other room follows by itself. What is left to do is that of any other refusal.
bool State::on_moved(const Message& message) {
  Room* const room = rooms_.find(message.param(1));
  const bool is_move =
      room != nullptr && !room->joined && isupport_.is_channel(message.param(2)) && is_channel_name(message.param(2));
  if (is_move) room->moved_to = message.param(2);
  return false;
}

// draft/channel-rename: old, new, reason. Clients know a room by its name: they are out of the one, and told of the
// other, where they find everything as it was.
bool State::on_rename(const Message& message) {
  const std::string& name = message.param(1);
  Room* const room = rooms_.find(message.param(0));
  if (room == nullptr || !isupport_.is_channel(name) || !is_channel_name(name)) return true;
  const std::string reason = plain(message.param(2));
  if (same(room->name, name) || !room->joined) return true;
  const std::string text = "renamed to " + name + (reason.empty() ? "" : ": " + reason);
  room->moved_to = name;
  if (Pending* const pending = find_pending(Ask::join, room->name)) settle(*pending, legacy::Errc::moved, text);
  Room moved = *room;
  announce_left(*room, {{}, legacy::Left::Why::forced, text, message.source.nick, legacy::Errc::moved, name});
  emit(legacy::Invited{room_chat(name), message.source.nick, "the new name of " + moved.name});
  if (rooms_.contains(name)) return true;
  moved.name = name;
  moved.asked = moved.announced = false;
  moved.moved_to.clear();
  rooms_.insert(name) = std::move(moved);
  return true;
}

}  // namespace irc
