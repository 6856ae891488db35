#include "base/crypto.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Sha256, Vectors) {  // FIPS 180-4, appendix of examples
  EXPECT_EQ(base::to_hex(base::sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(base::to_hex(base::sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(HmacSha256, Vector) {  // RFC 4231, test case 2
  EXPECT_EQ(base::to_hex(base::hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(HmacSha256, KeptKeyGivesTheSame) {
  base::Hmac hash("Jefe");
  for (const char* text : {"what do ya want for nothing?", "", "what do ya want for nothing?"}) {
    EXPECT_EQ(hash(text), base::hmac_sha256("Jefe", text));
  }
}

TEST(Base64, BothWays) {  // RFC 4648 section 10
  const std::pair<const char*, const char*> vectors[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {"\xFF\xFE", "//4="},
  };
  for (const auto& [plain, text] : vectors) {
    EXPECT_EQ(base::to_base64(plain), text);
    EXPECT_EQ(base::from_base64(text), plain);
  }
  for (const char* bad : {"Zg", "Zg=", "Zg===", "Z", "====", "=", " Zm9v", "Zm9v\n", "Zm=v", "Zm9*"}) {
    EXPECT_EQ(base::from_base64(bad), std::nullopt) << bad;
  }
}

TEST(EqualInConstantTime, Cases) {
  EXPECT_TRUE(base::equal_in_constant_time("", ""));
  EXPECT_TRUE(base::equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(base::equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(base::equal_in_constant_time("abc", "ab"));
}

TEST(Seal, ComesBackOnlyWithTheSameKeyAndAssociatedData) {
  const std::string key = base::random_bytes(32);
  const std::string other = base::random_bytes(32);
  for (const std::string& plain : {std::string{}, std::string{"x"}, std::string(100000, '\0')}) {
    const std::string sealed = base::seal(key, plain, "who");
    EXPECT_EQ(base::unseal(key, sealed, "who"), plain);
    EXPECT_EQ(base::unseal(key, sealed, "whom"), std::nullopt);
    EXPECT_EQ(base::unseal(other, sealed, "who"), std::nullopt);
    EXPECT_NE(base::seal(key, plain, "who"), sealed) << "the nonce was used twice";
  }
}

TEST(Seal, EveryChangedByteIsNoticed) {
  const std::string key(32, 'k');
  const std::string sealed = base::seal(key, "text", "");
  EXPECT_EQ(sealed.size(), 12 + 4 + 16u);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(base::unseal(key, changed, ""), std::nullopt) << i;
    EXPECT_EQ(base::unseal(key, sealed.substr(0, i), ""), std::nullopt) << i;
  }
}

TEST(Seal, AKeyOfTheWrongSizeIsABrokenInvariant) {
  EXPECT_THROW(base::seal("short", "text", ""), std::runtime_error);
}

}  // namespace
