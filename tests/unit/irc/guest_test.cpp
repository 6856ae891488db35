// Ident answers, the queue for connections, and promises about TLS.
#include <gtest/gtest.h>

#include "base/spawn.hpp"
#include "legacy/irc/connect_queue.hpp"
#include "legacy/irc/identd.hpp"
#include "legacy/irc/sts.hpp"
#include "tests/support/loop.hpp"

namespace irc {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;

tcp::endpoint server(const char* address = "192.0.2.1") {
  return {asio::ip::make_address(address), 6667};
}

TEST(IrcIdent, Answers) {
  IdentTable table;
  const IdentTable::Entry entry(table, 40000, server(), "u123");
  const auto from = asio::ip::make_address("192.0.2.1");
  const std::pair<const char*, const char*> rows[] = {
      {"40000,6667", "40000 , 6667 : USERID : OTHER : u123"},
      {"  40000 , 6667 ", "40000 , 6667 : USERID : OTHER : u123"},
      {"40001 , 6667", "40001 , 6667 : ERROR : NO-USER"},
      {"40000 , 6668", "40000 , 6668 : ERROR : NO-USER"},
      {"0 , 6667", "0 , 6667 : ERROR : INVALID-PORT"},
      {"40000 , 65536", "40000 , 65536 : ERROR : INVALID-PORT"},
      {"40000", ""},
      {"40000 , x", ""},
      {"-1 , 6667", ""},
      {"", ""},
  };
  for (const auto& [query, answer] : rows) EXPECT_EQ(table.answer(query, from), answer) << query;
  EXPECT_EQ(table.answer("40000,6667", asio::ip::make_address("192.0.2.2")), "40000 , 6667 : ERROR : NO-USER");
  EXPECT_EQ(table.answer("40000,6667", asio::ip::make_address("::ffff:192.0.2.1")),
            "40000 , 6667 : USERID : OTHER : u123");
}

TEST(IrcIdent, KnowsTheLatestAndForgets) {
  IdentTable table;
  const auto ask = [&] { return table.answer("40000,6667", asio::ip::make_address("192.0.2.1")); };
  const IdentTable::Entry first(table, 40000, server(), "one");
  {
    IdentTable::Entry second(table, 40000, server(), "two");
    const IdentTable::Entry moved(std::move(second));
    EXPECT_TRUE(ask().ends_with("two"));
  }
  EXPECT_TRUE(ask().ends_with("one"));
}

class Question {
 public:
  Question(support::Loop& loop, std::uint16_t port) : loop_(loop), socket_(loop.io) {
    socket_.connect({asio::ip::make_address("127.0.0.1"), port});
    socket_.non_blocking(true);
  }
  void say(const std::string& text) { socket_.send(asio::buffer(text)); }
  // What came before the end; nullopt: it is still open.
  std::optional<std::string> answer() {
    std::string all;
    for (int turn = 0; turn < 200; ++turn) {
      loop_.settle();
      char buffer[256];
      base::error_code failed;
      const std::size_t size = socket_.read_some(asio::buffer(buffer), failed);
      all.append(buffer, size);
      if (failed && failed != asio::error::would_block) return all;
      usleep(500);
    }
    return std::nullopt;
  }
  tcp::endpoint local() { return socket_.local_endpoint(); }

