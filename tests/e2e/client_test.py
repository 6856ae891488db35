"""An IRC client that none of us wrote: irssi, as a person sees it."""

import pytest
from peers.irssi import Irssi
from peers.stanza import that
from peers.world import Plan, person_of, room_of
from plans import against

pytestmark = against([Plan("prosody", "inspircd", True)])


class Scene:
    def __init__(self, world, cast):
        self.channel = world.channel()
        self.room = room_of(self.channel)
        self.nick = world.nick("ali")
        self.irssi = Irssi(world.workspace, world.irc.port, world.nick("irs"))
        self.irssi.type(f"/join {self.channel}")
        self.irssi.see(f"has joined {self.channel}")
        self.alice = cast.client()
        self.alice.presence()
        self.alice.joined(self.room, self.nick)
        self.irssi.see(f"{self.nick} [")
        self.they = f"{self.room}/{self.irssi.nick}"


@pytest.fixture
def scene(world, cast):
    made = Scene(world, cast)
    yield made
    world.workspace.remove(made.irssi)


def test_they_talk_in_the_channel(scene):
    scene.irssi.type("good morning, ünï €")
    scene.alice.expect(that("message", scene.they, type="groupchat", body="good morning, ünï €"))
    scene.alice.say(scene.room, "hello <&> é", "groupchat")
    scene.irssi.see(f"< {scene.nick}> hello <&> é")
    scene.irssi.type("/me waves")
    scene.alice.expect(that("message", scene.they, type="groupchat", body="/me waves"))
    scene.alice.say(scene.room, "/me nods", "groupchat")
    scene.irssi.see(f"* {scene.nick} nods")


def test_markup_is_shown_and_sent(scene):
    markup = "<markup xmlns='urn:xmpp:markup:0'><span start='2' end='6'><strong/></span></markup>"
    scene.alice.say(scene.room, "a bold word", "groupchat", markup)
    scene.irssi.see(f"< {scene.nick}> a bold word")
    scene.irssi.type("/exec -out printf 'so \\002bold\\002'")
    got = scene.alice.expect(that("message", scene.they, body="so bold"))
    span = got.find("{urn:xmpp:markup:0}markup/{urn:xmpp:markup:0}span")
    assert (span.get("start"), span.get("end")) == ("3", "7")


def test_they_talk_alone(scene):
    scene.irssi.type(f"/query {scene.nick}")
    scene.irssi.type("psst")
    scene.alice.expect(that("message", type="chat", body="psst",
                            where=lambda m: m.sender.startswith(person_of(scene.irssi.nick))))
    scene.alice.say(person_of(scene.irssi.nick), "of course")
    scene.irssi.see(f"<{scene.nick}> of course")


def test_what_happens_in_the_channel_is_seen(scene):
    scene.irssi.type(f"/op {scene.nick}")
    scene.alice.expect(that("presence", f"{scene.room}/{scene.nick}", where=lambda p: p.item.get("role") == "moderator"))
    scene.irssi.type("/topic of boats")
    scene.alice.expect(that("message", scene.they, type="groupchat", subject="of boats"))
    scene.irssi.type(f"/nick {scene.irssi.nick}x")
    gone = scene.alice.expect(that("presence", scene.they, type="unavailable", codes=[303]))
    assert gone.item["nick"] == f"{scene.irssi.nick}x"
    scene.irssi.type(f"/kick {scene.nick} out you go")
    scene.alice.expect(that("presence", f"{scene.room}/{scene.nick}", type="unavailable", codes=[307, 110]))
