// What the server's answers say of our requests: which one a line is about, and whether that is granted or refused.
#include <algorithm>

#include "legacy/irc/state.hpp"

namespace irc {
namespace {

using legacy::Errc;

constexpr auto sign_time = std::chrono::seconds(5);  // for the sign of success behind an answer that says nothing

// Answered by a list, which ends with its own numeric.
bool is_listing(const Pending& pending) {
  return pending.ask == Ask::whois || pending.ask == Ask::who || pending.ask == Ask::ison || is_ban_list(pending);
}

// Of a request that the network has refused in words alone.
Errc refusal_in_words(Ask ask) {
  return ask == Ask::join ? Errc::refused : Errc::not_now;
}

std::string_view trimmed(std::string_view word) {
  constexpr std::string_view marks = ".,:;!?()'\"";
  word.remove_prefix(std::min(word.find_first_not_of(marks), word.size()));
  return word.substr(0, word.find_last_not_of(marks) + 1);
}

// "Cannot join channel #opers (IRCops only)"
bool mentions(const Message& message, const std::string& channel, const Isupport& isupport) {
  const auto all = words(message.last());
  return isupport.is_channel(channel) && std::any_of(all.begin(), all.end(), [&](const std::string& word) {
           return same(word, channel, isupport.mapping()) || same(trimmed(word), channel, isupport.mapping());
         });
}

// There is just one, and the line names no channel.
Pending* only_join(PendingList& pending, const Message& message, const Isupport& isupport) {
  const bool names_one = std::any_of(message.params.begin(), message.params.end(),
                                     [&](const std::string& param) { return isupport.is_channel(param); });
  const auto is_join = [](const Pending& each) { return each.ask == Ask::join; };
  const auto first = std::find_if(pending.begin(), pending.end(), is_join);
  if (names_one || first == pending.end()) return nullptr;
  return std::find_if(std::next(first), pending.end(), is_join) == pending.end() ? &*first : nullptr;
}

// What is on lists nobody knows: the server says nothing when it is so already.
bool is_so(const Isupport& isupport, const Room& room, const Want& want) {
  const bool on = want.sign == '+';
  if (want.sign == 'K') return !room.people.contains(want.parameter);
  if (isupport.is_list(want.letter)) return true;
  if (isupport.is_prefix_letter(want.letter)) {
    const Person* const person = room.people.find(want.parameter);
    return (person != nullptr && person->letters.find(want.letter) != std::string::npos) == on;
  }
  if (want.letter == 'k') return room.traits.password == on;
  if (want.letter == 'l') return (room.traits.limit > 0) == on;
  return (room.traits.modes.find(want.letter) != std::string::npos) == on;
}

}  // namespace

bool State::names(const Message& message, const std::string& name) const {
  if (name.empty()) return false;
  for (std::size_t i = 1; i < message.params.size(); ++i)
    if (same(isupport_.without_status(message.params[i]), name)) return true;
  return false;
}

// By label, else the first request of the kinds that get this answer: by the names in its parameters or its words where
// it has some.
Pending* State::match(const Numeric& numeric, const Message& message) {
  const std::string label = label_of(message);
  if (Pending* const labelled = find_label(label)) return labelled;
  const auto plausible = [&](const Pending& pending) {
    if (label.starts_with(typed_label) && !pending.label.empty()) return false;
    if (numeric.names == Names::command && !is_command_of(pending.ask, message.param(1))) return false;
    // What is done as soon as it is written has not been written yet.
    return (static_cast<Asks>(pending.ask) & numeric.asks) != 0 && pending.confirm != Confirm::written;
  };
  for (auto& pending : pending_)
    if (plausible(pending) && (names(message, pending.target) || names(message, pending.subject))) return &pending;
  for (auto& pending : pending_)
    if (plausible(pending) && mentions(message, pending.target, isupport_)) return &pending;
  if (numeric.asks == static_cast<Asks>(Ask::join)) return only_join(pending_, message, isupport_);
  if (numeric.names == Names::target) return nullptr;
  const auto first = std::find_if(pending_.begin(), pending_.end(), plausible);
  return first == pending_.end() ? nullptr : &*first;
}

// A request of the user's of any kind that it names.
Pending* State::match_named(const Message& message) {
  if (!label_of(message).empty()) return nullptr;
  const auto found = std::find_if(pending_.begin(), pending_.end(), [&](const Pending& pending) {
    const bool is_users = (static_cast<Asks>(pending.ask) & any_of_the_user) != 0;
    const bool is_open = is_users && pending.confirm != Confirm::written;
    return is_open && (names(message, pending.target) || names(message, pending.subject));
  });
  return found == pending_.end() ? nullptr : &*found;
}

bool State::on_numeric_error(const Message& message) {
  const auto numeric = find_numeric(numeric_code(message.command));
  if (!numeric) return false;
  Pending* pending = match(*numeric, message);
  if (pending == nullptr && refuse_written(*numeric, message)) return true;
  if (pending == nullptr && numeric->names != Names::command) pending = match_named(message);
  if (pending == nullptr) return false;
  const Room* const room = pending->ask == Ask::join ? rooms_.find(pending->target) : nullptr;
  if (room != nullptr && room->joined) return false;  // whatever it is about, not whether we may join
  const bool is_ours = static_cast<Asks>(pending->ask) & (Ask::join | Ask::whois | Ask::who | Ask::ison);
  // What the user typed as a raw line has had its Outcome: then the server's words are shown.
  const bool is_awaited = pending->ref != 0 || (is_ours && !pending->is_typed);
  if (!is_awaited) show_server_message(message);
  const bool is_gone = numeric->code == LIBIRC_RFC_ERR_NOSUCHNICK;
  if (is_gone) note_present(pending->target, false);
  settle(*pending, meaning(*numeric, pending->ask, pending->target, pending->subject), plain(message.last()));
  return true;
}

// Some mean different things for different requests.
legacy::Errc State::meaning(const Numeric& numeric, Ask ask, const std::string& target,
                            const std::string& subject) const {
  const bool to_unjoined = isupport_.is_channel(target) && !rooms_.contains(target);
  if (numeric.code == LIBIRC_RFC_ERR_CANNOTSENDTOCHAN && to_unjoined) return Errc::not_in_room;
  if (numeric.code == LIBIRC_RFC_ERR_UNAVAILRESOURCE && ask == Ask::join) return Errc::busy;
  if (numeric.code == LIBIRC_RFC_ERR_UNIQOPPRIVSNEEDED && ask == Ask::join) return Errc::not_allowed;
  const Room* const room = rooms_.find(target);
  const Person* const me = room != nullptr ? room->people.find(nick_) : nullptr;
  // Who may do such things, but not to this person.
  const bool is_about_person = room != nullptr && room->people.contains(subject);
  const bool is_outranked = me != nullptr && is_about_person && (ask == Ask::kick || ask == Ask::mode) &&
                            standing(isupport_, me->letters, false).role == legacy::Role::moderator;
  if (numeric.code == LIBIRC_RFC_ERR_CHANOPRIVSNEEDED && is_outranked) return Errc::not_allowed;
  const bool is_mode = ask == Ask::mode || ask == Ask::raw;
  if (numeric.code == LIBIRC_RFC_ERR_NOCHANMODES && is_mode) return Errc::unsupported;
  return numeric.error;
}

// What an answer with our label says in words is the request's affair. True: nobody else needs to hear it.
bool State::note_words(const Message& message, bool may_be_hidden) {
  Pending* const pending = find_label(label_of(message));
  if (pending == nullptr || is_listing(*pending)) return false;
  if (pending->ask == Ask::raw && message.is_numeric()) return false;  // what was asked for by hand is shown
  const Room* const room = pending->ask == Ask::join ? rooms_.find(pending->target) : nullptr;
  if (room != nullptr && room->joined) return false;
  Heard& heard = pending->heard;
  if (heard.is_hidden) say_to_user(heard.words, legacy::Flavor::notice);
  heard.words = plain(message.last());
  heard.is_hidden = may_be_hidden && (pending->ref != 0 || pending->ask == Ask::join);
  return heard.is_hidden;
}

// The answer with that label is complete; or, where it is not whole, perhaps: some servers give the label to the first
// of its lines only. Without a sign that the request was granted, words are its refusal.
void State::end_answer(const std::string& label, bool is_whole) {
  Pending* const pending = find_label(label);
  if (pending == nullptr) return;
  if (is_listing(*pending) && !is_whole) return;
  if (is_ban_list(*pending)) return end_ban_list(*pending);
  if (is_listing(*pending)) return settle(*pending, Errc::none);
  const Room* const room = pending->ask == Ask::join ? rooms_.find(pending->target) : nullptr;
  if (room != nullptr && room->joined) return;  // the list of names may come behind it
  if (room != nullptr && !room->moved_to.empty())
    return settle(*pending, Errc::moved, "the network has put you into " + std::string(room->moved_to));
  const Heard& heard = pending->heard;
  const bool has_echo = pending->ask == Ask::text && caps_.has("echo-message");
  const bool is_unconfirmed = (pending->ask == Ask::text && !has_echo) || pending->ask == Ask::raw;
  if (heard.is_granted && has_echo && !is_whole) return pending_.limit(*pending, now_.steady + sign_time);
  if (heard.is_granted || is_done(*pending)) return pending->ask == Ask::ctcp ? void() : settle(*pending, Errc::none);
  if (!heard.words.empty()) return settle(*pending, refusal_in_words(pending->ask), std::string(heard.words));
  if (pending->ask == Ask::ctcp) return;
  if (is_unconfirmed) return settle(*pending, Errc::none);
  if (has_echo && is_whole) return settle(*pending, Errc::refused, "the network took it and has not passed it on");
  pending->heard.is_empty = true;
  pending_.limit(*pending, now_.steady + sign_time);
}

// What was asked for is so, whether a sign of it was seen or not.
bool State::is_done(const Pending& pending) const {
  if (pending.ask == Ask::text) return pending.heard.is_granted;
  if (pending.ask == Ask::nick) return pending.target == nick_;
  const Room* const room = rooms_.find(pending.target);
  const bool is_in = room != nullptr && room->joined;
  if (pending.ask == Ask::part) return !is_in;
  if (!is_in || is_ban_list(pending)) return false;
  if (pending.ask == Ask::kick) return !room->people.contains(pending.subject);
  if (pending.ask == Ask::topic) return room->subject.text == plain(pending.said);
  return pending.ask == Ask::mode && std::all_of(pending.wants.begin(), pending.wants.end(),
                                                 [&](const Want& want) { return is_so(isupport_, *room, want); });
}

}  // namespace irc
