"""People: what is asked of them, who is there, notices; a server with MONITOR and one without."""

import pytest
from peers.stanza import PING, that
from peers.world import person_of
from peers.wherry import IRC_DOMAIN
from plans import EACH_SERVER_ONCE, against
from scene import Scene

pytestmark = against(EACH_SERVER_ONCE)

VERSION = "jabber:iq:version"
TIME = "urn:xmpp:time"
VCARD = "vcard-temp"


@pytest.fixture
def scene(world, cast):
    return Scene(world, cast)


def test_the_version_of_a_client(scene):
    scene.enter()
    for address in (scene.bob_here, person_of(scene.bob.nick)):
        answer = scene.alice.ask(address, f"<query xmlns='{VERSION}'/>", timeout=20)
        assert answer.type == "result" and "libirc" in answer.text(f"{{{VERSION}}}query/{{{VERSION}}}name").lower()


def test_a_ping_reaches_the_other_client(scene):
    scene.enter()
    for address in (scene.bob_here, person_of(scene.bob.nick), scene.me):
        assert scene.alice.ask(address, f"<ping xmlns='{PING}'/>", timeout=20).type == "result"


def test_another_user_of_the_gateway_answers_too(scene):
    """wherry answers for its users on IRC, so the time is one that it can read itself."""
    scene.enter()
    carol, nick = scene.cast.client(), scene.world.nick("car")
    carol.presence()
    carol.joined(scene.room, nick)
    answer = scene.alice.ask(person_of(nick), f"<time xmlns='{TIME}'/>", timeout=20)
    assert answer.type == "result" and answer.text(f"{{{TIME}}}time/{{{TIME}}}tzo") == "+00:00"
    assert answer.text(f"{{{TIME}}}time/{{{TIME}}}utc").endswith("Z")
    answer = scene.alice.ask(f"{scene.room}/{nick}", f"<query xmlns='{VERSION}'/>", timeout=20)
    assert answer.text(f"{{{VERSION}}}query/{{{VERSION}}}name").startswith("wherry ")


def test_a_vcard_is_what_whois_says(scene):
    scene.enter()
    answer = scene.alice.ask(scene.bob_here, f"<vCard xmlns='{VCARD}'/>", timeout=20)
    card = {child.tag.rpartition("}")[2]: child.text for child in answer.find(f"{{{VCARD}}}vCard")}
    assert card["NICKNAME"] == scene.bob.nick and card["FN"] == scene.bob.nick
    assert "Address: " in card["DESC"] and "Server: irc.server.test" in card["DESC"]


def test_nobody_of_that_name(scene):
    scene.enter()
    ghost = person_of(scene.world.nick("gho"))
    for payload in (f"<query xmlns='{VERSION}'/>", f"<vCard xmlns='{VCARD}'/>", f"<ping xmlns='{PING}'/>"):
        assert scene.alice.ask(ghost, payload, timeout=25).error == ("cancel", "item-not-found")


def test_who_is_no_occupant_asks_nobody(scene):
    stranger = scene.cast.client()
    answer = stranger.ask(scene.bob_here, f"<query xmlns='{VERSION}'/>")
    assert answer.error == ("modify", "bad-request")


def test_a_contact_comes_and_goes_without_a_room(scene, world):
    scene.enter()
    scene.alice.get_roster()
    nick = world.nick("eve")
    contact = person_of(nick)
    scene.alice.presence(contact, type="subscribe")
    scene.alice.expect(that("presence", contact, type="subscribed"))
    eve = scene.cast.irc(nick)
    scene.alice.expect(that("presence", contact, type=""), 15)
    eve.quit("bye")
    scene.alice.expect(that("presence", contact, type="unavailable"), 15)


def test_away_is_seen_in_the_room(scene):
    scene.bob.raw("AWAY :lunch")
    scene.bob.wait_until(lambda e: e.name == "306", "the confirmation")
    scene.enter()
    scene.alice.expect(that("presence", scene.bob_here, where=lambda p: p.text("c:show") == "away"), 15)


def test_ones_own_away_state_comes_back(scene):
    scene.enter()
    scene.alice.presence(scene.me, inner="<show>away</show><status>lunch</status>")
    seen = scene.alice.expect(that("presence", scene.me, codes=[110], where=lambda p: p.text("c:show") == "away"), 15)
    assert seen.text("c:status") == "lunch"


def test_notices(scene):
    scene.enter()
    scene.bob.notice(scene.nick, "psst")
    got = scene.alice.expect(that("message", body="psst"))
    assert got.type == "headline" and got.sender.startswith(person_of(scene.bob.nick))
    scene.alice.say(person_of(scene.bob.nick), "news", "headline")
    scene.bob.wait_for("NOTICE", scene.bob.nick, "news", nick=scene.nick)
    scene.bob.notice(scene.nick, "thanks")
    assert scene.alice.expect(that("message", body="thanks")).type == "chat"


def test_a_file_is_refused_politely(scene):
    scene.enter()
    scene.bob.say(scene.nick, "\x01DCC SEND letter.txt 2130706433 5000 120\x01")
    got = scene.alice.expect(that("message", where=lambda m: "letter.txt" in (m.body or "")))
    assert "120 bytes" in got.body and got.sender.endswith(IRC_DOMAIN)
    scene.bob.wait_until(lambda e: "DCC not supported" in " ".join(e.params), "the refusal")
