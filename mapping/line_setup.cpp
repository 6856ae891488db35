// How rooms are set up, and whom they keep out: requests whose answer somebody waits for.
#include "mapping/line.hpp"

namespace mapping {

void Line::ask(legacy::Request request, std::function<void(const legacy::Outcome&)> done) {
  Pending pending;
  pending.kind = Pending::Kind::call;
  pending.done = std::move(done);
  submit(std::move(request), std::move(pending));
}

void Line::list_bans(const Room& room, std::function<void(const legacy::Bans*, const legacy::Outcome&)> done) {
  Pending pending;
  pending.kind = Pending::Kind::bans;
  pending.bans_done = std::move(done);
  submit(legacy::ListBans{room.chat()}, std::move(pending));
}

void Line::handle(legacy::Bans& event) {
  const auto found = pending_.find(event.ref);
  if (found == pending_.end() || found->second.kind != Pending::Kind::bans) return;
  const auto done = std::move(found->second.bans_done);
  pending_.erase(found);
  done(&event, {});
}

}  // namespace mapping
