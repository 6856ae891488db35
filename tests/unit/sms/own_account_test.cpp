// A user's own account at a provider, beside the operator's.
#include "legacy/sms/own_account.hpp"

#include "tests/unit/sms/session_fixture.hpp"

namespace sms {
namespace {

using Fields = std::map<std::string, std::string>;

config::SmsNetwork open_network(std::vector<std::string> own_accounts) {
  auto network = settings();
  network.name = "other";
  network.numbers.own_accounts = std::move(own_accounts);
  network.country_code = "1";
  return network;
}

const Fields twilio = {{"provider", "twilio"}, {"account", "AC123"}, {"secret", "token"}, {"hook", "0123456789abcdef"}};

legacy::Account account_of(Fields fields, const std::string& user = "romeo") {
  fields.emplace("number", "+15550001111");
  return {user, std::move(fields)};
}

struct Case {
  std::string provider;
  Fields fields;
  std::string inbound;
};

class EveryProvider : public testing::TestWithParam<Case> {};

TEST_P(EveryProvider, IsMadeOfTheFields) {
  Fields fields = GetParam().fields;
  fields.insert({{"provider", GetParam().provider}, {"hook", "0123456789abcdef"}});
  const auto own = own_provider(account_of(fields), open_network({GetParam().provider}));
  ASSERT_TRUE(own) << own.error();
  EXPECT_EQ(own->inbound_path, GetParam().inbound);
  for (const auto& [field, value] : GetParam().fields) {
    if (field == "option") continue;
    Fields without = fields;
    without.erase(field);
    const auto refused = own_provider(account_of(without), open_network({GetParam().provider}));
    EXPECT_FALSE(refused) << field;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, EveryProvider,
    testing::Values(
        Case{"twilio", {{"account", "AC123"}, {"secret", "t"}}, "mo"},
        Case{"plivo", {{"account", "MA123"}, {"secret", "t"}}, "0123456789abcdef/mo"},
        Case{"telnyx", {{"secret", "KEY"}, {"verify", "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="}}, "mo"},
        Case{"bandwidth",
             {{"account", "55"}, {"login", "u"}, {"secret", "p"}, {"option", "app-1"}},
             "0123456789abcdef/callback"},
        Case{"vonage-sms", {{"account", "k"}, {"secret", "s"}}, "0123456789abcdef/mo"},
        Case{"vonage-messages", {{"account", "k"}, {"secret", "s"}, {"verify", "sign"}}, "mo"},
        Case{"messagebird", {{"secret", "k"}}, "0123456789abcdef/mo"},
        Case{"sinch", {{"account", "plan"}, {"secret", "t"}, {"option", "eu"}}, "0123456789abcdef/mo"},
        Case{"smsgate", {{"login", "u"}, {"secret", "p"}, {"verify", "key"}}, "event"}),
    [](const auto& info) {
      std::string name = info.param.provider;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

TEST(OwnAccount, MistakesAreNamed) {
  const auto error_of = [](Fields changed) {
    for (const auto& [field, value] : twilio) changed.emplace(field, value);
    const auto own = own_provider(account_of(changed), open_network({"twilio"}));
    return own ? std::string{"none"} : own.error();
  };
  EXPECT_EQ(error_of({}), "none");
  EXPECT_EQ(error_of({{"secret", ""}}), "Twilio needs: Secret (auth_token).");
  EXPECT_NE(error_of({{"account", "XY/../1"}}).find("the Account SID"), std::string::npos);
  EXPECT_NE(error_of({{"provider", "plivo"}}).find("does not take accounts"), std::string::npos);
  EXPECT_NE(error_of({{"provider", "kannel"}}).find("does not take accounts"), std::string::npos);
}

TEST(OwnAccount, NobodySaysWhatIsConnectedTo) {
  Fields fields = twilio;
  for (const char* key : {"base_url", "ca_file", "auth_token_file", "send_url"}) fields[key] = "https://elsewhere/";
  const auto own = own_provider(account_of(fields), open_network({"twilio"}));
  ASSERT_TRUE(own);
  EXPECT_EQ(std::get<config::Twilio>(own->settings).api.base_url, "https://api.twilio.com");
}

class OwnSessionTest : public SessionTest {
 protected:
  OwnSessionTest() { other = std::make_unique<Network>(open_network({"twilio"}), client, &server, "http://gw/"); }
  ~OwnSessionTest() override {
    crash();
    other.reset();
  }
  void open_own(const Fields& fields = twilio) {
    session = other->open(account_of(fields), {io.get_executor(), sink, state});
    asio::co_spawn(io, session->run(), asio::bind_cancellation_slot(end.slot(), asio::detached));
    settle();
  }
  std::unique_ptr<Network> other;
};

TEST_F(OwnSessionTest, TextsGoThroughIt) {
  open_own();
  EXPECT_EQ(send("+15551234567", "hi"), Errc::none);
  ASSERT_EQ(client.calls.size(), 1U);
  EXPECT_EQ(client.calls[0].url, "https://api.twilio.com/2010-04-01/Accounts/AC123/Messages.json");
  EXPECT_NE(client.calls[0].body.find("StatusCallback=http%3A%2F%2Fgw%2Ftwilio%2Fother-"), std::string::npos);
}

TEST_F(OwnSessionTest, TheUserIsToldOnceWhatToSetThere) {
  open_own();
  const auto told = sink.all<Received>();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told[0].text.find("have Twilio call http://gw/twilio/other-"), std::string::npos) << told[0].text;
  EXPECT_TRUE(told[0].text.ends_with("/mo")) << told[0].text;
  crash();
  open_own();
  EXPECT_TRUE(sink.all<Received>().empty());
}

TEST_F(OwnSessionTest, ANewerSessionTakesOverFromOneThatHasEnded) {
  open_own();
  auto old = std::move(session);
  old->submit(++last_ref, legacy::Close{});
  settle();
  open_own();
  old.reset();
  EXPECT_EQ(send("+15551234567", "hi"), Errc::none);
  EXPECT_EQ(client.calls.size(), 1U);
}

TEST_F(OwnSessionTest, TheNumberIsNotTakenFromOthers) {
  open_own();
  EXPECT_EQ(other->check({"juliet", {{"number", "+15550001111"}}}), "");
  EXPECT_EQ(other->check(account_of(twilio, "juliet")), "");
}

TEST_F(OwnSessionTest, AnAccountThatIsNotTakenAnyMoreSendsNothing) {
  open_own();
  EXPECT_EQ(send("+15551234567", "one"), Errc::none);
  client.answer(0, base::HttpResponse{503, {}, ""});
  settle();
  crash();
  other.reset();
  other = std::make_unique<Network>(open_network({}), client, &server, "http://gw");
  open_own();
  const auto links = sink.all<LinkState>();
  ASSERT_FALSE(links.empty());
  EXPECT_EQ(links.back().link, LinkState::Link::stopped);
  EXPECT_NE(links.back().text.find("does not take accounts"), std::string::npos) << links.back().text;
  EXPECT_EQ(send("+15551234567", "two"), Errc::not_allowed);
  pass(1h);
  EXPECT_EQ(client.calls.size(), 1U) << "nothing goes through the operator's account";
}

// It was allowed for the user's money, and not for the operator's.
TEST_F(OwnSessionTest, WhatWaitsInOneAccountDoesNotGoThroughAnother) {
  open_own();
  EXPECT_EQ(send("+15551234567", "one"), Errc::none);
  client.answer(0, base::HttpResponse{401, {}, "{}"});
  EXPECT_EQ(send("+15551234567", "two"), Errc::none);
  crash();
  session = other->open({"romeo", {{"number", "+15550001111"}}}, {io.get_executor(), sink, state});
  asio::co_spawn(io, session->run(), asio::bind_cancellation_slot(end.slot(), asio::detached));
  settle();
  pass(1h);
  EXPECT_EQ(client.calls.size(), 1U);
  const auto told = sink.all<Delivery>();
  ASSERT_EQ(told.size(), 2U);
  for (const auto& delivery : told) {
    EXPECT_EQ(delivery.state, Delivery::State::failed);
    EXPECT_NE(delivery.text.find("account was changed"), std::string::npos) << delivery.text;
  }
}

TEST_F(OwnSessionTest, WhatWaitsStaysWhereTheAccountIsTheSame) {
  open_own();
  EXPECT_EQ(send("+15551234567", "one"), Errc::none);
  client.answer(0, base::HttpResponse{401, {}, "{}"});
  settle();
  crash();
  Fields mended = twilio;
  mended["secret"] = "the right one";
  open_own(mended);
  pass(1h);
  EXPECT_GE(client.calls.size(), 2U);
}

TEST_F(OwnSessionTest, FilesAreFetchedFromNoPrivateAddress) {
  auto config = open_network({"twilio"});
  config::Twilio operators;
  operators.api.base_url = "http://127.0.0.1:8000";
  config.provider = operators;
  const auto own = own_provider(account_of(twilio), config);
  ASSERT_TRUE(own);
  const auto& api = std::get<config::Twilio>(own->settings).api;
  EXPECT_EQ(api.base_url, "http://127.0.0.1:8000");
  EXPECT_TRUE(api_media_call(api, "key", "http://127.0.0.1:9000/x").public_only);
  EXPECT_FALSE(api_media_call(api, "key", "http://127.0.0.1:8000/x").public_only);
  EXPECT_FALSE(api_media_call(operators.api, "key", "http://127.0.0.1:9000/x").public_only);
}

TEST_F(OwnSessionTest, StopsThatTheNumberHasHoldForItToo) {
  {
    auto records = std::make_unique<MemoryState>();
    OptOuts(*records).stop("+15550001111", "+15551234567", wall_now());
    other.reset();
    other = std::make_unique<Network>(open_network({"twilio"}), client, &server, "http://gw", std::move(records));
  }
  open_own();
  EXPECT_EQ(send("+15551234567", "hi"), Errc::opted_out);
}

// The operator's limits and prices are about the operator's money.
TEST_F(OwnSessionTest, CountsForTheUserAndNotForTheNetwork) {
  auto config = open_network({"twilio"});
  config.rules.network_limits.at(1).messages = 1;
  config.rules.user_limits.at(1).messages = 2;
  config.rules.prices = {{"+44", 1000}};
  other.reset();
  other = std::make_unique<Network>(config, client, &server, "http://gw");
  open_own();
  EXPECT_EQ(send("+15551234567", "one"), Errc::none);
  EXPECT_EQ(send("+15551234567", "two"), Errc::none);
  EXPECT_EQ(send("+15551234567", "three"), Errc::busy);
}

TEST_F(OwnSessionTest, ItsRefusalIsNotTheOperators) {
  std::string alarm;
  other->set_alarm([&](const std::string& text) { alarm += text; });
  open_own();
  send("+15551234567", "one");
  client.answer(0, base::HttpResponse{401, {}, R"({"code":20003,"message":"Authenticate"})"});
  settle();
  EXPECT_EQ(alarm, "");
  EXPECT_EQ(sink.all<LinkState>().back().link, LinkState::Link::stopped);
}

}  // namespace
}  // namespace sms
