"""Rooms in detail: order, errors, modes, length; on each server once."""

import pytest
from peers.stanza import MUC_USER, that
from peers.world import room_of
from plans import EACH_SERVER_ONCE, against
from scene import Scene, kick

pytestmark = against(EACH_SERVER_ONCE)


@pytest.fixture
def scene(world, cast):
    return Scene(world, cast)


def test_joining_a_channel_without_topic_ends_with_an_empty_subject(scene):
    scene.enter()
    subjects = [s.subject for s in scene.alice.stanzas.history if s.subject is not None]
    assert subjects == [""]


def test_messages_stay_in_order(scene):
    scene.enter()
    texts = [f"line {number}" for number in range(8)]
    for text in texts:
        scene.alice.say(scene.room, text, "groupchat")
    for text in texts:
        scene.alice.expect(that("message", scene.me, type="groupchat", body=text), 20)
        scene.bob.wait_for("CHANNEL", scene.channel, text, timeout=20)
    bodies = [s.body for s in scene.alice.stanzas.history if s.body in texts]
    assert bodies == texts
    heard = [e.params[1] for e in scene.bob.events.history if e.name == "CHANNEL"]
    assert heard == texts


def test_several_lines_become_several_messages(scene):
    scene.enter()
    sent = scene.alice.say(scene.room, "one\n\ntwo", "groupchat")
    scene.bob.wait_for("CHANNEL", scene.channel, "one")
    scene.bob.wait_for("CHANNEL", scene.channel, "two")
    scene.alice.expect(that("message", scene.me, type="groupchat", id=sent))


def test_a_notice_in_the_channel_is_marked(scene):
    scene.enter()
    scene.bob.notice(scene.channel, "attention")
    scene.alice.expect(that("message", scene.bob_here, type="groupchat", body="[notice] attention"))


def test_a_private_message_through_the_room_is_answered_through_the_room(scene):
    scene.enter()
    scene.alice.say(scene.bob_here, "psst", inner=f"<x xmlns='{MUC_USER}'/>")
    scene.bob.wait_for("PRIVMSG", scene.bob.nick, "psst", nick=scene.nick)
    scene.bob.say(scene.nick, "what?")
    scene.alice.expect(that("message", scene.bob_here, type="chat", body="what?", has=f"{{{MUC_USER}}}x"))


def test_a_nick_that_is_taken_is_a_conflict(scene):
    scene.enter()
    scene.alice.presence(scene.bob_here)
    scene.alice.expect(that("presence", scene.bob_here, type="error", error=("cancel", "conflict")))


def test_a_forbidden_subject_is_an_error(scene):
    scene.enter()
    scene.bob.mode(scene.channel, "+t")
    scene.bob.sync()
    scene.alice.send(f"<message to='{scene.room}' type='groupchat' id='s2'><subject>no</subject></message>")
    scene.alice.expect(that("message", type="error", id="s2", error=("auth", "forbidden")))


def test_a_kick_without_privilege_is_forbidden(scene):
    scene.enter()
    assert kick(scene.alice, scene.room, scene.bob.nick, "bye").error == ("auth", "forbidden")


def test_modes_become_roles(scene):
    scene.enter()
    scene.bob.mode(scene.channel, f"+v {scene.nick}")
    voiced = scene.alice.expect(that("presence", scene.me, where=lambda p: p.item.get("affiliation") == "member"))
    assert voiced.item["role"] == "participant"
    scene.bob.mode(scene.channel, f"-v {scene.nick}")
    scene.alice.expect(that("presence", scene.me, where=lambda p: p.item.get("affiliation") == "none"))


def test_going_offline_leaves_the_room(scene):
    scene.enter()
    scene.alice.drop()
    scene.bob.wait_until(lambda e: e.name in ("PART", "QUIT") and e.nick == scene.nick, "the departure", 20)


def test_joining_with_another_nick_keeps_the_one_of_the_network(scene):
    scene.enter()
    other = room_of(scene.world.channel())
    scene.alice.join(other, "somebody")
    here = scene.alice.expect(that("presence", f"{other}/{scene.nick}", codes=[110]))
    assert 210 in here.codes


def test_joining_again_sends_everything_again(scene):
    scene.enter()
    scene.alice.stanzas.clear()
    scene.alice.joined(scene.room, scene.nick)
    senders = [s.sender for s in scene.alice.stanzas.history if s.kind == "presence"]
    assert senders.count(scene.bob_here) >= 2


def test_a_message_from_outside_the_room_is_refused(scene):
    sent = scene.alice.say(scene.room, "knock", "groupchat")
    scene.alice.expect(that("message", type="error", id=sent, error=("modify", "not-acceptable")))


def test_a_room_needs_a_nick_to_join(scene):
    scene.alice.presence(scene.room, inner="<x xmlns='http://jabber.org/protocol/muc'/>")
    scene.alice.expect(that("presence", scene.room, type="error", error=("modify", "jid-malformed")))


def test_a_channel_with_a_key_wants_it(scene):
    scene.bob.mode(scene.channel, "+k sesame")
    scene.bob.sync()
    scene.alice.join(scene.room, scene.nick)
    scene.alice.expect(that("presence", type="error", error=("auth", "not-authorized")))
    scene.alice.join(scene.room, scene.nick, "<password>sesame</password>")
    scene.alice.expect(that("presence", scene.me, codes=[110]))


def test_an_invite_only_channel_wants_membership(scene):
    scene.bob.mode(scene.channel, "+i")
    scene.bob.sync()
    scene.alice.join(scene.room, scene.nick)
    scene.alice.expect(that("presence", type="error", error=("auth", "registration-required")))


def test_pinging_oneself_tells_whether_one_is_in(scene):
    assert scene.alice.ping(scene.me).error == ("cancel", "not-acceptable")
    scene.enter()
    assert scene.alice.ping(scene.me).type == "result"


def test_long_text_is_split_and_loses_nothing(scene):
    scene.enter()
    text = "ä€😀 " * 200
    scene.alice.say(scene.room, text.strip(), "groupchat")
    heard = ""
    while len(heard.replace(" ", "")) < len(text.replace(" ", "")):
        heard += scene.bob.wait_for("CHANNEL", scene.channel, timeout=20).params[1]
    assert heard.replace(" ", "") == text.replace(" ", "")
