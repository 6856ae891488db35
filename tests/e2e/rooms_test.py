"""Rooms: an XMPP user and an IRC user in one channel, on every pair of servers."""

import pytest
from peers.stanza import DELAY, MUC_ADMIN, MUC_USER, that
from peers.world import person_of, room_of
from plans import ALL, against

pytestmark = against(ALL)


@pytest.fixture
def scene(world, cast):
    return Scene(world, cast)


class Scene:
    """alice on XMPP and bob on IRC, who made the channel and so is its operator."""

    def __init__(self, world, cast):
        self.cast = cast
        self.world = world
        self.channel = world.channel()
        self.room = room_of(self.channel)
        self.bob = cast.irc()
        self.bob.join(self.channel)
        self.alice = cast.client()
        self.alice.presence()
        self.nick = world.nick("ali")

    def enter(self):
        self.alice.joined(self.room, self.nick)
        self.bob.wait_for("JOIN", self.channel, nick=self.nick)
        return self

    @property
    def me(self):
        return f"{self.room}/{self.nick}"

    @property
    def bob_here(self):
        return f"{self.room}/{self.bob.nick}"


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


def test_joining_a_channel_without_topic_ends_with_an_empty_subject(scene):
    scene.enter()
    subjects = [s.subject for s in scene.alice.stanzas.history if s.subject is not None]
    assert subjects == [""]


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


def test_messages_stay_in_order(scene):
    scene.enter()
    texts = [f"line {number}" for number in range(8)]
    for text in texts:
        scene.alice.say(scene.room, text, "groupchat")
    for text in texts:
        scene.alice.expect(that("message", scene.me, type="groupchat", body=text), 20)
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


def test_actions_go_both_ways(scene):
    scene.enter()
    scene.alice.say(scene.room, "/me waves", "groupchat")
    scene.bob.wait_until(lambda e: "ACTION" in e.name and e.params[-1] == "waves", "the action")
    scene.bob.me(scene.channel, "nods")
    scene.alice.expect(that("message", scene.bob_here, type="groupchat", body="/me nods"))


def test_a_notice_in_the_channel_is_marked(scene):
    scene.enter()
    scene.bob.notice(scene.channel, "attention")
    scene.alice.expect(that("message", scene.bob_here, type="groupchat", body="[notice] attention"))


def test_private_messages_go_both_ways(scene):
    scene.enter()
    scene.alice.say(person_of(scene.bob.nick), "between us")
    scene.bob.wait_for("PRIVMSG", scene.bob.nick, "between us", nick=scene.nick)
    scene.bob.say(scene.nick, "of course")
    scene.alice.expect(that("message", type="chat", body="of course",
                            where=lambda m: m.sender.startswith(person_of(scene.bob.nick))))


def test_a_private_message_through_the_room_is_answered_through_the_room(scene):
    scene.enter()
    scene.alice.say(scene.bob_here, "psst", inner=f"<x xmlns='{MUC_USER}'/>")
    scene.bob.wait_for("PRIVMSG", scene.bob.nick, "psst", nick=scene.nick)
    scene.bob.say(scene.nick, "what?")
    scene.alice.expect(that("message", scene.bob_here, type="chat", body="what?", has=f"{{{MUC_USER}}}x"))


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


def test_a_nick_that_is_taken_is_a_conflict(scene):
    scene.enter()
    scene.alice.presence(scene.bob_here)
    scene.alice.expect(that("presence", scene.bob_here, type="error", error=("cancel", "conflict")))


def test_the_subject_is_set_from_both_sides(scene):
    scene.enter()
    scene.bob.mode(scene.channel, "-t")
    scene.bob.wait_for("MODE", scene.channel, "-t")
    scene.bob.topic(scene.channel, "from irc")
    scene.alice.expect(that("message", scene.bob_here, type="groupchat", subject="from irc"))
    scene.alice.send(f"<message to='{scene.room}' type='groupchat' id='s1'><subject>from xmpp</subject></message>")
    scene.bob.wait_for("TOPIC", scene.channel, "from xmpp", nick=scene.nick)
    scene.alice.expect(that("message", scene.me, type="groupchat", subject="from xmpp"))


def test_a_forbidden_subject_is_an_error(scene):
    scene.enter()
    scene.bob.mode(scene.channel, "+t")
    scene.bob.sync()
    scene.alice.send(f"<message to='{scene.room}' type='groupchat' id='s2'><subject>no</subject></message>")
    scene.alice.expect(that("message", type="error", id="s2", error=("auth", "forbidden")))


def test_a_kick_by_an_operator(scene):
    scene.enter()
    scene.bob.kick(scene.channel, scene.nick, "out you go")
    gone = scene.alice.expect(that("presence", scene.me, type="unavailable", codes=[307, 110]))
    assert gone.text(f"{{{MUC_USER}}}x/{{{MUC_USER}}}item/{{{MUC_USER}}}reason") == "out you go"
    actor = gone.find(f"{{{MUC_USER}}}x/{{{MUC_USER}}}item/{{{MUC_USER}}}actor")
    assert actor is not None and actor.get("nick") == scene.bob.nick
    scene.alice.say(scene.room, "still here?", "groupchat")
    scene.alice.expect(that("message", type="error", error=("modify", "not-acceptable")))


def kick(alice, room, nick, reason):
    item = f"<item nick='{nick}' role='none'><reason>{reason}</reason></item>"
    return alice.ask(room, f"<query xmlns='{MUC_ADMIN}'>{item}</query>", "set")


def test_an_operator_on_xmpp_kicks(scene):
    scene.enter()
    scene.bob.mode(scene.channel, f"+o {scene.nick}")
    scene.alice.expect(that("presence", scene.me, where=lambda p: p.item.get("role") == "moderator"))
    answer = kick(scene.alice, scene.room, scene.bob.nick, "bye")
    assert answer.type == "result"
    scene.bob.wait_for("KICK", scene.channel, scene.bob.nick, "bye", nick=scene.nick)
    scene.alice.expect(that("presence", scene.bob_here, type="unavailable", codes=[307]))


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


def test_leaving_parts_the_channel(scene):
    scene.enter()
    scene.alice.leave(scene.room, scene.nick, "so long")
    gone = scene.alice.expect(that("presence", scene.me, type="unavailable", codes=[110]))
    assert gone.item["role"] == "none"
    left = scene.bob.wait_until(lambda e: e.name in ("PART", "QUIT") and e.nick == scene.nick, "the departure")
    assert left.name == "QUIT" or "so long" in left.params[-1]


def test_going_offline_leaves_the_room(scene):
    scene.enter()
    scene.alice.drop()
    scene.bob.wait_until(lambda e: e.name in ("PART", "QUIT") and e.nick == scene.nick, "the departure", 20)


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
