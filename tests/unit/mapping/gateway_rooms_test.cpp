// The gateway over a network with rooms that the test plays: what breaks, what is too much, what is listed.
#include "component/xeps/rsm.hpp"
#include "tests/unit/mapping/gateway_fixture.hpp"

namespace mapping {
namespace {

struct RoomsWire : Wire {
  bool breaks = false;  // the next request ends the session by an exception
};

class RoomsSession final : public legacy::Session {
 public:
  RoomsSession(RoomsWire& wire, legacy::Context context) : wire_(wire), end_(context.executor) {
    wire_.sink = &context.sink;
    ++wire_.opened;
    end_.expires_at(base::Clock::time_point::max());
  }
  asio::awaitable<void> run() override {
    base::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_await end_.async_wait(std::move(token));
    if (wire_.breaks) throw std::runtime_error("broken");
  }
  void submit(legacy::Ref ref, const legacy::Request& request) override {
    if (wire_.breaks || std::holds_alternative<legacy::Close>(request)) end_.cancel();
    wire_.requests.emplace_back(ref, request);
  }

 private:
  RoomsWire& wire_;
  base::Timer end_;
};

class RoomsNetwork final : public legacy::Network {
 public:
  RoomsNetwork(RoomsWire& wire, std::string name) : wire_(wire), name_(std::move(name)) {}
  const std::string& name() const override { return name_; }
  base::Result<legacy::Chat, legacy::Errc> parse(std::string_view id) const override {
    if (id.empty()) return legacy::Errc::bad_address;
    return legacy::Chat{id.front() == '#' ? legacy::ChatKind::room : legacy::ChatKind::person, std::string{id}};
  }
  std::string check(const legacy::Account&) const override { return {}; }
  legacy::Features features() const override { return {.rooms = true}; }
  std::unique_ptr<legacy::Session> open(legacy::Account, legacy::Context context) override {
    return std::make_unique<RoomsSession>(wire_, context);
  }

 private:
  RoomsWire& wire_;
  std::string name_;
};

class RoomsTest : public GatewayTest {
 protected:
  RoomsTest() {
    close();
    open_rooms({});
  }
  void open_rooms(Options options) {
    Identity identity("gw", false);
    identity.add(std::make_unique<RoomsNetwork>(rooms_, "net"));
    identity.set_factory([this](const std::string& name) { return std::make_unique<RoomsNetwork>(rooms_, name); });
    gateway_ = std::make_unique<Gateway>(io_.get_executor(), server_, *store_, std::move(identity), std::move(options));
    gateway_->start();
  }
  // The base closes what is open, when ours is gone.
  ~RoomsTest() override {
    close();
    open({});
  }

