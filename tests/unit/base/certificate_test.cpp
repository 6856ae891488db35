// Client certificates, fingerprints, hashes for SCRAM, and charsets.
#include "base/certificate.hpp"

#include <gtest/gtest.h>

#include "base/charset.hpp"
#include "base/crypto.hpp"
#include "base/digest.hpp"
#include "base/stringprep.hpp"

using namespace base;

namespace {

TEST(Certificate, HasFingerprintsOfItsOwn) {
  const std::string one = make_certificate("romeo"), two = make_certificate("romeo");
  ASSERT_TRUE(fingerprints(one));
  EXPECT_EQ(fingerprints(one)->sha256.size(), 64u);
  EXPECT_EQ(fingerprints(one)->sha512.size(), 128u);
  EXPECT_EQ(parse_fingerprint(fingerprints(one)->sha256), fingerprints(one)->sha256);
  EXPECT_NE(fingerprints(one)->sha256, fingerprints(two)->sha256);
  EXPECT_TRUE(fingerprints(make_certificate(std::string(200, 'x'))));
}

TEST(Certificate, NeedsItsOwnKey) {
  const std::string one = make_certificate("a"), two = make_certificate("a");
  const auto split = [](const std::string& pem) { return pem.find("-----BEGIN CERTIFICATE"); };
  EXPECT_FALSE(fingerprints(one.substr(0, split(one)) + two.substr(split(two))));
  EXPECT_FALSE(fingerprints(one.substr(split(one))));
  EXPECT_FALSE(fingerprints(one.substr(0, split(one))));
  EXPECT_FALSE(fingerprints(""));
  EXPECT_TRUE(fingerprints(one.substr(split(one)) + one.substr(0, split(one))));
}

TEST(Fingerprint, IsReadAsPeopleWriteIt) {
  std::string colons;
  for (int i = 0; i < 32; ++i) colons += i == 0 ? "aB" : ":Ab";
  std::string plain;
  for (int i = 0; i < 32; ++i) plain += "ab";
  EXPECT_EQ(parse_fingerprint(colons), plain);
  EXPECT_EQ(parse_fingerprint(plain), plain);
  for (const std::string& bad : {std::string{}, plain.substr(1), plain + "a", plain.substr(1) + "g"})
    EXPECT_FALSE(parse_fingerprint(bad)) << bad;
}

TEST(Digest, Vectors) {
  EXPECT_EQ(to_hex(hash(Digest::sha256, "abc")), to_hex(sha256("abc")));
  EXPECT_EQ(to_hex(hash(Digest::sha512, "abc")),  // FIPS 180-4
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  EXPECT_EQ(hmac(Digest::sha256, "Jefe", "what do ya want for nothing?"),
            hmac_sha256("Jefe", "what do ya want for nothing?"));
  EXPECT_EQ(to_hex(hmac(Digest::sha512, "Jefe", "what do ya want for nothing?")),  // RFC 4231, test case 2
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
            "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
}

TEST(Digest, Pbkdf2InPieces) {
  const auto key = [](Digest digest, const char* password, const char* salt, int iterations, int piece) {
    Pbkdf2 work(digest, password, salt, iterations);
    int pieces = 1;
    while (!work.advance(piece)) ++pieces;
    EXPECT_EQ(pieces, (iterations + piece - 1) / piece);
    return to_hex(work.key());
  };
  EXPECT_EQ(key(Digest::sha256, "passwd", "salt", 1, 10).substr(0, 32), "55ac046e56e3089fec1691c22544b605");
  EXPECT_EQ(key(Digest::sha256, "Password", "NaCl", 80000, 7000).substr(0, 32), "4ddcd8f60b98be21830cee5ef22701f9");
  // Computed with Python's hashlib.
  EXPECT_EQ(key(Digest::sha512, "", "salt", 3, 1).substr(0, 32), "35728858479af699c1690e989eba0d10");
}

TEST(Saslprep, Vectors) {  // RFC 4013 section 3
  EXPECT_EQ(saslprep("I\xC2\xADX"), "IX");
  EXPECT_EQ(saslprep("user"), "user");
  EXPECT_EQ(saslprep("USER"), "USER");
  EXPECT_EQ(saslprep("\xC2\xAA"), "a");
  EXPECT_EQ(saslprep("\xE2\x85\xA8"), "IX");
  EXPECT_EQ(saslprep("\x07"), std::nullopt);
  EXPECT_EQ(saslprep("\xD8\xA7\x31"), std::nullopt);
}

TEST(Charset, BothWays) {
  const struct {
    const char* name;
    const char* bytes;
    const char* text;
  } rows[] = {{"koi8-r", "\xD0\xD2\xC9", "при"}, {"windows-1251", "\xE0", "а"}, {"Shift_JIS", "\x93\xFA!", "日!"},
              {"iso-8859-15", "\xA4", "€"},      {"utf-8", "\xC3\xA9", "é"},    {"GBK", "\xD6\xD0", "中"}};
  for (const auto& row : rows) {
    const auto charset = Charset::find(row.name);
    ASSERT_TRUE(charset) << row.name;
    EXPECT_EQ(charset->to_utf8(row.bytes), row.text) << row.name;
    EXPECT_EQ(charset->from_utf8(row.text), row.bytes) << row.name;
  }
}

TEST(Charset, KnowsTheUsualNames) {
  const std::pair<const char*, const char*> names[] = {
      {"latin-1", "\xE9"},    {"Latin1", "\xE9"},  {"ISO 8859-1", "\xE9"},  {"iso_8859-1", "\xE9"},
      {"iso8859-15", "\xE9"}, {"latin-9", "\xE9"}, {"windows1252", "\xE9"}, {"win-1252", "\xE9"},
      {"x-cp1252", "\xE9"},   {"cp-1252", "\xE9"}, {"UTF_8", "\xC3\xA9"},   {"utf8", "\xC3\xA9"}};
  for (const auto& [name, bytes] : names) {
    const auto charset = Charset::find(name);
    ASSERT_TRUE(charset) << name;
    EXPECT_EQ(charset->from_utf8("\u00e9"), bytes) << name;
    EXPECT_EQ(charset->to_utf8(bytes), "\u00e9") << name;
  }
  for (const char* name : {"koi8_r", "windows1251", "dos-866", "x-sjis", "ks_c_5601-1987", "Shift_JIS"})
    EXPECT_TRUE(Charset::find(name)) << name;
  for (const char* name : {"", "latin-99", "utf-16", "win", "windows", "klingon"})
    EXPECT_FALSE(Charset::find(name)) << name;
}

TEST(Charset, NeverFails) {
  const auto charset = Charset::find("windows-1252");
  EXPECT_EQ(charset->to_utf8("a\x81z"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(charset->from_utf8("a日z"), "a?z");
  EXPECT_EQ(charset->from_utf8("a\xFFz"), "a?z");
  const std::string longest(5000, '\xE9');
  EXPECT_EQ(charset->to_utf8(longest).size(), 10000u);
}

TEST(Charset, RefusesWhatIsNotLikeAscii) {
  for (const char* const name :
       {"utf-16", "utf-7", "iso-2022-jp", "gb18030", "EBCDIC-US", "klingon", "", "koi8-r//IGNORE"})
    EXPECT_FALSE(Charset::find(name)) << name;
}

}  // namespace
