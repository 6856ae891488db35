"""What users choose: ad-hoc commands, the owner's form, bans as outcasts, rooms that stay joined; on each server once."""

import pytest
from adhoc import COMMANDS, command, form, note, status
from peers.stanza import DATA, DISCO_INFO, DISCO_ITEMS, MUC_ADMIN, MUC_OWNER, that
from peers.wherry import IRC_DOMAIN
from peers.world import NETWORK, World
from plans import EACH_SERVER_ONCE
from scene import Scene

SERVER = f"{NETWORK}@{IRC_DOMAIN}"
LONG = 40.0  # enough for a reconnect's back-off


@pytest.fixture
def world(request):
    made = World(request.param)
    yield made
    made.close()


pytestmark = pytest.mark.parametrize("world", EACH_SERVER_ONCE, indirect=True, ids=str)


@pytest.fixture
def scene(world, cast):
    return Scene(world, cast)


def configure(client, to, **fields):
    """Runs the command and returns its last answer."""
    asked = command(client, to, "configure")
    assert status(asked) == "executing", asked
    session = asked.find(f"{{{COMMANDS}}}command").get("sessionid")
    return command(client, to, "configure", form(**fields), session)


def owner_form(client, room):
    answer = client.ask(room, f"<query xmlns='{MUC_OWNER}'/>")
    fields = answer.find_all(f"{{{MUC_OWNER}}}query/{{{DATA}}}x/{{{DATA}}}field")
    return {field.get("var"): field.findtext(f"{{{DATA}}}value") or "" for field in fields}


def set_up(client, room, **fields):
    return client.ask(room, f"<query xmlns='{MUC_OWNER}'>{form(**fields)}</query>", "set")


def features(client, room):
    answer = client.ask(room, f"<query xmlns='{DISCO_INFO}'/>")
    return {found.get("var") for found in answer.find_all(f"{{{DISCO_INFO}}}query/{{{DISCO_INFO}}}feature")}


def make_operator(scene):
    scene.bob.mode(scene.channel, f"+o {scene.nick}")
    scene.alice.expect(that("presence", scene.me, where=lambda p: p.item.get("role") == "moderator"))


def test_commands_are_found_and_run(world, cast):
    alice = cast.client()
    listed = alice.ask(IRC_DOMAIN, f"<query xmlns='{DISCO_ITEMS}' node='{COMMANDS}'/>")
    nodes = [item.get("node") for item in listed.find_all(f"{{{DISCO_ITEMS}}}query/{{{DISCO_ITEMS}}}item")]
    assert nodes == ["register", "configure", "disconnect-from-irc-server"]
    assert COMMANDS in features(alice, IRC_DOMAIN)
    answer = command(alice, IRC_DOMAIN, "ping")
    assert status(answer) == "completed" and note(answer) == "Pong"
    assert command(alice, IRC_DOMAIN, "reload").error == ("cancel", "forbidden")


def test_a_chosen_nick_is_used(scene):
    nick = scene.world.nick("mon")
    assert status(configure(scene.alice, SERVER, nick=nick, realname="Romeo M.")) == "completed"
    scene.alice.join(scene.room, scene.nick)
    scene.alice.expect(that("presence", f"{scene.room}/{nick}", codes=[110]), 15)
    scene.bob.wait_for("JOIN", scene.channel, nick=nick)
    info = command(scene.alice, SERVER, "get-irc-connection-info")
    assert nick in note(info) and scene.channel in note(info)


