// SASL on IRC (IRCv3 sasl-3.2): AUTHENTICATE lines of at most 400 base64 bytes. A mechanism is a small object that
// turns challenges into answers; PLAIN (RFC 4616) and EXTERNAL are here, SCRAM in sasl_scram.hpp.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/digest.hpp"

namespace irc {

struct Credentials {
  std::string account;
  std::string password;
  bool has_certificate = false;  // the connection presents one
};

class SaslMechanism {
 public:
  virtual ~SaslMechanism() = default;
  virtual std::string_view name() const = 0;
  // The answer to a decoded challenge; nullopt aborts the exchange.
  virtual std::optional<std::string> answer(std::string_view challenge) = 0;
  // Not null: the answer takes this to be computed first, then answer_computed() gives it.
  virtual std::shared_ptr<base::Pbkdf2> work() const { return nullptr; }
  virtual std::optional<std::string> answer_computed() { return std::nullopt; }
  // Whether the server may say now that we are logged in.
  virtual bool is_complete() const { return true; }
  // Why the exchange was aborted, for people.
  virtual std::string failure() const { return {}; }
};

// The best mechanism that `offered` ("PLAIN,EXTERNAL"; empty: the server doesn't say) has, we can do and is not in
// `tried`; else null. Best first: EXTERNAL, SCRAM-SHA-512, SCRAM-SHA-256, PLAIN.
std::unique_ptr<SaslMechanism> choose_mechanism(std::string_view offered, const Credentials& credentials,
                                                const std::set<std::string>& tried = {});

// One exchange. Feed it the parameter of every AUTHENTICATE line; send what it returns.
class Sasl {
 public:
  explicit Sasl(std::unique_ptr<SaslMechanism> mechanism) : mechanism_(std::move(mechanism)) {}
  std::string opening() const;
  std::vector<std::string> receive(std::string_view chunk);
  // Not null: nothing is to be sent until this has been computed; then it is what computed() returns.
  std::shared_ptr<base::Pbkdf2> work() const { return mechanism_->work(); }
  // The same, once.
  std::shared_ptr<base::Pbkdf2> take_work() { return std::exchange(taken_, true) ? nullptr : work(); }
  std::vector<std::string> computed() { return lines_of(mechanism_->answer_computed()); }
  std::string mechanism() const { return std::string(mechanism_->name()); }
  bool has_begun() const { return begun_; }  // the server has answered
  bool is_complete() const { return mechanism_->is_complete(); }
  std::string failure() const { return mechanism_->failure(); }

 private:
  static std::vector<std::string> lines_of(const std::optional<std::string>& answer);

  std::unique_ptr<SaslMechanism> mechanism_;
  std::string challenge_;  // base64 so far: chunks of exactly 400 bytes are continued
  bool begun_ = false;
  bool taken_ = true;
};

// Logins behind the greeting: so many in some minutes, as the services may come and go as they like.
class LoginLimit {
 public:
  bool take(base::Clock::time_point now);

 private:
  int count_ = 0;
  base::Clock::time_point since_{};
};

}  // namespace irc
