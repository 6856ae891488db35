#include "mapping/population.hpp"

namespace mapping {

class Population::UserCrowd final : public legacy::Crowd {
 public:
  UserCrowd(Population& population, std::string user) : population_(population), user_(std::move(user)) {}
  ~UserCrowd() override {
    population_.all_ -= count_;
    population_.crowds_.erase(user_);
  }
  UserCrowd(const UserCrowd&) = delete;
  UserCrowd& operator=(const UserCrowd&) = delete;

  bool take() noexcept override {
    const Limits& limits = population_.limits_;
    if (limits.user > 0 && count_ >= limits.user) return false;
    if (limits.all > 0 && population_.all_ >= limits.all && count_ >= modest) return false;
    ++count_;
    ++population_.all_;
    return true;
  }
  void give(std::size_t count) noexcept override {
    count_ -= count;
    population_.all_ -= count;
  }

 private:
  Population& population_;
  std::string user_;
  std::size_t count_ = 0;
};

std::shared_ptr<legacy::Crowd> Population::of(const std::string& user) {
  std::weak_ptr<legacy::Crowd>& known = crowds_[user];
  if (auto crowd = known.lock()) return crowd;
  const auto made = std::make_shared<UserCrowd>(*this, user);
  known = made;
  return made;
}

}  // namespace mapping