def test_the_owners_form_sets_modes(scene):
    scene.enter()
    assert "muc#roomconfig_moderatedroom" not in owner_form(scene.alice, scene.room)
    make_operator(scene)
    before = owner_form(scene.alice, scene.room)
    assert before["muc#roomconfig_moderatedroom"] == "false" and before["muc#roomconfig_maxusers"] == "none"
    answer = set_up(scene.alice, scene.room, muc__roomconfig_moderatedroom="1", muc__roomconfig_membersonly="1",
                    muc__roomconfig_maxusers="30", muc__roomconfig_passwordprotectedroom="1",
                    muc__roomconfig_roomsecret="verona")
    assert answer.type == "result", answer
    scene.alice.expect(that("message", scene.room, codes=[104]))
    after = owner_form(scene.alice, scene.room)
    assert after["muc#roomconfig_moderatedroom"] == "true" and after["muc#roomconfig_maxusers"] == "30"
    assert after["muc#roomconfig_roomsecret"] == ""
    assert {"muc_moderated", "muc_membersonly", "muc_passwordprotected"} <= features(scene.alice, scene.room)
    scene.bob.raw(f"MODE {scene.channel} -mi")
    scene.alice.expect(that("message", scene.room, codes=[104], where=lambda m: "-mi" in (m.body or "")))
    assert owner_form(scene.alice, scene.room)["muc#roomconfig_moderatedroom"] == "false"
    assert set_up(scene.alice, scene.room, irc__modes="-Y").error == ("cancel", "feature-not-implemented")
    scene.bob.mode(scene.channel, f"-o {scene.nick}")
    scene.alice.expect(that("presence", scene.me, where=lambda p: p.item.get("role") == "visitor" or
                            p.item.get("affiliation") == "none"))
    assert set_up(scene.alice, scene.room, irc__modes="+i").error == ("auth", "forbidden")


def outcasts(client, room):
    answer = client.ask(room, f"<query xmlns='{MUC_ADMIN}'><item affiliation='outcast'/></query>")
    items = answer.find_all(f"{{{MUC_ADMIN}}}query/{{{MUC_ADMIN}}}item")
    return {item.get("jid"): item.findtext(f"{{{MUC_ADMIN}}}reason") or "" for item in items}


def test_bans_are_outcasts(scene):
    scene.enter()
    make_operator(scene)
    mask = f"*!*\\40host.example%{NETWORK}@{IRC_DOMAIN}"
    assert outcasts(scene.alice, scene.room) == {}
    item = f"<item affiliation='outcast' jid='{mask}'/>"
    assert scene.alice.ask(scene.room, f"<query xmlns='{MUC_ADMIN}'>{item}</query>", "set").type == "result"
    scene.bob.wait_for("MODE", scene.channel, nick=scene.nick)
    listed = outcasts(scene.alice, scene.room)
    assert list(listed) == [mask] and (not listed[mask] or scene.nick in listed[mask])
    item = f"<item affiliation='none' jid='{mask}'/>"
    assert scene.alice.ask(scene.room, f"<query xmlns='{MUC_ADMIN}'>{item}</query>", "set").type == "result"
    assert outcasts(scene.alice, scene.room) == {}


def test_a_persistent_room_outlives_clients_and_wherry(scene, cast):
    world, alice = scene.world, scene.alice
    scene.enter()
    assert set_up(alice, scene.room, persistent="1").type == "result"
    assert "muc_persistent" in features(alice, scene.room)
    alice.leave(scene.room, scene.nick)
    alice.expect(that("presence", scene.me, type="unavailable", codes=[110]))
    scene.bob.say(scene.channel, "while you were away")
    scene.bob.sync()
    alice.join(scene.room, scene.nick)
    alice.expect(that("message", scene.bob_here, body="while you were away"))
    alice.expect(that("message", type="groupchat", has="c:subject"))
    alice.leave(scene.room, scene.nick)
    alice.expect(that("presence", scene.me, type="unavailable", codes=[110]))

    world.wherry.stop()
    scene.bob.wait_until(lambda event: event.name == "QUIT" and event.nick == scene.nick, "the gateway's QUIT")
    world.restart_wherry()
    scene.bob.wait_for("JOIN", scene.channel, nick=scene.nick, timeout=LONG)
    scene.bob.say(scene.channel, "after the restart")
    scene.bob.sync()
    alice.join(scene.room, scene.nick)
    alice.expect(that("presence", scene.me, codes=[110]), 15)
    for body in ("while you were away", "after the restart"):
        alice.expect(that("message", scene.bob_here, body=body))

    assert set_up(alice, scene.room, persistent="0").type == "result"
    alice.leave(scene.room, scene.nick)
    scene.bob.wait_until(lambda event: event.name in ("PART", "QUIT") and event.nick == scene.nick, "the PART")
