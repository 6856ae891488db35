"""Rooms: an XMPP user and an IRC user in one channel, on every pair of servers."""

import pytest
from peers.stanza import DELAY, MUC_USER, that
from peers.wherry import IRC_DOMAIN
from peers.world import person_of
from plans import EACH_PAIR, against
from scene import Scene, kick

pytestmark = against(EACH_PAIR)


@pytest.fixture
def scene(world, cast):
    return Scene(world, cast)


def test_joining_shows_others_then_oneself_then_the_subject(scene):
    scene.bob.topic(scene.channel, "of boats")
    scene.bob.wait_for("TOPIC", scene.channel, "of boats")
    scene.alice.join(scene.room, scene.nick)
    scene.alice.expect(that("message", type="groupchat", subject="of boats"), 15)
    seen = [s for s in scene.alice.stanzas.history if s.sender.startswith(scene.room)]
    assert [s.sender for s in seen[:2]] == [scene.bob_here, scene.me]
    assert seen[0].item["role"] == "moderator" and 110 not in seen[0].codes
    assert {100, 110} <= seen[1].codes
    assert [s.subject for s in seen[2:]] == ["of boats"]
    assert seen[2].find(f"{{{DELAY}}}delay") is not None


def test_a_message_from_irc_arrives(scene):
    scene.enter()
    scene.bob.say(scene.channel, "good morning, ünï €")
    got = scene.alice.expect(that("message", scene.bob_here, type="groupchat", body="good morning, ünï €"))
    assert got.id


def test_ones_own_message_comes_back_with_its_id(scene):
    scene.enter()
    sent = scene.alice.say(scene.room, "hello <&> 😀", "groupchat")
    scene.bob.wait_for("CHANNEL", scene.channel, "hello <&> 😀", nick=scene.nick)
    scene.alice.expect(that("message", scene.me, type="groupchat", id=sent, body="hello <&> 😀"))


def test_actions_go_both_ways(scene):
    scene.enter()
    scene.alice.say(scene.room, "/me waves", "groupchat")
    scene.bob.wait_until(lambda e: "ACTION" in e.name and e.params[-1] == "waves", "the action")
    scene.bob.me(scene.channel, "nods")
    scene.alice.expect(that("message", scene.bob_here, type="groupchat", body="/me nods"))


def test_private_messages_go_both_ways(scene):
    scene.enter()
    scene.alice.say(person_of(scene.bob.nick), "between us")
    scene.bob.wait_for("PRIVMSG", scene.bob.nick, "between us", nick=scene.nick)
    scene.bob.say(scene.nick, "of course")
    scene.alice.expect(that("message", type="chat", body="of course",
                            where=lambda m: m.sender.startswith(person_of(scene.bob.nick))))


def test_somebody_else_changes_nick(scene):
    scene.enter()
    before, after = scene.bob_here, scene.world.nick("rob")
    scene.bob.change_nick(after)
    gone = scene.alice.expect(that("presence", before, type="unavailable", codes=[303]))
    assert gone.item["nick"] == after
    scene.alice.expect(that("presence", f"{scene.room}/{after}", type=""))


def test_changing_ones_own_nick(scene):
    scene.enter()
    new = scene.world.nick("eve")
    scene.alice.presence(f"{scene.room}/{new}")
    scene.bob.wait_for("NICK", new, nick=scene.nick)
    gone = scene.alice.expect(that("presence", scene.me, type="unavailable", codes=[303, 110]))
    assert gone.item["nick"] == new
    here = scene.alice.expect(that("presence", f"{scene.room}/{new}", type="", codes=[110]))
    assert 210 not in here.codes


def test_the_subject_is_set_from_both_sides(scene):
    scene.enter()
    scene.bob.mode(scene.channel, "-t")
    scene.bob.sync()  # a server without +t by default does not echo -t
    scene.bob.topic(scene.channel, "from irc")
    scene.alice.expect(that("message", scene.bob_here, type="groupchat", subject="from irc"))
    scene.alice.send(f"<message to='{scene.room}' type='groupchat' id='s1'><subject>from xmpp</subject></message>")
    scene.bob.wait_for("TOPIC", scene.channel, "from xmpp", nick=scene.nick)
    scene.alice.expect(that("message", scene.me, type="groupchat", subject="from xmpp"))


