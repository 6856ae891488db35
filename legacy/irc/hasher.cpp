#include "legacy/irc/hasher.hpp"

namespace irc {
namespace {

constexpr int piece = 10'000;  // iterations

}  // namespace

Hasher::Hasher(asio::any_io_executor executor) : thread_(std::move(executor), 1, base::Offload::AtEnd::abandon) {}

void Hasher::run(std::shared_ptr<base::Pbkdf2> work, std::function<void()> done) {
  const auto is_done = std::make_shared<bool>(false);
  // Should it throw, the login fails with what there is, and is not tried for ever.
  const auto go_on = [work, is_done] {
    *is_done = true;
    *is_done = work->advance(piece);
  };
  thread_.post(go_on, [this, work, is_done, done = std::move(done), alive = std::weak_ptr(alive_)]() mutable {
    if (!alive.lock()) return;
    if (*is_done) return done();
    if (work.use_count() > 1) run(std::move(work), std::move(done));
  });
}

}  // namespace irc
