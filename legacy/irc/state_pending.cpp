#include <algorithm>
#include <charconv>

#include "legacy/irc/state.hpp"

namespace irc {
namespace {

constexpr char label_start = 'w';  // of our own lines; behind it their serial

// How long after it was written the answer may take.
std::chrono::seconds patience(Ask ask) {
  switch (ask) {
    case Ask::text:
    case Ask::list:
    case Ask::who: return std::chrono::seconds(60);
    case Ask::ctcp:
    case Ask::whois: return std::chrono::seconds(20);
    default: return std::chrono::seconds(30);
  }
}

Line::Turn turn_of(Ask ask) {
  switch (ask) {
    case Ask::text: return Line::Turn::text;
    case Ask::join: return Line::Turn::join;
    case Ask::whois:
    case Ask::who:
    case Ask::ison: return Line::Turn::idle;
    default: return Line::Turn::in_order;
  }
}

// Its answer is more than the server's word that it has taken the line.
bool has_late_answer(Ask ask) {
  return ask == Ask::ctcp || ask == Ask::whois || ask == Ask::who || ask == Ask::ison;
}

}  // namespace

void State::outcome(legacy::Ref ref, legacy::Errc error, std::string text) {
  if (ref != 0) emit(legacy::Outcome{ref, error, std::move(text)});
}

Pending& State::await(Ask ask, legacy::Ref ref, std::string target, std::string subject) {
  if (pending_.is_full()) {
    // The line may still be on its way.
    const bool is_text = (*pending_.begin()).ask == Ask::text;
    settle(*pending_.begin(), is_text ? legacy::Errc::uncertain : legacy::Errc::queue_full,
           "too many requests without an answer");
  }
  Pending pending;
  pending.ask = ask;
  pending.ref = ref;
  pending.target = std::move(target);
  pending.subject = std::move(subject);
  pending.confirm = confirmation(ask, pending.target);
  pending.serial = ++serial_;
  return pending_.add(std::move(pending));
}

void State::send_for(Pending& pending, std::string line) {
  const bool can_label = caps_.has("labeled-response") && caps_.has("batch");
  if (can_label && pending.ask != Ask::list) {
    pending.label = label_start + std::to_string(pending.serial);
    line = "@label=" + pending.label + " " + line;
  }
  lines_.push_back({std::move(line), false, pending.serial, turn_of(pending.ask)});
}

void State::written(std::uint64_t mark, const Now& now) {
  now_ = now;
  if (mark == fence_mark_ && !fence_.empty()) {
    fence_deadline_ = now.steady + patience(Ask::text);
    return;
  }
  Pending* const found = pending_.find(mark);
  if (found == nullptr) return;
  found->may_be_written = true;
  // What a fence covers waits for the fence, which may leave much later.
  if (found->confirm != Confirm::fence) pending_.limit(*found, now.steady + patience(found->ask));
  if (found->confirm == Confirm::written) settle(*found, legacy::Errc::none);
}

void State::half_written(std::uint64_t mark) {
  if (Pending* const found = pending_.find(mark)) found->may_be_written = true;
}

Pending* State::find_pending(Ask ask, std::string_view target, std::string_view subject) {
  const auto found = std::find_if(pending_.begin(), pending_.end(), [&](const Pending& pending) {
    return pending.ask == ask && same(pending.target, target) && (subject.empty() || same(pending.subject, subject));
  });
  return found == pending_.end() ? nullptr : &*found;
}

Pending* State::find_label(const std::string& label) {
  std::uint64_t serial = 0;
  if (!label.starts_with(label_start)) return nullptr;
  std::from_chars(label.data() + 1, label.data() + label.size(), serial);
  Pending* const found = pending_.find(serial);
  return found != nullptr && found->label == label ? found : nullptr;
}

// The request of that kind that this answers, ours or typed by the user. Without labels the oldest one is answered
// first.
Pending* State::find_asked(Ask ask, std::string_view target, const Message& message) {
  if (const std::string label = label_of(message); !label.empty()) {
    Pending* const labelled = find_label(label);
    return labelled != nullptr && labelled->ask == ask ? labelled : nullptr;
  }
  const auto found = std::find_if(pending_.begin(), pending_.end(), [&](const Pending& each) {
    return each.ask == ask && each.label.empty() && (target.empty() || same(each.target, target));
  });
  return found == pending_.end() ? nullptr : &*found;
}

// A raw line whose answers would else be taken for answers to ours.
void State::note_typed(legacy::Ref ref, const Message& message, std::uint64_t& mark) {
  constexpr std::pair<std::string_view, Ask> asking[] = {{"WHOIS", Ask::whois}, {"WHO", Ask::who}, {"ISON", Ask::ison}};
  for (const auto& [command, ask] : asking) {
    if (message.command != command) continue;
    Pending& pending = await(ask, 0, ask == Ask::whois ? message.last() : message.param(0));
    pending.is_typed = true;
    pending.typed_by = ref;
    mark = pending.serial;
  }
}

// The raw line that this answers: by label, by whom it names, else the latest one.
legacy::Ref State::asker(const Message& message) const {
  if (const std::string label = label_of(message); label.starts_with(typed_label)) {
    legacy::Ref ref = 0;
    std::from_chars(label.data() + 1, label.data() + label.size(), ref);
    return ref;
  }
  for (const Pending& each : pending_)
    if (each.typed_by != 0 && names(message, each.target)) return each.typed_by;
  return pending_.typed(now_.steady);
}

bool State::names(const Message& message, const std::string& name) const {
  if (name.empty()) return false;
  for (std::size_t i = 1; i < message.params.size(); ++i)
    if (same(isupport_.without_status(message.params[i]), name)) return true;
  return false;
}

// By label, else the first request that this can be an answer to: by the names in its parameters where it has some.
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
  if (numeric.names == Names::target) return nullptr;
  const auto first = std::find_if(pending_.begin(), pending_.end(), plausible);
  return first == pending_.end() ? nullptr : &*first;
}