 private:
  support::Loop& loop_;
  tcp::socket socket_;
};

class IrcIdentd : public testing::Test {
 protected:
  support::Loop loop_;
  IdentTable table_;
  Identd identd_{loop_.executor(), "127.0.0.1", 0, table_, {20, 2, 10s}};
};

TEST_F(IrcIdentd, AnswersOneQuestion) {
  const IdentTable::Entry entry(table_, 40000, {asio::ip::make_address("127.0.0.1"), 6667}, "u123");
  Question question(loop_, identd_.port());
  question.say("40000, ");
  loop_.settle();
  question.say("6667\r\n");
  EXPECT_EQ(question.answer(), "40000 , 6667 : USERID : OTHER : u123\r\n");
}

TEST_F(IrcIdentd, HangsUpOnLongLinesNonsenseAndCrowds) {
  Question longest(loop_, identd_.port());
  longest.say(std::string(30, '1'));
  EXPECT_EQ(longest.answer(), "");
  Question nonsense(loop_, identd_.port());
  nonsense.say("who?\r\n");
  EXPECT_EQ(nonsense.answer(), "");
  Question one(loop_, identd_.port()), two(loop_, identd_.port()), three(loop_, identd_.port());
  EXPECT_EQ(three.answer(), "");
  EXPECT_EQ(one.answer(), std::nullopt);
  loop_.advance(11s);
  EXPECT_EQ(one.answer(), "");
  EXPECT_EQ(two.answer(), "");
}

asio::awaitable<void> take_turn(ConnectTurn* turn, std::string name, std::string* order) {
  const bool is_ours = co_await turn->begin();
  *order += name + (is_ours ? " " : "- ");
}

TEST(IrcConnectQueue, FirstComeFirstServed) {
  support::Loop loop;
  ConnectQueue queue(2);
  std::string order;
  std::list<ConnectTurn> turns;
  for (int i = 0; i < 5; ++i) {
    turns.emplace_back(queue);
    base::spawn(loop.executor(), "turn", take_turn(&turns.back(), std::to_string(i), &order));
  }
  loop.settle();
  EXPECT_EQ(order, "0 1 ");
  turns.begin()->end();
  turns.begin()->end();
  loop.settle();
  EXPECT_EQ(order, "0 1 2 ");
  std::next(turns.begin(), 3)->end();  // gives up
  std::next(turns.begin(), 1)->end();
  loop.settle();
  EXPECT_EQ(order, "0 1 2 3- 4 ");
}

TEST(IrcConnectQueue, MayBeWithoutALimit) {
  support::Loop loop;
  ConnectQueue queue(0);
  std::string order;
  ConnectTurn one(queue), two(queue);
  base::spawn(loop.executor(), "turn", take_turn(&one, "1", &order));
  base::spawn(loop.executor(), "turn", take_turn(&two, "2", &order));
  loop.settle();
  EXPECT_EQ(order, "1 2 ");
}

struct Records : legacy::State {
  explicit Records(std::map<std::string, std::string>& r) : kept(r) {}
  std::optional<std::string> load(std::string_view key) override {
    const auto found = kept.find(std::string(key));
    if (found == kept.end()) return std::nullopt;
    return found->second;
  }
  void save(std::string_view key, std::string_view value) override { kept[std::string(key)] = value; }
  void erase(std::string_view key) override { kept.erase(std::string(key)); }
  std::vector<std::pair<std::string, std::string>> list(std::string_view) override {
    return {kept.begin(), kept.end()};
  }
  void commit(std::function<void(bool)>) override {}
  std::map<std::string, std::string>& kept;
};

TEST(IrcSts, PoliciesAreKeptAndRunOut) {
  std::map<std::string, std::string> kept;
  const base::WallTime now{std::chrono::hours(1000)};
  StsPolicies(std::make_unique<Records>(kept)).keep("IRC.test", {6697, 100s, {}}, now);
  StsPolicies policies(std::make_unique<Records>(kept));  // after a restart
  EXPECT_EQ(policies.port("irc.TEST", now + 99s), 6697);
  EXPECT_EQ(policies.port("other.test", now), std::nullopt);
  policies.renew("irc.test", now + 99s);
  EXPECT_EQ(policies.port("irc.test", now + 198s), 6697);
  EXPECT_EQ(policies.port("irc.test", now + 199s), std::nullopt);
  EXPECT_TRUE(kept.empty());
  policies.renew("irc.test", now + 199s);
  EXPECT_TRUE(kept.empty());
}

TEST(IrcSts, ADurationOfZeroRemoves) {
  std::map<std::string, std::string> kept;
  StsPolicies policies(std::make_unique<Records>(kept));
  const base::WallTime now{std::chrono::hours(1000)};
  policies.keep("irc.test", {6697, 100s, {}}, now);
  policies.keep("irc.test", {6697, 0s, {}}, now);
  EXPECT_EQ(policies.port("irc.test", now), std::nullopt);
}

// Users may bring hosts of their own, but not fill the table with them.
TEST(IrcSts, HostsOfUsersAreBounded) {
  std::map<std::string, std::string> kept;
  StsPolicies policies(std::make_unique<Records>(kept));
  const base::WallTime now{std::chrono::hours(1000)};
  for (unsigned user = 0; user < 60; ++user) {
    for (int host = 0; host < 30; ++host) {
      const std::string name = "u" + std::to_string(user);
      policies.keep(name + "-" + std::to_string(host) + ".test", {6697, 100s, name}, now);
    }
    EXPECT_EQ(kept.size(), std::min(20U * (user + 1), 1000U));
  }
  policies.keep("configured.test", {6697, 100s, {}}, now);
  EXPECT_EQ(policies.port("configured.test", now), 6697);
  policies.renew("u0-0.test", now + 50s);
  EXPECT_EQ(policies.port("u0-0.test", now + 149s), 6697);
  policies.keep("u0-99.test", {6697, 100s, "u0"}, now + 50s);
  EXPECT_EQ(policies.port("u0-99.test", now + 50s), std::nullopt);
}

TEST(IrcSts, BrokenRecordsAreNone) {
  const base::WallTime now{std::chrono::hours(1000)};
  for (const char* const record : {"", "6697", "x 100 99999999999", "6697 100 1", "70000 1 99999999999", "1 2 3 4"}) {
    std::map<std::string, std::string> kept{{"irc.test", record}};
    EXPECT_EQ(StsPolicies(std::make_unique<Records>(kept)).port("irc.test", now), std::nullopt) << record;
  }
}

TEST(IrcSts, Offers) {
  const auto show = [](const char* value) {
    const StsOffer offer = StsOffer::parse(value);
    return (offer.port ? std::to_string(*offer.port) : "-") + "/" +
           (offer.duration ? std::to_string(offer.duration->count()) : "-");
  };
  EXPECT_EQ(show("port=6697,duration=100,preload"), "6697/100");
  EXPECT_EQ(show("duration=0"), "-/0");
  EXPECT_EQ(show("port=0"), "-/-");
  EXPECT_EQ(show("port=22,duration=100"), "-/100");
  EXPECT_EQ(show("port=1023"), "-/-");
  EXPECT_EQ(show("port=443"), "443/-");
  EXPECT_EQ(show("port=1024"), "1024/-");
  EXPECT_EQ(show("port=,duration=-1"), "-/-");
  EXPECT_EQ(show(""), "-/-");
}

}  // namespace
}  // namespace irc
