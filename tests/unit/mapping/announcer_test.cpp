#include "mapping/announcer.hpp"

#include <gtest/gtest.h>

#include "tests/support/outlet.hpp"

namespace mapping {
namespace {

using component::xml::Element;
using legacy::Errc;
using legacy::Flavor;
using Link = legacy::LinkState::Link;

struct Heard final : support::TreeOutlet {
  using TreeOutlet::send;
  bool send(const Element& stanza) override {
    const bool may_be_kept = stanza.child("no-store", "urn:xmpp:hints") == nullptr;
    all.push_back(std::string{stanza.attr("to")} + (may_be_kept ? " kept: " : ": ") + stanza.child_text("body", {}));
    return true;
  }
  bool send_confirmed(const Element& stanza, std::function<void(bool)>) override { return send(stanza); }
  std::vector<std::string> take() { return std::exchange(all, {}); }
  std::vector<std::string> all;
};

class AnnouncerTest : public testing::Test {
 protected:
  using Lines = std::vector<std::string>;
  void link(Link state, Errc reason, const std::string& text) { announcer_.link({state, reason, text, {}}); }

  Heard out_;
  std::set<std::string> there_{"romeo@x/a", "romeo@x/b"};
  Announcer announcer_{out_, *component::Jid::parse("net@gw"), *component::Jid::parse("romeo@x"),
                       [this] { return there_; }};
};

TEST_F(AnnouncerTest, NewsGoToThoseWhoAreThere) {
  announcer_.news("hear");
  EXPECT_EQ(out_.take(), (Lines{"romeo@x/a: hear", "romeo@x/b: hear"}));
  there_.clear();
  announcer_.news("hear");
  EXPECT_EQ(out_.take(), Lines{});
}

TEST_F(AnnouncerTest, AnswersGoToTheAsker) {
  announcer_.asked(1, "romeo@x/b");
  announcer_.asked(2, "romeo@x/c");
  announcer_.answer(1, "one", Flavor::normal);
  announcer_.answer(2, "two", Flavor::notice);
  EXPECT_EQ(out_.take(), (Lines{"romeo@x/b: one", "romeo@x/c: two"}));
  announcer_.gone("romeo@x/c");
  announcer_.answer(2, "two", Flavor::normal);
  EXPECT_EQ(out_.take(), Lines{});
  announcer_.answer(3, "three", Flavor::normal);
  EXPECT_EQ(out_.take(), (Lines{"romeo@x/a: three", "romeo@x/b: three"}));
}

TEST_F(AnnouncerTest, WhatMustBeKnownWaitsAndIsSaidOnce) {
  there_ = {"romeo@x/a"};
  announcer_.must_know("#a", "banned");
  EXPECT_EQ(out_.take(), Lines{"romeo@x/a kept: banned"});
  there_.clear();
  announcer_.must_know("#a", "banned");
  EXPECT_EQ(out_.take(), Lines{});
  announcer_.must_know("#b", "banned");
  EXPECT_EQ(out_.take(), Lines{"romeo@x kept: banned"});
  announcer_.must_know("#a", "moved");
  announcer_.settled("#b");
  announcer_.must_know("#b", "banned");
  EXPECT_EQ(out_.take(), (Lines{"romeo@x kept: moved", "romeo@x kept: banned"}));
  announcer_.must_know({}, "twice");
  announcer_.must_know({}, "twice");
  EXPECT_EQ(out_.take(), (Lines{"romeo@x kept: twice", "romeo@x kept: twice"}));
}

TEST_F(AnnouncerTest, AnOutageIsToldOncePerReason) {
  there_ = {"romeo@x/a"};
  link(Link::connecting, Errc::none, "connecting");
  link(Link::online, Errc::none, "up");
  link(Link::offline, Errc::disconnected, "lost; next attempt in 5 s");
  link(Link::connecting, Errc::none, "connecting");
  link(Link::offline, Errc::timeout, "refused; next attempt in 5 s");
  link(Link::offline, Errc::timeout, "refused; next attempt in 10 s");
  link(Link::online, Errc::none, "up");
  link(Link::offline, Errc::timeout, "silent");
  link(Link::stopped, Errc::none, "disconnected");
  EXPECT_EQ(out_.take(), (Lines{"romeo@x/a: up", "romeo@x/a: lost; next attempt in 5 s",
                                "romeo@x/a: refused; next attempt in 5 s", "romeo@x/a: up", "romeo@x/a: silent"}));
  there_.clear();
  link(Link::stopped, Errc::rejected_login, "login refused");
  EXPECT_EQ(out_.take(), Lines{"romeo@x kept: login refused"});
}

}  // namespace
}  // namespace mapping
