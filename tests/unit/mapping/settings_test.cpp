// The forms of settings, and what a submission of one means.
#include "mapping/settings.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/mapping/gateway_fixture.hpp"

namespace mapping {
namespace {

using component::dataform::Field;
using component::dataform::Submission;

Submission form(std::map<std::string, std::vector<std::string>> values) {
  Submission out;
  out.type = "submit";
  for (auto& [var, all] : values) out.values[var] = all.empty() ? std::string{} : all.front();
  out.all = std::move(values);
  return out;
}

const Field* find(const std::vector<Field>& fields, const std::string& var) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.var == var; });
  return found == fields.end() ? nullptr : &*found;
}

TEST(SettingsForm, HasBiboumisFields) {
  const struct {
    Scope scope;
    std::vector<std::pair<std::string, std::string>> fields;
  } rows[] = {
      {Scope::gateway,
       {{"max_history_length", "text-single"}, {"record_history", "boolean"}, {"persistent", "boolean"}}},
      {Scope::network,
       {{"ports", "text-multi"},
        {"tls_ports", "text-multi"},
        {"after_connect_commands", "text-multi"},
        {"verify_cert", "boolean"},
        {"fingerprint", "text-single"},
        {"throttle_limit", "text-single"},
        {"max_history_length", "text-single"},
        {"nick", "text-single"},
        {"username", "text-single"},
        {"realname", "text-single"},
        {"encoding_in", "text-single"},
        {"encoding_out", "text-single"},
        {"address", "text-single"},
        {"pass", "text-private"},
        {"sasl_password", "text-private"}}},
      {Scope::room,
       {{"encoding_in", "text-single"},
        {"encoding_out", "text-single"},
        {"record_history", "list-single"},
        {"persistent", "boolean"}}},
  };
  for (const auto& row : rows) {
    const auto fields = settings_fields(row.scope, {}, {});
    for (const auto& [var, type] : row.fields) {
      const Field* const field = find(fields, var);
      ASSERT_TRUE(field) << var;
      EXPECT_EQ(field->type, type) << var;
    }
  }
}

TEST(SettingsForm, NeverTellsAPassword) {
  const Settings kept{{"password", "s3cret"}, {"pass", "door"}};
  for (const Field& field : settings_fields(Scope::network, kept, {})) {
    EXPECT_NE(field.value, "s3cret") << field.var;
    EXPECT_NE(field.value, "door") << field.var;
  }
}

TEST(SettingsForm, AnEmptyPasswordKeepsTheOldOne) {
  const Settings kept{{"password", "s3cret"}, {"pass", "door"}};
  EXPECT_EQ(*read_settings(Scope::network, form({{"sasl_password", {""}}, {"pass", {}}}), kept, {}), kept);
  EXPECT_EQ(*read_settings(Scope::network, form({{"sasl_password", {" new "}}}), kept, {}),
            (Settings{{"password", " new "}, {"pass", "door"}}));
  EXPECT_EQ(*read_settings(Scope::network, form({{"forget_passwords", {"1"}}, {"pass", {"gate"}}}), kept, {}),
            (Settings{{"pass", "gate"}}));
}

TEST(SettingsForm, ReadsWhatClientsSend) {
  const struct {
    const char* var;
    std::vector<std::string> values;
    Settings expected;
  } rows[] = {
      {"nick", {" Romeo "}, {{"nick", "Romeo"}}},
      {"nick", {""}, {}},
      {"verify_cert", {"0"}, {{"verify_cert", "false"}}},
      {"verify_cert", {"true"}, {}},  // as inherited
      {"throttle_limit", {"-1"}, {{"throttle_limit", "-1"}}},
      {"throttle_limit", {"many"}, {}},
      {"throttle_limit", {"99999999999"}, {}},
      {"ports", {"6667", " ", "6668"}, {{"ports", "6667;6668"}}},
      {"after_connect_commands", {"A b", "", "C :d; e"}, {{"after_connect", "A b\nC :d; e"}}},
      {"username", {"montague"}, {{"ident", "montague"}}},
      {"account", {"romeo"}, {{"username", "romeo"}}},
      {"persistent", {"1"}, {{"persistent", "true"}}},
  };
  for (const auto& row : rows) {
    const auto read = read_settings(Scope::network, form({{row.var, row.values}}), {}, {{"verify_cert", "true"}});
    ASSERT_TRUE(read) << row.var;
    EXPECT_EQ(*read, row.expected) << row.var;
  }
}

TEST(SettingsForm, RefusesWhatCantBeKept) {
  const std::pair<const char*, std::vector<std::string>> rows[] = {
      {"nick", {"a\nb"}},
      {"nick", {"a\xFF"}},
      {"realname", {std::string(513, 'x')}},
      {"sasl_password", {"a\r\nQUIT"}},
      {"after_connect_commands", {"ok", std::string("a\0b", 3)}},
      {"after_connect_commands", std::vector<std::string>(51, "x")},
      {"verify_cert", {"perhaps"}},
      {"address", {"other.example"}},
      {"ports", {"1;2"}},
  };
  for (const auto& [var, values] : rows) {
    const auto read = read_settings(Scope::network, form({{var, values}}), {{"nick", "kept"}}, {});
    EXPECT_FALSE(read) << var;
  }
}

