#include <algorithm>
#include <charconv>

#include "legacy/irc/state.hpp"

namespace irc {
namespace {

constexpr std::size_t max_pending = 2000;
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

}  // namespace

void State::outcome(legacy::Ref ref, legacy::Errc error, std::string text) {
  if (ref != 0) emit(legacy::Outcome{ref, error, std::move(text)});
}

Pending& State::await(Ask ask, legacy::Ref ref, std::string target, std::string subject) {
  if (pending_.size() >= max_pending) {
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
  if (mark == fence_.mark && !fence_.token.empty()) {
    fence_.deadline = now.steady + patience(Ask::text);
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
// first. COMPAT(solanum): of several lines only the first has the label.
Pending* State::find_asked(Ask ask, std::string_view target, const Message& message) {
  if (const std::string label = label_of(message); !label.empty()) {
    Pending* const labelled = find_label(label);
    return labelled != nullptr && labelled->ask == ask ? labelled : nullptr;
  }
  const auto found = std::find_if(pending_.begin(), pending_.end(), [&](const Pending& each) {
    return each.ask == ask && (each.label.empty() || each.heard.is_begun) &&
           (target.empty() || same(each.target, target));
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

// Ends it: tells who waits, and forgets it. `pending` is gone afterwards.
void State::settle(Pending& pending, legacy::Errc error, const std::string& text) {
  const Pending done = pending_.take(pending.serial);
  if (done.heard.is_hidden && done.heard.words != text) say_to_user(done.heard.words, legacy::Flavor::notice);
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

void State::expire() {
  speech_.tell_doubts(now_.steady);
  if (fence_.deadline && now_.steady >= *fence_.deadline) end_fence(legacy::Errc::timeout, "no answer from the server");
  for (const std::uint64_t serial : pending_.expired(now_.steady)) {
    Pending* const pending = pending_.find(serial);
    if (pending == nullptr) continue;
    Room* const room = pending->ask == Ask::join ? rooms_.find(pending->target) : nullptr;
    if (room != nullptr && room->joined) {
      announce(*room);  // NAMES without an end: what came will have to do
    } else {
      settle_late(*pending);
    }
  }
}

// Its time is over, and no sign has come that it was granted or refused.
void State::settle_late(Pending& pending) {
  if (is_done(pending)) return settle(pending, legacy::Errc::none);
  if (pending.heard.is_empty) return settle(pending, legacy::Errc::refused, "the network has changed nothing");
  settle_unanswered(pending, legacy::Errc::timeout, "no answer from the server");
}

void State::fail_all(legacy::Errc error, const std::string& text) {
  while (!pending_.empty()) settle_unanswered(*pending_.begin(), error, text);
}

}  // namespace irc
