// What is uncertain, when it is asked about, and what is written again. Time is a number here.
#include "component/delivery.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using component::Delivery;
using Class = base::Outbox::Class;
using Blame = Delivery::Blame;

class DeliveryTest : public testing::Test {
 protected:
  static std::string message(const std::string& id, const std::string& text = "x") {
    return "<message from='#a%n@gw/nick' to='b@c/d' id='" + id + "'><body>" + text + "</body></message>";
  }
  void push(std::string bytes, Class cls = Class::normal) { delivery.outbox().push("b@c", {std::move(bytes), cls}); }
  void push_awaited(std::string bytes, const std::string& name) {
    Delivery::Item item{std::move(bytes)};
    item.confirmed = [this, name](bool taken) { told += name + (taken ? "+" : "-"); };
    delivery.outbox().push("b@c", std::move(item));
  }
  // What leaves, without the ping, whose id is kept.
  std::string write() {
    std::string bytes = delivery.next(now);
    delivery.left(now);
    const auto at = bytes.find("<iq type='get' from='gw' to='gw' id='");
    if (at == bytes.npos) return bytes;
    const auto begin = at + 37;
    ping = bytes.substr(begin, bytes.find('\'', begin) - begin);
    return bytes.substr(0, at);
  }
  bool answer() {
    delivery.heard(now);
    return delivery.take_answer(std::exchange(ping, {}), now);
  }
  std::string write_all() {
    std::string bytes;
    while (delivery.has_next()) bytes += write();
    return bytes;
  }

  Delivery delivery{"gw", {}};
  Delivery::Time now{1h};
  std::string ping, told;
};

TEST_F(DeliveryTest, PingsBehindWhatSomebodyWaitsFor) {
  push("<a/>");
  EXPECT_EQ(write(), "<a/>");
  EXPECT_EQ(ping, "");
  push_awaited("<b/>", "b");
  EXPECT_EQ(write(), "<b/>");
  ASSERT_NE(ping, "");
  push_awaited("<c/>", "c");
  EXPECT_EQ(write(), "<c/>");
  EXPECT_FALSE(delivery.has_next());
  EXPECT_FALSE(delivery.take_answer("other", now));
  EXPECT_TRUE(answer());
  EXPECT_EQ(told, "b+");
  ASSERT_TRUE(delivery.has_next());
  EXPECT_EQ(write(), "");
  EXPECT_TRUE(answer());
  EXPECT_EQ(told, "b+c+");
  EXPECT_FALSE(delivery.has_next());
}

TEST_F(DeliveryTest, WhatIsUncertainIsBounded) {
  const std::string item(1024, 'x');
  for (int i = 0; i < 1000; ++i) push(item);
  EXPECT_EQ(write_all().size(), 128 * item.size());
  EXPECT_NE(ping, "");
  answer();  // the ping stood behind the first half
  EXPECT_EQ(write_all().size(), 96 * item.size());
  now += 1s;
  answer();  // late: 80 KiB from now on, of which 32 stood behind the ping
  EXPECT_EQ(write_all().size(), 48 * item.size());
  delivery.hurry();
  EXPECT_EQ(write_all().size(), (1000 - 128 - 96 - 48) * item.size());
}

// Its answer lies behind what others say through the same server: that we read slowly is not the server's fault.
TEST_F(DeliveryTest, WhatLayUnreadSaysNothingOfTheServer) {
  const std::string item(1024, 'x');
  for (int i = 0; i < 1000; ++i) push(item);
  write_all();
  answer();
  EXPECT_EQ(write_all().size(), 96 * item.size());
  delivery.heard(now, false);
  now += 1s;
  delivery.heard(now, false);
  EXPECT_TRUE(delivery.take_answer(ping, now));
  EXPECT_EQ(write_all().size(), 128 * item.size());  // what the ping stood behind, no less
  delivery.heard(now, true);
  now += 1s;
  answer();  // late, and we had been waiting for it
  EXPECT_EQ(write_all().size(), 16 * item.size());
}

TEST(Window, IsAsLargeAsTheServerIsQuick) {
  component::Window window;
  const auto answer = [&window](component::Window::Duration took) { window.answered(took, took); };
  const std::size_t first = window.size();
  answer(100ms);  // it is far away
  EXPECT_GT(window.size(), first);
  for (int i = 0; i < 100; ++i) answer(150ms);
  EXPECT_EQ(window.size(), component::Window::most);
  window.answered(150ms, 300ms);
  EXPECT_EQ(window.size(), component::Window::most);
  answer(300ms);
  EXPECT_EQ(window.size(), component::Window::most / 2);
  window.answered(0ms, 300ms);
  EXPECT_EQ(window.size(), component::Window::most / 2);
  for (int i = 0; i < 10; ++i) answer(300ms);
  EXPECT_EQ(window.size(), component::Window::least);
  EXPECT_EQ(window.half(), component::Window::least / 2);
}

TEST_F(DeliveryTest, AsksWhatHasBecomeOfItAndWhetherTheServerLives) {
  delivery.begin(now);
  EXPECT_FALSE(delivery.is_ping_due(now + 59s));
  EXPECT_TRUE(delivery.is_ping_due(now + 60s));
  push("<a/>");
  write();
  EXPECT_FALSE(delivery.is_ping_due(now + 4s));
  EXPECT_TRUE(delivery.is_ping_due(now + 5s));
  delivery.ask();
  EXPECT_FALSE(delivery.is_ping_due(now + 5s));
  EXPECT_TRUE(delivery.has_next());
  write();
  ASSERT_NE(ping, "");
  EXPECT_FALSE(delivery.is_server_dead(now + 9s));
  EXPECT_TRUE(delivery.is_server_dead(now + 10s));
  delivery.heard(now + 9s);
  EXPECT_FALSE(delivery.is_server_dead(now + 18s));
  delivery.heard(now + 29s);
  EXPECT_TRUE(delivery.is_server_dead(now + 30s));
  answer();
  EXPECT_FALSE(delivery.is_server_dead(now + 40s));
}