TEST(SettingsForm, WhatIsNotInTheFormStays) {
  const Settings kept{{"nick", "Romeo"}, {"after_connect", "A\nB"}, {"persistent", "true"}};
  EXPECT_EQ(*read_settings(Scope::network, form({}), kept, {}), kept);
}

TEST(SettingsForm, KnowsWhatNeedsANewConnection) {
  EXPECT_FALSE(needs_new_session({}, {{"persistent", "true"}, {"max_history_length", "3"}}));
  EXPECT_TRUE(needs_new_session({}, {{"nick", "Romeo"}}));
  EXPECT_TRUE(needs_new_session({{"encoding_in", "KOI8-R"}}, {}));
}

class SettingsBookTest : public GatewayTest {
 protected:
  SettingsBookTest() : identity_("gw", false) { identity_.add(std::make_unique<PlayedNetwork>(wire_)); }
  const legacy::Network& network() { return *identity_.networks().begin()->second; }
  legacy::Account account() { return book_.account(*Jid::parse("romeo@x"), network()); }
  void choose(const std::string& where, Settings values) {
    book_.save(*Jid::parse("romeo@x"), *Jid::parse(where), std::move(values), [](bool) {});
  }

  Identity identity_;
  SettingsBook book_{*store_, identity_};
};

// A password that is for a network may go to it, also where the user's common one may not.
TEST_F(SettingsBookTest, APasswordIsOnesOwnForTheNetworkItWasChosenFor) {
  EXPECT_EQ(account().field("password_is_own"), "");
  choose("gw", {{"password", "common"}});
  choose("#room%sms@gw", {{"password", "of the room"}});
  EXPECT_EQ(account().field("password_is_own"), "");
  choose("sms@gw", {{"nick", "Romeo"}});
  EXPECT_EQ(account().field("password_is_own"), "");
  choose("sms@gw", {{"password", "for this one"}});
  EXPECT_EQ(account().field("password"), "for this one");
  EXPECT_EQ(account().field("password_is_own"), "true");
}

TEST_F(SettingsBookTest, TheOperatorsDefaultsHoldBelowTheUsers) {
  SettingsBook book(*store_, identity_, {{"persistent", "true"}, {"xhtml", "true"}, {"max_history_length", "5"}});
  const Jid user = *Jid::parse("romeo@x");
  const Jid room = *Jid::parse("#room%sms@gw");
  EXPECT_TRUE(book.of_room(user, network(), room).is_persistent);
  EXPECT_EQ(book.of_room(user, network(), room).history, 5u);
  EXPECT_EQ(book.account(user, network()).field("xhtml"), "true");
  EXPECT_EQ(book.inherited(user, Address{}).at("persistent"), "true");
  choose("sms@gw", {{"xhtml", "false"}, {"persistent", "false"}});
  EXPECT_FALSE(book.of_room(user, network(), room).is_persistent);
  EXPECT_EQ(book.account(user, network()).field("xhtml"), "false");
}

TEST(SettingsForm, WhatHoldsAnywayIsShownAndNotChosen) {
  const Settings usual{{"tls_ports", "6697"}, {"throttle_limit", "10"}, {"encoding_in", "latin1"}};
  const auto fields = settings_fields(Scope::network, {}, usual);
  const auto find = [&](const char* var) {
    return *std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.var == var; });
  };
  EXPECT_EQ(find("tls_ports").values, std::vector<std::string>{"6697"});
  EXPECT_EQ(find("throttle_limit").value, "10");
  EXPECT_EQ(find("encoding_in").value, "latin1");
  const auto same = form({{"tls_ports", {"6697"}}, {"throttle_limit", {"10"}}, {"encoding_in", {"latin1"}}});
  EXPECT_EQ(*read_settings(Scope::network, same, {}, usual), Settings{});
  EXPECT_EQ(*read_settings(Scope::network, form({{"tls_ports", {"7000"}}}), {}, usual),
            (Settings{{"tls_ports", "7000"}}));
}

TEST(SettingsForm, SaysWhatIsNotUsed) {
  EXPECT_EQ(remark_on({{"ports", "6667"}}), "");
  EXPECT_NE(remark_on({{"ports", "6667"}, {"tls_ports", "6697"}}), "");
}

TEST(SettingsForm, TakesLongPasswords) {
  EXPECT_TRUE(read_settings(Scope::network, form({{"sasl_password", {std::string(1000, 'x')}}}), {}, {}));
  EXPECT_FALSE(read_settings(Scope::network, form({{"sasl_password", {std::string(1001, 'x')}}}), {}, {}));
}

}  // namespace
}  // namespace mapping
