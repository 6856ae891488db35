// Which nick is tried next while registering, when the server has refused the last one. That it is taken and that it
// can't exist there are different things: the one asks for another name, the other for another form of it. Of one
// connection; owned by State.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace irc {

class NickChoice {
 public:
  enum class Refusal {
    taken,       // 433, 436, 437
    impossible,  // 432, 431
  };

  NickChoice() = default;
  // `others`: what the user wants to have tried when the wish is taken. `last`: what is legal everywhere.
  NickChoice(std::string wish, std::vector<std::string> others, std::string last);

  // The next one to try; nullopt: there is none.
  std::optional<std::string> next(Refusal why);
  // The wish in the form that the server may take.
  const std::string& wish() const { return wish_; }
  bool has_begun() const { return turn_ > 0; }

 private:
  std::optional<std::string> next_name();
  std::optional<std::string> next_form();
  std::string form(std::size_t index) const;

  std::string first_, wish_, last_;
  std::vector<std::string> others_;
  std::vector<std::string> refused_;  // forms that can't exist
  std::size_t form_ = 0;
  std::size_t turn_ = 0;  // how many names other than the wish were tried
  std::size_t length_ = 0;
  bool is_varied_ = false;  // a name that can't exist was varied once: it may be reserved
};

// How it is found out that the wished one is free again.
struct NickWatch {
  std::optional<base::Clock::time_point> due;  // to ask for it again
  std::size_t asked = 0;
  bool is_monitored = false;
};

}  // namespace irc