// Ends it: tells who waits, and forgets it. `pending` is gone afterwards.
void State::settle(Pending& pending, legacy::Errc error, const std::string& text) {
  const Pending done = pending_.take(pending.serial);
  if (done.ask == Ask::text) {
    speech_.settle(done, error, text, now_.steady);
  } else if (done.ask == Ask::join) {
    if (Room* const room = rooms_.find(done.target)) finish_join(*room, error, text);
  } else if (done.ask == Ask::whois && !done.is_typed) {
    finish_whois(done.target, error, text);
  } else if (done.ask == Ask::who) {
    ask_who();
  } else {
    outcome(done.ref, error, text);
    if (done.ask == Ask::list && error != legacy::Errc::none) fail_listing(error, text);
  }
}

// One LIST serves everybody who asks while it is under way.
void State::fail_listing(legacy::Errc error, const std::string& text) {
  listing_.clear();
  pending_.remove_if([&](const Pending& pending) {
    if (pending.ask == Ask::list) outcome(pending.ref, error, text);
    return pending.ask == Ask::list;
  });
}

// No answer has come, and none will. A text that has left may have arrived.
void State::settle_unanswered(Pending& pending, legacy::Errc error, const std::string& text) {
  if (pending.ask != Ask::text) return settle(pending, error, text);
  if (pending.may_be_written) return settle(pending, legacy::Errc::uncertain, "It may have arrived or not: " + text);
  settle(pending, legacy::Errc::unreachable_now, "It was not sent: " + text);
}

void State::settle_label(const std::string& label) {
  Pending* const pending = find_label(label);
  if (pending == nullptr || has_late_answer(pending->ask)) return;
  // The list of names may come behind the labelled answer.
  const Room* const room = pending->ask == Ask::join ? rooms_.find(pending->target) : nullptr;
  if (pending->ask == Ask::join && !(room != nullptr && room->announced)) return;
  settle(*pending, legacy::Errc::none);
}

void State::expire() {
  speech_.tell_doubts(now_.steady);
  if (fence_deadline_ && now_.steady >= *fence_deadline_) end_fence(legacy::Errc::timeout, "no answer from the server");
  for (const std::uint64_t serial : pending_.expired(now_.steady)) {
    Pending* const pending = pending_.find(serial);
    if (pending == nullptr) continue;
    Room* const room = pending->ask == Ask::join ? rooms_.find(pending->target) : nullptr;
    if (room != nullptr && room->joined) {
      announce(*room);  // NAMES without an end: what came will have to do
    } else {
      settle_unanswered(*pending, legacy::Errc::timeout, "no answer from the server");
    }
  }
}

void State::fail_all(legacy::Errc error, const std::string& text) {
  while (!pending_.empty()) settle_unanswered(*pending_.begin(), error, text);
}

}  // namespace irc
