// SASL on IRC (IRCv3 sasl-3.2): AUTHENTICATE lines of at most 400 base64 bytes. A mechanism is a small object that
// turns challenges into answers; PLAIN (RFC 4616) is the one there is, SCRAM and EXTERNAL are further classes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace irc {

struct Credentials {
  std::string account;
  std::string password;
};

class SaslMechanism {
 public:
  virtual ~SaslMechanism() = default;
  virtual std::string_view name() const = 0;
  // The answer to a decoded challenge; nullopt aborts the exchange.
  virtual std::optional<std::string> answer(std::string_view challenge) = 0;
};

// The best mechanism that `offered` ("PLAIN,EXTERNAL"; empty: the server doesn't say) has and we can do, else null.
std::unique_ptr<SaslMechanism> choose_mechanism(std::string_view offered, const Credentials& credentials);

// One exchange. Feed it the parameter of every AUTHENTICATE line; send what it returns.
class Sasl {
 public:
  explicit Sasl(std::unique_ptr<SaslMechanism> mechanism) : mechanism_(std::move(mechanism)) {}
  std::string opening() const;
  std::vector<std::string> receive(std::string_view chunk);

 private:
  std::unique_ptr<SaslMechanism> mechanism_;
  std::string challenge_;  // base64 so far: chunks of exactly 400 bytes are continued
};

}  // namespace irc
