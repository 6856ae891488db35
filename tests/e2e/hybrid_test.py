"""ircd-hybrid: joining, talking, ranks and bans, a nick that is taken, the topic, and coming back."""

import pytest
from peers.stanza import MUC_ADMIN, is_mute, may_speak, that
from peers.world import Plan, person_of
from plans import WITH_HYBRID, against
from scene import Scene, kick

pytestmark = [WITH_HYBRID, against([Plan("prosody", "hybrid", True)])]
LONG = 40.0  # enough for the reconnects' back-off


@pytest.fixture
def scene(world, cast):
    return Scene(world, cast).enter()


def make_operator(scene):
    scene.bob.mode(scene.channel, f"+o {scene.nick}")
    scene.alice.expect(that("presence", scene.me, where=lambda p: p.item.get("role") == "moderator"))


def test_they_talk_in_the_room_and_alone(scene):
    sent = scene.alice.say(scene.room, "hello ünï €", "groupchat")
    scene.bob.wait_for("CHANNEL", scene.channel, "hello ünï €", nick=scene.nick)
    scene.alice.expect(that("message", scene.me, type="groupchat", id=sent, body="hello ünï €"))
    scene.bob.say(scene.channel, "\x02good\x02 morning")
    got = scene.alice.expect(that("message", scene.bob_here, type="groupchat", body="good morning"))
    assert got.find("{urn:xmpp:markup:0}markup/{urn:xmpp:markup:0}span").get("end") == "4"
    scene.alice.say(person_of(scene.bob.nick), "between us")
    scene.bob.wait_for("PRIVMSG", scene.bob.nick, "between us", nick=scene.nick)
    scene.bob.say(scene.nick, "of course")
    scene.alice.expect(that("message", type="chat", body="of course"))


def test_a_message_to_nobody_is_an_error(scene):
    sent = scene.alice.say(person_of("nobody"), "hello?")
    scene.alice.expect(that("message", type="error", id=sent, error=("cancel", "item-not-found")))


def test_a_kick_and_a_ban_from_xmpp(scene):
    make_operator(scene)
    dan = scene.cast.irc()
    dan.join(scene.channel)
    scene.alice.expect(that("presence", f"{scene.room}/{dan.nick}", type=""))
    assert kick(scene.alice, scene.room, dan.nick, "out").type == "result"
    dan.wait_for("KICK", scene.channel, dan.nick, "out", nick=scene.nick)
    scene.alice.expect(that("presence", f"{scene.room}/{dan.nick}", type="unavailable", codes=[307]))
    dan.join(scene.channel)
    scene.alice.expect(that("presence", f"{scene.room}/{dan.nick}", type=""))
    ban = f"<query xmlns='{MUC_ADMIN}'><item nick='{dan.nick}' affiliation='outcast'/></query>"
    assert scene.alice.ask(scene.room, ban, "set").type == "result"
    scene.alice.expect(that("presence", f"{scene.room}/{dan.nick}", type="unavailable", codes=[301]))


def test_without_rank_a_kick_is_forbidden(scene):
    answer = kick(scene.alice, scene.room, scene.bob.nick, "no")
    assert answer.type == "error" and answer.error == ("auth", "forbidden")


def test_a_nick_that_is_taken(scene):
    scene.alice.presence(f"{scene.room}/{scene.bob.nick}")
    scene.alice.expect(that("presence", type="error", error=("cancel", "conflict")))
    new = scene.world.nick("eve")
    scene.alice.presence(f"{scene.room}/{new}")
    scene.bob.wait_for("NICK", new, nick=scene.nick)
    scene.alice.expect(that("presence", f"{scene.room}/{new}", type="", codes=[110]))


def test_the_topic_goes_both_ways(scene):
    scene.bob.topic(scene.channel, "from irc")
    scene.alice.expect(that("message", scene.bob_here, type="groupchat", subject="from irc"))
    make_operator(scene)
    scene.alice.send(f"<message to='{scene.room}' type='groupchat' id='s1'><subject>from xmpp</subject></message>")
    scene.bob.wait_for("TOPIC", scene.channel, "from xmpp", nick=scene.nick)
    scene.alice.expect(that("message", scene.me, type="groupchat", subject="from xmpp"))


# Last, because everybody of this file is on the server that goes away.
def test_rooms_come_back_after_the_server_was_killed(scene):
    scene.world.irc.kill()
    scene.alice.expect(that("presence", scene.me, type="", codes=[110], where=is_mute))
    scene.world.irc.start()
    scene.alice.expect(that("presence", scene.me, type="", codes=[110], where=may_speak), LONG)
    bob = scene.cast.irc()
    bob.join(scene.channel)
    bob.say(scene.channel, "anybody here?")
    scene.alice.expect(that("message", f"{scene.room}/{bob.nick}", body="anybody here?"), LONG)