def test_a_kick_by_an_operator(scene):
    scene.enter()
    scene.bob.kick(scene.channel, scene.nick, "out you go")
    gone = scene.alice.expect(that("presence", scene.me, type="unavailable", codes=[307, 110]))
    assert gone.text(f"{{{MUC_USER}}}x/{{{MUC_USER}}}item/{{{MUC_USER}}}reason") == "out you go"
    actor = gone.find(f"{{{MUC_USER}}}x/{{{MUC_USER}}}item/{{{MUC_USER}}}actor")
    assert actor is not None and actor.get("nick") == scene.bob.nick
    scene.alice.say(scene.room, "still here?", "groupchat")
    scene.alice.expect(that("message", type="error", error=("modify", "not-acceptable")))


def test_an_operator_on_xmpp_kicks(scene):
    scene.enter()
    scene.bob.mode(scene.channel, f"+o {scene.nick}")
    scene.alice.expect(that("presence", scene.me, where=lambda p: p.item.get("role") == "moderator"))
    answer = kick(scene.alice, scene.room, scene.bob.nick, "bye")
    assert answer.type == "result"
    scene.bob.wait_for("KICK", scene.channel, scene.bob.nick, "bye", nick=scene.nick)
    scene.alice.expect(that("presence", scene.bob_here, type="unavailable", codes=[307]))


def test_somebody_parts_and_quits(scene):
    scene.enter()
    dan = scene.cast.irc()
    dan.join(scene.channel)
    scene.alice.expect(that("presence", f"{scene.room}/{dan.nick}", type=""))
    dan.part(scene.channel)
    scene.alice.expect(that("presence", f"{scene.room}/{dan.nick}", type="unavailable"))
    scene.bob.quit("gone fishing")
    left = scene.alice.expect(that("presence", scene.bob_here, type="unavailable"))
    assert "gone fishing" in (left.text("c:status") or "")


def test_two_xmpp_users_meet_in_one_channel(scene):
    """Each has a connection of their own, and is just somebody on IRC to the other."""
    scene.enter()
    carol, nick = scene.cast.client(), scene.world.nick("car")
    carol.presence()
    carol_here = f"{scene.room}/{nick}"
    carol.join(scene.room, nick)
    carol.expect(that("presence", scene.me, type="", where=lambda p: 110 not in p.codes), 15)
    carol.expect(that("presence", carol_here, type="", codes=[110]), 15)
    carol.expect(that("message", type="groupchat", subject=""))
    seen = scene.alice.expect(that("presence", carol_here, type=""))
    assert 110 not in seen.codes
    sent = scene.alice.say(scene.room, "hello carol", "groupchat")
    carol.expect(that("message", scene.me, type="groupchat", body="hello carol"))
    scene.alice.expect(that("message", scene.me, id=sent, body="hello carol"))
    carol.say(scene.room, "hello alice", "groupchat")
    scene.alice.expect(that("message", carol_here, type="groupchat", body="hello alice"))
    carol.expect(that("message", carol_here, body="hello alice"))
    scene.bob.wait_for("CHANNEL", scene.channel, "hello carol", nick=scene.nick)
    scene.bob.wait_for("CHANNEL", scene.channel, "hello alice", nick=nick)
    scene.alice.say(person_of(nick), "psst")
    carol.expect(that("message", type="chat", body="psst",
                      where=lambda m: m.sender.startswith(person_of(scene.nick))))
    for client in (scene.alice, carol):
        client.expect_none(that("message", type="groupchat", where=lambda m: m.body is not None), IRC_DOMAIN)
    carol.leave(scene.room, nick)
    scene.alice.expect(that("presence", carol_here, type="unavailable"))


def test_leaving_parts_the_channel(scene):
    scene.enter()
    scene.alice.leave(scene.room, scene.nick, "so long")
    gone = scene.alice.expect(that("presence", scene.me, type="unavailable", codes=[110]))
    assert gone.item["role"] == "none"
    left = scene.bob.wait_until(lambda e: e.name in ("PART", "QUIT") and e.nick == scene.nick, "the departure")
    assert left.name == "QUIT" or "so long" in left.params[-1]


def test_two_resources_share_one_nick(scene):
    scene.enter()
    user = scene.alice.bare.partition("@")[0]
    laptop = scene.cast.client(user, "laptop")
    laptop.joined(scene.room, scene.nick)
    assert not [e for e in scene.bob.events.take_pending(lambda e: e.name == "JOIN")]
    scene.bob.say(scene.channel, "to both")
    for client in (scene.alice, laptop):
        client.expect(that("message", scene.bob_here, body="to both"))
    sent = laptop.say(scene.room, "from one", "groupchat")
    for client in (scene.alice, laptop):
        client.expect(that("message", scene.me, id=sent, body="from one"))
    laptop.leave(scene.room, scene.nick)
    laptop.expect(that("presence", scene.me, type="unavailable", codes=[110]))
    scene.bob.say(scene.channel, "still one")
    scene.alice.expect(that("message", scene.bob_here, body="still one"))