TEST_F(DeliveryTest, AServerThatTakesNothingIsDead) {
  push("<a/>");
  delivery.next(now);
  EXPECT_FALSE(delivery.is_server_dead(now + 14s));
  EXPECT_TRUE(delivery.is_server_dead(now + 15s));
}

TEST_F(DeliveryTest, RepeatsWhatIsUncertainInItsOrder) {
  push("<a/>");
  push_awaited("<b/>", "b");
  write();
  answer();
  push("<c/>");
  push_awaited("<d/>", "d");
  write();
  push("<e/>");
  EXPECT_FALSE(delivery.end(Blame::some, now));
  push("<f/>");
  delivery.begin(now);
  EXPECT_EQ(write_all(), "<c/><d/><e/><f/>");
  EXPECT_EQ(told, "b+");
  answer();
  EXPECT_EQ(told, "b+d+");
  EXPECT_FALSE(delivery.end(Blame::some, now));
  EXPECT_EQ(write_all(), "<e/><f/>");  // behind the ping
}

TEST_F(DeliveryTest, WhatWasNotRepeatedYetStaysBehindWhatWas) {
  const std::string big(60'000, 'x');
  for (const char* each : {"1", "2", "3"}) push(each + big);
  write_all();
  delivery.end(Blame::some, now);
  EXPECT_EQ(write().front(), '1');
  delivery.end(Blame::some, now);
  const std::string again = write_all();
  EXPECT_EQ(again, "1" + big + "2" + big + "3" + big);
}

TEST_F(DeliveryTest, ATextTellsWhenItWasSentFirst) {
  const auto late = [](const std::string& id, const std::string& stamp) {
    return "<message from='#a%n@gw/nick' to='b@c/d' id='" + id +
           "'><body>x</body><delay xmlns='urn:xmpp:delay' from='#a%n@gw' stamp='" + stamp + "'/></message>";
  };
  const std::string receipt =
      "<message from='a@gw' to='b@c' id='2'><received xmlns='urn:xmpp:receipts' id='9'/></message>";
  const std::string old =
      "<message from='a@gw' to='b@c' id='3'><body>x</body><delay xmlns='urn:xmpp:delay' stamp='2020-01-01T00:00:00Z'/>"
      "</message>";
  push(message("1"));
  push(receipt);
  push(old);
  write();
  delivery.end(Blame::some, now + 10s);
  const std::string again = write_all();
  const auto at = again.find("stamp='");
  ASSERT_NE(at, again.npos);
  const std::string stamp = again.substr(at + 7, again.find('\'', at + 7) - at - 7);
  EXPECT_EQ(again, late("1", stamp) + receipt + old);
  delivery.end(Blame::some, now + 20s);
  EXPECT_EQ(write_all(), again);
}

TEST_F(DeliveryTest, PresencesThatAreReplacedAreNotRepeated) {
  const auto presence = [](const std::string& from, const std::string& to, const std::string& id) {
    return "<presence from='" + from + "' to='" + to + "' id='" + id + "'/>";
  };
  push(presence("a", "x", "1"), Class::droppable);
  push(presence("a", "y", "2"), Class::droppable);
  push(presence("a", "x", "3"));  // of ourselves: each counts
  push(presence("b", "x", "4"), Class::droppable);
  push(presence("a", "x", "5"), Class::droppable);
  write();
  delivery.end(Blame::some, now);
  EXPECT_EQ(write_all(),
            presence("a", "y", "2") + presence("a", "x", "3") + presence("b", "x", "4") + presence("a", "x", "5"));
}

TEST_F(DeliveryTest, AStanzaThatEndsTheStreamIsFoundAndGivenUp) {
  for (const char* each : {"<a/>", "<poison/>", "<b/>"}) push(each);
  std::string written;
  std::optional<Delivery::Item> culprit;
  std::size_t streams = 0;
  for (; streams < 20 && (delivery.has_next() || !culprit); ++streams) {
    delivery.begin(now);
    while (delivery.has_next()) {
      const std::string bytes = write();
      if (bytes.find("<poison/>") != bytes.npos) {
        culprit = delivery.end(Blame::strong, now);
        break;
      }
      written += bytes;
      answer();
    }
  }
  EXPECT_EQ(streams, 4u);
  ASSERT_TRUE(culprit);
  EXPECT_EQ(culprit->bytes, "<poison/>");
  EXPECT_EQ(written, "<a/><b/>");
}

TEST_F(DeliveryTest, AServerThatIsKilledAgainAndAgainLosesNothing) {
  push("<a/>");
  push("<b/>");
  for (int i = 0; i < 9; ++i) {
    delivery.begin(now);
    EXPECT_EQ(write_all(), "<a/><b/>");
    EXPECT_FALSE(delivery.end(Blame::some, now));
  }
  delivery.begin(now);
  write_all();
  answer();
  push("<c/>");
  for (int i = 0; i < 30; ++i) {
    EXPECT_FALSE(delivery.end(Blame::none, now));
    delivery.begin(now);
    write_all();
  }
}

TEST_F(DeliveryTest, NothingIsConfirmedWhenNoStreamWillCome) {
  push_awaited("<a/>", "a");
  write();
  push_awaited("<b/>", "b");
  delivery.end(Blame::some, now);
  push_awaited("<c/>", "c");
  delivery.abandon();
  EXPECT_EQ(told, "a-b-c-");
}

}  // namespace
