// What the user asks about people, and whom the network follows for the user.
#include "mapping/line.hpp"

namespace mapping {

namespace {

constexpr std::size_t most_dialogues = 1000;

}  // namespace

void Line::query(legacy::Query question, std::function<void(const legacy::Answer*, const legacy::Outcome&)> done) {
  Pending pending;
  pending.kind = Pending::Kind::query;
  pending.answered = std::move(done);
  submit(std::move(question), std::move(pending));
}

void Line::handle(legacy::Answer& event) {
  const auto found = pending_.find(event.ref);
  if (found == pending_.end() || found->second.kind != Pending::Kind::query) return;
  const auto answered = std::move(found->second.answered);
  pending_.erase(found);
  answered(&event, {});
}

void Line::watch(const legacy::Chat& person, bool on) {
  if (network_.features().people) submit(legacy::Watch{person, on});
}

// The user and that person have spoken with one another.
void Line::note_dialogue(const component::Jid& contact) {
  if (dialogues_.size() >= most_dialogues) dialogues_.clear();
  dialogues_.insert(contact.str());
}

}  // namespace mapping
