// SASL mechanisms by themselves, and the lines they travel in.
#include <gtest/gtest.h>

#include "base/crypto.hpp"
#include "legacy/irc/hasher.hpp"
#include "legacy/irc/sasl_scram.hpp"

namespace irc {
namespace {

const Credentials with_password{"a", "b"};
const Credentials with_certificate{"", "", true};
const Credentials with_both{"a", "b", true};

std::string name_of(const std::unique_ptr<SaslMechanism>& mechanism) {
  return mechanism ? std::string(mechanism->name()) : "none";
}

TEST(IrcSasl, ChoosesTheBest) {
  const std::string all = "PLAIN,ECDSA-NIST256P-CHALLENGE,SCRAM-SHA-256,EXTERNAL,SCRAM-SHA-512";
  const struct {
    std::string offered;
    Credentials credentials;
    std::set<std::string> tried;
    const char* chosen;
  } rows[] = {
      {all, with_both, {}, "EXTERNAL"},
      {all, with_password, {}, "SCRAM-SHA-512"},
      {all, with_certificate, {}, "EXTERNAL"},
      {all, with_both, {"EXTERNAL"}, "SCRAM-SHA-512"},
      {all, with_certificate, {"EXTERNAL"}, "none"},
      {"PLAIN,SCRAM-SHA-256", with_password, {}, "SCRAM-SHA-256"},
      {"PLAIN,SCRAM-SHA-1", with_password, {}, "PLAIN"},
      {"EXTERNAL", with_password, {}, "none"},
      {"PLAIN", with_certificate, {}, "none"},
      {"PLAIN", {"a", "", false}, {}, "none"},
      {"", with_both, {}, "PLAIN"},
      {"", with_certificate, {}, "EXTERNAL"},
      {"", with_password, {"PLAIN"}, "none"},
      {"XPLAIN,PLAINX", with_password, {}, "none"},
  };
  for (const auto& row : rows)
    EXPECT_EQ(name_of(choose_mechanism(row.offered, row.credentials, row.tried)), row.chosen) << row.offered;
}

TEST(IrcSasl, CutsAnswersIntoChunks) {
  const auto answer = [](std::size_t length) {
    Sasl sasl(choose_mechanism("PLAIN", {"a", std::string(length, 'x')}));
    return sasl.receive("+");
  };
  EXPECT_EQ(answer(1).size(), 1u);
  const auto exact = answer(296);  // 300 bytes: 400 of base64
  ASSERT_EQ(exact.size(), 2u);
  EXPECT_EQ(exact[0].size(), 413u);
  EXPECT_EQ(exact[1], "AUTHENTICATE +");
  EXPECT_EQ(answer(297).size(), 2u);
  EXPECT_EQ(answer(596).back(), "AUTHENTICATE +");
}

TEST(IrcSasl, ExternalAnswersNothing) {
  Sasl sasl(choose_mechanism("EXTERNAL", with_certificate));
  EXPECT_EQ(sasl.opening(), "AUTHENTICATE EXTERNAL");
  EXPECT_EQ(sasl.receive("+"), (std::vector<std::string>{"AUTHENTICATE +"}));
}

// Echoes what it was asked, in hex.
class Echo final : public SaslMechanism {
 public:
  std::string_view name() const override { return "ECHO"; }
  std::optional<std::string> answer(std::string_view challenge) override { return std::to_string(challenge.size()); }
};

TEST(IrcSasl, JoinsChallenges) {
  const auto asked = [](std::vector<std::string> chunks) {
    Sasl sasl(std::make_unique<Echo>());
    std::vector<std::string> lines;
    for (const auto& chunk : chunks) {
      EXPECT_TRUE(lines.empty());
      lines = sasl.receive(chunk);
    }
    return lines.size() == 1 ? base::from_base64(lines[0].substr(13)).value_or("?") : "?";
  };
  EXPECT_EQ(asked({"+"}), "0");
  EXPECT_EQ(asked({"AAAA"}), "3");
  EXPECT_EQ(asked({std::string(400, 'A'), "+"}), "300");
  EXPECT_EQ(asked({std::string(400, 'A'), std::string(400, 'A'), "AAAA"}), "603");
}

TEST(IrcSasl, AbortsOnNonsense) {
  Sasl broken(choose_mechanism("PLAIN", with_password)), endless(choose_mechanism("PLAIN", with_password));
  EXPECT_EQ(broken.receive("not base64"), (std::vector<std::string>{"AUTHENTICATE *"}));
  std::vector<std::string> last;
  for (int i = 0; i < 200 && last.empty(); ++i) last = endless.receive(std::string(400, 'A'));
  EXPECT_EQ(last, (std::vector<std::string>{"AUTHENTICATE *"}));
}

// RFC 7677 section 3; the same exchange with SHA-512 was computed with Python's hashlib.
struct Vector {
  base::Digest digest;
  const char* proof;
  const char* signature;
};
const Vector vectors[] = {
    {base::Digest::sha256,
     "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="},
    {base::Digest::sha512, "gMGXRcevScNtxZ6/8lQYpGtnsNAc3mGcmNomv+xnoOMw+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYXYTxwnYPJQ==",
     "ZQnYEgWQMFmmsM8aQMF0nDDCy/AgCzkwk8CmMZYcMg0vSVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw=="}};
const std::string nonce = "rOprNGfwEbeRWgbNEkqO";
const std::string full_nonce = nonce + "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const std::string server_first = "r=" + full_nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

Scram scram(base::Digest digest = base::Digest::sha256) {
  return Scram(digest, "user", "pencil", nonce);
}

// The answer to the server's first message, which takes some computing.
std::optional<std::string> prove(Scram& mechanism, const std::string& first = server_first) {
  EXPECT_EQ(mechanism.answer(first), std::nullopt);
  const auto work = mechanism.work();
  if (!work) return std::nullopt;
  while (!work->advance(1000)) continue;
  return mechanism.answer_computed();
}

TEST(IrcScram, Vectors) {
  for (const Vector& vector : vectors) {
    Scram mechanism = scram(vector.digest);
    EXPECT_EQ(mechanism.answer(""), "n,,n=user,r=" + nonce);
    EXPECT_EQ(prove(mechanism), "c=biws,r=" + full_nonce + ",p=" + vector.proof);
    EXPECT_FALSE(mechanism.is_complete());
    EXPECT_EQ(mechanism.answer(std::string("v=") + vector.signature), "");
    EXPECT_TRUE(mechanism.is_complete());
    EXPECT_EQ(mechanism.answer(""), std::nullopt);
  }
}

TEST(IrcScram, RefusesAServerThatDoesNotKnowThePassword) {
  const std::string right = vectors[0].signature;
  for (const std::string& last : {std::string{}, std::string("v="), "v=A" + right.substr(1), "v=" + right.substr(4),
                                  std::string("e=invalid-proof"), std::string("x"), "v=" + right + "="}) {
    Scram mechanism = scram();
    mechanism.answer("");
    prove(mechanism);
    EXPECT_EQ(mechanism.answer(last), std::nullopt) << last;
    EXPECT_FALSE(mechanism.is_complete()) << last;
    EXPECT_FALSE(mechanism.failure().empty()) << last;
    EXPECT_EQ(mechanism.answer("v=" + right), std::nullopt) << last;
  }
}

TEST(IrcScram, RefusesOtherFirstMessages) {
  const std::string salt = ",s=W22ZaJ0SNY7soEsUEjb6gQ==", count = ",i=4096", mine = "r=" + full_nonce;
  for (const std::string& first :
       {std::string{}, "r=" + nonce + salt + count, "r=other" + salt + count, "m=x," + mine + salt + count,
        mine + salt + ",i=4095", mine + salt + ",i=1000001", mine + salt + ",i=-1", mine + salt + ",i=4096x",
        mine + salt + ",i=", mine + ",s=" + count, mine + ",s=!" + count, mine + count, mine + salt,
        mine + salt + ",i=99999999999999999999"}) {
    Scram mechanism = scram();
    mechanism.answer("");
    EXPECT_EQ(prove(mechanism, first), std::nullopt) << first;
    EXPECT_FALSE(mechanism.failure().empty()) << first;
  }
}

// Whose server is in a hurry has not got it right.
TEST(IrcScram, NothingMayBeSaidBeforeTheProof) {
  Scram mechanism = scram();
  mechanism.answer("");
  mechanism.answer("r=" + full_nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1000000");
  ASSERT_NE(mechanism.work(), nullptr);
  EXPECT_FALSE(mechanism.work()->advance(10));
  EXPECT_EQ(mechanism.answer(server_first), std::nullopt);
  EXPECT_EQ(mechanism.work(), nullptr);
  EXPECT_FALSE(mechanism.failure().empty());
}

TEST(IrcScram, IsComputedBesideTheLoopUntilNobodyWantsItAnyMore) {
  asio::io_context loop;
  Hasher hasher(loop.get_executor());
  std::vector<std::string> order;
  const auto work = [](int iterations) {
    return std::make_shared<base::Pbkdf2>(base::Digest::sha512, "pencil", "salt", iterations);
  };
  const auto endless = work(1'000'000'000);
  auto given_up = work(1'000'000'000);
  hasher.run(endless, [&] { order.emplace_back("never"); });
  hasher.run(std::move(given_up), [&] { order.emplace_back("given up"); });
  hasher.run(work(1), [&] { order.emplace_back("short"); });
  const auto longer = work(30'000);
  hasher.run(longer, [&] {
    order.emplace_back("long");
    loop.stop();
  });
  EXPECT_TRUE(order.empty());
  const auto idle = asio::make_work_guard(loop);
  loop.run();
  EXPECT_EQ(order, (std::vector<std::string>{"short", "long"}));
  EXPECT_TRUE(longer->advance(0));
}

TEST(IrcScram, EscapesTheName) {
  Scram mechanism(base::Digest::sha256, "a,b=c", "x", "n");
  EXPECT_EQ(mechanism.answer(""), "n,,n=a=2Cb=3Dc,r=n");
}

// RFC 4013: a soft hyphen is mapped to nothing, and the roman numeral IX is the letters.
TEST(IrcScram, PreparesThePassword) {
  const auto proof = [](const std::string& password) {
    Scram mechanism(base::Digest::sha256, "user", password, nonce);
    mechanism.answer("");
    return prove(mechanism);
  };
  EXPECT_EQ(proof("I\xC2\xADX"), proof("IX"));
  EXPECT_EQ(proof("\xE2\x85\xA8"), proof("IX"));
  EXPECT_NE(proof("user"), proof("USER"));
}

}  // namespace
}  // namespace irc
