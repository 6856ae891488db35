// SCRAM-SHA-256 and SCRAM-SHA-512 (RFC 5802, RFC 7677): the server never sees the password and has to prove that it
// knows it too. Without channel binding (gs2 header "n,,") and without an authorization identity.
#pragma once

#include "base/digest.hpp"
#include "legacy/irc/sasl.hpp"

namespace irc {

class Scram final : public SaslMechanism {
 public:
  // `nonce`: printable ASCII without commas, never used before.
  Scram(base::Digest digest, std::string account, std::string password, std::string nonce);
  std::string_view name() const override;
  // To "" the first message, to the server's first the proof, to its final an empty answer when its signature is right.
  std::optional<std::string> answer(std::string_view challenge) override;
  // The proof: half a second of hashing at most.
  std::shared_ptr<base::Pbkdf2> work() const override { return work_; }
  std::optional<std::string> answer_computed() override;
  bool is_complete() const override { return step_ == Step::done; }
  std::string failure() const override { return failure_; }

 private:
  enum class Step { first, proof, computing, verify, done };
  void prepare_proof(std::string_view challenge);
  std::optional<std::string> verify(std::string_view challenge);
  std::nullopt_t fail(std::string why);

  base::Digest digest_;
  std::string account_;
  std::string password_;
  std::string nonce_;
  std::string first_bare_;
  std::string final_bare_, signed_text_;  // of the proof under way...
  std::shared_ptr<base::Pbkdf2> work_;    // ...which needs this
  std::string signature_;                 // the server's, as it has to be
  std::string failure_;
  Step step_ = Step::first;
};

}  // namespace irc
