#include "mapping/identity.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

using namespace mapping;
using component::Jid;

namespace {

// Knows '#', '&', '+' and '!' as channels; a space, comma or control byte can't be in any name.
class StubNetwork final : public legacy::Network {
 public:
  explicit StubNetwork(std::string name) : name_(std::move(name)) {}
  const std::string& name() const override { return name_; }
  base::Result<legacy::Chat, legacy::Errc> parse(std::string_view id) const override {
    if (id.empty() || id.find_first_of(std::string_view{" ,\r\n\0\a", 6}) != id.npos) return legacy::Errc::bad_address;
    const bool channel = std::string_view{"#&+!"}.find(id.front()) != std::string_view::npos;
    return legacy::Chat{channel ? legacy::ChatKind::room : legacy::ChatKind::person, std::string{id}};
  }
  std::string check(const legacy::Account&) const override { return {}; }
  legacy::Features features() const override { return {}; }
  std::unique_ptr<legacy::Session> open(legacy::Account, legacy::Context) override { return nullptr; }

 private:
  std::string name_;
};

Identity gateway(std::initializer_list<const char*> networks) {
  Identity identity("gw.example.com", false);
  for (const char* name : networks) identity.add(std::make_unique<StubNetwork>(name));
  return identity;
}

boost::json::array vectors() {
  std::ifstream file(WHERRY_TEST_DATA "/jid-vectors.json");
  std::stringstream text;
  text << file.rdbuf();
  return boost::json::parse(text.str()).as_array();
}

std::string field(const boost::json::value& row, const char* name) {
  const auto* value = row.as_object().if_contains(name);
  return value && value->is_string() ? std::string{value->as_string()} : std::string{};
}

}  // namespace

TEST(Identity, EncodesTheVectorsOfTheSpecification) {
  std::size_t checked = 0;
  for (const auto& row : vectors()) {
    const std::string jid = field(row, "jid"), name = field(row, "irc_name"), network = field(row, "irc_network");
    const std::string local = jid.substr(0, jid.find('@'));
    if (name.empty() || jid.find('/') != jid.npos) continue;  // resources are not escaped: other tests
    const std::string wanted =
        field(row, "kind") == "server" ? escape_local(network) : escape_local(name) + '%' + escape_local(network);
    EXPECT_EQ(Jid::make(wanted, "gw.example.com")->local(), Jid::parse(jid)->local()) << local;
    ++checked;
  }
  EXPECT_GE(checked, 24U);
}

TEST(Identity, DecodesTheVectorsOfTheSpecification) {
  for (const auto& row : vectors()) {
    const std::string kind = field(row, "kind"), name = field(row, "irc_name"), network = field(row, "irc_network");
    Identity identity = gateway({});
    if (network.empty()) continue;
    identity.add(std::make_unique<StubNetwork>(network));
    const auto address = identity.resolve(*Jid::parse(field(row, "jid")));
    if (kind == "channel" && name.empty()) {
      EXPECT_EQ(address.error(), legacy::Errc::bad_address) << field(row, "jid");
      continue;
    }
    ASSERT_TRUE(address) << field(row, "jid");
    EXPECT_EQ(address->network->name(), network);
    if (kind == "server") {
      EXPECT_EQ(address->kind, Address::Kind::network);
    } else if (address->kind == Address::Kind::contact || address->kind == Address::Kind::room) {
      // XMPP lower-cases: what was written in capitals comes back small.
      EXPECT_EQ(escape_local(address->chat.id), escape_local(name).substr(0, escape_local(address->chat.id).size()));
    }
  }
}

TEST(Identity, ReadsEveryFormOfAddress) {
  struct Row {
    const char* jid;
    Address::Kind kind;
    const char* id;
    const char* nick;
  };
  const Row rows[] = {
      {"gw.example.com", Address::Kind::gateway, "", ""},
      {"net@gw.example.com", Address::Kind::network, "", ""},
      {"#a%net@gw.example.com", Address::Kind::room, "#a", ""},
      {"#a%net@gw.example.com/Nick", Address::Kind::occupant, "#a", "Nick"},
      {"#50%off%net@gw.example.com", Address::Kind::room, "#50%off", ""},
      {"bob%net@gw.example.com", Address::Kind::contact, "bob", ""},
      {"bob%net@gw.example.com/anything", Address::Kind::contact, "bob", ""},
      {"%net@gw.example.com/Odd@Nick", Address::Kind::contact, "Odd@Nick", ""},
      {"net@gw.example.com/Odd@Nick", Address::Kind::contact, "Odd@Nick", ""},
  };
  for (const Row& row : rows) {
    Identity identity = gateway({"net"});
    const auto address = identity.resolve(*Jid::parse(row.jid));
    ASSERT_TRUE(address) << row.jid;
    EXPECT_EQ(address->kind, row.kind) << row.jid;
    EXPECT_EQ(address->chat.id, row.id) << row.jid;
    EXPECT_EQ(address->nick, row.nick) << row.jid;
  }
}

