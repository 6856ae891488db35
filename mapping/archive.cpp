#include "mapping/archive.hpp"

#include "mapping/archive_disk.hpp"

namespace mapping {

namespace {

constexpr std::size_t batch_limit = 64 * 1024;
constexpr auto batch_time = std::chrono::milliseconds(250);
constexpr std::size_t waiting_limit = 16 * 1024 * 1024;
constexpr auto retry_pause = std::chrono::seconds(5);
constexpr auto sweep_pause = std::chrono::hours(1);
constexpr auto first_sweep = std::chrono::minutes(1);

// The thread has nobody above it to catch what it throws.
template <class Work>
std::string problem_of(const Work& work) {
  try {
    const auto done = work();
    return done ? std::string{} : done.error();
  } catch (const std::exception& failure) {
    return failure.what();
  }
}

}  // namespace

int Archive::schema_version() noexcept {
  return ArchiveDisk::newest_schema();
}

base::Result<std::unique_ptr<Archive>, std::string> Archive::open(asio::any_io_executor executor, std::string path,
                                                                  const std::string& key32,
                                                                  std::chrono::milliseconds patience) {
  auto disk = ArchiveDisk::open(path, key32, patience);
  if (!disk) return disk.error();
  return std::unique_ptr<Archive>(new Archive(std::move(executor), std::move(*disk)));
}

Archive::Archive(asio::any_io_executor executor, std::unique_ptr<ArchiveDisk> disk)
    : disk_(std::move(disk)),
      timer_(executor),
      sweep_timer_(executor),
      thread_(std::move(executor), 1, base::Offload::AtEnd::wait) {
  sweep_later(first_sweep);
}

Archive::~Archive() {
  write_out(Attempt::always);
}

void Archive::post(std::function<void()> work, std::function<void()> then) {
  thread_.post(std::move(work), [then = std::move(then), alive = std::weak_ptr(alive_)] {
    if (alive.lock()) then();
  });
}

void Archive::keep(std::string domain, Keep bounds) {
  post([disk = disk_.get(), domain = std::move(domain), bounds] { disk->keep(domain, bounds); }, [] {});
}

BookPtr Archive::book(const std::string& domain, const std::string& user, const std::string& local) {
  if (books_.size() >= books_to_look_at_) {
    std::erase_if(books_, [](const auto& entry) { return entry.second.expired(); });
    books_to_look_at_ = std::max(books_to_look_at_, 2 * books_.size());
  }
  std::weak_ptr<Book>& known = books_[{domain, user, local}];
  BookPtr held = known.lock();
  if (held) return held;
  held = std::make_shared<Book>();
  held->domain = domain;
  held->user = user;
  held->local = local;
  known = held;
  return held;
}

void Archive::add(const BookPtr& book, std::string id, base::WallTime when, std::string nick, std::string message) {
  ArchiveRow row{book, std::move(id), to_milliseconds(when), std::move(nick), std::move(message)};
  const std::size_t bytes = row.bytes();
  if (!has_room(*book, bytes)) {
    ++dropped_;
    return;
  }
  book->waiting += bytes;
  batch_bytes_ += bytes;
  batch_.push_back(std::move(row));
  if (batch_bytes_ >= batch_limit) return write_out();
  write_later(batch_time);
}

// No book takes more than it leaves to the others: a flood in one of them loses nothing of theirs.
bool Archive::has_room(Book& book, std::size_t bytes) const {
  if (std::exchange(book.since_backlog, backlog_) != backlog_) book.waiting = 0;
  const std::size_t all = waiting_bytes_ + batch_bytes_;
  return all + bytes <= waiting_limit && book.waiting + bytes <= waiting_limit - all;
}

void Archive::write_later(base::Clock::duration pause) {
  if (is_stopped_ || std::exchange(is_timed_, true)) return;
  timer_.expires_after(pause);
  timer_.async_wait([this, alive = std::weak_ptr(alive_)](const base::error_code&) {
    if (!alive.lock()) return;
    is_timed_ = false;
    if (!batch_.empty() || is_failing_) write_out(Attempt::always);
  });
}

// While the disk takes nothing, each attempt is one with everything that waits: the timer makes them.
void Archive::write_out(Attempt attempt) {
  if (batch_.empty() && !is_failing_) return;
  const bool is_held = is_failing_ && attempt == Attempt::unless_failing;
  const auto rows = std::make_shared<std::vector<ArchiveRow>>(std::exchange(batch_, {}));
  const std::size_t bytes = std::exchange(batch_bytes_, 0);
  waiting_bytes_ += bytes;
  const auto problem = std::make_shared<std::string>();
  post(
      [disk = disk_.get(), rows, problem, is_held] {
        if (is_held) return disk->hold(std::move(*rows));
        *problem = problem_of([&] { return disk->write(std::move(*rows)); });
        rows->clear();  // here, not on the loop
      },
      [this, bytes, problem, is_held] {
        if (is_held) return void(failed_bytes_ += bytes);
        wrote(bytes, std::move(*problem));
      });
}

void Archive::wrote(std::size_t bytes, std::string problem) {
  if (problem.empty()) {
    // Together with everything that failed before.
    waiting_bytes_ -= bytes + std::exchange(failed_bytes_, 0);
    if (waiting_bytes_ == 0) ++backlog_;
    ++commits_;
    if (std::exchange(is_failing_, false)) log_.notice("writing again");
    if (dropped_ > dropped_told_) {
      log_.warning("{} messages are missing: the disk could not take them in time", dropped_ - dropped_told_);
      dropped_told_ = dropped_;
    }
    return;
  }
  failed_bytes_ += bytes;
  if (!std::exchange(is_failing_, true)) log_.error("nothing can be written: {}", problem);
  write_later(retry_pause);
}

void Archive::find(const BookPtr& book, ArchiveQuery query, Found found) {
  write_out();
  const auto answer = std::make_shared<base::Result<ArchivePage, ArchiveErrc>>(ArchiveErrc::unavailable);
  const auto problem = std::make_shared<std::string>();
  post(
      [disk = disk_.get(), book, query = std::move(query), answer, problem] {
        try {
          *answer = disk->find(*book, query);
          if (answer->has_error() && answer->error() == ArchiveErrc::unavailable) *problem = disk->problem();
        } catch (const std::exception& failure) {
          *problem = failure.what();
        }
      },
      [this, answer, problem, found = std::move(found)] {
        if (!problem->empty()) log_.error("can't be read: {}", *problem);
        found(std::move(*answer));
      });
}

void Archive::ask_open(const BookPtr& book, Answer answer) {
  answer_open([disk = disk_.get(), book] { return disk->is_open(*book); }, std::move(answer));
}

void Archive::set_open(const BookPtr& book, bool is_open, Answer answer) {
  write_out();
  const auto work = [disk = disk_.get(), book, is_open]() -> base::Result<bool, std::string> {
    const auto done = disk->set_open(*book, is_open);
    if (!done) return done;
    return is_open;
  };
  answer_open(work, std::move(answer));
}

void Archive::answer_open(std::function<base::Result<bool, std::string>()> work, Answer answer) {
  const auto is_open = std::make_shared<std::optional<bool>>();
  const auto problem = std::make_shared<std::string>();
  post(
      [work = std::move(work), is_open, problem] {
        *problem = problem_of([&] {
          const auto done = work();
          if (done) *is_open = *done;
          return done;
        });
      },
      [this, is_open, problem, answer = std::move(answer)] {
        if (!problem->empty()) log_.error("a preference can't be kept: {}", *problem);
        answer(*is_open);
      });
}

void Archive::remove_user(const std::string& domain, const std::string& user, std::function<void(bool)> done) {
  write_out();
  const auto problem = std::make_shared<std::string>();
  post([disk = disk_.get(), domain, user,
        problem] { *problem = problem_of([&] { return disk->remove_user(domain, user); }); },
       [this, problem, done = std::move(done)] {
         if (!problem->empty()) log_.error("a user's history could not be removed: {}", *problem);
         done(problem->empty());
       });
}

void Archive::stop() {
  is_stopped_ = true;
  timer_.cancel();
  sweep_timer_.cancel();
  write_out(Attempt::always);
}

void Archive::flush(std::function<void()> done) {
  write_out(Attempt::always);
  post([] {}, std::move(done));
}

void Archive::sweep_later(base::Clock::duration pause) {
  if (is_stopped_) return;
  sweep_timer_.expires_after(pause);
  sweep_timer_.async_wait([this, alive = std::weak_ptr(alive_)](const base::error_code& cancelled) {
    if (!cancelled && alive.lock() && !is_stopped_) sweep(0);
  });
}

// In slices, so that a query waits for one of them at most.
void Archive::sweep(std::int64_t from) {
  const auto next = std::make_shared<std::int64_t>(0);
  const auto problem = std::make_shared<std::string>();
  post(
      [disk = disk_.get(), from, next, problem] {
        *problem = problem_of([&] {
          const auto swept = disk->sweep(from);
          if (swept) *next = *swept;
          return swept;
        });
      },
      [this, next, problem] {
        if (!problem->empty()) log_.error("old messages could not be removed: {}", *problem);
        if (*next != 0) return sweep(*next);
        sweep_later(sweep_pause);
      });
}

}  // namespace mapping