  void happens(legacy::Event event) {
    rooms_.sink->on_event(std::move(event));
    settle();
  }
  // al@x/a in #a as "al", with so many others.
  void join(std::size_t others = 0) {
    receive("<presence from='al@x/a' to='#a%net@gw/al'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    happens(legacy::LinkState{legacy::LinkState::Link::online, legacy::Errc::none, {}, "al"});
    legacy::Joined state;
    state.room = {legacy::ChatKind::room, "#a"};
    state.nick = "al";
    for (std::size_t number = 0; number < others; ++number) {
      state.members.emplace_back().nick = "nick-of-one-of-many-" + std::to_string(100'000 + number);
    }
    happens(std::move(state));
    server_.sent.clear();
  }
  Element ask(const std::string& to, const std::string& payload) {
    receive("<iq type='get' id='q' from='al@x/a' to='" + to + "'>" + payload + "</iq>");
    return next();
  }
  // Types of the presences sent by that address, emptied afterwards.
  std::vector<std::string> presences(const std::string& from) {
    std::vector<std::string> types;
    for (const Element& stanza : server_.sent) {
      if (stanza.name() == "presence" && stanza.attr("from") == from) types.emplace_back(stanza.attr("type"));
    }
    server_.sent.clear();
    return types;
  }

  RoomsWire rooms_;
};

const std::string items = "<query xmlns='http://jabber.org/protocol/disco#items'>";
const std::string info = "<query xmlns='http://jabber.org/protocol/disco#info'/>";

TEST_F(RoomsTest, ASessionThatBreaksSaysGoodbyeToItsRooms) {
  receive("<presence type='subscribe' from='al@x' to='net@gw'/>");
  join();
  rooms_.breaks = true;
  receive("<message type='groupchat' id='m' from='al@x/a' to='#a%net@gw'><body>hi</body></message>");
  std::string all;
  for (const Element& stanza : server_.sent) all += stanza.to_string(component::ns_component) + '\n';
  const auto gone = std::find_if(server_.sent.begin(), server_.sent.end(),
                                 [](const Element& stanza) { return stanza.attr("from") == "#a%net@gw/al"; });
  ASSERT_NE(gone, server_.sent.end()) << all;
  EXPECT_EQ(gone->attr("type"), "unavailable");
  EXPECT_NE(gone->to_string().find("333"), std::string::npos);
  EXPECT_NE(all.find("<message type='error'"), std::string::npos) << all;
  EXPECT_EQ(presences("net@gw"), std::vector<std::string>{"unavailable"});
}

TEST_F(RoomsTest, ANetworkThatCantBeReachedIsOneError) {
  receive("<presence type='subscribe' from='al@x' to='net@gw'/>");
  receive("<presence from='al@x/a' to='#a%net@gw/al'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
  server_.sent.clear();
  using Link = legacy::LinkState::Link;
  for (int attempt = 0; attempt < 3; ++attempt) {
    happens(legacy::LinkState{Link::connecting, legacy::Errc::none, {}, {}});
    happens(legacy::LinkState{Link::offline, legacy::Errc::timeout, "no way", {}});
  }
  EXPECT_EQ(presences("net@gw"), (std::vector<std::string>{"error", "unavailable"}));
  happens(legacy::LinkState{Link::online, legacy::Errc::none, {}, "al"});
  EXPECT_EQ(presences("net@gw"), std::vector<std::string>{""});
  happens(legacy::LinkState{Link::offline, legacy::Errc::disconnected, "gone", {}});
  EXPECT_EQ(presences("net@gw"), std::vector<std::string>{"unavailable"});
}

TEST_F(RoomsTest, ARosterHasAnEnd) {
  std::size_t refused = 0;
  for (int number = 0; number < 5010; ++number) {
    hand_over("<presence type='subscribe' from='al@x' to='n" + std::to_string(number) + "%net@gw'/>");
    for (const Element& stanza : server_.sent) {
      if (stanza.attr("type") != "error") continue;
      EXPECT_NE(stanza.to_string().find("resource-constraint"), std::string::npos);
      ++refused;
    }
    server_.sent.clear();
  }
  EXPECT_EQ(refused, 10U);
  EXPECT_EQ(store_->roster("gw", "al@x").size(), 5000U);
  hand_over("<presence type='subscribe' from='al@x' to='n7%net@gw'/>");
  EXPECT_EQ(next().attr("type"), "subscribed");
  hand_over("<presence type='subscribe' from='bo@x' to='n7%net@gw'/>");
  EXPECT_EQ(next().attr("type"), "subscribed");
}

TEST_F(RoomsTest, InventedNetworksDontKeepOthersOut) {
  receive("<presence from='al@x/a' to='#a%kept.example@gw/al'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
  const int opened = rooms_.opened;
  for (int number = 0; number < 5000; ++number) {
    hand_over("<iq type='get' id='q' from='bo@x/a' to='h" + std::to_string(number) + ".example@gw'>" + info + "</iq>");
    EXPECT_EQ(server_.sent.back().attr("type"), "result") << number;
    server_.sent.clear();
  }
  receive("<presence from='al@x/a' to='#a%new.example@gw/al'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
  EXPECT_EQ(rooms_.opened, opened + 1);
  // The one that is in use has survived, with its line.
  receive("<presence from='al@x/b' to='#b%kept.example@gw/al'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
  EXPECT_EQ(rooms_.opened, opened + 1);
}

TEST_F(RoomsTest, AnErrorForTheGreetingEndsTheSubscription) {
  const auto subscribe = [this](const std::string& user) {
    receive("<presence type='subscribe' from='" + user + "' to='gw'/>");
    receive("<presence type='subscribed' from='" + user + "' to='gw'/>");
  };
  const auto fail = [this](const std::string& user, const std::string& type, const std::string& condition) {
    receive("<presence type='error' from='" + user + "' to='gw'><error type='" + type + "'><" + condition +
            " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>");
  };
  subscribe("al@x");
  subscribe("bo@y");
  fail("al@x", "cancel", "item-not-found");
  fail("bo@y", "wait", "remote-server-timeout");
  EXPECT_FALSE(store_->find_roster("gw", "al@x", ""));
  ASSERT_TRUE(store_->find_roster("gw", "bo@y", ""));
  EXPECT_TRUE(store_->find_roster("gw", "bo@y", "")->to);
}

TEST_F(RoomsTest, TheGreetingComesWithTheStream) {
  receive("<presence type='subscribe' from='al@x' to='gw'/>");
  receive("<presence type='subscribed' from='al@x' to='gw'/>");
  server_.sent.clear();
  gateway_->on_up();
  EXPECT_EQ(presences("gw"), (std::vector<std::string>{"", "probe"}));
}

TEST_F(RoomsTest, ThePromptReadsNamesInAnyCase) {
  receive(
      "<iq type='set' id='q' from='al@x/a' to='gw'><query xmlns='jabber:iq:gateway'>"
      "<prompt>#Boats@NET</prompt></query></iq>");
  EXPECT_NE(next_text().find("<jid>#boats%net@gw</jid>"), std::string::npos);
}

TEST_F(RoomsTest, AccessIsAskedForBeforeAConnection) {
  const auto open_for = [this](Options::Access access, std::set<std::string> allow) {
    receive("<presence type='unavailable' from='al@x/a' to='gw'/>");  // else he is put back into his room
    close();
    Options options;
    options.access = access;
    options.allow = std::move(allow);
    open_rooms(std::move(options));
    rooms_.opened = 0;
    server_.sent.clear();
  };
  const auto try_join = [this] {
    receive("<presence from='al@x/a' to='#a%net@gw/al'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    const std::string answer = server_.sent.empty() ? "" : server_.sent.front().to_string(component::ns_component);
    server_.sent.clear();
    return answer;
  };
  open_for(Options::Access::registered, {});
  EXPECT_NE(try_join().find("registration-required"), std::string::npos);
  EXPECT_EQ(rooms_.opened, 0);
  receive("<presence type='subscribe' from='al@x' to='net@gw'/>");
  EXPECT_EQ(presences("net@gw"), (std::vector<std::string>{"unsubscribed", "error"}));
  receive("<iq type='set' id='r' from='al@x/a' to='gw'><query xmlns='jabber:iq:register'><nick>al</nick></query></iq>");
  EXPECT_EQ(next().attr("type"), "result");
  settle();
  server_.sent.clear();
  EXPECT_EQ(try_join().find("error"), std::string::npos);
  EXPECT_EQ(rooms_.opened, 1);

  // A registration does not help where there is a list.
  open_for(Options::Access::allowlist, {"friend@x"});
  EXPECT_NE(try_join().find("forbidden"), std::string::npos);
  EXPECT_EQ(rooms_.opened, 0);
  for (const char* entry : {"al@x", "x"}) {
    open_for(Options::Access::allowlist, {entry});
    EXPECT_EQ(try_join().find("error"), std::string::npos) << entry;
    EXPECT_EQ(rooms_.opened, 1) << entry;
  }
}

TEST_F(RoomsTest, AnEditKeepsThePasswordThatItDoesNotName) {
  const auto submit = [this](const std::string& fields) {
    receive("<iq type='set' id='r' from='al@x/a' to='gw'><query xmlns='jabber:iq:register'>" + fields +
            "</query></iq>");
    const Element answer = next();
    EXPECT_EQ(answer.attr("type"), "result") << answer.to_string();
    settle();
    server_.sent.clear();
    return store_->find_registration("gw", "al@x")->fields;
  };
  using Fields = std::map<std::string, std::string>;
  const Fields all{{"nick", "al"}, {"username", "albert"}, {"password", "sesame"}, {"realname", "Al"}};
  EXPECT_EQ(submit("<nick>al</nick><username>albert</username><password>sesame</password><name>Al</name>"), all);
  const Fields edited{{"nick", "bert"}, {"username", "albert"}, {"password", "sesame"}};
  EXPECT_EQ(submit("<nick>bert</nick><username>albert</username><password/>"), edited);
  // XEP-0077 section 3.3: these two alone change the password and nothing else.
  const Fields changed{{"nick", "bert"}, {"username", "albert"}, {"password", "open"}};
  EXPECT_EQ(submit("<username>albert</username><password>open</password>"), changed);
}

TEST_F(RoomsTest, RemovalEndsWhatIsConnected) {
  receive("<iq type='set' id='r' from='al@x/a' to='gw'><query xmlns='jabber:iq:register'><nick>al</nick></query></iq>");
  EXPECT_EQ(next().attr("type"), "result");
  receive("<presence type='subscribe' from='al@x' to='net@gw'/>");
  join(1);
  receive("<iq type='set' id='d' from='al@x/a' to='gw'><query xmlns='jabber:iq:register'><remove/></query></iq>");
  const Element gone = next();
  EXPECT_EQ(gone.attr("from"), "#a%net@gw/al");
  EXPECT_EQ(gone.attr("type"), "unavailable");
  EXPECT_TRUE(std::holds_alternative<legacy::Close>(rooms_.requests.back().second));
  const Element answer = next();
  EXPECT_EQ(answer.attr("id"), "d");
  EXPECT_EQ(answer.attr("type"), "result");
  EXPECT_EQ(next().attr("type"), "unsubscribe");
  settle();
  EXPECT_EQ(presences("net@gw"), (std::vector<std::string>{"unsubscribe", "unsubscribed", "unavailable"}));
  EXPECT_TRUE(store_->roster("gw").empty());
  receive("<message type='groupchat' id='m' from='al@x/a' to='#a%net@gw'><body>hi</body></message>");
  EXPECT_EQ(next().attr("type"), "error");
}

TEST_F(RoomsTest, OccupantsAreListedInPages) {
  join(12'000);
  const Element first = ask("#a%net@gw", items + "</query>");
  const Element* const query = first.first_child();
  EXPECT_EQ(query->children("item", {}).size(), 500U);
  const Element* const set = query->child("set", component::rsm::ns);
  ASSERT_NE(set, nullptr);
  EXPECT_EQ(set->child_text("count", {}), "12000");
  const Element second = ask("#a%net@gw", items + "<set xmlns='http://jabber.org/protocol/rsm'><max>2</max><after>" +
                                              set->child_text("last", {}) + "</after></set></query>");
  const auto rest = second.first_child()->children("item", {});
  ASSERT_EQ(rest.size(), 2U);
  EXPECT_EQ(rest[0]->attr("name"), "nick-of-one-of-many-100500");
  EXPECT_EQ(rest[0]->attr("jid"), "#a%net@gw/nick-of-one-of-many-100500");
}

TEST_F(RoomsTest, APageOfOccupantsIsWalkedFromItsNearEnd) {
  join(10);
  const auto page = [this](const std::string& inner) {
    const Element answer =
        ask("#a%net@gw", items + "<set xmlns='http://jabber.org/protocol/rsm'>" + inner + "</set></query>");
    if (answer.attr("type") == "error") return answer.child("error", component::ns_component)->to_string();
    std::string text;
    for (const Element* item : answer.first_child()->children("item", {}))
      text += std::string{item->attr("name")} + " ";
    const Element* const set = answer.first_child()->child("set", component::rsm::ns);
    const Element* const first = set->child("first", component::rsm::ns);
    return text + (first && first->has_attr("index") ? "from the first " : "") + "of " + set->child_text("count", {});
  };
  const std::string n = "nick-of-one-of-many-10000";
  EXPECT_EQ(page("<max>2</max>"), n + "0 " + n + "1 from the first of 10");
  EXPECT_EQ(page("<max>2</max><after>" + n + "1</after>"), n + "2 " + n + "3 of 10");
  EXPECT_EQ(page("<max>2</max><after>" + n + "9</after>"), "of 10");
  EXPECT_EQ(page("<max>2</max><before/>"), n + "8 " + n + "9 of 10");
  EXPECT_EQ(page("<max>2</max><before>" + n + "1</before>"), n + "0 from the first of 10");
  EXPECT_EQ(page("<max>9</max><after>" + n + "1</after><before>" + n + "4</before>"), n + "2 " + n + "3 of 10");
  EXPECT_EQ(page("<max>9</max><after>" + n + "4</after><before>" + n + "1</before>"), "of 10");
  EXPECT_EQ(page("<max>0</max>"), "of 10");
  EXPECT_NE(page("<after>nobody</after>").find("item-not-found"), std::string::npos);
  EXPECT_NE(page("<before>nobody</before>").find("item-not-found"), std::string::npos);
  EXPECT_NE(page("<index>3</index>").find("feature-not-implemented"), std::string::npos);
}

TEST_F(RoomsTest, ListsHaveAPace) {
  join(50'000);
  const std::string page = items + "<set xmlns='http://jabber.org/protocol/rsm'><max>1</max></set></query>";
  const std::string admin = "<query xmlns='http://jabber.org/protocol/muc#admin'><item role='moderator'/></query>";
  const auto answered = [this](const std::string& query, int times) {
    int count = 0;
    for (int time = 0; time < times; ++time) count += ask("#a%net@gw", query).attr("type") == "result" ? 1 : 0;
    return count;
  };
  const int at_once = answered(page, 300);  // time goes on meanwhile
  EXPECT_GE(at_once, 200);
  EXPECT_LE(at_once, 250);
  EXPECT_EQ(answered(admin, 1), 0);
  EXPECT_NE(ask("#a%net@gw", page).to_string().find("resource-constraint"), std::string::npos);
  base::Clock::advance(std::chrono::minutes(1));
  EXPECT_GE(answered(page, 190), 190);
  // Everybody has to be looked at, which costs as much as 26 pages.
  base::Clock::advance(std::chrono::minutes(1));
  EXPECT_EQ(answered(admin, 20), 7);
}

TEST_F(RoomsTest, OnlyThoseInsideSeeWhoIsThere) {
  join(3);
  receive("<iq type='get' id='q' from='bo@x/a' to='#a%net@gw'>" + items + "</query></iq>");
  EXPECT_EQ(next().first_child()->child_count(), 0U);
}

TEST_F(RoomsTest, ListsFitIntoAStanza) {
  join(12'000);
  const Element list =
      ask("#a%net@gw", "<query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='none'/></query>");
  EXPECT_EQ(list.attr("type"), "result");
  EXPECT_GT(list.first_child()->child_count(), 2000U);
  EXPECT_LT(list.to_string(component::ns_component).size(), 500U * 1024);

  legacy::Rooms rooms;
  for (int number = 0; number < 1000; ++number) {
    rooms.rooms.push_back({"#c" + std::to_string(1000 + number), 1, std::string(390, '\'')});
  }
  const std::string page = items + "<set xmlns='http://jabber.org/protocol/rsm'><max>1000</max>";
  receive("<iq type='get' id='q' from='al@x/a' to='net@gw'>" + page + "</set></query></iq>");
  rooms.ref = rooms_.requests.back().first;
  happens(std::move(rooms));
  const Element forwards = next();
  EXPECT_LT(forwards.to_string(component::ns_component).size(), 500U * 1024);
  EXPECT_EQ(forwards.first_child()->first_child()->attr("jid"), "#c1000%net@gw");
  const Element backwards = ask("net@gw", page + "<before/></set></query>");
  const auto last_items = backwards.first_child()->children("item", {});
  ASSERT_FALSE(last_items.empty());
  EXPECT_EQ(last_items.back()->attr("jid"), "#c1999%net@gw");
  EXPECT_EQ(backwards.first_child()->child("set", component::rsm::ns)->child_text("first", {}),
            last_items.front()->attr("jid"));
}

}  // namespace
}  // namespace mapping
