"""What was said in a room is read again: by a client that comes later, by XEP-0313, and after restarts."""

from xml.sax.saxutils import escape

import pytest
from peers.stanza import CLIENT, DELAY, that
from peers.world import Plan
from plans import against
from scene import Scene

MAM = "urn:xmpp:mam:2"
RSM = "http://jabber.org/protocol/rsm"
FORWARD = "urn:xmpp:forward:0"
STANZA_ID = "{urn:xmpp:sid:0}stanza-id"

pytestmark = against([Plan("prosody", "inspircd"), Plan("ejabberd", "ngircd", tls=False)])


@pytest.fixture
def scene(world, cast):
    return Scene(world, cast)


def field(var, value):
    return f"<field var='{var}'><value>{escape(value)}</value></field>"


class Page:
    """One answer of the archive: ids and bodies, oldest first."""

    def __init__(self, client, room, rsm="", fields=""):
        form = f"<x xmlns='jabber:x:data' type='submit'>{field('FORM_TYPE', MAM)}{fields}</x>" if fields else ""
        limits = f"<set xmlns='{RSM}'>{rsm}</set>" if rsm else ""
        query = client.new_id()
        answer = client.ask(room, f"<query xmlns='{MAM}' queryid='{query}'>{form}{limits}</query>", "set")
        assert answer.type == "result", answer
        self.ids, self.bodies = [], []
        for found in client.stanzas.take_pending(that("message", room, has=f"{{{MAM}}}result")):
            result = found.find(f"{{{MAM}}}result")
            assert result.get("queryid") == query
            forwarded = result.find(f"{{{FORWARD}}}forwarded")
            assert forwarded.find(f"{{{DELAY}}}delay") is not None
            self.ids.append(result.get("id"))
            self.bodies.append(forwarded.findtext(f"{{{CLIENT}}}message/{{{CLIENT}}}body"))
        self.is_complete = answer.find(f"{{{MAM}}}fin").get("complete") == "true"


def talk(scene, *words):
    """Both sides say something in turn; the stanza-ids under which alice saw it."""
    ids = []
    for at, text in enumerate(words):
        if at % 2:
            scene.alice.say(scene.room, text, "groupchat")
        else:
            scene.bob.say(scene.channel, text)
        seen = scene.alice.expect(that("message", type="groupchat", body=text))
        ids.append(seen.find(STANZA_ID).get("id"))
    return ids


def test_a_second_client_reads_what_the_first_has_seen(scene):
    scene.enter()
    words = ["morning", "hello bob", "how is it going?", "fine, thanks"]
    live = talk(scene, *words)
    phone = scene.cast.client(scene.alice.bare.partition("@")[0], "phone")
    phone.joined(scene.room, scene.nick)
    for text in words:
        old = phone.expect(that("message", type="groupchat", body=text))
        assert old.find(f"{{{DELAY}}}delay") is not None
    page = Page(phone, scene.room)
    assert (page.ids, page.bodies, page.is_complete) == (live, words, True)


def test_the_archive_is_read_in_pages(scene):
    scene.enter()
    words = [f"line {n}" for n in range(7)]
    live = talk(scene, *words)
    last = Page(scene.alice, scene.room, "<max>3</max><before/>")
    assert last.bodies == words[4:] and not last.is_complete
    middle = Page(scene.alice, scene.room, f"<max>3</max><before>{last.ids[0]}</before>")
    assert middle.bodies == words[1:4] and not middle.is_complete
    first = Page(scene.alice, scene.room, f"<max>3</max><before>{middle.ids[0]}</before>")
    assert first.bodies == words[:1] and first.is_complete
    onwards = Page(scene.alice, scene.room, f"<max>10</max><after>{live[4]}</after>")
    assert onwards.bodies == words[5:] and onwards.is_complete
    chosen = Page(scene.alice, scene.room, fields=field("ids", live[2]))
    assert chosen.bodies == [words[2]]


def test_an_unknown_id_is_an_error(scene):
    scene.enter()
    talk(scene, "something")
    query = f"<query xmlns='{MAM}'><set xmlns='{RSM}'><after>nothing</after></set></query>"
    assert scene.alice.ask(scene.room, query, "set").error == ("cancel", "item-not-found")


def test_nobody_reads_what_another_user_heard(scene):
    scene.enter()
    talk(scene, "only alice was there")
    eve = scene.cast.client()
    eve.joined(scene.room, scene.world.nick("eve"))
    assert Page(eve, scene.room).bodies == []
    eve.expect_none(that("message", type="groupchat", body="only alice was there"), scene.room.partition("@")[2])


def test_history_and_archive_survive_a_restart_of_wherry(scene):
    scene.enter()
    live = talk(scene, "before", "also before")
    scene.alice.leave(scene.room, scene.nick)
    scene.alice.expect(that("presence", scene.me, type="unavailable", codes=[110]))
    scene.world.wherry.terminate()
    scene.world.restart_wherry()
    scene.alice.joined(scene.room, scene.nick, 40.0)
    old = scene.alice.expect(that("message", scene.bob_here, type="groupchat", body="before"))
    assert old.find(STANZA_ID).get("id") == live[0]
    assert old.find(f"{{{DELAY}}}delay") is not None
    assert Page(scene.alice, scene.room).ids == live


def test_what_the_irc_server_plays_back_is_history(scene):
    if scene.world.plan.irc != "inspircd":
        pytest.skip("ngIRCd plays nothing back")
    scene.bob.mode(scene.channel, "+H 50:1h")
    scene.bob.say(scene.channel, "long before alice")
    scene.bob.sync()
    scene.alice.join(scene.room, scene.nick)
    in_room = that("message", type="groupchat", where=lambda m: m.sender.startswith(scene.room))
    first = scene.alice.expect(in_room)
    assert first.body == "long before alice" and first.find(f"{{{DELAY}}}delay") is not None
    assert scene.alice.expect(in_room).subject is not None
    assert Page(scene.alice, scene.room).bodies == ["long before alice"]