TEST(Identity, RefusesWhatIsNoAddress) {
  Identity identity = gateway({"net"});
  EXPECT_EQ(identity.resolve(*Jid::parse("#a%other@gw.example.com")).error(), legacy::Errc::unknown_network);
  EXPECT_EQ(identity.resolve(*Jid::parse("other@gw.example.com")).error(), legacy::Errc::unknown_network);
  EXPECT_EQ(identity.resolve(*Jid::parse("#a\\20b%net@gw.example.com")).error(), legacy::Errc::bad_address);
}

TEST(Identity, TakesHostNamesWhereTheOperatorAllowsThem) {
  Identity identity = gateway({});
  identity.set_factory([](const std::string& name) { return std::make_unique<StubNetwork>(name); });
  EXPECT_TRUE(identity.resolve(*Jid::parse("#a%irc.example.net@gw.example.com")));
  for (const char* bad :
       {"#a%localhost@gw.example.com", "#a%-x.y@gw.example.com", "#a%.y@gw.example.com", "#a%x_*.y@gw.example.com"}) {
    EXPECT_EQ(identity.resolve(*Jid::parse(bad)).error(), legacy::Errc::unknown_network) << bad;
  }
}

TEST(Identity, ForgetsUnusedHostsWhenThereAreTooMany) {
  Identity identity = gateway({"net"});
  identity.set_factory([](const std::string& name) { return std::make_unique<StubNetwork>(name); });
  std::set<const legacy::Network*> used{identity.find("kept.example")};
  identity.set_in_use([&used] { return used; });
  for (int number = 0; number < 10'000; ++number) {
    ASSERT_NE(identity.find("h" + std::to_string(number) + ".example"), nullptr) << number;
  }
  EXPECT_EQ(identity.find("kept.example"), *used.begin());
  EXPECT_NE(identity.find("net"), nullptr);
}

TEST(Identity, PutsANameThatNoLocalpartHoldsIntoTheResource) {
  Identity identity = gateway({"net"});
  const auto& network = *identity.networks().at("net");
  const Jid jid = identity.of(network, {legacy::ChatKind::person, std::string("a\xEF\xBF\xBD", 4)});
  EXPECT_EQ(jid.local(), "net");
  EXPECT_FALSE(jid.resource().empty());
}

TEST(Identity, OfOneNetworkTheGatewayIsItsOwn) {
  Identity identity("gw", true);
  identity.add(std::make_unique<StubNetwork>("net"));
  const legacy::Network& network = *identity.networks().begin()->second;
  const auto kind_of = [&](const char* jid) { return identity.resolve(*Jid::parse(jid))->kind; };
  EXPECT_EQ(kind_of("#a@gw"), Address::Kind::room);
  EXPECT_EQ(kind_of("#a@gw/me"), Address::Kind::occupant);
  EXPECT_EQ(kind_of("bob@gw"), Address::Kind::contact);
  EXPECT_EQ(kind_of("gw/bob"), Address::Kind::contact);
  const auto gateway = identity.resolve(*Jid::parse("gw"));
  EXPECT_EQ(gateway->kind, Address::Kind::gateway);
  EXPECT_EQ(gateway->network, &network);
  EXPECT_EQ(identity.resolve(*Jid::parse("#50%off%x@gw"))->chat.id, "#50%off%x");
  EXPECT_EQ(identity.resolve(*Jid::parse("#a\\2fb@gw"))->chat.id, "#a/b");
  EXPECT_EQ(identity.of(network, {legacy::ChatKind::room, "#A/b"}).str(), "#a\\2fb@gw");
  EXPECT_EQ(identity.of(network), identity.gateway());
  EXPECT_TRUE(identity.is_on(network, "#a"));
  EXPECT_FALSE(identity.is_on(network, ""));
  EXPECT_EQ(identity.name_in(network, "#a\\2fb"), "#a/b");
}

TEST(Identity, KnowsWhatIsOnANetwork) {
  Identity identity = gateway({"net", "other"});
  const legacy::Network& network = *identity.find("net");
  EXPECT_TRUE(identity.is_on(network, "#a%net"));
  EXPECT_FALSE(identity.is_on(network, "#a%other"));
  EXPECT_FALSE(identity.is_on(network, "net"));
  EXPECT_EQ(identity.name_in(network, "#a%net"), "#a");
  EXPECT_EQ(identity.name_in(network, "#a%other"), "");
}
